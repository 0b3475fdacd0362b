"""Classify files, arrays and texts with a bundle, in NumPy alone."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seqclass.audio.read import MAX_RATE_HZ, MIN_RATE_HZ, PEAK_LIMIT, Audio
from seqclass.data.load import load_item_file
from seqclass.errors import ItemError, UsageError
from seqclass.events import CancelToken, Emit, Finished, ItemClassified, Progress
from seqclass.features.front_end import Encoded, FrontEnd, NumericFrontEnd, SpeechFrontEnd
from seqclass.inference.many import forward_many
from seqclass.model import bundle as bundles
from seqclass.model.bundle import Bundle, TargetCard
from seqclass.model.network import Floats, softmax
from seqclass.model.threads import one_thread
from seqclass.specs import ClassifyJob

Content = Audio | str | NDArray[Any]


@dataclass(frozen=True)
class Answer:
    """What the network says about one target of one item.

    Attributes:
        label: The most probable class; None for a number.
        probabilities: Class -> 0..1, in the order of the model's labels; empty for a number.
        value: The number; None for a class.
    """

    label: str | None = None
    probabilities: dict[str, float] | None = None
    value: float | None = None


@dataclass(frozen=True)
class Classification:
    """One item's answers.

    Attributes:
        item: Name of the item.
        targets: Answer of each target, in the model's order.
        seconds: Time from the item's content to the answer, reading included. Of items that ran in a batch, the item's own
            reading and its share of the batch.
    """

    item: str
    targets: dict[str, Answer]
    seconds: float

    @property
    def first(self) -> Answer:
        """The first target's answer, for models with only one."""
        return next(iter(self.targets.values()))

    @property
    def label(self) -> str | None:
        """Label of the first target."""
        return self.first.label

    @property
    def probabilities(self) -> dict[str, float]:
        """Probabilities of the first target."""
        return self.first.probabilities or {}

    @property
    def value(self) -> float | None:
        """Number of the first target."""
        return self.first.value


def run(job: ClassifyJob, emit: Emit, cancel: CancelToken) -> None:
    """The `classify` job: an `ItemClassified` for each item; an unreadable one does not stop the others.

    Raises:
        BundleError: The bundle cannot be used.
        UsageError: Texts for a model of sounds, or the reverse.
    """
    bundle = bundles.read(job.bundle)
    if job.texts and bundle.card.kind != "text":
        raise UsageError(f"--text needs a text model. Received: a model of {bundle.card.kind} data. Give it files instead.")
    n_errors = 0
    work = [(item, False) for item in job.items] + [(text, True) for text in job.texts]
    outcomes = forward_many(
        bundle, work, lambda each: encode(bundle, each[0], text=each[0] if each[1] else None)[1], cancel=cancel
    )
    for done, ((item, _), outcome) in enumerate(zip(work, outcomes, strict=True), start=1):
        if not outcome.logits:
            n_errors += 1
            emit(ItemClassified(item=item, error=outcome.error))
        else:
            emit(as_event(Classification(item, answers(bundle, outcome.logits), outcome.seconds), bundle))
        if len(work) > 1:
            emit(Progress(stage="classifying", done=done, total=len(work)))
    emit(Finished(result={"items": len(work), "errors": n_errors}))


def classify(
    bundle: Bundle, item: Path | str | NDArray[Any] | None = None, *, rate_hz: int | None = None, text: str | None = None
) -> Classification:
    """Label one item.

    Args:
        bundle: The model.
        item: A file; or samples (n_samples,) with ``rate_hz``; or a numeric sequence (n_frames, n_features).
        rate_hz: Rate of samples.
        text: A text instead of an item.

    Raises:
        ItemError: The item cannot be read, or is of another kind than the model's.
        UsageError: Samples come without their rate, or nothing is given.
    """
    started = time.perf_counter()
    name, encoded = encode(bundle, item, rate_hz=rate_hz, text=text)
    logits = bundle.network.forward(encoded.frames).logits
    return Classification(name, answers(bundle, logits), time.perf_counter() - started)


def encode(
    bundle: Bundle, item: Path | str | NDArray[Any] | None = None, *, rate_hz: int | None = None, text: str | None = None
) -> tuple[str, Encoded]:
    """Read one item and send it through the front end. Arguments and errors as for `classify`.

    Returns:
        A name for the item, and its frames.
    """
    name, content = read_content(bundle, item, rate_hz=rate_hz, text=text)
    return name, encode_content(bundle, content)


def read_content(
    bundle: Bundle, item: Path | str | NDArray[Any] | None = None, *, rate_hz: int | None = None, text: str | None = None
) -> tuple[str, Content]:
    """Read one item, or take it as given, before any front end. Arguments and errors as for `classify`.

    Returns:
        A name for the item, and what is in it.
    """
    if text is not None:
        return text, text
    if isinstance(item, Path | str):
        return str(item), load_item_file(item, bundle.card.kind, max_duration_s=bundle.card.config.data.max_duration_s)
    if item is None:
        raise UsageError("classify needs an item or text=. Received: neither.")
    values = _numbers(item)
    if bundle.card.kind == "speech":
        if rate_hz is None:
            raise UsageError("Samples need their sample rate. Received: rate_hz=None. Give rate_hz=16000, for instance.")
        return "samples", _as_audio(values, rate_hz)
    return "array", values


def encode_content(bundle: Bundle, content: Content) -> Encoded:
    """Send decoded content of the model's kind through the front end.

    Raises:
        ItemError: It does not fit the model.
    """
    with one_thread:
        return _encode_content(bundle.front_end, content)


def _encode_content(front_end: FrontEnd, content: Content) -> Encoded:
    if isinstance(front_end, SpeechFrontEnd):
        if not isinstance(content, Audio):
            raise ItemError("this model hears recordings; give a sound file, or samples and rate_hz=")
        return front_end.encode(content.samples, content.rate_hz)
    if isinstance(front_end, NumericFrontEnd):
        if isinstance(content, str | Audio):
            raise ItemError("this model reads numeric sequences; give a .csv or .npy file, or an array (n_frames, n_features)")
        values = np.asarray(content, np.float64)
        values = values[:, None] if values.ndim == 1 else values
        if not values.size or not np.isfinite(values).all():
            raise ItemError("it must hold finite numbers, at least one frame")
        return front_end.encode(values)
    if not isinstance(content, str):
        raise ItemError("this model reads texts; give text= or a .txt file")
    return front_end.encode(content)


def answer(target: TargetCard, logits: Floats) -> Answer:
    """From a target's logits (n_outputs,) to its answer."""
    if target.kind == "number":
        return Answer(value=float(logits[0]) * target.scale + target.offset)
    probabilities = softmax(logits)
    return Answer(
        label=target.labels[int(probabilities.argmax())],
        probabilities=dict(zip(target.labels, probabilities.tolist(), strict=True)),
    )


def answers(bundle: Bundle, logits: Mapping[str, Floats]) -> dict[str, Answer]:
    """The answer of each target, in the model's order."""
    return {target.name: answer(target, logits[target.name]) for target in bundle.card.targets}


def as_event(classification: Classification, bundle: Bundle) -> ItemClassified:
    """The event that says it; several targets stand under ``targets`` too."""
    targets = None
    if len(bundle.card.targets) > 1:
        targets = {
            name: {key: value for key, value in vars(each).items() if value is not None}
            for name, each in classification.targets.items()
        }
    first = classification.first
    return ItemClassified(
        item=classification.item,
        label=first.label,
        value=first.value,
        probabilities=first.probabilities,
        targets=targets,
        seconds=round(classification.seconds, 6),
    )


def _numbers(item: Any) -> NDArray[Any]:
    try:
        values = np.asarray(item)
    except ValueError as error:  # rows of unequal lengths
        raise ItemError("it must be an array of numbers; its rows differ in length") from error
    if values.dtype.kind not in "iuf":
        raise ItemError(f"it must be an array of numbers. Received: {values.dtype}")
    return values


def _as_audio(values: NDArray[Any], rate_hz: int) -> Audio:
    if values.ndim != 1 or not len(values):
        raise ItemError(f"samples must be one channel, (n_samples,). Received: shape {values.shape}. Mix channels first")
    if not MIN_RATE_HZ <= rate_hz <= MAX_RATE_HZ:
        raise ItemError(f"its sample rate must lie within {MIN_RATE_HZ} to {MAX_RATE_HZ} Hz; it is {rate_hz} Hz")
    if values.dtype.kind in "iu":  # as sound files store them: unsigned ones stand around the middle of their range
        limits = np.iinfo(values.dtype)
        full_scale = (float(limits.max) - float(limits.min) + 1) / 2
        values = (values - (float(limits.min) + full_scale)) / full_scale
    with np.errstate(over="ignore"):
        samples = values.astype(np.float32)
    peak = float(np.abs(samples).max())
    if not peak <= PEAK_LIMIT:
        raise ItemError(
            f"samples must be finite numbers with full scale at 1, at most {PEAK_LIMIT:g}. Received: a peak of {peak:g}"
        )
    return Audio(samples=samples, rate_hz=rate_hz, n_channels=1, duration_s=len(samples) / rate_hz)
