"""What hands on the gates did to one item: the change of every map and of every answer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seqclass.errors import UsageError
from seqclass.files import write_arrays, write_table
from seqclass.inference.classify import Answer
from seqclass.inspection.store import halves_of
from seqclass.inspection.trace import GATES, Trace
from seqclass.model.network import Floats

Doubles = NDArray[np.float64]

READ_ME = (
    "Edited minus unedited: of each map at every unit and frame, and of each probability. Where nothing differs, the edits did not "
    "reach: earlier frames, layers below, and units that were set to what they were."
)


@dataclass(frozen=True)
class Effect:
    """The change that edits made.

    Attributes:
        maps: Half (``layer0``, ``layer0.backward``, ...) -> map -> edited less unedited, (n_frames, n_units) float32.
        answers: Target -> change of each class's probability in the order of the labels, (n_classes,); of a number (1,).
        by_frame: Target -> the same as if the item ended at each frame, (n_frames, n_classes); NaN where not computed.
        before, after: What was said of each target.
    """

    maps: dict[str, dict[str, Floats]]
    answers: dict[str, Doubles]
    by_frame: dict[str, Doubles]
    before: dict[str, Answer]
    after: dict[str, Answer]

    @property
    def read_me(self) -> str:
        """How to read it."""
        return READ_ME

    def greatest(self) -> dict[str, dict[str, float]]:
        """The greatest absolute change of each map, by half: what was reached at all."""
        return {half: {name: float(np.abs(values).max()) for name, values in maps.items()} for half, maps in self.maps.items()}

    def write(self, path: Path | str) -> None:
        """Save all of it as ``.npz``, or the answers as CSV, whole or not at all.

        Raises:
            StorageError: The file cannot be written.
        """
        if Path(path).suffix.lower() == ".npz":
            arrays: dict[str, NDArray[Any]] = {
                f"{half}.{name}": v for half, maps in self.maps.items() for name, v in maps.items()
            }
            arrays |= {f"probabilities.{name}": values for name, values in self.by_frame.items()}
            write_arrays(path, arrays)
            return
        rows: list[list[str]] = [["target", "label", "before", "after", "change"]]
        for target, changes in self.answers.items():
            first, second = self.before[target], self.after[target]
            labels = list(first.probabilities or {"": 0.0})
            pairs = zip(_numbers(first), _numbers(second), changes, strict=True)
            rows += [
                [target, label, *(f"{value:.9g}" for value in values)] for label, values in zip(labels, pairs, strict=True)
            ]
        write_table(path, rows)


def effect(before: Trace, after: Trace) -> Effect:
    """Compare an edited trace of an item with its unedited one.

    Args:
        before: Without edits, or with those that were there before.
        after: Of the same item and model, with edits.

    Raises:
        UsageError: The traces are of different items or models.
    """
    pairs = list(zip(halves_of(before), halves_of(after), strict=False))
    is_alike = len(before.layers) == len(after.layers) and before.result.keys() == after.result.keys()
    if not is_alike or any(one.hidden.shape != other.hidden.shape for (_, one), (_, other) in pairs):
        raise UsageError(
            "Two traces to compare must be of one item and one model. Received: other shapes. Align two items instead."
        )
    maps = {
        name: {each: np.asarray(getattr(other, each) - getattr(one, each)) for each in GATES}
        for (name, one), (_, other) in pairs
    }
    answers = {name: _numbers(after.result[name]) - _numbers(before.result[name]) for name in before.result}
    by_frame = {name: after.probabilities[name] - values for name, values in before.probabilities.items()}
    return Effect(maps, answers, by_frame, before.result, after.result)


def _numbers(answer: Answer) -> Doubles:
    if answer.probabilities is None:
        return np.array([answer.value], np.float64)
    return np.array(list(answer.probabilities.values()), np.float64)
