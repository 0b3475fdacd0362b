"""The `trace` job: one item's gates and states to a file, and to a picture."""

from __future__ import annotations

import time
from typing import Any

from seqclass.errors import DataError, ItemError, UsageError
from seqclass.events import CancelToken, Emit, Finished
from seqclass.files import ensure_writable
from seqclass.inspection.plot import require_picture_name
from seqclass.inspection.trace import trace
from seqclass.model import bundle as bundles
from seqclass.specs import TraceJob


def run(job: TraceJob, emit: Emit, cancel: CancelToken) -> None:
    """Trace, write, and finish with the label, the sizes and the files written.

    Raises:
        UsageError: Neither ``out`` nor ``plot`` is given, ``plot`` is no picture's name, or a text is given for a model of
            another kind.
        DataError: The item cannot be read.
    """
    if not job.out and not job.plot:
        raise UsageError("trace needs --out T.npz or --plot T.png. Received: neither.")
    if job.plot:
        require_picture_name(job.plot)
    bundle = bundles.read(job.bundle)
    if job.text is not None and bundle.card.kind != "text":
        raise UsageError(f"--text needs a text model. Received: a model of {bundle.card.kind} data. Give it a file instead.")
    for path in filter(None, (job.out, job.plot)):
        ensure_writable(path)
    started = time.perf_counter()
    try:
        traced = trace(bundle, job.item or None, text=job.text)
    except ItemError as error:
        raise DataError(f"{job.item} cannot be traced: {error}.") from error
    seconds = time.perf_counter() - started
    cancel.check()
    if job.out:
        traced.save(job.out)
    if job.plot:
        traced.plot(job.plot)
    first = next(iter(traced.result.values()))
    result: dict[str, Any] = {
        "item": traced.item,
        "label": first.label,
        "value": first.value,
        "probabilities": first.probabilities,
        "n_frames": len(traced.frames),
        "n_features": traced.frames.shape[1],
        "layers": [layer.n_units for layer in traced.layers],
        "is_causal": bundle.card.is_causal,
        "seconds": round(seconds, 6),
        "out": job.out or None,
        "plot": job.plot or None,
    }
    emit(Finished(result={name: value for name, value in result.items() if value is not None}))
