"""Front ends: everything between an item and the first LSTM that is not learnt by gradient.

A front end is fitted on the training part, travels in the bundle, and is the one code that training, `classify`, `trace`
and live listening share.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from seqclass.audio.resample import resample
from seqclass.errors import ItemError
from seqclass.features import deltas, normalise, text
from seqclass.features.mfcc import MfccBasis, frame_times_s, hop_length, mfcc
from seqclass.features.normalise import Normaliser
from seqclass.specs import FeatureSpec, Kind, Normalisation, NumericFeatureSpec, SpeechFeatureSpec, TextFeatureSpec

Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Encoded:
    """One item as the network gets it.

    Attributes:
        frames: Speech and numeric: (n_frames, n_features) float32, normalised. Text: token ids (n_frames,) int32.
        features: The same before normalisation; text: the ids.
        times_s: Speech: centre of each frame in seconds; otherwise the frame's index. (n_frames,) float64.
        tokens: Text: the tokens, unknown ones as written.
    """

    frames: NDArray[Any]
    features: NDArray[Any]
    times_s: NDArray[np.float64]
    tokens: tuple[str, ...] = ()


@dataclass(frozen=True)
class SpeechFrontEnd:
    """MFCC frames. ``spec`` has rate, FFT length and band edges filled in."""

    spec: SpeechFeatureSpec
    basis: MfccBasis
    normaliser: Normaliser

    kind: ClassVar[Kind] = "speech"

    @property
    def n_features(self) -> int:
        """Numbers a frame."""
        return self.basis.n_features

    @property
    def is_causal(self) -> bool:
        """Whether a frame depends on nothing later than its own window."""
        spec = self.spec
        is_causal = self.normaliser.is_causal and not spec.remove_dc and spec.delta_order == 0
        return is_causal and spec.trim_db is None and spec.floor_db is None

    def encode(self, samples: NDArray[np.floating], rate_hz: int) -> Encoded:
        """From a recording to frames.

        Args:
            samples: (n_samples,), full scale 1, at any rate.
            rate_hz: Their rate.
        """
        at_rate = resample(np.asarray(samples, np.float32), rate_hz, self.basis.rate_hz)
        return self.finish(*mfcc(at_rate, self.spec, self.basis))

    def finish(self, features: NDArray[np.floating], first_frame: int) -> Encoded:
        """From features (n_frames, n_features), the first of them frame ``first_frame`` of the recording, to frames."""
        frames = np.ascontiguousarray(self.normaliser(features), np.float32)
        return Encoded(frames, features, frame_times_s(len(frames), first_frame, self.basis))

    def arrays(self) -> Arrays:
        """What `from_arrays` needs."""
        return {
            "features.window": self.basis.window,
            "features.mel": self.basis.mel,
            "features.dct": self.basis.dct,
            "features.delta_kernels": self.basis.delta_kernels,
            "features.mean": self.normaliser.mean,
            "features.deviation": self.normaliser.deviation,
        }


@dataclass(frozen=True)
class NumericFrontEnd:
    """Numbers as they are, with derivatives where asked, normalised."""

    spec: NumericFeatureSpec
    delta_kernels: NDArray[np.float64]
    normaliser: Normaliser

    kind: ClassVar[Kind] = "numeric"

    @property
    def n_features(self) -> int:
        """Numbers a frame, derivatives included."""
        return len(self.normaliser.mean)

    @property
    def is_causal(self) -> bool:
        """Whether a frame depends on nothing later."""
        return self.normaliser.is_causal and self.spec.delta_order == 0

    def encode(self, values: NDArray[np.floating]) -> Encoded:
        """From a sequence (n_frames, n_inputs) to frames.

        Raises:
            ItemError: The number of inputs is not that of the training data, or a number is too large.
        """
        expected = self.n_features // (1 + len(self.delta_kernels))
        if values.ndim != 2 or values.shape[1] != expected:
            raise ItemError(
                f"Frames must have {expected} features, as in training. Received: shape {values.shape}. "
                "Give an array of shape (n_frames, n_features)."
            )
        features = deltas.append_deltas(_single_precision(values), self.delta_kernels)
        frames = np.ascontiguousarray(self.normaliser(features), np.float32)
        return Encoded(frames, features, np.arange(len(frames), dtype=np.float64))

    def arrays(self) -> Arrays:
        """What `from_arrays` needs."""
        return {
            "features.delta_kernels": self.delta_kernels,
            "features.mean": self.normaliser.mean,
            "features.deviation": self.normaliser.deviation,
        }


@dataclass(frozen=True)
class TextFrontEnd:
    """Tokens and their ids."""

    spec: TextFeatureSpec
    vocabulary: text.Vocabulary

    kind: ClassVar[Kind] = "text"

    @property
    def is_causal(self) -> bool:
        """Tokens depend on nothing later, except that a word segmenter may cut by what follows."""
        return self.vocabulary.tokenizer != "jieba"

    def encode(self, content: str) -> Encoded:
        """From a text to token ids."""
        tokens = self.vocabulary.split(content)
        ids = self.vocabulary.encode(tokens)
        return Encoded(ids, ids, np.arange(len(ids), dtype=np.float64), tuple(tokens))

    def arrays(self) -> Arrays:
        """None: the vocabulary is text."""
        return {}


FrontEnd = SpeechFrontEnd | NumericFrontEnd | TextFrontEnd


def fit_numeric(spec: NumericFeatureSpec, sequences: Sequence[NDArray[np.floating]]) -> NumericFrontEnd:
    """Fit a numeric front end on training sequences, each (n_frames, n_inputs)."""
    kernels = deltas.kernels(spec.delta_order, spec.delta_width)
    with_deltas = [deltas.append_deltas(_single_precision(values), kernels) for values in sequences]
    return NumericFrontEnd(spec, kernels, normalise.fit(spec.normalisation, with_deltas))


def to_plain(front_end: FrontEnd) -> dict[str, Any]:
    """The part of a front end that goes into the bundle's JSON."""
    plain: dict[str, Any] = {"spec": msgspec.to_builtins(front_end.spec)}
    if isinstance(front_end, TextFrontEnd):
        vocabulary = front_end.vocabulary
        plain["tokenizer"] = vocabulary.tokenizer
        plain["vocabulary"] = list(vocabulary.tokens)
        if vocabulary.unknown_id != text.UNKNOWN_ID:
            plain["unknown_id"] = vocabulary.unknown_id
    return plain


def from_plain(plain: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> FrontEnd:
    """The reverse of `to_plain` and ``arrays()``.

    Raises:
        msgspec.ValidationError: The plain part is not what `to_plain` gives.
        KeyError: An array or a part is missing.
        ValueError: An array does not fit the settings.
    """
    spec: FeatureSpec = msgspec.convert(plain["spec"], SpeechFeatureSpec | TextFeatureSpec | NumericFeatureSpec)
    if isinstance(spec, TextFeatureSpec):
        tokens = msgspec.convert(plain["vocabulary"], tuple[str, ...])
        name = msgspec.convert(plain["tokenizer"], text.TokenizerName)
        unknown_id = msgspec.convert(plain.get("unknown_id", text.UNKNOWN_ID), int)
        if not 0 <= unknown_id < len(tokens):
            raise ValueError(f"unknown_id must be one of {len(tokens)} tokens, not {unknown_id}")
        return TextFrontEnd(spec, text.Vocabulary(name, spec.lowercase, spec.max_tokens, tokens, unknown_id))
    if spec.delta_width % 2 == 0:
        raise ValueError(f"delta_width must be odd, not {spec.delta_width}")
    kernels = _fitting(arrays, "features.delta_kernels", (spec.delta_order, spec.delta_width))
    if isinstance(spec, NumericFeatureSpec):
        n_features = len(arrays["features.mean"])
        if n_features == 0 or n_features % (1 + spec.delta_order):
            raise ValueError(f"{n_features} features cannot hold {spec.delta_order} derivatives of each input")
        return NumericFrontEnd(spec, kernels, _normaliser(spec.normalisation, arrays, n_features))
    if spec.sample_rate_hz is None or spec.n_fft is None:
        raise ValueError("sample_rate_hz and n_fft must be set")
    basis = MfccBasis(
        window=_fitting(arrays, "features.window", (spec.n_fft,)),
        mel=_fitting(arrays, "features.mel", (spec.n_mels, spec.n_fft // 2 + 1)),
        dct=_fitting(arrays, "features.dct", (spec.n_mfcc, spec.n_mels)),
        delta_kernels=kernels,
        hop_length=hop_length(spec, spec.sample_rate_hz),
        rate_hz=spec.sample_rate_hz,
    )
    return SpeechFrontEnd(spec, basis, _normaliser(spec.normalisation, arrays, basis.n_features))


def _normaliser(method: Normalisation, arrays: Mapping[str, NDArray[Any]], n_features: int) -> Normaliser:
    return Normaliser(method, *(_fitting(arrays, f"features.{name}", (n_features,)) for name in ("mean", "deviation")))


def _fitting(arrays: Mapping[str, NDArray[Any]], name: str, shape: tuple[int, ...]) -> NDArray[Any]:
    values = arrays[name]
    if values.shape != shape or values.dtype.kind != "f" or not np.isfinite(values).all():
        raise ValueError(f"{name} must be finite numbers of shape {shape}, not {values.dtype} {values.shape}")
    return values


def _single_precision(values: NDArray[np.floating]) -> NDArray[np.float32]:
    with np.errstate(over="ignore"):
        single = np.asarray(values, np.float32)
    if not np.isfinite(single).all():
        raise ItemError("it must hold finite numbers below 3e38, as float32 does")
    return single
