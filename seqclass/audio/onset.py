"""Where in a stream of sound somebody speaks: onset and end of each word or phrase, found while the sound comes in.

Every 10 ms the energy in some ten frequency bands is compared with the noise floor of the same bands. The measure is the
spectral divergence of Ramirez et al., "Efficient voice activity detection algorithms using long-term speech information", 2004,
taken over one frame: a hiss is heard against a hum and a vowel against a hiss, because each band has a floor of its own. Two
thresholds (hysteresis) and a time of patience (hangover) turn it into stretches.

All is done frame by frame, so a recording fed in blocks of any size gives the same stretches to the bit.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from itertools import islice
from operator import mul
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from seqclass.specs import DetectionSpec

Samples = np.ndarray[Any, np.dtype[np.float32]]
Bands = np.ndarray[Any, np.dtype[np.float64]]

FRAMES_A_SECOND = 100
_N_BANDS = 10
_LOWEST_HZ, _HIGHEST_HZ = 100.0, 8000.0  # below lie hum and rumble, above is hardly any speech
_QUIETEST = 10 ** (-75 / 10)  # full scale 1: the floor never falls below this, or digital silence would make any rustle loud
_FIRST_FLOOR = 10 ** (-45 / 10)  # what a room is taken for before it was heard
_FLOOR_FRAMES = 100
_FLOOR_EVERY = 5
_TAIL_FRAMES = 4  # a word's last decay, which is not yet the room
_FIRST_FRAMES = 25
_STEADY_FRAMES = 100
_STEADY_EVERY = 10
_FIRST_STEADY_DB, _STEADY_DB = 1.3, 1.5  # stationary noise deviates by 0.5 to 0.9 dB, speech by 3 and more
_STANDS_OUT_DB = 6.0
_FRAMES_AT_ONCE = 50  # of a long block: their spectra stay in the cache


@dataclass(frozen=True)
class SpeechStarted:
    """Somebody has begun to speak.

    Attributes:
        start: First sample of the word.
        found: First sample that was not needed to find it.
    """

    start: int
    found: int


@dataclass(frozen=True)
class SpeechEnded:
    """The word is over.

    Attributes:
        start: Its first sample.
        end: The sample after its last.
        found: First sample that was not needed to find its end.
        why: ``pause``; ``too long`` where it was cut; ``end of input``.
    """

    start: int
    end: int
    found: int
    why: Literal["pause", "too long", "end of input"] = "pause"


@dataclass(frozen=True)
class SpeechDropped:
    """What seemed to be a word was none; ``why`` says what it was instead."""

    start: int
    found: int
    why: Literal["too short", "steady noise"]


Change = SpeechStarted | SpeechEnded | SpeechDropped


class OnsetDetector:
    """Finds stretches of speech in a stream.

    Attributes:
        rate_hz: Samples a second.
        spec: Settings.
        is_speech: Whether a word is under way.
        divergence_db: How far the last frame stood above the noise floor.
    """

    def __init__(self, rate_hz: int, spec: DetectionSpec | None = None) -> None:
        self.rate_hz = rate_hz
        self.spec = spec or DetectionSpec()
        self.is_speech = False
        self.divergence_db = 0.0
        self._hop = round(rate_hz / FRAMES_A_SECOND)
        self._energies = _BandEnergies(rate_hz, self._hop)
        self._pending = np.zeros(0, np.float32)
        self._n_frames = 0
        self._n_samples = 0
        self._over_floor: list[float] = [_N_BANDS / _FIRST_FLOOR] * _N_BANDS
        self._room: deque[Bands] = deque(maxlen=_FLOOR_FRAMES)
        self._recent: deque[Bands] = deque(maxlen=_STEADY_FRAMES)
        self._recent_db: deque[float] = deque(maxlen=_STEADY_FRAMES)
        self._loud_run = 0
        self._word = _Word()

    @property
    def decision_delay_ms(self) -> float:
        """From the end of a word to the moment when it is known to be over, in ms."""
        return self._frames(self.spec.decision_delay_ms) * 1000 / FRAMES_A_SECOND

    @property
    def due(self) -> int:
        """Place in the stream, in samples, before which nothing can be found."""
        n_frames = self._n_frames
        if not self.is_speech:
            return (n_frames + max(self._frames(self.spec.onset_ms) - self._loud_run, 1)) * self._hop
        word, in_word = self._word, n_frames - self._word.start
        steady = max(_STEADY_FRAMES, (in_word // _STEADY_EVERY + 1) * _STEADY_EVERY)
        soonest = min(
            word.last + 1 + self._frames(self.spec.decision_delay_ms),
            word.start + 1 + self._frames(self.spec.max_word_ms),
            word.start + steady,
        )
        if in_word == n_frames < _FIRST_FRAMES:
            soonest = min(soonest, _FIRST_FRAMES)
        return soonest * self._hop

    def feed(self, samples: Samples) -> list[Change]:
        """Take the next samples.

        Args:
            samples: (n_samples,) float, full scale 1.

        Returns:
            What was found in them, in order.
        """
        samples = np.asarray(samples, np.float32)
        self._n_samples += len(samples)
        pending = np.concatenate([self._pending, samples]) if len(self._pending) else samples
        n_whole = len(pending) // self._hop * self._hop
        self._pending = pending[n_whole:].copy()
        changes: list[Change] = []
        for start in range(0, n_whole, _FRAMES_AT_ONCE * self._hop):
            energies = self._energies.feed(pending[start : min(start + _FRAMES_AT_ONCE * self._hop, n_whole)])
            for energy, values in zip(energies, energies.tolist(), strict=True):
                changes += self._step(energy, values)
        return changes

    def finish(self) -> list[Change]:
        """End the stream; a word that is under way ends with it."""
        if not self.is_speech:
            return []
        self.is_speech = False
        end = min((self._word.last + 1) * self._hop, self._n_samples)
        if self._word.n_loud < self._frames(self.spec.min_word_ms):
            return [SpeechDropped(self._word.start * self._hop, self._n_samples, "too short")]
        return [SpeechEnded(self._word.start * self._hop, end, self._n_samples, "end of input")]

    def _step(self, energy: Bands, values: list[float]) -> list[Change]:
        """One frame, (_N_BANDS,); ``values`` are the same numbers, which Python adds up faster than NumPy."""
        frame = self._n_frames
        self._n_frames += 1
        self._recent.append(energy)
        self.divergence_db = 10 * math.log10(sum(map(mul, values, self._over_floor)) / _N_BANDS + 1e-9)
        self._recent_db.append(self.divergence_db)
        return self._within(frame) if self.is_speech else self._outside(frame, energy)

    def _outside(self, frame: int, energy: Bands) -> list[Change]:
        is_loud = self.divergence_db >= self.spec.onset_db
        self._loud_run = self._loud_run + 1 if is_loud else 0
        if not is_loud:
            self._hear_room([energy])
        if self._loud_run < self._frames(self.spec.onset_ms):
            return []
        # A frame's window reaches one hop back, so that is where the word may have begun.
        start = max(frame - self._loud_run, 0)
        self.is_speech = True
        self._word = _Word(start=start, last=frame, n_loud=self._loud_run, peak_db=max(self._recent_db_of(self._loud_run)))
        self._loud_run = 0
        return [SpeechStarted(start * self._hop, self._n_frames * self._hop)]

    def _within(self, frame: int) -> list[Change]:
        word, spec = self._word, self.spec
        recent_db = self._recent_db_of(2)
        smooth_db = sum(recent_db) / len(recent_db)
        peak_db = max(word.peak_db, self.divergence_db)
        is_loud = smooth_db >= max(spec.end_db, peak_db - spec.range_db)
        self._word = word = _Word(word.start, frame if is_loud else word.last, word.n_loud + is_loud, peak_db)
        start, found = word.start * self._hop, self._n_frames * self._hop
        if steady := self._steady_frames(frame):
            return self._end_in_noise(frame - steady, start, found)
        if frame - word.last >= self._frames(spec.decision_delay_ms):
            self.is_speech = False
            self._hear_room(list(self._recent)[word.last - frame + _TAIL_FRAMES :])
            if word.n_loud < self._frames(spec.min_word_ms):
                return [SpeechDropped(start, found, "too short")]
            return [SpeechEnded(start, (word.last + 1) * self._hop, found)]
        if frame - word.start >= self._frames(spec.max_word_ms):
            self.is_speech = False
            return [SpeechEnded(start, (word.last + 1) * self._hop, found, "too long")]
        return []

    def _steady_frames(self, frame: int) -> int:
        """How many of the word's frames up to now have one level, as no speech has it; 0 where the level changes."""
        in_word = frame + 1 - self._word.start
        if in_word == _FIRST_FRAMES == self._n_frames:
            n_frames, limit_db = _FIRST_FRAMES, _FIRST_STEADY_DB
        elif in_word >= _STEADY_FRAMES and in_word % _STEADY_EVERY == 0:
            n_frames, limit_db = _STEADY_FRAMES, _STEADY_DB
        else:
            return 0
        # The stream's first frame looks back at nothing.
        return n_frames if np.std(self._recent_db_of(n_frames - 1)) < limit_db else 0

    def _end_in_noise(self, last: int, start: int, found: int) -> list[Change]:
        """A noise has set in and stays: it is the room from now on. What stood out before it was a word."""
        self.is_speech = False
        word_db = self._word.peak_db
        noise_db = float(np.max(self._recent_db_of(self._n_frames - 1 - last)))
        self._room.clear()
        self._hear_room(list(self._recent)[-(self._n_frames - 1 - last) :])
        n_frames = last + 1 - self._word.start
        if word_db >= noise_db + _STANDS_OUT_DB and n_frames >= self._frames(self.spec.min_word_ms):
            return [SpeechEnded(start, (last + 1) * self._hop, found)]
        return [SpeechDropped(start, found, "steady noise")]

    def _hear_room(self, frames: list[Bands]) -> None:
        self._room.extend(frames)
        if self._room and (len(frames) > 1 or self._n_frames % _FLOOR_EVERY == 0):
            # The median, in a third of the time that NumPy's takes.
            n_frames, ordered = len(self._room), np.sort(np.array(self._room), axis=0)
            middle = (ordered[(n_frames - 1) // 2] + ordered[n_frames // 2]) / 2
            self._over_floor = (1 / np.maximum(middle, _QUIETEST / _N_BANDS)).tolist()

    def _recent_db_of(self, n_frames: int) -> list[float]:
        return list(islice(self._recent_db, max(len(self._recent_db) - n_frames, 0), None))

    def _frames(self, duration_ms: float) -> int:
        return max(round(duration_ms * FRAMES_A_SECOND / 1000), 1)


@dataclass(frozen=True)
class _Word:
    """The word under way; ``start`` and ``last`` are its first and its last loud frame."""

    start: int = 0
    last: int = 0
    n_loud: int = 0
    peak_db: float = 0.0


class _BandEnergies:
    """Power in each band, frame by frame: the last two hops under a window."""

    def __init__(self, rate_hz: int, hop: int) -> None:
        self._hop = hop
        window = np.hanning(2 * hop + 1)[:-1]
        self._window = window / math.sqrt(0.5 * np.sum(window**2) * 2 * hop)
        bands = _bands_of_bins(2 * hop, rate_hz)
        within = np.flatnonzero((bands >= 0) & (bands < _N_BANDS))
        # Real and imaginary part of each bin lie side by side. At the lowest rates some bands hold no bin.
        self._parts = slice(2 * within[0], 2 * within[-1] + 2)
        self._bands, first_bins = np.unique(bands[within], return_index=True)
        self._starts = 2 * first_bins
        self._past = np.zeros(hop, np.float32)

    def feed(self, samples: Samples) -> Bands:
        """From whole hops (n_frames * hop,) to (n_frames, _N_BANDS); no frame's numbers depend on how many come at once."""
        padded = np.concatenate([self._past, samples])
        self._past = padded[-self._hop :]
        step = padded.itemsize
        frames: Samples = np.ndarray(
            (len(samples) // self._hop, 2 * self._hop), np.float32, padded, 0, (self._hop * step, step)
        )
        parts = np.fft.rfft(frames * self._window).view(np.float64)[:, self._parts]
        sums = np.add.reduceat(np.square(parts), self._starts, axis=1)
        if len(self._bands) == _N_BANDS:
            return sums
        energies = np.zeros((len(frames), _N_BANDS))
        energies[:, self._bands] = sums
        return energies


def _bands_of_bins(n_fft: int, rate_hz: int) -> NDArray[np.intp]:
    """The band of each bin, (n_fft // 2 + 1,), the bands growing wider upwards; those outside 0 to _N_BANDS belong to none."""
    bins_hz = np.fft.rfftfreq(n_fft, 1 / rate_hz)
    top_hz = min(_HIGHEST_HZ, 0.475 * rate_hz)
    # Even steps of an auditory scale: Traunmueller, "Analytical expressions for the tonotopic sensory scale", 1990.
    low, high = (26.81 * hz / (1960 + hz) - 0.53 for hz in (_LOWEST_HZ, top_hz))
    barks = 26.81 * bins_hz / (1960 + bins_hz) - 0.53
    return np.floor((barks - low) / (high - low) * _N_BANDS).astype(np.intp)
