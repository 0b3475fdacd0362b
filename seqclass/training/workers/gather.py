"""How workers find one another: addresses as a person gives them, and the first connections.

All processes are given the same list and each its place in it. The chief waits at its address until all others have connected to
it; every one listens at its own meanwhile, so that a port that is taken or cannot be reached shows at once.
"""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import time
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from seqclass.errors import CancelledError, UsageError, WorkersError
from seqclass.events import CancelToken, Emit, Progress
from seqclass.training.workers.link import Link, LinkLostError, Message, hello

_PAUSE_S = 0.25
_PROBE_S = 5.0
_PROTOCOL = 1


class Address(NamedTuple):
    """Where a worker can be reached."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def addresses(workers: Sequence[str], index: int) -> tuple[Address, ...]:
    """The workers' addresses; none for a training in one process.

    Args:
        workers: Each ``HOST:PORT``, the same list on all.
        index: Which of them this process is, from 0.

    Raises:
        UsageError: The list cannot be right, or has no worker ``index``.
    """
    if not workers:
        if index:
            raise UsageError(
                f"--worker-index needs --workers. Received: --worker-index {index} alone. Add --workers HOST:PORT,HOST:PORT."
            )
        return ()
    found = tuple(_address(text) for text in workers)
    twice = sorted({str(address) for address in found if found.count(address) > 1})
    if twice:
        raise UsageError(
            f"Each worker must have an address of its own. Received: {', '.join(twice)} more than once. "
            "Give workers on one computer different ports."
        )
    if len(found) < 2:
        raise UsageError(
            f"--workers must name two workers or more. Received: {workers[0]} alone. Leave it out to train in one process."
        )
    if not 0 <= index < len(found):
        raise UsageError(
            f"--worker-index must be 0 to {len(found) - 1}, a place in --workers. Received: {index}. Give each worker its own."
        )
    local = [address for address in found if _is_loopback(address.host)]
    if local and len(local) < len(found):
        raise UsageError(
            f"Workers on several computers must be named as the others see them. Received: {', '.join(map(str, local))}, which "
            "means this computer everywhere. Give its name or address in the network."
        )
    return found


def _address(text: str) -> Address:
    host, colon, port = text.strip().rpartition(":")
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    elif ":" in host:
        colon = ""
    if not (colon and host and port.isdecimal() and 0 < int(port) < 65_536):
        raise UsageError(
            f"A worker's address must be HOST:PORT with a port from 1 to 65535. Received: {text.strip()!r}. "
            "Example: --workers 192.168.0.10:4000,192.168.0.11:4000."
        )
    return Address(host.lower(), int(port))


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@contextlib.contextmanager
def met(
    found: tuple[Address, ...], index: int, *, timeout_s: float, emit: Emit, cancel: CancelToken
) -> Iterator[dict[int, Link]]:
    """Connect the workers; within the block all listen at their addresses.

    Args:
        found: Addresses of all.
        index: Which one this process is.
        timeout_s: How long to wait for all.
        emit: Gets progress.
        cancel: May end the waiting.

    Yields:
        Connections by index: the chief's to all others, another worker's to the chief.

    Raises:
        WorkersError: Not all came, or one is not what it should be.
        CancelledError: The person cancelled.
    """
    with contextlib.closing(_listen(found[index], index)) as listener:
        waiting = _Waiting(timeout_s, emit, cancel, len(found))
        yield _meet_all(found, listener, waiting) if index == 0 else _meet_chief(found, index, waiting)


def unreachable(address: Address) -> str:
    """Why nothing can be reached at an address; empty where it can."""
    try:
        socket.create_connection(address, timeout=_PROBE_S).close()
    except OSError as error:
        return (error.strerror or str(error)).lower()
    return ""


class _Waiting:
    """Patience while workers gather."""

    def __init__(self, timeout_s: float, emit: Emit, cancel: CancelToken, n_workers: int) -> None:
        self.timeout_s = timeout_s
        self._ends_s = time.monotonic() + timeout_s
        self._emit, self._cancel, self._n_workers = emit, cancel, n_workers

    def still(self, n_here: int) -> bool:
        """Tell who is here, heed the person; False when the time is over."""
        self._cancel.check()
        if self._cancel.stop_requested:
            raise CancelledError("Stopped before all workers were here: nothing is written.")
        self._emit(Progress(stage="waiting for workers", done=n_here, total=self._n_workers))
        return time.monotonic() < self._ends_s


def _listen(address: Address, index: int) -> socket.socket:
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise WorkersError(_unknown(address, index, error)) from error
    try:
        # TensorFlow takes the port over while connections from here are still open.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(place)
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise WorkersError(
            f"A worker must be able to listen at its own address. Received: worker {index} is {address} "
            f"({(error.strerror or str(error)).lower()}). Choose a free port, and check that --worker-index is this computer's place "
            "in --workers."
        ) from error
    return listener


def _meet_all(found: tuple[Address, ...], listener: socket.socket, waiting: _Waiting) -> dict[int, Link]:
    """The chief's connections to all others."""
    links: dict[int, Link] = {}
    asked = [str(address) for address in found]
    listener.settimeout(_PAUSE_S)
    try:
        while len(links) < len(found) - 1:
            if not waiting.still(1 + len(links)):
                missing = ", ".join(
                    f"worker {number} ({asked[number]})" for number in range(1, len(found)) if number not in links
                )
                raise WorkersError(_late(missing, waiting.timeout_s))
            try:
                connection, _ = listener.accept()
            except TimeoutError:
                continue
            link = Link(connection, "")
            try:
                greeting = hello(link)
            except LinkLostError:  # somebody who looks which ports are open
                link.close()
                continue
            for number in [number for number, known in links.items() if known.is_waiting(0.0)]:
                links.pop(number).close()  # it has gone, as it has nothing to say yet; perhaps it is this one, started again
            problem = _stranger(greeting, asked, links)
            if problem:
                with contextlib.suppress(LinkLostError):
                    link.send({"kind": "refused", "value": problem})
                link.close()
                raise WorkersError(problem)
            links[int(greeting["index"])] = link
        for link in links.values():
            link.send({"kind": "welcome"})
    except LinkLostError as error:
        raise WorkersError(
            f"All workers must stay until the end. Received: one has gone ({error}). Start all again."
        ) from error
    except BaseException as error:
        for link in links.values():
            with contextlib.suppress(LinkLostError):
                link.send({"kind": "refused", "value": str(error) or "it was ended"})
            link.close()
        raise
    return dict(sorted(links.items()))


def _stranger(greeting: Message, asked: list[str], links: dict[int, Link]) -> str:
    """Why somebody who greets as a worker does is none of these; empty where it is one."""
    theirs, number = greeting.get("workers"), greeting.get("index")
    if greeting.get("protocol") != _PROTOCOL:
        return "All workers must run the same version of seqclass. Received: another one. Install the same one everywhere."
    if theirs != asked:
        return (
            f"All workers must be given the same --workers. Received: {','.join(map(str, theirs or []))} by worker {number}, "
            f"{','.join(asked)} by worker 0. Give all the same list in the same order."
        )
    if not isinstance(number, int) or not 0 < number < len(asked) or number in links:
        return (
            f"Each worker must have a --worker-index of its own. Received: {number} more than once. "
            f"Give the {len(asked)} workers 0 to {len(asked) - 1}."
        )
    return ""


def _meet_chief(found: tuple[Address, ...], index: int, waiting: _Waiting) -> dict[int, Link]:
    """Another worker's connection to the chief."""
    chief, reason = found[0], ""
    while waiting.still(1):
        try:
            connection = socket.create_connection((chief.host, chief.port), timeout=_PROBE_S)
        except socket.gaierror as error:
            raise WorkersError(_unknown(chief, 0, error)) from error
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            time.sleep(_PAUSE_S)
            continue
        link = Link(connection, "")
        try:
            link.send({"kind": "hello", "protocol": _PROTOCOL, "index": index, "workers": [str(address) for address in found]})
            answer = _answer(link, waiting)
        except LinkLostError as error:
            reason = str(error)
            link.close()
            time.sleep(_PAUSE_S)
            continue
        except BaseException:
            link.close()
            raise
        if answer is None:
            link.close()
            break
        if answer.get("kind") != "welcome":
            link.close()
            raise WorkersError(str(answer.get("value")))
        return {0: link}
    raise WorkersError(_late(f"worker 0 ({chief}{', ' + reason if reason else ''})", waiting.timeout_s))


def _answer(link: Link, waiting: _Waiting) -> Message | None:
    """What the chief says once all are there; None where the time is over."""
    while waiting.still(2):
        if link.is_waiting(_PAUSE_S):
            return link.receive(timeout_s=_PROBE_S)
    return None


def _late(missing: str, timeout_s: float) -> str:
    return (
        f"All workers must be there within {timeout_s:g} s. Received: no sign of {missing}. Start each with the same command but for "
        "--worker-index; check addresses and firewalls, or wait longer with --workers-timeout SECONDS."
    )


def _unknown(address: Address, number: int, error: OSError) -> str:
    return (
        f"A worker's host must be known here. Received: {address.host} of worker {number} ({(error.strerror or str(error)).lower()}). "
        "Check the name, or give its address in numbers."
    )
