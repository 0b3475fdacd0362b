"""Many items through a model."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import soundfile
from support import make_bundle, tone, write_bundle

from seqclass.errors import CancelledError, ItemError
from seqclass.events import AnyEvent, CancelToken, ItemClassified
from seqclass.features.front_end import Encoded
from seqclass.inference import many
from seqclass.inference.classify import classify, encode_content, run
from seqclass.inference.many import FEW, FIRST_WINDOW, forward_many
from seqclass.specs import ClassifyJob

NUMERIC = make_bundle("numeric")


class Reader:
    """Makes an item of its number; some cannot be read."""

    def __init__(self, *, bad: tuple[int, ...] = (), n_frames: int = 0) -> None:
        self.bad, self.n_frames = bad, n_frames
        self.n_read = 0

    def __call__(self, number: int) -> Encoded:
        """Read it."""
        self.n_read += 1
        if number in self.bad:
            raise ItemError(f"number {number} is bad")
        n_frames = self.n_frames or number % 23 + 1
        return encode_content(NUMERIC, np.random.default_rng(number).normal(size=(n_frames, 3)))


@pytest.mark.parametrize("n_items", [0, 1, 2, FEW - 1, FEW, 150])
def test_outcomes_come_in_order_and_are_those_of_each_item_alone(n_items: int) -> None:
    bad = (0, 5, 70, 149) if n_items > 1 else ()
    outcomes = list(forward_many(NUMERIC, range(n_items), Reader(bad=bad), cancel=CancelToken()))
    assert len(outcomes) == n_items
    for number, outcome in enumerate(outcomes):
        assert outcome.seconds > 0
        if number in bad:
            assert (outcome.logits, outcome.error) == ({}, f"number {number} is bad")
        else:
            assert outcome.error == ""
            alone = NUMERIC.network.forward(Reader()(number).frames).logits["label"]
            np.testing.assert_allclose(outcome.logits["label"], alone, atol=1e-5)


def test_a_window_without_a_readable_item_stops_nothing() -> None:
    outcomes = list(forward_many(NUMERIC, range(100), Reader(bad=tuple(range(FIRST_WINDOW))), cancel=CancelToken()))
    assert [bool(outcome.logits) for outcome in outcomes] == [number >= FIRST_WINDOW for number in range(100)]


def test_a_few_items_are_answered_one_by_one() -> None:
    reader = Reader()
    outcomes = forward_many(NUMERIC, range(FEW - 1), reader, cancel=CancelToken())
    for done, _ in enumerate(outcomes, start=1):
        assert reader.n_read == done


def test_what_is_in_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = Reader(n_frames=100)
    first = next(forward_many(NUMERIC, range(5000), reader, cancel=CancelToken()))
    assert first.logits
    assert reader.n_read == FIRST_WINDOW
    monkeypatch.setattr(many, "WINDOW_NUMBERS", 3000)
    reader = Reader(n_frames=100)
    next(forward_many(NUMERIC, range(5000), reader, cancel=CancelToken()))
    assert reader.n_read == 11


def test_cancelling_stops_between_items() -> None:
    cancel, reader = CancelToken(), Reader()

    def read(number: int) -> Encoded:
        if number == 20:
            cancel.cancel()
        return reader(number)

    with pytest.raises(CancelledError):
        list(forward_many(NUMERIC, range(100), read, cancel=cancel))
    assert reader.n_read == 21


def test_many_files_are_classified_as_each_of_them(tmp_path: Any) -> None:
    bundle = make_bundle("speech")
    write_bundle(tmp_path / "m.seqclass", bundle)
    paths = [str(tmp_path / f"{number}.wav") for number in range(FEW + 4)]
    for number, path in enumerate(paths):
        soundfile.write(path, tone(0.1 + 0.05 * number, seed=number), 8000, subtype="FLOAT")
    (tmp_path / "7.wav").write_bytes(b"no sound")
    events: list[AnyEvent] = []
    run(ClassifyJob(bundle=str(tmp_path / "m.seqclass"), items=tuple(paths)), events.append, CancelToken())
    told = [event for event in events if isinstance(event, ItemClassified)]
    assert [event.item for event in told] == paths
    assert [event.error is None for event in told] == [number != 7 for number in range(len(paths))]
    for event in told:
        if event.error is None:
            assert event.probabilities == pytest.approx(classify(bundle, event.item).probabilities, abs=1e-5)
            assert event.seconds
