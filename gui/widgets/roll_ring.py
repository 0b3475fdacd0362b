"""The last columns of a picture that rolls by."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

N_COLUMNS = 2400


class Ring:
    """The last columns of a picture; 0 is where there is none.

    Attributes:
        end: Columns so far.
    """

    def __init__(self, n_rows: int, dtype: Any = np.uint8, *, end: int = 0) -> None:
        self.end = end
        self.values = np.zeros((n_rows, N_COLUMNS), dtype)

    def advance(self, end: int) -> None:
        """Make room up to a column."""
        if end > self.end:
            self.values[:, np.arange(max(self.end, end - N_COLUMNS), end) % N_COLUMNS] = 0
            self.end = end

    def put(self, start: int, values: NDArray[Any]) -> None:
        """Set columns (n_rows, n) from ``start`` on; what is too old or yet to come is left out."""
        first = max(start, self.end - N_COLUMNS, 0)
        last = min(start + values.shape[1], self.end)
        if last > first:
            self.values[:, np.arange(first, last) % N_COLUMNS] = values[:, first - start : last - start]

    def last(self, n_columns: int) -> NDArray[Any]:
        """The last columns, oldest first, (n_rows, n_columns)."""
        return np.ascontiguousarray(self.values[:, np.arange(self.end - n_columns, self.end) % N_COLUMNS])
