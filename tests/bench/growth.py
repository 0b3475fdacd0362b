"""Growth from 3,000 to 100,000 utterances: time and memory of scan, features, an epoch and a second start, against the smallest set.

    python tests/bench/growth.py [--sizes 3000 10000 30000 100000] [--folder FOLDER] [--rounds 1] [--quick]

The digits are varied (other gain, speed and noise, seeded) into as many WAV files as are wanted, once a folder. Each size is trained
for one epoch by ``seqclass train``'s own code in a process of its own, with nothing in any cache, and then started again up to its
first batch. What counts is time an utterance against the smallest set, which is measured before and after each other set, as the
machine's speed changes from minute to minute. ``--quick`` stops at 10,000 utterances. The whole takes 1 GB of disk for the
recordings, as much for features, and about six minutes.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import json
import os
import resource
import shutil
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import harness
import numpy as np
import soundfile
from numpy.typing import NDArray

SIZES = (3_000, 10_000, 30_000, 100_000)
SEED = 20261121
N_VOICES = 10  # of each speaker of the digits: as many speeds
_CHUNK = 500
DIGITS = harness.DATA / "spoken_digits"
STAGES = ("scan", "features", "epoch")
SETTINGS: dict[str, dict[str, Any]] = {"model": {"lstm": [128, 128]}, "training": {"epochs": 1, "batch_size": 64}}

Figures = dict[str, float]


def main() -> None:
    """Measure all sizes and print a table."""
    parser = harness.parser(__doc__, rounds=1)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), help="counts of utterances, the smallest first")
    parser.add_argument("--folder", type=Path, help="where the recordings lie, or are to be put; without it they go afterwards")
    parser.add_argument("--make", action="store_true", help="make the recordings only")
    parser.add_argument("--child", nargs=3, metavar=("DATASET", "WAY", "BEGAN"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        print(json.dumps(_child(Path(options.child[0]), options.child[1], float(options.child[2]))))
        return
    sizes = tuple(size for size in sorted(options.sizes) if not options.quick or size <= max(10_000, min(options.sizes)))
    with contextlib.ExitStack() as stack:
        folder = options.folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="seqclass-growth-")))
        make(folder, sizes=sizes)
        if options.make:
            return
        with harness.Session(__doc__, options, libraries=("tensorflow", "keras", "numpy", "soundfile")) as session:
            _measure(session, folder, sizes, n_rounds=1 if options.quick else options.rounds)


def _measure(session: harness.Session, folder: Path, sizes: tuple[int, ...], *, n_rounds: int) -> None:
    taken: dict[int, list[Figures]] = {size: [] for size in sizes}
    ratios: dict[tuple[int, str], list[float]] = {}
    for _ in range(n_rounds):
        before = _both_starts(folder / str(sizes[0]))
        taken[sizes[0]].append(before)
        for size in sizes[1:]:
            mine = _both_starts(folder / str(size))
            after = _both_starts(folder / str(sizes[0]))
            taken[size].append(mine)
            taken[sizes[0]].append(after)
            for stage in STAGES:
                small = (before[stage] + after[stage]) / 2 / sizes[0]
                ratios.setdefault((size, stage), []).append(mine[stage] / size / small)
            before = after
    print(_table(taken, ratios))
    least, most = sizes[0], sizes[-1]
    for stage in STAGES:
        worst = max(statistics.median(ratios[size, stage]) for size in sizes[1:])
        session.figure(f"{stage} an utterance, at worst, against {least:,}", worst, "times", at_most=1.1)
    medians = {size: _medians(taken[size]) for size in (least, most)}
    growth_mb = medians[most]["peak_mb"] - medians[least]["peak_mb"]
    session.figure(f"peak memory at {most:,}", medians[most]["peak_mb"], "MB", at_most=1500)
    session.figure("growth of it", growth_mb * 1e6 / (most - least), "bytes an utterance")
    session.figure(f"second start at {most:,} until all data are there", medians[most]["again_data"], "s", at_most=2.0)
    session.figure("until the first step, but for importing TensorFlow", medians[most]["again_ready"], "s")
    session.figure("importing TensorFlow and ours", medians[most]["again_import"], "s")


def _table(taken: dict[int, list[Figures]], ratios: dict[tuple[int, str], list[float]]) -> str:
    names = {
        "scan": "scan",
        "features": "features",
        "epoch": "epoch",
        "again_data": "again",
        "again_ready": "ready",
        "peak_mb": "peak",
    }
    lines = ["", f"{'utterances':>10}" + "".join(f"{name:>18}" for name in names.values())]
    for size, figures in taken.items():
        cells = []
        for name, value in _medians(figures).items():
            if name in names:
                told = f"{value:.0f} MB" if name == "peak_mb" else f"{value:.2f} s"
                ratio = ratios.get((size, name))
                cells.append(told + (f" ({statistics.median(ratio):.2f}x)" if ratio else ""))
        lines.append(f"{size:>10,}" + "".join(f"{cell:>18}" for cell in cells))
    lines.append(
        "(x): an utterance, against the smallest set; again: a second start until all data are there, ready: until the first step\n"
    )
    return "\n".join(lines)


def _medians(figures: list[Figures]) -> Figures:
    return {name: statistics.median(each[name] for each in figures) for name in figures[0]}


def _both_starts(dataset: Path) -> Figures:
    """A first training and a second start on the same folder, each in a process of its own, with a cache of their own.

    All files are read once before: the system keeps those of a small set anyway, and it is not the disk that is measured.
    """
    shutil.rmtree(dataset / ".seqclass", ignore_errors=True)
    for path in dataset.rglob("*.wav"):
        path.read_bytes()
    with tempfile.TemporaryDirectory(prefix="seqclass-cache-") as cache:
        environment = {**os.environ, "SEQCLASS_CACHE_DIR": cache, "SEQCLASS_USER_DIR": cache}

        def run(way: str) -> Figures:
            words = [sys.executable, __file__, "--child", str(dataset), way, str(time.time())]
            printed = subprocess.run(words, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout
            figures: Figures = json.loads(printed.splitlines()[-1])
            return figures

        first, again = run("whole"), run("begin")
    shutil.rmtree(dataset / ".seqclass", ignore_errors=True)
    order = ("scan", "features", "epoch", "again_data", "again_ready", "peak_mb")
    every = {**first, **{f"again_{name}": value for name, value in again.items()}}
    return {name: every[name] for name in (*order, *(name for name in every if name not in order))}


def _child(dataset: Path, way: str, began_s: float) -> Figures:
    """Train within this process and say how long each part took, and what the memory was after it."""
    figures: Figures = {}
    from seqclass.errors import CancelledError
    from seqclass.events import CancelToken, ignore
    from seqclass.specs import TrainJob
    from seqclass.training import fit, loop, train

    figures["import"] = time.time() - began_s
    figures["import_mb"] = _peak_mb()
    loaded_s = time.perf_counter()

    def timed(owner: Any, name: str, stage: str) -> None:
        function: Callable[..., Any] = getattr(owner, name)

        @functools.wraps(function)
        def run(*arguments: Any, **options: Any) -> Any:
            started = time.perf_counter()
            result = function(*arguments, **options)
            figures[stage] = time.perf_counter() - started
            figures[f"{stage}_mb"] = _peak_mb()
            figures.setdefault("data", 0.0)
            if stage == "features":
                figures["data"] = time.perf_counter() - loaded_s
            return result

        setattr(owner, name, run)

    step = loop.Step.__call__

    def told(self: loop.Step, *batch: Any, **options: Any) -> dict[str, Any]:
        figures.setdefault("ready", time.perf_counter() - loaded_s)
        if way == "begin":
            raise CancelledError("That was all.")
        return step(self, *batch, **options)

    timed(train, "scan", "scan")
    timed(train, "assign_splits", "splits")
    timed(fit, "prepare", "features")
    timed(loop.Trainer, "_pass", "epoch")
    setattr(loop.Step, "__call__", told)  # noqa: B010 - a method, as far as types go
    with tempfile.TemporaryDirectory() as folder, contextlib.suppress(CancelledError):
        train.run(TrainJob(dataset=str(dataset), out=f"{folder}/model.seqclass", settings=SETTINGS), ignore, CancelToken())
    figures["total"] = time.perf_counter() - loaded_s
    figures["peak_mb"] = _peak_mb()
    figures["workers_mb"] = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return figures


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def make(folder: Path, *, sizes: tuple[int, ...] = SIZES, digits: Path = DIGITS) -> None:
    """Write varied digits into ``folder/SIZE/LABEL/SPEAKER_nohash_NUMBER.wav``; the smaller sets are parts of the largest.

    Each digit is said again and again at another gain, at the speed of one of ten voices a speaker, in other noise. All of the
    digits come once before one comes again, so every set has the same mixture. What is there already is left as it is.
    """
    if all((folder / str(size) / ".made").exists() for size in sizes):
        return
    sources = sorted((digits / "recordings").glob("*.wav"))
    largest = max(sizes)
    folder.mkdir(parents=True, exist_ok=True)
    starts = range(0, largest, _CHUNK)
    with ProcessPoolExecutor() as pool:
        chunks = list(
            pool.map(
                _make_chunk, [folder / str(largest)] * len(starts), starts, [largest] * len(starts), [sources] * len(starts)
            )
        )
    names = [name for chunk in chunks for name in chunk]
    for size in sizes:
        for name in names[:size] if size != largest else []:
            link = folder / str(size) / name
            if not link.exists():
                link.parent.mkdir(parents=True, exist_ok=True)
                os.link(folder / str(largest) / name, link)
        (folder / str(size) / ".made").touch()


def _make_chunk(folder: Path, start: int, stop: int, sources: list[Path]) -> list[str]:
    order = np.random.default_rng(SEED).permutation(len(sources))
    return [_make_one(folder, index, sources[order[index % len(sources)]]) for index in range(start, min(stop, start + _CHUNK))]


def _make_one(folder: Path, index: int, source: Path) -> str:
    rng = np.random.default_rng([SEED, index])
    label, speaker, _ = source.stem.split("_")
    voice = int(rng.integers(N_VOICES))
    name = f"{label}/{speaker}{voice}_nohash_{index}.wav"
    path = folder / name
    if not path.exists():
        samples, rate_hz = soundfile.read(source, dtype="float32")
        speed = 0.85 + 0.3 * voice / (N_VOICES - 1)
        varied = _vary(samples, speed, rng)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_wav(varied, rate_hz))
    return name


def _vary(samples: NDArray[np.float32], speed: float, rng: np.random.Generator) -> NDArray[np.int16]:
    n_samples = max(2, int(len(samples) / speed))
    spoken = np.interp(np.linspace(0, len(samples) - 1, n_samples), np.arange(len(samples)), samples)
    gain = 10 ** (rng.uniform(-12, 0) / 20) / max(1e-3, float(np.abs(samples).max()))
    noise = rng.standard_normal(n_samples) * 10 ** (rng.uniform(-60, -35) / 20)
    return (np.clip(spoken * gain + noise, -1, 1) * 32767).astype("<i2")


def _wav(samples: NDArray[np.int16], rate_hz: int) -> bytes:
    body = samples.tobytes()
    form = struct.pack("<HHIIHH", 1, 1, rate_hz, 2 * rate_hz, 2, 16)
    return (
        b"RIFF"
        + struct.pack("<I", 36 + len(body))
        + b"WAVEfmt "
        + struct.pack("<I", 16)
        + form
        + b"data"
        + struct.pack("<I", len(body))
        + body
    )


if __name__ == "__main__":
    main()
