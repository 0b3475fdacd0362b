"""The offline page holds all that it shows, and nothing that could reach out of it."""

from __future__ import annotations

import base64
import json
import re
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from support import make_bundle, model_spec, speech_front_end, tone, write_bundle

from seqclass.errors import DataError, SeqclassError, UsageError
from seqclass.events import AnyEvent, CancelToken, Finished
from seqclass.export.job import run
from seqclass.inspection.trace import trace
from seqclass.model import bundle as bundles
from seqclass.model.bundle import Bundle
from seqclass.specs import ExportJob


def export(bundle: Path, out: Path, **more: Any) -> dict[str, Any]:
    events: list[AnyEvent] = []
    run(ExportJob(bundle=str(bundle), out=str(out), format="html", **more), events.append, CancelToken())
    assert isinstance(events[-1], Finished)
    return events[-1].result


def data_of(page: Path) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page.read_text("utf-8"), re.S)
    assert found is not None
    plain: dict[str, Any] = json.loads(found[1])
    return plain


@pytest.fixture
def spoken(tmp_path: Path) -> tuple[Path, Path]:
    """A bundle that reads both directions, and a recording."""
    made = make_bundle("speech", model=model_spec(lstm=(6, 4), bidirectional=True), front_end=speech_front_end(trim_db=35.0))
    write_bundle(tmp_path / "words.seqclass", made)
    soundfile.write(tmp_path / "a.wav", tone(0.4), 8000)
    return tmp_path / "words.seqclass", tmp_path / "a.wav"


def maps_of(item: dict[str, Any]) -> dict[str, np.ndarray[Any, Any]]:
    flat = np.frombuffer(zlib.decompress(base64.b64decode(item["blob"])), np.uint8)
    maps, start = {}, 0
    for about in item["maps"]:
        stop = start + about["rows"] * item["nFrames"]
        values = flat[start:stop].reshape(about["rows"], item["nFrames"]).T
        maps[about["key"]] = about["low"] + values * (about["high"] - about["low"]) / 255
        start = stop
    assert start == len(flat)
    return maps


def test_its_maps_are_those_of_the_trace_to_half_a_step(spoken: tuple[Path, Path], tmp_path: Path) -> None:
    bundle, item = spoken
    export(bundle, tmp_path / "lens.html", items=(str(item),))
    (shown,) = data_of(tmp_path / "lens.html")["items"]
    traced = trace(bundles.read(bundle), item)
    maps = maps_of(shown)
    for index, layer in enumerate(traced.layers):
        for direction, half in (("forward", layer), ("backward", layer.backward)):
            for gate in ("input_gate", "forget_gate", "output_gate", "candidate", "cell", "hidden"):
                values = getattr(half, gate)
                bound = 1.0 if gate != "cell" else max(1.0, float(np.abs(values).max()) * 2)
                np.testing.assert_allclose(maps[f"{index}.{direction}.{gate}"], values, atol=bound * 2 / 255)
    assert shown["times"] == pytest.approx(traced.times_s.tolist(), abs=1e-6)
    assert shown["answers"]["label"]["label"] == traced.result["label"].label
    assert shown["timeline"]["label"]["values"][-1] == pytest.approx(shown["answers"]["label"]["probabilities"], abs=1e-5)


def test_its_sound_is_the_recording(spoken: tuple[Path, Path], tmp_path: Path) -> None:
    bundle, item = spoken
    export(bundle, tmp_path / "lens.html", items=(str(item),))
    (shown,) = data_of(tmp_path / "lens.html")["items"]
    (tmp_path / "back.wav").write_bytes(base64.b64decode(shown["wav"]))
    samples, rate_hz = soundfile.read(tmp_path / "back.wav")
    assert rate_hz == 8000
    np.testing.assert_allclose(samples, soundfile.read(item)[0], atol=1e-4)


def test_it_names_no_address_and_forbids_itself_to_load_anything(spoken: tuple[Path, Path], tmp_path: Path) -> None:
    bundle, item = spoken
    export(bundle, tmp_path / "lens.html", items=(str(item),))
    text = (tmp_path / "lens.html").read_text("utf-8")
    assert "default-src 'none'" in text
    assert not re.search(r"https?://|src=[\"']|@import|url\(|fetch\(|XMLHttpRequest", text)
    assert str(tmp_path) not in text


@pytest.mark.parametrize("text", ["</script><script>alert(1)</script>", "日本 \u2028 & <b>", "a good film"])
def test_no_text_can_end_the_script_that_holds_it(tmp_path: Path, text: str) -> None:
    write_bundle(tmp_path / "t.seqclass", make_bundle("text"))
    export(tmp_path / "t.seqclass", tmp_path / "lens.html", texts=(text,))
    page = (tmp_path / "lens.html").read_text("utf-8")
    (shown,) = data_of(tmp_path / "lens.html")["items"]
    assert shown["name"] == text
    assert page.count("</script>") == 2
    assert len(shown["tokens"]) == shown["nFrames"]


def test_numbers_are_shown_by_their_frames(tmp_path: Path) -> None:
    write_bundle(tmp_path / "n.seqclass", make_bundle("numeric"))
    np.save(tmp_path / "x.npy", np.random.default_rng(0).normal(size=(9, 3)))
    result = export(tmp_path / "n.seqclass", tmp_path / "lens.html", items=(str(tmp_path / "x.npy"),))
    (shown,) = data_of(tmp_path / "lens.html")["items"]
    assert (shown["nFrames"], shown["isTimed"], shown["hop"]) == (9, False, 1.0)
    assert result["bytes"] == (tmp_path / "lens.html").stat().st_size


@pytest.mark.parametrize(
    ("more", "kind", "words"),
    [
        ({}, UsageError, "1 to 24 items. Received: 0 items"),
        ({"items": ("x.wav",) * 25}, UsageError, "1 to 24 items. Received: 25 items"),
        ({"texts": ("hello",)}, UsageError, "--text needs a text model"),
        ({"items": ("missing.wav",)}, DataError, "missing.wav cannot be shown"),
    ],
)
def test_what_cannot_be_shown_is_named(
    spoken: tuple[Path, Path], tmp_path: Path, more: dict[str, Any], kind: type[SeqclassError], words: str
) -> None:
    with pytest.raises(kind, match=re.escape(words)):
        export(spoken[0], tmp_path / "lens.html", **more)
    assert not (tmp_path / "lens.html").exists()


def test_a_page_too_large_for_a_browser_is_refused(
    spoken: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from seqclass.export import page

    monkeypatch.setattr(page, "_MOST_VALUES", 100)
    with pytest.raises(UsageError, match="at most 100 values"):
        export(spoken[0], tmp_path / "lens.html", items=(str(spoken[1]),))


def test_a_bundle_in_memory_renders_too() -> None:
    from seqclass.export.page import render

    bundle: Bundle = make_bundle("numeric")
    assert "words – listening lens" in render(bundle, [])
