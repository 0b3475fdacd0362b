"""The `stress` job: probability of the right class against the strength of a stress, per class, over a split."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from seqclass.data.load import load_item
from seqclass.data.manifest import Item, Manifest
from seqclass.errors import DataError, ItemError, UsageError
from seqclass.evaluation.evaluate import choose_items
from seqclass.evaluation.intervals import Interval, of_mean, wilson
from seqclass.events import CancelToken, Emit, Finished, Note, Progress
from seqclass.files import ensure_writable, table_text, write_text
from seqclass.inspection.store_job import manifest_of
from seqclass.inspection.stress import encode_stressed, require_axis, require_fitting
from seqclass.model import bundle as bundles
from seqclass.model.bundle import Bundle, TargetCard
from seqclass.model.network import softmax
from seqclass.settings import convert
from seqclass.specs import StressJob, StressSpec

LEGEND = (
    "Each point is the mean probability that the model gives the right class, over the items of that class; the band holds the "
    "true mean in 95 of 100 such tests if items are independent. The dashed line is the same items as they are."
)
USUAL: dict[str, tuple[float, ...]] = {
    "snr_db": (-5.0, 0.0, 5.0, 10.0, 15.0, 20.0, 30.0),
    "gain_db": (-40.0, -30.0, -20.0, -10.0, 10.0, 20.0, 30.0),
    "shift_ms": (-200.0, -100.0, -50.0, 50.0, 100.0, 200.0, 400.0),
    "shift_frames": (-20.0, -10.0, -5.0, 5.0, 10.0, 20.0),
    "speed": (0.5, 0.67, 0.8, 0.9, 1.1, 1.25, 1.5, 2.0),
    "low_hz": (100.0, 200.0, 300.0, 500.0, 1000.0),
    "high_hz": (500.0, 1000.0, 1500.0, 2000.0, 3000.0),
    "drop": (0.1, 0.2, 0.3, 0.5, 0.7),
    "replace": (0.1, 0.2, 0.3, 0.5, 0.7),
}
UNITS = {"snr_db": "dB", "gain_db": "dB", "shift_ms": "ms", "shift_frames": "frames", "low_hz": "Hz", "high_hz": "Hz"}
_COLUMNS = ("value", "class", "n_items", "p_correct", "p_low", "p_high", "accuracy", "accuracy_low", "accuracy_high")
_PAUSE_S = 0.1


@dataclass(frozen=True)
class Point:
    """Items of one class at one strength.

    Attributes:
        n_items: How many.
        p_correct: Mean probability of their own class, 0..1.
        p_interval: Of that, 95 %, as with independent items; None with fewer than two items.
        accuracy: Share whose own class is the most probable.
        accuracy_interval: Of that, 95 %; None without items.
    """

    n_items: int
    p_correct: float
    p_interval: Interval | None
    accuracy: float
    accuracy_interval: Interval | None


@dataclass(frozen=True)
class StressCurve:
    """Probability of the right class against a stress.

    Attributes:
        axis: What was varied.
        unit: Of its values; empty for a factor or share.
        values: The strengths in rising order; the first one, None, stands for the items as they are.
        overall: All items at each strength.
        by_class: Class -> at each strength; a class without items is left out.
    """

    axis: str
    unit: str
    values: tuple[float | None, ...]
    overall: tuple[Point, ...]
    by_class: dict[str, tuple[Point, ...]]


def run(job: StressJob, emit: Emit, cancel: CancelToken) -> None:
    """Measure, and finish with the curve.

    Raises:
        UsageError: The stress does not fit the data, or the model learnt no class.
        DataError: There is nothing to measure on.
    """
    if job.csv:
        ensure_writable(job.csv)
    bundle = bundles.read(job.bundle)
    require_axis(job.axis, bundle.card.kind)
    require_fitting(job.stress, bundle.card.kind)
    target_of(bundle)
    manifest = manifest_of(job.dataset, bundle, manifest_file=job.manifest, data=job.data, emit=emit, cancel=cancel)
    items, chosen, n_seen, notes = choose_items(bundle, manifest, split=job.split)
    for note in (*manifest.warnings, *notes):
        emit(Note(text=note, level="warning"))
    values = job.values or USUAL[job.axis]
    curve, problems = measure(bundle, manifest, items, axis=job.axis, values=values, base=job.stress, emit=emit, cancel=cancel)
    if job.csv:
        write_text(job.csv, as_csv(curve))
    emit(
        Finished(
            result={
                "bundle": job.bundle,
                "dataset": job.dataset,
                "split": chosen,
                "n_seen": n_seen,
                "n_items": curve.overall[0].n_items,
                "problems": [{"file": name, "reason": reason} for name, reason in problems.items()],
                "stress": as_plain(curve),
                "legend": LEGEND,
                "csv": job.csv or None,
            }
        )
    )


def measure(
    bundle: Bundle,
    manifest: Manifest,
    items: Sequence[Item],
    *,
    axis: str,
    values: Sequence[float],
    base: StressSpec | None = None,
    emit: Emit,
    cancel: CancelToken,
) -> tuple[StressCurve, dict[str, str]]:
    """Classify every item at every strength.

    Args:
        bundle: The model.
        manifest: Where the items are from.
        items: Those whose label the model does not know are left out.
        axis: A setting of `StressSpec`.
        values: Its values.
        base: Everything else that is done; the items as they are have none of it.
        emit: Gets progress.
        cancel: Looked at between items.

    Returns:
        The curve, and the reasons of items that could not be read.

    Raises:
        DataError: No item is left.
        SpecError: A value is out of range.
        CancelledError: The person cancelled.
    """
    target = target_of(bundle)
    stresses = [_at(base or StressSpec(), axis, value) for value in sorted(set(values))]
    plain = StressSpec()
    known = [item for item in items if str(item.targets.get(target.name, "")) in target.labels]
    said, problems = _said_of(bundle, target, manifest, known, (plain, *stresses), emit=emit, cancel=cancel)
    if not said:
        raise DataError("There must be items of a class that the model knows. Received: none. Choose another part or data set.")
    everything = np.asarray(list(said.values()))
    classes = np.asarray([target.labels.index(str(item.targets[target.name])) for item in known if item.id in said])
    points = {
        label: _points(everything[classes == index], np.full(int((classes == index).sum()), index))
        for index, label in enumerate(target.labels)
        if (classes == index).any()
    }
    names: tuple[float | None, ...] = (None, *(getattr(stress, axis) for stress in stresses))
    curve = StressCurve(axis, UNITS.get(axis, ""), names, _points(everything, classes), points)
    return curve, problems


def _said_of(
    bundle: Bundle,
    target: TargetCard,
    manifest: Manifest,
    items: Sequence[Item],
    stresses: Sequence[StressSpec],
    *,
    emit: Emit,
    cancel: CancelToken,
) -> tuple[dict[str, list[NDArray[np.float64]]], dict[str, str]]:
    """What the model says of each item under each stress, (n_labels,) each, and the reasons of items that could not be read."""
    said: dict[str, list[NDArray[np.float64]]] = {}
    problems: dict[str, str] = {}
    started = told = time.monotonic()
    for done, item in enumerate(items, start=1):
        cancel.check()
        try:
            content = load_item(manifest, item)
            stressed = [encode_stressed(bundle, content, stress, key=item.id).frames for stress in stresses]
        except ItemError as error:
            problems[item.id] = str(error)
            continue
        said[item.id] = [softmax(bundle.network.forward(frames).logits[target.name]) for frames in stressed]
        now = time.monotonic()
        if now - told > _PAUSE_S or done == len(items):
            told = now
            emit(Progress(stage="stressing", done=done, total=len(items), eta_s=(now - started) / done * (len(items) - done)))
    return said, problems


def target_of(bundle: Bundle) -> TargetCard:
    """The first target that is a class.

    Raises:
        UsageError: There is none.
    """
    for target in bundle.card.targets:
        if target.kind == "class":
            return target
    raise UsageError("The stress of a split needs a model of classes. Received: one of numbers only. Look at single items.")


def as_plain(curve: StressCurve) -> dict[str, Any]:
    """A curve as JSON can hold it."""
    return {
        "axis": curve.axis,
        "unit": curve.unit,
        "values": list(curve.values),
        "overall": [vars(point) for point in curve.overall],
        "by_class": {label: [vars(point) for point in points] for label, points in curve.by_class.items()},
    }


def from_plain(plain: dict[str, Any]) -> StressCurve:
    """The reverse of `as_plain`, for whoever got it as JSON."""

    def points(rows: list[dict[str, Any]]) -> tuple[Point, ...]:
        return tuple(
            Point(
                **{name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}  # type: ignore[arg-type]
            )
            for row in rows
        )

    by_class = {label: points(rows) for label, rows in plain["by_class"].items()}
    return StressCurve(plain["axis"], plain["unit"], tuple(plain["values"]), points(plain["overall"]), by_class)


def as_csv(curve: StressCurve) -> str:
    """A row a strength and class; an empty value stands for the items as they are, an empty class for all."""
    rows: list[Sequence[object]] = [_COLUMNS]
    for label, points in (("", curve.overall), *curve.by_class.items()):
        for value, point in zip(curve.values, points, strict=True):
            low, high = point.p_interval or ("", "")
            accuracy_low, accuracy_high = point.accuracy_interval or ("", "")
            figures = (point.n_items, point.p_correct, low, high, point.accuracy, accuracy_low, accuracy_high)
            cells = [f"{figure:.6f}" if isinstance(figure, float) else figure for figure in figures]
            rows.append(("" if value is None else f"{value:g}", label, *cells))
    return table_text(rows)


def _at(base: StressSpec, axis: str, value: float) -> StressSpec:
    plain = msgspec.structs.asdict(base) | {axis: round(value) if axis == "shift_frames" else value}
    return convert(plain, StressSpec, prefix="stress")


def _points(probabilities: NDArray[np.float64], classes: NDArray[np.intp]) -> tuple[Point, ...]:
    """One point a strength: probabilities (n_items, n_strengths, n_classes), classes (n_items,)."""
    own = np.take_along_axis(probabilities, classes[:, None, None], axis=2)[:, :, 0]
    right = probabilities.argmax(axis=2) == classes[:, None]
    return tuple(
        Point(
            n_items=len(classes),
            p_correct=float(own[:, column].mean()),
            p_interval=of_mean(own[:, column].tolist()),
            accuracy=float(right[:, column].mean()),
            accuracy_interval=wilson(int(right[:, column].sum()), len(classes)),
        )
        for column in range(own.shape[1])
    )
