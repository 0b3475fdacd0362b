"""Files that matter are written whole or not at all.

A file is written under a temporary name in its own folder, flushed to the disk and then renamed, so a reader sees the old
one or the new one, never half of either, whatever kills the process.
"""

from __future__ import annotations

import contextlib
import csv
import errno
import glob
import io
import os
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seqclass.errors import StorageError, UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

BUNDLE_SUFFIX = ".seqclass"
_REASONS = {
    errno.ENOSPC: "the disk is full; free some space or choose another place",
    errno.EDQUOT: "the disk quota is used up; free some space or choose another place",
    errno.EACCES: "permission denied; choose a folder that you may write to",
    errno.EPERM: "permission denied; choose a folder that you may write to",
    errno.EROFS: "the file system is read-only; choose another place",
    errno.ENOENT: "there is no such file or folder; check the path",
    errno.ENOTDIR: "a part of the path is a file, not a folder; check the path",
    errno.EEXIST: "a part of the path is a file, not a folder; check the path",
    errno.EISDIR: "it is a folder, not a file; give a file name",
    errno.ENAMETOOLONG: "the name is too long; choose a shorter one",
    errno.EFBIG: "the file would exceed the size limit of this system; choose another place",
}


def storage_error(action: str, path: Path | str, error: OSError) -> StorageError:
    """Put an operating system error into one line: what failed, for which path, and the way out."""
    reason = _REASONS.get(error.errno or 0, error.strerror or str(error))
    return StorageError(f"Cannot {action} {path}: {reason}.")


@contextlib.contextmanager
def atomic_path(path: Path | str, *, keep_suffix: bool = False) -> Iterator[Path]:
    """Give a temporary path beside ``path``; rename it to ``path`` when the block ends without an error.

    Args:
        path: Where the file shall be in the end. Missing parent folders are made.
        keep_suffix: End the temporary name like ``path``, for writers that choose a format by the ending.

    Raises:
        StorageError: The file cannot be written. What stood at ``path`` before is untouched.
    """
    target = Path(path)
    suffix = target.suffix if keep_suffix else ".tmp"
    temporary = _beside(target, suffix)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _require_replaceable(target)
        yield temporary
        _flush_to_disk(temporary)
        temporary.replace(target)
    except OSError as error:
        raise storage_error("write", target, error) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def write_bytes(path: Path | str, content: bytes) -> None:
    """Write ``content`` to ``path``, whole or not at all.

    Raises:
        StorageError: The file cannot be written.
    """
    with atomic_path(path) as temporary:
        temporary.write_bytes(content)


def write_text(path: Path | str, content: str) -> None:
    """Write UTF-8 text to ``path``, whole or not at all.

    Raises:
        StorageError: The file cannot be written.
    """
    write_bytes(path, content.encode("utf-8"))


def write_arrays(path: Path | str, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write named arrays of any shape to ``path`` as a compressed ``.npz``, whole or not at all.

    Raises:
        StorageError: The file cannot be written.
    """
    import numpy as np  # others than those who have arrays already need not wait for it

    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)  # type: ignore[arg-type]  # the stubs take a keyword for allow_pickle
    write_bytes(path, buffer.getvalue())


def table_text(rows: Iterable[Sequence[object]]) -> str:
    """Rows, the names of the columns first, as CSV (RFC 4180) whose lines end alike on every system."""
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue()


def write_table(path: Path | str, rows: Iterable[Sequence[object]]) -> None:
    """Write `table_text` of ``rows`` to ``path``, whole or not at all.

    Raises:
        StorageError: The file cannot be written.
    """
    write_text(path, table_text(rows))


def read_bytes(path: Path | str, *, limit: int | None = None) -> bytes:
    """Read a file of at most ``limit`` bytes.

    Raises:
        StorageError: The file cannot be read or is larger than ``limit``.
    """
    try:
        with Path(path).open("rb") as stream:
            content = stream.read() if limit is None else stream.read(limit + 1)
    except OSError as error:
        raise storage_error("read", path, error) from error
    if limit is not None and len(content) > limit:
        raise StorageError(f"Cannot read {path}: it must have at most {limit} bytes. Check that it is the right file.")
    return content


def paths_matching(folder: Path | str, pattern: str) -> list[Path]:
    """What lies in a folder that others write in too, sorted: what goes away meanwhile is left out.

    `Path.glob` raises where a folder that it has just seen is gone.

    Args:
        folder: Need not exist.
        pattern: As for `glob.glob`; ``**`` crosses folders, and hidden files count.
    """
    names = glob.glob(pattern, root_dir=folder, recursive=True, include_hidden=True)  # noqa: PTH207 - see above
    return [Path(folder, name) for name in sorted(names)]


def ensure_writable(path: Path | str) -> None:
    """Fail now, not after an hour of training, if a file at ``path`` could not be written.

    Raises:
        StorageError: The folder cannot be made or written, or ``path`` is a folder or a device.
    """
    target = Path(path)
    probe = _beside(target, ".probe")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _require_replaceable(target)
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise storage_error("write", target, error) from error


def require_bundle_name(path: Path | str) -> None:
    """Fail before any work is done where a bundle would get a name that nobody knows it by.

    Raises:
        UsageError: It does not end with ``.seqclass``.
    """
    if Path(path).suffix.lower() != BUNDLE_SUFFIX:
        better = f"{Path(path).stem or 'M'}{BUNDLE_SUFFIX}"
        raise UsageError(f"A bundle's file must end with {BUNDLE_SUFFIX}. Received: {path}. Try {better}.")


def _beside(target: Path, suffix: str) -> Path:
    if not target.name:
        raise StorageError(
            f"A file to write must have a name. Received: {str(target)!r}. Give a path that ends in a file name."
        )
    # 40 characters have at most 160 bytes, so that this name is never too long where the target's own is not.
    return target.with_name(f".{target.name[:40]}.{secrets.token_hex(4)}{suffix}")


def _require_replaceable(target: Path) -> None:
    """A rename would put a file in the place of a device, such as /dev/null, for everybody on the machine."""
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, "is a folder")
    if target.exists() and not target.is_file():
        raise OSError(errno.ENXIO, "it is a device or a pipe, not a file; give a file name")


def _flush_to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR)  # Windows flushes only what is open for writing
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
