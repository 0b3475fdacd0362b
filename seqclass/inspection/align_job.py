"""The `align` job: two items, an item and its class's medoid, or two models, on one axis. Loads librosa: a child process's work."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from seqclass.data.load import load_item
from seqclass.data.manifest import Item, Manifest
from seqclass.errors import DataError, ItemError, UsageError
from seqclass.events import CancelToken, Emit, Finished, Progress
from seqclass.files import ensure_writable
from seqclass.inference.classify import encode_content
from seqclass.inspection.align import LEGEND, LEGEND_MODELS, Alignment, Comparison, Spread, compare, grid, spread_of
from seqclass.inspection.store_job import find_item, manifest_of
from seqclass.inspection.trace import Trace, trace, trace_encoded
from seqclass.inspection.warp import warp
from seqclass.model import bundle as bundles
from seqclass.model.bundle import Bundle
from seqclass.specs import AlignJob

MOST_FOR_MEDOID = 15
_ENOUGH_PAIRS = 4


def run(job: AlignJob, emit: Emit, cancel: CancelToken) -> None:
    """Align, and finish with the axis, the spread of same-class pairs and the moment where the two part.

    Raises what `align` raises.
    """
    if job.out:
        ensure_writable(job.out)
    aligned = align(job, emit=emit, cancel=cancel)
    compared, alignment, spread = aligned.comparison, aligned.comparison.alignment, aligned.spread
    if job.out:
        compared.write(job.out)
    result: dict[str, Any] = {
        "item": aligned.item,
        "other": aligned.other,
        "alignment": alignment.plain(),
        "n_steps": len(alignment.a),
        "spread": None if spread is None else asdict(spread) | {"n_pairs": spread.n_pairs},
        "parting": None if compared.parting is None else asdict(compared.parting),
        "largest_distance": float(np.nan_to_num(compared.distance).max()),
        "skipped": compared.skipped,
        "legend": LEGEND_MODELS if job.other_bundle else LEGEND,
        "out": job.out or None,
    }
    emit(Finished(result={name: value for name, value in result.items() if value is not None}))


@dataclass(frozen=True)
class Aligned:
    """Two items on one axis.

    Attributes:
        item: Name of the first.
        other: Name of the second, or of the other model.
        comparison: Their differences.
        spread: How far two takes of their classes part as a rule; None where that is not known.
    """

    item: str
    other: str
    comparison: Comparison
    spread: Spread | None


def align(job: AlignJob, *, emit: Emit, cancel: CancelToken) -> Aligned:
    """Lay two items, or two models on one item, on one axis.

    Args:
        job: What to compare with what.
        emit: Gets progress.
        cancel: Looked at between pairs.

    Raises:
        UsageError: It is not clear what shall be compared with what.
        DataError: An item or the data set cannot be read.
    """
    _require_one_other(job)
    bundle = bundles.read(job.bundle)
    manifest = None
    if job.dataset or job.manifest:
        manifest = manifest_of(job.dataset, bundle, manifest_file=job.manifest, data=job.data, emit=emit, cancel=cancel)
    a, item = _trace(bundle, manifest, job.item, job.text)
    if job.other_bundle:
        b, _ = _trace(_other_model(job, bundle), manifest, job.item, job.text)
        return Aligned(a.item, job.other_bundle, compare(a, b, grid(a, b)), None)
    other: Item | None
    if job.label:
        other = middle = medoid(bundle, _require(manifest), job.label, leave_out=item, emit=emit, cancel=cancel)
        b = _traced(bundle, _require(manifest), middle)
    else:
        b, other = _trace(bundle, manifest, job.other, job.other_text)
    alignment = warp(a.frames, b.frames)
    spread: Spread | None = None
    labels = _labels(bundle, (item, a), (other, b))
    if manifest is not None and job.n_pairs and labels:
        known = tuple(each for each in (item, other) if each is not None)
        spread = class_spread(bundle, manifest, labels, n_pairs=job.n_pairs, leave_out=known, emit=emit, cancel=cancel)
    return Aligned(a.item, b.item, compare(a, b, alignment, spread=spread), spread)


def class_spread(
    bundle: Bundle,
    manifest: Manifest,
    labels: Sequence[str],
    *,
    n_pairs: int,
    leave_out: Sequence[Item] = (),
    emit: Emit,
    cancel: CancelToken,
) -> Spread | None:
    """The spread of pairs of takes of these classes, chosen in an order without meaning; None where no class has two takes.

    Where the items to compare are of one speaker, so are the pairs if there are at least four: otherwise what differs between
    speakers would hide what differs between the two.

    Args:
        bundle: The model.
        manifest: Where the pairs are from.
        labels: Classes of the first target.
        n_pairs: In all, shared evenly by the classes.
        leave_out: The items that are compared themselves.
        emit: Gets progress.
        cancel: Looked at between pairs.
    """
    groups = {item.group for item in leave_out}
    group = (groups.pop() or "") if len(groups) == 1 and len(leave_out) > 1 else ""
    chosen = _pairs(manifest, labels, leave_out, n_pairs, group) if group else []
    if len(chosen) < _ENOUGH_PAIRS:
        chosen, group = _pairs(manifest, labels, leave_out, n_pairs, ""), ""
    pairs: list[tuple[Trace, Trace, Alignment]] = []
    for done, (one, other) in enumerate(chosen, start=1):
        cancel.check()
        try:
            a, b = _traced(bundle, manifest, one), _traced(bundle, manifest, other)
        except DataError:
            continue  # a file that has gone since the scan: another pair less
        pairs.append((a, b, warp(a.frames, b.frames)))
        emit(Progress(stage="comparing takes of one class", done=done, total=len(chosen)))
    return spread_of(pairs, labels=labels, group=group)


def medoid(
    bundle: Bundle,
    manifest: Manifest,
    label: str,
    *,
    leave_out: Item | None = None,
    most: int = MOST_FOR_MEDOID,
    emit: Emit,
    cancel: CancelToken,
) -> Item:
    """The take of a class that is nearest to the others: least sum of warped distances, among at most ``most`` takes.

    Raises:
        DataError: The class has no take.
    """
    takes = _takes(manifest, label, () if leave_out is None else (leave_out,))[:most]
    if not takes:
        raise DataError(f"The class must have an item to compare with. Received: {label}. Choose another class.")
    frames = [_traced(bundle, manifest, take).frames for take in takes]
    sums = np.zeros(len(takes))
    total = len(takes) * (len(takes) - 1) // 2
    done = 0
    for i in range(len(takes)):
        for j in range(i):
            cancel.check()
            cost = warp(frames[i], frames[j]).cost
            sums[i] += cost
            sums[j] += cost
            done += 1
        emit(Progress(stage="looking for the class's middle", done=done, total=total))
    return takes[int(sums.argmin())]


def _require_one_other(job: AlignJob) -> None:
    others = [bool(job.other), job.other_text is not None, bool(job.label), bool(job.other_bundle)]
    if sum(others) != 1:
        raise UsageError(
            f"An item is compared with one other, a class, or itself in another model. Received: {sum(others)} of these. Name one."
        )
    if (job.text is None) == (not job.item):
        raise UsageError("What is compared is an item or a text. Received: both or neither. Name one.")
    if job.label and not (job.dataset or job.manifest):
        raise UsageError(f"A class's middle needs its data set. Received: label={job.label} without one. Name the data set.")


def _require(manifest: Manifest | None) -> Manifest:
    assert manifest is not None  # _require_one_other has seen to it
    return manifest


def _other_model(job: AlignJob, bundle: Bundle) -> Bundle:
    other = bundles.read(job.other_bundle)
    if other.card.kind != bundle.card.kind:
        raise UsageError(
            f"Two models can be compared on items of one kind. Received: {bundle.card.kind} and {other.card.kind}."
        )
    return other


def _trace(bundle: Bundle, manifest: Manifest | None, name: str, text: str | None) -> tuple[Trace, Item | None]:
    """An item by id, or a file, or a text, traced; and the item where it is one of the data set."""
    known = find_item(name, manifest) if manifest is not None and text is None else None
    if known is not None and manifest is not None:
        return _traced(bundle, manifest, known), known
    try:
        return trace(bundle, name or None, text=text), None
    except ItemError as error:
        where = "" if manifest is None else "is no item of the data set, and as a file "
        raise DataError(f"{name or 'the text'} {where}cannot be traced: {error}.") from error


def _traced(bundle: Bundle, manifest: Manifest, item: Item) -> Trace:
    try:
        return trace_encoded(bundle, encode_content(bundle, load_item(manifest, item)), name=item.id)
    except ItemError as error:
        raise DataError(f"{item.id} cannot be traced: {error}.") from error


def _labels(bundle: Bundle, *items: tuple[Item | None, Trace]) -> tuple[str, ...]:
    """Classes of the items, as the data set has them, else as the model says; none where the first target is a number."""
    target = bundle.card.targets[0]
    if target.kind == "number":
        return ()
    named = [
        str(item.targets[target.name]) if item is not None and target.name in item.targets else traced.result[target.name].label
        for item, traced in items
    ]
    return tuple(dict.fromkeys(label for label in named if label))


def _pairs(
    manifest: Manifest, labels: Sequence[str], leave_out: Sequence[Item], n_pairs: int, group: str
) -> list[tuple[Item, Item]]:
    pairs: list[tuple[Item, Item]] = []
    for number, label in enumerate(labels):
        takes = [take for take in _takes(manifest, label, leave_out) if not group or take.group == group]
        wanted = n_pairs // len(labels) + (number < n_pairs % len(labels))
        pairs += [(takes[2 * k], takes[2 * k + 1]) for k in range(min(wanted, len(takes) // 2))]
    return pairs


def _takes(manifest: Manifest, label: str, leave_out: Sequence[Item]) -> list[Item]:
    """Items of a class, in an order without meaning that is the same on every machine."""
    target = manifest.targets[0].name
    gone = {item.id for item in leave_out}
    takes = [item for item in manifest.items if str(item.targets.get(target)) == label and item.id not in gone]
    return sorted(takes, key=lambda item: hashlib.sha256(f"align\n{item.id}".encode("utf-8", "surrogatepass")).digest())
