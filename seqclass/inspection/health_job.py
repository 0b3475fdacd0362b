"""The `health` job: the gates of one model, or of two, over the items of a data set."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import msgspec

from seqclass.data.load import load_item
from seqclass.data.manifest import Item, Manifest
from seqclass.errors import DataError, ItemError
from seqclass.evaluation.evaluate import choose_items
from seqclass.events import CancelToken, Emit, Finished, Note, Progress
from seqclass.files import ensure_writable
from seqclass.inference.classify import encode_content
from seqclass.inspection.health import (
    READ_DIFFERENCE,
    READ_ME,
    Health,
    HealthTaker,
    difference,
    write_difference,
    write_health,
)
from seqclass.inspection.store_job import manifest_of
from seqclass.inspection.trace import trace_encoded
from seqclass.model import bundle as bundles
from seqclass.model.bundle import Bundle
from seqclass.specs import HealthJob

_PAUSE_S = 0.1


def run(job: HealthJob, emit: Emit, cancel: CancelToken) -> None:
    """Run the items through, and finish with what stands out.

    Raises:
        BundleError: A bundle cannot be used.
        DataError: The data set is of another kind, or no item could be read.
        StorageError: A file cannot be written.
    """
    for path in filter(None, (job.csv, job.health_out)):
        ensure_writable(path)
    bundle = bundles.read(job.bundle)
    manifest = manifest_of(job.dataset, bundle, manifest_file=job.manifest, data=job.data, emit=emit, cancel=cancel)
    other = bundles.read(job.other_bundle) if job.other_bundle else None
    if other is not None and other.card.kind != bundle.card.kind:
        raise DataError(
            f"Two models to compare must be of one kind. Received: {bundle.card.kind} and {other.card.kind}. Choose another one."
        )
    items, chosen, _, notes = choose_items(bundle, manifest, split=job.split)
    for note in (*manifest.warnings, *notes):
        emit(Note(text=note, level="warning"))
    if not items:
        raise DataError(f"There must be items to run through. Received: none in {job.dataset} ({chosen}). Choose another part.")
    health, failures = take(bundle, manifest, items, stage="running", emit=emit, cancel=cancel)
    result: dict[str, Any] = {"bundle": job.bundle, "dataset": job.dataset, "split": chosen, **as_plain(health)}
    result |= {"problems": failures, "warnings": [*manifest.warnings, *notes], "read_me": READ_ME}
    if other is not None:
        second, _ = take(other, manifest, items, stage="running the second model", emit=emit, cancel=cancel)
        changes = difference(health, second)
        result["other"] = {"bundle": job.other_bundle, **as_plain(second)}
        result["difference"] = [msgspec.to_builtins(each) | {"change": each.change} for each in changes]
        result["read_difference"] = READ_DIFFERENCE
        if job.csv:
            write_difference(job.csv, changes)
    elif job.csv:
        health.write_csv(job.csv)
    if job.health_out:
        write_health(job.health_out, health)
    result |= {name: path for name, path in (("csv", job.csv), ("health", job.health_out)) if path}
    emit(Finished(result=result))


def take(
    bundle: Bundle, manifest: Manifest, items: Sequence[Item], *, stage: str, emit: Emit, cancel: CancelToken
) -> tuple[Health, list[dict[str, str]]]:
    """The health of a model over items, and those that could not be read with the reasons.

    Raises:
        DataError: None could be read.
        CancelledError: The person cancelled.
    """
    taker = HealthTaker()
    failures = []
    started = said = time.monotonic()
    for index, item in enumerate(items):
        cancel.check()
        try:
            taker.add(trace_encoded(bundle, encode_content(bundle, load_item(manifest, item))))
        except ItemError as error:
            failures.append({"file": item.id, "reason": str(error)})
        now = time.monotonic()
        if now - said > _PAUSE_S or index == len(items) - 1:
            said = now
            eta_s = (now - started) / (index + 1) * (len(items) - index - 1)
            emit(Progress(stage=stage, done=index + 1, total=len(items), eta_s=eta_s))
    return taker.health(), failures


def as_plain(health: Health) -> dict[str, Any]:
    """What of it goes into an event: figures of each half, and the advice."""
    layers = [
        {
            "name": half.name,
            "n_units": half.n_units,
            "below": {gate: float(values.mean()) for gate, values in half.low.items()},
            "above": {gate: float(values.mean()) for gate, values in half.high.items()},
            "dead": int(half.is_dead.sum()),
            "never_written": int(half.is_never_written.sum()),
            "latched": int(half.is_latched.sum()),
            "half_life_frames": half.median_half_life_frames,
            "half_life_ms": None if half.frame_ms is None else half.median_half_life_frames * half.frame_ms,
            "median_frames": half.median_frames,
        }
        for half in health.halves
    ]
    advice = [msgspec.to_builtins(each) for each in health.advice()]
    return {"n_items": health.n_items, "n_frames": health.n_frames, "layers": layers, "advice": advice}
