"""Weights of a PyTorch ``nn.LSTM`` as a network, without PyTorch, and that network run in PyTorch's shapes.

PyTorch keeps the gates in the same order, i f g o, each kernel transposed, and two biases that are only ever added.
Source: the documentation of ``torch.nn.LSTM``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seqclass.errors import BundleError
from seqclass.model.foreign import nearest_spec
from seqclass.model.network import DenseWeights, Floats, LstmWeights, Network
from seqclass.specs import Pooling, TargetSpec

NO_HEAD = "(no head)"
_PARAMETER = re.compile(
    r"(?:(?P<module>.*)\.)?(?P<kind>weight_ih|weight_hh|bias_ih|bias_hh|weight_hr)_l(?P<layer>\d+)(?P<back>_reverse)?$"
)
_WAY_OUT = "Save the state_dict of one nn.LSTM, with at most one Embedding and one Linear layer."


@dataclass(frozen=True)
class TorchNetwork:
    """What a ``state_dict`` holds.

    Attributes:
        network: With one target, ``label``.
        lstm: Name of the module, empty where there is none.
        head: Name of the linear layer; empty where there is none, and then the network's head says nothing.
        embedding: Name of the embedding; empty where there is none.
    """

    network: Network
    lstm: str
    head: str
    embedding: str

    @property
    def n_outputs(self) -> int:
        """Numbers that the head gives."""
        return len(self.network.heads["label"].bias)


def from_state(state: Mapping[str, NDArray[np.float32]], *, pooling: Pooling = "last") -> TorchNetwork:
    """Make a network from a ``state_dict``.

    Args:
        state: Name -> array.
        pooling: How frames become the vector that the linear layer gets; the file does not say. ``last`` is each direction's state
            where it ends, ``h_n`` of the last layer.

    Raises:
        BundleError: It holds something else too, named in the message, or parts that do not fit.
    """
    found = {name: match for name in state if (match := _PARAMETER.match(name))}
    modules = sorted({match["module"] or "" for match in found.values()})
    if len(modules) != 1:
        listed = ", ".join(modules) or f"none among {', '.join(list(state)[:5])}"
        raise BundleError(f"The file must hold the weights of one nn.LSTM. Received: {listed}. {_WAY_OUT}")
    (module,) = modules
    projection = next((name for name, match in found.items() if match["kind"] == "weight_hr"), None)
    if projection is not None:
        raise BundleError(
            f"nn.LSTM with proj_size is not supported. Received: {projection} {state[projection].shape}. Train it without proj_size; "
            "a Linear layer may follow it."
        )
    layers = _layers(state, found, module)
    n_inputs, n_outputs = len(layers[0][0].kernel), sum(half.n_units for half in layers[-1] if half is not None)
    embedding, head = _others({name: values for name, values in state.items() if name not in found}, n_inputs, n_outputs)
    table = state[f"{embedding}.weight"] if embedding else None
    spec = nearest_spec(
        [forward.n_units for forward, _ in layers],
        bidirectional=layers[0][1] is not None,
        pooling=(pooling,),
        embedding_dim=None if table is None else table.shape[1],
    )
    network = Network(
        spec=spec,
        targets=(TargetSpec(),),
        embedding=table,
        layers=tuple(layers),
        attention=None,
        dense=(),
        heads={"label": _head(state, head, n_outputs)},
    )
    return TorchNetwork(network, module, head, embedding)


def run_like_torch(
    network: Network, values: NDArray[Any], *, batch_first: bool = False
) -> tuple[Floats, tuple[Floats, Floats]]:
    """What ``output, (h_n, c_n) = lstm(values)`` is in PyTorch, in its shapes.

    Args:
        network: Layers with the same number of units.
        values: (time, feature), or (time, batch, feature), or with ``batch_first`` (batch, time, feature).
        batch_first: As the module was made with.

    Returns:
        Output as the input, the last axis now n_units * n_directions; h_n and c_n (n_layers * n_directions, n_units), with a batch
        in between where there is one.

    Example:
        >>> import numpy as np, seqclass
        >>> from seqclass.model.torch_import import run_like_torch
        >>> network = seqclass.load("lstm.seqclass").bundle.network  # doctest: +SKIP
        >>> output, (h_n, c_n) = run_like_torch(network, np.zeros((100, 13), np.float32))  # doctest: +SKIP
    """
    batch = values[:, None] if values.ndim == 2 else values.swapaxes(0, 1) if batch_first else values
    outputs, hidden, cell = [], [], []
    for index in range(batch.shape[1]):
        layers = network.forward(np.ascontiguousarray(batch[:, index], np.float32)).layers
        halves = [half for layer in layers for half in (layer.forward, layer.backward) if half is not None]
        outputs.append(layers[-1].output)
        hidden.append(np.stack([half.h_n for half in halves]))
        cell.append(np.stack([half.c_n for half in halves]))
    if values.ndim == 2:
        return outputs[0], (hidden[0], cell[0])
    return np.stack(outputs, 0 if batch_first else 1), (np.stack(hidden, 1), np.stack(cell, 1))


def _layers(
    state: Mapping[str, NDArray[np.float32]], found: Mapping[str, re.Match[str]], module: str
) -> list[tuple[LstmWeights, LstmWeights | None]]:
    n_layers = 1 + max(int(match["layer"]) for match in found.values())
    if n_layers > len(found):
        raise BundleError(
            f"Layers must be counted from 0 without gaps. Received: layer {n_layers - 1} among {len(found)} arrays. {_WAY_OUT}"
        )
    is_bidirectional = any(match["back"] for match in found.values())
    prefix = f"{module}." if module else ""
    layers: list[tuple[LstmWeights, LstmWeights | None]] = []
    n_inputs: int | None = None
    for index in range(n_layers):
        forward = _direction(state, prefix, f"_l{index}", n_inputs)
        backward = _direction(state, prefix, f"_l{index}_reverse", len(forward.kernel)) if is_bidirectional else None
        layers.append((forward, backward))
        n_inputs = forward.n_units + (0 if backward is None else backward.n_units)
    return layers


def _direction(state: Mapping[str, NDArray[np.float32]], prefix: str, suffix: str, n_inputs: int | None) -> LstmWeights:
    names = {kind: f"{prefix}{kind}{suffix}" for kind in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")}
    for kind in ("weight_ih", "weight_hh"):
        if names[kind] not in state:
            raise BundleError(f"The file must hold every array of its layers. Received: no {names[kind]}. {_WAY_OUT}")
    kernel, recurrent = state[names["weight_ih"]], state[names["weight_hh"]]
    n_units = recurrent.shape[-1] if recurrent.ndim else 0
    biases = [state[names[kind]] for kind in ("bias_ih", "bias_hh") if names[kind] in state]
    n_inputs = n_inputs or (kernel.shape[-1] if kernel.ndim else 0)
    fits = n_units and n_inputs and kernel.shape == (4 * n_units, n_inputs) and recurrent.shape == (4 * n_units, n_units)
    if not fits or any(bias.shape != (4 * n_units,) for bias in biases):
        raise BundleError(
            f"Arrays of a layer must fit one another. Received: {names['weight_ih']} {kernel.shape}, {names['weight_hh']} "
            f"{recurrent.shape}. {_WAY_OUT}"
        )
    bias = sum(biases, np.zeros(4 * n_units, np.float32))
    return LstmWeights(*(np.ascontiguousarray(values, np.float32) for values in (kernel.T, recurrent.T, bias)))


def _others(others: Mapping[str, NDArray[np.float32]], n_inputs: int, n_outputs: int) -> tuple[str, str]:
    """Names of the embedding and of the linear head among what is no LSTM."""
    embedding = head = ""
    for name, values in others.items():
        module = name.removesuffix(".weight")
        is_matrix = name.endswith(".weight") and values.ndim == 2
        if is_matrix and f"{module}.bias" not in others and values.shape[1] == n_inputs and "emb" in module and not embedding:
            embedding = module
        elif is_matrix and values.shape[1] == n_outputs and not head:
            head = module
    known = {f"{module}.{part}" for module, parts in ((embedding, ("weight",)), (head, ("weight", "bias"))) for part in parts}
    strangers = [name for name in others if name not in known]
    if strangers:
        listed = ", ".join(f"{name} {others[name].shape}" for name in strangers[:5])
        raise BundleError(
            f"A state_dict does not say how other layers are joined with the LSTM. Received: {listed}. {_WAY_OUT}"
        )
    return embedding, head


def _head(state: Mapping[str, NDArray[np.float32]], name: str, n_outputs: int) -> DenseWeights:
    if not name:
        return DenseWeights(np.zeros((n_outputs, 1), np.float32), np.zeros(1, np.float32))
    kernel = np.ascontiguousarray(state[f"{name}.weight"].T)
    bias = state.get(f"{name}.bias", np.zeros(kernel.shape[1], np.float32))
    if bias.shape != kernel.shape[1:]:
        raise BundleError(
            f"A linear layer's arrays must fit one another. Received: {name} {kernel.shape}, bias {bias.shape}. {_WAY_OUT}"
        )
    return DenseWeights(kernel, bias)
