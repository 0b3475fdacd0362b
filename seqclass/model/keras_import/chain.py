"""From the steps of a graph to a row of LSTM layers, the tail behind them and the answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import msgspec
from numpy.typing import NDArray

from seqclass.errors import BundleError
from seqclass.model.keras_import.steps import Step, unsupported
from seqclass.model.layout import Layout, LstmLayer, Node, Output

Arrays = dict[str, NDArray[Any]]


def lay_out(
    steps: Sequence[Step], answers: Sequence[int], names: Sequence[str], *, embedding_mask: int | None
) -> tuple[Layout, Arrays]:
    """Lay a model out.

    Args:
        steps: All of the graph, each behind those that it takes its input from.
        answers: Numbers of the steps that give the model's answers.
        names: Of the answers, in their order.
        embedding_mask: The token that is no token; None where there is none.

    Returns:
        What stands where, and the arrays by the names of `seqclass.model.network.to_arrays`.

    Raises:
        BundleError: There is no LSTM layer, or the way in which layers hang together is not supported.
    """
    lstms = [index for index, step in enumerate(steps) if isinstance(step.what, LstmLayer)]
    if not lstms:
        raise BundleError("A model must have an LSTM layer. Received: none. Other models have no gates to show.")
    chain, places = _chain(steps, lstms)
    arrays: Arrays = {}
    lstm_layers = _lstm_layers(steps, chain, arrays)
    tail = _tail(steps, places, lstms[-1], arrays)
    outputs = _outputs([places.get(answer, -1) for answer in answers], names, tail)
    layout = Layout(
        source="Keras", layers=tuple(lstm_layers), tail=tuple(tail), outputs=tuple(outputs), embedding_mask=embedding_mask
    )
    return layout, arrays


def _chain(steps: Sequence[Step], lstms: list[int]) -> tuple[list[list[int]], dict[int, int]]:
    """The steps before each LSTM layer, and the place in the tail of every other step."""
    chain, used = [], set()
    for number, index in enumerate(lstms):
        before: list[int] = []
        (step,) = steps[index].inputs
        while step >= 0 and step not in lstms:
            if len(steps[step].inputs) != 1:
                raise unsupported(steps[step].name, "it joins branches before an LSTM layer")
            before.insert(0, step)
            (step,) = steps[step].inputs
        if step != (lstms[number - 1] if number else -1):
            raise unsupported(steps[index].name, "LSTM layers must stand one after another, not side by side")
        chain.append(before)
        used.update(before)
    rest = [index for index in range(len(steps)) if index not in used and index not in lstms]
    return chain, {index: place for place, index in enumerate(rest)} | {lstms[-1]: -1}


def _lstm_layers(steps: Sequence[Step], chain: list[list[int]], arrays: Arrays) -> list[LstmLayer]:
    found = [step for step in steps if isinstance(step.what, LstmLayer)]
    made = []
    for index, (before, step) in enumerate(zip(chain, found, strict=True)):
        nodes = []
        for position, each in enumerate(before):
            what = steps[each].what
            assert isinstance(what, Node)
            if not what.is_frames or (what.op == "masking" and index):
                raise unsupported(what.name, "it stands between LSTM layers, which only layers of frames can")
            nodes.append(what)
            arrays.update({f"before{index}.{position}.{name}": values for name, values in steps[each].arrays.items()})
        assert isinstance(step.what, LstmLayer)
        made.append(msgspec.structs.replace(step.what, before=tuple(nodes)))
        arrays.update({f"layer{index}.{name}": values for name, values in step.arrays.items()})
    return made


def _tail(steps: Sequence[Step], places: dict[int, int], last: int, arrays: Arrays) -> list[Node]:
    tail: list[Node] = []
    for index, place in places.items():
        if index == last:
            continue
        step = steps[index]
        assert isinstance(step.what, Node)
        if not all(each in places for each in step.inputs) or step.what.op == "masking":
            raise unsupported(step.name, "it leads around an LSTM layer; all that follows must come from the last one")
        tail.append(msgspec.structs.replace(step.what, inputs=tuple(places[each] for each in step.inputs)))
        arrays.update({f"tail{place}.{name}": values for name, values in step.arrays.items()})
    return tail


def _outputs(places: Sequence[int], names: Sequence[str], tail: list[Node]) -> list[Output]:
    """Take a last softmax or sigmoid off: what stands before it are the logits."""
    outputs = []
    taken: set[int] = set()
    for place, name in zip(places, names, strict=True):
        if place < 0:
            raise unsupported(name, "it is an LSTM layer's own output")
        node = tail[place]
        form: Literal["logits", "probability", "number"] = "logits"
        if node.activation == "sigmoid" and node.width > 1:
            raise unsupported(
                node.name, f"sigmoid over {node.width} numbers says yes or no of each by itself; use softmax, or one number"
            )
        if node.width == 1:
            form = "probability" if node.activation == "sigmoid" else "number"
        if node.activation == "softmax" and node.width == 1:
            raise unsupported(node.name, "softmax over one number is always 1")
        given: Literal["softmax", "sigmoid", "linear"] = "linear"
        if node.activation in ("softmax", "sigmoid"):
            if place in taken or any(place in each.inputs for each in tail):
                raise unsupported(node.name, "its probabilities are used further on")
            given = "softmax" if node.activation == "softmax" else "sigmoid"
            tail[place] = msgspec.structs.replace(node, activation="linear")
        taken.add(place)
        outputs.append(Output(target=name, node=place, form=form, given=given))
    return outputs
