"""Full disks, killed programs and vanished folders: a change is done whole or not at all."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from edits_help import bytes_of, ids, save, texts

from seqclass.data.edits.editing import Add, Delete, DeleteClass, Edit, Edits, EditText, MergeClasses, Relabel, RenameClass
from seqclass.data.manifest import Item
from seqclass.data.project import load_splits
from seqclass.data.scan import scan
from seqclass.errors import StorageError
from seqclass.specs import DataSpec

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
import test_data_edits_faults as here
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
