"""Recordings: features from the store or computed, fitted on the training part, encoded; silence made from background noise.

Nothing here grows with the data set but a few numbers an item: frames come from the store when a batch needs them.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from seqclass.audio.read import read_audio
from seqclass.audio.resample import resample
from seqclass.data import augment
from seqclass.data.feature_store.extract import Extractor
from seqclass.data.feature_store.fill import gather
from seqclass.data.feature_store.recordings import Kept, Recordings, Sounds, remembered
from seqclass.data.items import column, concatenated, values_of
from seqclass.data.manifest import Item, Manifest
from seqclass.data.rates import choose_rate, rate_warnings
from seqclass.errors import ItemError
from seqclass.events import CancelToken, Emit
from seqclass.features import mfcc, normalise
from seqclass.features.front_end import SpeechFrontEnd
from seqclass.features.librosa_basis import mfcc_basis, resolve_rate, warped_filters
from seqclass.model.bundle import TargetCard
from seqclass.specs import HERE, ComputeSpec, Config, SpeechFeatureSpec, Split
from seqclass.training.parts import ByPart, Part, truth_of
from seqclass.training.reading import counted
from seqclass.training.sources import Encoding, Reasons

SILENCE = "_silence_"
_LONGEST_NOISE_S = 3600.0
_MADE_PARTS: tuple[Split, ...] = ("train", "validation")  # not test: a figure must count real items only

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Made:
    """A piece of background noise that is an item.

    Attributes:
        noise: Which noise.
        start: Its first frame there; behind the last one comes the first.
        n_frames: Its length.
        gain: What its power is multiplied by.
    """

    noise: int
    start: int
    n_frames: int
    gain: np.float32


Place = int | Made
"""Where an item's features are: a recording's number, or a piece of noise."""


class SpeechSource:
    """Recordings, and the background noise that is mixed into them."""

    def __init__(
        self,
        manifest: Manifest,
        spec: SpeechFeatureSpec,
        config: Config,
        train: Sequence[Item],
        *,
        compute: ComputeSpec = HERE,
        emit: Emit,
        cancel: CancelToken,
    ) -> None:
        self._manifest = manifest
        self._config = config
        self._compute = compute
        self._emit, self._cancel = emit, cancel
        self._spec = resolve_rate(spec, choose_rate(manifest, train))
        self._basis = mfcc_basis(self._spec)
        self._extractor = Extractor(self._spec, self._basis, manifest.data.max_duration_s)
        self._kept = Kept()
        self._recordings: Recordings | None = None
        self._noises, self._warnings = self._read_noise()
        self.made_labels: tuple[str, ...] = (SILENCE,) if self._noises and _wants_silence(manifest, config) else ()
        self._warnings += rate_warnings(manifest.items, self._basis.rate_hz)

    def read(self, items: Sequence[Item]) -> tuple[dict[str, Place], Reasons]:
        """See to the features of each recording being in the store; gives each one's number."""
        self._recordings = gather(
            self._extractor,
            Sounds(
                contents=column(items, "content_hash"),
                path_of=lambda index: self._manifest.path_of(items[index].file or ""),
                durations_s=[duration_s or 1.0 for duration_s in values_of(items, "duration_s")],
            ),
            # Of all items, not of the training part alone: in the next fold others are varied.
            with_power=self._config.augmentation.enabled,
            compute=self._compute,
            kept=self._kept,
            emit=self._emit,
            cancel=self._cancel,
        )
        reasons = {items[index].id: reason for index, reason in self._recordings.reasons.items()}
        return {name: index for index, name in enumerate(values_of(items, "id")) if name not in reasons}, reasons

    def encode(self, contents: dict[str, Place], by_part: ByPart, targets: Sequence[TargetCard]) -> Encoding:
        """Fit the normaliser on the training part, make silence where it is learnt, normalise whenever frames are asked for."""
        spec, basis, variation = self._spec, self._basis, self._config.augmentation
        if self.made_labels:
            by_part, contents = self._with_silence(by_part, contents, targets)
        places = {part: [contents[name] for name in values_of(items, "id")] for part, items in by_part.items()}
        front_end = SpeechFrontEnd(spec, basis, self._fitted(places["train"]))
        parts: dict[Split, Part] = {}
        for part, items in by_part.items():
            vary: augment.SpeechVariation | None = None
            if part == "train" and variation.enabled:
                vary = augment.SpeechVariation(
                    spec=variation,
                    front_end=front_end,
                    banks=warped_filters(spec, augment.warp_factors(variation.warp)),
                    noises=tuple(mfcc.mel_power(noise, basis.mel) for noise in self._noises),
                )
            parts[part] = self._part(items, targets, places[part], front_end, vary)
        return Encoding(front_end, parts, self._warnings)

    def _fitted(self, train: Sequence[Place]) -> normalise.Normaliser:
        """The normaliser of these features: one pass over all of them, whose outcome is kept."""
        method = self._spec.normalisation

        def fit() -> Floats:
            told = counted(self._stream(train), len(train), stage="normalising train", emit=self._emit, cancel=self._cancel)
            fitted = normalise.fit(method, told)
            return np.concatenate([fitted.mean, fitted.deviation]).astype(np.float32)

        def depends_on() -> Iterator[bytes]:
            yield repr([normalise.SCHEMA, method, len(train)]).encode()
            recordings = np.asarray([place for place in train if not isinstance(place, Made)], np.int64)
            yield self._found.contents[recordings].tobytes()
            made = [place for place in train if isinstance(place, Made)]
            if made:
                yield repr(made).encode()
                yield from (noise.tobytes() for noise in self._noises)

        mean, deviation = remembered(self._extractor, depends_on(), fit).reshape(2, -1)
        return normalise.Normaliser(method, mean, deviation)

    def _part(
        self,
        items: Sequence[Item],
        targets: Sequence[TargetCard],
        places: Sequence[Place],
        front_end: SpeechFrontEnd,
        vary: augment.SpeechVariation | None,
    ) -> Part:
        lengths = np.asarray([self._n_frames(place) for place in places], np.int64)

        def make(place: Place) -> Floats:
            return np.asarray(front_end.normaliser(self._features(place)), np.float32)

        def frames(index: int) -> Floats:
            place = places[index]
            # Training frames as they are, are asked for by none that is in a hurry, and would take the room of others.
            return make(place) if vary else self._kept.get(("frames", place), functools.partial(make, place))

        def draw(indices: Sequence[int], rngs: Sequence[np.random.Generator]) -> Sequence[Floats]:
            if vary is None:
                return list(map(frames, indices))
            return vary.many([self._power(places[index]) for index in indices], rngs)

        mixup = self._config.augmentation.mixup if vary else 0.0
        return Part(items, lengths, truth_of(items, targets), frames, draw, mixup)

    def _features(self, place: Place) -> Floats:
        """Before normalisation, (n_frames, n_features)."""
        if isinstance(place, Made):
            return self._extractor.features(self._power(place))
        return self._found.features(place)

    def _power(self, place: Place) -> Floats:
        """What variation starts from, (n_frames, n_bins)."""
        if not isinstance(place, Made):
            return self._found.power(place)
        noise = self._noises[place.noise]
        power = np.take(noise, np.arange(place.start, place.start + place.n_frames), axis=0, mode="wrap")
        power *= place.gain
        return power

    def _n_frames(self, place: Place) -> int:
        return place.n_frames if isinstance(place, Made) else int(self._found.n_frames[place])

    def _stream(self, places: Sequence[Place]) -> Iterator[Floats]:
        """`_features` of many; recordings that follow one another are read together."""
        for is_made, group in groupby(places, lambda place: isinstance(place, Made)):
            if is_made:
                yield from map(self._features, group)
            else:
                yield from self._found.stream_features([place for place in group if isinstance(place, int)])

    @property
    def _found(self) -> Recordings:
        assert self._recordings is not None  # `read` comes before `encode`
        return self._recordings

    def _read_noise(self) -> tuple[list[Floats], tuple[str, ...]]:
        """Power of each background noise, and a warning for each that cannot be read any more."""
        noises: list[Floats] = []
        warnings: list[str] = []
        for file in self._manifest.noise_files:
            self._cancel.check()
            try:
                audio = read_audio(self._manifest.path_of(file), max_duration_s=_LONGEST_NOISE_S)
            except ItemError as error:
                warnings.append(f"{file} is left out: {error}.")
                continue
            noises.append(mfcc.power_spectrum(resample(audio.samples, audio.rate_hz, self._basis.rate_hz), self._basis))
        return noises, tuple(warnings)

    def _with_silence(
        self, by_part: ByPart, contents: dict[str, Place], targets: Sequence[TargetCard]
    ) -> tuple[ByPart, dict[str, Place]]:
        """Cut `_silence_` items from noise: as many as an average class has, as long as the other items, at many levels."""
        rng = np.random.default_rng([self._config.training.seed, 7])
        n_classes = len(targets[0].labels) - 1
        contents = dict(contents)
        by_part = dict(by_part)
        for part in _MADE_PARTS:
            items = by_part[part]
            made = []
            for index in range(-(-len(items) // n_classes)):
                n_frames = self._n_frames(contents[items[int(rng.integers(len(items)))].id])
                noise = int(rng.integers(len(self._noises)))
                start = int(rng.integers(len(self._noises[noise])))
                item = Item(id=f"{SILENCE}/{part}{index}", targets={targets[0].name: SILENCE})
                contents[item.id] = Made(noise, start, n_frames, np.float32(10.0 ** rng.uniform(-4.0, 0.0)))
                made.append(item)
            by_part[part] = concatenated([items, made])
        return by_part, contents


def _wants_silence(manifest: Manifest, config: Config) -> bool:
    """Silence is learnt unless the data set brings its own or has other targets."""
    only = manifest.targets[0]
    return (
        config.data.silence_class and len(manifest.targets) == 1 and only.kind == "class" and SILENCE not in manifest.labels()
    )
