"""What the walk along a foreign model's graph finds, and how it says that something in there is not supported."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray

from seqclass.errors import BundleError
from seqclass.model.layout import LstmLayer, Node


@dataclass(frozen=True)
class Step:
    """A layer of the graph: an LSTM layer, or a node.

    Attributes:
        inputs: Numbers of the steps that it takes its input from; -1 for the model's input.
        what: What it is.
        arrays: Its weights, by their names within the layer.
    """

    inputs: tuple[int, ...]
    what: LstmLayer | Node
    arrays: dict[str, NDArray[Any]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Name of the layer."""
        return self.what.name


def unsupported(name: str, reason: str) -> BundleError:
    """The error that names a layer and what is wrong with it."""
    return BundleError(f"The model cannot be imported. Received: {name}: {reason}. See: seqclass import --help")
