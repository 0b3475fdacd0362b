"""The ring buffer, and the watch over a microphone."""

from __future__ import annotations

import threading
from collections import deque

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sound_fakes import MICROPHONE, Clock, FakeStream

from seqclass.audio.capture import LOST_AFTER_S, STALLED_AFTER_S, Capture, RingBuffer


@given(st.lists(st.one_of(st.integers(0, 12), st.none()), max_size=40))
def test_a_ring_gives_back_what_went_in_and_counts_what_did_not(steps: list[int | None]) -> None:
    """Numbers are writes of so many samples, None is a read; a plain queue is the reference."""
    ring, queue, n_lost, value = RingBuffer(10, 2), deque[int](), 0, 0
    for step in steps:
        if step is None:
            taken = ring.read()
            np.testing.assert_array_equal(taken, [[each, -each] for each in queue] or np.zeros((0, 2)))
            queue.clear()
            continue
        block = np.arange(value, value + step, dtype=np.int16)
        value += step
        room = 10 - len(queue)
        queue.extend(block[:room].tolist())
        n_lost += max(step - room, 0)
        ring.write(np.stack([block, -block], axis=1))
    assert ring.n_lost == n_lost


PATIENCE_S = 20.0


def open_capture(stream: FakeStream, clock: Clock) -> Capture:
    return Capture(MICROPHONE, open_stream=stream.opened, clock_s=clock)


def test_what_the_device_gives_is_read_in_order_and_mixed_to_one_channel() -> None:
    stream = FakeStream(n_channels=2)
    capture = open_capture(stream, Clock())
    assert stream.is_open
    stream.give([[1, 3], [10, 20]])
    stream.give([[-4, -8]])
    np.testing.assert_array_equal(capture.read(), np.array([2, 15, -6], np.int16))
    assert capture.n_samples == 3
    assert len(capture.read()) == 0
    capture.close()
    assert not stream.is_open


def test_who_waits_sleeps_until_what_is_wanted_has_come() -> None:
    stream, woken = FakeStream(), []
    capture = open_capture(stream, Clock())

    def wait() -> None:
        capture.wait(300, PATIENCE_S)
        woken.append(len(capture.read()))

    for _ in range(2):
        capture.wait(300, 0.001)  # nothing comes
    sleeper = threading.Thread(target=wait)
    sleeper.start()
    for _ in range(3):
        assert not woken
        stream.give(np.ones(100))
    sleeper.join()
    assert woken == [300]
    capture.wait(300, PATIENCE_S)  # it is there already
    stream.give(np.ones(400))
    capture.wait(700, PATIENCE_S)


def test_who_waits_is_woken_by_the_end_of_the_stream() -> None:
    stream = FakeStream()
    capture = open_capture(stream, Clock())
    sleeper = threading.Thread(target=lambda: capture.wait(300, PATIENCE_S))
    sleeper.start()
    stream.finished()
    sleeper.join(PATIENCE_S / 2)
    assert not sleeper.is_alive()
    capture.wait(300, PATIENCE_S)  # nothing more will come
    assert kinds(capture) == ["lost"]


def test_a_block_may_come_as_bytes() -> None:
    stream = FakeStream(n_channels=2)
    capture = open_capture(stream, Clock())
    stream.callback(bytes(np.array([[1, 3], [10, 20]], np.int16)), False)
    np.testing.assert_array_equal(capture.read(), [2, 15])


def kinds(capture: Capture) -> list[str]:
    capture.read()
    return [trouble.kind for trouble in capture.troubles()]


def test_nothing_but_zeros_is_named_within_a_second_and_once() -> None:
    stream, clock = FakeStream(), Clock()
    capture = open_capture(stream, clock)
    said = []
    for _ in range(30):
        stream.give(np.zeros(800))
        clock.now_s += 0.1
        said.append(kinds(capture))
    first = next(index for index, each in enumerate(said) if each)
    assert (first + 1) * 0.1 <= 1.0
    assert [kind for each in said for kind in each] == ["silent"]
    assert not capture.has_sound
    stream.give([0, 1, 0])
    assert kinds(capture) == ["sound"]
    assert capture.has_sound


def test_soft_sound_is_not_silence() -> None:
    stream = FakeStream()
    capture = open_capture(stream, Clock())
    for _ in range(30):
        stream.give([0] * 799 + [1])
        assert kinds(capture) == []


def test_a_device_that_stops_giving_is_named_after_half_a_second_and_may_come_back() -> None:
    stream, clock = FakeStream(), Clock()
    capture = open_capture(stream, clock)
    stream.give([1, 2])
    assert kinds(capture) == []
    clock.now_s = STALLED_AFTER_S - 0.01
    assert kinds(capture) == []
    clock.now_s = STALLED_AFTER_S
    assert kinds(capture) == ["stalled"]
    clock.now_s = 1.2
    stream.give([3])
    capture.read()
    (trouble,) = capture.troubles()
    assert trouble.kind == "resumed"
    assert "1.2 s are missing" in trouble.text
    assert not capture.is_lost


def test_a_device_that_never_comes_back_is_lost() -> None:
    stream, clock = FakeStream(), Clock()
    capture = open_capture(stream, clock)
    clock.now_s = LOST_AFTER_S
    assert kinds(capture) == ["lost"]
    assert capture.is_lost
    clock.now_s = 100.0
    assert kinds(capture) == []


def test_a_stream_that_ends_is_lost_at_once_and_its_last_samples_are_kept() -> None:
    stream = FakeStream()
    capture = open_capture(stream, Clock())
    stream.give([1, 2, 3])
    stream.finished()
    np.testing.assert_array_equal(capture.read(), [1, 2, 3])
    (trouble,) = capture.troubles()
    assert trouble.kind == "lost"
    assert trouble.text == "USB Microphone has gone after 0.0 s."


def test_samples_that_the_system_lost_are_told() -> None:
    stream = FakeStream()
    capture = open_capture(stream, Clock())
    stream.give([1], overflowed=True)
    assert kinds(capture) == ["overflow"]
    stream.give([1])
    assert kinds(capture) == []


@pytest.mark.parametrize("n_samples", [1, 7, 100])
def test_a_ring_that_overflows_is_told(n_samples: int) -> None:
    stream = FakeStream(rate_hz=100)
    capture = open_capture(stream, Clock())
    stream.give(np.ones(100 * 30 + n_samples))
    assert len(capture.read()) == 3000
    assert [trouble.kind for trouble in capture.troubles()] == ["overflow"]
