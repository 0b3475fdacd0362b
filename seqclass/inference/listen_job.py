"""The `listen` job: a microphone or a long recording in, words out."""

from __future__ import annotations

import contextlib
import csv
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from seqclass.audio.capture import Capture
from seqclass.audio.devices import find_microphone
from seqclass.audio.read import AudioStream
from seqclass.errors import DeviceError, ItemError
from seqclass.events import AnyEvent, CancelToken, Emit, Finished, Heard, Note, Progress
from seqclass.files import ensure_writable, storage_error
from seqclass.inference.live import LiveClassifier, require_speech
from seqclass.inference.live_word import Samples
from seqclass.model import bundle as bundles
from seqclass.model.bundle import Bundle
from seqclass.specs import ListenJob

BLOCK_MS = 38.0
"""Sound that the microphone gives at once. Each block wakes the processor, which costs more than what it then does."""
SLACK_MS = 8.5
"""Sound after an event's place that must have come before somebody looks: an event is told so much and a block later at most. So
little lets every second block of a silence come unseen, as a word is found 30 ms after its onset at the earliest."""
_LONGEST_WAIT_S = 0.1
_PATIENCE_S = 0.2
LONGEST_INPUT_S = 7 * 24 * 3600.0
_BLOCK_S = 0.1
_COLUMNS = ("start_s", "end_s", "delay_s", "label", "value", "confidence")


def run(job: ListenJob, emit: Emit, cancel: CancelToken) -> None:
    """Listen until the recording ends, `CancelToken.stop` is called or the microphone goes away.

    Raises:
        BundleError: The bundle cannot be used.
        UsageError: Its model is not one of recordings.
        ItemError: The recording cannot be read.
        DeviceError: There is no such microphone, or it has gone; what was heard before was emitted.
        MissingDependencyError: PortAudio is not installed.
        StorageError: The table cannot be written.
        CancelledError: Cancelled.
    """
    bundle = bundles.read(job.bundle)
    require_speech(bundle)
    with contextlib.ExitStack() as stack:
        table = stack.enter_context(_Table(job.csv, bundle)) if job.csv else None

        def tell(event: AnyEvent) -> None:
            emit(event)
            if table is not None and isinstance(event, Heard):
                table.add(event)

        if job.input:
            _listen_to_file(job, bundle, tell, cancel)
        else:
            _listen_to_microphone(job, bundle, tell, cancel)


class _Hearing:
    """A classifier with its events on their way out, and a watch on the time that it takes."""

    def __init__(self, bundle: Bundle, rate_hz: int, job: ListenJob, emit: Emit) -> None:
        self.classifier = LiveClassifier(bundle, rate_hz, job.listen)
        self._emit = emit
        self._n_samples = 0
        self._n_words = 0
        self._longest_s = 0.0
        delay = f"a word is told {self.classifier.decision_delay_ms:.0f} ms after its end"
        sure = f", and is unknown below {self.classifier.threshold:.0%}" if self.classifier.threshold else ""
        self.classifier.warm_up()
        emit(Note(text=f"Listening at {rate_hz} Hz: {delay}{sure}."))

    @property
    def due(self) -> int:
        """How many samples in all should have come before it is worth while to look at them."""
        rate_hz = self.classifier.rate_hz
        return min(self.classifier.due + round(SLACK_MS * rate_hz / 1000), self._n_samples + round(_LONGEST_WAIT_S * rate_hz))

    def feed(self, samples: Samples) -> None:
        """Take the next samples and emit what happened in them."""
        started_s = time.perf_counter()
        events = self.classifier.feed(samples)
        self._longest_s = max(self._longest_s, time.perf_counter() - started_s)
        self._n_samples += len(samples)
        self._tell(events)

    def finish(self, **more: Any) -> None:
        """End the stream."""
        self._tell(self.classifier.finish())
        result = {
            "words": self._n_words,
            "seconds": round(self._n_samples / self.classifier.rate_hz, 3),
            "decision_delay_ms": self.classifier.decision_delay_ms,
            "longest_block_ms": round(self._longest_s * 1000, 3),
        }
        self._emit(Finished(result=result | more))

    def _tell(self, events: list[AnyEvent]) -> None:
        for event in events:
            self._n_words += isinstance(event, Heard)
            self._emit(event)


def _listen_to_file(job: ListenJob, bundle: Bundle, emit: Emit, cancel: CancelToken) -> None:
    hearing: _Hearing | None = None
    stream = AudioStream(Path(job.input).expanduser(), max_duration_s=LONGEST_INPUT_S)
    try:
        for block in stream:
            hearing = hearing or _Hearing(bundle, stream.rate_hz, job, emit)
            for piece in _pieces(block, round(_BLOCK_S * stream.rate_hz)):
                cancel.check()
                if cancel.stop_requested:
                    break
                hearing.feed(piece)
            emit(Progress(stage="seconds heard", done=stream.n_samples // stream.rate_hz))
            if cancel.stop_requested:
                break
    except ItemError as error:
        raise ItemError(f"{job.input}: {error}") from error
    assert hearing is not None  # a stream without samples raises
    if stream.warning:
        emit(Note(text=f"{job.input}: {stream.warning}", level="warning"))
    hearing.finish(input=job.input)


def _listen_to_microphone(job: ListenJob, bundle: Bundle, emit: Emit, cancel: CancelToken) -> None:
    with Capture(find_microphone(job.device), block_ms=BLOCK_MS) as capture:
        emit(Note(text=f"{capture.device.description} is open. Ctrl-C ends it."))
        hearing = _Hearing(bundle, capture.rate_hz, job, emit)
        while not (cancel.stop_requested or capture.is_lost):
            cancel.check()
            capture.wait(hearing.due, _PATIENCE_S)
            integers = capture.read()
            if len(integers):
                hearing.feed(np.asarray(integers / np.float32(32768), np.float32))
            for trouble in capture.troubles():
                if trouble.kind != "lost":
                    emit(Note(text=trouble.text, level="info" if trouble.kind in ("sound", "resumed") else "warning"))
        hearing.finish(device=capture.device.name)
        if capture.is_lost:
            raise DeviceError(
                f"The microphone must stay plugged in. Received: {capture.device.description} has gone after "
                f"{capture.n_samples / capture.rate_hz:.1f} s. What it heard stands above; plug it in and start again."
            )


def _pieces(block: Samples, n_samples: int) -> Iterator[Samples]:
    for start in range(0, len(block), n_samples):
        yield block[start : start + n_samples]


class _Table:
    """A CSV file with a row a word. It grows while the job runs, as a killed listener must not take its log along."""

    def __init__(self, path: str, bundle: Bundle) -> None:
        ensure_writable(path)
        self._path = path
        self._labels = bundle.card.targets[0].labels
        self._others = [target.name for target in bundle.card.targets[1:]]
        try:
            self._stream: TextIO = Path(path).open("w", encoding="utf-8", newline="")  # noqa: SIM115 - closed by __exit__
        except OSError as error:
            raise storage_error("write", path, error) from error
        self._writer = csv.writer(self._stream)
        more = [column for name in self._others for column in (f"target {name}", f"confidence of {name}")]
        self._write([*_COLUMNS, *(f"probability of {label}" for label in self._labels), *more])

    def __enter__(self) -> _Table:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    def add(self, event: Heard) -> None:
        """Write one word's row."""
        probabilities = event.probabilities or {}
        row = [getattr(event, name) for name in _COLUMNS] + [probabilities.get(label) for label in self._labels]
        for name in self._others:
            outcome = (event.targets or {}).get(name, {})
            row += [
                outcome.get("label", outcome.get("value")),
                max((outcome.get("probabilities") or {}).values(), default=None),
            ]
        self._write(["" if value is None else value for value in row])

    def _write(self, row: list[Any]) -> None:
        try:
            self._writer.writerow(row)
            self._stream.flush()
        except OSError as error:
            raise storage_error("write", self._path, error) from error
