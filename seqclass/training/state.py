"""Where a run stands, apart from Keras: listing runs must not load it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray

Arrays = list[NDArray[Any]]


@dataclass
class State:
    """Where a run stands after an epoch: all that `resume` needs.

    Attributes:
        epoch: Epochs done.
        variables: Weights and random states of the model.
        optimizer: Its variables.
        average: Running average of the trainable weights; empty where there is none.
        best: The weights kept so far.
        best_epoch: When they were reached; 0: not yet.
        best_loss: Their validation loss.
        rate_factor: What a plateau has halved the learning rate by.
        history: Figures of each epoch.
        seconds: Training time so far.
    """

    epoch: int = 0
    variables: Arrays = field(default_factory=list)
    optimizer: Arrays = field(default_factory=list)
    average: Arrays = field(default_factory=list)
    best: Arrays = field(default_factory=list)
    best_epoch: int = 0
    best_loss: float = math.inf
    rate_factor: float = 1.0
    history: list[dict[str, Any]] = field(default_factory=list)
    seconds: float = 0.0
