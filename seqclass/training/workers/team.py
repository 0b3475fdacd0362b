"""Several processes, on one computer or many, that train one model together: who they are, and how they begin and end together.

Each worker scans the data set on its own, and they compare what decides about the weights before anything is learnt. The first
one, the chief, is the one that writes; the others only compute. A worker that fails, is stopped or dies ends all.
"""

from __future__ import annotations

import contextlib
import functools
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec

from seqclass.errors import CancelledError, SeqclassError, WorkersError
from seqclass.events import CancelToken, Emit, Note
from seqclass.specs import TrainJob
from seqclass.training.workers.gather import Address, addresses, met, unreachable
from seqclass.training.workers.link import Link, LinkLostError, Mailbox, Message

GRACE_S = 20.0
"""How long a worker that must end may take to do so by itself."""
_PAUSE_S = 0.05
_WAY_OUT = "Start all workers again, with --resume to go on from the last epoch."


class Team:
    """The workers as one of them sees them.

    Attributes:
        index: Which one this process is; 0 is the chief.
        addresses: Of all.
        names: Of all, for a person: ``worker 1 (10.0.0.2:4000)``.
        cancel: What this worker's loops look at: it heeds the person here and what becomes of the others.
    """

    def __init__(self, found: Sequence[Address], index: int, links: dict[int, Link], own: CancelToken) -> None:
        """Take over connections.

        Args:
            found: Addresses of all.
            index: Of this one.
            links: By index: of the chief to all others, of another to the chief.
            own: The person's wishes at this worker.
        """
        self.index = index
        self.addresses = tuple(found)
        self.names = tuple(f"worker {number} ({address})" for number, address in enumerate(found))
        self.cancel = TeamCancel(self, own)
        self._links = links
        self._mail = Mailbox()
        self._lock = threading.Lock()
        self._failure: SeqclassError | None = None
        self._has_ended = False
        self._when_failed: list[Callable[[], None]] = []
        for number, link in links.items():
            link.watch(functools.partial(self._heard, number), functools.partial(self._lost, number))

    @property
    def n_workers(self) -> int:
        """How many there are."""
        return len(self.names)

    @property
    def is_chief(self) -> bool:
        """Whether this is the one that writes."""
        return self.index == 0

    @property
    def failure(self) -> SeqclassError | None:
        """Why the training cannot go on, where another worker is the reason."""
        return self._failure

    def check(self) -> None:
        """Raise where another worker has failed, was cancelled or has gone.

        Raises:
            SeqclassError: That.
        """
        if self._failure is not None:
            raise self._failure

    def exchange(self, topic: str, value: Any) -> list[Any]:
        """What every worker gives, by index; waits for all.

        Args:
            topic: What it is about; all workers come to the same topics in the same order.
            value: Plain: numbers, texts, bytes, lists, dictionaries.

        Raises:
            SeqclassError: Another worker has failed meanwhile, or the person here cancels.
        """
        if not self.is_chief:
            self._send(0, {"kind": "value", "topic": topic, "value": value})
            values: list[Any] = self._mail.take(topic, check=self.cancel.check)
            return values
        values = [value, *(self._mail.take(f"{topic} of {number}", check=self.cancel.check) for number in sorted(self._links))]
        for number in self._links:
            self._send(number, {"kind": "value", "topic": topic, "value": values})
        return values

    def from_chief(self, topic: str, value: Any) -> Any:
        """What the chief gives; what another worker gives is not sent.

        Raises:
            SeqclassError: As `exchange`.
        """
        return self.exchange(topic, value if self.is_chief else None)[0]

    def require_same(self, what: str, value: Any, *, way_out: str) -> None:
        """End all workers where one differs from the chief.

        Args:
            what: Name of what is compared, or for a dictionary the beginning of each key's name.
            value: Plain; where it is a dictionary the keys that differ are named, with both values if these are short.
            way_out: What a person can do.

        Raises:
            WorkersError: The first worker that differs, and in what.
        """
        plain = msgspec.msgpack.decode(msgspec.msgpack.encode(value))  # tuples arrive as lists
        first, *others = self.exchange(what, plain)
        for number, other in enumerate(others, start=1):
            differences = list(_differences(what, first, other))
            if differences:
                shown = "; ".join(differences[:5]) + (f"; and {len(differences) - 5} more" if len(differences) > 5 else "")
                raise WorkersError(
                    f"All workers must train with the same data, settings and libraries. Received on {self.names[number]} other than "
                    f"on {self.names[0]}: {shown}. {way_out}"
                )

    def when_failed(self, act: Callable[[], None]) -> None:
        """Call ``act``, from another thread, once another worker has failed or gone."""
        with self._lock:
            self._when_failed.append(act)
            has_failed = self._failure is not None
        if has_failed:
            act()

    def fail(self, error: BaseException) -> None:
        """Tell all others that this one ends with an error."""
        if self._failure is not None:
            return  # all know already
        kind = "cancelled" if isinstance(error, CancelledError) else "failed"
        self._tell_failure(self.index, kind, str(error) or type(error).__name__)

    def finish(self) -> None:
        """Wait until the chief has written everything, and part.

        Raises:
            SeqclassError: As `exchange`.
        """
        self.exchange("end", None)
        self._has_ended = True

    def close(self) -> None:
        """End the connections."""
        self._has_ended = True
        for link in self._links.values():
            link.close()

    def _send(self, number: int, message: Message) -> None:
        try:
            self._links[number].send(message)
        except LinkLostError as error:
            self._lost(number, str(error))
            self.check()

    def _heard(self, number: int, message: Message) -> None:
        kind, value = message.get("kind"), message.get("value")
        if kind == "value":
            topic = str(message.get("topic"))
            self._mail.put(f"{topic} of {number}" if self.is_chief else topic, value)
        elif kind in ("failed", "cancelled", "lost"):
            about = int(message.get("index", number))
            if self.is_chief:
                self._tell_failure(about, kind, str(value), but=number)
            self._fail(self._as_error(about, str(kind), str(value)))

    def _lost(self, number: int, why: str) -> None:
        if self._has_ended or self._failure is not None:
            return
        if self.is_chief:
            self._tell_failure(number, "lost", why, but=number)
        self._fail(self._as_error(number, "lost", why))

    def _tell_failure(self, about: int, kind: str, text: str, *, but: int = -1) -> None:
        for number, link in self._links.items():
            if number != but:
                with contextlib.suppress(LinkLostError):
                    link.send({"kind": kind, "index": about, "value": text})

    def _as_error(self, about: int, kind: str, text: str) -> SeqclassError:
        name = self.names[about] if 0 <= about < len(self.names) else f"worker {about}"
        if kind == "cancelled":
            return CancelledError(f"Cancelled on {name}: {text}")
        if kind == "failed":
            return WorkersError(f"The training ends on all workers, as it failed on {name}: {text}")
        return WorkersError(f"All workers must stay until the end. Received: {name} has gone ({text}). {_WAY_OUT}")

    def _fail(self, error: SeqclassError) -> None:
        with self._lock:
            if self._failure is not None or self._has_ended:
                return
            self._failure = error
            acts = tuple(self._when_failed)
        for act in acts:
            act()


class TeamCancel(CancelToken):
    """What a person wishes at this worker, and what has become of the others.

    While all workers are in step with one another (`agreeing`), a wish counts from the step on in which all know of it.
    """

    def __init__(self, team: Team, own: CancelToken) -> None:
        super().__init__()
        self._team, self._own = team, own
        self._is_agreeing = False

    @property
    def wishes(self) -> tuple[bool, bool]:
        """Whether the person here wants to stop, and to cancel."""
        return self._own.stop_requested, self._own.cancel_requested

    @contextlib.contextmanager
    def agreeing(self) -> Iterator[None]:
        """Within the block the person's wishes count only once `CancelToken.stop` or ``cancel`` is called here."""
        self._is_agreeing = True
        try:
            yield
        finally:
            self._is_agreeing = False

    @property
    def stop_requested(self) -> bool:
        """Whether to end early and keep what there is."""
        return super().stop_requested or (not self._is_agreeing and self._own.stop_requested)

    def check(self) -> None:
        """Raise where this worker cannot or shall not go on.

        Raises:
            CancelledError: A person cancelled.
            SeqclassError: Another worker has failed or gone.
        """
        self._team.check()
        super().check()
        if not self._is_agreeing:
            self._own.check()


@contextlib.contextmanager
def joined(job: TrainJob, emit: Emit, cancel: CancelToken) -> Iterator[Team | None]:
    """Gather all workers of a job; an error within the block ends them all.

    Args:
        job: Its ``workers``; where there are none, this does nothing and gives None.
        emit: Gets a note of who is there.
        cancel: The person's wishes.

    Raises:
        UsageError: The addresses cannot be right.
        WorkersError: Not all came in time, or one has gone or failed.
    """
    team = _gather(job, emit, cancel)
    if team is None:
        yield None
        return
    with contextlib.closing(team):
        watchdog = _Watchdog(team, emit)
        team.when_failed(watchdog.start)
        try:
            yield team
        except BaseException as error:
            failure = team.failure or _soon(team, error)
            team.fail(error)
            if failure is not None and not isinstance(error, SeqclassError):
                raise failure from error
            raise
        finally:
            watchdog.stop()


def _soon(team: Team, error: BaseException) -> SeqclassError | None:
    """What has become of another worker, where that is what an error of TensorFlow is about and the news is on its way."""
    if not type(error).__module__.startswith("tensorflow."):
        return None
    ends_s = time.monotonic() + 3.0
    while team.failure is None and time.monotonic() < ends_s:
        time.sleep(_PAUSE_S)
    if team.failure is None and type(error).__name__ in ("UnavailableError", "DeadlineExceededError", "AbortedError"):
        reason = (str(error).split("aborted by: ")[-1].splitlines() or ["no reason given"])[0]
        return WorkersError(f"The connections between workers must hold. Received: {reason}. {_WAY_OUT}")
    return team.failure


class _Watchdog:
    """Ends the process where it waits for a worker that has gone, deep in a library, and cannot be told."""

    def __init__(self, team: Team, emit: Emit) -> None:
        self._team, self._emit = team, emit
        self._timer = threading.Timer(GRACE_S, self._end)
        self._timer.daemon = True

    def start(self) -> None:
        with contextlib.suppress(RuntimeError):  # it was started before
            self._timer.start()

    def stop(self) -> None:
        self._timer.cancel()

    def _end(self) -> None:
        with contextlib.suppress(Exception):
            self._emit(Note(text=str(self._team.failure), level="warning"))
        os._exit(1)


def _gather(job: TrainJob, emit: Emit, cancel: CancelToken) -> Team | None:
    found = addresses(job.workers, job.worker_index)
    if not found:
        return None
    with met(found, job.worker_index, timeout_s=job.workers_timeout_s, emit=emit, cancel=cancel) as links:
        team = Team(found, job.worker_index, links, cancel)
        try:
            _require_reach(team)
        except BaseException:
            team.close()
            raise
    emit(Note(text=f"All {len(found)} workers are here; this is {team.names[team.index]}."))
    return team


def _require_reach(team: Team) -> None:
    """Each port is open still, so whoever cannot reach one now could not later, when only TensorFlow would know."""
    unreached = ["" if number == team.index else unreachable(address) for number, address in enumerate(team.addresses)]
    for number, reasons in enumerate(team.exchange("reach", unreached)):
        for other, reason in enumerate(reasons):
            if reason:
                raise WorkersError(
                    f"Every worker must reach every other one. Received: {team.names[number]} cannot reach {team.names[other]} "
                    f"({reason}). Open that port in its firewall, or give an address that all can reach."
                )


def _differences(name: str, first: Any, other: Any) -> Iterator[str]:
    if isinstance(first, dict) and isinstance(other, dict):
        for key in {**first, **other}:
            yield from _differences(f"{name}.{key}" if name else str(key), first.get(key), other.get(key))
    elif first != other:
        texts = (str(first), str(other))
        yield f"{name}={texts[1]} (there {texts[0]})" if max(map(len, texts)) <= 40 else name
