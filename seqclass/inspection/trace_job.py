"""The `trace` job: one item's gates and states to files, with its timeline and ledger, with edits or without."""

from __future__ import annotations

import time
from typing import Any

from seqclass.errors import DataError, ItemError, UsageError
from seqclass.events import CancelToken, Emit, Finished
from seqclass.files import ensure_writable
from seqclass.inference.classify import read_content
from seqclass.inspection import hands
from seqclass.inspection.ledger import Ledger, ledger
from seqclass.inspection.plot import require_picture_name
from seqclass.inspection.plot_views import is_picture
from seqclass.inspection.prefixes import Prefixes
from seqclass.inspection.store import half_of, halves_of
from seqclass.inspection.timeline import Timeline, fill, timeline_of
from seqclass.inspection.trace import Layer, Trace, trace_encoded
from seqclass.model import bundle as bundles
from seqclass.model.bundle import Bundle
from seqclass.specs import TraceJob


def run(job: TraceJob, emit: Emit, cancel: CancelToken) -> None:
    """Trace, write, and finish with the label, the sizes and the files written.

    Raises:
        UsageError: Neither a file to write nor edits are given, ``plot`` is no picture's name, there is no such half or frame, or a
            text is given for a model of another kind.
        SpecError: An edit does not fit the model.
        DataError: The item cannot be read.
    """
    files = {"out": job.out, "plot": job.plot, "timeline": job.timeline, "ledger": job.ledger}
    files = {name: path for name, path in files.items() if path}
    if not files and not job.hands:
        raise UsageError("trace needs --out T.npz or --plot T.png, or --timeline, --ledger or --hands. Received: none of them.")
    if job.plot:
        require_picture_name(job.plot)
    plain = bundles.read(job.bundle)
    if job.text is not None and plain.card.kind != "text":
        raise UsageError(f"--text needs a text model. Received: a model of {plain.card.kind} data. Give it a file instead.")
    bundle = hands.apply(plain, hands.from_plain(job.hands))
    for path in files.values():
        ensure_writable(path)
    started = time.perf_counter()
    try:
        name, content = read_content(plain, job.item or None, text=job.text)
        prefixes = Prefixes(bundle, content)
    except ItemError as error:
        raise DataError(f"{job.item} cannot be traced: {error}.") from error
    traced = trace_encoded(bundle, prefixes.encoded, name=name)
    seconds = time.perf_counter() - started
    half = _half(traced, job.half)
    entry = ledger(half, job.at) if job.ledger else None
    line = timeline_of(bundle, prefixes, stride=job.stride, check=cancel.check)
    traced = fill(traced, line)
    cancel.check()
    _write(job, traced, line, entry)
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
        "decision": _decision(line),
        **_edits(plain, bundle, prefixes),
        **files,
    }
    emit(Finished(result={name: value for name, value in result.items() if value is not None}))


def _write(job: TraceJob, traced: Trace, line: Timeline, entry: Ledger | None) -> None:
    """Write what was asked for; timeline and ledger as a picture where the file's ending says so."""
    if job.out:
        traced.save(job.out)
    if job.plot:
        traced.plot(job.plot)
    unit = "time / s" if traced.is_timed else "token" if traced.tokens else "frame"
    if job.timeline and is_picture(job.timeline):
        line.plot(job.timeline, unit=unit)
    elif job.timeline:
        line.write(job.timeline)
    if entry is not None and is_picture(job.ledger):
        entry.plot(traced.times_s, job.ledger, unit=unit)
    elif entry is not None:
        entry.write(job.ledger, traced.times_s)


def _half(traced: Trace, name: str) -> Layer:
    """One direction of a layer by its name; the last layer where none is given."""
    if not name:
        return traced.layers[-1]
    names = [each for each, _ in halves_of(traced)]
    if name not in names:
        raise UsageError(f"The half must be one of {', '.join(names)}. Received: {name}. Choose one of these.")
    return half_of(traced, name)


def _decision(line: Timeline) -> dict[str, Any]:
    """How the timeline was made, and of each class target who leads from when on."""
    targets = {
        name: {
            "winner": target.winner,
            "decided_frame": int(line.frames[target.decided]),
            "decided_s": float(line.times_s[target.decided]),
            "flips": len(target.flips),
        }
        for name, target in line.targets.items()
        if target.decided is not None
    }
    return {"stride": line.stride, "is_one_pass": line.is_one_pass, "targets": targets}


def _edits(plain: Bundle, bundle: Bundle, prefixes: Prefixes) -> dict[str, Any]:
    """What was edited, and what the model said before."""
    stack = hands.hands_of(bundle)
    if stack.is_empty:
        return {}
    first = next(iter(trace_encoded(plain, prefixes.encoded).result.values()))
    before = {"label": first.label, "value": first.value, "probabilities": first.probabilities}
    return {
        "edits": [edit.describe() for edit in stack.edits if edit.enabled],
        "before": {name: value for name, value in before.items() if value is not None},
    }
