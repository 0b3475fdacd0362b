"""How workers find one another, agree and part; each is a thread here, and TensorFlow is not needed."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from seqclass.errors import CancelledError, DataError, SeqclassError, UsageError, WorkersError
from seqclass.events import CancelToken, ignore
from seqclass.specs import TrainJob
from seqclass.training.workers import link as wire
from seqclass.training.workers.gather import Address, addresses
from seqclass.training.workers.team import Team, joined

Act = Callable[[Team], Any]


def free_ports(count: int) -> list[int]:
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in held]
    for each in held:
        each.close()
    return ports


@pytest.fixture
def names() -> list[str]:
    return [f"127.0.0.1:{port}" for port in free_ports(3)]


@pytest.fixture(autouse=True)
def _no_thread_stays() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    ends_s = time.monotonic() + 10
    for thread in set(threading.enumerate()) - before:
        thread.join(ends_s - time.monotonic())
        assert not thread.is_alive(), thread.name


def worker(names: list[str], index: int, act: Act, *, cancel: CancelToken | None = None, timeout_s: float = 20.0) -> Any:
    """What ``act`` gives at one worker, or the error that it ends with."""
    job = TrainJob(dataset="d", out="m", workers=tuple(names), worker_index=index, workers_timeout_s=timeout_s)
    try:
        with joined(job, ignore, cancel or CancelToken()) as team:
            assert team is not None
            return act(team)
    except SeqclassError as error:
        return error


def nothing(_: Any) -> None:
    """What a worker does that only comes."""


def all_workers(names: list[str], act: Act, **more: Any) -> list[Any]:
    with ThreadPoolExecutor(len(names)) as pool:
        return list(pool.map(lambda index: worker(names, index, act, **more), range(len(names))))


@pytest.mark.parametrize(
    ("given", "index", "rule"),
    [
        (["10.0.0.1:4000"], 0, "two workers or more. Received: 10.0.0.1:4000 alone"),
        (["10.0.0.1:4000", "10.0.0.1:4000"], 0, "Received: 10.0.0.1:4000 more than once"),
        (["10.0.0.1:4000", "10.0.0.1"], 0, "HOST:PORT with a port from 1 to 65535. Received: '10.0.0.1'"),
        (["10.0.0.1:4000", "10.0.0.2:70000"], 0, "Received: '10.0.0.2:70000'"),
        (["10.0.0.1:4000", "10.0.0.2:0"], 0, "Received: '10.0.0.2:0'"),
        (["10.0.0.1:4000", ":4000"], 0, "Received: ':4000'"),
        (["10.0.0.1:4000", "fe80::1:4000"], 0, "Received: 'fe80::1:4000'"),
        (["10.0.0.1:4000", "10.0.0.2:4000"], 2, "0 to 1, a place in --workers. Received: 2"),
        (["10.0.0.1:4000", "10.0.0.2:4000"], -1, "0 to 1, a place in --workers. Received: -1"),
        (["localhost:4000", "10.0.0.2:4000"], 0, "Received: localhost:4000, which means this computer everywhere"),
        ([], 1, "--worker-index needs --workers. Received: --worker-index 1 alone"),
    ],
)
def test_a_list_that_cannot_be_right_is_refused_in_one_line(given: list[str], index: int, rule: str) -> None:
    with pytest.raises(UsageError) as caught:
        addresses(given, index)
    assert rule in str(caught.value)
    assert "\n" not in str(caught.value)


def test_addresses_may_be_names_numbers_or_version_six() -> None:
    found = addresses([" Alpha:4000", "10.0.0.2:4001", "[fe80::1]:4002"], 1)
    assert found == (Address("alpha", 4000), Address("10.0.0.2", 4001), Address("fe80::1", 4002))
    assert [str(address) for address in found] == ["alpha:4000", "10.0.0.2:4001", "[fe80::1]:4002"]
    assert addresses([], 0) == ()


def test_without_workers_there_is_no_team() -> None:
    with joined(TrainJob(dataset="d", out="m"), ignore, CancelToken()) as team:
        assert team is None


def test_all_get_what_each_gives_by_index(names: list[str]) -> None:
    def act(team: Team) -> Any:
        values = team.exchange("first", {"index": team.index, "bytes": b"\x00\xff", "nan": float("inf")})
        told = team.from_chief("second", f"from {team.index}")
        team.finish()
        return values, told, team.is_chief, team.n_workers

    for index, (values, told, is_chief, n_workers) in enumerate(all_workers(names, act)):
        assert [value["index"] for value in values] == [0, 1, 2]
        assert values[2] == {"index": 2, "bytes": b"\x00\xff", "nan": float("inf")}
        assert (told, is_chief, n_workers) == ("from 0", index == 0, 3)


def test_a_difference_ends_all_with_the_same_line(names: list[str]) -> None:
    def act(team: Team) -> None:
        plain = {"training": {"epochs": 5 + (team.index == 2), "seed": 0}, "lstm": (8, 8)}
        team.require_same("", plain, way_out="Give all the same command.")

    lines = {str(error) for error in all_workers(names, act)}
    assert len(lines) == 1
    (line,) = lines
    assert f"Received on worker 2 ({names[2]}) other than on worker 0 ({names[0]}): training.epochs=6 (there 5). Give" in line


def test_equal_values_pass(names: list[str]) -> None:
    def act(team: Team) -> str:
        team.require_same("data", {"a": [1, (2, 3)], "b": None}, way_out="")
        team.finish()
        return "done"

    assert all_workers(names, act) == ["done"] * 3


@pytest.mark.parametrize("failing", [0, 2])
def test_a_worker_that_fails_ends_all_with_its_reason(names: list[str], failing: int) -> None:
    def act(team: Team) -> None:
        if team.index == failing:
            raise DataError("There is nothing to learn.")
        team.exchange("never", None)

    for index, error in enumerate(all_workers(names, act)):
        if index == failing:
            assert isinstance(error, DataError)
        else:
            assert isinstance(error, WorkersError)
            assert f"failed on worker {failing} ({names[failing]}): There is nothing to learn." in str(error)


@pytest.mark.parametrize("gone", [0, 1])
def test_a_worker_that_has_gone_is_named(names: list[str], gone: int) -> None:
    def act(team: Team) -> None:
        if team.index == gone:
            team.close()  # as the system does for a process that was killed
            return
        team.exchange("never", None)

    errors = [error for error in all_workers(names, act) if error is not None]
    assert errors
    for error in errors:
        assert isinstance(error, WorkersError)
        assert f"worker {gone} ({names[gone]}) has gone (" in str(error)
        assert "--resume" in str(error)


def test_a_silent_worker_counts_as_gone(names: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "PING_S", 0.05)
    monkeypatch.setattr(wire, "SILENCE_S", 0.5)

    def act(team: Team) -> None:
        if team.index == 1:  # its computer has lost the network: nothing leaves it any more
            monkeypatch.setattr(team._links[0], "send", nothing)
        team.exchange("never", None)

    errors = all_workers(names, act)
    assert all(isinstance(error, WorkersError) for error in errors)
    assert "worker 1" in str(errors[2])
    assert "has gone (silent for" in str(errors[2])


def test_a_person_who_cancels_at_one_worker_ends_all(names: list[str]) -> None:
    tokens = [CancelToken() for _ in names]

    def act(team: Team) -> None:
        if team.index == 1:
            tokens[1].cancel()
            team.cancel.check()
        team.exchange("never", None)

    with ThreadPoolExecutor(3) as pool:
        errors = list(pool.map(lambda index: worker(names, index, act, cancel=tokens[index]), range(3)))
    assert all(isinstance(error, CancelledError) for error in errors)
    assert f"Cancelled on worker 1 ({names[1]})" in str(errors[2])


def test_in_step_a_wish_waits_until_all_agree(names: list[str]) -> None:
    tokens = [CancelToken() for _ in names]

    def act(team: Team) -> tuple[bool, ...]:
        own = tokens[team.index]
        if team.index == 1:
            own.stop()
        with team.cancel.agreeing():
            before, wishes = team.cancel.stop_requested, team.cancel.wishes
            team.cancel.check()
            if any(stop for stop, _ in team.exchange("wishes", wishes)):
                team.cancel.stop()
            after = team.cancel.stop_requested
        team.finish()
        return before, wishes[0], after

    with ThreadPoolExecutor(3) as pool:
        seen = list(pool.map(lambda index: worker(names, index, act, cancel=tokens[index]), range(3)))
    assert seen == [(False, False, True), (False, True, True), (False, False, True)]


def test_who_does_not_come_in_time_is_named(names: list[str]) -> None:
    with ThreadPoolExecutor(2) as pool:
        chief, other = pool.map(lambda index: worker(names, index, nothing, timeout_s=1.0), (0, 1))
    assert f"within 1 s. Received: no sign of worker 2 ({names[2]}). Start each" in str(chief)
    assert "--workers-timeout" in str(chief)
    assert "no sign of" in str(other)
    alone = worker(names, 1, nothing, timeout_s=0.5)
    assert f"no sign of worker 0 ({names[0]}, connection refused)" in str(alone)


def test_a_port_that_is_taken_is_named_at_once(names: list[str]) -> None:
    host, _, port = names[0].rpartition(":")
    with socket.create_server((host, int(port))):
        error = worker(names, 0, nothing)
    assert isinstance(error, WorkersError)
    assert f"worker 0 is {names[0]} (address already in use). Choose a free port" in str(error)


def test_an_address_of_another_computer_is_no_place_to_listen() -> None:
    error = worker(["192.0.2.1:4000", "192.0.2.2:4000"], 0, nothing)  # RFC 5737: nobody has these
    assert "worker 0 is 192.0.2.1:4000 (cannot assign requested address)" in str(error)
    assert "--worker-index" in str(error)


def test_an_unknown_host_is_named() -> None:
    error = worker(["nobody.invalid:4000", "other.invalid:4000"], 0, nothing)  # RFC 2606
    assert "A worker's host must be known here. Received: nobody.invalid of worker 0" in str(error)


def test_lists_that_differ_end_both(names: list[str]) -> None:
    with ThreadPoolExecutor(2) as pool:
        chief = pool.submit(worker, names[:2], 0, nothing)
        other = pool.submit(worker, names, 1, nothing)
        lines = {str(chief.result()), str(other.result())}
    assert len(lines) == 1
    assert f"Received: {','.join(names)} by worker 1, {','.join(names[:2])} by worker 0." in lines.pop()


def test_two_with_the_same_index_end_all(names: list[str]) -> None:
    def second() -> str:
        link = wire.Link(socket.create_connection(tuple(_place(names[0])), timeout=10), "")
        link.send({"kind": "hello", "protocol": 1, "index": 1, "workers": names})
        answer = str(link.receive(timeout_s=10).get("value"))
        link.close()
        return answer

    with ThreadPoolExecutor(3) as pool:
        chief = pool.submit(worker, names, 0, nothing)
        first = pool.submit(worker, names, 1, nothing)
        refused = _when_listening(names[0], pool.submit, second)
        lines = {str(chief.result()), str(first.result()), refused.result()}
    assert any("Each worker must have a --worker-index of its own. Received: 1 more than once" in line for line in lines)


def test_strangers_at_the_port_are_ignored(names: list[str]) -> None:
    def act(team: Team) -> str:
        team.finish()
        return "done"

    with ThreadPoolExecutor(3) as pool:
        chief = pool.submit(worker, names[:2], 0, act)

        def knock() -> None:
            with socket.create_connection(tuple(_place(names[0])), timeout=10) as stranger:
                stranger.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" + b"\xff" * 64)

        _when_listening(names[0], pool.submit, knock).result()
        other = pool.submit(worker, names[:2], 1, act)
        assert (chief.result(), other.result()) == ("done", "done")


def _place(name: str) -> tuple[str, int]:
    host, _, port = name.rpartition(":")
    return host, int(port)


def _when_listening(name: str, submit: Any, act: Callable[[], Any]) -> Any:
    """Submit ``act`` as soon as somebody listens at an address."""
    ends_s = time.monotonic() + 10
    while time.monotonic() < ends_s:
        try:
            socket.create_connection(_place(name), timeout=1).close()
        except OSError:
            continue
        return submit(act)
    raise AssertionError(f"nobody listens at {name}")
