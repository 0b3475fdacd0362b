"""Listening: sound in, events out, a word at a time.

A word is found by `seqclass.audio.onset`; the sound from a little before its onset to a little after its end is its clip, and what
the model says of the clip is what `seqclass.inference.classify` says of the same clip as a file. Each word starts from a fresh
state. A causal model carries that state through the word frame by frame, so that its answer is ready when the word ends; any
other model runs on the beginning of the word now and then, to have a guess, and on the whole clip at its end.

Everything happens at places of the stream, never at times of the clock: the same recording in blocks of any size gives the same
events. So whoever feeds it may ask where the next event can be, and need not come before.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seqclass.audio.level import LevelMeter
from seqclass.audio.onset import FRAMES_A_SECOND, Change, OnsetDetector, SpeechDropped, SpeechEnded, SpeechStarted
from seqclass.errors import UsageError
from seqclass.events import AnyEvent, Dropped, Guessed, Heard, Level, Onset
from seqclass.features.front_end import SpeechFrontEnd
from seqclass.features.mfcc import frame_times_s
from seqclass.inference.classify import Answer, answer
from seqclass.inference.live_word import Carried, Logits, Samples, Whole
from seqclass.model.bundle import Bundle
from seqclass.model.network import LayerTrace
from seqclass.specs import ListenSpec

UNKNOWN = "_unknown_"
SILENCE = "_silence_"
CLIPS_KEPT = 20
_SPARE_S = 1.0
_PORTION_S = 0.5
"""Sound of a word that a model gets at once, so that its end does not wait for all of it; a guess comes before."""
_NEVER = sys.maxsize
_HOPS_AT_ONCE = 25  # of a long block, less than `_SPARE_S`: what a word still needs is not written over
_HOPS_SHOWN = 3
"""Hops of 10 ms after which an observer is shown what is new: as often as a screen is drawn."""


@dataclass(frozen=True)
class LiveFrames:
    """What the network did in a stretch of a word, to be drawn.

    Attributes:
        word_start_s: Start of the word's clip in the stream.
        times_s: Centre of each frame in the stream, (n_frames,).
        layers: Gates and states at these frames.
        is_whole: They are all of the word so far, in place of what was given for it before; else only its new ones.
    """

    word_start_s: float
    times_s: NDArray[np.float64]
    layers: tuple[LayerTrace, ...]
    is_whole: bool


Observe = Callable[[LiveFrames], None]


class LiveClassifier:
    """A model that listens.

    Attributes:
        bundle: The model.
        rate_hz: Samples a second of what it is fed.
        spec: Settings.
        clips: The last words and their clips, (n_samples,) float32 at ``rate_hz``, newest last.
        threshold: Below this confidence a word is unknown.
        decision_delay_ms: From a word's end to the event that tells it.
    """

    def __init__(self, bundle: Bundle, rate_hz: int, spec: ListenSpec | None = None, *, observe: Observe | None = None) -> None:
        """Begin a stream.

        Args:
            bundle: A model of recordings.
            rate_hz: Rate of the samples that will come.
            spec: Settings; None: the defaults.
            observe: Gets gates and states as they come.

        Raises:
            UsageError: The model is not one of recordings.
        """
        require_speech(bundle)
        spec = spec or ListenSpec()
        self.bundle, self.rate_hz, self.spec = bundle, rate_hz, spec
        self.clips: deque[tuple[Heard, Samples]] = deque(maxlen=CLIPS_KEPT)
        own = bundle.card.thresholds.get(bundle.card.targets[0].name, 0.0)
        self.threshold = own if spec.threshold is None else spec.threshold
        self._observe = observe
        self._detector = OnsetDetector(rate_hz, spec.detection)
        self.decision_delay_ms = self._detector.decision_delay_ms
        self._meter = LevelMeter(rate_hz, spec.level_ms)
        kept_ms = spec.detection.max_word_ms + spec.pre_roll_ms + spec.detection.decision_delay_ms
        self._memory = _Memory(round((kept_ms / 1000 + _SPARE_S) * rate_hz))
        self._pending = np.zeros(0, np.float32)
        self._hop = round(rate_hz / FRAMES_A_SECOND)
        self._stride = None if spec.partial_ms is None else max(round(spec.partial_ms * rate_hz / 1000), 1)
        self._portion = round(_PORTION_S * rate_hz) if observe is None else _HOPS_SHOWN * self._hop
        self._last_end = 0
        self._word: _Word | None = None

    @property
    def is_speech(self) -> bool:
        """Whether a word is under way."""
        return self._word is not None

    def warm_up(self) -> None:
        """Load and try all that the first word would otherwise wait for: some 50 ms."""
        model = (Carried if self.bundle.card.is_causal else Whole)(self.bundle, self.rate_hz)
        silence = np.zeros(self.rate_hz // 2, np.float32)
        model.feed(silence)
        model.guess()
        model.conclude(silence)

    @property
    def due(self) -> int:
        """Place in the stream, in samples, before which nothing can happen."""
        places = [self._detector.due, self._meter.due]
        return min(places if self._word is None else [*places, self._word.next_guess])

    def feed(self, samples: Samples) -> list[AnyEvent]:
        """Take the next samples (n_samples,), full scale 1, and give what happened in them."""
        samples = np.asarray(samples, np.float32)
        pending = np.concatenate([self._pending, samples]) if len(self._pending) else samples
        n_whole = len(pending) // self._hop * self._hop
        self._pending = pending[n_whole:].copy()
        events: list[AnyEvent] = []
        for start in range(0, n_whole, _HOPS_AT_ONCE * self._hop):
            events += self._hear(pending[start : min(start + _HOPS_AT_ONCE * self._hop, n_whole)])
        return events

    def finish(self) -> list[AnyEvent]:
        """End the stream; a word that is under way ends with it."""
        self._memory.append(self._pending)
        changes = self._detector.feed(self._pending) + self._detector.finish()
        self._pending = self._pending[:0]
        return [event for change in changes for event in self._after(change)]

    def _hear(self, hops: Samples) -> list[AnyEvent]:
        """Some whole hops at once, with the events of one after the other."""
        self._memory.append(hops)
        found: list[tuple[int, Level | Change]] = [(self._hop_end(level.time_s), level) for level in self._meter.feed(hops)]
        found += [(change.found, change) for change in self._detector.feed(hops)]
        events: list[AnyEvent] = []
        for place, what in sorted(found, key=lambda pair: pair[0]):
            events += self._go_on(place - self._hop)
            events += [what] if isinstance(what, Level) else self._after(what)
        return events + self._go_on(self._memory.end)

    def _hop_end(self, time_s: float) -> int:
        """The end, in samples, of the hop that this moment lies in."""
        return -(-round(time_s * self.rate_hz) // self._hop) * self._hop

    def _after(self, change: Change) -> list[AnyEvent]:
        if isinstance(change, SpeechStarted):
            return [self._begin(change)]
        if isinstance(change, SpeechDropped):
            self._word = None
            return [Dropped(start_s=self._seconds(change.start), why=change.why)]
        return self._end(change)

    def _begin(self, change: SpeechStarted) -> Onset:
        start = max(change.start - round(self.spec.pre_roll_ms * self.rate_hz / 1000), self._last_end, self._memory.start)
        model = Carried if self.bundle.card.is_causal else Whole
        next_guess = _NEVER if self._stride is None else change.start + self._stride
        self._word = _Word(model(self.bundle, self.rate_hz), change.start, start, next_guess=next_guess)
        return Onset(start_s=self._seconds(change.start))

    def _go_on(self, end: int) -> list[AnyEvent]:
        """Give the model what came before ``end``, in portions of one size, up to each place of a guess, and guess there."""
        word = self._word
        events: list[AnyEvent] = []
        while word is not None and (until := min(word.next_guess, word.n_fed + self._portion)) <= end:
            self._feed(word, until)
            if until == word.next_guess:
                word.next_guess += self._stride or 0
                logits, layers = word.model.guess()
                self._show(word, layers, is_whole=True)
                if logits is not None:
                    events.append(self._guess(word, logits, until))
        return events

    def _feed(self, word: _Word, until: int) -> None:
        if self._stride is not None or not isinstance(word.model, Whole):  # which needs it for its guesses alone
            self._show(word, word.model.feed(self._memory.slice(word.n_fed, until)), is_whole=False)
        word.n_fed = until

    def _guess(self, word: _Word, logits: Logits, until: int) -> Guessed:
        answers = self._smooth(word, self._answers(logits))
        first = next(iter(answers.values()))
        return Guessed(
            start_s=self._seconds(word.start),
            end_s=self._seconds(until),
            label=first.label,
            value=first.value,
            confidence=_confidence(first),
            probabilities=first.probabilities,
            targets=_by_target(answers),
        )

    def _end(self, change: SpeechEnded) -> list[AnyEvent]:
        word = self._word
        assert word is not None
        self._word = None
        end = min(change.end + round(self.spec.post_roll_ms * self.rate_hz / 1000), change.found)
        self._last_end = end
        clip = self._memory.slice(word.clip_start, end)
        if word.n_fed < end:
            self._feed(word, end)
        logits, layers = word.model.conclude(clip)
        self._show(word, layers, is_whole=True)
        answers = self._smooth(word, self._answers(logits))
        first = next(iter(answers.values()))
        if first.label == SILENCE:
            return [Dropped(start_s=self._seconds(change.start), why="the model hears silence or noise")]
        heard = self._heard(change, answers)
        self.clips.append((heard, clip))
        return [heard]

    def _heard(self, change: SpeechEnded, answers: dict[str, Answer]) -> Heard:
        first = next(iter(answers.values()))
        confidence = _confidence(first)
        is_known = confidence is None or confidence >= self.threshold
        return Heard(
            start_s=self._seconds(change.start),
            end_s=self._seconds(change.end),
            delay_s=self._seconds(change.found - change.end),
            label=first.label if is_known else UNKNOWN,
            value=first.value,
            confidence=confidence,
            probabilities=first.probabilities,
            targets=_by_target(answers),
        )

    def _answers(self, logits: Logits) -> dict[str, Answer]:
        return {target.name: answer(target, logits[target.name]) for target in self.bundle.card.targets}

    def _smooth(self, word: _Word, answers: dict[str, Answer]) -> dict[str, Answer]:
        """Mix each answer with what was said of the word so far."""
        if word.answers and self.spec.smoothing:
            answers = {name: _mix(word.answers[name], each, self.spec.smoothing) for name, each in answers.items()}
        word.answers = answers
        return answers

    def _show(self, word: _Word, layers: tuple[LayerTrace, ...], *, is_whole: bool) -> None:
        if self._observe is None or not layers:
            return
        front_end = self.bundle.front_end
        assert isinstance(front_end, SpeechFrontEnd)
        n_frames = len(layers[0].output)
        first = 0 if is_whole else word.n_frames_shown
        word.n_frames_shown = first + n_frames
        start_s = self._seconds(word.clip_start)
        times_s = start_s + frame_times_s(n_frames, first + word.model.first_frame, front_end.basis)
        self._observe(LiveFrames(start_s, times_s, layers, is_whole))

    def _seconds(self, n_samples: int) -> float:
        return round(n_samples / self.rate_hz, 6)


def require_speech(bundle: Bundle) -> None:
    """Refuse a model that cannot listen.

    Raises:
        UsageError: It is not one of recordings.
    """
    if not isinstance(bundle.front_end, SpeechFrontEnd):
        raise UsageError(
            f"Listening needs a model of recordings. Received: a model of {bundle.card.kind} data. Give it files or texts: "
            "seqclass classify."
        )


class _Word:
    """The word under way: where it begins, what of it the model has got and what it said so far."""

    def __init__(self, model: Carried | Whole, start: int, clip_start: int, *, next_guess: int) -> None:
        self.model = model
        self.start = start
        self.clip_start = clip_start
        self.n_fed = clip_start
        self.next_guess = next_guess
        self.n_frames_shown = 0
        self.answers: dict[str, Answer] = {}


class _Memory:
    """The last stretch of the stream, by the places of its samples.

    Attributes:
        n_samples: Its greatest length.
        end: Samples that have come so far.
    """

    def __init__(self, n_samples: int) -> None:
        self.n_samples = n_samples
        self.end = 0
        self._values = np.zeros(n_samples, np.float32)

    @property
    def start(self) -> int:
        """The oldest sample that is still here."""
        return max(self.end - len(self._values), 0)

    def append(self, samples: Samples) -> None:
        """Add samples, fewer than there is room for in all."""
        size = len(self._values)
        place = self.end % size
        first = min(len(samples), size - place)
        self._values[place : place + first] = samples[:first]
        self._values[: len(samples) - first] = samples[first:]
        self.end += len(samples)

    def slice(self, start: int, end: int) -> Samples:
        """Samples from ``start`` to before ``end``, a copy."""
        size = len(self._values)
        first, n_samples = start % size, end - start
        if first + n_samples <= size:
            return self._values[first : first + n_samples].copy()
        return np.concatenate([self._values[first:], self._values[: first + n_samples - size]])


def _confidence(given: Answer) -> float | None:
    return max(given.probabilities.values()) if given.probabilities else None


def _by_target(answers: dict[str, Answer]) -> dict[str, dict[str, Any]] | None:
    """All answers in plain form, where there are several."""
    if len(answers) == 1:
        return None
    return {name: {key: value for key, value in vars(each).items() if value is not None} for name, each in answers.items()}


def _mix(before: Answer, now: Answer, share: float) -> Answer:
    """The weighted mean of two answers; ``share`` is that of the earlier one."""
    if now.value is not None and before.value is not None:
        return Answer(value=share * before.value + (1 - share) * now.value)
    old, new = before.probabilities or {}, now.probabilities or {}
    mixed = {label: share * old[label] + (1 - share) * new[label] for label in new}
    return Answer(label=max(mixed, key=lambda label: mixed[label]), probabilities=mixed)
