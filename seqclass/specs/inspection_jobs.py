"""The jobs that look into a model: its gates, its memory, its answers under stress."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, field

from seqclass.specs.base import Positive, Probability, Spec, Split

StressAxis = Literal["snr_db", "gain_db", "shift_ms", "shift_frames", "speed", "low_hz", "high_hz", "drop", "replace"]


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
    hands: dict[str, Any] = field(default_factory=dict)


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
    data: dict[str, Any] = field(default_factory=dict)
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
    data: dict[str, Any] = field(default_factory=dict)
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
    data: dict[str, Any] = field(default_factory=dict)
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
    data: dict[str, Any] = field(default_factory=dict)
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
    data: dict[str, Any] = field(default_factory=dict)
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
    axis: StressAxis = "snr_db"
    values: tuple[float, ...] = ()
    stress: StressSpec = StressSpec()
    split: Split | Literal["all"] | None = None
    data: dict[str, Any] = field(default_factory=dict)
    manifest: str = ""
    csv: str = ""
