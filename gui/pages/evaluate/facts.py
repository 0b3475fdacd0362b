"""From the answers of an evaluation to what the page shows. NumPy only: no widget is touched, all of it may run in a thread."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from seqclass.data.edits.journal import Change
from seqclass.data.manifest import Item, place_of
from seqclass.evaluation.answers import Answers, ItemAnswer, read_answers
from seqclass.evaluation.report import ClassReport, NumberReport, class_report, number_report
from seqclass.evaluation.slices import Slicing, slicings

Cell = tuple[int, int]
Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
N_STEPS = 100


@dataclass(frozen=True)
class TargetFacts:
    """One target of all items.

    Attributes:
        name: Of the target.
        labels: In the order of the probabilities; empty for a number.
        outputs: (n_items, n_labels) probabilities, or (n_items, 1) values.
        truth: (n_items,) index of the label, or the value.
        report: The figures.
    """

    name: str
    labels: tuple[str, ...]
    outputs: Floats
    truth: NDArray[Any]
    report: ClassReport | NumberReport

    @property
    def is_number(self) -> bool:
        """Whether it is a number."""
        return not self.labels

    @functools.cached_property
    def predicted(self) -> NDArray[Any]:
        """(n_items,) index of the most probable label, or the value."""
        return self.outputs[:, 0] if self.is_number else self.outputs.argmax(axis=1)

    @functools.cached_property
    def confidence(self) -> Floats:
        """(n_items,) the highest probability."""
        highest: Floats = self.outputs.max(axis=1, initial=0.0)
        return highest

    @functools.cached_property
    def of_truth(self) -> Floats:
        """(n_items,) the probability of the true label."""
        chosen: Floats = self.outputs[np.arange(len(self.truth)), self.truth]
        return chosen

    def said(self, threshold: float) -> NDArray[np.intp]:
        """(n_items,) index of the answer; one past the last label where the model is less sure than ``threshold``."""
        return np.where(self.confidence < threshold, len(self.labels), self.predicted).astype(np.intp)

    def matrix(self, threshold: float) -> NDArray[np.intp]:
        """Counts, a row a true label, a column an answer; the last column is that of unsure answers if there is a threshold."""
        n_labels = len(self.labels)
        cells = self.truth * (n_labels + 1) + self.said(threshold)
        counts = np.bincount(cells, minlength=n_labels * (n_labels + 1)).reshape(n_labels, n_labels + 1)
        return counts if threshold > 0 else counts[:, :n_labels]

    def at(self, threshold: float) -> tuple[float, float | None]:
        """Share of the items that get an answer, and the share of these that is right; None where none gets one."""
        answered = self.confidence >= threshold
        if not answered.any():
            return 0.0, None
        return float(answered.mean()), float((self.predicted == self.truth)[answered].mean())

    def steps(self) -> list[tuple[float, float, float | None]]:
        """Threshold, and the two shares of `at`, in steps of a hundredth."""
        order = np.argsort(self.confidence)
        levels = np.arange(N_STEPS + 1) / N_STEPS
        first = np.searchsorted(self.confidence[order], levels)  # items from here on get an answer
        n_right = np.concatenate([np.cumsum((self.predicted == self.truth)[order][::-1])[::-1], [0]])[first]
        n_answered = len(order) - first
        return [
            (float(level), n / max(1, len(order)), right / n if n else None)
            for level, n, right in zip(levels, n_answered.tolist(), n_right.tolist(), strict=True)
        ]

    def of_cell(self, cell: Cell, threshold: float) -> Indices:
        """Items of a cell of `matrix`, worst first: most sure of the wrong label, or least sure of the right one."""
        row, column = cell
        found = np.flatnonzero((self.truth == row) & (self.said(threshold) == column))
        keys = -self.confidence[found] if column not in (row, len(self.labels)) else self.of_truth[found]
        return found[np.argsort(keys, kind="stable")]

    def worst_first(self, members: NDArray[np.bool_]) -> Indices:
        """Some of the items, the least probable truth or the largest error first."""
        found = np.flatnonzero(members)
        keys = -np.abs(self.predicted - self.truth)[found] if self.is_number else self.of_truth[found]
        return found[np.argsort(keys, kind="stable")]

    def mistakes(self, threshold: float) -> Indices:
        """All items with a wrong label, or all items of a number, worst first."""
        if self.is_number:
            return self.worst_first(np.ones(len(self.truth), bool))
        said = self.said(threshold)
        found = np.flatnonzero((said != self.truth) & (said < len(self.labels)))
        return found[np.argsort(-self.confidence[found], kind="stable")]


@dataclass(frozen=True)
class Evaluated:
    """A whole evaluation.

    Attributes:
        answers: What was said of each item.
        targets: In the model's order.
        result: Of the job: notes, problems, which part.
        slicings: What the items can be divided by.
    """

    answers: Answers
    targets: tuple[TargetFacts, ...]
    result: Mapping[str, Any]
    slicings: tuple[Slicing, ...] = ()

    @property
    def root(self) -> Path:
        """Folder of the data set."""
        return Path(self.answers.head.root)

    def item(self, index: int) -> Item:
        """One item."""
        return self.answers.items[index].item

    def target(self, name: str) -> TargetFacts:
        """A target, the first one where there is none of that name."""
        return next((one for one in self.targets if one.name == name), self.targets[0])

    def path_of(self, item: Item) -> Path | None:
        """Where an item's file lies; None for what stands in a table."""
        head = self.answers.head
        overlay = Path(head.overlay) if head.overlay else None
        return None if item.file is None else place_of(item.file, root=Path(head.root), overlay=overlay)


def read(file: Path | str, result: Mapping[str, Any]) -> Evaluated:
    """What a job has written.

    Raises:
        StorageError: The file cannot be read.
        DataError: It is damaged.
    """
    return evaluated(read_answers(file), result)


def evaluated(answers: Answers, result: Mapping[str, Any]) -> Evaluated:
    """The figures of answers."""
    items = [answer.item for answer in answers.items]
    groups = [item.group for item in items]
    known = groups if any(group is not None for group in groups) else None
    targets = []
    for card in answers.head.targets:
        outputs = answers.outputs(card.name)
        report: ClassReport | NumberReport
        if card.kind == "number":
            truth: NDArray[Any] = np.asarray([float(item.targets[card.name]) for item in items], np.float64)
            report = number_report(outputs[:, 0], truth, known)
        else:
            places = {label: place for place, label in enumerate(card.labels)}
            truth = np.asarray([places[str(item.targets[card.name])] for item in items], np.intp)
            report = class_report(outputs, truth, card.labels, known)
        targets.append(TargetFacts(card.name, card.labels if card.kind == "class" else (), outputs, truth, report))
    return Evaluated(answers, tuple(targets), result, slicings(items, root=Path(answers.head.root)))


def relabelled(before: Evaluated, ids: Mapping[str, tuple[str, str]], target: str) -> Evaluated:
    """The evaluation after items were given another label, without asking the model again.

    Args:
        before: As it was.
        ids: Id -> id from now on, and label.
        target: Whose label.
    """

    def changed(answer: ItemAnswer) -> ItemAnswer:
        if answer.item.id not in ids:
            return answer
        item_id, label = ids[answer.item.id]
        return ItemAnswer(_renamed(answer.item, item_id, {**answer.item.targets, target: label}), answer.outputs)

    answers = before.answers._replace(items=tuple(changed(answer) for answer in before.answers.items))
    return evaluated(answers, before.result)


def new_id(change: Change, item: Item) -> str:
    """Under which id an item stands after a change."""
    return change.renamed.get(item.id, item.id)


def as_csv(facts: Evaluated) -> str:
    """One line an item: file, group, and for each target the truth, the answer and each probability."""
    import csv
    import io

    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    head = ["item", "group"]
    for one in facts.targets:
        head += [f"{one.name}: truth", f"{one.name}: answer"]
        head += ["error"] if one.is_number else ["right", *(f"p({label})" for label in one.labels)]
    writer.writerow(head)
    predicted = [one.predicted for one in facts.targets]
    for index, answer in enumerate(facts.answers.items):
        row: list[object] = [answer.item.id, answer.item.group or ""]
        for one, said in zip(facts.targets, predicted, strict=True):
            row += _cells(one, index, said[index])
        writer.writerow(row)
    return stream.getvalue()


def matrix_csv(target: TargetFacts, threshold: float, unsure: str) -> str:
    """The counts with their names: a row what it was, a column what the model said."""
    import csv
    import io

    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    counts = target.matrix(threshold)
    writer.writerow(["truth", *[*target.labels, unsure][: counts.shape[1]]])
    for label, row in zip(target.labels, counts.tolist(), strict=True):
        writer.writerow([label, *row])
    return stream.getvalue()


def as_json(facts: Evaluated) -> bytes:
    """The whole report, as the command line's ``--json`` has it."""
    reports = {one.name: one.report.as_result() for one in facts.targets}
    whole = {**facts.result, **next(iter(reports.values())), **({"targets": reports} if len(reports) > 1 else {})}
    whole.pop("answers", None)
    return msgspec.json.format(msgspec.json.encode(whole), indent=2)


def _cells(one: TargetFacts, index: int, said: Any) -> Sequence[object]:
    if one.is_number:
        return [f"{one.truth[index]:.9g}", f"{said:.9g}", f"{said - one.truth[index]:.9g}"]
    truth, answer = one.labels[int(one.truth[index])], one.labels[int(said)]
    return [truth, answer, int(truth == answer), *(f"{value:.6f}" for value in one.outputs[index])]


def _renamed(item: Item, item_id: str, targets: dict[str, str | float]) -> Item:
    file = item.file
    if item_id != item.id and file is not None:
        file = item_id if item.row is None else item_id.rpartition("#")[0]
    return msgspec.structs.replace(item, id=item_id, file=file, targets=targets)
