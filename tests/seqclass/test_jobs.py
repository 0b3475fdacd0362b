"""The dispatcher names every job, and every error reaches the person as one line."""

from __future__ import annotations

import errno
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest

from seqclass import errors, jobs
from seqclass.events import CancelToken, Finished, ignore
from seqclass.specs import Job, ScanJob

Install = Callable[[Callable[..., None]], None]


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Install:
    """Put a function in the place of the one that scans."""

    def put(function: Callable[..., None]) -> None:
        module = types.ModuleType("fake_jobs")
        module.run = function  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "fake_jobs", module)
        monkeypatch.setitem(jobs.FUNCTIONS, ScanJob, "fake_jobs:run")

    return put


def raises(error: Exception) -> Callable[..., None]:
    def run(*_: object) -> None:
        raise error

    return run


def run_scan() -> None:
    jobs.run(ScanJob(dataset="d"), ignore, CancelToken())


def test_every_job_type_has_a_function() -> None:
    assert set(jobs.FUNCTIONS) == set(get_args(Job))


def test_a_job_gets_its_spec_the_listener_and_the_cancel_token(install: Install) -> None:
    seen: list[Any] = []

    def run(job: ScanJob, emit: Callable[[Finished], None], cancel: CancelToken) -> None:
        seen.append((job, cancel))
        emit(Finished(result={"used": 3}))

    install(run)
    job, cancel = ScanJob(dataset="d"), CancelToken()
    jobs.run(job, seen.append, cancel)
    assert seen == [(job, cancel), Finished(result={"used": 3})]


def test_an_error_that_a_person_can_mend_passes_as_it_is(install: Install) -> None:
    error = errors.DataError("A data set must have two classes. Received: 1.")
    install(raises(error))
    with pytest.raises(errors.DataError) as caught:
        run_scan()
    assert caught.value is error


def test_a_full_disk_becomes_a_storage_error_that_says_so(install: Install) -> None:
    install(raises(OSError(errno.ENOSPC, "No space left on device", "/data/x.npz")))
    with pytest.raises(errors.StorageError, match=r"/data/x\.npz: the disk is full"):
        run_scan()


def test_a_lack_of_memory_becomes_one_line_with_a_way_out(install: Install) -> None:
    install(raises(MemoryError()))
    with pytest.raises(errors.SeqclassError, match=r"memory.*batch_size"):
        run_scan()


def test_a_library_that_is_missing_is_named(install: Install) -> None:
    install(raises(ModuleNotFoundError("No module named 'tensorflow'", name="tensorflow")))
    with pytest.raises(errors.MissingDependencyError, match="tensorflow"):
        run_scan()


def test_a_fault_of_the_program_goes_to_the_log_and_its_line_names_the_file(install: Install, private_folders: Path) -> None:
    install(raises(ZeroDivisionError("division by zero\nsecond line")))
    with pytest.raises(errors.SeqclassError) as caught:
        run_scan()
    log = private_folders / "user" / "logs" / "seqclass.log"
    line = str(caught.value)
    assert line.startswith("internal error: ZeroDivisionError: division by zero; details in ")
    assert str(log) in line
    assert "\n" not in line
    content = log.read_text(encoding="utf-8")
    assert "Traceback (most recent call last)" in content
    assert "'job': 'scan'" in content


def test_a_log_beyond_its_limit_is_put_aside(install: Install, private_folders: Path) -> None:
    log = private_folders / "user" / "logs" / "seqclass.log"
    log.parent.mkdir(parents=True)
    log.write_bytes(b"x" * (jobs.LOG_LIMIT + 1))
    install(raises(ValueError("again")))
    with pytest.raises(errors.SeqclassError):
        run_scan()
    assert log.stat().st_size < 10_000
    assert log.with_name("seqclass.1.log").stat().st_size == jobs.LOG_LIMIT + 1


def test_a_log_that_cannot_be_written_does_not_hide_the_error(install: Install, private_folders: Path) -> None:
    (private_folders / "user").write_text("a file where the folder should be")
    install(raises(ValueError("odd")))
    with pytest.raises(errors.SeqclassError, match="internal error: ValueError: odd; the details could not be written"):
        run_scan()
