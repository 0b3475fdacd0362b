"""From item to frames, by kind of data."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from seqclass.specs.base import Normalisation, Positive, Spec, Tokenizer


class SpeechFeatureSpec(Spec, frozen=True, tag="speech", tag_field="kind"):
    """MFCC frames of a recording, as librosa defines them."""

    sample_rate_hz: Annotated[
        Annotated[int, Meta(ge=2000, le=192_000)] | None,
        Meta(description="Rate at which features are computed; unset: the lowest that 5 % of training has, at most 16000"),
    ] = None
    window_ms: Annotated[float, Meta(ge=2, le=500, description="Length of the analysis window")] = 32.0
    hop_ms: Annotated[float, Meta(ge=1, le=200, description="Step from one frame to the next")] = 16.0
    n_fft: Annotated[Positive | None, Meta(description="FFT length; unset: the next power of two from the window")] = None
    n_mels: Annotated[int, Meta(ge=2, le=256, description="Mel bands")] = 20
    f_min_hz: Annotated[float, Meta(ge=0, description="Lower edge of the mel bands")] = 60.0
    f_max_hz: Annotated[float | None, Meta(description="Upper edge of the mel bands; unset: half the rate")] = None
    n_mfcc: Annotated[int, Meta(ge=1, le=256, description="Cepstral coefficients, the zeroth included")] = 13
    amin: Annotated[float, Meta(gt=0, le=1, description="Power floor before the logarithm; keeps digital silence finite")] = (
        1e-6
    )
    delta_order: Annotated[int, Meta(ge=0, le=2, description="0: none, 1: first, 2: first and second time derivatives")] = 1
    delta_width: Annotated[int, Meta(ge=3, le=51, description="Frames that a derivative spans, odd")] = 9
    preemphasis: Annotated[float, Meta(ge=0, lt=1, description="y[t] - a*y[t-1] before the transform; 0: none")] = 0.0
    remove_dc: Annotated[bool, Meta(description="Subtract the recording's mean first (not causal)")] = False
    trim_db: Annotated[
        Annotated[float, Meta(ge=5, le=120)] | None,
        Meta(description="Cut edge silence this far below the loudest frame; unset: keep all (causal)"),
    ] = 35.0
    trim_margin_ms: Annotated[float, Meta(ge=0, le=2000, description="Silence that the cut leaves at each edge")] = 32.0
    floor_db: Annotated[
        Annotated[float, Meta(ge=5, le=200)] | None,
        Meta(description="Lift what lies this far below the loudest mel value up to there; unset: no (causal)"),
    ] = 40.0
    normalisation: Annotated[
        Normalisation,
        Meta(
            description="utterance: each item to mean 0, deviation 1 per coefficient; utterance_mean: mean only; train: by the "
            "training set's figures; running: causal, from what was heard so far"
        ),
    ] = "utterance"


class TextFeatureSpec(Spec, frozen=True, tag="text", tag_field="kind"):
    """Tokens of a text."""

    tokenizer: Annotated[
        Tokenizer, Meta(description="auto: words, or characters where most letters belong to scripts without spaces")
    ] = "auto"
    lowercase: Annotated[bool, Meta(description="Fold case before counting")] = True
    max_vocabulary: Annotated[int, Meta(ge=1, le=1_000_000, description="Most frequent tokens that are kept")] = 20_000
    min_count: Annotated[int, Meta(ge=1, description="Times that a token must occur in training to be kept")] = 2
    max_tokens: Annotated[int, Meta(ge=1, le=100_000, description="Longer texts are cut here, and training says so")] = 400


class NumericFeatureSpec(Spec, frozen=True, tag="numeric", tag_field="kind"):
    """Frames that are numbers already."""

    normalisation: Annotated[Normalisation, Meta(description="As for speech")] = "train"
    delta_order: Annotated[int, Meta(ge=0, le=2, description="Time derivatives to append")] = 0
    delta_width: Annotated[int, Meta(ge=3, le=51, description="Frames that a derivative spans, odd")] = 9
    max_frames: Annotated[int, Meta(ge=1, le=1_000_000, description="Longer sequences are left out, and training says so")] = (
        20_000
    )


FeatureSpec = SpeechFeatureSpec | TextFeatureSpec | NumericFeatureSpec
