"""The network, how it is trained, and all settings of a training run together."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta

from seqclass.specs.base import Kind, Pooling, Probability, Share, Spec
from seqclass.specs.data import DataSpec
from seqclass.specs.features import FeatureSpec


class ModelSpec(Spec, frozen=True):
    """[Embedding] -> LSTM x n -> pooling -> Dense x m -> logits for each target."""

    embedding_dim: Annotated[int, Meta(ge=1, le=4096, description="Text: numbers that stand for a token")] = 64
    lstm: Annotated[
        tuple[Annotated[int, Meta(ge=1, le=4096)], ...],
        Meta(min_length=1, max_length=16, description="Units of each LSTM layer"),
    ] = (64, 64)
    bidirectional: Annotated[bool, Meta(description="Read each layer in both directions (not causal)")] = False
    pooling: Annotated[
        tuple[Pooling, ...],
        Meta(min_length=1, max_length=4, description="How frames become one vector; several are joined"),
    ] = ("mean", "max")
    dense: Annotated[
        tuple[Annotated[int, Meta(ge=1, le=4096)], ...],
        Meta(max_length=8, description="Units of each Dense layer before the logits"),
    ] = ()
    activation: Annotated[Literal["relu", "tanh", "gelu", "elu"], Meta(description="Of the Dense layers")] = "relu"
    input_dropout: Annotated[Share, Meta(description="Dropout on frames or embeddings, in training only")] = 0.0
    lstm_dropout: Annotated[Share, Meta(description="Dropout between LSTM layers, in training only")] = 0.2
    head_dropout: Annotated[Share, Meta(description="Dropout before each Dense layer and the logits, in training only")] = 0.3


class AugmentationSpec(Spec, frozen=True):
    """How training items are varied, anew in each epoch. Validation and test items never are."""

    enabled: Annotated[bool, Meta(description="false: train on the items as they are")] = True
    warp: Annotated[
        float, Meta(ge=0, le=0.5, description="Speech: vocal tract length; frequency axis warped by up to this share")
    ] = 0.2
    tempo: Annotated[float, Meta(ge=0, le=0.5, description="Stretched or squeezed in time by up to this share")] = 0.25
    gain_db: Annotated[float, Meta(ge=0, le=60, description="Speech: louder or softer by up to this")] = 0.0
    tilt_db: Annotated[
        float,
        Meta(ge=0, le=40, description="Speech: deviation of a random smooth frequency response, as of another microphone"),
    ] = 0.0
    shift_ms: Annotated[
        float, Meta(ge=0, le=1000, description="Speech: up to this much cut off at each edge, moving the start")
    ] = 30.0
    edge_silence_ms: Annotated[
        float, Meta(ge=0, le=5000, description="Speech: up to this much room tone added at each edge")
    ] = 0.0
    noise_probability: Annotated[Probability, Meta(description="Speech: share of items with noise mixed in")] = 0.8
    snr_min_db: Annotated[float, Meta(ge=-20, le=80, description="Speech: loudest noise, as signal-to-noise ratio")] = 5.0
    snr_max_db: Annotated[float, Meta(ge=-20, le=80, description="Speech: softest noise, as signal-to-noise ratio")] = 25.0
    time_masks: Annotated[int, Meta(ge=0, le=20, description="Ranges of frames set to zero")] = 1
    time_mask_share: Annotated[float, Meta(ge=0, le=1, description="Longest range, as share of the item")] = 0.2
    feature_masks: Annotated[int, Meta(ge=0, le=20, description="Ranges of features set to zero")] = 0
    feature_mask_width: Annotated[int, Meta(ge=0, le=256, description="Widest range of features")] = 3
    feature_noise: Annotated[float, Meta(ge=0, le=2, description="Deviation of noise added to normalised frames")] = 0.0
    mixup: Annotated[
        float, Meta(ge=0, le=10, description="Speech: items of a batch laid over one another; beta distribution's parameter")
    ] = 0.3
    token_dropout: Annotated[Probability, Meta(description="Text: share of tokens replaced by `unknown`")] = 0.2


class TrainingSpec(Spec, frozen=True):
    """The training loop."""

    epochs: Annotated[
        Annotated[int, Meta(ge=1, le=100_000)] | None,
        Meta(description="Passes over the training part at most; unset: enough for 1,200 steps, 8 to 200"),
    ] = None
    batch_size: Annotated[
        Annotated[int, Meta(ge=1, le=65_536)] | None,
        Meta(description="Sequences a step; unset: 16 to 64, by the number of items"),
    ] = None
    optimizer: Annotated[Literal["adam", "adamw", "sgd", "rmsprop"], Meta(description="Update rule")] = "adamw"
    learning_rate: Annotated[float, Meta(gt=0, le=10, description="Greatest step size")] = 2e-3
    schedule: Annotated[
        Literal["constant", "cosine", "onecycle", "plateau"],
        Meta(description="cosine: falls to 0; onecycle: rises, then falls; plateau: halves when validation stops improving"),
    ] = "onecycle"
    weight_decay: Annotated[float, Meta(ge=0, le=10, description="adamw: decoupled weight decay")] = 1e-2
    clip_norm: Annotated[float, Meta(ge=0, description="Greatest norm of all gradients together; 0: no limit")] = 1.0
    label_smoothing: Annotated[float, Meta(ge=0, lt=1, description="Share of the label spread over all classes")] = 0.1
    weight_average: Annotated[
        float,
        Meta(ge=0, lt=1, description="Decay of the running average of weights that is evaluated and kept; 0: none"),
    ] = 0.99
    class_weights: Annotated[
        Literal["none", "balanced"], Meta(description="balanced: rare classes weigh more, by inverse count")
    ] = "balanced"
    patience: Annotated[
        int, Meta(ge=0, description="Epochs without a better validation loss before stopping; 0: never stop early")
    ] = 0
    min_validation: Annotated[
        int, Meta(ge=0, description="With fewer validation items no epoch is chosen by them, unless patience is set")
    ] = 50
    lstm: Annotated[
        Literal["auto", "keras"],
        Meta(description="auto: the faster way to train where there is one, with the same gradients; keras: that of Keras"),
    ] = "auto"
    seed: Annotated[int, Meta(ge=0, le=2**31 - 1, description="Of weights, order and augmentation")] = 0
    tensorboard: Annotated[str, Meta(description="Folder for TensorBoard logs; empty: none")] = ""


class Config(Spec, frozen=True):
    """All settings of a training run, every value set. This is what a bundle records."""

    data: DataSpec
    features: FeatureSpec
    model: ModelSpec
    augmentation: AugmentationSpec
    training: TrainingSpec


# What differs from the defaults in the specs, by kind of data; docs/recipes.md says where each value comes from.
KIND_DEFAULTS: dict[Kind, dict[str, dict[str, Any]]] = {
    "speech": {},
    "text": {
        "model": {"embedding_dim": 64, "lstm": (64,), "input_dropout": 0.5, "head_dropout": 0.5},
        "augmentation": {"token_dropout": 0.2},
        "training": {"weight_average": 0.0},
    },
    "numeric": {
        "model": {"lstm": (64, 64), "pooling": ("max",), "lstm_dropout": 0.5, "head_dropout": 0.5},
        "augmentation": {"tempo": 0.0, "time_masks": 0, "feature_noise": 0.1},
        "training": {"label_smoothing": 0.0, "weight_average": 0.0},
    },
}


# What differs from the speech defaults where the group (the speaker) is itself to be learnt: nothing may hide a voice.
VOICE_DEFAULTS: dict[str, dict[str, Any]] = {
    "features": {"n_mels": 40, "n_mfcc": 20, "normalisation": "train"},
    "augmentation": {"warp": 0.0, "mixup": 0.0},
}
