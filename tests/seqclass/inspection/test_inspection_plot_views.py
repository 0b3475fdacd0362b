"""Timelines and ledgers as pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support import AGE, DIGITS, make_bundle, model_spec, tone

from seqclass.errors import UsageError
from seqclass.inspection.ledger import ledger
from seqclass.inspection.timeline import Timeline, timeline
from seqclass.inspection.trace import trace
from seqclass.model.bundle import Bundle, TargetCard


def bundle_of(*targets: TargetCard, **layout: Any) -> Bundle:
    return make_bundle(model=model_spec(**layout), targets=targets or (DIGITS,))


def line_of(*targets: TargetCard, duration_s: float = 0.5) -> Timeline:
    return timeline(bundle_of(*targets, bidirectional=True), tone(duration_s), rate_hz=8000, stride=3)


def test_probabilities_are_stacked_to_one_with_the_moment_of_decision() -> None:
    line = line_of()
    (axes,) = line.plot().axes
    tops = [np.asarray(area.get_paths()[0].vertices)[:, 1].max() for area in axes.collections]
    assert max(tops) == pytest.approx(1.0, abs=1e-6)
    assert len(axes.collections) == 3
    decided = line.targets["label"].decided
    assert decided is not None
    solid = [mark.get_xdata()[0] for mark in axes.lines if mark.get_linestyle() == "-"]
    assert solid == [line.times_s[decided]]
    dotted = [mark.get_xdata()[0] for mark in axes.lines if mark.get_linestyle() == ":"]
    assert dotted == [flip.time_s for flip in line.targets["label"].flips]


def test_each_target_has_a_row_and_the_legend_stands_below() -> None:
    line = line_of(DIGITS, AGE)
    figure = line.plot(unit="frame")
    _, second = figure.axes
    np.testing.assert_array_equal(second.lines[0].get_ydata(), line.targets["age"].values[:, 0])
    assert second.get_xlabel() == "frame"
    said = " ".join(figure.get_supxlabel().split())
    assert said == line.read_me


def test_many_classes_are_drawn_with_the_rest_in_one() -> None:
    many = TargetCard(name="word", kind="class", labels=tuple(f"word{number}" for number in range(30)))
    (axes,) = line_of(many).plot().axes
    labels = [text.get_text() for text in axes.get_legend().get_texts()]
    assert len(labels) == 13
    assert labels[-1] == "18 others"
    tops = [np.asarray(area.get_paths()[0].vertices)[:, 1].max() for area in axes.collections]
    assert max(tops) == pytest.approx(1.0, abs=1e-6)


def test_a_single_frame_is_a_bar() -> None:
    (axes,) = line_of(duration_s=0.01).plot().axes
    assert sum(bar.get_height() for bar in axes.patches) == pytest.approx(1.0)


def test_a_ledger_shows_units_and_their_sums() -> None:
    traced = trace(bundle_of(), tone(), rate_hz=8000)
    entry = ledger(traced.layers[0], 12)
    figure = entry.plot(traced.times_s)
    above, below = figure.axes[:2]
    (image,) = above.images
    np.testing.assert_array_equal(image.get_array(), entry.left.T)
    low, high = image.get_clim()
    assert low == -high
    heights = [bar.get_height() for bar in below.patches]
    np.testing.assert_allclose(heights, [*entry.amount, *entry.summed])
    assert "not a causal claim" in " ".join(figure.get_supxlabel().split())


@pytest.mark.parametrize("ending", [".png", ".svg", ".pdf"])
def test_pictures_are_written_in_the_format_of_their_ending(tmp_path: Path, ending: str) -> None:
    line_of().plot(tmp_path / f"line{ending}")
    traced = trace(bundle_of(), tone(), rate_hz=8000)
    ledger(traced.layers[0]).plot(traced.times_s, tmp_path / f"ledger{ending}")
    start = {".png": b"\x89PNG", ".svg": b"<?xml", ".pdf": b"%PDF"}[ending]
    for name in ("line", "ledger"):
        assert (tmp_path / f"{name}{ending}").read_bytes().startswith(start)


def test_another_ending_is_refused_before_anything_is_drawn(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="picture's ending"):
        line_of().plot(tmp_path / "line.doc")
