"""Fake job functions, and a way to run the command line within the test's process."""

from __future__ import annotations

import io
import json
import sys
import types
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import pytest

from seqclass import jobs
from seqclass.cli import main
from seqclass.specs import Job


class Outcome(NamedTuple):
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> list[Any]:
        """Standard output, which must be one JSON object a line."""
        return [json.loads(line) for line in self.out.splitlines()]


Run = Callable[..., Outcome]
FakeJob = Callable[..., list[Job]]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Run:
    """Run ``seqclass WORDS...`` in this process."""

    def call(*words: str) -> Outcome:
        code = main(words)
        captured = capfd.readouterr()
        return Outcome(code, captured.out, captured.err)

    return call


@pytest.fixture
def fake_job(monkeypatch: pytest.MonkeyPatch) -> FakeJob:
    """Replace the function of a job type by one that emits these events or runs ``body``; gives the jobs that arrive."""

    def install(job_type: type[Any], *, events: Sequence[Any] = (), body: Callable[..., None] | None = None) -> list[Job]:
        arrived: list[Job] = []

        def run_fake(job: Job, emit: Callable[[Any], None], cancel: Any) -> None:
            arrived.append(job)
            for event in events:
                emit(event)
            if body is not None:
                body(emit, cancel)

        name = f"fake_{job_type.__name__.lower()}"
        module = types.ModuleType(name)
        module.run = run_fake  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, name, module)
        monkeypatch.setitem(jobs.FUNCTIONS, job_type, f"{name}:run")
        return arrived

    return install


@pytest.fixture
def stdin(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    """Let standard input hold these bytes."""

    def put(content: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))

    return put
