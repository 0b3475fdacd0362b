"""What Python callers ask of a training arrives as they said it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import seqclass
from seqclass import jobs
from seqclass.specs import HERE, ComputeSpec, CrossvalJob, Job, TrainJob


class _ReceivedError(Exception):
    """Ends a job before it begins."""


@pytest.fixture
def received(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Job]:
    """The job that a call asks for."""
    found: list[Job] = []

    def take(job: Job, *_: Any) -> None:
        found.append(job)
        raise _ReceivedError

    def call(function: Callable[..., Any], *given: Any, **named: Any) -> Job:
        with pytest.raises(_ReceivedError):
            function(*given, **named)
        return found.pop()

    monkeypatch.setattr(jobs, "run", take)
    return call


def test_a_training_is_as_it_was_asked_for(received: Callable[..., Job]) -> None:
    job = received(
        seqclass.train,
        Path("d"),
        Path("m.seqclass"),
        settings={"training": {"epochs": 3}},
        target="age:number",
        preset="quick",
        parallel="dask:tcp://there:8786",
        cache_mb=0,
    )
    assert job == TrainJob(
        dataset="d",
        out="m.seqclass",
        settings={"training": {"epochs": 3}, "data": {"targets": [{"name": "age", "kind": "number"}]}},
        preset="quick",
        compute=ComputeSpec(parallel="dask:tcp://there:8786", cache_mb=0),
    )


def test_a_cross_validation_is_as_it_was_asked_for(received: Callable[..., Job]) -> None:
    job = received(seqclass.crossval, "d", by="5", only=("1",), cache_mb=100)
    assert job == CrossvalJob(dataset="d", by="5", only=("1",), compute=ComputeSpec(cache_mb=100))


def test_what_is_not_said_is_as_on_the_command_line(received: Callable[..., Job]) -> None:
    assert received(seqclass.train, "d", "m") == TrainJob(dataset="d", out="m")
    job = received(seqclass.crossval, "d")
    assert isinstance(job, CrossvalJob)
    assert job.compute == HERE
