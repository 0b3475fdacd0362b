"""The `train` job: a folder in, a bundle out."""

from __future__ import annotations

import hashlib
import importlib.metadata
import platform
import secrets
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import numpy as np

from seqclass import __version__
from seqclass.data import project
from seqclass.data.manifest import Manifest, SplitAssignment
from seqclass.data.scan import require_trainable, scan
from seqclass.data.splits import assign_splits
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
from seqclass.training.fit import Fitted, fit
from seqclass.training.tensorboard import tensorboard_log

_LIBRARIES = ("tensorflow", "keras", "librosa", "numpy", "scipy", "soundfile", "soxr")


def run(job: TrainJob, emit: Emit, cancel: CancelToken) -> None:
    """Scan, divide, train, test once, and write the bundle.

    Args:
        job: What to do.
        emit: Gets progress, epochs and at the end `Finished` with bundle, run, metrics.
        cancel: ``stop`` ends the training early and keeps the best; ``cancel`` leaves everything as it was.

    Raises:
        SeqclassError: A setting, the data set or the place of the bundle is at fault.
    """
    ensure_writable(job.out)
    manifest = scan(Path(job.dataset), data_spec(job.settings), emit=emit, cancel=cancel)
    require_trainable(manifest)
    config = resolve(job.settings, manifest.kind)
    place = project.project_dir(manifest.path)
    assignment = assign_splits(manifest, config.data, saved=project.load_splits(manifest.path, config.data))
    project.save_splits(manifest.path, manifest, config.data, assignment)
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
    resumed = runs.resumable(place, config=config, data=data) if job.resume else None
    current = resumed or runs.create(place, out=str(Path(job.out).resolve()), config=config, data=data)
    state = resumed.load_checkpoint() if resumed else None
    if state is not None:
        emit(Note(text=f"Going on with run {current.name} after epoch {state.epoch}."))
    record = current.recording(emit)
    with tensorboard_log(config.training.tensorboard, current.name) as log:

        def tell(event: AnyEvent) -> None:
            record(event)
            log(event)

        fitted = fit(
            manifest,
            assignment,
            config,
            emit=tell,
            cancel=cancel,
            resume_from=state,
            after_epoch=current.save_checkpoint,
        )
    made = make_bundle(manifest, assignment, fitted, config, warnings=(*warnings, *fitted.prepared.warnings))
    golden_arrays = golden.compute(made.front_end, made.network)
    bundles.write(job.out, made, keras_model=keras_model.to_bytes(fitted.model), golden=golden_arrays)
    result = {
        "bundle": job.out,
        "run": current.name,
        "stopped": cancel.stop_requested,
        "epochs": fitted.state.epoch,
        "best_epoch": fitted.state.best_epoch,
        "seconds": round(fitted.state.seconds, 3),
        "metrics": made.card.metrics,
    }
    current.end("stopped" if cancel.stop_requested else "finished", {"metrics": made.card.metrics["validation"]})
    emit(Finished(result=result))


def make_bundle(
    manifest: Manifest, assignment: SplitAssignment, fitted: Fitted, config: Config, *, warnings: tuple[str, ...]
) -> Bundle:
    """Put what a training gave into a bundle.

    Args:
        manifest: The data set.
        assignment: Its split.
        fitted: The trained model.
        config: All settings; ``features`` are replaced by those that the data completed.
        warnings: Sentences that go into the card.
    """
    prepared = fitted.prepared
    salt = secrets.token_hex(16)
    parts = {part: assignment.items(manifest, part) for part in SPLITS}
    trained_on = [item.content_hash for part in ("train", "validation") for item in parts[part]]
    tested_on = [item.content_hash for item in parts["test"]]
    completed = msgspec.structs.replace(config, features=prepared.front_end.spec)
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
            counts={part: len(items) for part, items in parts.items()},
            groups={part: len({item.group for item in items} - {None}) for part, items in parts.items()},
            split_by=assignment.by,
            warnings=warnings,
        ),
        metrics={
            name: combine_results(fitted.reports[name]) if name in fitted.reports else {} for name in ("validation", "test")
        },
        training={
            "epochs": fitted.state.epoch,
            "best_epoch": fitted.state.best_epoch,
            "seconds": round(fitted.state.seconds, 3),
            "history": fitted.state.history,
        },
        libraries={"python": platform.python_version()} | {name: importlib.metadata.version(name) for name in _LIBRARIES},
    )
    return Bundle(
        card,
        prepared.front_end,
        fitted.network,
        seen=np.sort(bundles.item_hashes(trained_on, salt)),
        tested=np.sort(bundles.item_hashes(tested_on, salt)),
    )


def data_fingerprint(manifest: Manifest, assignment: SplitAssignment) -> str:
    """SHA-256 (hex) over all items' content, targets and parts, in manifest order."""
    digest = hashlib.sha256()
    for item in manifest.items:
        digest.update(repr((item.id, item.content_hash, sorted(item.targets.items()), assignment.parts.get(item.id))).encode())
    return digest.hexdigest()
