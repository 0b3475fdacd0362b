"""Bundles that released versions wrote: each must load and say the same for ever."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from seqclass.events import CancelToken
from seqclass.inference.classify import classify
from seqclass.model import bundle as bundles
from seqclass.model import golden

FIXTURES = sorted((Path(__file__).parent / "fixtures").glob("*.seqclass"))
LABEL = [0.873945, 0.676563, -0.044026]
AGE = 0.380924


def samples() -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    times_s = np.arange(4000) / 8000
    return np.asarray(0.3 * np.sin(2 * np.pi * (300 * times_s + 400 * times_s**2)) * np.hanning(4000), np.float32)


def test_there_is_a_fixture_of_each_version() -> None:
    assert [path.name for path in FIXTURES] == ["v0.1.0.seqclass"]
    assert all(path.stat().st_size < 200_000 for path in FIXTURES)


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_an_old_bundle_gives_these_very_logits(path: Path) -> None:
    bundle = bundles.read(path)
    logits = bundle.network.forward(bundle.front_end.encode(samples(), 8000).frames).logits
    np.testing.assert_allclose(logits["label"], LABEL, atol=1e-5)
    np.testing.assert_allclose(logits["age"], [AGE], atol=1e-5)
    answer = classify(bundle, samples(), rate_hz=8000)
    assert answer.label == "no"
    assert answer.targets["age"].value == pytest.approx(40 + 3 * AGE, abs=1e-4)


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_an_old_bundle_recomputes_what_it_stored(path: Path) -> None:
    bundle, stored = bundles.read(path), bundles.read_golden(path)
    now = golden.compute(bundle.front_end, bundle.network, golden.stored_inputs(bundle.front_end, stored))
    assert now.keys() == stored.keys()
    assert len([name for name in now if name.endswith(".logits.label")]) == golden.N_ITEMS
    for name, values in stored.items():
        np.testing.assert_allclose(now[name], values, atol=1e-3 if "features" in name or "frames" in name else 1e-5)


@pytest.mark.tensorflow
@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning")
@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_an_old_bundle_verifies(path: Path) -> None:
    from seqclass.model.keras_verify import verify

    stages = list(verify(bundles.read(path), cancel=CancelToken()))
    assert len(stages) == 8
    assert all(stage.ok for stage in stages)
