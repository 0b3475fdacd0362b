"""What a job says while it runs, and the one JSON form of it.

A job gets an ``emit`` function and calls it with these. The command line prints them, a worker process writes them as lines
of JSON, a window draws them: the same stream for all.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from typing import Any, Literal

import msgspec

from seqclass.errors import CancelledError


class Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="event"):
    """Base of all events."""


class Progress(Event, frozen=True, tag="progress"):
    """A stage has got this far. ``total`` 0: unknown. ``eta_s``: estimated seconds until the stage ends."""

    stage: str
    done: int
    total: int = 0
    eta_s: float | None = None


class Note(Event, frozen=True, tag="note"):
    """Something worth a line. A warning is something that a person should act upon."""

    text: str
    level: Literal["info", "warning"] = "info"


class EpochEnded(Event, frozen=True, tag="epoch"):
    """One pass over the training part is done.

    Attributes:
        epoch: From 1.
        train: Figures of the pass: ``loss``, and per target ``accuracy`` or ``mae``.
        validation: The same on the validation part; empty where there is none.
        is_best: These weights are the ones kept so far.
        seconds: Duration of the epoch.
        eta_s: Estimated seconds until the last epoch.
        gradient_norm: Of all gradients together before they are cut, mean over the steps.
        gradient_peak: The greatest of these.
    """

    epoch: int
    epochs: int
    train: dict[str, float]
    validation: dict[str, float]
    learning_rate: float
    is_best: bool
    seconds: float
    eta_s: float
    gradient_norm: float | None = None
    gradient_peak: float | None = None


class Alarm(Event, frozen=True, tag="alarm", omit_defaults=True):
    """Something in a training that a person should look at (`seqclass.inspection.film`).

    Attributes:
        epoch: After which, from 1.
        alarm: ``saturated``: a gate hardly moves any more; ``gradient``: it grew far beyond the usual; ``flip``: a pinned item is
            given another label than after the epoch before.
        text: The whole of it, in a sentence.
        item: The pinned item that it is about; empty for none.
        place: The gate, as ``layer0.input_gate``; empty for none.
    """

    epoch: int
    alarm: Literal["saturated", "gradient", "flip"]
    text: str
    item: str = ""
    place: str = ""


class FoldEnded(Event, frozen=True, tag="fold"):
    """One fold of a cross-validation is done."""

    name: str
    fold: int
    folds: int
    accuracy: float | None
    n_items: int
    seconds: float


class ItemClassified(Event, frozen=True, tag="item", omit_defaults=True):
    """One item has its label, or could not be read (``error``)."""

    item: str
    label: str | None = None
    value: float | None = None
    probabilities: dict[str, float] | None = None
    targets: dict[str, dict[str, Any]] | None = None
    seconds: float | None = None
    error: str | None = None


class Level(Event, frozen=True, tag="level"):
    """How loud the last moment was. In dB of full scale; digital silence counts as -120.

    Attributes:
        time_s: End of the moment, from the start of the stream.
        peak_db: Of the greatest sample.
        rms_db: Of the root of the mean square.
        clipped: A sample has reached full scale.
    """

    time_s: float
    peak_db: float
    rms_db: float
    clipped: bool = False


class Onset(Event, frozen=True, tag="onset"):
    """Somebody has begun to say a word, ``start_s`` from the start of the stream."""

    start_s: float


class Guessed(Event, frozen=True, tag="partial", omit_defaults=True):
    """What a word would be if it ended here; the fields are those of `Heard`."""

    start_s: float
    end_s: float
    label: str | None = None
    value: float | None = None
    confidence: float | None = None
    probabilities: dict[str, float] | None = None
    targets: dict[str, dict[str, Any]] | None = None


class Heard(Event, frozen=True, tag="heard", omit_defaults=True):
    """A word was heard and labelled.

    Attributes:
        start_s: Where it begins in the stream.
        end_s: Where it ends.
        delay_s: From there to the moment when that was known.
        label: Its class; ``_unknown_`` where the model is less sure than the threshold.
        value: A number's value, in place of a label.
        confidence: Probability of the most probable class.
        probabilities: Of all classes.
        targets: The same for each target, where there are several.
    """

    start_s: float
    end_s: float
    delay_s: float
    label: str | None = None
    value: float | None = None
    confidence: float | None = None
    probabilities: dict[str, float] | None = None
    targets: dict[str, dict[str, Any]] | None = None


class Dropped(Event, frozen=True, tag="dropped"):
    """What seemed to be a word was none; ``why`` in words."""

    start_s: float
    why: str


class StageVerified(Event, frozen=True, tag="verified"):
    """One stage of a verification: the greatest absolute difference found and whether it is within ``tolerance``."""

    stage: str
    max_abs_difference: float
    tolerance: float
    ok: bool


class Finished(Event, frozen=True, tag="finished"):
    """The job is done; ``result`` holds its figures. In JSON they stand beside ``event``."""

    result: dict[str, Any]


class Failed(Event, frozen=True, tag="error"):
    """The job ended without a result: the last line of a stream. ``kind`` is the name of the error's class."""

    message: str
    kind: str = "SeqclassError"


_OTHER_EVENTS = (
    Progress
    | Note
    | EpochEnded
    | Alarm
    | FoldEnded
    | ItemClassified
    | Level
    | Onset
    | Guessed
    | Heard
    | Dropped
    | StageVerified
    | Failed
)
AnyEvent = _OTHER_EVENTS | Finished
Emit = Callable[[AnyEvent], None]

# Numbers that must be there, and that are null in JSON where they are not finite.
_FIGURES: dict[str, tuple[str, ...]] = {
    "epoch": ("learning_rate", "seconds", "eta_s"),
    "fold": ("seconds",),
    "verified": ("max_abs_difference", "tolerance"),
}


def encode(event: AnyEvent) -> bytes:
    """One event as a line of JSON without the line end. Numbers that JSON cannot hold (NaN, infinity) become null."""
    if isinstance(event, Finished):
        return msgspec.json.encode({"event": "finished"} | event.result | {"event": "finished"})
    return msgspec.json.encode(event)


def decode(line: bytes | str) -> AnyEvent:
    """The reverse of `encode`; a figure that was no finite number comes back as NaN.

    Raises:
        msgspec.DecodeError: The line is no event.
    """
    plain = msgspec.json.decode(line)
    if not isinstance(plain, dict):
        raise msgspec.ValidationError("An event must be a JSON object")
    if plain.get("event") == "finished":
        return Finished(result={name: value for name, value in plain.items() if name != "event"})
    # A training that diverges says so in its figures, and that line must arrive like any other.
    for name in ("train", "validation"):
        figures = plain.get(name)
        if isinstance(figures, dict):
            plain[name] = {figure: math.nan if value is None else value for figure, value in figures.items()}
    for name in _FIGURES.get(str(plain.get("event")), ()):
        if plain.get(name, 0) is None:
            plain[name] = math.nan
    event: AnyEvent = msgspec.convert(plain, _OTHER_EVENTS)
    return event


class CancelToken:
    """Set from any thread; a job looks at it between steps.

    ``stop`` asks a training run to end early and keep its best; `check` raises once ``cancel`` was called.
    """

    def __init__(self) -> None:
        self._cancelled = threading.Event()
        self._stopped = threading.Event()

    def cancel(self) -> None:
        """Ask the job to end without a result."""
        self._cancelled.set()

    def stop(self) -> None:
        """Ask the job to end early with what it has."""
        self._stopped.set()

    @property
    def stop_requested(self) -> bool:
        """Whether `stop` was called."""
        return self._stopped.is_set()

    @property
    def cancel_requested(self) -> bool:
        """Whether `cancel` was called."""
        return self._cancelled.is_set()

    def check(self) -> None:
        """Raise where `cancel` was called.

        Raises:
            CancelledError: The person cancelled.
        """
        if self._cancelled.is_set():
            raise CancelledError("Cancelled.")

    def check_beginning(self) -> None:
        """Raise also where `stop` was called: as long as nothing is learnt, to stop is to cancel.

        Raises:
            CancelledError: The person cancelled or stopped.
        """
        self.check()
        if self._stopped.is_set():
            raise CancelledError("Stopped before anything was learnt: nothing is written.")


def ignore(event: AnyEvent) -> None:
    """An ``emit`` for callers that do not listen."""
