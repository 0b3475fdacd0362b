"""How Python callers have a job done: checked as a worker would check it, then run in this process."""

from __future__ import annotations

import importlib
from typing import Any, TypeVar

import msgspec

from seqclass.errors import UsageError
from seqclass.events import AnyEvent, CancelToken, Emit, Finished
from seqclass.specs import HERE, ComputeSpec, Job, Spec

SpecT = TypeVar("SpecT", bound=Spec)


def run(job: Job, emit: Emit, cancel: CancelToken | None = None) -> dict[str, Any]:
    """Do a job, and give what it finishes with.

    Raises:
        UsageError: An argument is out of range.
        SeqclassError: As the job raised it.
    """
    results: list[dict[str, Any]] = []

    def listen(event: AnyEvent) -> None:
        emit(event)
        if isinstance(event, Finished):
            results.append(event.result)

    importlib.import_module("seqclass.jobs").run(checked(job), listen, cancel or CancelToken())
    return results[-1]


def checked(job: SpecT) -> SpecT:
    """A job, which Python lets anybody make, once its values are seen to be in range.

    Raises:
        UsageError: One is not.
    """
    plain = msgspec.to_builtins(job)
    try:
        return msgspec.convert(plain, type(job))
    except msgspec.ValidationError as error:
        rule, _, place = str(error).partition(" - at `$.")
        names = place.rstrip("`").split(".")
        value: Any = plain
        for name in names:
            value = value.get(name) if isinstance(value, dict) else value
        raise UsageError(
            f"{names[-1]}: {rule[:1].lower()}{rule[1:]}. Received: {names[-1]}={value!r}. See: help(seqclass.Model), "
            "help(seqclass.train)"
        ) from error


def compute_spec(parallel: str, cache_mb: int | None) -> ComputeSpec:
    """Where features are computed and kept, as callers say it."""
    return ComputeSpec(parallel=parallel, cache_mb=HERE.cache_mb if cache_mb is None else cache_mb)
