from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import numpy as np
import pytest

from seqclass.audio.write import write_wav
from seqclass.data.edits import journal
from seqclass.data.edits.editing import (
    Add,
    AddClass,
    Change,
    Delete,
    DeleteClass,
    Edit,
    Edits,
    EditText,
    MergeClasses,
    Relabel,
    RenameClass,
    RenameSpeaker,
    Take,
)
from seqclass.data.edits.journal import Way
from seqclass.data.edits.rescan import rescan
from seqclass.data.load import load_audio, load_item
from seqclass.data.manifest import Item, Manifest, read_manifest, write_manifest
from seqclass.data.project import load_splits, project_dir, save_splits
from seqclass.data.reading import read_candidate
from seqclass.data.scan import scan
from seqclass.data.scanning import reading as scanning
from seqclass.data.splits import assign_splits
from seqclass.errors import DataError, SeqclassError, StorageError
from seqclass.specs import DataSpec, TargetSpec

RATE_HZ = 8000


@pytest.fixture(autouse=True)
def no_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: None)


def take(seed: int = 0) -> Take:
    return Take(0.1 * np.random.default_rng(seed).standard_normal(400), RATE_HZ)


def texts(root: Path, *names: str) -> Path:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(f"the text of {name}", encoding="utf-8")
    return root


def ids(root: Path, data: DataSpec | None = None) -> dict[str, str]:
    manifest = scan(root, data)
    assert manifest.problems == ()
    return {item.id: str(item.targets["label"]) for item in manifest.items}


def item_of(root: Path, name: str, data: DataSpec | None = None) -> Item:
    return next(item for item in scan(root, data).items if item.id == name)


def bytes_of(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and ".seqclass" not in path.parts
    }


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


# Taking back


def test_a_file_that_was_changed_since_is_neither_moved_nor_deleted(tmp_path: Path) -> None:
    texts(tmp_path, "yes/1.txt", "yes/2.txt", "no/1.txt")
    edits, items = Edits(tmp_path), scan(tmp_path).items
    (tmp_path / "yes" / "1.txt").write_text("something else")
    with pytest.raises(DataError, match=r"yes/1.txt, which was changed since"):
        edits.apply(Delete(items))
    (tmp_path / "yes" / "1.txt").unlink()
    with pytest.raises(DataError, match=r"yes/1.txt, which was moved or deleted since"):
        edits.apply(Relabel(items[1:2], label="no"))
    texts(tmp_path, "no/2.txt")
    with pytest.raises(DataError, match=r"no/2.txt, which came into class no since"):
        edits.apply(DeleteClass("no", items[:1]))
    assert edits.history.changes == ()
    assert edits.bin() == ()


def test_taking_back_is_refused_in_one_sentence_when_a_file_has_changed(tmp_path: Path) -> None:
    texts(tmp_path, "yes/1.txt", "no/1.txt")
    edits = Edits(tmp_path)
    edits.apply(Relabel((item_of(tmp_path, "yes/1.txt"),), label="no"))
    (tmp_path / "no" / "1_2.txt").write_text("something else")
    with pytest.raises(
        DataError, match=r'Cannot undo "Change 1 item to no"\. .*no/1_2.txt, which was changed since\.'
    ) as caught:
        edits.undo()
    assert "\n" not in str(caught.value)
    assert edits.history.position == 1


def test_a_window_does_not_take_back_what_it_has_not_seen(tmp_path: Path) -> None:
    one, other = Edits(tmp_path, kind="text"), Edits(tmp_path, kind="text")
    one.apply(Add(("one",), "yes"))
    with pytest.raises(DataError, match="another program has changed"):
        other.undo()
    other.apply(Add(("two",), "yes"))
    with pytest.raises(DataError, match="another program has changed"):
        one.undo()
    assert [change.title for change in one.history.changes] == ["Add 1 item to yes", "Add 1 item to yes"]
    one.undo()
    assert list(ids(tmp_path)) == ["yes/text_0.txt"]
    with pytest.raises(DataError, match="another program has changed"):
        other.redo()
    assert other.history.next_redo is not None
    other.redo()
    assert list(ids(tmp_path)) == ["yes/text_0.txt", "yes/text_1.txt"]
    with pytest.raises(DataError, match="nothing to redo"):
        other.redo()


def test_the_history_survives_a_restart_and_a_line_that_was_broken_off(tmp_path: Path) -> None:
    edits = Edits(tmp_path, kind="text")
    for n in range(3):
        edits.apply(Add((f"text {n}",), "yes"))
    edits.undo()
    with (tmp_path / ".seqclass" / "undo.jsonl").open("ab") as stream:
        stream.write(b'{"way":"undo","id"')
    again = Edits(tmp_path)
    assert (len(again.history.changes), again.history.position) == (3, 2)
    again.undo()
    again.redo()
    again.redo()
    assert len(ids(tmp_path)) == 3
    assert Edits(tmp_path).history.position == 3


def test_the_history_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "MAX_CHANGES", 3)
    edits = Edits(tmp_path, kind="text")
    for n in range(8):
        edits.apply(Add((f"text {n}",), "yes"))
        edits.undo()
        edits.redo()
    kept = edits.history.changes
    assert 3 <= len(kept) <= 6
    assert [change.added[0] for change in kept] == [f"yes/text_{n}.txt" for n in range(8 - len(kept), 8)]
    for _ in kept:
        edits.undo()
    with pytest.raises(DataError, match="nothing to undo"):
        edits.undo()
    assert len(ids(tmp_path)) == 8 - len(kept)


def test_what_is_deleted_stays_in_the_bin_until_that_is_emptied(tmp_path: Path) -> None:
    texts(tmp_path, "yes/1.txt", "no/1.txt", "notes.doc")
    edits = Edits(tmp_path)
    edits.apply(Delete((item_of(tmp_path, "yes/1.txt"),), ("notes.doc",)))
    assert sorted(one.file for one in edits.bin()) == ["notes.doc", "yes/1.txt"]
    assert list(bytes_of(tmp_path)) == ["no/1.txt"]
    assert edits.empty_bin() == len("the text of yes/1.txt") + len("the text of notes.doc")
    assert edits.bin() == ()
    with pytest.raises(DataError, match="nothing to undo"):
        edits.undo()


# Splits


def parts(root: Path) -> dict[str, str]:
    manifest = scan(root)
    assignment = assign_splits(manifest, DataSpec(), saved=load_splits(root, DataSpec()))
    return {str(item.text): assignment.parts[item.id] for item in manifest.items}


def save(root: Path) -> Manifest:
    manifest = scan(root)
    save_splits(root, manifest, DataSpec(), assign_splits(manifest, DataSpec(), saved=load_splits(root, DataSpec())))
    return manifest


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


# Faults


EDITS: dict[str, Callable[[tuple[Item, ...]], Edit]] = {
    "add": lambda _: Add(("new", "newer"), "fresh", "anna"),
    "relabel": lambda items: Relabel(items[:2], label="fresh"),
    "edit_text": lambda items: EditText(items[0], "other words"),
    "delete": lambda items: Delete(items[:2]),
    "rename_class": lambda _: RenameClass("yes", "ja"),
    "merge_classes": lambda _: MergeClasses(("yes",), "no"),
    "delete_class": lambda items: DeleteClass("yes", tuple(item for item in items if item.targets["label"] == "yes")),
}


def make(root: Path, layout: str) -> Path:
    texts(root, "yes/anna_nohash_0.txt", "yes/b.txt", "no/anna_nohash_0.txt", "no/c.txt")
    if layout == "lists":
        (root / "testing_list.txt").write_text("yes/b.txt\nno/c.txt\n")
    if layout == "table":
        rows = "".join(f"{name},{name.split('/')[0]}\n" for name in bytes_of(root))
        (root / "manifest.csv").write_text(f"file,label\n{rows}")
    save(root)
    return root


@pytest.mark.parametrize("layout", ["folders", "lists", "table"])
@pytest.mark.parametrize("name", EDITS)
def test_a_full_disk_at_any_step_leaves_everything_as_it_was(tmp_path: Path, name: str, layout: str) -> None:
    root = make(tmp_path / "data", layout)
    before, items, splits = bytes_of(root), scan(root).items, load_splits(root, DataSpec())
    steps: list[str] = []
    shutil.copytree(root, tmp_path / "other")
    Edits(tmp_path / "other", on_step=steps.append).apply(EDITS[name](items))
    assert steps[0] == "journal"
    assert steps[-2:] == ["history", "end"]
    for at in range(len(steps) - 1):
        calls = iter(range(100))

        def fail(_: str, calls: Iterator[int] = calls, at: int = at) -> None:
            if next(calls) == at:
                raise OSError(errno.ENOSPC, "No space left on device")

        with pytest.raises(StorageError, match=r"^Cannot .*: the disk is full.*\.$"):
            Edits(root, on_step=fail).apply(EDITS[name](items))
        assert bytes_of(root) == before
        assert load_splits(root, DataSpec()) == splits
        assert not (root / ".seqclass" / "journal.json").exists()
        assert Edits(root).bin() == ()
        assert Edits(root).history.changes == ()


SCENARIOS = [("add", "table"), ("relabel", "lists"), ("merge_classes", "lists"), ("delete_class", "table"), ("undo", "lists")]

KILLED = """
import os, shutil, signal, sys
from pathlib import Path
sys.path.insert(0, {tests!r})
import test_data_edits as here
os.fsync = lambda _: None  # a test that kills processes says nothing about power cuts
for name, layout in here.SCENARIOS:
    folder = Path(sys.argv[1]) / f"{{name}} {{layout}}"
    template = here.make(folder / "template", layout)
    items = here.scan(template).items
    k, ended = 0, False
    while not ended:
        root = folder / str(k)
        shutil.copytree(template, root)
        if os.fork() == 0:
            calls = iter(range(100))
            def kill(_):
                if next(calls) == k:
                    os.kill(os.getpid(), signal.SIGKILL)
            edits = here.Edits(root, on_step=(lambda _: None) if name == "undo" else kill)
            edits.apply(here.EDITS["merge_classes" if name == "undo" else name](items))
            if name == "undo":
                here.Edits(root, on_step=kill).undo()
            os._exit(0)
        ended = os.wait()[1] == 0
        k += 1
"""


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """For each scenario a folder of data sets whose change was killed before step 0, 1, 2, ...; the last one was not."""
    if not hasattr(os, "fork"):
        pytest.skip("needs fork")
    folder = tmp_path_factory.mktemp("killed")
    program = KILLED.format(tests=str(Path(__file__).parent))
    subprocess.run([sys.executable, "-c", program, str(folder)], check=True, timeout=120)
    return folder


@pytest.mark.parametrize(("name", "layout"), SCENARIOS)
def test_a_change_that_is_killed_at_any_step_is_either_done_or_not(killed: Path, name: str, layout: str) -> None:
    folder = killed / f"{name} {layout}"
    before = bytes_of(folder / "template")
    n_steps = len(list(folder.iterdir())) - 2
    assert n_steps >= 3
    seen = []
    for k in range(n_steps):
        root = folder / str(k)
        manifest = scan(root)
        assert manifest.problems == ()
        assert not any("broken off" in warning for warning in manifest.warnings)
        assert not (root / ".seqclass" / "journal.json").exists()
        edits, now = Edits(root), bytes_of(root)
        is_done = edits.history.position == 1
        assert (now == before) == (not is_done)
        seen.append(is_done)
        if is_done:
            edits.undo()
            assert bytes_of(root) == before
        edits.apply(Add(("works",), "yes"))
    is_undo = name == "undo"
    assert seen == [is_undo] + [not is_undo] * (n_steps - 1)


def test_a_change_that_cannot_be_finished_is_taken_back_or_says_what_to_mend(tmp_path: Path) -> None:
    root = make(tmp_path / "data", "folders")
    before, items = bytes_of(root), scan(root).items

    def stop(step: str) -> None:
        if step == "history":
            raise KeyboardInterrupt

    journal = root / ".seqclass" / "journal.json"
    saved: list[bytes] = []

    def keep(step: str) -> None:
        if step == "Move" and not saved:
            saved.append(journal.read_bytes())
        stop(step)

    with pytest.raises(KeyboardInterrupt):
        Edits(root, on_step=keep).apply(Relabel(items[:2], label="fresh"))
    assert bytes_of(root) == before
    # As if the process was killed before the first step, and somebody moved a file by hand.
    journal.write_bytes(saved[0])
    (root / str(items[1].file)).rename(tmp_path / "elsewhere.txt")
    warnings = scan(root).warnings
    assert any("broken off" in warning and "move" in warning for warning in warnings)
    with pytest.raises(StorageError, match="broken off"):
        Edits(root)
    (tmp_path / "elsewhere.txt").rename(root / str(items[1].file))
    assert Edits(root).history.position == 1
    assert set(ids(root).values()) == {"fresh", "yes"}


def test_a_journal_that_leads_out_of_the_data_set_is_refused(tmp_path: Path) -> None:
    root = make(tmp_path / "data", "folders")
    (tmp_path / "secret").write_text("x")
    step = {"type": "move", "source": "../secret", "target": "yes/secret.txt", "mark": ""}
    change = {"id": "x", "action": "add", "steps": [step]}
    (root / ".seqclass" / "journal.json").write_text(json.dumps({"schema": 1, "way": "apply", "change": change}))
    assert any("cannot be finished" in warning for warning in scan(root).warnings)
    assert (tmp_path / "secret").exists()
    assert len(ids(root)) == 4


def test_a_folder_that_vanished_is_named(tmp_path: Path) -> None:
    root = make(tmp_path / "data", "folders")
    edits = Edits(root)
    root.rename(tmp_path / "unplugged")
    with pytest.raises(StorageError, match="Plug its drive in again"):
        edits.apply(Add(("x",), "yes"))
    with pytest.raises(StorageError, match="Plug its drive in again"):
        Edits(root)
    assert not root.exists()


def test_a_table_that_may_not_be_written_is_not_replaced(tmp_path: Path) -> None:
    table = tmp_path / "manifest.csv"
    table.write_text("text,label\none,yes\n")
    table.chmod(0o444)
    with pytest.raises(StorageError, match="permission denied"):
        Edits(tmp_path).apply(Add(("two",), "no"))
    table.chmod(0o640)
    Edits(tmp_path).apply(Add(("two",), "no"))
    assert table.stat().st_mode & 0o777 == 0o640


def test_two_processes_lose_no_take_of_each_other(tmp_path: Path) -> None:
    program = """
import sys
from seqclass.data.edits.editing import Add, Edits
for n in range(10):
    for root in sys.argv[2:]:
        Edits(root, kind="text").apply(Add((f"text {n} of {sys.argv[1]}",), "yes", "anna"))
"""
    roots = [tmp_path / "folders", tmp_path / "table"]
    for root in roots:
        root.mkdir()
    (tmp_path / "table" / "manifest.csv").write_text("text,label\n")
    children = [subprocess.Popen([sys.executable, "-c", program, name, *map(str, roots)]) for name in "ab"]
    assert [child.wait(timeout=60) for child in children] == [0, 0]
    for root in roots:
        assert {str(item.text) for item in scan(root).items} == {f"text {n} of {name}" for n in range(10) for name in "ab"}
        assert len(Edits(root).history.changes) == 20


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


# Read-only data sets


@pytest.fixture
def read_only(tmp_path: Path) -> Path:
    root = tmp_path / "data"
    edits = Edits(root.mkdir() or root)
    for n in range(6):
        edits.apply(Add((take(n),), ("yes", "no")[n % 2], f"s{n}"))
    shutil.rmtree(root / ".seqclass")
    (root / "no" / "broken.wav").write_bytes(b"x")
    root.chmod(0o555)
    return root


def test_a_read_only_data_set_is_changed_in_its_project(read_only: Path, tmp_path: Path) -> None:
    root, before = read_only, bytes_of(read_only)
    edits = Edits(root)
    assert edits.is_read_only
    (new,) = edits.apply(Add((take(50),), "maybe", "anna")).added
    first, second, third = scan(root).items[1:4]
    edits.apply(Relabel((first, item_of(root, new)), label="yes", speaker="dora"))
    edits.apply(Delete((second,), ("no/broken.wav",)))
    manifest = scan(root)
    assert manifest.problems == ()
    labels = {item.id: (item.targets["label"], item.group) for item in manifest.items}
    assert labels[first.id] == labels[new] == ("yes", "dora")
    assert second.id not in labels
    assert labels[third.id] == (third.targets["label"], third.group)
    assert len(manifest.items) == 6
    for item in manifest.items:
        assert load_item(manifest, item) is not None
    write_manifest(tmp_path / "manifest.json", manifest)
    assert read_manifest(tmp_path / "manifest.json") == manifest
    save_splits(root, manifest, DataSpec(), assign_splits(manifest, DataSpec()))
    assert new in load_splits(root, DataSpec())
    with pytest.raises(DataError, match="was deleted"):
        edits.apply(Relabel((second,), label="no"))
    with pytest.raises(DataError, match="now"):
        edits.apply(Relabel((first,), label="no"))
    edits.apply(RenameClass("yes", "ja"))
    assert edits.labels() == ("ja", "no")
    assert bytes_of(root) == before
    assert not (root / ".seqclass").exists()
    root.chmod(0o755)
    assert Edits(root).is_read_only  # what was changed there is not lost to sight
    assert len(scan(root).items) == 6
    for _ in range(4):
        edits.undo()
    assert {item.targets["label"] for item in scan(root).items} == {"yes", "no"}
    assert len(scan(root).items) == 6
    assert len(scan(root).problems) == 1


def test_an_overlay_applies_only_to_what_it_was_made_for_and_never_leads_out(read_only: Path) -> None:
    root = read_only
    edits = Edits(root)
    item = scan(root).items[0]
    edits.apply(Relabel((item,), label="other"))
    (root / str(item.file)).write_bytes((root / str(scan(root).items[1].file)).read_bytes())
    manifest = scan(root)
    assert "other" not in manifest.labels()
    assert any("1 earlier changes are not applied" in warning for warning in manifest.warnings)
    path = project_dir(root) / "overlay" / "overlay.json"
    plain = json.loads(path.read_text())
    for file in ("../../secret.wav", ".seqclass/overlay/files/../../../x.wav", "/etc/passwd"):
        plain["added"].append({"file": file, "columns": {"label": "yes"}})
    path.write_text(json.dumps(plain))
    assert sorted(problem.file for problem in scan(root).problems)[:3] == [
        "../../secret.wav",
        ".seqclass/overlay/files/../../../x.wav",
        "/etc/passwd",
    ]
    path.write_text("{")
    with pytest.raises(SeqclassError, match="damaged"):
        scan(root)
    root.chmod(0o755)


def test_ts_files_are_changed_in_the_project(tmp_path: Path) -> None:
    lines = "".join(f"{n},{n + 1},{n + 2}:{'a' if n % 2 else 'b'}\n" for n in range(6))
    (tmp_path / "x.ts").write_text(f"@problemName x\n@univariate true\n@classLabel true a b\n@data\n{lines}")
    before = bytes_of(tmp_path)
    edits = Edits(tmp_path)
    numbers = tmp_path.parent / "numbers.csv"
    numbers.write_text("1\n2\n5\n")
    (new,) = edits.apply(Add((numbers,), "c", "anna")).added
    edits.apply(Relabel((item_of(tmp_path, "x.ts#0"), item_of(tmp_path, new)), label="a"))
    edits.apply(Delete((item_of(tmp_path, "x.ts#3"),)))
    manifest = scan(tmp_path)
    assert manifest.kind == "numeric"
    assert {item.id: item.targets["label"] for item in manifest.items} == {
        new: "a",
        "x.ts#0": "a",
        "x.ts#1": "a",
        "x.ts#2": "b",
        "x.ts#4": "b",
        "x.ts#5": "a",
    }
    assert np.array_equal(load_item(manifest, item_of(tmp_path, new)), [[1], [2], [5]])
    assert bytes_of(tmp_path) == before


@pytest.mark.parametrize("layout", ["folders", "table", "read-only"])
def test_a_manifest_follows_a_change_without_a_file_being_opened_again(
    tmp_path: Path, layout: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "data"
    for n in range(6):
        sound = root / ("yes", "no")[n % 2] / f"s{n}_nohash_0.wav"
        sound.parent.mkdir(parents=True, exist_ok=True)
        write_wav(sound, take(n).samples, RATE_HZ)
    if layout == "table":
        (root / "manifest.csv").write_text(
            "file,label\n" + "".join(f"{name},{name.split('/')[0]}\n" for name in bytes_of(root))
        )
    if layout == "read-only":
        root.chmod(0o555)
    edits, manifest = Edits(root), scan(root)
    opened: list[str | None] = []
    monkeypatch.setattr(
        scanning, "read_candidate", lambda one, **others: opened.append(one.file) or read_candidate(one, **others)
    )

    def follow(change: Change, way: Way = "apply", *, n_opened: int = 0) -> Manifest:
        opened.clear()
        after = rescan(manifest, change, way)
        assert len(opened) == n_opened
        full = scan(root)
        assert (after.items, after.problems, after.overlay) == (full.items, full.problems, full.overlay)
        return after

    manifest = follow(edits.apply(Add((take(9),), "yes", "anna")), n_opened=1)
    manifest = follow(edits.apply(Relabel(manifest.items[:3], label="maybe", speaker="ben")))
    manifest = follow(edits.apply(RenameClass("yes", "ja")))
    manifest = follow(edits.apply(Delete(manifest.items[2:3])), n_opened=int(layout == "read-only"))
    manifest = follow(edits.undo(), "undo", n_opened=1)
    for _ in range(2):
        manifest = follow(edits.undo(), "undo")
    manifest = follow(edits.redo(), "redo")
    root.chmod(0o755)


def test_changes_are_plain_data(tmp_path: Path) -> None:
    change = Edits(tmp_path, kind="text").apply(Add(("x",), "yes"))
    assert msgspec.json.decode(msgspec.json.encode(change), type=Change) == change
