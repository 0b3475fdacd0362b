"""Events and their JSON form."""

from __future__ import annotations

import json
import math
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqclass.errors import CancelledError
from seqclass.events import (
    AnyEvent,
    CancelToken,
    EpochEnded,
    Failed,
    Finished,
    FoldEnded,
    ItemClassified,
    Note,
    Progress,
    StageVerified,
    decode,
    encode,
    ignore,
)

text = st.text(max_size=10)
number = st.floats(allow_nan=False, allow_infinity=False)
count = st.integers(0, 2**53)
figures = st.dictionaries(text, number, max_size=3)
plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | number | text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=6,
)
events: st.SearchStrategy[AnyEvent] = st.one_of(
    st.builds(Progress, stage=text, done=count, total=count, eta_s=st.none() | number),
    st.builds(Note, text=text, level=st.sampled_from(["info", "warning"])),
    st.builds(
        EpochEnded,
        epoch=count,
        epochs=count,
        train=figures,
        validation=figures,
        learning_rate=number,
        is_best=st.booleans(),
        seconds=number,
        eta_s=number,
    ),
    st.builds(FoldEnded, name=text, fold=count, folds=count, accuracy=st.none() | number, n_items=count, seconds=number),
    st.builds(
        ItemClassified,
        item=text,
        label=st.none() | text,
        value=st.none() | number,
        probabilities=st.none() | figures,
        targets=st.none() | st.dictionaries(text, st.dictionaries(text, plain, max_size=2), max_size=2),
        seconds=st.none() | number,
        error=st.none() | text,
    ),
    st.builds(StageVerified, stage=text, max_abs_difference=number, tolerance=number, ok=st.booleans()),
    st.builds(Finished, result=st.dictionaries(text.filter(lambda name: name != "event"), plain, max_size=4)),
    st.builds(Failed, message=text, kind=text),
)


@given(events)
def test_every_event_comes_back_from_its_line(event: AnyEvent) -> None:
    line = encode(event)
    assert b"\n" not in line
    assert next(iter(json.loads(line))) == "event"
    assert decode(line) == event
    assert decode(line.decode()) == event


EPOCH: dict[str, Any] = {"epoch": 1, "epochs": 2, "learning_rate": 0.1, "is_best": False, "seconds": 1.0, "eta_s": 1.0}


def test_a_training_that_diverged_still_arrives() -> None:
    event = decode(encode(EpochEnded(train={"loss": math.nan}, validation={"loss": math.inf, "accuracy": 0.5}, **EPOCH)))
    assert isinstance(event, EpochEnded)
    assert math.isnan(event.train["loss"])
    assert math.isnan(event.validation["loss"])
    assert event.validation["accuracy"] == 0.5


def test_a_stage_that_differs_beyond_measure_still_arrives() -> None:
    event = decode(encode(StageVerified(stage="logits", max_abs_difference=math.inf, tolerance=1e-5, ok=False)))
    assert isinstance(event, StageVerified)
    assert math.isnan(event.max_abs_difference)
    assert not event.ok


def test_a_result_cannot_pass_for_another_event() -> None:
    assert decode(encode(Finished(result={"event": "progress", "a": 1}))) == Finished(result={"a": 1})


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{",
        b"[]",
        b"1",
        b"null",
        b"{}",
        b'{"event":"unheard of"}',
        b'{"event":["finished"]}',
        b'{"event":"epoch","train":3}',
        b'{"event":"progress","stage":"a","done":null}',
        b"\xff\xfe",
    ],
)
def test_a_line_that_is_no_event_is_refused(line: bytes) -> None:
    with pytest.raises((msgspec.DecodeError, UnicodeDecodeError)):
        decode(line)


def test_an_item_that_could_not_be_read_says_only_that() -> None:
    assert json.loads(encode(ItemClassified(item="a.wav", error="it is empty"))) == {
        "event": "item",
        "item": "a.wav",
        "error": "it is empty",
    }


def test_cancelling_ends_a_job_and_stopping_only_asks() -> None:
    token = CancelToken()
    token.check()
    token.stop()
    token.check()
    assert token.stop_requested
    token.cancel()
    with pytest.raises(CancelledError, match="Cancelled"):
        token.check()
    ignore(Note(text="nobody listens"))
