"""What the training loop draws from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seqclass.data.items import values_of
from seqclass.data.manifest import Item
from seqclass.model.bundle import TargetCard
from seqclass.specs import Split

ByPart = dict[Split, Sequence[Item]]
Get = Callable[[int], NDArray[Any]]
Draw = Callable[[Sequence[int], Sequence[np.random.Generator]], Sequence[NDArray[Any]]]


@dataclass(frozen=True)
class Part:
    """One part of a data set, ready for batches.

    Attributes:
        items: In manifest order; made-up silence comes last.
        lengths: Frames of each item before variation, (n_items,).
        truth: For each target the class index (int32) or the scaled number (float32), (n_items,).
        frames: Frames of item ``index`` as the network shall get them in evaluation.
        vary_each: The same of several items, varied; in the training part only. What comes of an item depends on no other.
        mixup: How much items of a batch are mixed, see `seqclass.data.augment.mixture`.
    """

    items: Sequence[Item]
    lengths: NDArray[np.int64]
    truth: dict[str, NDArray[Any]]
    frames: Get
    vary_each: Draw
    mixup: float = 0.0


def make_part(
    items: Sequence[Item],
    targets: Sequence[TargetCard],
    frames: Sequence[NDArray[Any]],
    vary: Callable[[NDArray[Any], np.random.Generator], NDArray[Any]] | None = None,
) -> Part:
    """A part whose frames are in memory.

    Args:
        items: One for each of ``frames``.
        targets: What is learnt about them.
        frames: Each (n_frames, n_features), or token ids (n_frames,).
        vary: From an item's frames to varied ones; None: they stay as they are.
    """

    def draw(indices: Sequence[int], rngs: Sequence[np.random.Generator]) -> Sequence[NDArray[Any]]:
        chosen = [frames[index] for index in indices]
        return chosen if vary is None else list(map(vary, chosen, rngs))

    lengths = np.asarray([len(values) for values in frames], np.int64)
    return Part(items, lengths, truth_of(items, targets), frames.__getitem__, draw)


def truth_of(items: Sequence[Item], targets: Sequence[TargetCard]) -> dict[str, NDArray[Any]]:
    """For each target what the network shall say: class indices (int32), or numbers scaled (float32), each (n_items,)."""
    truth: dict[str, NDArray[Any]] = {}
    for target in targets:
        if target.kind == "number":
            numbers = np.asarray([float(values[target.name]) for values in values_of(items, "targets")])
            truth[target.name] = ((numbers - target.offset) / target.scale).astype(np.float32)
        else:
            index = {label: position for position, label in enumerate(target.labels)}
            truth[target.name] = np.asarray(
                [index[str(values[target.name])] for values in values_of(items, "targets")], np.int32
            )
    return truth
