"""From a scanned data set and its split to what the training loop draws from."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from seqclass.data.items import concatenated, taken, values_of
from seqclass.data.manifest import Item, Manifest, Problem, SplitAssignment
from seqclass.errors import DataError
from seqclass.events import CancelToken, Emit, Note
from seqclass.features.front_end import FrontEnd
from seqclass.model.bundle import TargetCard
from seqclass.specs import HERE, SPLITS, ComputeSpec, Config, SpeechFeatureSpec, Split, TextFeatureSpec
from seqclass.training.memory import give_back
from seqclass.training.parts import ByPart, Part
from seqclass.training.sources import NumericSource, Source, TextSource
from seqclass.training.speech import SpeechSource

_SHOWN = 5


@dataclass(frozen=True)
class Prepared:
    """All parts, the fitted front end and the targets as found in training.

    Attributes:
        left_out: Items that the scan took for usable and that were not, with the reasons.
        warnings: What a person should know, all of it said already; it goes into the card too.
    """

    front_end: FrontEnd
    targets: tuple[TargetCard, ...]
    parts: dict[Split, Part]
    left_out: tuple[Problem, ...] = ()
    warnings: tuple[str, ...] = ()


def prepare(
    manifest: Manifest,
    assignment: SplitAssignment,
    config: Config,
    *,
    compute: ComputeSpec = HERE,
    emit: Emit,
    cancel: CancelToken,
) -> Prepared:
    """Read all items, fit the front end on the training part, and encode.

    Nothing is fitted on validation or test: not the rate, the vocabulary, the normaliser, the classes or the scale of a number.
    An item that cannot be read any more is left out with a warning.

    Args:
        manifest: The scanned data set.
        assignment: Which part each item belongs to.
        config: All settings.
        compute: Where features are computed and kept.
        emit: Gets progress and warnings.
        cancel: May end it.

    Raises:
        DataError: The training part has too little to learn from.
        CancelledError: The person cancelled.
    """
    by_part: ByPart = {part: assignment.items(manifest, part) for part in SPLITS}
    _require_training_items(by_part, {})
    source = _source(manifest, by_part["train"], config, compute, emit=emit, cancel=cancel)
    contents, reasons = source.read(concatenated([by_part[part] for part in SPLITS]))
    if reasons:
        by_part = {part: _chosen(items, "id", lambda name: name not in reasons) for part, items in by_part.items()}
    _require_training_items(by_part, reasons)
    targets = _targets(manifest, by_part["train"], made_labels=source.made_labels)
    known: ByPart = {part: _known(items, targets) for part, items in by_part.items()}
    encoding = source.encode(contents, known, targets)
    warnings = (*_reading_warnings(reasons), *_label_warnings(by_part, known, targets), *encoding.warnings)
    for warning in warnings:
        emit(Note(text=warning, level="warning"))
    left_out = tuple(Problem(name, reason) for name, reason in sorted(reasons.items()))
    del contents, known, by_part
    give_back()
    return Prepared(encoding.front_end, targets, encoding.parts, left_out, warnings)


def _source(
    manifest: Manifest, train: Sequence[Item], config: Config, compute: ComputeSpec, *, emit: Emit, cancel: CancelToken
) -> Source:
    spec = config.features
    if isinstance(spec, SpeechFeatureSpec):
        return SpeechSource(manifest, spec, config, train, compute=compute, emit=emit, cancel=cancel)
    if isinstance(spec, TextFeatureSpec):
        return TextSource(spec, config.augmentation, emit=emit, cancel=cancel)
    return NumericSource(manifest, spec, config.augmentation, emit=emit, cancel=cancel)


def _require_training_items(by_part: ByPart, reasons: dict[str, str]) -> None:
    if by_part["train"]:
        return
    first = next(iter(sorted(reasons.items())), None)
    cause = f", as {len(reasons)} items cannot be used: {first[0]}: {first[1]}" if first else ""
    raise DataError(
        f"The training part must have items. Received: none{cause}. Check the split, and the problems that `seqclass scan` lists."
    )


def _targets(manifest: Manifest, train: Sequence[Item], *, made_labels: Sequence[str]) -> tuple[TargetCard, ...]:
    cards = []
    for target in manifest.targets:
        values = [targets[target.name] for targets in values_of(train, "targets")]
        if target.kind == "number":
            numbers = np.asarray(values, np.float64)
            offset, scale = float(numbers.mean()), float(numbers.std())
            if scale <= 1e-9 * abs(offset):
                scale = 1.0  # all are the same number, but for rounding
            cards.append(TargetCard(name=target.name, kind="number", scale=scale, offset=offset))
            continue
        labels = {str(value) for value in values} | set(made_labels)
        if len(labels) < 2:
            raise DataError(
                f"Training needs at least two classes. Received: {target.name}={', '.join(sorted(labels))} "
                "in the training part. Add items of another class."
            )
        cards.append(TargetCard(name=target.name, kind="class", labels=tuple(sorted(labels))))
    return tuple(cards)


def _known(items: Sequence[Item], targets: Sequence[TargetCard]) -> Sequence[Item]:
    """Those whose labels training has."""
    for target in targets:
        if target.kind == "class":
            items = _chosen(items, "targets", functools.partial(_has_label, name=target.name, labels=frozenset(target.labels)))
    return items


def _has_label(values: dict[str, str | float], *, name: str, labels: frozenset[str]) -> bool:
    return str(values[name]) in labels


def _chosen(items: Sequence[Item], field: str, is_wanted: Callable[[Any], bool]) -> Sequence[Item]:
    """Items by the value of a field; all of them as they are where all are wanted."""
    wanted = np.fromiter(map(is_wanted, values_of(items, field)), bool, len(items))
    return items if wanted.all() else taken(items, wanted.nonzero()[0])


def _label_words(item: Item, targets: Sequence[TargetCard]) -> str:
    """The labels of an item that training does not have."""
    return " ".join(
        f"{target.name}={item.targets[target.name]}"
        for target in targets
        if target.kind == "class" and str(item.targets[target.name]) not in target.labels
    )


def _reading_warnings(reasons: dict[str, str]) -> list[str]:
    if not reasons:
        return []
    items = "1 item is" if len(reasons) == 1 else f"{len(reasons)} items are"
    listed = "; ".join(f"{name}: {reason.rstrip('.')}" for name, reason in sorted(reasons.items())[:_SHOWN])
    more = f"; and {len(reasons) - _SHOWN} more" if len(reasons) > _SHOWN else ""
    return [f"{items} left out of this training: {listed}{more}."]


def _label_warnings(by_part: ByPart, known: ByPart, targets: Sequence[TargetCard]) -> list[str]:
    warnings = []
    for part, items in by_part.items():
        if len(items) > len(known[part]):
            kept = set(values_of(known[part], "id"))
            unknown = [item for item in items if item.id not in kept]
            words = sorted({_label_words(item, targets) for item in unknown})
            more = f" and {len(words) - _SHOWN} more" if len(words) > _SHOWN else ""
            items_are = f"1 item of {part} is" if len(unknown) == 1 else f"{len(unknown)} items of {part} are"
            warnings.append(
                f"{items_are} left out of this training: it has nothing to learn {', '.join(words[:_SHOWN])}{more} from."
            )
    return warnings
