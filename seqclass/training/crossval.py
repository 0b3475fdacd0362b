"""The `crossval` job: train and test once a fold."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from seqclass.data.folds import Fold, Folds, fold_assignment, k_folds, leave_one_group_out
from seqclass.data.items import values_of
from seqclass.data.manifest import Manifest
from seqclass.data.scan import require_trainable, scan
from seqclass.data.scan_warnings import GIVEN_SPLIT
from seqclass.errors import CancelledError, DataError, UsageError
from seqclass.evaluation.intervals import of_mean
from seqclass.evaluation.report import ClassReport, NumberReport
from seqclass.events import AnyEvent, CancelToken, Emit, EpochEnded, Finished, FoldEnded, Note, Progress
from seqclass.settings import Settings, data_spec, merge, resolve
from seqclass.specs import ComputeSpec, Config, CrossvalJob
from seqclass.training.fit import Reports, fit

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
    if not job.by.isdecimal():
        settings = merge(settings, {"data": {"group": job.by}})
    manifest = scan(Path(job.dataset), data_spec(settings), emit=emit, cancel=cancel)
    require_trainable(manifest)
    config = resolve(settings, manifest.kind)
    folds = _folds(manifest, job.by)
    chosen = [fold for fold in folds if not job.only or fold.name in job.only]
    unknown = sorted(set(job.only) - {fold.name for fold in folds})
    if unknown:
        raise UsageError(f"There is no fold {', '.join(unknown)}. There are: {', '.join(fold.name for fold in folds)}.")
    targets_of = dict(zip(values_of(manifest.items, "id"), values_of(manifest.items, "targets"), strict=True))
    for fold in chosen:
        _require_testable(manifest, fold, targets_of)
    del targets_of
    teller = _Teller(emit, len(chosen))
    # The folds replace the given split, so what is wrong with that does not matter here.
    for warning in (*(each for each in manifest.warnings if GIVEN_SPLIT not in each), *folds.warnings):
        teller(Note(text=warning, level="warning"))
    reports: dict[str, Reports] = {}
    for fold in chosen:
        teller.fold += 1
        report = _one_fold(manifest, config, fold, compute=job.compute, emit=teller, cancel=cancel)
        if report is None:
            break
        reports[fold.name] = report
    if not reports:
        raise CancelledError("Stopped before the first fold ended: there is no result.")
    if len(reports) < len(chosen):
        teller(Note(text=f"Stopped after {len(reports)} of {len(chosen)} folds.", level="warning"))
    result = {"dataset": job.dataset, "by": job.by, "divided_by": folds.by, "warnings": teller.warnings, **summarise(reports)}
    emit(Finished(result=result))


def _one_fold(
    manifest: Manifest, config: Config, fold: Fold, *, compute: ComputeSpec, emit: _Teller, cancel: CancelToken
) -> Reports | None:
    """Train and test; None where the person stopped meanwhile, as a training cut short would say nothing about the method."""
    if cancel.stop_requested:
        return None
    started = time.perf_counter()
    assignment = fold_assignment(manifest, config.data, fold)
    try:
        fitted = fit(manifest, assignment, config, compute=compute, emit=emit, cancel=cancel)
    except CancelledError:
        cancel.check()  # raises where it was cancelled, not stopped
        return None
    except DataError as error:
        raise DataError(f"Fold {fold.name}: {error}") from error
    if fitted.was_stopped:
        return None
    if "test" not in fitted.reports:
        raise DataError(f"Fold {fold.name} must have test items that can be used. Received: none.")
    first = next(iter(fitted.reports["test"].values()))
    emit(
        FoldEnded(
            name=fold.name,
            fold=emit.fold,
            folds=emit.folds,
            accuracy=first.accuracy if isinstance(first, ClassReport) else None,
            n_items=first.n_items,
            seconds=time.perf_counter() - started,
        )
    )
    return fitted.reports["test"]


def _require_testable(manifest: Manifest, fold: Fold, targets_of: Mapping[str, Mapping[str, str | float]]) -> None:
    """Fail now, not after the folds before, where a fold's test items have no label that its training has."""
    names = [target.name for target in manifest.targets if target.kind == "class"]
    learnt = {(name, targets_of[item_id][name]) for item_id in fold.train for name in names}
    if not any(all((name, targets_of[item_id][name]) in learnt for name in names) for item_id in fold.test):
        raise DataError(
            f"Each fold must test labels that its training has. Received: none in fold {fold.name}. Divide in another way (--by)."
        )


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


class _Teller:
    """An ``emit`` within folds: progress carries the fold's number, epochs are progress alone, no note is said twice.

    Attributes:
        fold: Number of the current one, from 1; 0 before the first.
        folds: How many there are.
        warnings: All that were said.
    """

    def __init__(self, emit: Emit, folds: int) -> None:
        self.fold = 0
        self.folds = folds
        self.warnings: list[str] = []
        self._emit = emit
        self._said: set[str] = set()

    def __call__(self, event: AnyEvent) -> None:
        if isinstance(event, EpochEnded):
            return
        if isinstance(event, Note):
            if event.text in self._said:
                return
            self._said.add(event.text)
            if event.level == "warning":
                self.warnings.append(event.text)
        if isinstance(event, Progress):
            event = msgspec.structs.replace(event, stage=f"fold {self.fold} of {self.folds}, {event.stage}")
        self._emit(event)


def _mean(values: Any) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None
