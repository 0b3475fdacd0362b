"""The `evaluate` job: a bundle against a data set, with an honest choice of items."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from seqclass.data import project
from seqclass.data.feature_store.extract import Extractor
from seqclass.data.feature_store.recordings import Kept, Lookup, Sounds
from seqclass.data.items import taken, values_of
from seqclass.data.load import Content, load_item
from seqclass.data.manifest import Item, Manifest
from seqclass.data.scan import scan
from seqclass.data.splits import assign_splits
from seqclass.errors import DataError, ItemError
from seqclass.evaluation.answers import Answers, AnswersHead, ItemAnswer, write_answers
from seqclass.evaluation.report import ClassReport, NumberReport, class_report, combine_results, number_report
from seqclass.events import CancelToken, Emit, Finished, Note, Progress
from seqclass.features.front_end import Encoded, SpeechFrontEnd
from seqclass.files import ensure_writable
from seqclass.inference.classify import encode_content
from seqclass.inference.many import forward_many
from seqclass.model import bundle as bundles
from seqclass.model.bundle import Bundle, TargetCard
from seqclass.model.network import Floats, softmax
from seqclass.settings import convert
from seqclass.specs import ComputeSpec, DataSpec, EvaluateJob, NumericFeatureSpec

_LEFT_OUT = "are left out"


def run(job: EvaluateJob, emit: Emit, cancel: CancelToken) -> None:
    """Classify the chosen items and finish with the report.

    Raises:
        BundleError: The bundle cannot be used.
        DataError: The data set is of another kind, or no item is left to evaluate.
        StorageError: The file of answers cannot be written.
    """
    if job.answers_out:
        ensure_writable(job.answers_out)
    bundle = bundles.read(job.bundle)
    targets = tuple(target.spec for target in bundle.card.targets)
    data = convert({**msgspec.to_builtins(bundle.card.config.data), **job.data}, DataSpec, prefix="data")
    manifest = scan(Path(job.dataset), msgspec.structs.replace(data, targets=data.targets or targets), emit=emit, cancel=cancel)
    if manifest.kind != bundle.card.kind:
        raise DataError(
            f"The data set must be of the model's kind, {bundle.card.kind}. Received: {manifest.kind} in {job.dataset}. "
            "Choose another data set or model."
        )
    items, chosen, n_seen, notes = choose_items(bundle, manifest, split=job.split)
    items, unknown = known_labels(bundle, items)
    if unknown:
        listed = ", ".join(f"{label} ({count})" for label, count in sorted(unknown.items()))
        notes.append(f"{sum(unknown.values())} items {_LEFT_OUT}: the model does not know their label: {listed}.")
    for note in (*manifest.warnings, *notes):
        emit(Note(text=note, level="warning"))
    if not items:
        causes = " ".join(note for note in notes if _LEFT_OUT in note) or "Received: none."
        raise DataError(f"There must be items to evaluate in {job.dataset} ({chosen}). {causes} Choose another --split.")
    logits, failures = forward_items(bundle, manifest, items, parallel=job.parallel, emit=emit, cancel=cancel)
    kept = [index for index in range(len(items)) if index not in failures]
    groups = [items[index].group for index in kept]
    known_groups = groups if any(group is not None for group in groups) else None
    reports = {
        target.name: report(target, logits[target.name][kept], [items[index] for index in kept], known_groups)
        for target in bundle.card.targets
    }
    result: dict[str, Any] = {
        "bundle": job.bundle,
        "dataset": job.dataset,
        "split": chosen,
        **combine_results(reports),
        "n_seen": n_seen,
        "unknown_labels": unknown,
        "problems": [{"file": items[index].id, "reason": reason} for index, reason in sorted(failures.items())],
        "warnings": [*manifest.warnings, *notes],
    }
    if job.answers_out:
        write_answers(
            job.answers_out, _answers(job, bundle, manifest, chosen, [(items[index], index) for index in kept], logits)
        )
        result["answers"] = job.answers_out
    emit(Finished(result=result))


def choose_items(bundle: Bundle, manifest: Manifest, *, split: str | None) -> tuple[Sequence[Item], str, int, list[str]]:
    """Which items may count.

    Args:
        bundle: Knows by salted hash what it was trained on.
        manifest: The data set.
        split: A part, ``all``, or None: the test part of the bundle's own data set, all items of another.

    Returns:
        The items, the name of what was chosen, how many items of that were seen in training, and sentences for the report.
    """
    hashes = bundles.item_hashes(values_of(manifest.items, "content_hash"), bundle.card.data.salt)
    is_seen, is_tested = np.isin(hashes, bundle.seen), np.isin(hashes, bundle.tested)
    is_own = len(hashes) > 0 and float((is_seen | is_tested).mean()) >= 0.5
    notes: list[str] = []
    if split is None:
        split = "test" if is_own and is_tested.any() else "all"
        if is_own and split == "all":
            notes.append("This is the data set that the model was trained on, and it has no test part: the figures flatter.")
    if split == "all":
        wanted = np.ones(len(hashes), bool)
    else:
        data = bundle.card.config.data
        assignment = assign_splits(manifest, data, saved=project.load_splits(manifest.path, data))
        wanted = np.asarray([part == split for part in assignment.parts_of(manifest.items)], bool)
    overlap = int((wanted & is_seen).sum())
    if overlap and split == "test":
        wanted &= ~is_seen
        notes.append(f"{overlap} items of the test part were seen in training and {_LEFT_OUT}.")
    elif overlap:
        notes.append(f"{overlap} of {int(wanted.sum())} items were seen in training: the figures flatter.")
    if is_own and split == "test":
        notes += [warning for warning in bundle.card.data.warnings if warning not in manifest.warnings]
    return taken(manifest.items, wanted.nonzero()[0]), split, overlap, notes


def forward_items(
    bundle: Bundle, manifest: Manifest, items: Sequence[Item], *, parallel: str = "local", emit: Emit, cancel: CancelToken
) -> tuple[dict[str, Floats], dict[int, str]]:
    """Run items through the model.

    Args:
        bundle: The model.
        manifest: Where the items are from.
        items: Which.
        parallel: As `EvaluateJob` has it.
        emit: Gets progress.
        cancel: Looked at between items.

    Returns:
        Logits for each target (n_items, n_outputs), and the reasons of items that could not be read, by index.

    Raises:
        UsageError: The cluster cannot be used.
        CancelledError: The person cancelled.
    """
    logits = {target.name: np.zeros((len(items), len(target.labels) or 1), np.float32) for target in bundle.card.targets}
    failures: dict[int, str] = {}
    front_end = bundle.front_end
    # What a training has computed of the same sound need not be computed again; nothing is added, as this is a single pass.
    look_up = None
    if isinstance(front_end, SpeechFrontEnd):
        extractor = Extractor(front_end.spec, front_end.basis, manifest.data.max_duration_s)
        if parallel != "local":
            _fill_store(extractor, manifest, items, parallel, emit=emit, cancel=cancel)
        look_up = Lookup(extractor)

    def encode(item: Item) -> Encoded:
        known = None if look_up is None else look_up(item.content_hash)
        if known is not None and isinstance(front_end, SpeechFrontEnd):
            return front_end.finish(*known)
        content = load_item(manifest, item)
        if isinstance(bundle.front_end.spec, NumericFeatureSpec):
            require_length(content, bundle.front_end.spec)
        return encode_content(bundle, content)

    started = said = time.monotonic()
    for index, outcome in enumerate(forward_many(bundle, items, encode, cancel=cancel)):
        if not outcome.logits:
            failures[index] = outcome.error
        for name, values in outcome.logits.items():
            logits[name][index] = values
        now = time.monotonic()
        if now - said > 0.1 or index == len(items) - 1:
            said = now
            eta_s = (now - started) / (index + 1) * (len(items) - index - 1)
            emit(Progress(stage="classifying", done=index + 1, total=len(items), eta_s=eta_s))
    return logits, failures


def _fill_store(
    extractor: Extractor, manifest: Manifest, items: Sequence[Item], parallel: str, *, emit: Emit, cancel: CancelToken
) -> None:
    """Have a cluster compute the features that the store lacks. What has no room there is computed here, item by item."""
    from seqclass.data.feature_store.fill import gather

    files = [item.file or "" for item in items]
    sounds = Sounds(
        contents=[item.content_hash for item in items],
        path_of=lambda index: manifest.path_of(files[index]),
        durations_s=[item.duration_s or 1.0 for item in items],
    )
    compute = ComputeSpec(parallel=parallel)
    gather(extractor, sounds, with_power=False, compute=compute, kept=Kept(), emit=emit, cancel=cancel)


def require_length(content: Content, spec: NumericFeatureSpec) -> None:
    """Refuse a sequence longer than the settings allow, in evaluation as in training.

    Raises:
        ItemError: It is longer.
    """
    if isinstance(content, np.ndarray) and len(content) > spec.max_frames:
        raise ItemError(f"it has {len(content)} frames, more than features.max_frames={spec.max_frames}")


def outputs_of(target: TargetCard, logits: Floats) -> np.ndarray:
    """Probabilities (n_items, n_labels), or the numbers in their own unit (n_items, 1), both float64."""
    if target.kind == "number":
        return logits[:, :1].astype(np.float64) * target.scale + target.offset
    return np.asarray(softmax(logits), np.float64)


def report(
    target: TargetCard, logits: Floats, items: Sequence[Item], groups: Sequence[str | None] | None
) -> ClassReport | NumberReport:
    """The report on one target: ``logits`` (n_items, n_outputs) against the items' own values."""
    if target.kind == "number":
        return number_report(
            outputs_of(target, logits)[:, 0], np.asarray([float(item.targets[target.name]) for item in items]), groups
        )
    index = {label: position for position, label in enumerate(target.labels)}
    truth = np.asarray([index[str(item.targets[target.name])] for item in items], np.int32)
    return class_report(outputs_of(target, logits), truth, target.labels, groups)


def _answers(
    job: EvaluateJob,
    bundle: Bundle,
    manifest: Manifest,
    chosen: str,
    kept: Sequence[tuple[Item, int]],
    logits: dict[str, Floats],
) -> Answers:
    outputs = {target.name: outputs_of(target, logits[target.name]).tolist() for target in bundle.card.targets}
    head = AnswersHead(
        bundle=job.bundle,
        root=manifest.root,
        overlay=manifest.overlay,
        kind=manifest.kind,
        data=manifest.data,
        targets=bundle.card.targets,
        split=chosen,
    )
    return Answers(
        head,
        tuple(ItemAnswer(item, {name: tuple(values[index]) for name, values in outputs.items()}) for item, index in kept),
    )


def known_labels(bundle: Bundle, items: Sequence[Item]) -> tuple[tuple[Item, ...], dict[str, int]]:
    """The items whose labels the model knows, and how often each label that it does not know occurs."""
    unknown: dict[str, int] = {}
    kept = []
    for item in items:
        strange = [
            str(item.targets[target.name])
            for target in bundle.card.targets
            if target.kind == "class" and str(item.targets[target.name]) not in target.labels
        ]
        if strange:
            unknown[strange[0]] = unknown.get(strange[0], 0) + 1
        else:
            kept.append(item)
    return tuple(kept), unknown
