"""Recordings: read, fitted on the training part, encoded; silence made from background noise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seqclass.audio.read import read_audio
from seqclass.audio.resample import resample
from seqclass.data import augment
from seqclass.data.load import load_audio
from seqclass.data.manifest import Item, Manifest
from seqclass.data.rates import choose_rate, rate_warnings
from seqclass.errors import ItemError
from seqclass.events import CancelToken, Emit
from seqclass.features import mfcc, normalise
from seqclass.features.front_end import SpeechFrontEnd
from seqclass.features.librosa_basis import mfcc_basis, resolve_rate, warped_filters
from seqclass.model.bundle import TargetCard
from seqclass.specs import Config, SpeechFeatureSpec, Split
from seqclass.training.parts import ByPart, Part, make_part, truth_of
from seqclass.training.reading import counted, read_items
from seqclass.training.sources import Encoding, Reasons

SILENCE = "_silence_"
_LONGEST_NOISE_S = 3600.0
_MADE_PARTS: tuple[Split, ...] = ("train", "validation")  # not test: a figure must count real items only

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Recording:
    """What is kept of a recording.

    Attributes:
        features: Before normalisation, (n_frames, n_features) float32.
        power: What variation starts from, (n_frames, n_bins) float32; None where nothing is varied, as it takes the most memory.
    """

    features: Floats
    power: Floats | None


class SpeechSource:
    """Recordings, and the background noise that is mixed into them."""

    def __init__(
        self,
        manifest: Manifest,
        spec: SpeechFeatureSpec,
        config: Config,
        train: Sequence[Item],
        *,
        emit: Emit,
        cancel: CancelToken,
    ) -> None:
        self._manifest = manifest
        self._config = config
        self._emit, self._cancel = emit, cancel
        self._spec = resolve_rate(spec, choose_rate(manifest, train))
        self._basis = mfcc_basis(self._spec)
        self._varied = {item.id for item in train} if config.augmentation.enabled else set()
        self._noises, self._warnings = self._read_noise()
        self.made_labels: tuple[str, ...] = (SILENCE,) if self._noises and _wants_silence(manifest, config) else ()
        self._warnings += rate_warnings(manifest.items, self._basis.rate_hz)

    def read(self, items: Sequence[Item]) -> tuple[dict[str, Recording], Reasons]:
        """Features of each recording, and the power of those that will be varied."""
        return read_items(self._read, items, stage="reading recordings", emit=self._emit, cancel=self._cancel)

    def encode(self, contents: dict[str, Recording], by_part: ByPart, targets: Sequence[TargetCard]) -> Encoding:
        """Fit the normaliser on the training part, make silence where it is learnt, normalise."""
        spec, basis, variation = self._spec, self._basis, self._config.augmentation
        if self.made_labels:
            by_part, contents = self._with_silence(by_part, contents, targets)
        train = [contents[item.id].features for item in by_part["train"]]
        front_end = SpeechFrontEnd(spec, basis, normalise.fit(spec.normalisation, train))
        parts: dict[Split, Part] = {}
        for part, items in by_part.items():
            own = [contents[item.id] for item in items]
            if part == "train" and variation.enabled:
                varied = augment.SpeechVariation(
                    spec=variation,
                    front_end=front_end,
                    banks=warped_filters(spec, augment.warp_factors(variation.warp)),
                    noises=tuple(mfcc.mel_power(noise, basis.mel) for noise in self._noises),
                )
                parts[part] = self._varied_part(items, targets, own, varied)
                continue
            told = counted(own, len(own), stage=f"normalising {part}", emit=self._emit, cancel=self._cancel)
            parts[part] = make_part(items, targets, [_normalised(front_end, each.features) for each in told])
        return Encoding(front_end, parts, self._warnings)

    def _varied_part(
        self, items: tuple[Item, ...], targets: Sequence[TargetCard], own: list[Recording], variation: augment.SpeechVariation
    ) -> Part:
        powers = [each.power for each in own if each.power is not None]

        def frames(index: int) -> Floats:
            return _normalised(variation.front_end, self._features(powers[index]))

        def vary(index: int, rng: np.random.Generator) -> Floats:
            return variation(powers[index], rng)

        lengths = np.asarray([len(power) for power in powers], np.int64)
        return Part(items, lengths, truth_of(items, targets), frames, vary, variation.spec.mixup)

    def _read(self, item: Item) -> Recording:
        audio = load_audio(self._manifest, item)
        samples = resample(audio.samples, audio.rate_hz, self._basis.rate_hz)
        return self._recording(mfcc.trimmed_power(samples, self._spec, self._basis)[0], is_varied=item.id in self._varied)

    def _recording(self, power: Floats, *, is_varied: bool) -> Recording:
        return Recording(np.asarray(self._features(power), np.float32), power if is_varied else None)

    def _features(self, power: Floats) -> NDArray[np.floating]:
        mel = mfcc.mel_power(power, self._basis.mel)
        return mfcc.cepstrum(mfcc.decibels(mel, amin=self._spec.amin), self._spec, self._basis)

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
        self, by_part: ByPart, contents: dict[str, Recording], targets: Sequence[TargetCard]
    ) -> tuple[ByPart, dict[str, Recording]]:
        """Cut `_silence_` items from noise: as many as an average class has, as long as the other items, at many levels."""
        rng = np.random.default_rng([self._config.training.seed, 7])
        n_classes = len(targets[0].labels) - 1
        contents = dict(contents)
        by_part = dict(by_part)
        for part in _MADE_PARTS:
            items = by_part[part]
            made = []
            for index in range(-(-len(items) // n_classes)):
                n_frames = len(contents[items[int(rng.integers(len(items)))].id].features)
                noise = self._noises[int(rng.integers(len(self._noises)))]
                start = rng.integers(len(noise))
                power = np.take(noise, np.arange(start, start + n_frames), axis=0, mode="wrap")
                power *= np.float32(10.0 ** rng.uniform(-4.0, 0.0))
                item = Item(id=f"{SILENCE}/{part}{index}", targets={targets[0].name: SILENCE})
                contents[item.id] = self._recording(power, is_varied=part == "train" and self._config.augmentation.enabled)
                made.append(item)
            by_part[part] = (*items, *made)
        return by_part, contents


def _wants_silence(manifest: Manifest, config: Config) -> bool:
    """Silence is learnt unless the data set brings its own or has other targets."""
    only = manifest.targets[0]
    return (
        config.data.silence_class and len(manifest.targets) == 1 and only.kind == "class" and SILENCE not in manifest.labels()
    )


def _normalised(front_end: SpeechFrontEnd, features: NDArray[np.floating]) -> Floats:
    return np.asarray(front_end.normaliser(features), np.float32)
