"""Changes to a data set that cannot be changed itself, kept in its project: what a scan lays over what it finds.

``overlay/overlay.json`` names added items (their files lie in ``overlay/files``), changed columns and texts, and deleted
items. A change of an item counts only while the item's content is what it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import msgspec

from seqclass.data.candidates import Candidate, Found, parse_targets
from seqclass.data.content import text_hash
from seqclass.data.manifest import OVERLAY_PREFIX, Item, Problem
from seqclass.data.project import OVERLAY, project_dir
from seqclass.data.walk import Mark, escape_reason, mark_of
from seqclass.errors import ItemError, StorageError
from seqclass.files import read_bytes
from seqclass.specs import TargetSpec

FILE = f"{OVERLAY}/overlay.json"
FILES = f"{OVERLAY}/files"
SCHEMA = 1
_MAX_BYTES = 500_000_000


class Added(msgspec.Struct, frozen=True, omit_defaults=True):
    """An item that the data set itself does not have. ``file`` begins with `OVERLAY_PREFIX`."""

    file: str
    columns: dict[str, str]


class Changed(msgspec.Struct, frozen=True, omit_defaults=True):
    """What differs from the data set's own item, whose content has ``content_hash``."""

    content_hash: str
    columns: dict[str, str] = {}
    text: str | None = None


class Overlay(msgspec.Struct, frozen=True):
    """All changes. ``removed``: id -> content hash; empty for what could not be read."""

    schema: int = SCHEMA
    added: tuple[Added, ...] = ()
    changed: dict[str, Changed] = {}
    removed: dict[str, str] = {}


def read_overlay(project: Path) -> Overlay:
    """The overlay of a project; an empty one where there is none.

    Raises:
        StorageError: It cannot be read, is damaged, or was written by a later version.
    """
    path = project / FILE
    if not path.exists():
        return Overlay()
    try:
        overlay = msgspec.json.decode(read_bytes(path, limit=_MAX_BYTES), type=Overlay)
    except msgspec.DecodeError as error:
        raise StorageError(f"{path} is damaged: {error}. Move it away; the changes that it holds are then left out.") from error
    if overlay.schema > SCHEMA:
        raise StorageError(
            f"{path} must be of schema version {SCHEMA} or lower. Received: {overlay.schema}. Update seqclass or move it away."
        )
    return overlay


class Layer:
    """An overlay on its way through a scan.

    Attributes:
        folder: Where the files of added items lie.
    """

    def __init__(self, root: Path) -> None:
        project = project_dir(root)
        self._overlay = read_overlay(project)
        self.folder = (project / FILES).resolve()

    def __bool__(self) -> bool:
        return self._overlay != Overlay()

    def state(self) -> bytes:
        """All that it lays over a scan, for comparing one time with another."""
        return msgspec.msgpack.encode([self._overlay, str(self.folder), self.marks()]) if self else b""

    def marks(self) -> list[Mark]:
        """`seqclass.data.walk.mark_of` of each added file."""
        return [mark_of(self.folder / added.file.removeprefix(OVERLAY_PREFIX)) for added in self._overlay.added]

    def add_to(self, found: Found, *, group: str) -> None:
        """Put added items among the candidates; where the data set names parts, they are for training.

        A change does not outlive what it changes: a file that is gone is listed.
        """
        is_divided = any(one.split for one in found.candidates) or any(one.split for one in found.items)
        for added in self._overlay.added:
            name = added.file.removeprefix(OVERLAY_PREFIX)
            reason = escape_reason(self.folder, name) if name != added.file else "its path must lie in the project"
            try:
                if reason:
                    raise ItemError(reason)
                targets = parse_targets(added.columns, found.targets)
            except ItemError as error:
                found.problems.append(Problem(added.file, str(error)))
                continue
            speaker = added.columns.get(group, "").strip() or None
            found.add(
                Candidate(id=added.file, targets=targets, group=speaker, split="train" if is_divided else None, file=added.file)
            )

    def apply(
        self, items: Iterable[Item], problems: Iterable[Problem], targets: Sequence[TargetSpec], *, group: str
    ) -> tuple[list[Item], list[Problem], tuple[str, ...]]:
        """Lay changes and deletions over what was read.

        Returns:
            Items, problems, and a warning for changes that no longer fit.
        """
        kept: list[Item] = []
        n_stale = 0
        for item in items:
            removed = self._overlay.removed.get(item.id)
            if removed is not None and removed == item.content_hash:
                continue
            change = self._overlay.changed.get(item.id)
            n_stale += removed is not None or (change is not None and change.content_hash != item.content_hash)
            if change is not None and change.content_hash == item.content_hash:
                item = _changed(item, change, targets, group=group)  # noqa: PLW2901
            kept.append(item)
        left = [problem for problem in problems if self._overlay.removed.get(problem.file) != ""]
        warning = f"{n_stale} earlier changes are not applied: their items have other content now." if n_stale else ""
        return kept, left, (warning,) if warning else ()


def _changed(item: Item, change: Changed, targets: Sequence[TargetSpec], *, group: str) -> Item:
    values: Mapping[str, str] = change.columns
    differing = tuple(target for target in targets if target.name in values)
    try:
        new_targets = {**item.targets, **parse_targets(values, differing)}
    except ItemError:
        new_targets = item.targets
    item = msgspec.structs.replace(item, targets=new_targets)
    if group in values:
        item = msgspec.structs.replace(item, group=values[group].strip() or None)
    if change.text is not None and item.text is not None:
        item = msgspec.structs.replace(item, text=change.text, content_hash=text_hash(change.text))
    return item
