"""The part of showing events that all commands share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from seqclass.cli.output import Output
from seqclass.events import (
    Alarm,
    AnyEvent,
    Dropped,
    EpochEnded,
    Failed,
    Finished,
    FoldEnded,
    Guessed,
    Heard,
    ItemClassified,
    Level,
    Note,
    Onset,
    Progress,
    StageVerified,
)


class View:
    """Shows a job's events. Progress and notes go to standard error, results to standard output.

    With ``--json`` each result is the event itself, one JSON object a line. Commands override the methods named after the
    events that they expect, and `json_events` where not every result is a line of their JSON.
    """

    json_events: tuple[type[AnyEvent], ...] = (EpochEnded, Alarm, FoldEnded, ItemClassified, StageVerified, Finished)

    def __init__(self, output: Output, *, as_json: bool) -> None:
        self.output = output
        self._as_json = as_json
        self._warned: set[str] = set()
        self._shows: dict[type[Any], Callable[[Any], None]] = {
            EpochEnded: self.epoch,
            Alarm: self.alarm,
            FoldEnded: self.fold,
            ItemClassified: self.item,
            StageVerified: self.stage,
            Level: self.level,
            Onset: self.onset,
            Guessed: self.guess,
            Heard: self.heard,
            Dropped: self.dropped,
            Finished: self.finished,
        }

    def show(self, event: AnyEvent) -> None:
        """Show one event."""
        if isinstance(event, Progress):
            self.output.progress(event)
        elif isinstance(event, Note):
            self._note(event)
        elif isinstance(event, Failed):
            self.output.warn(f"seqclass: {event.message}")
        else:
            self.keep(event)
            if not self._as_json:
                self._shows[type(event)](event)
            elif isinstance(event, self.json_events):
                self.output.event(event)

    def keep(self, event: AnyEvent) -> None:
        """Remember what `failure` will ask for."""

    def epoch(self, event: EpochEnded) -> None:
        """Show the end of an epoch."""

    def alarm(self, event: Alarm) -> None:
        """Show what a training alarms about."""
        self.output.note(event.text)

    def fold(self, event: FoldEnded) -> None:
        """Show the end of a fold."""

    def item(self, event: ItemClassified) -> None:
        """Show a classified item."""

    def stage(self, event: StageVerified) -> None:
        """Show a verified stage."""

    def level(self, event: Level) -> None:
        """Show how loud it is."""

    def onset(self, event: Onset) -> None:
        """Show that a word has begun."""

    def guess(self, event: Guessed) -> None:
        """Show what a word would be by now."""

    def heard(self, event: Heard) -> None:
        """Show a word."""

    def dropped(self, event: Dropped) -> None:
        """Show that it was no word."""

    def finished(self, event: Finished) -> None:
        """Show the result."""

    def show_warnings(self, result: Mapping[str, Any]) -> None:
        """Show the warnings of a result that were not shown already when the job emitted them."""
        for text in result.get("warnings") or []:
            if text not in self._warned:
                self._warned.add(text)
                self.output.warn(f"warning: {text}")

    def failure(self) -> str | None:
        """Why the command failed although the job came to its end; None where it did not."""
        return None

    def _note(self, event: Note) -> None:
        if event.level == "warning":
            self.show_warnings({"warnings": [event.text]})
        else:
            self.output.note(event.text)
