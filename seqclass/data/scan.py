"""From a folder to a manifest: every file ends as used, ignored and counted, or listed with its reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from seqclass import events
from seqclass.audio.read import AudioStream
from seqclass.data.candidates import Found, kind_of_all
from seqclass.data.content import kind_of
from seqclass.data.edits.journal import finish_interrupted
from seqclass.data.items import Items, values_of
from seqclass.data.layouts import find_layout
from seqclass.data.manifest import Item, Manifest, Problem, write_manifest
from seqclass.data.overlay import Layer
from seqclass.data.reading import Reading, is_passing
from seqclass.data.scan_warnings import scan_warnings
from seqclass.data.scanning import cache as caching
from seqclass.data.scanning.garbage import no_collections
from seqclass.data.scanning.reading import read_all, reader
from seqclass.data.summary import summarise
from seqclass.data.walk import Walk, walk
from seqclass.errors import DataError, ItemError, StorageError
from seqclass.events import CancelToken, Emit, Finished, Note, Progress
from seqclass.specs import DataSpec, Kind, ScanJob

NOISE_MAX_DURATION_S = 600.0


def scan(
    root: Path | str,
    data: DataSpec | None = None,
    *,
    known: Mapping[str, Item] | None = None,
    fresh: bool = False,
    emit: Emit = events.ignore,
    cancel: CancelToken | None = None,
) -> Manifest:
    """Read a data set folder (Contract 1). Every item is opened, now or by an earlier scan, so what is in the manifest can be used.

    Args:
        root: The folder.
        data: How to read it; the defaults where left out.
        known: By id, items whose files are as an earlier scan read them; recordings and sequences of these are not opened.
        fresh: Open every file, whatever `seqclass.data.scanning.cache` knows of it. The result is the same.
        emit: Gets `Progress`.
        cancel: Looked at all the time.

    Raises:
        DataError: The folder as a whole cannot be read: no folder, mixed kinds, a broken manifest, an unknown target.
        CancelledError: The person cancelled.
    """
    data = data or DataSpec()
    root = Path(root).expanduser()
    broken_off = _finish_interrupted(root)
    began_ns = caching.now_ns()
    walked = walk(root, cancel=cancel)
    root = root.resolve()
    layer = Layer(root)
    cache = None if known is not None else caching.ScanCache(root, data, walked, layer, began_ns=began_ns)
    manifest = None if cache is None or fresh else cache.manifest()
    if manifest is None:
        with no_collections():
            manifest = _scanned(root, data, walked, layer, cache, known=known or {}, fresh=fresh, emit=emit, cancel=cancel)
    else:
        emit(Progress(stage="scan", done=len(manifest.items), total=len(manifest.items), eta_s=0.0))
    return msgspec.structs.replace(manifest, warnings=(*broken_off, *manifest.warnings)) if broken_off else manifest


def _scanned(
    root: Path,
    data: DataSpec,
    walked: Walk,
    layer: Layer,
    cache: caching.ScanCache | None,
    *,
    known: Mapping[str, Item],
    fresh: bool,
    emit: Emit,
    cancel: CancelToken | None,
) -> Manifest:
    """The manifest of what a walk found, kept in the cache where there is one."""
    found = find_layout(root, walked, data)
    layer.add_to(found, group=data.group)
    kind = found.kind or kind_of_all(found.candidates, root=str(root))
    read = reader(root, kind, data, overlay=layer.folder, known=known)
    marks = caching.marks_of(found.candidates, walked, root=root, overlay=layer.folder)
    kept = None if cache is None or fresh else cache.readings()
    readings = read_all(found.candidates, marks, kept, read, emit=emit, cancel=cancel)
    noise, is_noise_refused = _usable_noise(root, found, kind)
    manifest = _manifest(root, data, kind, walked, layer, found, readings, noise)
    if cache is not None:
        if kept is None or not kept.has_all(readings):
            cache.keep_readings(readings, marks)
        if not is_noise_refused and not any(reading.is_passing for reading in readings):
            cache.keep_manifest(manifest, found)
    return manifest


def _manifest(
    root: Path,
    data: DataSpec,
    kind: Kind,
    walked: Walk,
    layer: Layer,
    found: Found,
    readings: Sequence[Reading],
    noise: tuple[str, ...],
) -> Manifest:
    """Put together what walk, layout, reading and overlay found."""
    items = [*found.items, *(item for reading in readings for item in reading.items)]
    problems = [
        *walked.problems,
        *found.problems,
        *(Problem(reading.candidate.id, reading.problem) for reading in readings if reading.problem),
    ]
    items, problems, stale = layer.apply(items, problems, found.targets, group=data.group)
    if kind == "numeric":
        items, ragged = _majority_features(items)
        problems += ragged
    items.sort(key=lambda item: item.id)
    prints = {reading.items[0].id: reading.print for reading in readings if reading.print is not None}
    manifest = Manifest(
        root=str(root),
        kind=kind,
        layout=found.layout,
        data=data,
        targets=found.targets,
        items=tuple(items),
        # Once a file: what a layout or a reader says about it goes over what the walk said.
        problems=tuple(problem for _, problem in sorted({problem.file: problem for problem in problems}.items())),
        noise_files=noise,
        ignored=walked.ignored + sum(reading.n_empty_lines for reading in readings),
        unusable_labels=_unusable_labels(found, readings, items),
        overlay=str(layer.folder) if layer else "",
    )
    odd = {reading.candidate.id: reading.warning for reading in readings if reading.warning}
    warnings = (*found.warnings, *stale, *scan_warnings(manifest, odd=odd, prints=prints))
    return msgspec.structs.replace(manifest, items=Items.of(items), warnings=warnings)


def run(job: ScanJob, emit: Emit, cancel: CancelToken | None = None) -> None:
    """Do a scan job: `Progress`, each warning as a `Note`, then `Finished` with the figures of `summarise`.

    Where the job names a file for the manifest it is written there, and the result's ``manifest`` is its path.

    Raises:
        DataError: As `scan`.
        StorageError: The manifest's file cannot be written.
        CancelledError: The person cancelled.
    """
    manifest = scan(job.dataset, job.data, fresh=job.fresh, emit=emit, cancel=cancel)
    result = summarise(manifest, dataset=job.dataset)
    if job.manifest_out:
        write_manifest(job.manifest_out, manifest)
        result["manifest"] = job.manifest_out
    for warning in result["warnings"]:
        emit(Note(text=warning, level="warning"))
    emit(Finished(result=result))


def require_trainable(manifest: Manifest) -> None:
    """Refuse what cannot be learned from, in one line.

    Raises:
        DataError: No items; a label without a usable file; fewer than two classes; a class with one item, which cannot stand
            on both sides of a split; a numeric target with one item.
    """
    if not manifest.items:
        count = len(manifest.problems)
        first = f" {count} cannot be used; the first: {_shown(manifest.problems[0])}." if count else ""
        raise DataError(f"A data set must hold items. Received: {manifest.root} with none.{first} {_WAY_OUT}")
    if manifest.unusable_labels:
        labels = ", ".join(f"{label!r} ({count})" for label, count in list(manifest.unusable_labels.items())[:5])
        raise DataError(
            f"Every class must have files that can be read. Received: none of the files of {labels} can, in {manifest.root}. "
            "Mend them (seqclass scan gives each reason) or take that class away."
        )
    for target in manifest.targets:
        if target.kind == "number":
            if len(manifest.items) < 2:
                raise DataError(f"A data set must hold at least 2 items. Received: 1 in {manifest.root}. Add items.")
            continue
        counts = Counter(targets[target.name] for targets in values_of(manifest.items, "targets"))
        if len(counts) < 2:
            raise DataError(
                f"A data set must hold at least 2 classes. Received: {target.name}={next(iter(counts))!r} alone in "
                f"{manifest.root}. Add a class."
            )
        single = sorted(str(label) for label, count in counts.items() if count < 2)
        if single:
            raise DataError(
                f"Every class must have at least 2 items, to train on and to test. Received: 1 item of {', '.join(single[:5])} "
                f"(target {target.name}) in {manifest.root}. Add items or take that class away."
            )


_WAY_OUT = "Put each class in a folder of its name, or write a manifest.csv (file,label)."


def _shown(problem: Problem) -> str:
    return f"{problem.file}: {problem.reason}"


def _finish_interrupted(root: Path) -> tuple[str, ...]:
    """A change that was broken off is finished first; where that cannot be, a warning says so."""
    try:
        finish_interrupted(root)
    except StorageError as error:
        return (str(error),)
    return ()


def _usable_noise(root: Path, found: Found, kind: Kind) -> tuple[tuple[str, ...], bool]:
    """Noise that can be read, and whether the system refused some of it."""
    usable: list[str] = []
    is_refused = False
    for file in found.noise:
        if kind != "speech":
            found.problems.append(Problem(file, "background noise is of use for recordings only"))
        elif kind_of(file) != "speech":
            found.problems.append(Problem(file, "background noise must be a recording"))
        else:
            try:
                for _ in AudioStream(root / file, max_duration_s=NOISE_MAX_DURATION_S):
                    pass
                usable.append(file)
            except ItemError as error:
                is_refused |= is_passing(error)
                found.problems.append(Problem(file, str(error)))
    return tuple(usable), is_refused


def _majority_features(items: list[Item]) -> tuple[list[Item], list[Problem]]:
    """Keep the items with the most frequent count of features; the others are problems."""
    counts = Counter(item.n_features for item in items)
    if len(counts) < 2:
        return items, []
    majority = max(counts, key=lambda count: (counts[count], count or 0))
    problems = [
        Problem(item.id, f"it has {item.n_features} features a frame; most items have {majority}")
        for item in items
        if item.n_features != majority
    ]
    return [item for item in items if item.n_features == majority], problems


def _unusable_labels(found: Found, readings: Sequence[Reading], items: Sequence[Item]) -> dict[str, int]:
    first = found.targets[0]
    if first.kind != "class":
        return {}
    lost = [*found.unread, *(reading.candidate.targets for reading in readings if reading.problem)]
    used = {targets[first.name] for targets in values_of(items, "targets")}
    counts = Counter(str(targets[first.name]) for targets in lost if targets[first.name] not in used)
    return dict(sorted(counts.items()))
