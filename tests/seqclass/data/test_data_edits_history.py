"""What was done to a data set can be taken back and done again, by whoever has seen it."""

from __future__ import annotations

from pathlib import Path

import pytest
from edits_help import bytes_of, ids, item_of, texts

from seqclass.data.edits import journal
from seqclass.data.edits.editing import Add, Delete, DeleteClass, Edits, Relabel
from seqclass.data.scan import scan
from seqclass.errors import DataError


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
