"""Takes on disk while they are being recorded, so that nothing is lost with a killed process.

A take is a WAV file that grows: its header is put right each time that it is flushed, at least twice a second, so that at any
moment it is a sound file of all but the last moment. Beside it lie its description as JSON and a lock, which the system lets go of
when the process ends, however it ends: a take whose lock is free and that is still there was left behind.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import struct
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from seqclass.errors import StorageError
from seqclass.files import atomic_path, paths_matching, read_bytes, storage_error, write_bytes

Integers = np.ndarray[Any, np.dtype[np.int16]]

FLUSH_S = 0.5
_HEADER_SIZE = 44
_WIDTH = 2
_INFO_LIMIT = 1_000_000


class TakeInfo(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a take beside its sound.

    Attributes:
        rate_hz: Samples a second.
        device: Name of the microphone.
        started: Date and time, ISO, with the offset from UTC.
        out: Where it was meant to go; empty where that was open.
        notes: What the recorder wants to find again, as label and speaker.
    """

    schema: int = 1
    rate_hz: int
    device: str
    started: str
    out: str = ""
    notes: dict[str, str] = {}


@dataclass(frozen=True)
class UnfinishedTake:
    """A take that a process left behind.

    Attributes:
        path: Its WAV file, put right.
        info: What is known of it.
        duration_s: Sound in it, in seconds.
    """

    path: Path
    info: TakeInfo
    duration_s: float

    def save(self, path: Path | str) -> None:
        """Copy the sound to ``path``, whole or not at all, and forget the take.

        Raises:
            StorageError: It cannot be written; the take is still there.
        """
        _copy(self.path, path)
        self.discard()

    def discard(self) -> None:
        """Delete it."""
        _delete(self.path)


def journal_folder() -> Path:
    """Where takes lie that belong to no project: the user's data folder, or ``SEQCLASS_USER_DIR`` where that is set."""
    if own := os.environ.get("SEQCLASS_USER_DIR"):
        return Path(own) / "takes"
    import platformdirs

    return Path(platformdirs.user_data_dir("seqclass", appauthor=False)) / "takes"


class Journal:
    """One take on disk.

    Attributes:
        path: The WAV file.
        n_samples: Samples written so far.
    """

    def __init__(self, folder: Path | str, info: TakeInfo) -> None:
        """Begin a take in ``folder``, which is made where it is missing.

        Raises:
            StorageError: It cannot be written.
        """
        from filelock import FileLock

        self.path = Path(folder) / f"take-{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(3)}.wav"
        self.n_samples = 0
        self._rate_hz = info.rate_hz
        self._flushed_s = time.monotonic()
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._lock = FileLock(_lock_path(self.path), thread_local=False)  # closed by the recorder's thread
            self._lock.acquire(blocking=False)
            write_bytes(self.path.with_suffix(".json"), msgspec.json.encode(info))
            self._stream = self.path.open("xb")
            self._stream.write(_header(0, info.rate_hz))
            self._stream.flush()
        except OSError as error:
            raise storage_error("write", self.path, error) from error

    def append(self, samples: Integers) -> None:
        """Add samples (n_samples,) int16.

        Raises:
            StorageError: The disk is full or has gone. What was flushed is safe.
        """
        try:
            self._stream.write(samples.astype("<i2", copy=False).tobytes())
            self.n_samples += len(samples)
            if time.monotonic() - self._flushed_s >= FLUSH_S:
                self._flush()
        except OSError as error:
            raise storage_error("write", self.path, error) from error

    def _flush(self) -> None:
        """Bring everything to the disk, the header put right."""
        end = self._stream.tell()
        self._stream.seek(0)
        self._stream.write(_header(self.n_samples, self._rate_hz))
        self._stream.seek(end)
        self._stream.flush()
        os.fsync(self._stream.fileno())
        self._flushed_s = time.monotonic()

    def close(self) -> None:
        """End the take; it stays until it is saved or discarded.

        Raises:
            StorageError: The disk is full or has gone.
        """
        if self._stream.closed:
            return
        try:
            self._flush()
            self._stream.close()
        except OSError as error:
            with contextlib.suppress(OSError):
                self._stream.close()  # a second attempt at what Python's buffer still held
            raise storage_error("write", self.path, error) from error
        finally:
            self._lock.release()

    def save(self, path: Path | str) -> None:
        """Copy the closed take to ``path``, whole or not at all, and forget it.

        Raises:
            StorageError: It cannot be written; the take is still there, and `recover` finds it.
        """
        self.close()
        _copy(self.path, path)
        self.discard()

    def discard(self) -> None:
        """Delete the take."""
        with contextlib.suppress(StorageError):
            self.close()
        _delete(self.path)


def recover(folder: Path | str | None = None) -> list[UnfinishedTake]:
    """Takes that were left behind, oldest first; those that are being recorded now are not among them.

    Args:
        folder: Where they lie; None: `journal_folder`.

    Raises:
        StorageError: A take cannot be read.
    """
    from filelock import FileLock, Timeout

    takes = []
    for path in paths_matching(folder or journal_folder(), "take-*.wav"):
        try:
            with FileLock(_lock_path(path), blocking=False):
                take = _repair(path)
        except Timeout:
            continue
        except FileNotFoundError:  # somebody else has just decided about it
            _delete(path)
            continue
        except OSError as error:
            raise storage_error("read", path, error) from error
        if take is None:
            _delete(path)
        else:
            takes.append(take)
    return takes


def _repair(path: Path) -> UnfinishedTake | None:
    """Put the header right by the file's size; None for a take without a sample."""
    n_samples = (path.stat().st_size - _HEADER_SIZE) // _WIDTH
    if n_samples <= 0:
        return None
    try:
        info = msgspec.json.decode(read_bytes(path.with_suffix(".json"), limit=_INFO_LIMIT), type=TakeInfo)
    except (StorageError, msgspec.DecodeError):  # the sound is worth more than its description
        started = time.strftime("%Y-%m-%dT%H:%M:%S%z", time.localtime(path.stat().st_mtime))
        info = TakeInfo(rate_hz=_claimed_rate_hz(path), device="", started=started)
    with path.open("r+b") as stream:
        stream.write(_header(n_samples, info.rate_hz))
        stream.truncate(_HEADER_SIZE + n_samples * _WIDTH)
    return UnfinishedTake(path, info, n_samples / info.rate_hz)


def _header(n_samples: int, rate_hz: int) -> bytes:
    """44 bytes of a WAV file: PCM, one channel, 16 bits. Sizes beyond 4 GB (a day at 24 kHz) are cut to what they can say."""
    size = min(n_samples * _WIDTH, 0xFFFFFFFF - 36)
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        b"RIFF", 36 + size, b"WAVE", b"fmt ", 16, 1, 1, rate_hz, rate_hz * _WIDTH, _WIDTH, 16, b"data", size,
    )  # fmt: skip


def _claimed_rate_hz(path: Path) -> int:
    with path.open("rb") as stream:
        header = stream.read(_HEADER_SIZE)
    return int(struct.unpack_from("<I", header, 24)[0]) or 16_000


def _copy(source: Path, target: Path | str) -> None:
    with atomic_path(target) as temporary:
        shutil.copyfile(source, temporary)


def _lock_path(path: Path) -> Path:
    return path.with_suffix(".lock")


def _delete(path: Path) -> None:
    for each in (path, path.with_suffix(".json"), _lock_path(path)):
        with contextlib.suppress(OSError):
            each.unlink()
