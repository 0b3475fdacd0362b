"""Steps of a foreign model's graph become LSTM layers in a row, a tail and answers; what cannot is named."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from seqclass.errors import BundleError
from seqclass.model.keras_import.chain import lay_out
from seqclass.model.keras_import.steps import Step
from seqclass.model.layout import Direction, Layout, LstmLayer, Node


def lstm(name: str, *inputs: int) -> Step:
    return Step(inputs, LstmLayer(name=name, forward=Direction(units=4)), {"forward.kernel": np.ones((3, 16))})


def node(op: Any, name: str, *inputs: int, **more: Any) -> Step:
    return Step(inputs, Node(op=op, name=name, **({"width": 4, "is_frames": False} | more)))


def laid_out(steps: Sequence[Step], *answers: int) -> tuple[Layout, dict[str, Any]]:
    return lay_out(steps, answers, [f"target {answer}" for answer in answers], embedding_mask=None)


def test_what_stands_before_an_lstm_layer_belongs_to_it_and_the_rest_is_the_tail() -> None:
    steps = [
        node("scale", "norm", -1, is_frames=True),
        lstm("first", 0),
        lstm("second", 1),
        node("mean", "mean", 2),
        node("max", "max", 2),
        node("concat", "both", 3, 4, width=8),
    ]
    layout, arrays = laid_out(steps, 5)
    assert [[each.name for each in layer.before] for layer in layout.layers] == [["norm"], []]
    assert [(each.name, each.inputs) for each in layout.tail] == [("mean", (-1,)), ("max", (-1,)), ("both", (0, 1))]
    assert list(arrays) == ["layer0.forward.kernel", "layer1.forward.kernel"]


@pytest.mark.parametrize(
    ("activation", "width", "form", "given"),
    [
        ("softmax", 4, "logits", "softmax"),
        ("linear", 4, "logits", "linear"),
        ("sigmoid", 1, "probability", "sigmoid"),
        ("linear", 1, "number", "linear"),
    ],
)
def test_a_last_softmax_or_sigmoid_is_taken_off(activation: str, width: int, form: str, given: str) -> None:
    layout, _ = laid_out([lstm("only", -1), node("dense", "answer", 0, activation=activation, width=width)], 1)
    assert layout.tail[0].activation == "linear"
    assert (layout.outputs[0].form, layout.outputs[0].given) == (form, given)


@pytest.mark.parametrize(
    ("steps", "answers", "words"),
    [
        ([node("mean", "mean", -1)], [0], "must have an LSTM layer"),
        ([lstm("left", -1), lstm("right", -1)], [1], "right: LSTM layers must stand one after another"),
        ([lstm("first", -1), node("add", "join", 0, -1), lstm("second", 1)], [2], "join: it joins branches"),
        ([lstm("first", -1), node("last", "pool", 0), lstm("second", 1)], [2], "pool: it stands between LSTM layers"),
        ([lstm("only", -1), node("max", "around", -1)], [1], "around: it leads around an LSTM layer"),
        ([lstm("only", -1)], [0], "target 0: it is an LSTM layer's own output"),
        ([lstm("only", -1), node("dense", "many", 0, activation="sigmoid")], [1], "many: sigmoid over 4 numbers"),
        ([lstm("only", -1), node("dense", "one", 0, activation="softmax", width=1)], [1], "one: softmax over one number"),
        (
            [lstm("only", -1), node("dense", "early", 0, activation="softmax"), node("dense", "late", 1)],
            [1, 2],
            "early: its probabilities are used further on",
        ),
    ],
)
def test_what_is_not_supported_is_named(steps: Sequence[Step], answers: list[int], words: str) -> None:
    with pytest.raises(BundleError, match=words):
        laid_out(steps, *answers)
