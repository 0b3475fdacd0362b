"""Texts and numeric sequences: read, fitted on the training part, encoded. Recordings stand in `seqclass.training.speech`."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from seqclass.data import augment
from seqclass.data.load import load_numeric
from seqclass.data.manifest import Item, Manifest
from seqclass.errors import ItemError
from seqclass.evaluation.evaluate import require_length
from seqclass.events import CancelToken, Emit
from seqclass.features import text
from seqclass.features.front_end import FrontEnd, NumericFrontEnd, TextFrontEnd, fit_numeric
from seqclass.model.bundle import TargetCard
from seqclass.specs import AugmentationSpec, NumericFeatureSpec, Split, TextFeatureSpec
from seqclass.training.parts import ByPart, Part, make_part
from seqclass.training.reading import counted, read_items

Reasons = dict[str, str]


@dataclass(frozen=True)
class Encoding:
    """What a source makes of the items that can be used."""

    front_end: FrontEnd
    parts: dict[Split, Part]
    warnings: tuple[str, ...] = ()


class Source(Protocol):
    """How items of one kind become parts.

    Attributes:
        made_labels: Classes beside those of the items, of which the source makes items itself.
    """

    made_labels: tuple[str, ...]

    def read(self, items: Sequence[Item]) -> tuple[dict[str, Any], Reasons]:
        """What each item holds by its id, and the reasons of those that cannot be used."""

    def encode(self, contents: dict[str, Any], by_part: ByPart, targets: Sequence[TargetCard]) -> Encoding:
        """Fit the front end on the training part and encode all parts."""


class TextSource:
    """Texts, which the scan has read already."""

    def __init__(self, spec: TextFeatureSpec, variation: AugmentationSpec, *, emit: Emit, cancel: CancelToken) -> None:
        self.made_labels: tuple[str, ...] = ()
        self._spec = spec
        self._variation = variation
        self._emit, self._cancel = emit, cancel

    def read(self, items: Sequence[Item]) -> tuple[dict[str, str], Reasons]:
        """The texts."""
        self._cancel.check()
        return {item.id: item.text or "" for item in items}, {}

    def encode(self, contents: dict[str, str], by_part: ByPart, targets: Sequence[TargetCard]) -> Encoding:
        """Build the vocabulary from the training texts alone, and cut all texts into tokens."""
        spec = self._spec
        vocabulary = text.build_vocabulary([contents[item.id] for item in by_part["train"]], spec)
        front_end = TextFrontEnd(spec, vocabulary)
        # One token more than is kept shows which texts are cut.
        uncut = TextFrontEnd(
            spec, text.Vocabulary(vocabulary.tokenizer, spec.lowercase, spec.max_tokens + 1, vocabulary.tokens)
        )
        parts: dict[Split, Part] = {}
        n_cut = 0
        for part, items in by_part.items():
            ids = []
            stage = f"reading texts of {part}"
            for item in counted(items, len(items), stage=stage, emit=self._emit, cancel=self._cancel):
                frames = uncut.encode(contents[item.id]).frames
                n_cut += len(frames) > spec.max_tokens
                ids.append(frames[: spec.max_tokens])
            vary = functools.partial(_vary_tokens, self._variation) if _is_varied(part, self._variation) else None
            parts[part] = make_part(items, targets, ids, vary)
        warnings = (_cut_warning(n_cut, spec),) if n_cut else ()
        return Encoding(front_end, parts, warnings)


class NumericSource:
    """Numeric sequences."""

    def __init__(
        self, manifest: Manifest, spec: NumericFeatureSpec, variation: AugmentationSpec, *, emit: Emit, cancel: CancelToken
    ) -> None:
        self.made_labels: tuple[str, ...] = ()
        self._manifest = manifest
        self._spec = spec
        self._variation = variation
        self._emit, self._cancel = emit, cancel

    def read(self, items: Sequence[Item]) -> tuple[dict[str, NDArray[Any]], Reasons]:
        """The sequences, each (n_frames, n_inputs); longer ones than ``features.max_frames`` cannot be used."""
        return read_items(self._read, items, stage="reading sequences", emit=self._emit, cancel=self._cancel)

    def encode(self, contents: dict[str, NDArray[Any]], by_part: ByPart, targets: Sequence[TargetCard]) -> Encoding:
        """Fit the normaliser on the training part and normalise all."""
        front_end: NumericFrontEnd = fit_numeric(self._spec, [contents[item.id] for item in by_part["train"]])
        parts: dict[Split, Part] = {}
        for part, items in by_part.items():
            self._cancel.check()
            vary = functools.partial(_vary_numeric, self._variation) if _is_varied(part, self._variation) else None
            parts[part] = make_part(items, targets, [front_end.encode(contents[item.id]).frames for item in items], vary)
        return Encoding(front_end, parts)

    def _read(self, item: Item) -> NDArray[np.float32]:
        values = load_numeric(self._manifest, item)
        require_length(values, self._spec)
        if np.abs(values).max() > np.finfo(np.float32).max:
            raise ItemError("it must hold finite numbers below 3e38, as float32 does")
        return values.astype(np.float32)  # what the front end works in; half the memory


def _is_varied(part: Split, variation: AugmentationSpec) -> bool:
    return part == "train" and variation.enabled


def _vary_tokens(spec: AugmentationSpec, tokens: NDArray[Any], rng: np.random.Generator) -> NDArray[Any]:
    return augment.vary_tokens(tokens, spec, rng)


def _vary_numeric(spec: AugmentationSpec, frames: NDArray[Any], rng: np.random.Generator) -> NDArray[Any]:
    return augment.vary_numeric(frames, spec, rng)


def _cut_warning(n_cut: int, spec: TextFeatureSpec) -> str:
    are = "1 text is" if n_cut == 1 else f"{n_cut} texts are"
    return f"{are} longer than features.max_tokens={spec.max_tokens} tokens and cut there. Raise it to keep their ends."
