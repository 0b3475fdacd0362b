"""Making models: look at a data set, train on it, cross-validate."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from seqclass.api.model import Model, load
from seqclass.api.running import compute_spec, run
from seqclass.data.manifest import Manifest
from seqclass.data.scan import scan as scan_folder
from seqclass.events import CancelToken, Emit, ignore
from seqclass.settings import Settings, data_spec, parse_target
from seqclass.specs import CrossvalJob, Preset, TrainJob

Sections = Mapping[str, Mapping[str, Any]]


def train(
    dataset: Path | str,
    out: Path | str,
    *,
    settings: Sections | None = None,
    target: str | tuple[str, ...] = (),
    preset: Preset = "default",
    resume: bool = False,
    pins: tuple[str, ...] = (),
    parallel: str = "local",
    cache_mb: int | None = None,
    emit: Emit = ignore,
    cancel: CancelToken | None = None,
) -> Model:
    """Train on a data set folder and write a bundle.

    Args:
        dataset: Folder of Contract 1.
        out: The bundle to write.
        settings: Sections that differ from the preset's, as ``{"training": {"epochs": 5}}``.
        target: Columns to learn, as ``("digit", "age:number")``; empty: ``label``.
        preset: Ready-made settings to start from: default, quick, thorough, tutorial (`seqclass.training.presets`).
        resume: Go on with the interrupted run of the same settings and data.
        pins: Items to trace after each epoch, see `seqclass.inspection.film`: ids, files, or ``auto``.
        parallel: Who computes features of recordings: ``local``, or ``dask:ADDRESS`` for the workers of a Dask cluster.
        cache_mb: Most that features of all data sets may take in the cache; 0: none are kept; None: 8192.
        emit: Called with each event, `EpochEnded` among them.
        cancel: Stop or cancel from another thread.

    Returns:
        The model; its figures stand in ``model.card.metrics``.

    Raises:
        SeqclassError: A setting, the data set or the place of the bundle is at fault.

    Example:
        >>> import seqclass
        >>> model = seqclass.train("recordings", "words.seqclass", settings={"training": {"epochs": 10}})  # doctest: +SKIP
        >>> model.card.metrics["test"]["accuracy"]  # doctest: +SKIP
        0.97
    """
    job = TrainJob(
        dataset=str(dataset),
        out=str(out),
        settings=_settings(settings, target),
        preset=preset,
        resume=resume,
        pins=pins,
        compute=compute_spec(parallel, cache_mb),
    )
    run(job, emit, cancel)
    return load(out)


def crossval(
    dataset: Path | str,
    *,
    by: str = "speaker",
    settings: Sections | None = None,
    target: str | tuple[str, ...] = (),
    only: tuple[str, ...] = (),
    parallel: str = "local",
    cache_mb: int | None = None,
    emit: Emit = ignore,
    cancel: CancelToken | None = None,
) -> dict[str, Any]:
    """Train and test once a fold.

    Args:
        dataset: Folder of Contract 1.
        by: A column to leave out by group, or a number of folds as text.
        settings: Sections that differ from the defaults, as for `train`.
        target: As for `train`.
        only: Names of the folds to run; empty: all.
        parallel: As for `train`.
        cache_mb: As for `train`.
        emit: Called with each event, `FoldEnded` among them.
        cancel: Stop or cancel from another thread.

    Returns:
        What ``seqclass crossval --json`` finishes with: ``mean_accuracy``, ``folds`` and so on.

    Raises:
        SeqclassError: A setting or the data set is at fault.
    """
    job = CrossvalJob(
        dataset=str(dataset),
        by=by,
        settings=_settings(settings, target),
        only=only,
        compute=compute_spec(parallel, cache_mb),
    )
    return run(job, emit, cancel)


def scan(dataset: Path | str, *, settings: Sections | None = None, target: str | tuple[str, ...] = ()) -> Manifest:
    """What is in a data set folder: its items, and every problem with its reason.

    Raises:
        DataError: The folder as a whole cannot be read.
    """
    return scan_folder(dataset, data_spec(_settings(settings, target)))


def _settings(settings: Sections | None, target: str | tuple[str, ...]) -> Settings:
    plain = {section: dict(values) for section, values in (settings or {}).items()}
    names = (target,) if isinstance(target, str) else target
    if names:
        plain.setdefault("data", {})["targets"] = [parse_target(name) for name in names]
    return plain
