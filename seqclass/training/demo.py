"""The `demo` job: the whole path on a spoken sample made on the spot."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from seqclass.data.sample import make_sample
from seqclass.data.scan import scan
from seqclass.data.splits import assign_splits
from seqclass.errors import DataError
from seqclass.events import AnyEvent, CancelToken, Emit, Finished, Note
from seqclass.inference.classify import classify
from seqclass.inspection.trace import trace
from seqclass.model import bundle as bundles
from seqclass.settings import Settings, data_spec
from seqclass.specs import DemoJob, TrainJob
from seqclass.training.train import run as train

# A quarter of the voices are never heard in training; silence is left out so that the picture shows ten words.
_SETTINGS: Settings = {
    "data": {"test_share": 0.25, "validation_share": 0.15, "silence_class": False},
}


def run(job: DemoJob, emit: Emit, cancel: CancelToken) -> None:
    """Make the sample, train, test on voices never heard, classify one file, draw its gates.

    Raises:
        MissingDependencyError: The ``sample`` extra is not installed.
        StorageError: The folder cannot be written.
    """
    started = time.perf_counter()
    folder = Path(job.folder)
    dataset, bundle_path = folder / "words", folder / "words.seqclass"
    make_sample(dataset, emit=emit, cancel=cancel)
    results: list[dict[str, Any]] = []

    def listen(event: AnyEvent) -> None:
        if isinstance(event, Finished):
            results.append(event.result)
        else:
            emit(event)

    train(TrainJob(dataset=str(dataset), out=str(bundle_path), settings=_SETTINGS), listen, cancel)
    bundle = bundles.read(bundle_path)
    test = results[-1]["metrics"]["test"]
    item = _unheard(dataset)
    answer = classify(bundle, item)
    picture = folder / "gates.png"
    trace(bundle, item).plot(picture)
    if cancel.stop_requested:
        emit(Note(text="Stopped early: the figures are those of a model trained for less.", level="warning"))
    data = bundle.card.data
    emit(
        Finished(
            result={
                "dataset": str(dataset),
                "bundle": str(bundle_path),
                "picture": str(picture),
                "item": str(item),
                "label": answer.label,
                "probability": max(answer.probabilities.values()),
                "accuracy": test["accuracy"],
                "n_items": test["n_items"],
                "voices": {part: data.groups[part] for part in ("train", "validation", "test")},
                "n_train": data.counts["train"],
                "seconds": round(time.perf_counter() - started, 1),
                "metrics": results[-1]["metrics"],
            }
        )
    )


def _unheard(dataset: Path) -> Path:
    """A recording of a voice that training never heard."""
    data = data_spec(_SETTINGS)
    manifest = scan(dataset, data)
    for item in assign_splits(manifest, data).items(manifest, "test"):
        if item.file is not None:
            return manifest.path / item.file
    raise DataError(f"The sample must have test items. Received: none in {dataset}. Delete the folder and run the demo again.")
