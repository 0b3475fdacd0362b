"""How words are found in a stream of sound, and labelled."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from seqclass.specs.base import Probability, Share, Spec


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
    partial_ms: Annotated[
        Annotated[float, Meta(ge=20, le=5000)] | None,
        Meta(description="Step between guesses while a word is being said; unset: there are none, which saves time"),
    ] = 100.0
    level_ms: Annotated[float, Meta(ge=10, le=5000, description="Step between levels")] = 100.0
