"""Playback as the window sees it, with a loudspeaker that takes samples as fast as it is told to."""

from __future__ import annotations

import numpy as np
import pytest

from gui.player import SoundPlayer
from seqclass.audio.player import Player
from seqclass.errors import DeviceError

RATE_HZ = 1_000
WAIT_MS = 20_000


class Loudspeaker:
    """A stream whose blocks are asked for by the test."""

    latency_s = 0.0

    def __init__(self, fill, ended):
        self._fill, self._ended = fill, ended
        self.heard = np.zeros(0, np.float32)
        self.is_open = True

    def start(self):
        """Nothing to wait for."""

    def take(self, n_samples):
        """Play the next samples."""
        block = np.zeros(n_samples, np.float32)
        has_more = self._fill(block)
        self.heard = np.append(self.heard, block)
        if not has_more:
            self._ended()

    def close(self):
        """Fall silent."""
        self.is_open = False


@pytest.fixture
def speakers():
    return []


@pytest.fixture
def player(qtbot, speakers):
    def open_stream(rate_hz, fill, ended):
        speakers.append(Loudspeaker(fill, ended))
        return speakers[-1]

    made = SoundPlayer(player=Player(open_stream=open_stream))
    yield made
    made.close()


def ramp():
    return np.linspace(0, 1, RATE_HZ, dtype=np.float32)


def test_the_place_that_is_heard_is_told_until_the_end(qtbot, player, speakers):
    places = []
    player.position_changed.connect(places.append)
    player.play(ramp(), RATE_HZ, start_s=0.2, end_s=0.5)
    assert player.is_playing
    qtbot.waitUntil(lambda: bool(speakers), timeout=WAIT_MS)
    speakers[0].take(100)
    qtbot.waitUntil(lambda: 0.3 in [round(place, 6) for place in places], timeout=WAIT_MS)
    with qtbot.waitSignal(player.playing_changed, timeout=WAIT_MS):
        speakers[0].take(200)
    assert not player.is_playing
    np.testing.assert_array_equal(speakers[0].heard, ramp()[200:500])


def test_a_range_loops_until_it_is_stopped(qtbot, player, speakers):
    player.play(ramp(), RATE_HZ, start_s=0.2, end_s=0.3, loops=None)
    qtbot.waitUntil(lambda: bool(speakers), timeout=WAIT_MS)
    speakers[0].take(250)
    np.testing.assert_array_equal(speakers[0].heard, np.tile(ramp()[200:300], 3)[:250])
    qtbot.waitUntil(lambda: player.position_s == pytest.approx(0.25), timeout=WAIT_MS)
    player.stop()
    assert not player.is_playing
    qtbot.waitUntil(lambda: not speakers[0].is_open, timeout=WAIT_MS)


def test_what_was_asked_for_last_is_what_plays(qtbot, player, speakers):
    for start_s in (0.1, 0.2, 0.3):
        player.play(ramp(), RATE_HZ, start_s=start_s)
    qtbot.waitUntil(lambda: bool(speakers) and speakers[-1].is_open and player._has_begun, timeout=WAIT_MS)
    speakers[-1].take(1)
    assert speakers[-1].heard[0] == ramp()[300]
    assert sum(one.is_open for one in speakers) == 1


def test_a_machine_without_a_loudspeaker_is_told_and_nothing_plays(qtbot):
    def refuse(*_):
        raise DeviceError("A loudspeaker must be free to play. Received: none.")

    player = SoundPlayer(player=Player(open_stream=refuse))
    with qtbot.waitSignal(player.failed, timeout=WAIT_MS) as told:
        player.play(ramp(), RATE_HZ)
    assert isinstance(told.args[0], DeviceError)
    assert not player.is_playing
    player.close()
