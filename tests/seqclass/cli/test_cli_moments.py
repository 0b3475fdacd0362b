"""Finding moments, laying items on one axis, stress and pins from the shell."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from support import make_bundle, model_spec, write_bundle

from seqclass.cli import main
from seqclass.model.bundle import TargetCard

HI_LO = TargetCard(name="label", kind="class", labels=("hi", "lo"))


@pytest.fixture
def place(bench: Any, tmp_path: Path) -> Path:
    bench.speech_set(tmp_path / "d", n_speakers=2, takes=3)
    write_bundle(tmp_path / "m.seqclass", make_bundle(model=model_spec(lstm=(12, 12)), targets=(HI_LO,)))
    return tmp_path


def say(place: Path, capfd: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main([word.replace("@", f"{place}/") for word in words])
    out, err = capfd.readouterr()
    return code, out, err


def test_a_moment_is_found_and_its_hits_are_written(place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The item may be named by its path: it is known as one of the data set all the same."""
    words = ("trace", "@m.seqclass", "@d/hi/speaker0_nohash_0.wav", "--in", "@d", "--find", "0.05:0.12", "--half", "layer0")
    code, out, _ = say(place, capfd, *words, "--hits", "@h.csv")
    assert code == 0
    assert "units of layer0" in out
    assert "in the hidden state" in out
    assert (place / "h.csv").read_text(encoding="utf-8").startswith("rank,score,item")
    code, out, _ = say(place, capfd, *words, "--json")
    result = json.loads(out.splitlines()[-1])
    assert result["event"] == "finished"
    assert result["n_items"] == 11


@pytest.mark.slow
def test_two_items_are_laid_on_one_axis(place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    words = ("trace", "@m.seqclass", "@d/hi/speaker0_nohash_0.wav", "--in", "@d")
    code, out, _ = say(place, capfd, *words, "--with", "@d/lo/speaker1_nohash_0.wav", "--out", "@D.npz")
    assert code == 0
    assert "of takes of hi and of lo: 19 of 20 never keep more than" in out
    assert (place / "D.npz").is_file()
    code, out, _ = say(place, capfd, *words, "--with-class", "lo", "--json")
    assert code == 0
    assert json.loads(out.splitlines()[-1])["spread"]["labels"] == ["hi", "lo"]


def test_two_models_are_compared_on_one_item(place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    write_bundle(place / "n.seqclass", make_bundle(model=model_spec(lstm=(12, 5)), targets=(HI_LO,), seed=1))
    words = ("trace", "@m.seqclass", "@d/hi/speaker0_nohash_0.wav", "--with-model", "@n.seqclass")
    code, out, _ = say(place, capfd, *words)
    assert code == 0
    assert "not compared: layer1 (12 units against 5)" in out


def test_a_stress_curve_is_shown_and_written(place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code, out, _ = say(
        place, capfd, "evaluate", "@m.seqclass", "@d", "--split", "all", "--stress", "snr_db=20,0", "--stress-out", "@s.csv"
    )
    assert code == 0
    lines = out.splitlines()
    assert lines[2].split()[:2] == ["snr_db", "(dB)"]
    assert [line.split()[0] for line in lines[3:6]] == ["as", "0", "20"]
    assert (place / "s.csv").read_text(encoding="utf-8").startswith("value,class")
    words = ("evaluate", "@m.seqclass", "@d", "--split", "all", "--stress", "speed=0.9", "--json")
    code, out, _ = say(place, capfd, *words)
    assert json.loads(out.splitlines()[-1])["stress"]["values"] == [None, 0.9]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("trace", "@m.seqclass", "a.wav", "--find", "0:1"), "--in DATASET"),
        (("trace", "@m.seqclass", "a.wav", "--find", "now", "--in", "@d"), "START:END"),
        (("trace", "@m.seqclass", "a.wav", "--find", "2:1", "--in", "@d"), "START < END"),
        (("trace", "@m.seqclass", "a.wav", "--find", "0:1", "--in", "@d", "--with", "b.wav"), "one at a time"),
        (("trace", "@m.seqclass", "a.wav", "--with", "b.wav", "--plot", "p.png"), "one at a time"),
        (("trace", "@m.seqclass", "a.wav", "--with", "b.wav", "--with-class", "hi"), "2 of these"),
        (("evaluate", "@m.seqclass", "@d", "--stress", "rain"), "WHAT=V,V"),
        (("evaluate", "@m.seqclass", "@d", "--stress", "snr_db=loud"), "WHAT=V,V"),
        (("evaluate", "@m.seqclass", "@d", "--stress", "drop"), "speech data must be one of"),
        (("evaluate", "@m.seqclass", "@d", "--stress", "snr_db", "--health", "h.csv"), "one at a time"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    words: tuple[str, ...], message: str, place: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    code, out, err = say(place, capfd, *words)
    assert code == 2
    assert out == ""
    assert message in err


@pytest.mark.tensorflow
@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning")
def test_pins_are_filmed(bench: Any, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    root = bench.numeric_set(tmp_path / "d")
    sets = [word for name in ("epochs=1", "batch_size=8") for word in ("--set", f"training.{name}")]
    code, _, _ = say(
        tmp_path, capfd, "train", str(root), "--out", "@m.seqclass", "--pin", "item000.npy", *sets, "--set", "model.lstm=[4]"
    )
    assert code == 0
    assert len(list(root.glob(".seqclass/runs/*/film/epoch-00001.npz"))) == 1
