"""Whoever computes features, they are the same to the bit, and nobody is left over."""

from __future__ import annotations

import concurrent.futures
import contextlib
import functools
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
import soundfile

from seqclass.data.feature_store import fill as filling
from seqclass.data.feature_store import parallel as running
from seqclass.data.feature_store import recordings as stores
from seqclass.data.feature_store.extract import Extractor, extract_block
from seqclass.data.feature_store.fill import gather
from seqclass.data.feature_store.parallel import runner
from seqclass.data.feature_store.recordings import Kept, Recordings, Sounds
from seqclass.errors import CancelledError, DataError, MissingDependencyError, UsageError
from seqclass.events import CancelToken, Emit, Progress, ignore
from seqclass.features.deltas import kernels
from seqclass.features.mfcc import MfccBasis
from seqclass.specs import ComputeSpec, SpeechFeatureSpec

RATE_HZ = 8000
N = 20


@pytest.fixture
def extractor() -> Extractor:
    """Features without librosa."""
    spec = SpeechFeatureSpec(sample_rate_hz=RATE_HZ, n_fft=256, f_max_hz=4000.0, n_mels=20, n_mfcc=13)
    generator = np.random.default_rng(0)
    basis = MfccBasis(
        window=np.hanning(256),
        mel=generator.random((20, 129)).astype(np.float32),
        dct=generator.standard_normal((13, 20)),
        delta_kernels=kernels(1, 9),
        hop_length=128,
        rate_hz=RATE_HZ,
    )
    return Extractor(spec, basis, 60.0)


@pytest.fixture
def paths(tmp_path: Path) -> list[Path]:
    """Recordings from a tenth of a second to two seconds."""
    made = [tmp_path / f"take{number}.wav" for number in range(N)]
    for number, path in enumerate(made):
        soundfile.write(
            path, 0.3 * np.random.default_rng(number).standard_normal(800 * (number + 1)), RATE_HZ, subtype="PCM_16"
        )
    return made


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filling, "_MOST_ITEMS", 2)
    monkeypatch.setattr(filling, "_LEAST_ITEMS", 2)
    monkeypatch.setattr(running, "_TASKS_A_ROUND", 2)


@pytest.fixture
def nobody_left() -> Iterator[None]:
    """After the test there are no more threads and processes than before."""
    threads, processes = set(threading.enumerate()), {each.pid for each in psutil.Process().children(recursive=True)}
    yield
    for thread in set(threading.enumerate()) - threads:
        if not thread.daemon or thread.name != "Dask-Offload_0":  # the one thread that Dask keeps for its next client
            thread.join(5)
            assert not thread.is_alive(), thread
    left = [each for each in psutil.Process().children(recursive=True) if each.pid not in processes]
    # The one that Python itself keeps to clean up shared memory ends with this process.
    assert [each.cmdline() for each in left if not any("resource_tracker" in word for word in each.cmdline())] == []


def everything(
    extractor: Extractor, paths: list[Path], parallel: str = "local", *, emit: Emit = ignore, cancel: CancelToken | None = None
) -> tuple[Recordings, list[np.ndarray]]:
    """Features and power of all recordings, computed anew."""
    stores.clear()
    found = gather(
        extractor,
        Sounds([""] * len(paths), paths.__getitem__, [1.0] * len(paths)),
        with_power=True,
        compute=ComputeSpec(parallel=parallel, cache_mb=100),
        kept=Kept(),
        emit=emit,
        cancel=cancel or CancelToken(),
    )
    return found, [found.features(index) for index in range(len(paths))] + [found.power(index) for index in range(len(paths))]


def assert_equal(ones: list[np.ndarray], others: list[np.ndarray]) -> None:
    for one, other in zip(ones, others, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two processes, however little there is to do."""
    monkeypatch.setattr(running, "n_local", lambda: 2)
    monkeypatch.setattr(running, "_WORTH_PROCESSES_S", 0.0)


def test_processes_give_what_one_gives(
    extractor: Extractor, paths: list[Path], small_blocks: None, nobody_left: None, request: pytest.FixtureRequest
) -> None:
    _, alone = everything(extractor, paths)
    request.getfixturevalue("processes")
    _, together = everything(extractor, paths)
    assert_equal(alone, together)


@pytest.mark.parametrize("who", ["one", "several"])
def test_results_come_in_order_and_errors_are_raised(who: str, nobody_left: None, request: pytest.FixtureRequest) -> None:
    if who == "several":
        request.getfixturevalue("processes")
    with runner("local", seconds=1.0) as (run, n_workers):
        assert n_workers == (2 if who == "several" else 1)
        assert list(run([functools.partial(pow, 2, number) for number in range(40)])) == [2**number for number in range(40)]
        with pytest.raises(ZeroDivisionError):
            list(run([functools.partial(divmod, 1, 0)]))


class Others:
    """Other processes that do nothing until they are told to."""

    def __init__(self) -> None:
        self.given: list[tuple[concurrent.futures.Future[Any], Any]] = []

    def submit(self, task: Any) -> concurrent.futures.Future[Any]:
        """A result that is not there yet."""
        self.given.append((concurrent.futures.Future(), task))
        return self.given[-1][0]

    def work(self) -> None:
        """Do all that was given."""
        for result, task in self.given:
            if not result.done():
                result.set_result(("there", task()))


def test_this_process_works_while_others_do_and_results_keep_their_order() -> None:
    others = Others()

    def task(number: int) -> int:
        if number == running._TASKS_AHEAD + 4:  # the fifth that is done here
            others.work()
        return number

    n_ahead = running._TASKS_AHEAD
    made = running._shared((functools.partial(task, number) for number in range(n_ahead + 5)), others, 1)
    assert list(made) == [*(("there", number) for number in range(n_ahead)), *range(n_ahead, n_ahead + 5)]


def test_tasks_are_taken_when_there_is_somebody_for_them(processes: None, nobody_left: None) -> None:
    taken: list[int] = []

    def tasks() -> Iterator[Any]:
        for number in range(100):
            taken.append(number)
            yield functools.partial(pow, 2, number)

    with runner("local", seconds=1.0) as (run, _), contextlib.closing(run(tasks())) as results:
        assert next(results) == 1
        assert len(taken) <= running._MOST_WAITING * 2 + running._TASKS_AHEAD
        results.close()
        n_taken = len(taken)
    assert len(taken) == n_taken < 100


def test_an_error_waits_for_its_turn(processes: None, nobody_left: None) -> None:
    tasks = [functools.partial(pow, 2, number) for number in range(20)] + [functools.partial(divmod, 1, 0)]
    with runner("local", seconds=1.0) as (run, _):
        results = run(tasks)
        assert [next(results) for _ in range(20)] == [2**number for number in range(20)]
        with pytest.raises(ZeroDivisionError):
            next(results)


def test_a_process_that_is_ended_is_told_in_a_line(processes: None, nobody_left: None) -> None:
    with runner("local", seconds=1.0) as (run, _), pytest.raises(DataError, match="one that was ended"):
        list(run([functools.partial(os._exit, 1)]))  # the first task is always one for another process


def test_cancelling_lets_processes_finish_what_they_do(
    extractor: Extractor,
    paths: list[Path],
    small_blocks: None,
    processes: None,
    nobody_left: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cancel = CancelToken()
    monkeypatch.setattr(filling, "_take", lambda *_: cancel.cancel())
    with pytest.raises(CancelledError):
        everything(extractor, paths, cancel=cancel)


# A cluster


def test_without_dask_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with (
        pytest.raises(MissingDependencyError, match=r"pip install 'seqclass\[dask\]'"),
        runner("dask:tcp://127.0.0.1:1", seconds=1.0),
    ):
        pass


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense://there", "nowhere"])
def test_without_a_scheduler_the_address_is_named(address: str, monkeypatch: pytest.MonkeyPatch, nobody_left: None) -> None:
    monkeypatch.setattr(running, "_CONNECT_S", 0.3)
    with (
        pytest.raises(UsageError, match=rf"answers within 0\.3 s\. Received: dask:{address}\. Start one"),
        runner(f"dask:{address}", seconds=1.0),
    ):
        pass


def test_a_file_that_only_the_cluster_cannot_read_is_told_from_one_that_nobody_can(
    extractor: Extractor, paths: list[Path]
) -> None:
    compute = ComputeSpec(parallel="dask:tcp://there:1")
    found = filling._Found(extractor, Sounds([""] * N, paths.__getitem__, [1.0] * N), with_power=False)
    elsewhere = extract_block(extractor, [Path("/elsewhere.wav"), *paths[1:3]], with_power=False)
    with pytest.raises(UsageError, match=r"see the data set under the same path\. Received: dask:tcp://there:1, .*take0\.wav"):
        filling._require_same_files(found, [0, 1, 2], elsewhere, compute)
    paths[0].unlink()
    filling._require_same_files(found, [0, 1, 2], elsewhere, compute)


@pytest.mark.parametrize(
    ("error", "kind", "text"),
    [
        (ModuleNotFoundError("No module named 'seqclass'"), UsageError, "must have this version of seqclass installed"),
        (
            type("KilledWorker", (Exception,), {"__module__": "distributed.scheduler"})("a\nb"),
            DataError,
            r"dask:there: a\. Start",
        ),
        (ZeroDivisionError("ours"), ZeroDivisionError, "ours"),
    ],
)
def test_what_goes_wrong_with_workers_is_told_in_a_line(error: Exception, kind: type[Exception], text: str) -> None:
    def results() -> Iterator[Any]:
        yield 1
        raise error

    with pytest.raises(kind, match=text) as caught:
        list(running._told(results(), "dask:there"))
    assert "\n" not in str(caught.value)


@pytest.mark.slow
def test_a_cluster_gives_what_this_machine_gives_to_the_bit(
    extractor: Extractor, paths: list[Path], small_blocks: None, nobody_left: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    distributed = pytest.importorskip("distributed")
    paths[7].write_bytes(b"no sound")
    paths.append(paths[0].with_name("missing.wav"))
    readable = [path for path in paths if path not in (paths[7], paths[-1])]
    _, here = everything(extractor, readable)
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address="127.0.0.1:0"
    ) as cluster:
        parallel = f"dask:{cluster.scheduler_address}"
        told: list[Any] = []
        found, there = everything(extractor, readable, parallel, emit=told.append)
        assert_equal(here, there)
        assert [event.done for event in told if isinstance(event, Progress)][-1] == len(readable)

        found = gather(
            extractor,
            Sounds([""] * len(paths), paths.__getitem__, [1.0] * len(paths)),
            with_power=True,
            compute=ComputeSpec(parallel=parallel),
            kept=Kept(),
            emit=ignore,
            cancel=CancelToken(),
        )
        assert sorted(found.reasons) == [7, len(paths) - 1]

        cancel = CancelToken()
        take = filling._take

        def then_cancel(*arguments: Any) -> None:
            take(*arguments)
            cancel.cancel()

        monkeypatch.setattr(filling, "_take", then_cancel)
        with pytest.raises(CancelledError):
            everything(extractor, readable, parallel, cancel=cancel)
        monkeypatch.setattr(filling, "_take", take)

        monkeypatch.setattr(running, "_CONNECT_S", 0.5)
        cluster.scale(0)
        while cluster.scheduler.workers:
            threading.Event().wait(0.05)
        with pytest.raises(UsageError, match="must have workers"):
            everything(extractor, readable, parallel)
