"""The `import` job: a foreign file in, a bundle that was compared with its origin out."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from seqclass.errors import BundleError, SpecError
from seqclass.events import CancelToken, Emit, Finished, Note, Progress
from seqclass.files import ensure_writable, require_bundle_name
from seqclass.model import foreign, foreign_files, torch_import
from seqclass.specs import ImportJob

TORCH_ENDINGS = (".safetensors", ".npz")
_PICKLES = (".pt", ".pth", ".bin", ".ckpt", ".pkl")


def run(job: ImportJob, emit: Emit, cancel: CancelToken) -> None:
    """Tell what is in the file, and write the bundle where ``out`` names one.

    Emits a `StageVerified` for each comparison with Keras. Finishes with ``source``, ``layers`` (name, units of each direction),
    ``outputs`` (name, classes, kind), ``n_features`` or ``n_tokens``, ``is_causal``; without ``out`` also ``needs``, the sentence that
    says which front end has to be given; with it ``bundle``, ``targets``, ``warnings`` and ``max_abs_difference``.

    Raises:
        StorageError: A file cannot be read or written.
        BundleError: The model is not supported; the message names the layer and the reason. Or it does not agree with Keras.
        SpecError: The front end or the labels are missing, or do not fit.
    """
    path = Path(job.file)
    if path.suffix.lower() in _PICKLES:
        raise BundleError(
            f"Pickles of PyTorch can run code and are never opened. Received: {path}. Convert it in Python: "
            "safetensors.torch.save_file(model.state_dict(), 'model.safetensors')."
        )
    if job.out:
        require_bundle_name(job.out)
        ensure_writable(job.out)
    opened = _open(path, job, emit)
    cancel.check()
    result: dict[str, Any] = opened.description()
    missing = foreign.needed(opened.n_features, opened.n_tokens)
    if not job.out:
        emit(Finished(result=result | {"needs": missing}))
        return
    if not job.features:
        raise SpecError(missing)
    front_end = foreign.front_end_for(job.features, n_features=opened.n_features, n_tokens=opened.n_tokens)
    bundle = opened.bundle(front_end, foreign.target_cards(opened.outputs, job.labels))
    for text in bundle.card.data.warnings:
        emit(Note(text=text, level="warning"))
    emit(Progress(stage="comparing with Keras", done=0))
    greatest, failed = 0.0, []
    for stage in opened.compare(bundle):
        cancel.check()
        emit(stage)
        greatest = max(greatest, stage.max_abs_difference)
        failed += [] if stage.ok else [stage.stage]
    if failed:
        raise BundleError(
            f"The NumPy pass must agree with Keras. Received: a difference of {greatest:.1e} in {', '.join(failed)} (in {path}). No "
            "bundle was written; please report this with the file."
        )
    cancel.check()
    opened.write(Path(job.out), bundle)
    result |= {
        "bundle": job.out,
        "targets": [{"name": each.name, "kind": each.kind, "labels": list(each.labels)} for each in bundle.card.targets],
        "is_causal": bundle.card.is_causal,
        "max_abs_difference": greatest,
        "warnings": list(bundle.card.data.warnings),
    }
    emit(Finished(result=result))


def _open(path: Path, job: ImportJob, emit: Emit) -> Any:
    """The file as `seqclass.model.keras_foreign` holds it."""
    emit(Progress(stage="reading", done=0))
    if path.suffix.lower() in TORCH_ENDINGS:
        made, name = torch_import.from_state(foreign_files.read_state(path), pooling=job.pooling), "OpenedTorch"
        more: tuple[Any, ...] = (made,)
    else:
        foreign_files.check_keras(path)
        name, more = "OpenedKeras", ()
    # Keras takes seconds to load: what was refused above is refused at once.
    return getattr(importlib.import_module("seqclass.model.keras_foreign"), name)(path, *more)
