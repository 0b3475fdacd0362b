"""``seqclass import`` and ``seqclass export`` as a person meets them; what they do is tested beside what does it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support import make_bundle, write_bundle

Run = Callable[..., Any]


def test_a_page_is_written_and_named(run: Run, tmp_path: Path) -> None:
    write_bundle(tmp_path / "m.seqclass", make_bundle("text"))
    page = tmp_path / "lens.html"
    outcome = run("export", str(tmp_path / "m.seqclass"), "--format", "html", "--out", str(page), "--text", "a good film")
    assert outcome.code == 0
    assert f"html written to {page}" in outcome.out
    assert page.read_text("utf-8").startswith("<!doctype html>")


def test_with_json_an_export_is_one_line(run: Run, tmp_path: Path) -> None:
    write_bundle(tmp_path / "m.seqclass", make_bundle("numeric"), keras_model=b"a Keras model")
    out = tmp_path / "model.keras"
    outcome = run("export", str(tmp_path / "m.seqclass"), "--format", "keras", "--out", str(out), "--json")
    assert json.loads(outcome.out) == {
        "event": "finished",
        "bundle": str(tmp_path / "m.seqclass"),
        "out": str(out),
        "format": "keras",
        "bytes": 13,
    }
    assert out.read_bytes() == b"a Keras model"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--format", "html", "--out", "x"], "--format html needs an --item or a --text"),
        (["--format", "onnx", "--out", "x", "--item", "a.wav"], "belong to --format html"),
        (["--format", "tflite", "--out", "x", "--frames", "0"], "--frames must lie within 1 to 2000"),
        (["--format", "pickle", "--out", "x"], "invalid choice"),
        (["--out", "x"], "--format"),
    ],
)
def test_wrong_usage_of_export_is_said_in_one_line(run: Run, words: list[str], says: str) -> None:
    outcome = run("export", "m.seqclass", *words)
    assert outcome.code == 2
    assert says in outcome.err
    assert outcome.err.count("\n") == 1


@pytest.mark.parametrize(
    ("name", "words", "says"),
    [
        ("m.pt", [], "Pickles of PyTorch can run code"),
        ("none.keras", [], "there is no such file"),
        ("m.keras", [], "is no readable Keras model"),
        ("m.safetensors", [], "is no readable .safetensors"),
        ("m.keras", ["--features", "mfcc"], "must be a .toml or .json file, or a short form"),
    ],
)
def test_a_file_that_cannot_be_imported_is_one_line(run: Run, tmp_path: Path, name: str, words: list[str], says: str) -> None:
    for each in ("m.pt", "m.keras", "m.safetensors"):
        (tmp_path / each).write_bytes(b"nothing of use")
    outcome = run("import", str(tmp_path / name), *words)
    assert outcome.code == 1
    assert says in outcome.err.splitlines()[-1]


def test_weights_of_something_else_are_named(run: Run, tmp_path: Path) -> None:
    np.savez(tmp_path / "m.npz", **{"conv.weight": np.zeros((2, 2))})
    outcome = run("import", str(tmp_path / "m.npz"), "--json")
    assert outcome.code == 1
    assert json.loads(outcome.out.splitlines()[-1])["event"] == "error"
    assert "conv.weight" in outcome.err
