"""What a scan finds: items, problems, notes. Plain data, made once by `seqclass.data.scan` and passed around."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import msgspec

from seqclass.errors import DataError
from seqclass.files import read_bytes, write_bytes
from seqclass.specs import DataSpec, Kind, Split, TargetSpec

OVERLAY_PREFIX = ".seqclass/overlay/files/"
"""How the path of a file begins that was added to a data set which cannot be changed itself: it lies in the project."""

Layout = Literal["manifest", "split folders", "list files", "class folders", "pattern", "ts"]


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One recording, text or numeric sequence with what is known about it.

    Attributes:
        id: Unique within the data set and stable: the relative path with forward slashes, plus ``#row`` (from 0) where one
            file holds several items (a ``.ts`` file, a text file read by lines) or a manifest row holds the text itself.
        targets: For each target the label (text) or the number.
        group: Speaker or other group; None where unknown.
        split: The part that the data set itself names; None where it names none.
        file: Path relative to the root, forward slashes (`Manifest.path_of` gives the place of any file, also of one that begins
            with `OVERLAY_PREFIX`); None where ``text`` came from a manifest row.
        row: Which item of the file; None where the file is one item.
        text: Content of a text item.
        duration_s: Of a recording, at its own rate.
        rate_hz: The recording's own sample rate.
        n_channels: The recording's channel count.
        n_frames: Length of a numeric sequence.
        n_features: Numbers a frame of a numeric sequence.
        content_hash: SHA-256 (hex) of the decoded content (samples as float32 and rate, text, numbers as float64), so that
            exact duplicates agree whatever their file's name or header.
    """

    id: str
    targets: dict[str, str | float]
    group: str | None = None
    split: Split | None = None
    file: str | None = None
    row: int | None = None
    text: str | None = None
    duration_s: float | None = None
    rate_hz: int | None = None
    n_channels: int | None = None
    n_frames: int | None = None
    n_features: int | None = None
    content_hash: str = ""


class Problem(msgspec.Struct, frozen=True):
    """A file (or ``file#row``) that is not used, and why, in one line."""

    file: str
    reason: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """A scanned data set folder (Contract 1). Items are sorted by id.

    Attributes:
        root: Absolute path of the folder.
        noise_files: Relative paths of usable recordings in ``_background_noise_``.
        ignored: Count of LICENSE, README and dot files but for the project's folder, and of empty lines where each line is an item.
        unusable_labels: Labels of the first target of which no file can be used, with the count of their files.
        warnings: Sentences that a person should read: shared speakers, near duplicates, splits by item, mixed rates.
        overlay: Absolute path of the folder for files with `OVERLAY_PREFIX`; empty where there are no changes outside the root.
    """

    root: str
    kind: Kind
    layout: Layout
    data: DataSpec
    targets: tuple[TargetSpec, ...]
    items: tuple[Item, ...]
    problems: tuple[Problem, ...] = ()
    noise_files: tuple[str, ...] = ()
    ignored: int = 0
    unusable_labels: dict[str, int] = {}
    warnings: tuple[str, ...] = ()
    overlay: str = ""

    @property
    def path(self) -> Path:
        """The root as a path."""
        return Path(self.root)

    def path_of(self, file: str) -> Path:
        """Where the file of an item lies."""
        return place_of(file, root=self.path, overlay=Path(self.overlay) if self.overlay else None)

    def labels(self, target: str | None = None) -> tuple[str, ...]:
        """Sorted distinct labels of a class target (the first one unless named)."""
        name = target or self.targets[0].name
        return tuple(sorted({str(item.targets[name]) for item in self.items if name in item.targets}))


class SplitAssignment(msgspec.Struct, frozen=True, kw_only=True):
    """Which part each item belongs to.

    Attributes:
        parts: Item id -> part.
        by: How test relates to train: the data set's own split, by group, or by item.
        shared_groups: Groups that stand both in train and in test.
        warnings: Sentences for reports and the model's card.
    """

    parts: dict[str, Split]
    by: Literal["given", "group", "item"]
    shared_groups: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    def items(self, manifest: Manifest, part: Split) -> tuple[Item, ...]:
        """The manifest's items of one part, in manifest order."""
        return tuple(item for item in manifest.items if self.parts.get(item.id) == part)


def place_of(file: str, *, root: Path, overlay: Path | None) -> Path:
    """Where a file lies: in the data set, or, if its path begins with `OVERLAY_PREFIX`, in the overlay."""
    if overlay is not None and file.startswith(OVERLAY_PREFIX):
        return overlay / file.removeprefix(OVERLAY_PREFIX)
    return root / file


def write_manifest(path: Path | str, manifest: Manifest) -> None:
    """Keep a manifest as JSON, whole or not at all.

    Raises:
        StorageError: The file cannot be written.
    """
    write_bytes(path, msgspec.json.encode(manifest))


def read_manifest(path: Path | str) -> Manifest:
    """Read what `write_manifest` wrote.

    Raises:
        StorageError: The file cannot be read.
        DataError: It is damaged, or was written by another version.
    """
    try:
        return msgspec.json.decode(read_bytes(path), type=Manifest)
    except msgspec.DecodeError as error:
        raise DataError(f"{path} is no manifest: {error}. Scan the data set anew.") from error


def plain(value: Any) -> Any:
    """A manifest or item as plain dictionaries, for JSON."""
    return msgspec.to_builtins(value)
