"""Making a trace store: one item at a time, so that memory is bounded by the longest item."""

from __future__ import annotations

import contextlib
import hashlib
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from seqclass.data.held_folder import held_folder, remove_abandoned
from seqclass.data.load import load_item
from seqclass.data.manifest import Item, Manifest, read_manifest
from seqclass.data.scan import scan
from seqclass.errors import DataError, ItemError, UsageError
from seqclass.evaluation.evaluate import choose_items
from seqclass.events import CancelToken, Emit, Finished, Note, Progress
from seqclass.features.front_end import Encoded
from seqclass.files import paths_matching, storage_error
from seqclass.inference.classify import Answer, encode_content
from seqclass.inspection import store as stores
from seqclass.inspection.store import MAPS, MapName, StoredItem, StoredMap, StoreIndex, TraceStore, halves_of
from seqclass.inspection.store_write import MapWriter, write_index
from seqclass.inspection.trace import Trace, trace_encoded
from seqclass.model import bundle as bundles
from seqclass.model.bundle import Bundle
from seqclass.settings import convert
from seqclass.specs import DataSpec, TracesJob

_PAUSE_S = 0.1
_BYTES = 2


def run(job: TracesJob, emit: Emit, cancel: CancelToken) -> None:
    """The `traces` job: trace a data set, or find that it was done already; finishes with the store's folder.

    Raises:
        BundleError: The bundle cannot be used.
        DataError: The data set is of another kind, or empty.
        StorageError: The cache cannot be written.
    """
    started = time.perf_counter()
    bundle = bundles.read(job.bundle)
    manifest = manifest_of(job.dataset, bundle, manifest_file=job.manifest, data=job.data, emit=emit, cancel=cancel)
    made = build(
        bundle,
        manifest,
        items_of(bundle, manifest, job.split),
        maps=job.maps or MAPS,
        limit_mb=job.limit_mb,
        emit=emit,
        cancel=cancel,
    )
    emit(
        Finished(
            result={
                "bundle": job.bundle,
                "dataset": job.dataset,
                "store": str(made.folder),
                "items": len(made.items),
                "frames": made.n_frames,
                "bytes": made.n_bytes(),
                "left_out": made.index.n_left_out,
                "problems": [{"file": name, "reason": reason} for name, reason in made.index.problems.items()],
                "seconds": round(time.perf_counter() - started, 3),
            }
        )
    )


def manifest_of(
    dataset: str,
    bundle: Bundle,
    *,
    manifest_file: str = "",
    data: dict[str, object] | None = None,
    emit: Emit,
    cancel: CancelToken,
) -> Manifest:
    """The data set as the model's own was read, from a manifest file where one is at hand, else by a scan.

    Raises:
        DataError: It is of another kind than the model.
    """
    if manifest_file:
        manifest = read_manifest(manifest_file)
    else:
        targets = tuple(target.spec for target in bundle.card.targets)
        spec = convert({**msgspec.to_builtins(bundle.card.config.data), **(data or {})}, DataSpec, prefix="data")
        spec = msgspec.structs.replace(spec, targets=spec.targets or targets)
        manifest = scan(Path(dataset), spec, emit=emit, cancel=cancel)
    if manifest.kind != bundle.card.kind:
        raise DataError(
            f"The data set must be of the model's kind, {bundle.card.kind}. Received: {manifest.kind} in {manifest.root}. "
            "Choose another data set or model."
        )
    return manifest


def items_of(bundle: Bundle, manifest: Manifest, split: str) -> tuple[Item, ...]:
    """Items of one part, or all, in manifest order.

    Raises:
        DataError: There are none.
    """
    items = manifest.items if split == "all" else choose_items(bundle, manifest, split=split)[0]
    if not items:
        raise DataError(f"There must be items to trace. Received: none in {manifest.root} ({split}). Choose another part.")
    return tuple(items)


def find_item(name: str, manifest: Manifest) -> Item | None:
    """The item of a data set with this id, or whose file this is; None where there is none."""
    by_id = {item.id: item for item in manifest.items}
    try:
        within = Path(name).expanduser().resolve().relative_to(manifest.path).as_posix()
    except (ValueError, OSError):
        within = ""
    return by_id.get(name) or by_id.get(within)


def build(
    bundle: Bundle,
    manifest: Manifest,
    items: Sequence[Item],
    *,
    maps: Sequence[MapName] = MAPS,
    limit_mb: int = stores.LIMIT_MB,
    emit: Emit,
    cancel: CancelToken,
) -> TraceStore:
    """The store of these items: found, or made.

    Args:
        bundle: The model.
        manifest: Where the items are from.
        items: What to trace, in manifest order.
        maps: Which of the six maps to keep.
        limit_mb: What all stores together may take; the least recently used make room. A single one that would be larger holds
            a sample of the items.
        emit: Gets progress.
        cancel: Looked at between items; nothing is left behind.

    Raises:
        StorageError: The cache cannot be written.
        CancelledError: The person cancelled.
    """
    found = stores.find(bundle, items, maps, limit_mb=limit_mb)
    if found is not None:
        return found
    if not maps or not set(maps) <= set(MAPS):
        raise UsageError(f"The maps must be among {', '.join(MAPS)}. Received: {', '.join(maps) or 'none'}.")
    model = stores.model_hash(bundle)
    place = stores.folder() / stores.key(model, items, maps)
    try:
        with _alone(place, cancel) as part:
            if (found := stores.find(bundle, items, maps, limit_mb=limit_mb)) is not None:
                return found  # another process made it meanwhile
            index = _write(part, model, bundle, manifest, items, tuple(maps), limit_mb, emit=emit, cancel=cancel)
            write_index(part, index)
            if place.exists():  # damaged, of another version or too small, else it would have been found
                stores.remove(place)
            part.rename(place)
    except OSError as error:
        raise storage_error("write", place, error) from error
    made = stores.open_store(place)
    stores.shrink(limit_mb, keep=place)
    return made


def _write(
    part: Path,
    model: str,
    bundle: Bundle,
    manifest: Manifest,
    items: Sequence[Item],
    maps: tuple[MapName, ...],
    limit_mb: int,
    *,
    emit: Emit,
    cancel: CancelToken,
) -> StoreIndex:
    limit = limit_mb << 20
    writers: list[MapWriter] = []
    kept: list[StoredItem] = []
    problems: dict[str, str] = {}
    n_rows, n_left_out, row_bytes = 0, 0, 0
    try:
        for item, trace in _traced(
            bundle, manifest, _fair(items, bundle, len(maps), limit), problems, emit=emit, cancel=cancel
        ):
            if not writers:
                writers = [
                    MapWriter(part, StoredMap(half, name, layer.n_units)) for half, layer in halves_of(trace) for name in maps
                ]
                row_bytes = _BYTES * sum(writer.stored.n_units for writer in writers)
            if (n_rows + len(trace.frames)) * row_bytes > limit:
                n_left_out += 1
                continue
            layers = dict(halves_of(trace))
            for writer in writers:
                writer.add(getattr(layers[writer.stored.half], writer.stored.name))
            kept.append(_stored(item, trace, n_rows))
            n_rows += len(trace.frames)
        stored = tuple(writer.close() for writer in writers)
    except BaseException:
        for writer in writers:
            writer.drop()
        raise
    if not kept:
        first = next(iter(problems.items()), ("", "the limit has no room for one"))
        raise DataError(f"There must be an item that can be traced. Received: none; {first[0]}: {first[1]}.")
    if n_left_out:
        text = f"Traces of {n_left_out} of {len(items)} items have no room within {limit_mb} MB; the others are a fair sample."
        emit(Note(text=text, level="warning"))
    return StoreIndex(
        model=model,
        root=manifest.root,
        overlay=manifest.overlay,
        kind=manifest.kind,
        targets=stores.known_targets(manifest, bundle),
        hop_s=stores.as_trace_times(bundle),
        maps=stored,
        items=tuple(kept),
        limit_mb=limit_mb,
        n_left_out=n_left_out,
        problems=problems,
    )


def _traced(
    bundle: Bundle, manifest: Manifest, items: Sequence[Item], problems: dict[str, str], *, emit: Emit, cancel: CancelToken
) -> Iterator[tuple[Item, Trace]]:
    """Each item with its trace; those that cannot be read go to ``problems``."""
    started = said = time.monotonic()
    for done, item in enumerate(items, start=1):
        cancel.check()
        try:
            encoded: Encoded = encode_content(bundle, load_item(manifest, item))
            yield item, trace_encoded(bundle, encoded, name=item.id)
        except ItemError as error:
            problems[item.id] = str(error)
        now = time.monotonic()
        if now - said > _PAUSE_S or done == len(items):
            said = now
            emit(Progress(stage="tracing", done=done, total=len(items), eta_s=(now - started) / done * (len(items) - done)))


def _stored(item: Item, trace: Trace, start: int) -> StoredItem:
    first: Answer = next(iter(trace.result.values()))
    answers: dict[str, str | float] = {}
    for name, each in trace.result.items():
        answers[name] = each.label if each.label is not None else float(each.value or 0.0)
    return StoredItem(
        item=item,
        start=start,
        n_frames=len(trace.frames),
        first_s=float(trace.times_s[0]) if trace.is_timed else 0.0,
        answers=answers,
        confidence=max(first.probabilities.values()) if first.probabilities else None,
    )


def _fair(items: Sequence[Item], bundle: Bundle, n_maps: int, limit: int) -> Sequence[Item]:
    """The order to trace in: that of the manifest; where the limit may cut it short one without meaning, so that no class is lost."""
    n_units = sum(half.n_units for pair in bundle.network.layers for half in pair if half is not None)
    hop_s = stores.as_trace_times(bundle)
    rows = sum(
        item.n_frames or (item.duration_s / hop_s if item.duration_s else len(item.text or "") / 2 + 1) for item in items
    )
    if rows * n_units * n_maps * _BYTES <= limit:
        return items
    return sorted(items, key=lambda item: hashlib.sha256(item.id.encode("utf-8", "surrogatepass")).digest())


@contextlib.contextmanager
def _alone(place: Path, cancel: CancelToken) -> Iterator[Path]:
    """An empty folder beside ``place`` to write in, held by this process alone; gone afterwards unless it was renamed."""
    place.parent.mkdir(parents=True, exist_ok=True)
    remove_abandoned(paths_matching(place.parent, "*.part"))
    with held_folder(place.with_name(f"{place.name}.part"), cancel.check) as part:
        yield part
