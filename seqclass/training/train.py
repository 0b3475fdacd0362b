"""The `train` job: a folder in, a bundle out."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from seqclass import __version__
from seqclass.data import project
from seqclass.data.items import concatenated, values_of
from seqclass.data.manifest import Manifest, SplitAssignment
from seqclass.data.scan import require_trainable, scan
from seqclass.data.splits import assign_splits
from seqclass.errors import StorageError
from seqclass.evaluation.report import combine_results
from seqclass.events import AnyEvent, CancelToken, Emit, Finished, Note
from seqclass.features import front_end as front_ends
from seqclass.files import ensure_writable
from seqclass.model import bundle as bundles
from seqclass.model import golden, keras_model
from seqclass.model.bundle import Bundle, Card, DataCard
from seqclass.settings import data_spec, resolve
from seqclass.specs import SPLITS, Config, TrainJob
from seqclass.training import runs
from seqclass.training.filming import filming
from seqclass.training.fit import Fitted, fit
from seqclass.training.presets import started_from
from seqclass.training.tensorboard import tensorboard_log
from seqclass.training.workers.agree import library_versions, require_same_job, shared
from seqclass.training.workers.team import Team, joined


def run(job: TrainJob, emit: Emit, cancel: CancelToken) -> None:
    """Scan, divide, train, test once, and write the bundle.

    Args:
        job: What to do.
        emit: Gets progress, epochs and at the end `Finished` with bundle, run, metrics.
        cancel: ``stop`` ends the training early and keeps the best; ``cancel`` leaves everything as it was.

    Raises:
        SeqclassError: A setting, the data set or the place of the bundle is at fault, or another worker has failed or gone.
    """
    with joined(job, emit, cancel) as team:
        _run(job, team, emit, cancel if team is None else team.cancel)


def _run(job: TrainJob, team: Team | None, emit: Emit, cancel: CancelToken) -> None:
    is_writer = team is None or team.is_chief
    if is_writer:
        ensure_writable(job.out)
    manifest = scan(Path(job.dataset), data_spec(job.settings), emit=emit, cancel=cancel)
    require_trainable(manifest)
    config = resolve(job.settings, manifest.kind)
    saved = project.load_splits(manifest.path, config.data)
    assignment = assign_splits(manifest, config.data, saved=saved)
    if job.preset != "default":
        config = started_from(job.preset, job.settings, manifest.kind, len(assignment.items(manifest, "train")))
    warnings = (*manifest.warnings, *assignment.warnings)
    for warning in warnings:
        emit(Note(text=warning, level="warning"))
    if manifest.problems:
        emit(
            Note(
                text=f"{len(manifest.problems)} files are not used; `seqclass scan` lists each with its reason.",
                level="warning",
            )
        )
    data = data_fingerprint(manifest, assignment)
    if team is not None:
        require_same_job(team, job, config, manifest, data=data)
    current: runs.Run | runs.RunElsewhere | None = None
    content: bytes | None = None
    try:
        if is_writer:
            project.save_splits(manifest.path, manifest, config.data, assignment, saved=saved)
            current = _begin(job, project.project_dir(manifest.path), config, data)
            content = current.checkpoint_bytes() if job.resume else None
        del saved  # two texts an item, of no use any more
        if team is not None:
            name, content = team.from_chief("run", [current.name if current else "", content])
            current = current or runs.RunElsewhere(name)
        assert current is not None
        _train(job, team, current, content, manifest, assignment, config, warnings, emit=emit, cancel=cancel)
    except BaseException:
        if current is not None and not current.has_checkpoint:
            current.discard()
        raise


def _begin(job: TrainJob, place: Path, config: Config, data: str) -> runs.Run:
    """The run to go on with, or a new one."""
    if job.resume:
        return runs.resumable(place, config=config, data=data)
    return runs.create(place, out=str(Path(job.out).resolve()), config=config, data=data, workers=max(len(job.workers), 1))


def _train(
    job: TrainJob,
    team: Team | None,
    current: runs.Run | runs.RunElsewhere,
    checkpoint: bytes | None,
    manifest: Manifest,
    assignment: SplitAssignment,
    config: Config,
    warnings: tuple[str, ...],
    *,
    emit: Emit,
    cancel: CancelToken,
) -> None:
    """Train within a run, and write the bundle."""
    state = None if checkpoint is None else runs.read_state(checkpoint, name=current.checkpoint_name)
    record = current.recording(emit)
    if state is not None:
        record(Note(text=f"Going on with run {current.name} after epoch {state.epoch}."))
    is_written_here = isinstance(current, runs.Run)
    with tensorboard_log(config.training.tensorboard if is_written_here else "", current.name) as log:

        def tell(event: AnyEvent) -> None:
            record(event)
            log(event)

        fitted = fit(
            manifest,
            assignment,
            config,
            compute=job.compute,
            emit=tell,
            cancel=cancel,
            resume_from=state,
            after_epoch=current.save_checkpoint,
            film=filming(job.pins, current.folder, manifest, assignment, config, emit=tell)
            if isinstance(current, runs.Run)
            else None,
            share=None if team is None else shared(team),
        )
    metrics = _metrics(fitted)
    result = {
        "run": current.name,
        "stopped": fitted.was_stopped,
        "epochs": fitted.state.epoch,
        "best_epoch": fitted.state.best_epoch,
        "seconds": round(fitted.state.seconds, 3),
    }
    if isinstance(current, runs.Run):
        made = make_bundle(manifest, assignment, fitted, config, warnings=(*warnings, *fitted.prepared.warnings))
        _write(job.out, made, fitted)
        current.end("stopped" if fitted.was_stopped else "finished", {"metrics": metrics["validation"]})
        left_out = [msgspec.to_builtins(problem) for problem in fitted.prepared.left_out]
        result = {"bundle": job.out, **result, "problems": left_out, "metrics": metrics}
    if team is not None:
        team.finish()
        result |= {"workers": team.n_workers, "worker_index": team.index}
    record(Finished(result=result))


def _write(out: str, made: Bundle, fitted: Fitted) -> None:
    golden_arrays = golden.compute(made.front_end, made.network)
    try:
        bundles.write(out, made, keras_model=keras_model.to_bytes(fitted.model), golden=golden_arrays)
    except StorageError as error:
        raise StorageError(f"{error} The training is not lost: the same command with --resume writes the bundle.") from error


def _metrics(fitted: Fitted) -> dict[str, Any]:
    """Figures on validation and test; empty where there is no such part."""
    return {part: combine_results(fitted.reports[part]) if part in fitted.reports else {} for part in ("validation", "test")}


def make_bundle(
    manifest: Manifest, assignment: SplitAssignment, fitted: Fitted, config: Config, *, warnings: tuple[str, ...]
) -> Bundle:
    """Put what a training gave into a bundle.

    Args:
        manifest: The data set.
        assignment: Its split.
        fitted: The trained model.
        config: All settings; what the data completed is filled in.
        warnings: Sentences that go into the card.
    """
    prepared = fitted.prepared
    salt = secrets.token_hex(16)
    parts = {part: assignment.items(manifest, part) for part in SPLITS}
    trained_on = values_of(concatenated([parts["train"], parts["validation"]]), "content_hash")
    tested_on = values_of(parts["test"], "content_hash")
    # Made-up silence has neither.
    used = {part: [item.group for item in prepared.parts[part].items if item.file or item.text] for part in SPLITS}
    completed = msgspec.structs.replace(
        config,
        features=prepared.front_end.spec,
        training=msgspec.structs.replace(
            config.training,
            epochs=fitted.plan.epochs,
            batch_size=fitted.plan.batch_size,
            tensorboard="",  # a path of this machine
        ),
    )
    card = Card(
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        seqclass_version=__version__,
        kind=manifest.kind,
        is_causal=prepared.front_end.is_causal and not config.model.bidirectional,
        targets=prepared.targets,
        config=completed,
        front_end=front_ends.to_plain(prepared.front_end),
        data=DataCard(
            name=manifest.path.name,
            fingerprint=hashlib.sha256((salt + data_fingerprint(manifest, assignment)).encode()).hexdigest(),
            salt=salt,
            counts={part: len(groups) for part, groups in used.items()},
            groups={part: len(set(groups) - {None}) for part, groups in used.items()},
            split_by=assignment.by,
            warnings=warnings,
        ),
        metrics=_without_groups(_metrics(fitted)),
        training={
            "epochs": fitted.state.epoch,
            "best_epoch": fitted.state.best_epoch,
            "seconds": round(fitted.state.seconds, 3),
            "history": fitted.state.history,
        },
        libraries={name: version for name, version in library_versions().items() if name != "seqclass"},
    )
    return Bundle(
        card,
        prepared.front_end,
        fitted.network,
        seen=np.sort(bundles.item_hashes(trained_on, salt)),
        tested=np.sort(bundles.item_hashes(tested_on, salt)),
    )


def _without_groups(metrics: dict[str, Any]) -> dict[str, Any]:
    """Figures of each part without those by group: whoever gets the bundle need not get the list of all speakers."""
    stripped: dict[str, Any] = {}
    for part, figures in metrics.items():
        stripped[part] = {name: value for name, value in figures.items() if name != "by_group"}
        if "targets" in figures:
            stripped[part]["targets"] = _without_groups(figures["targets"])
    return stripped


def data_fingerprint(manifest: Manifest, assignment: SplitAssignment) -> str:
    """SHA-256 (hex) over all items' content, targets and parts, in manifest order."""
    digest = hashlib.sha256()
    items = manifest.items
    all_targets = list(values_of(items, "targets"))
    # Most items share theirs.
    told = {id(targets): repr(sorted(targets.items())) for targets in {id(each): each for each in all_targets}.values()}
    fields = zip(values_of(items, "id"), values_of(items, "content_hash"), all_targets, strict=True)
    for (name, content_hash, targets), part in zip(fields, assignment.parts_of(items), strict=True):
        digest.update(f"({name!r}, {content_hash!r}, {told[id(targets)]}, {part!r})".encode())
    return digest.hexdigest()
