"""Which microphones there are, and what is said where there are none."""

from __future__ import annotations

import builtins
import contextlib
import dataclasses
import functools
import queue
import sys
import types
from collections.abc import Callable
from typing import Any

import pytest
from sound_fakes import MICROPHONE

from seqclass.audio import devices
from seqclass.audio.devices import (
    Device,
    MicrophoneWatch,
    find_microphone,
    microphones,
    portaudio,
    stream_closed,
    stream_settings,
)
from seqclass.errors import DeviceError, MissingDependencyError

INNER = Device("alsa_input.pci.analog-stereo", "Built-in Audio", 48_000, 2, "pulse", is_default=True)
USB = Device("alsa_input.usb.mono", "USB Microphone", 44_100, 1, "pulse")
OTHER = Device("alsa_input.usb.mono.2", "Desk microphone", 44_100, 1, "pulse")
ALL = (INNER, USB, OTHER)


@pytest.mark.parametrize(
    ("name", "device"),
    [("", INNER), ("USB Microphone", USB), ("alsa_input.usb.mono", USB), ("desk MICRO", OTHER), ("pci", INNER)],
)
def test_a_microphone_is_found_by_its_name_or_a_part(name: str, device: Device) -> None:
    assert find_microphone(name, devices=ALL) == device


@pytest.mark.parametrize(
    ("name", "among", "says"),
    [
        ("microphone", ALL, "must fit one alone. Received: 'microphone'"),
        ("headset", ALL, "There are: alsa_input.pci.analog-stereo \\(Built-in Audio\\); "),
        ("", (), "none was found"),
    ],
)
def test_a_name_that_fits_none_or_several_is_refused(name: str, among: tuple[Device, ...], says: str) -> None:
    with pytest.raises(DeviceError, match=says):
        find_microphone(name, devices=among)


@pytest.fixture
def no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "_pulsectl", lambda: None)


class FakePortAudio(types.ModuleType):
    """What of sounddevice is used."""

    class PortAudioError(Exception):
        """Its error."""

    def __init__(self, entries: list[dict[str, Any]]) -> None:
        super().__init__("sounddevice")
        self.entries = entries
        self.default = types.SimpleNamespace(device=(1, 0))
        self.n_starts = 0

    def _terminate(self) -> None:
        pass

    def _initialize(self) -> None:
        self.n_starts += 1

    def query_devices(self) -> list[dict[str, Any]]:
        """Its list."""
        return self.entries


def entry(name: str, *, inputs: int = 1, outputs: int = 0) -> dict[str, Any]:
    return {"name": name, "max_input_channels": inputs, "max_output_channels": outputs, "default_samplerate": 44_100.0}


@pytest.fixture
def fake_portaudio(monkeypatch: pytest.MonkeyPatch) -> Callable[..., FakePortAudio]:
    def install(*entries: dict[str, Any]) -> FakePortAudio:
        library = FakePortAudio(list(entries))
        monkeypatch.setitem(sys.modules, "sounddevice", library)
        return library

    return install


@pytest.mark.usefixtures("no_server")
def test_without_a_sound_server_portaudio_is_asked(fake_portaudio: Callable[..., FakePortAudio]) -> None:
    fake_portaudio(entry("card"), entry("usb"), entry("speakers", inputs=0, outputs=2))
    found = microphones()
    assert [device.name for device in found] == ["usb", "card"]
    assert found[0] == dataclasses.replace(MICROPHONE, name="usb", description="usb", rate_hz=44_100)


@pytest.mark.usefixtures("no_server")
def test_without_portaudio_the_line_that_installs_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def fail(name: str, *rest: Any, **named: Any) -> Any:
        if name == "sounddevice":
            raise OSError("PortAudio library not found")
        return real(name, *rest, **named)

    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    monkeypatch.setattr(builtins, "__import__", fail)
    monkeypatch.setattr(sys, "platform", "linux")
    for call in (microphones, portaudio):
        with pytest.raises(MissingDependencyError, match="apt-get install libportaudio2"):
            call()


def test_portaudio_is_told_which_microphone_of_the_server_is_meant(
    fake_portaudio: Callable[..., FakePortAudio], monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    monkeypatch.setenv("PULSE_SOURCE", "before")
    library = fake_portaudio(entry("default"), entry("pulse"))
    with stream_settings(USB, "microphone") as settings:
        assert settings == {"device": 1}
        assert os.environ["PULSE_SOURCE"] == USB.name
    assert os.environ["PULSE_SOURCE"] == "before"
    with stream_settings(USB, "microphone"):
        pass
    assert library.n_starts == 1  # not while a stream is open
    stream_closed()
    stream_closed()
    with stream_settings(None, "loudspeaker") as settings:
        assert settings == {"device": None}
    stream_closed()
    assert library.n_starts == 2


@pytest.mark.parametrize(("device", "says"), [(USB, "libasound2-plugins"), (MICROPHONE, "'USB Microphone', which is gone")])
def test_a_device_that_portaudio_does_not_have_is_refused(
    fake_portaudio: Callable[..., FakePortAudio], device: Device, says: str
) -> None:
    fake_portaudio(entry("card"))
    with pytest.raises(DeviceError, match=says), stream_settings(device, "microphone"):
        pass
    assert devices._open_streams == 0


class FakePulse:
    """What of pulsectl a watch uses: a server that sleeps until it has something to tell, or somebody knocks."""

    class PulseError(Exception):
        """Its error."""

    PulseDisconnected = PulseError
    PulseLoopStop = PulseError

    def __init__(self, names: list[str]) -> None:
        self.names = names
        self.tells: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.hear: Callable[[Any], None] = lambda _event: None
        self.event_callback_set = functools.partial(setattr, self, "hear")
        self.event_mask_set = self.connect = lambda *_: None

    def Pulse(self, _name: str, *, connect: bool) -> contextlib.nullcontext[FakePulse]:  # noqa: N802 - pulsectl's name
        """A connection."""
        assert not connect
        return contextlib.nullcontext(self)

    def source_list(self) -> list[Device]:
        """What there is; the first time something comes meanwhile."""
        listed = [dataclasses.replace(USB, name=name) for name in self.names]
        if len(self.names) == 1:
            self.names.append("late")
            with contextlib.suppress(self.PulseLoopStop):
                self.hear(None)
        return listed

    def event_listen(self) -> None:
        """Sleep."""
        if self.tells.get(timeout=20) == "change":
            with contextlib.suppress(self.PulseLoopStop):
                self.hear(None)

    def event_listen_stop(self) -> None:
        """Wake it."""
        self.tells.put("knock")


def test_a_watch_tells_each_change_and_ends_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    pulse, told = FakePulse(["first"]), queue.SimpleQueue[frozenset[str]]()
    monkeypatch.setattr(devices, "_pulsectl", lambda: pulse)
    watch = MicrophoneWatch(told.put)
    assert told.get(timeout=20) == {"first"}
    assert told.get(timeout=20) == {"first", "late"}
    pulse.names.append("third")
    pulse.tells.put("change")
    assert told.get(timeout=20) == {"first", "late", "third"}
    watch.close()
    assert told.empty()
    watch.close()
