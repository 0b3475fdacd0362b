"""A change of any kind to a data set kept in any way: what is written, what is named, what stays as it was."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest
from edits_help import RATE_HZ, bytes_of, ids, item_of, save, take, texts

from seqclass.data.edits.editing import Add, AddClass, Change, Delete, Edits, MergeClasses, Relabel, RenameClass, RenameSpeaker
from seqclass.data.load import load_audio
from seqclass.data.project import load_splits
from seqclass.data.scan import scan
from seqclass.data.splits import assign_splits
from seqclass.errors import DataError
from seqclass.specs import DataSpec, TargetSpec

# Class folders


def test_a_take_is_kept_in_the_folder_of_its_class_under_its_speaker(tmp_path: Path) -> None:
    edits = Edits(tmp_path)
    change = edits.apply(Add((take(1), take(2)), "yes", "anna"))
    assert change.added == ("yes/anna_nohash_0.wav", "yes/anna_nohash_1.wav")
    assert change.title == "Add 2 items to yes"
    assert edits.apply(Add((take(3),), "yes", "anna")).added == ("yes/anna_nohash_2.wav",)
    assert edits.apply(Add((take(4),), "yes")).added == ("yes/take_0.wav",)
    manifest = scan(tmp_path)
    assert [(item.id, item.group) for item in manifest.items][:1] == [("yes/anna_nohash_0.wav", "anna")]
    audio = load_audio(manifest, manifest.items[0])
    assert (audio.rate_hz, len(audio.samples)) == (RATE_HZ, 400)
    assert np.abs(audio.samples - take(1).samples).max() < 1 / 32768


def test_a_moved_item_never_takes_anothers_name(tmp_path: Path) -> None:
    texts(tmp_path, "yes/anna_nohash_0.txt", "no/anna_nohash_0.txt", "yes/deep/1.txt", "no/deep/1.txt")
    edits = Edits(tmp_path)
    change = edits.apply(Relabel((item_of(tmp_path, "yes/anna_nohash_0.txt"), item_of(tmp_path, "yes/deep/1.txt")), label="no"))
    assert change.renamed == {"yes/anna_nohash_0.txt": "no/anna_nohash_1.txt", "yes/deep/1.txt": "no/deep/1_2.txt"}
    assert set(ids(tmp_path)) == {"no/anna_nohash_0.txt", "no/anna_nohash_1.txt", "no/deep/1.txt", "no/deep/1_2.txt"}
    assert edits.labels() == ("no", "yes")
    assert edits.empty_labels(scan(tmp_path)) == ("yes",)


def test_a_class_that_is_merged_keeps_all_its_files_and_brings_what_was_beside_them_to_the_bin(tmp_path: Path) -> None:
    texts(tmp_path, "yes/1.txt", "yep/1.txt", "yep/README.txt")
    before = bytes_of(tmp_path)
    edits = Edits(tmp_path)
    edits.apply(MergeClasses(("yep",), "yes"))
    assert ids(tmp_path) == {"yes/1.txt": "yes", "yes/1_2.txt": "yes"}
    assert [one.file for one in edits.bin()] == ["yep/README.txt"]
    edits.undo()
    assert bytes_of(tmp_path) == before


def test_list_files_follow_the_files_that_they_name(tmp_path: Path) -> None:
    texts(tmp_path, "yes/a.txt", "yes/b.txt", "no/a.txt", "no/c.txt")
    (tmp_path / "testing_list.txt").write_bytes(b"yes/a.txt\r\nno/a.txt\r\n")
    (tmp_path / "validation_list.txt").write_bytes(b"yes/b.txt")
    edits = Edits(tmp_path)
    edits.apply(Relabel((item_of(tmp_path, "yes/a.txt"),), label="no"))
    edits.apply(Delete((item_of(tmp_path, "no/a.txt"),)))
    edits.apply(RenameClass("yes", "ja"))
    assert (tmp_path / "testing_list.txt").read_bytes() == b"no/a_2.txt\r\n"
    assert (tmp_path / "validation_list.txt").read_bytes() == b"ja/b.txt"
    assert {item.id: item.split for item in scan(tmp_path).items} == {
        "no/a_2.txt": "test",
        "ja/b.txt": "validation",
        "no/c.txt": "train",
    }


def test_split_folders_get_new_takes_in_train(tmp_path: Path) -> None:
    texts(tmp_path, "Training/yes/a.txt", "test/yes/b.txt", "test/no/b.txt")
    edits = Edits(tmp_path)
    assert edits.apply(Add(("new words",), "no", "anna")).added == ("Training/no/anna_nohash_0.txt",)
    edits.apply(Relabel((item_of(tmp_path, "test/yes/b.txt"),), label="no"))
    edits.apply(RenameClass("no", "nein"))
    assert set(ids(tmp_path)) == {
        "Training/nein/anna_nohash_0.txt",
        "Training/yes/a.txt",
        "test/nein/b.txt",
        "test/nein/b_2.txt",
    }


def test_a_pattern_is_filled_and_changed_field_by_field(tmp_path: Path) -> None:
    data = DataSpec(pattern="{label}_{speaker}_{take}.txt")
    texts(tmp_path, "yes_anna_0.txt", "no_anna_0.txt")
    edits = Edits(tmp_path, data)
    assert edits.apply(Add(("new", "newer"), "yes", "anna")).added == ("yes_anna_1.txt", "yes_anna_2.txt")
    change = edits.apply(Relabel((item_of(tmp_path, "no_anna_0.txt", data),), label="yes"))
    assert change.renamed == {"no_anna_0.txt": "yes_anna_3.txt"}
    edits.apply(RenameSpeaker("anna", "ben"))
    edits.apply(AddClass("no"))
    assert edits.labels() == ("no", "yes")
    assert set(ids(tmp_path, data)) == {"yes_ben_0.txt", "yes_ben_1.txt", "yes_ben_2.txt", "yes_ben_3.txt"}
    with pytest.raises(DataError, match="reads differently"):
        edits.apply(Add(("x",), "a_b", "ben"))
    with pytest.raises(DataError, match="must be one that the pattern has"):
        edits.apply(Add(("x",), "yes", "ben", {"room": "1"}))


def test_a_line_that_is_deleted_leaves_the_ids_of_the_others_alone(tmp_path: Path) -> None:
    data = DataSpec(pattern="{label}.txt", lines=True)
    (tmp_path / "yes.txt").write_bytes(b"one\r\ntwo\r\nthree")
    (tmp_path / "no.txt").write_bytes(b"four\n")
    edits = Edits(tmp_path, data)
    edits.apply(Delete((item_of(tmp_path, "yes.txt#0", data),)))
    change = edits.apply(Relabel((item_of(tmp_path, "yes.txt#1", data),), label="no"))
    assert change.renamed == {"yes.txt#1": "no.txt#1"}
    assert edits.apply(Add(("five",), "yes")).added == ("yes.txt#3",)
    assert (tmp_path / "yes.txt").read_bytes() == b"\r\n\r\nthree\r\nfive"
    assert (tmp_path / "no.txt").read_bytes() == b"four\ntwo\n"
    assert ids(tmp_path, data) == {"no.txt#0": "no", "no.txt#1": "no", "yes.txt#2": "yes", "yes.txt#3": "yes"}


# Manifests


def test_a_table_keeps_every_byte_that_is_not_changed(tmp_path: Path) -> None:
    texts(tmp_path, "a/1.txt", "a/2.txt", "a/3.txt")
    before = '\ufeffFile;"label";note\r\n"a/1.txt";"yes"; "odd\r\na/2.txt;no;\'x\'\r\n\r\na/3.txt; yes ;"1;2 ""q"""'
    (tmp_path / "manifest.csv").write_bytes(before.encode())
    edits = Edits(tmp_path)
    edits.apply(Relabel((item_of(tmp_path, "a/1.txt"),), label="si; señor"))
    edits.apply(Relabel((item_of(tmp_path, "a/3.txt"),), label="no"))
    edits.apply(Add(("new words",), "yes", "Anna B."))
    after = (tmp_path / "manifest.csv").read_bytes().decode()
    assert after == (
        '\ufeffFile;"label";note;speaker\r\n"a/1.txt";"si; señor"; "odd;\r\na/2.txt;no;\'x\';\r\n\r\na/3.txt;no;"1;2 ""q""";\r\n'
        'takes/Anna B_nohash_0.txt;yes;"";Anna B.'
    )
    assert item_of(tmp_path, "takes/Anna B_nohash_0.txt").group == "Anna B."
    edits.apply(Delete((item_of(tmp_path, "a/2.txt"),)))
    assert ids(tmp_path) == {"a/1.txt": "si; señor", "a/3.txt": "no", "takes/Anna B_nohash_0.txt": "yes"}
    for _ in range(4):
        edits.undo()
    assert (tmp_path / "manifest.csv").read_bytes() == before.encode()


def test_json_lines_keep_order_spaces_and_unknown_keys(tmp_path: Path) -> None:
    before = '{"label":"yes" , "text":"one","x":{"y":[1,2]},"age":7}\n\n{"text":"two","label":"no","age":8}'
    (tmp_path / "manifest.jsonl").write_text(before)
    data = DataSpec(targets=(TargetSpec(), TargetSpec(name="age", kind="number")))
    edits = Edits(tmp_path, data)
    edits.apply(Relabel((item_of(tmp_path, "manifest.jsonl#0", data),), label="no", speaker="anna", columns={"age": "9"}))
    assert edits.apply(Add(("three é",), "no", columns={"age": "10"})).added == ("manifest.jsonl#2",)
    assert (tmp_path / "manifest.jsonl").read_text(encoding="utf-8") == (
        '{"label":"no" , "text":"one","x":{"y":[1,2]},"age":9, "speaker":"anna"}\n\n'
        '{"text":"two","label":"no","age":8}\n{"age":10, "label":"no", "text":"three é"}'
    )
    with pytest.raises(DataError, match="age is empty"):
        edits.apply(Add(("four",), "no"))
    with pytest.raises(DataError, match="finite number"):
        edits.apply(Relabel((item_of(tmp_path, "manifest.jsonl#0", data),), columns={"age": "old"}))


def test_a_row_that_another_program_changed_is_not_written_over(tmp_path: Path) -> None:
    table = tmp_path / "manifest.csv"
    table.write_text("text,label\none,yes\ntwo,no\n")
    first, second = (item_of(tmp_path, f"manifest.csv#{n}") for n in (0, 1))
    table.write_text("text,label\none,no\nother,no\n")
    edits = Edits(tmp_path)
    with pytest.raises(DataError, match="was 'yes' and is 'no' now"):
        edits.apply(Relabel((first,), label="maybe"))
    with pytest.raises(DataError, match=r"manifest.csv#1, which was changed since"):
        edits.apply(Delete((second,)))
    assert table.read_text() == "text,label\none,no\nother,no\n"


# Splits


def parts(root: Path) -> dict[str, str]:
    manifest = scan(root)
    assignment = assign_splits(manifest, DataSpec(), saved=load_splits(root, DataSpec()))
    return {str(item.text): assignment.parts[item.id] for item in manifest.items}


def test_items_keep_their_part_when_they_are_moved_and_when_rows_before_them_go(tmp_path: Path) -> None:
    for root in (tmp_path / "folders", tmp_path / "table"):
        root.mkdir()
        if root.name == "folders":
            texts(root, *(f"{'ab'[n % 2]}/{n}.txt" for n in range(30)))
        else:
            (root / "manifest.csv").write_text("text,label\n" + "".join(f"text {n},{'ab'[n % 2]}\n" for n in range(30)))
        manifest = save(root)
        before = parts(root)
        edits = Edits(root)
        edits.apply(Delete(manifest.items[3:5]))
        edits.apply(Relabel(scan(root).items[:9], label="c"))
        edits.apply(RenameClass("c", "d"))
        after = parts(root)
        assert len(after) == 28
        assert after == {text: before[text] for text in after}
        for _ in range(3):
            edits.undo()
        assert parts(root) == before


# Names


@pytest.mark.parametrize(
    "label",
    [
        "",
        "  ",
        ".hidden",
        "a/b",
        "a\\b",
        "..",
        "C:x",
        "con",
        "LPT1.txt",
        "end.",
        "_background_noise_",
        "a\nb",
        "x" * 130,
        "README",
        "a\x00",
    ],
)
def test_a_class_name_that_a_file_system_cannot_hold_is_refused(tmp_path: Path, label: str) -> None:
    with pytest.raises(DataError, match=r"must .*Received: .*\. Choose another name\."):
        Edits(tmp_path).apply(AddClass(label))
    assert list(bytes_of(tmp_path)) == []


def test_names_are_composed_and_one_folder_serves_every_spelling(tmp_path: Path) -> None:
    edits = Edits(tmp_path, kind="text")
    edits.apply(AddClass("ja\u0308ger"))
    assert edits.labels() == ("j\u00e4ger",)
    assert edits.apply(Add(("x",), " ja\u0308ger ", "be\u0301n")).added == ("j\u00e4ger/b\u00e9n_nohash_0.txt",)
    with pytest.raises(DataError, match="upper and lower case"):
        edits.apply(Add(("x",), "J\u00c4GER"))
    edits.apply(RenameClass("j\u00e4ger", "J\u00e4ger"))
    assert edits.labels() == ("J\u00e4ger",)
    with pytest.raises(DataError, match="_nohash"):
        edits.apply(Add(("x",), "yes", "a_nohash_b"))
    with pytest.raises(DataError, match="name of its own"):
        edits.apply(AddClass("J\u00e4ger"))
    with pytest.raises(DataError, match="one that there is"):
        edits.apply(RenameClass("none", "some"))
    with pytest.raises(DataError, match="one kind of items"):
        edits.apply(Add((take(),), "yes"))


def test_changes_are_plain_data(tmp_path: Path) -> None:
    change = Edits(tmp_path, kind="text").apply(Add(("x",), "yes"))
    assert msgspec.json.decode(msgspec.json.encode(change), type=Change) == change
