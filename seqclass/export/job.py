"""The `export` job: a bundle in a form that other programs open."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from seqclass.errors import UsageError
from seqclass.events import CancelToken, Emit, Finished, Progress
from seqclass.files import ensure_writable, write_bytes
from seqclass.model import bundle as bundles
from seqclass.model.bundle import Bundle
from seqclass.specs import ExportJob

# Loaded when asked for: all but the page need Keras.
_WRITERS = {
    "onnx": "seqclass.export.models:write_onnx",
    "tflite": "seqclass.export.models:write_tflite",
    "savedmodel": "seqclass.export.models:write_savedmodel",
    "html": "seqclass.export.page:write_page",
}


def run(job: ExportJob, emit: Emit, cancel: CancelToken) -> None:
    """Write the export; finishes with ``out``, ``format`` and ``bytes``.

    Raises:
        BundleError: The bundle cannot be read, or the form cannot hold it.
        StorageError: The place cannot be written.
        MissingDependencyError: The form needs a library that is not installed.
        UsageError: The page has no item to show.
    """
    bundle = bundles.read(job.bundle)
    if job.format == "savedmodel" and Path(job.out).exists():
        raise UsageError(
            f"A SavedModel is written to a new folder. Received: --out {job.out}, which is there. Choose another name."
        )
    if job.format != "savedmodel":
        ensure_writable(job.out)
    emit(Progress(stage=f"writing {job.format}", done=0))
    if job.format == "keras":
        write_bytes(job.out, bundles.read_keras(job.bundle))
    else:
        module, _, name = _WRITERS[job.format].partition(":")
        write: Callable[[Bundle, ExportJob, Emit, CancelToken], None] = getattr(importlib.import_module(module), name)
        write(bundle, job, emit, cancel)
    emit(Finished(result={"bundle": job.bundle, "out": job.out, "format": job.format, **_size(Path(job.out))}))


def _size(path: Path) -> dict[str, Any]:
    files = [path] if path.is_file() else [each for each in path.rglob("*") if each.is_file()]
    return {"bytes": sum(each.stat().st_size for each in files)}
