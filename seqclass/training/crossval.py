"""The `crossval` job: train and test once a fold."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from seqclass.data.folds import Folds, fold_assignment, k_folds, leave_one_group_out
from seqclass.data.manifest import Manifest
from seqclass.data.scan import require_trainable, scan
from seqclass.errors import DataError, UsageError
from seqclass.evaluation.intervals import of_mean
from seqclass.evaluation.report import ClassReport, NumberReport
from seqclass.events import AnyEvent, CancelToken, Emit, EpochEnded, Finished, FoldEnded, Note, Progress
from seqclass.settings import Settings, data_spec, merge, resolve
from seqclass.specs import CrossvalJob
from seqclass.training.fit import fit

# With a schedule of fixed length there is nothing to choose by validation, so a fold trains on all that is not tested.
_DEFAULTS: Settings = {"data": {"validation_share": 0.0}}


def run(job: CrossvalJob, emit: Emit, cancel: CancelToken) -> None:
    """Train on all but one group (or fold), test on it, and so on for each; finish with the mean and each.

    Nothing is chosen by a fold's test items. Unless ``data.validation_share`` is set, a fold trains for the whole schedule on all
    other items and the last weights are tested.

    Raises:
        UsageError: ``by`` or ``only`` names nothing that there is.
        DataError: The data set cannot be divided so.
    """
    settings = merge(_DEFAULTS, job.settings)
    data = data_spec(settings)
    if not job.by.isdecimal():
        data = msgspec.structs.replace(data, group=job.by)
    manifest = scan(Path(job.dataset), data, emit=emit, cancel=cancel)
    require_trainable(manifest)
    config = resolve(settings, manifest.kind)
    folds = _folds(manifest, job.by)
    chosen = [fold for fold in folds if not job.only or fold.name in job.only]
    unknown = sorted(set(job.only) - {fold.name for fold in folds})
    if unknown:
        raise UsageError(f"There is no fold {', '.join(unknown)}. There are: {', '.join(fold.name for fold in folds)}.")
    given = _unique([*manifest.warnings, *folds.warnings])
    for warning in given:
        emit(Note(text=warning, level="warning"))
    reports: dict[str, dict[str, ClassReport | NumberReport]] = {}
    for number, fold in enumerate(chosen, start=1):
        started = time.perf_counter()
        assignment = fold_assignment(manifest, config.data, fold)
        fitted = fit(manifest, assignment, config, emit=_within_fold(emit, number, len(chosen)), cancel=cancel)
        if "test" not in fitted.reports:
            raise DataError(f"Fold {fold.name} must have test items with labels that training has. Received: none.")
        reports[fold.name] = fitted.reports["test"]
        first = next(iter(fitted.reports["test"].values()))
        emit(
            FoldEnded(
                name=fold.name,
                fold=number,
                folds=len(chosen),
                accuracy=first.accuracy if isinstance(first, ClassReport) else None,
                n_items=first.n_items,
                seconds=time.perf_counter() - started,
            )
        )
        if cancel.stop_requested:
            emit(Note(text=f"Stopped after {number} of {len(chosen)} folds.", level="warning"))
            break
    result = {"dataset": job.dataset, "by": job.by, "divided_by": folds.by, "warnings": given, **summarise(reports)}
    emit(Finished(result=result))


def summarise(reports: dict[str, dict[str, ClassReport | NumberReport]]) -> dict[str, Any]:
    """Mean over folds and each fold, for the first target on top and for each under ``targets`` where there are several.

    Args:
        reports: Fold -> target -> report.
    """
    names = list(next(iter(reports.values())))
    by_target = {name: _summary({fold: each[name] for fold, each in reports.items()}) for name in names}
    summary = dict(by_target[names[0]])
    if len(names) > 1:
        summary["targets"] = by_target
    return summary


def _summary(reports: dict[str, ClassReport | NumberReport]) -> dict[str, Any]:
    n_items = sum(report.n_items for report in reports.values())
    if all(isinstance(report, ClassReport) for report in reports.values()):
        folds = {fold: report.accuracy for fold, report in reports.items() if isinstance(report, ClassReport)}
        balanced = [report.balanced_accuracy for report in reports.values() if isinstance(report, ClassReport)]
        interval = of_mean([accuracy for accuracy in folds.values() if accuracy is not None])
        correct = sum(report.n_correct for report in reports.values() if isinstance(report, ClassReport))
        return {
            "mean_accuracy": _mean(folds.values()),
            "mean_interval": msgspec.to_builtins(interval),
            "pooled_accuracy": correct / n_items if n_items else None,
            "mean_balanced_accuracy": _mean(balanced),
            "folds": folds,
            "n_items": n_items,
        }
    maes = {fold: report.mae for fold, report in reports.items() if isinstance(report, NumberReport)}
    rmses = {fold: report.rmse for fold, report in reports.items() if isinstance(report, NumberReport)}
    return {"mean_mae": _mean(maes.values()), "mean_rmse": _mean(rmses.values()), "folds": maes, "n_items": n_items}


def _folds(manifest: Manifest, by: str) -> Folds:
    if not by.isdecimal():
        return leave_one_group_out(manifest)
    return k_folds(manifest, int(by))


def _within_fold(emit: Emit, fold: int, folds: int) -> Emit:
    """Progress and epochs carry the fold's number in their stage; notes of later folds repeat the first one's."""

    def tell(event: AnyEvent) -> None:
        if isinstance(event, EpochEnded):
            stage = f"fold {fold} of {folds}, training"
            emit(Progress(stage=stage, done=event.epoch, total=event.epochs, eta_s=event.eta_s))
        elif isinstance(event, Progress):
            emit(msgspec.structs.replace(event, stage=f"fold {fold} of {folds}, {event.stage}"))
        elif fold == 1 or not isinstance(event, Note):
            emit(event)

    return tell


def _mean(values: Any) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None


def _unique(sentences: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(sentences))
