"""Files are written whole or not at all."""

from __future__ import annotations

import csv
import errno
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from seqclass.errors import StorageError
from seqclass.files import (
    atomic_path,
    ensure_writable,
    paths_matching,
    read_bytes,
    table_text,
    write_arrays,
    write_bytes,
    write_table,
    write_text,
)


@pytest.fixture
def target(tmp_path: Path) -> Path:
    path = tmp_path / "model.seqclass"
    path.write_bytes(b"old")
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def write_half(target: Path, error: BaseException) -> None:
    with atomic_path(target) as temporary:
        temporary.write_bytes(b"half")
        raise error


def test_a_new_file_replaces_the_old_one_and_leaves_nothing_beside(target: Path) -> None:
    write_bytes(target, b"new")
    assert target.read_bytes() == b"new"
    assert names(target.parent) == ["model.seqclass"]


def test_missing_folders_are_made(tmp_path: Path) -> None:
    write_text(tmp_path / "a" / "b" / "c.txt", "ä\n")
    assert (tmp_path / "a" / "b" / "c.txt").read_bytes() == "ä\n".encode()


@pytest.mark.parametrize("error", [ValueError("a fault"), KeyboardInterrupt()])
def test_a_failing_writer_leaves_the_old_file_and_its_own_error(target: Path, error: BaseException) -> None:
    with pytest.raises(type(error)):
        write_half(target, error)
    assert target.read_bytes() == b"old"
    assert names(target.parent) == ["model.seqclass"]


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "the disk is full; free some space"),
        (errno.EDQUOT, "the disk quota is used up"),
        (errno.EROFS, "the file system is read-only"),
        (errno.EIO, "Input/output error"),
    ],
)
def test_a_full_disk_leaves_the_old_file_and_one_clear_line(target: Path, number: int, words: str) -> None:
    with pytest.raises(StorageError, match=words) as caught:
        write_half(target, OSError(number, os.strerror(number)))
    assert str(caught.value).startswith(f"Cannot write {target}: ")
    assert "\n" not in str(caught.value)
    assert target.read_bytes() == b"old"
    assert names(target.parent) == ["model.seqclass"]


def test_a_disk_that_fills_up_while_flushing_leaves_the_old_file(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match="the disk is full"):
        write_bytes(target, b"new")
    assert target.read_bytes() == b"old"
    assert names(target.parent) == ["model.seqclass"]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs a signal that cannot be caught")
def test_a_killed_process_leaves_the_old_file(target: Path) -> None:
    code = (
        "import os, signal, sys\n"
        "from seqclass.files import atomic_path\n"
        "with atomic_path(sys.argv[1]) as temporary:\n"
        "    temporary.write_bytes(b'half')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    ended = subprocess.run([sys.executable, "-c", code, str(target)], check=False)
    assert ended.returncode == -signal.SIGKILL
    assert target.read_bytes() == b"old"


def test_a_writer_that_wrote_nothing_is_an_error(target: Path) -> None:
    with pytest.raises(StorageError, match="Cannot write"), atomic_path(target):
        pass
    assert target.read_bytes() == b"old"


def test_the_temporary_name_keeps_the_ending_where_a_writer_needs_it(target: Path) -> None:
    with atomic_path(target.with_suffix(".png"), keep_suffix=True) as temporary:
        assert temporary.suffix == ".png"
        temporary.write_bytes(b"picture")
    with atomic_path(target) as temporary:
        assert temporary.suffix == ".tmp"
        temporary.write_bytes(b"new")


@pytest.mark.parametrize("name", ["文" * 85, "a" * 255, "😀" * 63])
def test_the_longest_names_that_a_folder_takes_can_be_written(tmp_path: Path, name: str) -> None:
    write_bytes(tmp_path / name, b"x")
    ensure_writable(tmp_path / name)
    assert names(tmp_path) == [name]


BAD_PLACES: list[Any] = [
    pytest.param(lambda folder: folder, "it is a folder, not a file", id="a folder"),
    pytest.param(lambda folder: folder / "file" / "model", "a part of the path is a file", id="below a file"),
    pytest.param(lambda folder: folder / ("a" * 300), "the name is too long", id="too long a name"),
    pytest.param(lambda _: "/dev/null", "it is a device or a pipe", id="a device"),
    pytest.param(lambda _: "", "must have a name", id="no name"),
]


@pytest.mark.parametrize(("place", "words"), BAD_PLACES)
def test_a_place_that_cannot_be_written_is_said_in_one_line(tmp_path: Path, place: Any, words: str) -> None:
    (tmp_path / "file").write_bytes(b"")
    for action in (ensure_writable, lambda path: write_bytes(path, b"new")):
        with pytest.raises(StorageError, match=words) as caught:
            action(place(tmp_path))
        assert "\n" not in str(caught.value)
    assert names(tmp_path) == ["file"]


def test_arrays_come_back_by_name_and_none_needs_a_pickle(target: Path) -> None:
    arrays = {"layer0.cell": np.eye(3, dtype=np.float16), "at": np.asarray(4), "tokens": np.asarray(["gut", "好"])}
    write_arrays(target, arrays)
    with np.load(target, allow_pickle=False) as read:
        assert list(read) == list(arrays)
        for name, values in arrays.items():
            assert read[name].dtype == values.dtype
            np.testing.assert_array_equal(read[name], values)
    assert names(target.parent) == ["model.seqclass"]


def test_a_table_comes_back_cell_by_cell(target: Path) -> None:
    rows = [("name", "says"), ("a,b", 'she said "no"'), ("zwei\nZeilen", "好"), ("", "1.5")]
    write_table(target, rows)
    with target.open(encoding="utf-8", newline="") as stream:
        assert [tuple(row) for row in csv.reader(stream)] == rows
    assert table_text([("a", 1), ("b", None)]) == "a,1\nb,\n"


def test_asking_whether_a_file_could_be_written_changes_nothing(target: Path) -> None:
    ensure_writable(target)
    ensure_writable(target.with_name("new"))
    assert target.read_bytes() == b"old"
    assert names(target.parent) == ["model.seqclass"]


def test_reading_is_bounded(target: Path) -> None:
    assert read_bytes(target) == b"old"
    assert read_bytes(target, limit=3) == b"old"
    with pytest.raises(StorageError, match="must have at most 2 bytes"):
        read_bytes(target, limit=2)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"Cannot read .*nowhere: there is no such file or folder; check the path"):
        read_bytes(tmp_path / "nowhere")


def test_what_goes_away_while_a_folder_is_listed_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("b/one.part", "a/two.part", "gone/three.part", "a/.hidden.part", "a/other"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    scandir = os.scandir

    def removed_first(folder: str | int) -> Any:
        if not isinstance(folder, int) and Path(folder).name == "gone":
            (tmp_path / "gone").rename(tmp_path / "elsewhere")
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", removed_first)
    found = paths_matching(tmp_path, "*/*.part")
    assert found == [tmp_path / name for name in ("a/.hidden.part", "a/two.part", "b/one.part")]
    assert not (tmp_path / "gone").exists()
    assert not paths_matching(tmp_path / "nowhere", "*")
