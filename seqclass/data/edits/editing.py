"""The one way to change a data set (Contract 1, `Changes`): every change is whole, kept, and can be taken back.

Example::

    edits = Edits("my_words")
    edits.apply(Add(sources=(Take(samples, 16_000),), label="yes", speaker="anna"))
    edits.undo()
"""

from __future__ import annotations

import contextlib
import secrets
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec

from seqclass import events
from seqclass.data.candidates import Found
from seqclass.data.content import kind_of
from seqclass.data.edits.drafting import kind_of_source, plan_edit
from seqclass.data.edits.journal import (
    Change,
    History,
    OnStep,
    Way,
    carry_out,
    forget_history,
    read_history,
    recover,
)
from seqclass.data.edits.overlay import overlay_planner
from seqclass.data.edits.paths import path_planner
from seqclass.data.edits.plan import (
    Add,
    AddClass,
    Delete,
    DeleteClass,
    Draft,
    Edit,
    EditText,
    MergeClasses,
    Planner,
    Relabel,
    RenameClass,
    RenameSpeaker,
    Source,
    Take,
)
from seqclass.data.edits.rows import row_planner
from seqclass.data.edits.steps import PROJECT, Place
from seqclass.data.layouts import find_layout
from seqclass.data.manifest import Manifest
from seqclass.data.manifest_files import MANIFEST_NAMES
from seqclass.data.overlay import FILE as OVERLAY_FILE
from seqclass.data.project import is_writable, project_dir, project_lock
from seqclass.data.scan import scan
from seqclass.data.walk import walk
from seqclass.errors import DataError, ItemError, SeqclassError, StorageError
from seqclass.events import CancelToken, Emit
from seqclass.files import storage_error
from seqclass.specs import DataSpec, Kind

__all__ = [
    "Add",
    "AddClass",
    "Change",
    "Delete",
    "DeleteClass",
    "Edit",
    "EditText",
    "Edits",
    "History",
    "MergeClasses",
    "Relabel",
    "RenameClass",
    "RenameSpeaker",
    "Source",
    "Take",
]


class Binned(msgspec.Struct, frozen=True):
    """A file in the bin: the path that it had, the change that put it there, and its size."""

    file: str
    change: str
    n_bytes: int


class Edits:
    """Changes one data set. Cheap to make, holds nothing open; several may work on one folder, in one process or in many.

    Attributes:
        root: The data set's folder.
        data: How it is read.
    """

    def __init__(
        self, root: Path | str, data: DataSpec | None = None, *, kind: Kind | None = None, on_step: OnStep | None = None
    ) -> None:
        """Open a data set for changing; a change that was broken off is finished.

        Args:
            root: The folder.
            data: How it is read; must be what the scan was given.
            kind: Of a data set that is empty yet; else it is found.
            on_step: Called before each thing that is done to the disk; for tests.

        Raises:
            StorageError: The folder is not there, or a broken-off change cannot be finished.
        """
        self.root = Path(root).expanduser().resolve()
        self.data = data or DataSpec()
        self._kind = kind
        self._on_step = on_step or _ignore
        self._require_root()
        if (self._project() / "journal.json").exists():
            with self._locked():
                pass
        self._known = read_history(self._project()).state()

    @property
    def history(self) -> History:
        """What can be taken back and done again, other windows' changes included; from now on `undo` means these."""
        history = read_history(self._project())
        self._known = history.state()
        return history

    @property
    def is_read_only(self) -> bool:
        """Whether changes go to the project, because the folder itself cannot be written."""
        return not is_writable(self.root) or (self._project() / OVERLAY_FILE).exists()

    def apply(self, edit: Edit, *, emit: Emit = events.ignore, cancel: CancelToken | None = None) -> Change:
        """Do an edit, whole or not at all.

        Args:
            edit: What to do. Its items must be as a scan gave them.
            emit: Gets `Progress` while sources are copied.
            cancel: Looked at between sources.

        Returns:
            What was done; without steps, and not in the history, where nothing had to be.

        Raises:
            DataError: A name is refused, or what is to be changed is not as it was scanned; nothing was done.
            StorageError: A file cannot be read or written; nothing was done.
            CancelledError: The person cancelled; nothing was done.
        """
        with self._locked() as place:
            change_id = f"{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}-{secrets.token_hex(3)}"
            try:
                change = self._planned(edit, place, change_id, emit, cancel)
                if change.steps:
                    carry_out(place, change, "apply", on_step=self._on_step)
            except BaseException:
                _discard(place, change_id)
                raise
            self._known = read_history(place.project).state()
            return change

    def undo(self) -> Change:
        """Take the last change back.

        Raises:
            DataError: There is none, another program has made one since `history` was looked at, or files were changed.
            StorageError: A file cannot be written; nothing was done.
        """
        return self._step("undo")

    def redo(self) -> Change:
        """Do again what was taken back last.

        Raises:
            DataError: As `undo`.
            StorageError: As `undo`.
        """
        return self._step("redo")

    @property
    def kind(self) -> Kind | None:
        """What the items are; None for a data set that is empty yet.

        Raises:
            DataError: The folder cannot be read as a data set.
        """
        return _kind_of(find_layout(self.root, walk(self.root), self.data)) or self._kind

    def labels(self) -> tuple[str, ...]:
        """All classes, also those without items, sorted.

        Raises:
            DataError: The folder cannot be read as a data set.
            StorageError: As `apply`.
        """
        place = Place(self.root, self._project())
        return tuple(self._planner(place, "none")[1].labels())

    def empty_labels(self, manifest: Manifest) -> tuple[str, ...]:
        """Classes of which a scan has found no item."""
        used = set(manifest.labels())
        return tuple(label for label in self.labels() if label not in used)

    def bin(self) -> tuple[Binned, ...]:
        """What lies in the bin, oldest first."""
        folder = self._project() / "bin"
        found: list[Binned] = []
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            if path.is_file() and not path.is_symlink():
                change, _, file = path.relative_to(folder).as_posix().partition("/")
                found.append(Binned(file, change, path.stat().st_size))
        return tuple(found)

    def empty_bin(self) -> int:
        """Delete for good what lies in the bin; the history ends with it.

        Returns:
            Bytes that became free.

        Raises:
            StorageError: A file cannot be deleted.
        """
        with self._locked() as place:
            n_bytes = sum(one.n_bytes for one in self.bin())
            forget_history(place.project)
            self._known = History().state()
            folder = place.project / "bin"
            try:
                if folder.exists():
                    shutil.rmtree(folder)
            except OSError as error:
                raise storage_error("empty", folder, error) from error
            return n_bytes

    # One change

    def _step(self, way: Way) -> Change:
        with self._locked() as place:
            history = read_history(place.project)
            change = history.next_undo if way == "undo" else history.next_redo
            if history.state() != self._known:
                latest = change.title if change else "none"
                raise DataError(
                    f"Only the change that is shown can be taken back or done again. Received: another program has changed "
                    f"{self.root} since ({way}: {latest}). Look at the history again."
                )
            if change is None:
                raise DataError(f"There is nothing to {way}. Received: the history of {self.root} is at its end.")
            try:
                carry_out(place, change, way, on_step=self._on_step)
            except DataError as error:
                raise DataError(f'Cannot {way} "{change.title}". {error}') from error
            self._known = read_history(place.project).state()
            return change

    def _planned(self, edit: Edit, place: Place, change_id: str, emit: Emit, cancel: CancelToken | None) -> Change:
        first = edit.sources[0] if isinstance(edit, Add) and edit.sources else None
        draft, planner = self._planner(place, change_id, kind=(first and kind_of_source(first)) or "speech")
        try:
            action, subject = plan_edit(edit, draft, planner, emit=emit, cancel=cancel)
            planner.finish()
            draft.finish()
        except ItemError as error:
            raise DataError(f"A change needs content that can be read. Received: {error}. Choose another.") from error
        except OSError as error:
            raise storage_error("read", error.filename or self.root, error) from error
        return Change(
            id=change_id,
            action=action,
            subject=subject,
            n_items=draft.n_items,
            time_s=time.time(),
            steps=tuple(draft.steps),
            added=tuple(draft.added),
            removed=tuple(draft.removed),
            renamed={old: new for old, new in draft.renamed.items() if not new.startswith(f"{PROJECT}bin/")},
        )

    # The folder

    def _planner(self, place: Place, change_id: str, *, kind: Kind = "speech") -> tuple[Draft, Planner]:
        """A draft, and the planner for the way in which this data set keeps its items.

        Args:
            place: Where.
            change_id: Name of the change.
            kind: Of a data set that is empty yet.
        """
        walked = walk(self.root)
        found = find_layout(self.root, walked, self.data)
        draft = Draft(place, self.data, _kind_of(found) or self._kind or kind, change_id)
        if self.is_read_only or found.layout == "ts":
            return draft, overlay_planner(draft, found, lambda: scan(self.root, self.data))
        if found.layout == "manifest":
            name = next(name for name in MANIFEST_NAMES if name in walked.files)
            return draft, row_planner(draft, name)
        return draft, path_planner(draft, found.layout, walked.files)

    def _project(self) -> Path:
        return project_dir(self.root)

    def _require_root(self) -> None:
        if not self.root.is_dir():
            raise StorageError(
                f"Cannot change {self.root}: the folder is not there. Plug its drive in again or check the path; nothing was done."
            )

    @contextlib.contextmanager
    def _locked(self) -> Iterator[Place]:
        self._require_root()
        with project_lock(self.root) as project:
            place = Place(self.root, project.resolve())
            try:
                recover(place)
            except OSError as error:
                raise storage_error("change", error.filename or self.root, error) from error
            yield place


def _kind_of(found: Found) -> Kind | None:
    """The kind of most items, so that a mixed data set can be mended; None where there are none."""
    kinds = Counter("text" if one.file is None else kind_of(one.file) for one in found.candidates)
    return found.kind or next((kind for kind, _ in kinds.most_common() if kind is not None), None)


def _discard(place: Place, change_id: str) -> None:
    """Delete the copies that were made for a change which did not come about; the caller still has the originals."""
    with contextlib.suppress(SeqclassError, OSError):
        is_kept = any(change.id == change_id for change in read_history(place.project).changes)
        if not is_kept and not (place.project / "journal.json").exists():
            shutil.rmtree(place.project / "bin" / change_id, ignore_errors=True)


def _ignore(_: str) -> None:
    """An ``on_step`` for those who do not listen."""
