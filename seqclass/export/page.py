"""The lens as one offline page: an item's sound and the maps of its gates and states, in any browser, without a network.

The page holds everything: its script, its colours, the maps as bytes and the sound. Its own content policy forbids it to load
anything else. Maps have 256 steps, as many as their colours.
"""

from __future__ import annotations

import base64
import io
import json
import math
import wave
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seqclass.audio.read import Audio
from seqclass.audio.resample import resample
from seqclass.errors import DataError, ItemError, UsageError
from seqclass.events import CancelToken, Emit, Progress
from seqclass.files import write_text
from seqclass.inference.classify import read_content
from seqclass.inspection.prefixes import Prefixes
from seqclass.inspection.timeline import timeline_of
from seqclass.inspection.trace import GATES, Trace, trace_encoded
from seqclass.model.bundle import Bundle
from seqclass.specs import ExportJob

_TEMPLATE = Path(__file__).with_name("page.html")
_MOST_ITEMS = 24
# A page of more bytes takes a browser seconds to open.
_MOST_VALUES = 32_000_000
_MOST_RATE_HZ = 16_000


def write_page(bundle: Bundle, job: ExportJob, emit: Emit, cancel: CancelToken) -> None:
    """Write the page of a job's items and texts.

    Raises:
        DataError: An item cannot be read.
        UsageError: There is none, there are too many, or together they are too long.
        StorageError: The file cannot be written.
    """
    work = [(item, None) for item in job.items] + [(text, text) for text in job.texts]
    if not 1 <= len(work) <= _MOST_ITEMS:
        raise UsageError(f"A page shows 1 to {_MOST_ITEMS} items. Received: {len(work)} items. Give --item or --text for each.")
    if job.texts and bundle.card.kind != "text":
        raise UsageError(f"--text needs a text model. Received: a model of {bundle.card.kind} data. Give --item instead.")
    items = []
    n_values = 0
    for done, (name, text) in enumerate(work, start=1):
        cancel.check()
        try:
            items.append(_item(bundle, name, text))
        except ItemError as error:
            raise DataError(f"{name} cannot be shown: {error}.") from error
        n_values += items[-1]["n_values"]
        if n_values > _MOST_VALUES:
            raise UsageError(
                f"The maps of a page must have at most {_MOST_VALUES} values. Received: {n_values} in the first {done} items. Show "
                "fewer or shorter ones."
            )
        emit(Progress(stage="tracing", done=done, total=len(work)))
    write_text(job.out, render(bundle, items))


def render(bundle: Bundle, items: list[dict[str, Any]]) -> str:
    """The page's text."""
    card = bundle.card
    name = bundle.path.stem if bundle.path is not None else card.data.name
    data = {
        "model": name,
        "kind": card.kind,
        "isCausal": card.is_causal,
        "layers": [[half.n_units for half in halves if half is not None] for halves in bundle.network.layers],
        "targets": [{"name": each.name, "kind": each.kind, "labels": list(each.labels)} for each in card.targets],
        "items": items,
    }
    # "<" is written in another way, so that no name can end the script that holds it.
    plain = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    safe = plain.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    title = name.replace("&", "&amp;").replace("<", "&lt;")
    return _TEMPLATE.read_text("utf-8").replace("@TITLE@", title).replace("@DATA@", safe)


def _item(bundle: Bundle, name: str, text: str | None) -> dict[str, Any]:
    _, content = read_content(bundle, None if text is not None else name, text=text)
    prefixes = Prefixes(bundle, content)
    traced = trace_encoded(bundle, prefixes.encoded, name=name)
    line = timeline_of(bundle, prefixes)
    maps = list(_maps(traced))
    blob = b"".join(values.tobytes() for _, values in maps)
    item: dict[str, Any] = {
        "name": Path(name).name if text is None else name,
        "nFrames": len(traced.frames),
        "times": [round(float(each), 6) for each in traced.times_s],
        "hop": _hop(bundle, traced),
        "isTimed": traced.is_timed,
        "tokens": list(traced.tokens),
        "maps": [about for about, _ in maps],
        "blob": base64.b64encode(zlib.compress(blob, 9)).decode("ascii"),
        "answers": _answers(traced),
        "timeline": {
            target.name: {
                "frames": line.frames.tolist(),
                "values": np.round(target.values, 5).tolist(),
                "decided": None if target.decided is None else int(line.frames[target.decided]),
            }
            for target in line.targets.values()
        },
        "timelineNote": line.method,
        "n_values": len(blob),
    }
    if isinstance(content, Audio):
        rate_hz = min(content.rate_hz, _MOST_RATE_HZ)
        item["wav"] = base64.b64encode(_wav(resample(content.samples, content.rate_hz, rate_hz), rate_hz)).decode("ascii")
        item["duration"] = content.duration_s
    return item


def _maps(traced: Trace) -> Iterator[tuple[dict[str, Any], NDArray[np.uint8]]]:
    """Each map with what its bytes mean, rows from the first unit on."""
    yield _bytes("frames", traced.frames, *_symmetric(traced.frames, share=0.995, least=1e-3))
    for index, layer in enumerate(traced.layers):
        for direction, half in (("forward", layer), ("backward", layer.backward)):
            if half is None:
                continue
            for gate in GATES:
                values = getattr(half, gate)
                bounds = (0.0, 1.0) if gate.endswith("gate") else _symmetric(values) if gate == "cell" else (-1.0, 1.0)
                # Activations of an imported model may leave the usual bounds; colours then end where the greatest value is.
                if gate != "cell" and (values.min() < bounds[0] or values.max() > bounds[1]):
                    bounds = _symmetric(values)
                yield _bytes(f"{index}.{direction}.{gate}", values, *bounds)


def _bytes(key: str, values: NDArray[Any], low: float, high: float) -> tuple[dict[str, Any], NDArray[np.uint8]]:
    scaled = (np.asarray(values, np.float64).T - low) * (255.0 / (high - low))
    about = {"key": key, "rows": int(values.shape[1]), "low": low, "high": high}
    return about, np.ascontiguousarray(np.rint(np.clip(scaled, 0, 255)).astype(np.uint8))


def _symmetric(values: NDArray[Any], *, share: float = 1.0, least: float = 1.0) -> tuple[float, float]:
    """Bounds about zero: a round number that holds all values, or a share of them."""
    magnitudes = np.abs(values)
    wanted = max(float(magnitudes.max() if share >= 1 else np.quantile(magnitudes, share)), least)
    power = 10.0 ** math.floor(math.log10(wanted))
    bound = next(factor * power for factor in (1, 2, 3, 4, 5, 6, 8, 10) if factor * power >= wanted * (1 - 1e-6))
    return -bound, bound


def _hop(bundle: Bundle, traced: Trace) -> float:
    if not traced.is_timed:
        return 1.0
    basis = bundle.front_end.basis  # type: ignore[union-attr]  # timed items are sounds
    return float(basis.hop_length / basis.rate_hz)


def _answers(traced: Trace) -> dict[str, Any]:
    return {
        name: {"value": answer.value}
        if answer.value is not None
        else {"label": answer.label, "probabilities": list((answer.probabilities or {}).values())}
        for name, answer in traced.result.items()
    }


def _wav(samples: NDArray[np.floating], rate_hz: int) -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(np.rint(np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return buffer.getvalue()
