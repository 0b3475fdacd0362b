"""Traces of a whole data set, a search in them, the stress slider and the training film, in one run.

    python tests/bench/inspection_sets.py [BUNDLE DATASET] [--film]

BUNDLE is a model of DATASET, a folder of at least 3,000 items for the figures that are asked for; by default a model of the digits and
these. The cache is a new folder, so that
everything is traced anew, and goes at the end. ``--film`` also trains two epochs with the settings of the bundle, pinned items
included, in a copy of DATASET (links), and tells what the film takes of an epoch.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import harness
import numpy as np

from seqclass.audio.read import Audio
from seqclass.data.load import load_item
from seqclass.data.scan import scan
from seqclass.events import AnyEvent, CancelToken, EpochEnded, ignore
from seqclass.inspection import film, search, stress
from seqclass.inspection import store as stores
from seqclass.inspection.store_job import build
from seqclass.model import bundle as bundles
from seqclass.specs import StressSpec, TrainJob

_LONG_S = 10.0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundle", type=Path, nargs="?")
    parser.add_argument("dataset", type=Path, nargs="?", default=harness.DATA / "spoken_digits")
    parser.add_argument("--film", action="store_true", help="train two epochs as well")
    arguments = parser.parse_args()
    arguments.bundle = arguments.bundle or harness.bundle()
    for name, value in harness.about().items():
        print(f"  {name}: {value}")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SEQCLASS_CACHE_DIR"] = folder
        bundle = bundles.read(arguments.bundle)
        manifest = scan(arguments.dataset, bundle.card.config.data)
        before_mb = _memory_mb()
        started = time.perf_counter()
        store = build(bundle, manifest, manifest.items, emit=ignore, cancel=CancelToken())
        seconds = time.perf_counter() - started
        print(
            f"traces of {len(store.items)} items, {store.n_frames} frames: {seconds:.1f} s, {store.n_bytes() / 1e6:.0f} MB on disk"
        )
        print(f"  memory beyond what the scan took: {max(_memory_mb() - before_mb, 0):.0f} MB")
        half = [name for name in store.halves if not name.endswith(".backward")][-1]
        index = max(range(len(store.items)), key=lambda number: store.items[number].n_frames)
        middle = store.items[index].n_frames // 2
        pattern = search.make_pattern(store.of(index, half, "hidden"), middle, middle + 5, half=half, context=0)
        cold = stores.open_store(store.folder)
        print(f"search of all, first time (checksum included): {_once(lambda: search.search(cold, pattern)):.3f} s")
        print(f"  again: {_median(lambda: search.search(cold, pattern)):.3f} s")
        if bundle.card.kind == "speech":
            content = load_item(manifest, store.items[index].item)
            assert isinstance(content, Audio)
            n_times = int(np.ceil(_LONG_S * content.rate_hz / len(content.samples)))
            long = np.tile(content.samples, n_times)[: round(_LONG_S * content.rate_hz)]
            spec = StressSpec(noise="pink", snr_db=5.0, speed=0.9, low_hz=300.0, high_hz=3400.0, gain_db=3.0)
            seconds = _median(lambda: stress.trace_stressed(bundle, content, spec))
            print(f"stress of an item of {store.items[index].n_frames} frames, everything at once: {1000 * seconds:.0f} ms")
            seconds = _median(lambda: stress.trace_stressed(bundle, replace(content, samples=long, duration_s=_LONG_S), spec))
            print(f"  the same of {_LONG_S:g} s of sound: {1000 * seconds:.0f} ms (a slider's aim: 200)")
    if arguments.film:
        _film(arguments.bundle, arguments.dataset)


def _film(bundle_path: Path, dataset: Path) -> None:
    from seqclass import jobs

    add, spent = film.FilmWriter.add, list[float]()

    def timed(self: film.FilmWriter, *given: object) -> object:
        started = time.perf_counter()
        made = add(self, *given)  # type: ignore[arg-type]
        spent.append(time.perf_counter() - started)
        return made

    film.FilmWriter.add = timed  # type: ignore[method-assign,assignment]
    config = bundles.read(bundle_path).card.config
    epochs: list[float] = []

    def listen(event: AnyEvent) -> None:
        if isinstance(event, EpochEnded):
            epochs.append(event.seconds)

    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "data"
        shutil.copytree(dataset, copy, copy_function=os.link, ignore=shutil.ignore_patterns(".seqclass"))
        settings = {"model": {"lstm": list(config.model.lstm)}, "training": {"epochs": 3}}
        jobs.run(
            TrainJob(dataset=str(copy), out=f"{folder}/m.seqclass", settings=settings, pins=("auto",)), listen, CancelToken()
        )
    filmed, trained = statistics.mean(spent[1:]), statistics.mean(epochs[1:])
    print(f"film: {1000 * filmed:.0f} ms of an epoch of {trained:.2f} s, {100 * filmed / trained:.1f} %")


def _once(what: Callable[[], object]) -> float:
    started = time.perf_counter()
    what()
    return time.perf_counter() - started


def _median(what: Callable[[], object]) -> float:
    return float(np.median([_once(what) for _ in range(7)]))


def _memory_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
