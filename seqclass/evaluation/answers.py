"""What a model said of each item of an evaluation: JSON lines, so that any program can read them.

The first line is the `AnswersHead`, each further one an `ItemAnswer`.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np

from seqclass.data.manifest import Item, Manifest
from seqclass.errors import DataError
from seqclass.files import read_bytes, write_bytes
from seqclass.model.bundle import TargetCard
from seqclass.specs import DataSpec, Kind


class AnswersHead(msgspec.Struct, frozen=True, kw_only=True):
    """What all items have in common.

    Attributes:
        bundle: Path of the model.
        root: The data set's folder, absolute.
        overlay: As in `Manifest`.
        kind: What the items are.
        data: How the folder was read.
        targets: The model's targets; the order of the labels is that of the probabilities.
        split: Which part, or ``all``.
    """

    bundle: str
    root: str
    overlay: str = ""
    kind: Kind
    data: DataSpec
    targets: tuple[TargetCard, ...]
    split: str

    def manifest(self) -> Manifest:
        """A manifest without items, to load and change items with."""
        specs = tuple(target.spec for target in self.targets)
        return Manifest(
            root=self.root,
            kind=self.kind,
            layout="manifest",
            data=self.data,
            targets=self.data.targets or specs,
            items=(),
            overlay=self.overlay,
        )


class ItemAnswer(msgspec.Struct, frozen=True):
    """One item, with the truth in ``item.targets``.

    Attributes:
        item: As the scan found it.
        outputs: Target -> the probability of each label, or, of a number, the one value that was said.
    """

    item: Item
    outputs: dict[str, tuple[float, ...]]


class Answers(NamedTuple):
    """All of a file."""

    head: AnswersHead
    items: tuple[ItemAnswer, ...]

    def outputs(self, target: str) -> np.ndarray:
        """What was said on one target, float64 (n_items, n_labels), (n_items, 1) for a number."""
        width = next(len(card.labels) or 1 for card in self.head.targets if card.name == target)
        return np.asarray([answer.outputs[target] for answer in self.items], np.float64).reshape(len(self.items), width)


def write_answers(path: Path | str, answers: Answers) -> None:
    """Write the file, whole or not at all.

    Raises:
        StorageError: It cannot be written.
    """
    write_bytes(path, msgspec.json.Encoder().encode_lines((answers.head, *answers.items)))


def read_answers(path: Path | str) -> Answers:
    """Read what `write_answers` wrote.

    Raises:
        StorageError: The file cannot be read.
        DataError: It is damaged, or was written by another version.
    """
    first, _, rest = read_bytes(path).partition(b"\n")
    try:
        head = msgspec.json.decode(first, type=AnswersHead)
        decoder = msgspec.json.Decoder(ItemAnswer)
        # Line by line, so that a window that reads in a thread can go on between them.
        items = tuple(decoder.decode(line) for line in rest.splitlines() if line)
    except msgspec.DecodeError as error:
        raise DataError(f"{path} must hold the answers of an evaluation. Received: {error}. Evaluate again.") from error
    return Answers(head, items)
