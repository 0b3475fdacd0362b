"""The line between workers that train one model: who is there, what they agree on, who has gone.

The first worker listens at its address while all gather; each other one keeps a connection to it until the end. TensorFlow moves
the gradients by connections of its own (`seqclass.training.workers.step`); over this line go a few short messages, so that a
worker that fails, is stopped or dies ends all of them within seconds and with the reason, whatever they are busy with.

A message is its length (8 bytes, most significant first) and a map in MessagePack. Nothing is encrypted and nobody is asked for a
password, here as in TensorFlow's own connections: a network that others use is no place for it.
"""

from __future__ import annotations

import contextlib
import queue
import select
import socket
import struct
import threading
import time
from collections.abc import Callable
from typing import Any

import msgspec

PING_S = 2.0
SILENCE_S = 30.0
"""A worker that says nothing for so long counts as gone: its computer has lost power or network."""
_HELLO_LIMIT = 1_000_000
_LIMIT = 4_000_000_000
_HEAD = struct.Struct(">Q")

Message = dict[str, Any]


class LinkLostError(Exception):
    """The other side has gone. The text says how that showed."""


class Link:
    """One connection between two workers; a thread reads it from `watch` on.

    Attributes:
        name: Of the other side, for a person.
    """

    def __init__(self, connection: socket.socket, name: str) -> None:
        self.name = name
        self._connection = connection
        self._sending = threading.Lock()
        self._heard_s = time.monotonic()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, message: Message) -> None:
        """Send a message, from any thread.

        Raises:
            LinkLostError: The other side has gone.
        """
        content = msgspec.msgpack.encode(message)
        try:
            with self._sending:
                self._connection.sendall(_HEAD.pack(len(content)) + content)
        except OSError as error:
            raise LinkLostError(_reason(error)) from error

    def receive(self, *, timeout_s: float | None = None, limit: int = _LIMIT) -> Message:
        """Wait for the next message.

        Raises:
            LinkLostError: The other side has gone, is silent for ``timeout_s``, or talks about something else.
        """
        try:
            self._connection.settimeout(timeout_s)
            (length,) = _HEAD.unpack(self._exactly(_HEAD.size))
            if length > limit:
                raise LinkLostError("it does not speak as a worker does")
            message = msgspec.msgpack.decode(self._exactly(length))
        except OSError as error:
            raise LinkLostError(_reason(error)) from error
        except msgspec.DecodeError as error:
            raise LinkLostError("it does not speak as a worker does") from error
        if not isinstance(message, dict):
            raise LinkLostError("it does not speak as a worker does")
        return message

    def is_waiting(self, timeout_s: float) -> bool:
        """Whether there is something to receive, or nothing will come any more, within ``timeout_s``."""
        return bool(select.select([self._connection], [], [], timeout_s)[0])

    def watch(self, heard: Callable[[Message], None], lost: Callable[[str], None]) -> None:
        """Read in threads from now on.

        Args:
            heard: Called with each message that is no sign of life.
            lost: Called once, with the reason, when nothing more can come.
        """
        told = threading.Event()

        def tell(reason: str) -> None:
            if not told.is_set():
                told.set()
                lost(reason)
            self.close()  # which frees whoever is about to send

        def read() -> None:
            try:
                while True:
                    message = self.receive()
                    self._heard_s = time.monotonic()
                    if message.get("kind") != "ping":
                        heard(message)
            except LinkLostError as error:
                tell(str(error))

        def ping() -> None:
            while not told.wait(PING_S):
                if time.monotonic() - self._heard_s > SILENCE_S:
                    tell(f"silent for {SILENCE_S:.0f} s")
                    return
                if self._sending.locked():
                    continue  # something else is on its way, and a sign of life too
                try:
                    self.send({"kind": "ping"})
                except LinkLostError as error:
                    tell(str(error))
                    return

        self._heard_s = time.monotonic()
        for work in (read, ping):
            threading.Thread(target=work, name=f"seqclass-{work.__name__}", daemon=True).start()

    def close(self) -> None:
        """End the connection; what was sent still arrives."""
        with contextlib.suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)
        self._connection.close()

    def _exactly(self, length: int) -> bytes:
        content = bytearray()
        while len(content) < length:
            chunk = self._connection.recv(min(length - len(content), 1 << 20))
            if not chunk:
                raise LinkLostError("it closed the connection")
            content += chunk
        return bytes(content)


class Mailbox:
    """Messages that were heard and nobody has waited for yet, by topic."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._topics: dict[str, queue.SimpleQueue[Any]] = {}

    def put(self, topic: str, value: Any) -> None:
        """Keep a value."""
        self._of(topic).put(value)

    def take(self, topic: str, *, check: Callable[[], None], pause_s: float = 0.05) -> Any:
        """Wait for the next value of a topic.

        Args:
            topic: What about.
            check: Called again and again while there is none; raises to end the waiting.
            pause_s: Time between two calls.
        """
        waiting = self._of(topic)
        while True:
            with contextlib.suppress(queue.Empty):
                return waiting.get(timeout=pause_s)
            try:
                check()
            except BaseException:
                with contextlib.suppress(queue.Empty):  # what was said before the bad news counts first
                    return waiting.get_nowait()
                raise

    def _of(self, topic: str) -> queue.SimpleQueue[Any]:
        with self._lock:
            return self._topics.setdefault(topic, queue.SimpleQueue())


def hello(link: Link) -> Message:
    """The first message of somebody who has connected.

    Raises:
        LinkLostError: It is no worker.
    """
    return link.receive(timeout_s=5.0, limit=_HELLO_LIMIT)


def _reason(error: OSError) -> str:
    if isinstance(error, TimeoutError):
        return "it did not answer"
    return (error.strerror or str(error)).lower()
