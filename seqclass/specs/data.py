"""How a data set folder is read and divided, and what is learnt about its items."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from seqclass.specs.base import Share, Spec


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
