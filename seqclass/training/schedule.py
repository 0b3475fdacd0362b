"""How long to train and how fast to learn."""

from __future__ import annotations

import math
from typing import NamedTuple

from seqclass.specs import TrainingSpec

# Learning rate: share of the epochs in which `onecycle` rises, and what remains of it at the end.
_WARM_UP = 0.15
_LAST_RATE = 0.01
# A small data set needs as many steps as a large one, so it gets more epochs and smaller batches (docs/recipes.md).
_STEPS = 1200
_FEWEST_EPOCHS = 8
_MOST_EPOCHS = 200
_BATCHES = ((2000, 64), (500, 32), (0, 16))


class Plan(NamedTuple):
    """Epochs at most, and sequences a step."""

    epochs: int
    batch_size: int


def plan(spec: TrainingSpec, n_items: int) -> Plan:
    """Fill in what the settings leave open, from the number of training items."""
    batch_size = spec.batch_size or next(size for least, size in _BATCHES if n_items >= least)
    steps_an_epoch = math.ceil(n_items / batch_size)
    epochs = spec.epochs or min(max(_FEWEST_EPOCHS, math.ceil(_STEPS / steps_an_epoch)), _MOST_EPOCHS)
    return Plan(epochs, batch_size)


def learning_rate(spec: TrainingSpec, share_done: float, *, plateau_factor: float = 1.0) -> float:
    """The learning rate at a moment of the training.

    Source of ``onecycle``: Smith and Topin, "Super-Convergence", 2018; here the fall is a cosine, as in Loshchilov and Hutter, "SGDR",
    2017.

    Args:
        spec: Schedule and greatest rate.
        share_done: 0 at the first step, 1 after the last epoch.
        plateau_factor: What `plateau` has cut the rate to so far.
    """
    if spec.schedule == "constant":
        return spec.learning_rate
    if spec.schedule == "plateau":
        return spec.learning_rate * plateau_factor
    if spec.schedule == "onecycle":
        if share_done < _WARM_UP:
            return spec.learning_rate * max(share_done / _WARM_UP, _LAST_RATE)
        share_done = (share_done - _WARM_UP) / (1 - _WARM_UP)
    return spec.learning_rate * (_LAST_RATE + (1 - _LAST_RATE) * 0.5 * (1 + math.cos(math.pi * share_done)))
