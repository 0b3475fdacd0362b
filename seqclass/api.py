"""The library's own few names: train, load and what a loaded model can do.

Everything here is reachable as ``seqclass.NAME``; nothing heavy is loaded until it is used.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from seqclass.data.manifest import Manifest
from seqclass.data.scan import scan as scan_folder
from seqclass.events import AnyEvent, CancelToken, Emit, Finished, ignore
from seqclass.inference import classify as classifying
from seqclass.inference.classify import Classification
from seqclass.inspection import hands as editing
from seqclass.inspection import timeline as timing
from seqclass.inspection import trace as tracing
from seqclass.inspection.hands import Hands
from seqclass.inspection.timeline import Timeline
from seqclass.inspection.trace import Trace
from seqclass.model import bundle as bundles
from seqclass.model.bundle import Bundle, Card
from seqclass.settings import Settings, data_spec, parse_target
from seqclass.specs import CrossvalJob, EvaluateJob, Job, TrainJob

Sections = Mapping[str, Mapping[str, Any]]


class Model:
    """A trained model: a bundle, ready to classify and to show what it remembers.

    Attributes:
        bundle: Card, front end and network.
    """

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle

    @property
    def card(self) -> Card:
        """Settings, labels, data and figures of the model."""
        return self.bundle.card

    @property
    def labels(self) -> tuple[str, ...]:
        """Classes of the first target, in the order of its probabilities."""
        return self.card.targets[0].labels

    def classify(
        self, item: Path | str | NDArray[Any] | None = None, *, rate_hz: int | None = None, text: str | None = None
    ) -> Classification:
        """Label one item.

        Args:
            item: A file; or samples (n_samples,) with ``rate_hz``; or a numeric sequence (n_frames, n_features).
            rate_hz: Sample rate of samples, in Hz.
            text: A text, for a text model.

        Raises:
            ItemError: The item cannot be read or does not fit the model.

        Example:
            >>> import seqclass
            >>> answer = seqclass.load("digits.seqclass").classify("seven.wav")  # doctest: +SKIP
            >>> answer.label, answer.probabilities["7"]  # doctest: +SKIP
            ('7', 0.98)
        """
        return classifying.classify(self.bundle, item, rate_hz=rate_hz, text=text)

    def trace(
        self,
        item: Path | str | NDArray[Any] | None = None,
        *,
        rate_hz: int | None = None,
        text: str | None = None,
        hands: Hands | None = None,
    ) -> Trace:
        """Every gate and state of every layer for one item. Arguments and errors as for `classify`.

        Args:
            item: As for `classify`.
            rate_hz: As for `classify`.
            text: As for `classify`.
            hands: Edits to the gates that the model runs with (`seqclass.inspection.hands`).

        Example:
            >>> import seqclass
            >>> trace = seqclass.load("digits.seqclass").trace("seven.wav")  # doctest: +SKIP
            >>> trace.layers[0].forget_gate.shape  # doctest: +SKIP
            (31, 128)
            >>> trace.plot("gates.png")  # doctest: +SKIP
        """
        return tracing.trace(self.bundle, item, rate_hz=rate_hz, text=text, hands=hands)

    def timeline(
        self,
        item: Path | str | NDArray[Any] | None = None,
        *,
        rate_hz: int | None = None,
        text: str | None = None,
        stride: int | None = None,
        hands: Hands | None = None,
    ) -> Timeline:
        """What the model would say if the item ended at each frame, and when it made up its mind.

        Args:
            item: As for `classify`.
            rate_hz: As for `classify`.
            text: As for `classify`.
            stride: Frames from one answer to the next, for a model that looks ahead; None: what takes about half a second.
            hands: As for `trace`.

        Example:
            >>> import seqclass
            >>> timeline = seqclass.load("digits.seqclass").timeline("seven.wav")  # doctest: +SKIP
            >>> label = timeline.targets["label"]  # doctest: +SKIP
            >>> label.winner, timeline.times_s[label.decided]  # doctest: +SKIP
            ('7', 0.24)
        """
        bundle = self.bundle if hands is None else editing.apply(self.bundle, hands)
        return timing.timeline(bundle, item, rate_hz=rate_hz, text=text, stride=stride)

    def evaluate(self, dataset: Path | str, *, split: str | None = None, emit: Emit = ignore) -> dict[str, Any]:
        """Measure on a data set folder.

        Args:
            dataset: Folder of Contract 1.
            split: train, validation, test or all; None: the test part of the model's own data set, all of another.
            emit: Gets progress and warnings.

        Returns:
            What ``seqclass evaluate --json`` finishes with.
        """
        assert self.bundle.path is not None
        return _run(EvaluateJob(bundle=str(self.bundle.path), dataset=str(dataset), split=split), emit)  # type: ignore[arg-type]

    def __repr__(self) -> str:
        """Short: kind, targets and where it came from."""
        targets = ", ".join(f"{target.name} ({len(target.labels) or 'number'})" for target in self.card.targets)
        return f"<seqclass model of {self.card.kind}: {targets}; {self.bundle.path}>"


def load(path: Path | str) -> Model:
    """Open a bundle, without TensorFlow, Keras or librosa.

    Raises:
        StorageError: There is no such file, or it cannot be read.
        BundleError: It is damaged, foreign or of a later version.
    """
    return Model(bundles.read(path))


def train(
    dataset: Path | str,
    out: Path | str,
    *,
    settings: Sections | None = None,
    target: str | tuple[str, ...] = (),
    resume: bool = False,
    pins: tuple[str, ...] = (),
    emit: Emit = ignore,
    cancel: CancelToken | None = None,
) -> Model:
    """Train on a data set folder and write a bundle.

    Args:
        dataset: Folder of Contract 1.
        out: The bundle to write.
        settings: Sections that differ from the defaults, as ``{"training": {"epochs": 5}}``.
        target: Columns to learn, as ``("digit", "age:number")``; empty: ``label``.
        resume: Go on with the interrupted run of the same settings and data.
        pins: Items to trace after each epoch, see `seqclass.inspection.film`: ids, files, or ``auto``.
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
    job = TrainJob(dataset=str(dataset), out=str(out), settings=_settings(settings, target), resume=resume, pins=pins)
    _run(job, emit, cancel)
    return load(out)


def crossval(
    dataset: Path | str,
    *,
    by: str = "speaker",
    settings: Sections | None = None,
    target: str | tuple[str, ...] = (),
    emit: Emit = ignore,
    cancel: CancelToken | None = None,
) -> dict[str, Any]:
    """Train and test once a fold.

    Args:
        dataset: Folder of Contract 1.
        by: A column to leave out by group, or a number of folds as text.
        settings: As for `train`.
        target: As for `train`.
        emit: Called with each event, `FoldEnded` among them.
        cancel: Stop or cancel from another thread.

    Returns:
        What ``seqclass crossval --json`` finishes with: ``mean_accuracy``, ``folds`` and so on.

    Raises:
        SeqclassError: A setting or the data set is at fault.
    """
    return _run(CrossvalJob(dataset=str(dataset), by=by, settings=_settings(settings, target)), emit, cancel)


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


def _run(job: Job, emit: Emit, cancel: CancelToken | None = None) -> dict[str, Any]:
    results: list[dict[str, Any]] = []

    def listen(event: AnyEvent) -> None:
        emit(event)
        if isinstance(event, Finished):
            results.append(event.result)

    importlib.import_module("seqclass.jobs").run(job, listen, cancel or CancelToken())
    return results[-1]


__all__ = ["Classification", "Model", "Trace", "crossval", "load", "scan", "train"]
