"""What workers compare before they learn: command, settings, data, libraries, and the items that could be read."""

from __future__ import annotations

import hashlib
import importlib.metadata
import platform
from collections.abc import Callable
from typing import Any

import msgspec

from seqclass import __version__
from seqclass.data.items import values_of
from seqclass.data.manifest import Manifest
from seqclass.specs import Config, TrainJob
from seqclass.training.prepare import Prepared
from seqclass.training.share import Share
from seqclass.training.workers.team import Team

LIBRARIES = ("tensorflow", "keras", "numba", "librosa", "numpy", "scipy", "soundfile", "soxr")
"""What the weights depend on."""


def require_same_job(team: Team, job: TrainJob, config: Config, manifest: Manifest, *, data: str) -> None:
    """End all workers where one was asked for something else, or has other data or libraries.

    Args:
        team: The workers.
        job: As this one was given it.
        config: All settings.
        manifest: As it was scanned here.
        data: Fingerprint of items and split.

    Raises:
        WorkersError: The first difference.
    """
    settings = msgspec.to_builtins(config)
    del settings["training"]["tensorboard"]  # it writes nothing here
    team.require_same(
        "",
        {"libraries": library_versions(), "--resume": job.resume, **settings},
        way_out="Give all workers the same command and settings, and install the same versions.",
    )
    contents = hashlib.sha256("".join(values_of(manifest.items, "content_hash")).encode()).hexdigest()
    names = hashlib.sha256("\n".join(values_of(manifest.items, "id")).encode()).hexdigest()
    found = {
        "number of items": len(manifest.items),
        "names of items": names,
        "contents of items": contents,
        "labels or split of items": data,
    }
    team.require_same(
        "", found, way_out=f"Give all workers the same folder, or whole copies of it with {manifest.path.name}/.seqclass."
    )


def shared(team: Team) -> Callable[[Prepared], Share]:
    """From what this worker has prepared to its share of the training, once all have prepared the same.

    The function raises `WorkersError` where one could not read an item that another one could.
    """

    def begin(prepared: Prepared) -> Share:
        left_out = {problem.file: problem.reason for problem in prepared.left_out}
        learnt = {target.name: list(target.labels) for target in prepared.targets}
        counts = {part: len(each.items) for part, each in prepared.parts.items()}
        team.require_same(
            "",
            {"items that cannot be read": left_out, "classes": learnt, "items used": counts},
            way_out="Mend or replace those files there, or leave them out everywhere.",
        )
        from seqclass.training.workers.step import WorkerShare

        return WorkerShare(team)

    return begin


def library_versions() -> dict[str, Any]:
    """Versions of Python, of this program and of the libraries."""
    own = {"python": platform.python_version(), "seqclass": __version__}
    return own | {name: importlib.metadata.version(name) for name in LIBRARIES}
