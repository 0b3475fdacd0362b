"""Frozen specs: what a job shall do, with every default, range and one-line help in one place.

The description of each field is its help text. What a person writes (a TOML file, ``--set section.name=value``, a form, Python
arguments) becomes a spec in `seqclass.settings`, the one gate where it is validated.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

Kind = Literal["speech", "text", "numeric"]
Normalisation = Literal["utterance", "utterance_mean", "train", "running", "none"]
Pooling = Literal["last", "mean", "max", "attention"]
Tokenizer = Literal["auto", "words", "characters", "jieba"]
Split = Literal["train", "validation", "test"]
Preset = Literal["quick", "default", "thorough", "tutorial"]
SPLITS: tuple[Split, ...] = ("train", "validation", "test")

Positive = Annotated[int, Meta(ge=1)]
Share = Annotated[float, Meta(ge=0.0, le=0.9)]
Probability = Annotated[float, Meta(ge=0.0, le=1.0)]


class Spec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all specs: immutable, keyword-only, unknown names refused."""


class TargetSpec(Spec, frozen=True):
    """One thing to learn about each item: a class, or a number."""

    name: str = "label"
    kind: Literal["class", "number"] = "class"


class DataSpec(Spec, frozen=True):
    """How a folder is read and divided (Contract 1)."""

    targets: Annotated[
        tuple[TargetSpec, ...],
        Meta(description="What to learn: columns of a manifest, or parts of --pattern; empty means `label`"),
    ] = ()
    group: Annotated[str, Meta(description="Column that must not stand on both sides of a split")] = "speaker"
    pattern: Annotated[str, Meta(description='File name pattern of a flat folder, as "{label}_{speaker}_{take}.wav"')] = ""
    lines: Annotated[bool, Meta(description="Text: each line of a .txt file is an item, not the whole file")] = False
    validation_share: Annotated[Share, Meta(description="Share of the training part kept for validation; 0 trains on all")] = (
        0.1
    )
    test_share: Annotated[Share, Meta(description="Share kept for test where the data set names no test part")] = 0.1
    split_by: Annotated[
        Literal["auto", "group", "item"],
        Meta(description="Divide by group (speaker) or by item; auto: by group where there are at least four"),
    ] = "auto"
    salt: Annotated[str, Meta(description="Text that the split hash starts with; another salt, another split")] = "seqclass"
    max_duration_s: Annotated[float, Meta(gt=0, le=3600, description="Recordings longer than this are listed as problems")] = (
        60.0
    )
    silence_class: Annotated[bool, Meta(description="Learn `_silence_` from _background_noise_ where that folder exists")] = (
        True
    )


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


# What differs from the defaults above, by kind of data; docs/recipes.md says where each value comes from.
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


class DetectionSpec(Spec, frozen=True):
    """How words are found in a stream of sound."""

    onset_db: Annotated[float, Meta(ge=1, le=60, description="A word begins this far above the noise floor")] = 8.0
    onset_ms: Annotated[float, Meta(ge=10, le=500, description="... once it has stood there for so long")] = 30.0
    end_db: Annotated[float, Meta(ge=0, le=60, description="It ends below this height above the noise floor")] = 5.0
    range_db: Annotated[float, Meta(ge=5, le=100, description="... or this far below its own peak")] = 16.0
    decision_delay_ms: Annotated[
        float, Meta(ge=20, le=5000, description="Silence after which a word is over: the delay of every decision")
    ] = 160.0
    min_word_ms: Annotated[float, Meta(ge=10, le=5000, description="What is loud for less than this is no word")] = 80.0
    max_word_ms: Annotated[float, Meta(ge=200, le=60_000, description="What is longer is cut")] = 5000.0


class ListenSpec(Spec, frozen=True):
    """How a model listens."""

    detection: DetectionSpec = DetectionSpec()
    threshold: Annotated[
        Probability | None,
        Meta(description="A word less sure than this is `_unknown_`; unset: the threshold in the bundle, else none"),
    ] = None
    smoothing: Annotated[
        Share, Meta(description="Share that what was said so far has in each new answer; 0: each stands for itself")
    ] = 0.0
    pre_roll_ms: Annotated[float, Meta(ge=0, le=2000, description="Sound before a word's onset that belongs to it")] = 150.0
    post_roll_ms: Annotated[float, Meta(ge=0, le=2000, description="Sound after its end, as far as it has been heard")] = 100.0
    partial_ms: Annotated[float, Meta(ge=20, le=5000, description="Step between guesses while a word is being said")] = 100.0
    level_ms: Annotated[float, Meta(ge=10, le=5000, description="Step between levels")] = 100.0


# What differs from the speech defaults where the group (the speaker) is itself to be learnt: nothing may hide a voice.
VOICE_DEFAULTS: dict[str, dict[str, Any]] = {
    "features": {"n_mels": 40, "n_mfcc": 20, "normalisation": "train"},
    "augmentation": {"warp": 0.0, "mixup": 0.0},
}


class ComputeSpec(Spec, frozen=True):
    """Where features are computed and kept. None of it changes a number, so no bundle records it."""

    parallel: Annotated[
        str,
        Meta(
            pattern=r"^(local|dask:\S+)$", description="local: on this machine; dask:ADDRESS: by the workers of a Dask cluster"
        ),
    ] = "local"
    cache_mb: Annotated[
        int, Meta(ge=0, description="Most that features of all data sets may take in the cache; 0: nothing is kept there")
    ] = 8192


HERE = ComputeSpec()
"""On this machine, within the usual limit."""


class ScanJob(Spec, frozen=True, tag="scan", tag_field="job"):
    """List what is in a data set folder.

    Attributes:
        dataset: The folder.
        data: How it is read.
        manifest_out: A file to write the whole `Manifest` to, as JSON.
        fresh: Open every file, also those that an earlier scan knows.
    """

    dataset: str
    data: DataSpec = DataSpec()
    manifest_out: str = ""
    fresh: bool = False


class SampleJob(Spec, frozen=True, tag="sample", tag_field="job"):
    """Make the spoken sample in ``folder``, with ``takes`` recordings of each word by each voice."""

    folder: str
    takes: Positive = 3


class TrainJob(Spec, frozen=True, tag="train", tag_field="job"):
    """Train on a data set folder and write a bundle.

    Attributes:
        dataset: Folder (Contract 1).
        out: The bundle to write.
        settings: Sections of settings that differ from the preset's, as ``{"training": {"epochs": 5}}``.
        preset: Ready-made settings to start from (`seqclass.training.presets`).
        resume: Go on with the interrupted run whose settings and data match.
        pins: Items to trace after each epoch (`seqclass.inspection.film`): ids of the data set, files, or ``auto`` for a few of
            validation.
        workers: ``HOST:PORT`` of each process that trains together with this one, and of this one; the same list on all
            (`seqclass.training.workers`). Empty: this process trains alone.
        worker_index: Which of them this is. 0 is the chief, which alone writes the run and the bundle.
        workers_timeout_s: How long to wait until all of them are there.
        compute: Where features are computed and kept.
    """

    dataset: str
    out: str
    settings: dict[str, dict[str, Any]] = {}
    preset: Preset = "default"
    resume: bool = False
    pins: tuple[str, ...] = ()
    workers: tuple[str, ...] = ()
    worker_index: Annotated[int, Meta(ge=0)] = 0
    workers_timeout_s: Annotated[float, Meta(gt=0)] = 120.0
    compute: ComputeSpec = HERE


class EvaluateJob(Spec, frozen=True, tag="evaluate", tag_field="job"):
    """Measure a bundle on a data set.

    Attributes:
        bundle: The model.
        dataset: Folder (Contract 1).
        split: Unset: the test part of the bundle's own data set, all of another.
        data: How the folder is read where that differs from the bundle's own data set, as ``{"group": "street"}``.
        answers_out: A file to write what the model said of each item to (`seqclass.evaluation.answers`).
    """

    bundle: str
    dataset: str
    split: Split | Literal["all"] | None = None
    data: dict[str, Any] = {}
    answers_out: str = ""


class CrossvalJob(Spec, frozen=True, tag="crossval", tag_field="job"):
    """Train and test once a fold. ``by``: a group column (leave one group out), or a number of folds as text."""

    dataset: str
    by: str = "speaker"
    settings: dict[str, dict[str, Any]] = {}
    only: tuple[str, ...] = ()
    compute: ComputeSpec = HERE


class ClassifyJob(Spec, frozen=True, tag="classify", tag_field="job"):
    """Label files and texts with a bundle."""

    bundle: str
    items: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()


class TraceJob(Spec, frozen=True, tag="trace", tag_field="job"):
    """Write every gate and state of one item to ``out`` (.npz), and a picture of them to ``plot`` (.png, .svg, .pdf).

    Attributes:
        bundle: The model.
        item: A file.
        text: A text in place of it.
        out: The arrays; empty: none.
        plot: The picture; empty: none.
        timeline: What the model would say if the item ended at each frame (.csv, .npz, or a picture's ending); empty: none.
        stride: Frames between the points of the timeline; unset: what takes about half a second at most.
        ledger: What each frame wrote into memory and how much of it is left (likewise); empty: none.
        half: Whose ledger: ``layer0``, ``layer1.backward`` and so on; empty: the last layer's.
        at: The frame that the ledger looks back from; below 0: from the end.
        hands: Edits that the model runs with, as `seqclass.inspection.hands` saves them.
    """

    bundle: str
    item: str = ""
    text: str | None = None
    out: str = ""
    plot: str = ""
    timeline: str = ""
    stride: Positive | None = None
    ledger: str = ""
    half: str = ""
    at: int = -1
    hands: dict[str, Any] = {}


class HealthJob(Spec, frozen=True, tag="health", tag_field="job"):
    """Take the health of a model's gates over a data set (`seqclass.inspection.health`).

    Attributes:
        bundle: The model.
        dataset: Folder (Contract 1).
        other_bundle: A second model to compare it with; empty: none.
        split: As for `EvaluateJob`.
        data: As for `EvaluateJob`.
        manifest: As for `TracesJob`.
        csv: A file that gets a row a unit, or with two models a row a figure; empty: none.
        health_out: A file that gets all figures as JSON (`seqclass.inspection.health.read_health`); empty: none.
    """

    bundle: str
    dataset: str
    other_bundle: str = ""
    split: Split | Literal["all"] | None = None
    data: dict[str, Any] = {}
    manifest: str = ""
    csv: str = ""
    health_out: str = ""


class HandsJob(Spec, frozen=True, tag="hands", tag_field="job"):
    """Measure a bundle on a data set with edits to its gates, and without (`seqclass.inspection.hands`).

    Attributes:
        bundle: The model.
        dataset: Folder (Contract 1).
        hands: The edits, as `seqclass.inspection.hands` saves them.
        split: As for `EvaluateJob`.
        data: As for `EvaluateJob`.
        manifest: As for `TracesJob`.
    """

    bundle: str
    dataset: str
    hands: dict[str, Any]
    split: Split | Literal["all"] | None = None
    data: dict[str, Any] = {}
    manifest: str = ""


class TracesJob(Spec, frozen=True, tag="traces", tag_field="job"):
    """Trace a data set into the cache (`seqclass.inspection.store`).

    Attributes:
        bundle: The model.
        dataset: Folder (Contract 1).
        split: Which part.
        data: As for `EvaluateJob`.
        manifest: A file that `ScanJob` wrote; without it the folder is scanned.
        maps: Which of the six maps; empty: all.
        limit_mb: What all stores of the cache together may take.
    """

    bundle: str
    dataset: str
    split: Split | Literal["all"] = "all"
    data: dict[str, Any] = {}
    manifest: str = ""
    maps: tuple[Literal["input_gate", "forget_gate", "candidate", "output_gate", "cell", "hidden"], ...] = ()
    limit_mb: Positive = 4096


class SearchJob(Spec, frozen=True, tag="search", tag_field="job"):
    """Find the moments of a data set that are like a range of one item (`seqclass.inspection.search`).

    Attributes:
        bundle: The model.
        dataset: Folder (Contract 1).
        item: The item, by its id in the data set or as a file.
        text: A text in place of it.
        start: Where the range begins: seconds of sound, else the number of the frame, from 0.
        end: Where it ends: seconds of sound, else the number of the frame behind the last one.
        half: ``layer0``, ``layer0.backward`` and so on; empty: the last layer.
        state: What is compared.
        threshold: From where a unit is on; unset: what suits the range.
        context: Frames on either side in which the units are off; unset: 1 in a text, else 3.
        limit: Most hits that are listed.
        split: Which part is searched.
        data: As for `EvaluateJob`.
        manifest: As for `TracesJob`.
        csv: A file that gets a row a hit; empty: none.
    """

    bundle: str
    dataset: str
    start: Annotated[float, Meta(ge=0)]
    end: Annotated[float, Meta(gt=0)]
    item: str = ""
    text: str | None = None
    half: str = ""
    state: Literal["hidden", "cell"] = "hidden"
    threshold: Annotated[float, Meta(gt=0)] | None = None
    context: Annotated[int, Meta(ge=0, le=1000)] | None = None
    limit: Positive = 200
    split: Split | Literal["all"] = "all"
    data: dict[str, Any] = {}
    manifest: str = ""
    csv: str = ""


class AlignJob(Spec, frozen=True, tag="align", tag_field="job"):
    """Lay two items on one time axis (`seqclass.inspection.align`), or two models on one item.

    Attributes:
        bundle: The model.
        item: The first item, by its id in the data set or as a file.
        text: A text in place of it.
        other: The second item, likewise.
        other_text: A text in place of it.
        label: In place of a second item: the medoid of this class.
        other_bundle: In place of a second item: another model on the same one.
        dataset: Where ids, medoid and same-class pairs come from; empty: none of these.
        n_pairs: Same-class pairs that tell how far two takes of one class part as a rule; 0: none.
        data: As for `EvaluateJob`.
        manifest: As for `TracesJob`.
        out: A file (.npz) for the differences; empty: none.
    """

    bundle: str
    item: str = ""
    text: str | None = None
    other: str = ""
    other_text: str | None = None
    label: str = ""
    other_bundle: str = ""
    dataset: str = ""
    n_pairs: Annotated[int, Meta(ge=0, le=1000)] = 20
    data: dict[str, Any] = {}
    manifest: str = ""
    out: str = ""


class StressSpec(Spec, frozen=True):
    """What is done to an item before the model gets it. The defaults change nothing."""

    noise: Annotated[str, Meta(description="Speech: white, pink, or a recording of noise")] = "white"
    snr_db: Annotated[
        Annotated[float, Meta(ge=-60, le=120)] | None,
        Meta(description="Speech and numbers: noise so far below the item; unset: none"),
    ] = None
    gain_db: Annotated[float, Meta(ge=-120, le=60, description="Speech and numbers: louder, clipped at full scale; softer")] = (
        0.0
    )
    shift_ms: Annotated[
        float, Meta(ge=-10_000, le=10_000, description="Speech: silence before it; below 0: so much cut off")
    ] = 0.0
    shift_frames: Annotated[int, Meta(ge=-10_000, le=10_000, description="Numbers: the same, in frames")] = 0
    speed: Annotated[float, Meta(ge=0.25, le=4, description="Speech and numbers: faster, and higher in pitch")] = 1.0
    low_hz: Annotated[float, Meta(ge=0, description="Speech: nothing below this is left")] = 0.0
    high_hz: Annotated[
        Annotated[float, Meta(gt=0)] | None, Meta(description="Speech: nothing above this is left; unset: everything")
    ] = None
    drop: Annotated[Probability, Meta(description="Text: share of words that is left out")] = 0.0
    replace: Annotated[Probability, Meta(description="Text: share of words that becomes another one of the vocabulary")] = 0.0
    seed: Annotated[int, Meta(ge=0, le=2**31 - 1, description="Of noise and choices")] = 0


class StressJob(Spec, frozen=True, tag="stress", tag_field="job"):
    """Probability of the right class against the strength of a stress (`seqclass.inspection.stress_job`).

    Attributes:
        bundle: The model.
        dataset: Folder (Contract 1).
        axis: What is varied: a setting of `StressSpec`.
        values: Its values; empty: usual ones.
        stress: Everything else that is done to each item.
        split: As for `EvaluateJob`.
        data: As for `EvaluateJob`.
        manifest: As for `TracesJob`.
        csv: A file that gets a row a value and class; empty: none.
    """

    bundle: str
    dataset: str
    axis: Literal["snr_db", "gain_db", "shift_ms", "shift_frames", "speed", "low_hz", "high_hz", "drop", "replace"] = "snr_db"
    values: tuple[float, ...] = ()
    stress: StressSpec = StressSpec()
    split: Split | Literal["all"] | None = None
    data: dict[str, Any] = {}
    manifest: str = ""
    csv: str = ""


class VerifyJob(Spec, frozen=True, tag="verify", tag_field="job"):
    """Recompute a bundle's golden items with NumPy, Keras and librosa, stage by stage; with ``export`` those of an export."""

    bundle: str
    export: str = ""


class ImportJob(Spec, frozen=True, tag="import", tag_field="job"):
    """Turn a foreign model into a bundle.

    Attributes:
        file: A Keras model (.keras, .h5), or the ``state_dict`` of a PyTorch ``nn.LSTM`` (.safetensors, .npz).
        out: The bundle to write; empty: only tell what is in the file and what it leaves open.
        features: The front end: ``{"kind": "numeric"}``, ``{"kind": "speech", "sample_rate_hz": 16000, ...}`` or ``{"kind": "text",
            "vocabulary": [...]}``; see `seqclass.model.foreign.front_end_for`.
        labels: As for `seqclass.model.foreign.target_cards`.
        pooling: PyTorch: how frames become the vector that the head gets.
    """

    file: str
    out: str = ""
    features: dict[str, Any] = {}
    labels: tuple[str, ...] = ()
    pooling: Pooling = "last"


class ExportJob(Spec, frozen=True, tag="export", tag_field="job"):
    """Write a bundle in another form.

    Attributes:
        bundle: The model.
        out: File, or folder for ``savedmodel``.
        format: What to write.
        items: ``html``: files whose maps the page shows.
        texts: ``html``: texts.
        n_frames: ``tflite``: the length that the model is laid down for.
    """

    bundle: str
    out: str
    format: Literal["keras", "onnx", "tflite", "savedmodel", "html"]
    items: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    n_frames: Annotated[int, Meta(ge=1, le=2_000)] = 100


class DemoJob(Spec, frozen=True, tag="demo", tag_field="job"):
    """The whole path on a spoken sample made on the spot, inside ``folder``."""

    folder: str


class RecordJob(Spec, frozen=True, tag="record", tag_field="job"):
    """Record a microphone into a WAV file.

    Attributes:
        out: The file.
        device: Name of a microphone, or a part of it; empty: the system's default.
        seconds: End by itself after this long; unset: only when asked to.
    """

    out: str
    device: str = ""
    seconds: Annotated[float, Meta(gt=0, le=86_400)] | None = None


class RecoverJob(Spec, frozen=True, tag="recover", tag_field="job"):
    """Save the takes of recordings that were killed: to ``out`` if there is one, else to where each was meant to go."""

    out: str = ""


class ListenJob(Spec, frozen=True, tag="listen", tag_field="job"):
    """Hear words in a microphone's sound, or in the recording ``input``, and label them.

    Attributes:
        bundle: The model.
        input: A recording; empty: listen to a microphone.
        device: As for `RecordJob`.
        csv: A file that gets a row a word; empty: none.
    """

    bundle: str
    input: str = ""
    device: str = ""
    listen: ListenSpec = ListenSpec()
    csv: str = ""


Job = (
    ScanJob
    | SampleJob
    | TrainJob
    | EvaluateJob
    | CrossvalJob
    | ClassifyJob
    | TraceJob
    | HealthJob
    | HandsJob
    | TracesJob
    | SearchJob
    | AlignJob
    | StressJob
    | VerifyJob
    | ImportJob
    | ExportJob
    | DemoJob
    | RecordJob
    | RecoverJob
    | ListenJob
)
