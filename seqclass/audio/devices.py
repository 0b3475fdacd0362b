"""Microphones and loudspeakers: which there are, and the one library that reaches them.

PortAudio opens and moves the sound. Its list of devices is frozen until it is initialised again, and where PulseAudio or PipeWire
runs it shows one device for all of them; so there the server itself is asked, and told by the environment which one is meant.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from seqclass.errors import DeviceError, MissingDependencyError

FALLBACK_RATE_HZ = 48_000
_KNOCK_S = 0.02
_PULSE_VARIABLES = {"microphone": "PULSE_SOURCE", "loudspeaker": "PULSE_SINK"}
_open_streams = 0
_lock = threading.RLock()

Use = Literal["microphone", "loudspeaker"]


@dataclass(frozen=True)
class Device:
    """A microphone.

    Attributes:
        name: What the system calls it; the same at the next start, so this is what to remember.
        description: What people call it.
        rate_hz: Its own sample rate.
        n_channels: Channels that it has.
        system: Who was asked: ``pulse`` (PulseAudio, PipeWire) or ``portaudio``.
        is_default: It is the one that the system would take.
        is_monitor: It is no microphone, but what a loudspeaker plays.
    """

    name: str
    description: str
    rate_hz: int
    n_channels: int
    system: Literal["pulse", "portaudio"]
    is_default: bool = False
    is_monitor: bool = False


def portaudio() -> Any:
    """The sounddevice module.

    Raises:
        MissingDependencyError: PortAudio is not installed.
    """
    try:
        import sounddevice
    except (OSError, ImportError) as error:
        way_out = (
            "Run: sudo apt-get install libportaudio2 libasound2-plugins" if sys.platform == "linux" else "Install PortAudio"
        )
        raise MissingDependencyError(
            f"Recording and playing need the library PortAudio. Received: {str(error).strip() or type(error).__name__}. "
            f"{way_out} (or your system's own packages of it), then start again. All else works without it."
        ) from error
    return sounddevice


def microphones() -> tuple[Device, ...]:
    """All microphones, the default one first and the monitors of loudspeakers last.

    Raises:
        MissingDependencyError: There is neither a sound server to ask nor PortAudio.
    """
    found = _pulse_microphones()
    if found is None:
        found = _portaudio_microphones()
    return tuple(sorted(found, key=lambda device: (device.is_monitor, not device.is_default)))


def find_microphone(name: str = "", *, devices: tuple[Device, ...] | None = None) -> Device:
    """The microphone of this name.

    Args:
        name: Its name or description, or a part that only one has, in any case; empty: the default one.
        devices: Where to look; None asks the system.

    Raises:
        DeviceError: There is none, or several.
        MissingDependencyError: As for `microphones`.
    """
    devices = microphones() if devices is None else devices
    if not devices:
        raise DeviceError("A microphone must be there to record. Received: none was found. Plug one in, or switch it on.")
    if not name:
        return next((device for device in devices if device.is_default), devices[0])
    wanted = name.casefold()
    for matches in (
        [device for device in devices if name == device.name],
        [device for device in devices if wanted in (device.name.casefold(), device.description.casefold())],
        [device for device in devices if wanted in device.name.casefold() or wanted in device.description.casefold()],
    ):
        if len(matches) == 1:
            return matches[0]
        if matches:
            raise DeviceError(
                f"A microphone's name must fit one alone. Received: {name!r}, which fits {_listed(matches)}. Give more of it."
            )
    raise DeviceError(f"There is no microphone of that name. Received: {name!r}. There are: {_listed(devices)}.")


class MicrophoneWatch:
    """Sees microphones come and go, where PulseAudio or PipeWire tells of it; a thread of its own listens.

    Elsewhere nothing is told: ask `microphones` now and then, while no stream is open.
    """

    def __init__(self, on_change: Callable[[frozenset[str]], None]) -> None:
        """Begin.

        Args:
            on_change: Gets the names of all sources after each change, from the watch's thread; none when the server ends.
        """
        self._on_change = on_change
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._server: Any = None
        self._thread = threading.Thread(target=self._run, name="microphones", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End it; takes a moment."""
        self._stop.set()
        if threading.current_thread() is self._thread:
            return
        # Its thread sleeps until the server tells something, as each wait with an end wakes the processor for nothing. Whoever
        # knocks just before it goes to sleep is not heard, so: again.
        while self._thread.is_alive():
            with self._lock:
                if self._server is not None:
                    self._server.event_listen_stop()
            self._thread.join(_KNOCK_S)

    def _run(self) -> None:
        pulsectl = _pulsectl()
        if pulsectl is None:
            return
        try:
            with pulsectl.Pulse("seqclass-watch", connect=False) as server:
                server.connect()
                with self._lock:
                    self._server = server
                try:
                    self._follow(pulsectl, server)
                finally:
                    with self._lock:
                        self._server = None
        except (pulsectl.PulseError, pulsectl.PulseDisconnected):  # it never ran, or it has ended
            self._on_change(frozenset())

    def _follow(self, pulsectl: Any, server: Any) -> None:
        changed = True  # something may have gone before this began

        def hear(_event: Any) -> None:
            nonlocal changed
            changed = True
            raise pulsectl.PulseLoopStop

        server.event_mask_set("source", "server")
        server.event_callback_set(hear)
        while not self._stop.is_set():
            while changed:  # more may be told while the list is asked for
                changed = False
                self._on_change(frozenset(source.name for source in server.source_list()))
            server.event_listen()


@contextlib.contextmanager
def stream_settings(device: Device | None, use: Use) -> Iterator[dict[str, Any]]:
    """Keyword arguments that make PortAudio open this device; open the stream within the block, and count it.

    PortAudio is initialised anew where no stream is open, so that it sees what was plugged in meanwhile and works again after
    a sound server was restarted. Follow each opened stream by `stream_closed`.

    Raises:
        DeviceError: The device has gone.
        MissingDependencyError: PortAudio is not installed.
    """
    global _open_streams  # noqa: PLW0603 - PortAudio itself is one for the process
    library = portaudio()
    with _lock:
        if _open_streams == 0:
            _initialise_again(library)
        variable = _PULSE_VARIABLES[use]
        before = os.environ.get(variable)
        if device is not None and device.system == "pulse":
            os.environ[variable] = device.name
        try:
            yield {"device": _portaudio_index(library, device, use)}
            _open_streams += 1
        finally:
            if before is None:
                os.environ.pop(variable, None)
            else:
                os.environ[variable] = before


def stream_closed() -> None:
    """A stream that was opened within `stream_settings` is closed."""
    global _open_streams  # noqa: PLW0603 - as above
    with _lock:
        _open_streams -= 1


def _initialise_again(library: Any) -> None:
    try:
        library._terminate()
        library._initialize()
    except library.PortAudioError as error:
        raise DeviceError(f"The sound system must be there. Received: {error}. Check that it runs.") from error


def _portaudio_index(library: Any, device: Device | None, use: Use) -> int | None:
    """The number of the device in PortAudio's present list; None for its default."""
    if device is None:
        return None
    key = "max_input_channels" if use == "microphone" else "max_output_channels"
    entries = [(index, entry) for index, entry in enumerate(library.query_devices()) if entry[key] > 0]
    wanted = ("pulse", "default") if device.system == "pulse" else (device.name,)
    for name in (*((device.name, device.description) if device.system == "pulse" else ()), *wanted):
        for index, entry in entries:
            if entry["name"] == name:
                return index
    if device.system == "pulse":
        raise DeviceError(
            f"PortAudio must be able to reach the sound server. Received: only {_names(entries)}. "
            "Run: sudo apt-get install libasound2-plugins"
        )
    raise DeviceError(f"The device must be plugged in. Received: {device.description!r}, which is gone.")


def _pulse_microphones() -> list[Device] | None:
    """What PulseAudio or PipeWire has; None where neither runs or can be asked."""
    pulsectl = _pulsectl()
    if pulsectl is None:
        return None
    try:
        with pulsectl.Pulse("seqclass", connect=False) as server:
            server.connect()  # its timeout= waits out the whole time
            default = server.server_info().default_source_name
            return [
                Device(
                    name=source.name,
                    description=source.description or source.name,
                    rate_hz=int(source.sample_spec.rate) or FALLBACK_RATE_HZ,
                    n_channels=int(source.sample_spec.channels) or 1,
                    system="pulse",
                    is_default=source.name == default,
                    is_monitor=source.proplist.get("device.class") == "monitor",
                )
                for source in server.source_list()
            ]
    except (pulsectl.PulseError, pulsectl.PulseDisconnected):
        return None


def _pulsectl() -> Any:
    """The module, or None where it cannot be had."""
    if sys.platform != "linux":
        return None
    try:
        import pulsectl
    except (ImportError, OSError):  # the latter: there is no libpulse
        return None
    return pulsectl


def _portaudio_microphones() -> list[Device]:
    library = portaudio()
    with _lock:
        if _open_streams == 0:
            _initialise_again(library)
        default = library.default.device[0]
        return [
            Device(
                name=str(entry["name"]),
                description=str(entry["name"]),
                rate_hz=round(entry["default_samplerate"]) or FALLBACK_RATE_HZ,
                n_channels=int(entry["max_input_channels"]),
                system="portaudio",
                is_default=index == default,
            )
            for index, entry in enumerate(library.query_devices())
            if entry["max_input_channels"] > 0
        ]


def _names(entries: list[tuple[int, Any]]) -> str:
    return ", ".join(str(entry["name"]) for _, entry in entries) or "no device"


def _listed(devices: list[Device] | tuple[Device, ...]) -> str:
    return "; ".join(f"{device.name} ({device.description})" for device in devices)
