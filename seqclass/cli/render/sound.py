"""How recording and listening look."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from seqclass.cli.render.view import View
from seqclass.cli.tables import duration, number, pad, percent, plural
from seqclass.events import AnyEvent, Dropped, Finished, Guessed, Heard, Level, Onset, Progress

if TYPE_CHECKING:
    from seqclass.audio.devices import Device

_METER_WIDTH = 24
_QUIETEST_DB = -60.0
TOP = 3


class RecordView(View):
    """A level meter while it records, then what was written."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._failure: str | None = None

    def keep(self, event: AnyEvent) -> None:
        """Remember what was not as it should be."""
        if not isinstance(event, Finished):
            return
        result = event.result
        if not result.get("complete", True):
            self._failure = (
                f"The recording broke off after {result['seconds']:g} s; what was said until then is in {result['out']}."
            )
        elif result.get("silent"):
            self._failure = f"{result['out']} holds nothing but digital silence. Unmute the microphone and record it again."

    def level(self, event: Level) -> None:
        """Draw the meter."""
        self.output.progress(Progress(stage=f"{event.time_s:6.1f} s  {meter(event)}", done=0))

    def finished(self, event: Finished) -> None:
        """Name the file, its duration and its loudest place."""
        result = event.result
        clipped = ", clipped: speak softer or turn the microphone down" if result.get("clipped") else ""
        self.output.lines(
            [
                f"{result['out']}: {duration(result['seconds'])} at {result['rate_hz']} Hz from {result['device']}, "
                f"peak {result['peak_db']:g} dB{clipped}"
            ]
        )

    def failure(self) -> str | None:
        """Say that the recording broke off, or that there is nothing in it."""
        return self._failure


class RecoverView(View):
    """One line a take."""

    def finished(self, event: Finished) -> None:
        """List what was saved where."""
        takes = event.result["takes"]
        if not takes:
            self.output.lines(["No take was left behind."])
        self.output.lines(f"{take['out']}: {duration(take['seconds'])}, begun {take['started']}" for take in takes)


class ListenView(View):
    """One line a word; the level and what is being heard as the status line."""

    json_events: tuple[type[AnyEvent], ...] = (Onset, Heard, Dropped, Finished)
    _guess = ""

    def level(self, event: Level) -> None:
        """Draw the meter and the present guess."""
        self.output.progress(Progress(stage=f"{event.time_s:6.1f} s  {meter(event)}  {self._guess}", done=0))

    def onset(self, event: Onset) -> None:  # noqa: ARG002 - as in View
        """A word has begun: show that it is being heard."""
        self._guess = "..."

    def guess(self, event: Guessed) -> None:
        """Keep it for the status line."""
        self._guess = _said(event)

    def heard(self, event: Heard) -> None:
        """Show a word."""
        self._guess = ""
        top = sorted((event.probabilities or {}).items(), key=lambda pair: (-pair[1], pair[0]))[:TOP]
        listed = ", ".join(f"{label} {percent(share)}" for label, share in top)
        said = event.label if event.value is None else number(event.value, digits=5)
        more = "; ".join(f"{name} = {_outcome(outcome)}" for name, outcome in list((event.targets or {}).items())[1:])
        times = f"{event.start_s:8.2f} s to {event.end_s:.2f} s"
        self.output.lines([f"{times}  {pad(str(said), 12)}  {listed}{'; ' + more if more else ''}".rstrip()])

    def dropped(self, event: Dropped) -> None:  # noqa: ARG002 - as in View
        """Clear the status line."""
        self._guess = ""

    def finished(self, event: Finished) -> None:
        """Say how much was heard."""
        result = event.result
        self.output.note(f"{plural(result['words'], 'word')} in {duration(result['seconds'])}")


class PartialListenView(ListenView):
    """The same, and with ``--json`` also guesses and levels."""

    json_events = (Level, Onset, Guessed, Heard, Dropped, Finished)


def device_lines(devices: Iterable[Device]) -> Iterator[str]:
    """A table of microphones."""
    devices = list(devices)
    if not devices:
        yield "No microphone was found. Plug one in, or switch it on."
        return
    width = max(len(device.name) for device in devices)
    for device in devices:
        marks = [
            mark for mark, is_so in (("default", device.is_default), ("what a loudspeaker plays", device.is_monitor)) if is_so
        ]
        marked = f"  ({', '.join(marks)})" if marks else ""
        yield f"{pad(device.name, width)}  {device.rate_hz} Hz  {device.description}{marked}"


def meter(level: Level) -> str:
    """A bar of the level with its peak, as ``[########------      ]  -21 dB``."""
    rms, peak = (
        round(_METER_WIDTH * min(max((value - _QUIETEST_DB) / -_QUIETEST_DB, 0.0), 1.0))
        for value in (level.rms_db, level.peak_db)
    )
    bar = "#" * rms + "-" * (peak - rms) + " " * (_METER_WIDTH - max(rms, peak))
    return f"[{bar}] {level.peak_db:4.0f} dB{' CLIPPED' if level.clipped else ''}"


def _said(event: Guessed) -> str:
    if event.value is not None:
        return number(event.value, digits=5)
    return f"{event.label} {percent(event.confidence)}?" if event.confidence is not None else str(event.label)


def _outcome(outcome: dict[str, Any]) -> str:
    return number(outcome["value"], digits=5) if "value" in outcome else str(outcome.get("label"))
