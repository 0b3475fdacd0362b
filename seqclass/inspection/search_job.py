"""The `search` job: trace the data set where that was not done, then look for the range."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import msgspec
from numpy.typing import NDArray

from seqclass.errors import DataError, ItemError, UsageError
from seqclass.events import CancelToken, Emit, Finished, Note
from seqclass.features.front_end import TextFrontEnd
from seqclass.files import ensure_writable, table_text, write_text
from seqclass.inspection.search import LEGEND, Findings, Hit, Pattern, frames_between, make_pattern, search, usual_context
from seqclass.inspection.store import MapName, TraceStore, half_of
from seqclass.inspection.store_job import build, find_item, items_of, manifest_of
from seqclass.inspection.trace import trace
from seqclass.model import bundle as bundles
from seqclass.model.bundle import Bundle
from seqclass.specs import SearchJob

KEPT: tuple[MapName, ...] = ("cell", "hidden")
_COLUMNS = ("rank", "score", "item", "label", "group", "answer", "start", "end", "start_frame", "stop_frame", "words")


def run(job: SearchJob, emit: Emit, cancel: CancelToken) -> None:
    """Search, and finish with the hits, their groups and the units. Raises what `find` raises."""
    if job.csv:
        ensure_writable(job.csv)
    bundle, store, findings = find(job, emit=emit, cancel=cancel)
    if job.csv:
        write_text(job.csv, as_csv(findings, bundle))
    emit(Finished(result=as_plain(findings, bundle) | {"store": str(store.folder), "csv": job.csv or None}))


def find(job: SearchJob, *, emit: Emit, cancel: CancelToken) -> tuple[Bundle, TraceStore, Findings]:
    """Search, and give the model, where it was looked for and what was found.

    Args:
        job: What to look for.
        emit: Gets progress.
        cancel: Looked at between steps.

    Raises:
        UsageError: The range is empty, or no unit is on in it and off around it.
        DataError: The item or the data set cannot be read.
    """
    if job.end <= job.start:
        raise UsageError(f"A range must end after it starts. Received: {job.start:g} to {job.end:g}. Turn them round.")
    bundle = bundles.read(job.bundle)
    manifest = manifest_of(job.dataset, bundle, manifest_file=job.manifest, data=job.data, emit=emit, cancel=cancel)
    known = find_item(job.item, manifest)
    job = job if known is None else msgspec.structs.replace(job, item=known.id)
    store = build(bundle, manifest, items_of(bundle, manifest, job.split), maps=KEPT, emit=emit, cancel=cancel)
    pattern, query = pattern_of(job, bundle, store, emit)
    cancel.check()
    return bundle, store, search(store, pattern, query=query, limit=job.limit)


def pattern_of(job: SearchJob, bundle: Bundle, store: TraceStore, emit: Emit) -> tuple[Pattern, tuple[str, int, int] | None]:
    """The pattern of the range that a job names, and where it lies in the store if it does.

    Raises:
        UsageError: There is no such layer, or the range is empty.
        DataError: The item is neither in the store nor a file that can be read.
    """
    place = None if job.text is not None else store.position(job.item)
    half = job.half or [each for each in store.halves if not each.endswith(".backward")][-1]
    values: NDArray[Any]
    if place is not None:
        values, times_s = store.of(place, half, job.state), store.times_s(place)
    else:
        try:
            traced = trace(bundle, job.item or None, text=job.text)
        except ItemError as error:
            raise DataError(f"{job.item} is no item of the data set, and as a file: {error}.") from error
        values, times_s = getattr(half_of(traced, half), job.state), traced.times_s
    start, stop = frames_between(times_s, job.start, job.end)
    query = None if place is None else (job.item, start, stop)
    context = usual_context(bundle.card.kind) if job.context is None else job.context

    def made(context: int) -> Pattern:
        return make_pattern(values, start, stop, half=half, state=job.state, threshold=job.threshold, context=context)

    pattern = made(context)
    if job.context is None and not len(pattern.units):
        emit(
            Note(
                text="No unit is on in the range and off around it: those that are on in it are looked for, whatever they do around."
            )
        )
        pattern = made(0)
    return pattern, query


def words_of(bundle: Bundle, hit: Hit) -> str:
    """Text: the words of a hit, one space between; empty for everything else."""
    if not isinstance(bundle.front_end, TextFrontEnd) or hit.item.text is None:
        return ""
    return " ".join(bundle.front_end.encode(hit.item.text).tokens[hit.start : hit.stop])


def as_plain(findings: Findings, bundle: Bundle) -> dict[str, Any]:
    """Findings as JSON can hold them."""
    pattern = findings.pattern
    return {
        "half": pattern.half,
        "state": pattern.state,
        "threshold": pattern.threshold,
        "units": [
            {"unit": unit, "sign": int(sign)} for unit, sign in zip(pattern.units.tolist(), pattern.signs.tolist(), strict=True)
        ],
        "n_hits": findings.n_hits,
        "n_items": findings.n_items,
        "n_items_hit": findings.n_items_hit,
        "hits": [_plain_hit(hit, bundle) for hit in findings.hits],
        "by": {name: [asdict(count) for count in counts] for name, counts in findings.by.items()},
        "seconds": round(findings.seconds, 6),
        "legend": LEGEND,
    }


def as_csv(findings: Findings, bundle: Bundle) -> str:
    """The listed hits as a table, best first. ``start`` and ``end`` are seconds of sound, else frames."""
    rows: list[Sequence[object]] = [_COLUMNS]
    for rank, hit in enumerate(findings.hits, start=1):
        target = next(iter(hit.item.targets.values()), "")
        ends = (f"{hit.start_s:.3f}", f"{hit.end_s:.3f}", hit.start, hit.stop)
        rows.append(
            (rank, f"{hit.score:.4f}", hit.item.id, target, hit.item.group or "", hit.answer, *ends, words_of(bundle, hit))
        )
    return table_text(rows)


def _plain_hit(hit: Hit, bundle: Bundle) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "item": hit.item.id,
        "targets": hit.item.targets,
        "group": hit.item.group,
        "answer": hit.answer,
        "start": hit.start,
        "stop": hit.stop,
        "start_s": round(hit.start_s, 4),
        "end_s": round(hit.end_s, 4),
        "score": round(hit.score, 6),
        "inside": round(hit.inside, 6),
        "around": round(hit.around, 6),
        "is_query": hit.is_query,
    }
    words = words_of(bundle, hit)
    return plain | ({"words": words} if words else {})
