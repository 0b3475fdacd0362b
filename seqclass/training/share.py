"""What a training loop asks of those that it shares the work with; here of nobody."""

from __future__ import annotations

import contextlib
from typing import Any

from numpy.typing import NDArray

from seqclass.training.drawing import Batch


class Share:
    """All of the work: a training in one process. `seqclass.training.workers.step` has the share of one of several workers.

    Attributes:
        index: Which worker this is, from 0.
        n_workers: How many there are.
    """

    index: int = 0
    n_workers: int = 1

    def require_same(self, settings: dict[str, str]) -> None:
        """End all workers where one has settled something else than another, once what to do depends on it."""

    def in_step(self) -> contextlib.AbstractContextManager[None]:
        """Within the block all workers do the same at the same time, so that a person's wish must wait until all know of it."""
        return contextlib.nullcontext()

    def before(self, batch: Batch) -> None:
        """Called before each step with the rows that it will see."""

    def after(self) -> None:
        """Called after each step, to heed what a person asked of any worker."""

    @property
    def weight(self) -> Any:
        """1 where this worker's rows are learnt from, 0 where they only stand in; read while the step is compiled."""
        return 1.0

    def from_all(self, numbers: Any) -> Any:
        """Rows of all workers, one below the other, from the (n_rows, n_numbers) of this one; called while the step is compiled."""
        return numbers

    def gathered(self, logits: NDArray[Any]) -> NDArray[Any]:
        """Rows of all workers, from an array that has zeros where the rows of others belong."""
        return logits

    def agreed(self, figures: dict[str, float]) -> dict[str, float]:
        """Figures that all workers decide by: those of the first, as rounding may differ between computers."""
        return figures
