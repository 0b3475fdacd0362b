"""From a scanned data set and its split to what the training loop draws from."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from seqclass.audio.read import read_audio
from seqclass.audio.resample import resample
from seqclass.data import augment
from seqclass.data.load import load_audio, load_numeric
from seqclass.data.manifest import Item, Manifest, SplitAssignment
from seqclass.data.rates import choose_rate
from seqclass.errors import DataError
from seqclass.events import CancelToken, Emit, Note, Progress
from seqclass.features import mfcc, normalise, text
from seqclass.features.front_end import FrontEnd, NumericFrontEnd, SpeechFrontEnd, TextFrontEnd, fit_numeric
from seqclass.features.librosa_basis import mfcc_basis, resolve_rate, warped_filters
from seqclass.model.bundle import TargetCard
from seqclass.specs import SPLITS, AugmentationSpec, Config, SpeechFeatureSpec, Split, TextFeatureSpec

SILENCE = "_silence_"
_LONGEST_NOISE_S = 3600.0
T = TypeVar("T")
R = TypeVar("R")
Draw = Callable[[int, np.random.Generator], NDArray[Any]]


@dataclass(frozen=True)
class Part:
    """One part of a data set, ready for batches.

    Attributes:
        items: In manifest order; made-up silence comes last.
        lengths: Frames of each item before variation, (n_items,).
        truth: For each target the class index (int32) or the scaled number (float32), (n_items,).
        frames: Frames of item ``index`` as the network shall get them in evaluation.
        vary: The same, varied; in the training part only.
    """

    items: tuple[Item, ...]
    lengths: NDArray[np.int64]
    truth: dict[str, NDArray[Any]]
    frames: Callable[[int], NDArray[Any]]
    vary: Draw


@dataclass(frozen=True)
class Prepared:
    """All parts, the fitted front end and the targets as found in training."""

    front_end: FrontEnd
    targets: tuple[TargetCard, ...]
    parts: dict[Split, Part]
    warnings: tuple[str, ...] = ()


def prepare(manifest: Manifest, assignment: SplitAssignment, config: Config, *, emit: Emit, cancel: CancelToken) -> Prepared:
    """Read all items, fit the front end on the training part, and encode.

    Raises:
        DataError: The training part has too little to learn from.
    """
    by_part: dict[Split, tuple[Item, ...]] = {part: assignment.items(manifest, part) for part in SPLITS}
    targets = _targets(manifest, by_part["train"], with_silence=_wants_silence(manifest, config))
    warnings: list[str] = []
    for part in SPLITS:
        kept = tuple(item for item in by_part[part] if _is_known(item, targets))
        if len(kept) < len(by_part[part]):
            unknown = sorted({_label_words(item, targets) for item in by_part[part] if not _is_known(item, targets)})
            warnings.append(
                f"{len(by_part[part]) - len(kept)} items of {part} are left out: training has no item of {', '.join(unknown[:5])}."
            )
        by_part[part] = kept
    encode = {"speech": _speech, "text": _text, "numeric": _numeric}[manifest.kind]
    front_end, parts = encode(manifest, by_part, targets, config, emit, cancel)
    for warning in warnings:
        emit(Note(text=warning, level="warning"))
    return Prepared(front_end, targets, parts, tuple(warnings))


def in_threads(function: Callable[[T], R], values: Sequence[T], *, stage: str, emit: Emit, cancel: CancelToken) -> Iterator[R]:
    """Map in two threads, in order, with progress; reading, resampling and transforms run outside the interpreter lock."""
    started = said = time.monotonic()
    with ThreadPoolExecutor(2) as pool:
        try:
            for done, result in enumerate(pool.map(function, values), start=1):
                cancel.check()
                now = time.monotonic()
                if now - said > 0.1 or done == len(values):
                    said = now
                    eta_s = (now - started) / done * (len(values) - done)
                    emit(Progress(stage=stage, done=done, total=len(values), eta_s=eta_s))
                yield result
        finally:
            pool.shutdown(cancel_futures=True)


def _targets(manifest: Manifest, train: Sequence[Item], *, with_silence: bool) -> tuple[TargetCard, ...]:
    cards = []
    for target in manifest.targets:
        values = [item.targets[target.name] for item in train]
        if target.kind == "number":
            numbers = np.asarray(values, np.float64)
            scale = float(numbers.std()) or 1.0
            cards.append(TargetCard(name=target.name, kind="number", scale=scale, offset=float(numbers.mean())))
            continue
        labels = {str(value) for value in values} | ({SILENCE} if with_silence else set())
        if len(labels) < 2:
            raise DataError(
                f"Training needs at least two classes. Received: {target.name}={', '.join(sorted(labels)) or 'none'} "
                "in the training part. Add items of another class."
            )
        cards.append(TargetCard(name=target.name, kind="class", labels=tuple(sorted(labels))))
    return tuple(cards)


def _wants_silence(manifest: Manifest, config: Config) -> bool:
    """Silence is learnt where there is noise to cut it from, unless the data set brings its own or has other targets."""
    only = manifest.targets[0]
    return bool(
        config.data.silence_class
        and manifest.noise_files
        and len(manifest.targets) == 1
        and only.kind == "class"
        and SILENCE not in manifest.labels()
    )


def _is_known(item: Item, targets: Sequence[TargetCard]) -> bool:
    return all(target.kind == "number" or str(item.targets[target.name]) in target.labels for target in targets)


def _label_words(item: Item, targets: Sequence[TargetCard]) -> str:
    return " ".join(f"{target.name}={item.targets[target.name]}" for target in targets if target.kind == "class")


def _truth(items: Sequence[Item], targets: Sequence[TargetCard]) -> dict[str, NDArray[Any]]:
    truth: dict[str, NDArray[Any]] = {}
    for target in targets:
        if target.kind == "number":
            numbers = np.asarray([float(item.targets[target.name]) for item in items])
            truth[target.name] = ((numbers - target.offset) / target.scale).astype(np.float32)
        else:
            index = {label: position for position, label in enumerate(target.labels)}
            truth[target.name] = np.asarray([index[str(item.targets[target.name])] for item in items], np.int32)
    return truth


ByPart = dict[Split, tuple[Item, ...]]


def _speech(
    manifest: Manifest, by_part: ByPart, targets: Sequence[TargetCard], config: Config, emit: Emit, cancel: CancelToken
) -> tuple[FrontEnd, dict[Split, Part]]:
    wanted = config.features
    assert isinstance(wanted, SpeechFeatureSpec)
    spec = resolve_rate(wanted, choose_rate(manifest, by_part["train"]))
    basis = mfcc_basis(spec)

    def power_of(item: Item) -> NDArray[np.float32]:
        audio = load_audio(manifest, item)
        return mfcc.trimmed_power(resample(audio.samples, audio.rate_hz, basis.rate_hz), spec, basis)[0]

    items = [item for part in SPLITS for item in by_part[part]]
    powers = dict(
        zip(
            (item.id for item in items),
            in_threads(power_of, items, stage="reading recordings", emit=emit, cancel=cancel),
            strict=True,
        )
    )
    noises = _noise_powers(manifest, basis, cancel)
    if _wants_silence(manifest, config):
        made = _make_silence(by_part, targets, noises, powers, seed=config.training.seed)
        by_part = {part: (*items, *made.get(part, ())) for part, items in by_part.items()}

    def features_of(power: NDArray[np.float32]) -> NDArray[np.floating]:
        return mfcc.cepstrum(mfcc.decibels(mfcc.mel_power(power, basis.mel), amin=spec.amin), spec, basis)

    front_end = SpeechFrontEnd(
        spec, basis, normalise.fit(spec.normalisation, [features_of(powers[item.id]) for item in by_part["train"]])
    )
    variation = augment.SpeechVariation(
        spec=config.augmentation,
        front_end=front_end,
        banks=warped_filters(spec, augment.warp_factors(config.augmentation.warp)),
        noises=tuple(mfcc.mel_power(noise, basis.mel) for noise in noises),
    )

    def part_of(items: tuple[Item, ...]) -> Part:
        own = [powers[item.id] for item in items]

        @functools.cache
        def frames(index: int) -> NDArray[np.float32]:
            return np.asarray(front_end.normaliser(features_of(own[index])), np.float32)

        def vary(index: int, rng: np.random.Generator) -> NDArray[Any]:
            return variation(own[index], rng)

        lengths = np.asarray([len(power) for power in own], np.int64)
        return Part(items, lengths, _truth(items, targets), frames, vary if config.augmentation.enabled else _plain(frames))

    return front_end, {part: part_of(items) for part, items in by_part.items()}


def _noise_powers(manifest: Manifest, basis: mfcc.MfccBasis, cancel: CancelToken) -> list[NDArray[np.float32]]:
    powers = []
    for file in manifest.noise_files:
        cancel.check()
        audio = read_audio(manifest.path / file, max_duration_s=_LONGEST_NOISE_S)
        powers.append(mfcc.power_spectrum(resample(audio.samples, audio.rate_hz, basis.rate_hz), basis))
    return powers


def _make_silence(
    by_part: ByPart,
    targets: Sequence[TargetCard],
    noises: Sequence[NDArray[np.float32]],
    powers: dict[str, NDArray[np.float32]],
    *,
    seed: int,
) -> ByPart:
    """Cut `_silence_` items from noise: as many as an average class has, as long as the other items, at many levels.

    Test stays as it is: a figure must count real items only.
    """
    rng = np.random.default_rng([seed, 7])
    n_classes = len(targets[0].labels) - 1
    made: ByPart = {}
    parts: tuple[Split, ...] = ("train", "validation")
    for part in parts:
        items = by_part[part]
        silent = []
        for index in range(-(-len(items) // n_classes)):
            like = powers[items[int(rng.integers(len(items)))].id]
            noise = noises[int(rng.integers(len(noises)))]
            start = rng.integers(len(noise))
            item = Item(id=f"{SILENCE}/{part}{index}", targets={targets[0].name: SILENCE})
            cut = np.take(noise, np.arange(start, start + len(like)), axis=0, mode="wrap")
            powers[item.id] = cut * np.float32(10.0 ** rng.uniform(-4.0, 0.0))
            silent.append(item)
        made[part] = tuple(silent)
    return made


def _text(
    _: Manifest, by_part: ByPart, targets: Sequence[TargetCard], config: Config, emit: Emit, cancel: CancelToken
) -> tuple[FrontEnd, dict[Split, Part]]:
    spec = config.features
    assert isinstance(spec, TextFeatureSpec)
    front_end = TextFrontEnd(spec, text.build_vocabulary([item.text or "" for item in by_part["train"]], spec))

    def part_of(items: tuple[Item, ...]) -> Part:
        cancel.check()
        tokens = [front_end.encode(item.text or "").frames for item in items]
        return _part_in_memory(items, targets, tokens, config.augmentation, augment.vary_tokens)

    parts = {part: part_of(items) for part, items in by_part.items()}
    n_items = sum(len(items) for items in by_part.values())
    emit(Progress(stage="reading texts", done=n_items, total=n_items, eta_s=0.0))
    return front_end, parts


def _numeric(
    manifest: Manifest, by_part: ByPart, targets: Sequence[TargetCard], config: Config, emit: Emit, cancel: CancelToken
) -> tuple[FrontEnd, dict[Split, Part]]:
    spec = config.features
    assert not isinstance(spec, SpeechFeatureSpec | TextFeatureSpec)
    items = [item for part in SPLITS for item in by_part[part]]
    read = functools.partial(load_numeric, manifest)
    arrays = in_threads(read, items, stage="reading sequences", emit=emit, cancel=cancel)
    values = dict(zip((item.id for item in items), arrays, strict=True))
    front_end: NumericFrontEnd = fit_numeric(spec, [values[item.id] for item in by_part["train"]])

    def part_of(items: tuple[Item, ...]) -> Part:
        frames = [front_end.encode(values[item.id]).frames for item in items]
        return _part_in_memory(items, targets, frames, config.augmentation, augment.vary_numeric)

    return front_end, {part: part_of(items) for part, items in by_part.items()}


def _part_in_memory(
    items: tuple[Item, ...],
    targets: Sequence[TargetCard],
    frames: Sequence[NDArray[Any]],
    spec: AugmentationSpec,
    vary: Callable[[NDArray[Any], AugmentationSpec, np.random.Generator], NDArray[Any]],
) -> Part:
    def varied(index: int, rng: np.random.Generator) -> NDArray[Any]:
        return vary(frames[index], spec, rng)

    lengths = np.asarray([len(values) for values in frames], np.int64)
    get = frames.__getitem__
    return Part(items, lengths, _truth(items, targets), get, varied if spec.enabled else _plain(get))


def _plain(frames: Callable[[int], NDArray[Any]]) -> Draw:
    def unchanged(index: int, _: np.random.Generator) -> NDArray[Any]:
        return frames(index)

    return unchanged
