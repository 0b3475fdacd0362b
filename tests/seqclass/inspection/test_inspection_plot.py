"""Pictures of traces."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from support import AGE, DIGITS, make_bundle, model_spec, text_front_end, tone

from seqclass.errors import StorageError, UsageError
from seqclass.inspection import plot
from seqclass.inspection.trace import Trace, trace
from seqclass.model.bundle import TargetCard


def traced(**layout: Any) -> Trace:
    return trace(make_bundle("speech", model=model_spec(**layout), targets=(DIGITS, AGE)), tone(), rate_hz=8000)


@pytest.fixture(scope="module")
def small() -> tuple[Trace, Any]:
    """A trace and its figure: drawing takes time, so tests that only look share one."""
    shown = traced(lstm=(3,))
    return shown, shown.plot()


@pytest.mark.parametrize(
    ("name", "start"), [("T.png", b"\x89PNG"), ("T.svg", b"<?xml"), ("T.pdf", b"%PDF"), ("T.JPG", b"\xff\xd8")]
)
def test_the_ending_chooses_the_format(small: tuple[Trace, Any], tmp_path: Path, name: str, start: bytes) -> None:
    plot.save(small[1], tmp_path / name)
    content = (tmp_path / name).read_bytes()
    assert content.startswith(start)
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", ["T.doc", "T", "T.npz", ".png"])
def test_another_ending_is_refused_before_anything_is_drawn(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = traced()
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(UsageError, match=r"A picture's ending must be one of \.png, \.svg, .*Try T\.png"):
        drawn.plot(tmp_path / name)


def test_a_failing_write_leaves_the_old_picture(
    small: tuple[Trace, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "T.png"
    path.write_bytes(b"old")
    figure = small[1]

    def full(temporary: Path, **_: Any) -> None:
        temporary.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(figure, "savefig", full)
    with pytest.raises(StorageError, match="the disk is full"):
        plot.save(figure, path)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def maps(figure: Any) -> dict[str, Any]:
    return {axes.get_title(): axes for axes in figure.axes if axes.get_title()}


def test_every_gate_and_state_of_every_half_has_a_map_with_a_fixed_scale() -> None:
    drawn = maps(traced(lstm=(5, 4), bidirectional=True).plot())
    for layer in ("layer0", "layer0.backward", "layer1", "layer1.backward"):
        for words, limits in (
            ("input gate i", (0, 1)),
            ("forget gate f", (0, 1)),
            ("output gate o", (0, 1)),
            ("candidate g", (-1, 1)),
            ("hidden state h", (-1, 1)),
        ):
            assert drawn[f"{layer}: {words}"].images[0].get_clim() == limits
        low, high = drawn[f"{layer}: cell state c"].images[0].get_clim()
        assert low == -high


def test_what_is_drawn_are_the_numbers_of_the_trace(small: tuple[Trace, Any]) -> None:
    shown, figure = small
    image = maps(figure)["layer0: forget gate f"].images[0]
    np.testing.assert_array_equal(image.get_array(), shown.layers[0].forget_gate.T)


@pytest.mark.usefixtures("small")
def test_drawing_leaves_no_state_behind() -> None:
    assert "matplotlib.pyplot" not in sys.modules or not sys.modules["matplotlib.pyplot"].get_fignums()


@pytest.mark.parametrize("text", ["$5 and $x^ \\frac{ <&>\"' 这部 हिन्दी ไทย 😀\x00", "", "word " * 100])
def test_any_text_and_any_label_can_be_drawn(tmp_path: Path, text: str) -> None:
    target = TargetCard(name="$name$^{", kind="class", labels=("$a^{$", "字", "x" * 300))
    front_end = text_front_end([text or "a", "other"], max_tokens=150)
    bundle = make_bundle("text", front_end=front_end, targets=(target,))
    figure = trace(bundle, text=text).plot(tmp_path / "T.png")
    plot.save(figure, tmp_path / "T.svg")
    assert (tmp_path / "T.png").stat().st_size > 10_000
    ElementTree.parse(tmp_path / "T.svg")


def test_frames_beyond_what_an_eye_can_see_are_averaged(tmp_path: Path) -> None:
    bundle = make_bundle("numeric", model=model_spec(lstm=(2,)), targets=(AGE,))
    shown = trace(bundle, np.random.default_rng(0).normal(size=(2501, 3)))
    image = maps(shown.plot(tmp_path / "T.png"))["layer0: hidden state h"].images[0]
    drawn = np.asarray(image.get_array())
    assert drawn.shape == (2, 834)
    np.testing.assert_allclose(drawn[:, 0], shown.layers[0].hidden[:3].mean(axis=0), rtol=1e-5)
    np.testing.assert_allclose(drawn[:, -1], shown.layers[0].hidden[2499:].mean(axis=0), rtol=1e-5)
    assert image.get_extent()[1] == 2500.5


def test_a_number_of_a_single_frame_can_be_drawn(tmp_path: Path) -> None:
    bundle = make_bundle("numeric", targets=(AGE,))
    trace(bundle, np.zeros((1, 3))).plot(tmp_path / "T.png")
    assert (tmp_path / "T.png").is_file()
