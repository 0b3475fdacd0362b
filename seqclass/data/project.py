"""What was made from a data set (Contract 4): ``DATASET/.seqclass/``, or one of the user's folders if that is read-only."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from seqclass.errors import StorageError
from seqclass.files import read_bytes, storage_error, write_bytes
from seqclass.specs import DataSpec, Split

if TYPE_CHECKING:
    from seqclass.data.manifest import Manifest, SplitAssignment

FOLDER = ".seqclass"
OVERLAY = "overlay"
SCHEMA = 1
_MAX_BYTES = 500_000_000
_LOCK_TIMEOUT_S = 30


class _Version(msgspec.Struct, frozen=True):
    """What tells whether the rest can be understood."""

    schema: int = 0


class _SplitsFile(msgspec.Struct, frozen=True):
    """``splits.json``: for each way of dividing (`splits_key`), item id or content key -> part.

    ``last_edit`` names the last edit that changed ids here, so that one that was broken off is not done twice.
    """

    schema: int
    splits: dict[str, dict[str, Split]]
    last_edit: str = ""


def project_dir(root: Path | str) -> Path:
    """Where the project of a data set lies. The folder is made when something is saved, not before.

    A data set without any write permission counts as read-only even where the administrator could write to it. Where changes
    to a read-only data set were kept outside, the project stays there: without it they would be lost to sight.
    """
    root = Path(root).expanduser().resolve()
    inside = root / FOLDER
    outside = _outside(root)
    if (outside / OVERLAY / "overlay.json").exists():
        return outside
    if inside.is_dir():
        if is_writable(inside):
            return inside
    elif is_writable(root):
        return inside
    return outside


def _outside(root: Path) -> Path:
    digest = hashlib.sha256(str(root).encode("utf-8", "surrogateescape")).hexdigest()[:12]
    return user_dir() / "projects" / f"{root.name or 'root'}-{digest}"


def is_writable(folder: Path) -> bool:
    """Whether a folder is there and has write permission, the administrator's own powers left aside."""
    try:
        marked = folder.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH)
    except OSError:
        return False
    return bool(marked) and os.access(folder, os.W_OK)


def user_dir() -> Path:
    """The folder for a user's data; the variable SEQCLASS_USER_DIR overrides it."""
    named = os.environ.get("SEQCLASS_USER_DIR")
    if named:
        return Path(named)
    import platformdirs

    return Path(platformdirs.user_data_dir("seqclass", appauthor=False))


def cache_dir() -> Path:
    """The folder for what can be computed again; the variable SEQCLASS_CACHE_DIR overrides it."""
    named = os.environ.get("SEQCLASS_CACHE_DIR")
    if named:
        return Path(named)
    import platformdirs

    return Path(platformdirs.user_cache_dir("seqclass", appauthor=False))


@contextmanager
def project_lock(root: Path | str) -> Iterator[Path]:
    """Hold the project of a data set alone; gives its folder, made if need be, with its ``project.json``.

    Raises:
        StorageError: The folder cannot be written, or another program holds it for half a minute.
    """
    import filelock

    folder = project_dir(root)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(str(folder / "lock"), timeout=_LOCK_TIMEOUT_S):
            if not (folder / "project.json").exists():
                _write_json(folder / "project.json", {"schema": SCHEMA, "dataset": str(Path(root).expanduser().resolve())})
            yield folder
    except filelock.Timeout as error:
        raise StorageError(f"The project {folder} is in use by another program. Wait until that has ended.") from error
    except OSError as error:
        raise storage_error("write", folder, error) from error


def splits_key(data: DataSpec) -> str:
    """What decides about a split: with another share, salt or group, saved assignments do not count."""
    plan = [data.salt, data.split_by, data.group, data.test_share, data.validation_share]
    return msgspec.json.encode(plan).decode()


def load_splits(root: Path | str, data: DataSpec) -> dict[str, Split]:
    """The assignments saved for this way of dividing, for `seqclass.data.splits.assign_splits`; empty where there are none.

    Raises:
        StorageError: The file cannot be read, is damaged, or was written by a later version.
    """
    return _read(project_dir(root) / "splits.json").splits.get(splits_key(data), {})


def save_splits(
    root: Path | str,
    manifest: Manifest,
    data: DataSpec,
    assignment: SplitAssignment,
    *,
    saved: Mapping[str, Split] | None = None,
) -> None:
    """Add assignments to those saved. What was saved before and is in the data set no longer is kept: it may come back.

    Args:
        root: The data set.
        manifest: Its items.
        data: How it was divided.
        assignment: Which part each item belongs to.
        saved: What `load_splits` gave just now: where all stands there already, no file is opened.

    Raises:
        StorageError: The file cannot be written.
    """
    if saved and all(saved.get(name) == part for name, part in _names_with_parts(manifest, assignment)):
        return
    new: dict[str, Split] = {}
    for name, part in _names_with_parts(manifest, assignment):
        new.setdefault(name, part)
    with project_lock(root) as folder:
        path = folder / "splits.json"
        read = _read(path)
        everything = dict(read.splits)
        before: Mapping[str, Split] = everything.get(splits_key(data), {})
        merged = {**before, **new}
        if merged == before:
            return
        everything[splits_key(data)] = dict(sorted(merged.items()))
        _write_json(path, msgspec.structs.replace(read, splits=everything))


def _names_with_parts(manifest: Manifest, assignment: SplitAssignment) -> Iterator[tuple[str, Split]]:
    """All under which parts are saved: ids, and content keys of which the first counts; not what the data set names by itself."""
    from seqclass.data.items import values_of  # they need NumPy, which a window does without until it is on screen
    from seqclass.data.splits import content_key

    items = manifest.items
    fields = zip(*(values_of(items, name) for name in ("id", "split", "content_hash")), strict=True)
    for (name, split, content_hash), part in zip(fields, assignment.parts_of(items), strict=True):
        if part is not None and split not in ("validation", "test"):
            yield name, part
            if content_hash:
                yield content_key(content_hash), part


def remap_splits(folder: Path, pairs: Mapping[str, str], *, mark: str) -> None:
    """Let saved assignments follow items whose ids change. The caller holds `project_lock`.

    Args:
        folder: The project.
        pairs: Old id -> new id, all at once: one item may take the id that another had.
        mark: A name of this edit, for `is_remapped`.

    Raises:
        StorageError: The file cannot be read or written.
    """
    path = folder / "splits.json"
    if is_remapped(folder, mark=mark):
        return
    everything: dict[str, dict[str, Split]] = {}
    for key, before in _read(path).splits.items():
        left = {name: part for name, part in before.items() if name not in pairs}
        for old, new in pairs.items():
            left.pop(new, None)
            if old in before:
                left[new] = before[old]
        everything[key] = dict(sorted(left.items()))
    _write_json(path, _SplitsFile(schema=SCHEMA, splits=everything, last_edit=mark))


def is_remapped(folder: Path, *, mark: str) -> bool:
    """Whether `remap_splits` has nothing to do: it was called with this mark last, or nothing is saved."""
    path = folder / "splits.json"
    return not path.exists() or _read(path).last_edit == mark


def _read(path: Path) -> _SplitsFile:
    if not path.exists():
        return _SplitsFile(schema=SCHEMA, splits={})
    content = read_bytes(path, limit=_MAX_BYTES)
    try:
        version = msgspec.json.decode(content, type=_Version).schema
        if version > SCHEMA:
            raise StorageError(
                f"{path} must be of schema version {SCHEMA} or lower. Received: {version}. Update seqclass or move it away."
            )
        return msgspec.json.decode(content, type=_SplitsFile)
    except msgspec.DecodeError as error:
        raise StorageError(f"{path} is damaged: {error}. Move it away; the data set is then divided anew.") from error


def _write_json(path: Path, value: Any) -> None:
    write_bytes(path, msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n")
