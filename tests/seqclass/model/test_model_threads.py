"""One thread for small products."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from support import make_bundle

from seqclass.model.network import Floats, Network, StepHook
from seqclass.model.stepping import SteppingNetwork
from seqclass.model.threads import one_thread


def counts() -> list[int]:
    """Threads of each library of linear algebra."""
    from threadpoolctl import threadpool_info

    return [library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"]


@pytest.fixture(autouse=True)
def two_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with one core, or a library that cannot be counted, cannot tell."""
    # SciPy brings linear algebra of its own, which another test may have loaded since the libraries were looked for.
    monkeypatch.setattr(one_thread, "_libraries", None)
    if not counts() or max(counts()) < 2:
        pytest.skip("linear algebra runs on one thread here in any case")


def test_products_run_on_one_thread_and_others_find_theirs_again() -> None:
    before = counts()
    with one_thread:
        assert set(counts()) == {1}
        with one_thread:
            assert set(counts()) == {1}
        assert set(counts()) == {1}
    assert counts() == before


def test_threads_come_back_after_an_error() -> None:
    before = counts()
    with pytest.raises(ZeroDivisionError), one_thread:
        _ = 1 / 0
    assert counts() == before


def test_any_thread_may_be_the_first() -> None:
    with one_thread:
        pass
    seen = []

    def other() -> None:
        with one_thread:
            seen.extend(counts())

    thread = threading.Thread(target=other)
    thread.start()
    thread.join()
    assert set(seen) == {1}


def test_threads_come_back_when_the_last_of_several_passes_ends() -> None:
    before = counts()
    entered, leave = threading.Event(), threading.Event()

    def other() -> None:
        with one_thread:
            entered.set()
            leave.wait(10)

    thread = threading.Thread(target=other)
    with one_thread:
        thread.start()
        assert entered.wait(10)
    assert set(counts()) == {1}
    leave.set()
    thread.join()
    assert counts() == before


class Watched(Network):
    """Notes the threads of its own pass."""

    seen: list[list[int]] = []  # noqa: RUF012 - one test, one list

    def hook(self, layer: int, n_frames: int, *, is_backward: bool = False) -> StepHook | None:
        """At every layer."""
        self.seen.append(counts())
        return super().hook(layer, n_frames, is_backward=is_backward)

    def embed(self, frames: Floats) -> Floats:
        """At the beginning."""
        self.seen.append(counts())
        return super().embed(frames)


def test_a_forward_pass_and_a_stepped_one_use_one_thread() -> None:
    network = Watched(**vars(make_bundle().network))
    frames = np.zeros((3, network.n_features), np.float32)
    network.forward(frames)
    SteppingNetwork(network).feed(frames)
    assert len(Watched.seen) == 3  # one layer and two embeddings
    assert all(set(each) == {1} for each in Watched.seen)
