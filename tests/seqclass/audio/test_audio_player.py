"""A player with a loudspeaker that asks when it is told to."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pytest
from sound_fakes import FakeStream

from seqclass.audio.player import Player

PATIENCE_S = 20.0
SAMPLES = np.arange(1, 1001, dtype=np.float32) / 1000


def ask(stream: FakeStream, n_samples: int) -> tuple[Any, bool]:
    """What the loudspeaker gets, and whether more will come."""
    block = np.full(n_samples, np.nan, np.float32)
    more = stream.callback(block)
    return block, more


def test_a_range_is_played_once_and_then_silence() -> None:
    stream, ended = FakeStream(), threading.Event()
    player = Player(open_stream=stream.opened)
    player.play(SAMPLES, 100, start_s=2.0, end_s=4.5, on_end=ended.set)
    assert player.is_playing
    first, more = ask(stream, 200)
    assert more
    np.testing.assert_array_equal(first, SAMPLES[200:400])
    assert player.position_s == 4.0
    last, more = ask(stream, 100)
    assert not more
    np.testing.assert_array_equal(last, np.concatenate([SAMPLES[400:450], np.zeros(50)]))
    stream.finished()
    assert ended.wait(PATIENCE_S)
    assert not player.is_playing
    assert not stream.is_open
    assert player.position_s == 4.5


def test_a_range_is_played_over_and_over_until_it_is_stopped() -> None:
    stream, ended = FakeStream(), threading.Event()
    player = Player(open_stream=stream.opened)
    player.play(SAMPLES, 100, end_s=0.3, times=None, on_end=ended.set)
    block, more = ask(stream, 100)
    np.testing.assert_array_equal(block, np.resize(SAMPLES[:30], 100))
    assert more
    assert player.position_s == pytest.approx(0.1)
    player.stop()
    assert ended.is_set()
    assert not stream.is_open
    player.stop()


def test_the_place_is_that_which_is_heard_not_that_which_was_given() -> None:
    stream = FakeStream()
    stream.latency_s = 0.5
    player = Player(open_stream=stream.opened)
    places: list[float] = []
    told = threading.Event()

    def tell(position_s: float) -> None:
        places.append(position_s)
        if position_s == 1.5:
            told.set()

    player.play(SAMPLES, 100, on_position=tell)
    ask(stream, 200)
    assert told.wait(PATIENCE_S)
    player.stop()


def test_what_plays_is_stopped_by_what_comes_next() -> None:
    streams = [FakeStream(), FakeStream()]
    left = list(streams)
    player = Player(open_stream=lambda *given: left.pop(0).opened(*given))
    player.play(SAMPLES, 100)
    player.play(SAMPLES, 100)
    assert [stream.is_open for stream in streams] == [False, True]
    player.stop()


def test_an_empty_range_ends_at_once() -> None:
    ended = threading.Event()
    Player(open_stream=FakeStream().opened).play(SAMPLES, 100, start_s=99, on_end=ended.set)
    assert ended.is_set()
