"""Classes that a person has made and that have no items yet, where no empty folder can stand for them."""

from __future__ import annotations

from pathlib import Path

import msgspec

from seqclass.data.edits.plan import Draft
from seqclass.data.edits.steps import PROJECT
from seqclass.errors import StorageError
from seqclass.files import read_bytes

FILE = "classes.json"
SCHEMA = 1
_MAX_BYTES = 1_000_000


class _ClassesFile(msgspec.Struct, frozen=True):
    schema: int = SCHEMA
    classes: tuple[str, ...] = ()


def read_declared(project: Path) -> tuple[str, ...]:
    """The classes that were made and may be empty.

    Raises:
        StorageError: The file cannot be read or is damaged.
    """
    path = project / FILE
    if not path.exists():
        return ()
    try:
        return msgspec.json.decode(read_bytes(path, limit=_MAX_BYTES), type=_ClassesFile).classes
    except msgspec.DecodeError as error:
        raise StorageError(f"{path} is damaged: {error}. Move it away; only empty classes are lost.") from error


class DeclaredClasses:
    """The list in the making.

    Attributes:
        names: The classes.
    """

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._before = read_declared(draft.place.project)
        self.names = list(self._before)

    def add(self, label: str) -> None:
        """One more class."""
        if label not in self.names:
            self.names.append(label)

    def remove(self, label: str) -> None:
        """The class goes."""
        if label in self.names:
            self.names.remove(label)

    def rename(self, label: str, to: str) -> None:
        """The class has another name, or is one with another."""
        if label in self.names:
            self.remove(label)
            self.add(to)

    def finish(self) -> None:
        """Plan to write the list if it has changed."""
        if tuple(self.names) != self._before:
            self._draft.json(f"{PROJECT}{FILE}", _ClassesFile(classes=tuple(sorted(self.names))))
