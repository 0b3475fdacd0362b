"""Random edits, undone and redone, against a model that is a list of items; taking all back restores every byte."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from seqclass.data.edits.editing import (
    Add,
    AddClass,
    Delete,
    DeleteClass,
    Edits,
    EditText,
    MergeClasses,
    Relabel,
    RenameClass,
    RenameSpeaker,
)
from seqclass.data.manifest import Item
from seqclass.data.scan import scan
from seqclass.specs import DataSpec

Row = tuple[str, str, str]  # label, speaker, text
LABELS = ("yes", "no", "jäger", "a b", "_unknown_")
SPEAKERS = ("", "anna", "bén", "x-y_z")
choice = st.integers(0, 1000)


def bytes_of(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes() if path.is_file() else b"folder"
        for path in sorted(root.rglob("*"))
        if ".seqclass" not in path.parts
    }


@pytest.fixture(autouse=True)
def no_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: None)


class _EditMachine(RuleBasedStateMachine):
    """Common rules; subclasses choose how items are kept."""

    keeps_speakers: ClassVar[bool] = True
    data: ClassVar[DataSpec] = DataSpec()

    def start(self, root: Path) -> None:
        raise NotImplementedError

    @initialize()
    def make(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.root = self.folder / "data"
        self.root.mkdir()
        self.start(self.root)
        self.n = 0
        self.model = self.seen()
        self.done: list[tuple[Counter[Row], dict[str, bytes]]] = []
        self.undone: list[tuple[Counter[Row], dict[str, bytes]]] = []
        self.edits = Edits(self.root, self.data, kind="text")

    def teardown(self) -> None:
        if not hasattr(self, "folder"):
            return
        while self.done:
            self.undo()
        shutil.rmtree(self.folder)

    def items(self) -> tuple[Item, ...]:
        manifest = scan(self.root, self.data)
        assert [problem for problem in manifest.problems if problem.file != "notes.doc"] == []
        return manifest.items

    def seen(self) -> Counter[Row]:
        return Counter((str(item.targets["label"]), item.group or "", item.text or "") for item in self.items())

    def apply(self, edit: Any, model: Counter[Row]) -> None:
        before = (self.model.copy(), bytes_of(self.root))
        change = self.edits.apply(edit)
        if change.steps:
            self.done.append(before)
            self.undone.clear()
        else:
            assert bytes_of(self.root) == before[1]
        self.model = model
        assert self.seen() == self.model

    def item(self, n: int) -> Item:
        items = self.items()
        return items[n % len(items)]

    def row(self, item: Item) -> Row:
        return (str(item.targets["label"]), item.group or "", item.text or "")

    def labels(self) -> list[str]:
        return sorted({label for label, _, _ in self.model})

    def mapped(self, function: Any) -> Counter[Row]:
        model: Counter[Row] = Counter()
        for row, count in self.model.items():
            model[function(*row)] += count
        return model

    @rule(label=st.sampled_from(LABELS), speaker=st.sampled_from(SPEAKERS), n=st.integers(1, 3))
    def add(self, label: str, speaker: str, n: int) -> None:
        speaker = speaker if self.keeps_speakers else ""
        texts = [f"text, number {self.n + k} “é”" for k in range(n)]
        self.n += n
        self.apply(Add(tuple(texts), label, speaker), self.model + Counter((label, speaker, text) for text in texts))

    @precondition(lambda self: self.model)
    @rule(n=choice, label=st.sampled_from(LABELS))
    def relabel(self, n: int, label: str) -> None:
        item = self.item(n)
        _, speaker, text = self.row(item)
        self.apply(Relabel((item,), label=label), self.model - Counter([self.row(item)]) + Counter([(label, speaker, text)]))

    @precondition(lambda self: self.model and self.keeps_speakers)
    @rule(n=choice, speaker=st.sampled_from(SPEAKERS[1:]))
    def respeak(self, n: int, speaker: str) -> None:
        item = self.item(n)
        label, _, text = self.row(item)
        self.apply(
            Relabel((item,), speaker=speaker), self.model - Counter([self.row(item)]) + Counter([(label, speaker, text)])
        )

    @precondition(lambda self: self.model)
    @rule(n=choice)
    def edit_text(self, n: int) -> None:
        item = self.item(n)
        label, speaker, _ = self.row(item)
        self.n += 1
        text = f'edited "{self.n}"; ok'
        self.apply(EditText(item, text), self.model - Counter([self.row(item)]) + Counter([(label, speaker, text)]))

    @precondition(lambda self: len(self.model) > 1)
    @rule(n=choice)
    def delete(self, n: int) -> None:
        item = self.item(n)
        self.apply(Delete((item,)), self.model - Counter([self.row(item)]))

    @rule(label=st.sampled_from(("new", "later")))
    def add_class(self, label: str) -> None:
        if label not in self.edits.labels():
            self.apply(AddClass(label), self.model)
            assert label in self.edits.labels()

    @precondition(lambda self: self.model)
    @rule(n=choice, to=st.sampled_from((*LABELS, "other")))
    def rename_class(self, n: int, to: str) -> None:
        label = self.labels()[n % len(self.labels())]
        model = self.mapped(lambda old, speaker, text: (to if old == label else old, speaker, text))
        is_there = to in self.edits.labels()
        self.apply(MergeClasses((label,), to) if is_there else RenameClass(label, to), model)
        assert (is_there and to == label) or label not in self.edits.labels()

    @precondition(lambda self: len({label for label, _, _ in self.model}) > 1)
    @rule(n=choice)
    def delete_class(self, n: int) -> None:
        label = self.labels()[n % len(self.labels())]
        items = tuple(item for item in self.items() if item.targets["label"] == label)
        empty = tuple(problem.file for problem in scan(self.root, self.data).problems if "no text" in problem.reason)
        self.apply(
            DeleteClass(label, items, empty), Counter({row: count for row, count in self.model.items() if row[0] != label})
        )
        assert label not in self.edits.labels()

    @precondition(lambda self: any(speaker for _, speaker, _ in self.model) and self.keeps_speakers)
    @rule(n=choice)
    def rename_speaker(self, n: int) -> None:
        speakers = sorted({speaker for _, speaker, _ in self.model if speaker})
        speaker = speakers[n % len(speakers)]
        model = self.mapped(lambda label, old, text: (label, "dora" if old == speaker else old, text))
        self.apply(RenameSpeaker(speaker, "dora"), model)

    @precondition(lambda self: self.done)
    @rule()
    def undo(self) -> None:
        now = (self.model, bytes_of(self.root))
        self.edits.undo()
        self.model, files = self.done.pop()
        self.undone.append(now)
        assert bytes_of(self.root) == files
        assert self.seen() == self.model

    @precondition(lambda self: self.undone)
    @rule()
    def redo(self) -> None:
        before = (self.model, bytes_of(self.root))
        self.edits.redo()
        self.model, files = self.undone.pop()
        self.done.append(before)
        assert bytes_of(self.root) == files
        assert self.seen() == self.model

    @rule()
    def restart(self) -> None:
        self.edits = Edits(self.root, self.data, kind="text")
        assert len(self.edits.history.changes) == len(self.done) + len(self.undone)


class _ClassFolders(_EditMachine):
    def start(self, root: Path) -> None:
        for name in ("yes/anna_nohash_0.txt", "yes/anna_nohash_1.txt", "no/plain.txt", "no/deep/er.txt"):
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_bytes(f"\ufeffthe text of {name}\r\n".encode())
        (root / "yes" / ".DS_Store").write_bytes(b"x")
        (root / "notes.doc").write_bytes(b"x")


class _ListFiles(_ClassFolders):
    def start(self, root: Path) -> None:
        super().start(root)
        (root / "testing_list.txt").write_bytes(b"yes/anna_nohash_1.txt\r\nno/plain.txt")


class _SplitFolders(_EditMachine):
    def start(self, root: Path) -> None:
        for name in ("train/yes/anna_nohash_0.txt", "train/no/a.txt", "test/yes/a.txt", "test/no/b.txt"):
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_bytes(f"the text of {name}".encode())


class _Lines(_EditMachine):
    keeps_speakers = False
    data = DataSpec(lines=True)

    def start(self, root: Path) -> None:
        for name, content in (("yes/a.txt", b"one\r\n\r\ntwo"), ("no/a.txt", b"\xef\xbb\xbfthree\nfour\n")):
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_bytes(content)

    def items(self) -> tuple[Item, ...]:
        manifest = scan(self.root, self.data)
        assert all("no text" in problem.reason for problem in manifest.problems)
        return manifest.items


class _TextTable(_EditMachine):
    def start(self, root: Path) -> None:
        table = 'Text;label;"mood";speaker\r\n"one; two";yes;;anna\r\n\r\nthree;"no";"☺"; bén\r\n"fo""ur\r\nlines";no;bad;'
        (root / "manifest.csv").write_bytes(b"\xef\xbb\xbf" + table.encode())


class _JsonLines(_EditMachine):
    def start(self, root: Path) -> None:
        (root / "manifest.jsonl").write_text(
            '{"text": "one", "label": "yes", "mood": {"a": [1, "}"]}}\n\n{"label":"no","text":"two \\u00e9","speaker":null}\n',
            encoding="utf-8",
        )


class _FileTable(_EditMachine):
    def start(self, root: Path) -> None:
        (root / "manifest.tsv").write_bytes(b"file\tlabel\n./texts/a.txt\tyes\ntexts\\b_nohash_0.txt\tno\n")
        (root / "texts").mkdir()
        (root / "texts" / "a.txt").write_text("one")
        (root / "texts" / "b_nohash_0.txt").write_text("two")


class _ReadOnly(_EditMachine):
    def start(self, root: Path) -> None:
        (root / "manifest.csv").write_bytes(b"text,label,speaker\none,yes,\ntwo,no,anna\n")
        root.chmod(0o555)

    def seen(self) -> Counter[Row]:
        assert [path.name for path in self.root.iterdir()] == ["manifest.csv"]
        return super().seen()

    def teardown(self) -> None:
        if hasattr(self, "root"):
            super_root = self.root
            while self.done:
                self.undo()
            super_root.chmod(0o755)
            shutil.rmtree(self.folder)


quick = settings(max_examples=6, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck))
for machine in (_ClassFolders, _ListFiles, _SplitFolders, _Lines, _TextTable, _JsonLines, _FileTable, _ReadOnly):
    globals()[f"Test{machine.__name__.lstrip('_')}"] = machine.TestCase
    machine.TestCase.settings = quick
