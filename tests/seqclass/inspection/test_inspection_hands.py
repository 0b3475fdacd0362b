"""Hands on the gates."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import AGE, DIGITS, make_bundle, model_spec, tone

from seqclass.api import Model
from seqclass.errors import SpecError
from seqclass.inference.classify import classify
from seqclass.inspection import hands
from seqclass.inspection.hands import ACTIONS, PARTS, Edit, Hands, History
from seqclass.inspection.trace import Trace, trace
from seqclass.model.bundle import Bundle

ITEM: dict[str, Any] = {"item": tone(), "rate_hz": 8000}
N_FRAMES = 30


def bundle_of(**layout: Any) -> Bundle:
    return make_bundle("speech", model=model_spec(**({"lstm": (6, 5), "pooling": ("mean", "max")} | layout)))


def run(bundle: Bundle, *edits: Edit) -> Trace:
    return trace(bundle, **ITEM, hands=Hands(edits=edits))


def assert_same_trace(one: Trace, other: Trace) -> None:
    arrays = one.arrays()
    assert arrays.keys() == other.arrays().keys()
    for name, values in other.arrays().items():
        np.testing.assert_array_equal(arrays[name], values, err_msg=name)


@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("kind", ["speech", "numeric", "text"])
def test_no_edits_reproduce_the_model_bit_for_bit(kind: Any, *, bidirectional: bool) -> None:
    bundle = make_bundle(kind, model=model_spec(lstm=(6, 5), bidirectional=bidirectional), targets=(DIGITS, AGE))
    item = {"speech": ITEM, "numeric": {"item": np.ones((9, 3))}, "text": {"text": "a good film"}}[kind]
    plain = trace(bundle, **item)
    assert_same_trace(trace(bundle, **item, hands=Hands()), plain)
    disabled = Edit(part="cell", action="zero", enabled=False)
    assert_same_trace(trace(bundle, **item, hands=Hands(edits=(disabled,))), plain)


@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("part", PARTS)
def test_edits_that_change_no_value_change_no_bit(part: Any, *, bidirectional: bool) -> None:
    """They go through the hooks at every step, so the edited pass is the plain pass."""
    bundle = bundle_of(bidirectional=bidirectional)
    edits = [Edit(part=part, action="scale", layer=layer) for layer in (0, 1)]
    edits.append(Edit(part=part, action="clamp", low=-1e9, high=1e9))
    assert_same_trace(run(bundle, *edits), trace(bundle, **ITEM))


@pytest.mark.parametrize("half", ["forward", "backward"])
@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("action", ACTIONS)
def test_an_edit_does_what_it_says_where_it_says(action: Any, part: Any, half: Any) -> None:
    bundle = bundle_of(bidirectional=True)
    edit = Edit(
        part=part, action=action, layer=1, direction=half, units=(1, 4), start=8, stop=13, low=0.25, high=0.25, factor=3
    )
    edited, plain = run(bundle, edit), trace(bundle, **ITEM)
    layer, other = edited.layers[1], plain.layers[1]
    if half == "backward":
        assert layer.backward is not None
        assert other.backward is not None
        layer, other = layer.backward, other.backward
    values, before = getattr(layer, part)[8:13][:, [1, 4]], getattr(other, part)
    if action == "freeze":
        held = before[7 if half == "forward" else 13, [1, 4]]
        np.testing.assert_array_equal(values, np.broadcast_to(held, (5, 2)))
    elif action == "scale":
        first = 0 if half == "forward" else -1  # later frames are computed from what was changed
        np.testing.assert_allclose(values[first], 3 * before[8:13][first, [1, 4]], rtol=1e-6)
    else:
        np.testing.assert_array_equal(values, 0.0 if action == "zero" else np.float32(0.25))
    unread = slice(0, 8) if half == "forward" else slice(13, None)
    for name in PARTS:
        np.testing.assert_array_equal(getattr(layer, name)[unread], getattr(other, name)[unread])
    np.testing.assert_array_equal(edited.layers[0].hidden, plain.layers[0].hidden)
    assert not np.array_equal(edited.output, plain.output)


@pytest.mark.parametrize("half", ["forward", "backward"])
def test_the_rest_is_computed_from_the_edited_values(half: str) -> None:
    """The equations hold within the edited trace, for all but what was set."""
    bundle = bundle_of(bidirectional=True)
    edited = run(bundle, Edit(part="forget_gate", action="zero", direction="both", start=5, stop=9)).layers[0]
    layer = edited if half == "forward" else edited.backward
    assert layer is not None
    step = 1 if half == "forward" else -1
    i, f, g, o, c, h = (
        getattr(layer, name)[::step] for name in ("input_gate", "forget_gate", "candidate", "output_gate", "cell", "hidden")
    )
    np.testing.assert_allclose(c[1:], f[1:] * c[:-1] + i[1:] * g[1:], atol=1e-6)
    np.testing.assert_allclose(h, o * np.tanh(c), atol=1e-6)
    weights = bundle.network.layers[0][0 if half == "forward" else 1]
    assert weights is not None
    frames = trace(bundle, **ITEM).frames[::step]
    before = np.concatenate([np.zeros_like(h[:1]), h[:-1]])
    sums = frames @ weights.kernel + before @ weights.recurrent + weights.bias
    np.testing.assert_allclose(i, 1 / (1 + np.exp(-sums[:, :6])), atol=1e-6)


def test_a_freeze_from_the_beginning_holds_the_first_frame() -> None:
    bundle = bundle_of()
    edited, plain = run(bundle, Edit(part="cell", action="freeze")), trace(bundle, **ITEM)
    np.testing.assert_array_equal(edited.layers[0].cell, np.broadcast_to(plain.layers[0].cell[0], (len(plain.frames), 6)))


def test_a_freeze_begins_anew_with_each_item() -> None:
    edited = hands.apply(bundle_of(), Hands(edits=(Edit(part="cell", action="freeze"),)))
    alone = trace(edited, tone(seed=2), rate_hz=8000)
    trace(edited, **ITEM)
    assert_same_trace(trace(edited, tone(seed=2), rate_hz=8000), alone)


def test_a_zeroed_hidden_unit_is_heard_by_nobody() -> None:
    """The same answer comes from weights that do not listen to it."""
    bundle = bundle_of()
    edited = run(bundle, Edit(part="hidden", action="zero", units=(2,)))
    (lower, _), (upper, _) = bundle.network.layers
    recurrent, kernel = lower.recurrent.copy(), upper.kernel.copy()
    recurrent[2], kernel[2] = 0, 0
    frames = edited.frames
    from seqclass.model.network import LstmWeights, run_lstm

    first = run_lstm(LstmWeights(lower.kernel, recurrent, lower.bias), frames)
    second = run_lstm(LstmWeights(kernel, upper.recurrent, upper.bias), first.hidden)
    np.testing.assert_allclose(second.hidden, edited.output, atol=1e-6)


def test_edits_are_done_in_order() -> None:
    zero, hold = Edit(part="input_gate", action="zero"), Edit(part="input_gate", action="clamp", low=0.5)
    assert (run(bundle_of(), zero, hold).layers[0].input_gate == 0.5).all()
    assert (run(bundle_of(), hold, zero).layers[0].input_gate == 0).all()


def test_an_edited_bundle_classifies_and_traces_alike() -> None:
    edited = hands.apply(bundle_of(), Hands(edits=(Edit(part="output_gate", action="scale", factor=0.2),)))
    said = list(classify(edited, **ITEM).probabilities.values())
    np.testing.assert_allclose(trace(edited, **ITEM).probabilities["label"][-1], said, atol=1e-6)
    assert said != list(classify(bundle_of(), **ITEM).probabilities.values())


def test_edits_do_not_pile_up_and_can_be_taken_off() -> None:
    bundle = bundle_of()
    once = hands.apply(bundle, Hands(edits=(Edit(part="cell", action="zero"),)))
    twice = hands.apply(once, Hands(edits=(Edit(part="hidden", action="scale", factor=0.5),)))
    assert [edit.part for edit in hands.hands_of(twice).edits] == ["hidden"]
    assert_same_trace(trace(hands.apply(twice, Hands()), **ITEM), trace(bundle, **ITEM))
    assert hands.hands_of(bundle).is_empty


def test_a_model_takes_edits_in_python() -> None:
    model = Model(bundle_of())
    edited = model.trace(**ITEM, hands=Hands(edits=(Edit(part="hidden", action="zero", layer=1),)))
    assert (edited.output == 0).all()
    line = model.timeline(**ITEM, hands=Hands(edits=(Edit(part="hidden", action="zero", layer=1),)))
    assert np.ptp(line.targets["label"].values, axis=0).max() == 0
    assert np.ptp(model.timeline(**ITEM).targets["label"].values, axis=0).max() > 0


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (Edit(part="cell", action="zero", layer=2), "layer must lie within 0 to 1. Received: layer=2"),
        (Edit(part="cell", action="zero", direction="backward"), "reads forward only"),
        (Edit(part="cell", action="zero", units=(0, 6, -1)), r"units must lie within 0 to 5. Received: units=\[6, -1\]"),
        (Edit(part="cell", action="zero", start=5, stop=5), "stop after it"),
        (Edit(part="cell", action="clamp", low=1.0, high=0.0), "low at most high"),
        (Edit(part="cell", action="scale", factor=float("nan")), "must be finite"),
    ],
)
def test_an_edit_that_means_nothing_is_refused(edit: Edit, words: str) -> None:
    with pytest.raises(SpecError, match=words):
        hands.apply(bundle_of(), Hands(edits=(edit,)))


EDITS = st.builds(
    Edit,
    part=st.sampled_from(PARTS),
    action=st.sampled_from(ACTIONS),
    layer=st.integers(0, 3),
    units=st.none() | st.lists(st.integers(0, 9), max_size=3).map(tuple),
    start=st.integers(0, 5),
    stop=st.none() | st.integers(6, 9),
    factor=st.floats(-2, 2),
    enabled=st.booleans(),
)


@given(edits=st.lists(EDITS, max_size=4).map(tuple))
def test_saved_edits_come_back(tmp_path_factory: pytest.TempPathFactory, edits: tuple[Edit, ...]) -> None:
    path = tmp_path_factory.mktemp("edits") / "edits.json"
    hands.write(path, Hands(edits=edits))
    assert hands.read(path) == Hands(edits=edits)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[]", "Edits must look as"),
        ("{", "Edits must look as"),
        ('{"edits": [{"part": "mood", "action": "zero"}]}', "mood"),
        ('{"edits": [{"part": "cell", "action": "zero", "unit": 3}]}', "unit"),
        ('{"schema": 2}', "schema=2 .*Update seqclass"),
    ],
)
def test_a_file_without_edits_is_refused(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "edits.json").write_text(text)
    with pytest.raises(SpecError, match=words):
        hands.read(tmp_path / "edits.json")


@given(steps=st.lists(EDITS | st.sampled_from(["undo", "redo"]), max_size=20))
def test_undo_and_redo_walk_through_all_that_held(steps: list[Any]) -> None:
    history, held, place = History(), [Hands()], 0
    for step in steps:
        if step == "undo":
            history, place = history.undo(), max(place - 1, 0)
        elif step == "redo":
            history, place = history.redo(), min(place + 1, len(held) - 1)
        else:
            held = [*held[: place + 1], held[place].with_edit(step)]
            history, place = history.do(held[-1]), place + 1
        assert history.hands == held[place]


def test_edits_can_be_left_out_replaced_and_shifted() -> None:
    first, second = Edit(part="cell", action="zero", start=2, stop=5), Edit(part="hidden", action="zero", start=4)
    stack = Hands(edits=(first, second))
    assert stack.without(0).edits == (second,)
    assert stack.replaced(0, second).edits == (second, second)
    assert [(edit.start, edit.stop) for edit in stack.shifted(3).edits] == [(0, 2), (1, None)]
    assert [edit.part for edit in stack.shifted(5).edits] == ["hidden"]


def test_an_edit_describes_itself() -> None:
    edit = Edit(part="forget_gate", action="clamp", low=1, high=1, layer=1, direction="backward", units=(3, 7), start=2, stop=9)
    assert edit.describe() == "layer1.backward: forget gate of units 3, 7 held at 1, frames 2 to 8"
    assert Edit(part="cell", action="freeze").describe() == "layer0: cell of all units frozen"
    ahead = Edit(part="hidden", action="zero", direction="forward")
    assert ahead.describe() == "layer0, forward half: hidden of all units set to 0"
