"""The jobs about data sets, models and sound: one spec each, which `seqclass.jobs` has done."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, field

from seqclass.specs.base import Pooling, Positive, Preset, Spec, Split
from seqclass.specs.computing import HERE, ComputeSpec, Parallel
from seqclass.specs.data import DataSpec
from seqclass.specs.listening import ListenSpec


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
    settings: dict[str, dict[str, Any]] = field(default_factory=dict)
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
        parallel: Who computes features of recordings that are not in the cache. A cluster puts them there.
    """

    bundle: str
    dataset: str
    split: Split | Literal["all"] | None = None
    data: dict[str, Any] = field(default_factory=dict)
    answers_out: str = ""
    parallel: Parallel = "local"


class CrossvalJob(Spec, frozen=True, tag="crossval", tag_field="job"):
    """Train and test once a fold. ``by``: a group column (leave one group out), or a number of folds as text."""

    dataset: str
    by: str = "speaker"
    settings: dict[str, dict[str, Any]] = field(default_factory=dict)
    only: tuple[str, ...] = ()
    compute: ComputeSpec = HERE


class ClassifyJob(Spec, frozen=True, tag="classify", tag_field="job"):
    """Label files and texts with a bundle."""

    bundle: str
    items: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()


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
    features: dict[str, Any] = field(default_factory=dict)
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
