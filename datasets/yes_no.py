"""Yes and no in Hebrew (OpenSLR SLR1): recordings of eight words each, cut into words.

SOURCE holds waves_yesno/0_1_....wav, whose names are the words: 1 for yes, 0 for no. A recording is cut at its pauses; one
that does not give as many words as its name has is left out and named. One man speaks, so the manifest's `speaker` is the
recording: words of one recording never stand on both sides of a split.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from _recipe import arguments, run, warn, write_manifest

from seqclass.errors import DataError

_NAME = re.compile(r"[01](_[01])+")
_LABELS = {"0": "no", "1": "yes"}
_FRAME_S = 0.02
_LONGEST_GAP_S = 0.15  # within a word
_SHORTEST_WORD_S = 0.12
_MARGIN_S = 0.06
_THRESHOLDS_DB = range(-45, -15)

Samples = np.ndarray[Any, np.dtype[np.float32]]


def make(given: argparse.Namespace, folder: Path) -> str:
    """Cut the recordings and write the manifest."""
    paths = sorted(path for path in given.source.rglob("*.wav") if _NAME.fullmatch(path.stem))
    if not paths:
        raise DataError(f"SOURCE must hold recordings named like 0_1_1_0_0_1_0_1.wav. Received: {given.source} without any.")
    rows = []
    uncut = []
    for path in paths:
        digits = path.stem.split("_")
        words = _words(path, len(digits))
        if words is None:
            uncut.append(path.name)
            continue
        samples, rate_hz, edges = words
        for index, (digit, (start, end)) in enumerate(zip(digits, edges, strict=True)):
            label = _LABELS[digit]
            file = f"{label}/{path.stem}_nohash_{index}.wav"
            (folder / label).mkdir(exist_ok=True)
            soundfile.write(folder / file, samples[start:end], rate_hz, subtype="PCM_16")
            rows.append({"file": file, "label": label, "speaker": path.stem})
    if uncut:
        warn(f"{len(uncut)} recordings could not be cut into their words and were left out: {', '.join(uncut)}.")
    if not rows:
        raise DataError(f"A recording must have a pause between its words. Received: {given.source}, where none has.")
    write_manifest(folder, rows, columns=("file", "label", "speaker"))
    return f"{len(rows)} words from {len(paths) - len(uncut)} recordings"


def _words(path: Path, n_words: int) -> tuple[Samples, int, list[tuple[int, int]]] | None:
    """Samples, rate and each word's edges in samples, by the lowest threshold that gives as many words as expected."""
    try:
        samples, rate_hz = soundfile.read(path, dtype="float32", always_2d=True)
    except soundfile.LibsndfileError:
        return None
    mono: Samples = samples.mean(axis=1)
    frame = int(_FRAME_S * rate_hz)
    frames = mono[: len(mono) // frame * frame].reshape(-1, frame)
    levels_db = 20 * np.log10(np.sqrt(np.mean(np.square(frames), axis=1)) + 1e-6)
    for threshold_db in _THRESHOLDS_DB:
        runs = _loud_runs(levels_db > threshold_db)
        if len(runs) == n_words:
            margin = int(_MARGIN_S * rate_hz)
            return mono, rate_hz, [(max(0, a * frame - margin), min(len(mono), b * frame + margin)) for a, b in runs]
    return None


def _loud_runs(loud: np.ndarray[Any, np.dtype[np.bool_]]) -> list[tuple[int, int]]:
    """First and last + 1 frame of each loud stretch; short gaps are bridged, short stretches dropped."""
    changes = np.flatnonzero(np.diff(np.concatenate([[False], loud, [False]]).astype(np.int8)))
    runs: list[tuple[int, int]] = []
    for start, end in zip(changes[::2].tolist(), changes[1::2].tolist(), strict=True):
        if runs and (start - runs[-1][1]) * _FRAME_S <= _LONGEST_GAP_S:
            runs[-1] = (runs[-1][0], end)
        else:
            runs.append((start, end))
    return [(start, end) for start, end in runs if (end - start) * _FRAME_S >= _SHORTEST_WORD_S]


if __name__ == "__main__":
    run(arguments(str(__doc__), source="the unpacked corpus"), make)
