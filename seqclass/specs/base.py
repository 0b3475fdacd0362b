"""What all specs share: their base, and the words and ranges that several of them use."""

from __future__ import annotations

from typing import Annotated, Literal

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
