"""The `hands` job: how well a model does on a data set with edits to its gates, beside how well it does without."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from seqclass.data.load import load_item
from seqclass.data.manifest import Item, Manifest
from seqclass.errors import DataError, ItemError
from seqclass.evaluation.evaluate import choose_items, known_labels, report
from seqclass.evaluation.report import ClassReport, NumberReport, combine_results
from seqclass.events import CancelToken, Emit, Finished, Note, Progress
from seqclass.inference.classify import encode_content
from seqclass.inspection import hands
from seqclass.inspection.store_job import manifest_of
from seqclass.model import bundle as bundles
from seqclass.model.bundle import Bundle
from seqclass.model.network import Floats
from seqclass.specs import HandsJob

READ_ME = (
    "Recall of each class with the edits less that without them, on the same items; a range of frames counts in each item."
)
_PAUSE_S = 0.1


def run(job: HandsJob, emit: Emit, cancel: CancelToken) -> None:
    """Classify every item twice, and finish with both reports and their difference.

    Raises:
        BundleError: The bundle cannot be used.
        SpecError: An edit does not fit the model.
        DataError: The data set is of another kind, or no item is left to evaluate.
    """
    bundle = bundles.read(job.bundle)
    edited = hands.apply(bundle, hands.from_plain(job.hands))
    manifest = manifest_of(job.dataset, bundle, manifest_file=job.manifest, data=job.data, emit=emit, cancel=cancel)
    items, chosen, n_seen, notes = choose_items(bundle, manifest, split=job.split)
    items, unknown = known_labels(bundle, items)
    for note in (*manifest.warnings, *notes):
        emit(Note(text=note, level="warning"))
    logits, kept, failures = _forward_both((bundle, edited), manifest, items, emit=emit, cancel=cancel)
    if not kept:
        raise DataError(f"There must be items to evaluate. Received: none in {job.dataset} ({chosen}). Choose another part.")
    before, after = (_reports(bundle, values, kept) for values in logits)
    result: dict[str, Any] = {
        "bundle": job.bundle,
        "dataset": job.dataset,
        "split": chosen,
        "edits": [edit.describe() for edit in hands.hands_of(edited).edits if edit.enabled],
        **combine_results(after),
        "before": combine_results(before),
        "change": {name: change(before[name], after[name]) for name in after},
        "n_changed": {
            target.name: int((logits[0][target.name].argmax(axis=1) != logits[1][target.name].argmax(axis=1)).sum())
            for target in bundle.card.targets
            if target.kind == "class"
        },
        "n_seen": n_seen,
        "unknown_labels": unknown,
        "problems": failures,
        "warnings": [*manifest.warnings, *notes],
        "read_me": READ_ME,
    }
    emit(Finished(result=result))


def change(before: ClassReport | NumberReport, after: ClassReport | NumberReport) -> dict[str, Any]:
    """What edits did to one target's figures: after less before; of each class its recall, None where it has no items."""
    if isinstance(before, ClassReport) and isinstance(after, ClassReport):
        per_class = {label: _less(after.per_class[label].recall, figures.recall) for label, figures in before.per_class.items()}
        return {"accuracy": _less(after.accuracy, before.accuracy), "per_class": per_class}
    assert isinstance(before, NumberReport)
    assert isinstance(after, NumberReport)
    return {"mae": _less(after.mae, before.mae), "rmse": _less(after.rmse, before.rmse)}


def _less(after: float | None, before: float | None) -> float | None:
    return None if after is None or before is None else after - before


def _reports(bundle: Bundle, logits: dict[str, Floats], items: Sequence[Item]) -> dict[str, ClassReport | NumberReport]:
    groups = [item.group for item in items] if any(item.group is not None for item in items) else None
    return {target.name: report(target, logits[target.name], items, groups) for target in bundle.card.targets}


def _forward_both(
    models: tuple[Bundle, Bundle], manifest: Manifest, items: Sequence[Item], *, emit: Emit, cancel: CancelToken
) -> tuple[tuple[dict[str, Floats], dict[str, Floats]], list[Item], list[dict[str, str]]]:
    """Logits of both models, each target's (n_kept, n_outputs), the items that could be read, and the others' reasons."""
    rows: tuple[list[dict[str, Floats]], list[dict[str, Floats]]] = ([], [])
    kept: list[Item] = []
    failures = []
    started = said = time.monotonic()
    for index, item in enumerate(items):
        cancel.check()
        try:
            encoded = encode_content(models[0], load_item(manifest, item))
        except ItemError as error:
            failures.append({"file": item.id, "reason": str(error)})
        else:
            kept.append(item)
            for model, given in zip(models, rows, strict=True):
                given.append(model.network.forward(encoded.frames).logits)
        now = time.monotonic()
        if now - said > _PAUSE_S or index == len(items) - 1:
            said = now
            eta_s = (now - started) / (index + 1) * (len(items) - index - 1)
            emit(Progress(stage="classifying", done=index + 1, total=len(items), eta_s=eta_s))
    plain, edited = ({name: np.stack([row[name] for row in given]) for name in given[0]} if given else {} for given in rows)
    return (plain, edited), kept, failures
