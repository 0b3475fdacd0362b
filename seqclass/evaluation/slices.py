"""Ways to divide evaluated items: where a model is good, and where not. NumPy only.

A slicing gives each item the name of its part: its speaker, how long it is, its sample rate, another label, or what stands
in any other column of the data set's manifest.
"""

from __future__ import annotations

import itertools
import math
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from seqclass.data.manifest import Item
from seqclass.data.manifest_files import MANIFEST_NAMES, read_rows
from seqclass.errors import DataError
from seqclass.evaluation.intervals import Interval, wilson

MAX_PARTS = 60
"""More parts than that say nothing: they are names, not properties."""
N_QUARTERS = 4
FEW_VALUES = 10
"""So many different numbers are parts of their own."""
_OWN_COLUMNS = {"file", "text", "split"}

SlicingKind = Literal["group", "length", "rate", "target", "column"]


class Slicing(NamedTuple):
    """One way to divide.

    Attributes:
        kind: What it goes by.
        name: Of the target or column; empty otherwise.
        parts: The part of each item, in the order of the items; empty where it is not known.
        order: All parts, as they should be listed.
    """

    kind: SlicingKind
    name: str
    parts: tuple[str, ...]
    order: tuple[str, ...]

    def members(self, part: str) -> NDArray[np.bool_]:
        """(n_items,) whether an item is of a part."""
        return np.asarray([one == part for one in self.parts], bool)


class SliceFigures(NamedTuple):
    """How well the items of a part were done.

    Attributes:
        part: Its name.
        n_items: How many there are.
        accuracy: Share that was right; None of a number.
        interval: 95 % interval of that, as for independent items.
        mae, rmse: Of a number, in its unit; None of a class.
    """

    part: str
    n_items: int
    accuracy: float | None = None
    interval: Interval | None = None
    mae: float | None = None
    rmse: float | None = None


def slicings(items: Sequence[Item], *, root: Path | None = None) -> tuple[Slicing, ...]:
    """All ways that divide these items into at least two parts, and not into more than `MAX_PARTS`; speakers come first.

    Args:
        items: What was evaluated.
        root: The data set's folder, for the columns of its manifest; None leaves these out.
    """
    found = [_named("group", "", [item.group or "" for item in items])]
    found += [_quarters("length", "", [_length(item) for item in items])]
    found += [_named("rate", "", ["" if item.rate_hz is None else f"{item.rate_hz} Hz" for item in items])]
    targets = dict.fromkeys(target for item in items for target in item.targets)
    for target in targets:
        values = [item.targets.get(target, "") for item in items]
        is_number = all(isinstance(value, float | int) for value in values)
        numbers = [float(value) for value in values] if is_number else []
        found.append(_quarters("target", target, numbers) if is_number else _named("target", target, list(map(str, values))))
    found += _columns(items, root, taken=set(targets)) if root is not None else []
    groups = next((one.parts for one in found if one is not None and one.kind == "group"), None)
    return tuple(one for one in found if one is not None and not (one.kind == "column" and one.parts == groups))


def class_figures(slicing: Slicing, correct: NDArray[np.bool_]) -> list[SliceFigures]:
    """Accuracy of each part; ``correct`` (n_items,) says whether an item was right."""

    def of_part(part: str, members: NDArray[np.bool_]) -> SliceFigures:
        n_items, n_right = int(members.sum()), int(correct[members].sum())
        return SliceFigures(part, n_items, accuracy=n_right / n_items, interval=wilson(n_right, n_items))

    return _each(slicing, of_part)


def number_figures(slicing: Slicing, errors: NDArray[np.float64]) -> list[SliceFigures]:
    """Mean absolute error and root of the mean squared error of each part; ``errors`` (n_items,) is what was said minus the truth."""

    def of_part(part: str, members: NDArray[np.bool_]) -> SliceFigures:
        own = errors[members]
        return SliceFigures(part, len(own), mae=float(np.abs(own).mean()), rmse=float(np.sqrt(np.mean(own**2))))

    return _each(slicing, of_part)


def _each(slicing: Slicing, of_part: Callable[[str, NDArray[np.bool_]], SliceFigures]) -> list[SliceFigures]:
    found = [(part, slicing.members(part)) for part in slicing.order]
    return [of_part(part, members) for part, members in found if members.any()]


def _named(kind: SlicingKind, name: str, parts: Sequence[str]) -> Slicing | None:
    different = sorted(set(parts) - {""}) + ([""] if "" in parts else [])
    if not 2 <= len(different) <= MAX_PARTS:
        return None
    return Slicing(kind, name, tuple(parts), tuple(different))


def _quarters(kind: SlicingKind, name: str, values: Sequence[float | None]) -> Slicing | None:
    """Four parts of about as many items, or the values themselves where there are few."""
    known = np.asarray([value for value in values if value is not None and math.isfinite(value)], np.float64)
    different = np.unique(known)
    if len(different) < 2:
        return None
    if len(different) <= FEW_VALUES:
        parts = ["" if value is None or not math.isfinite(value) else f"{value:g}" for value in values]
        order = [f"{value:g}" for value in different]
        return Slicing(kind, name, tuple(parts), (*order, *([""] if "" in parts else [])))
    edges = np.unique(np.quantile(known, np.linspace(0, 1, N_QUARTERS + 1)))
    names = [f"{low:.3g} – {high:.3g}" for low, high in itertools.pairwise(edges)]
    if len(names) < 2:
        return None
    parts = []
    for value in values:
        if value is None or not math.isfinite(value):
            parts.append("")
        else:
            parts.append(names[min(int(np.searchsorted(edges, value, side="right")) - 1, len(names) - 1)])
    return Slicing(kind, name, tuple(parts), (*dict.fromkeys(names), *([""] if "" in parts else [])))


def _length(item: Item) -> float | None:
    """Seconds of a recording, words of a text, frames of a sequence."""
    if item.duration_s is not None:
        return item.duration_s
    if item.text is not None:
        return float(len(item.text.split()))
    return None if item.n_frames is None else float(item.n_frames)


def _columns(items: Sequence[Item], root: Path, *, taken: set[str]) -> list[Slicing | None]:
    """What the manifest says besides labels; nothing where there is none, or where it cannot be read any longer."""
    name = next((one for one in MANIFEST_NAMES if (root / one).is_file()), None)
    if name is None:
        return []
    by_id: dict[str, dict[str, str]] = {}
    try:
        columns, rows = read_rows(root / name)
        for index, (_, row, _fault) in enumerate(rows):
            file = row.get("file", "").strip().replace("\\", "/")
            by_id[unicodedata.normalize("NFC", file) if file else f"{name}#{index}"] = row
    except DataError:
        return []
    own = [by_id.get(unicodedata.normalize("NFC", item.id), {}) for item in items]
    found: list[Slicing | None] = []
    for column in columns:
        if column in _OWN_COLUMNS | taken:
            continue
        values = [row.get(column, "").strip() for row in own]
        numbers = [_number(value) for value in values]
        if all(number is not None for number, value in zip(numbers, values, strict=True) if value) and any(values):
            found.append(_quarters("column", column, numbers))
        else:
            found.append(_named("column", column, values))
    return found


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
