"""How a scanned data set looks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from seqclass.cli.render.view import View
from seqclass.cli.tables import cut, duration, number, plural, table
from seqclass.events import AnyEvent, Finished

SHOWN_PROBLEMS = 20
SHOWN_NAMES = 12
LABEL_COLUMNS = 30
_PARTS = ("train", "validation", "test", "unassigned")
_NOUNS = {"speech": "recording", "text": "text", "numeric": "sequence"}


class ScanView(View):
    """What is in a data set, and every problem up to a number that a person reads."""

    _is_empty = False

    def finished(self, event: Finished) -> None:
        """Show what was found."""
        result = event.result
        self.output.lines(_head(result))
        self.output.lines(_class_lines(result))
        self.output.lines(_other_lines(result))
        self.output.lines(problem_lines(result["problems"]))
        self.show_warnings(result)

    def keep(self, event: AnyEvent) -> None:
        """Remember whether there is anything to use."""
        if isinstance(event, Finished):
            self._is_empty = not event.result["used"]

    def failure(self) -> str | None:
        """Say that nothing can be used."""
        if not self._is_empty:
            return None
        return "A data set must hold items that can be used. Received: none. See what is said of each file, and --help."


def _head(result: Mapping[str, Any]) -> Iterator[str]:
    noun = _NOUNS.get(str(result.get("kind")), "item")
    text = f"{plural(result['used'], noun)} used"
    if result.get("layout"):
        text += f", found as {result['layout']}"
    if result.get("ignored"):
        text += f"; {result['ignored']} ignored (LICENSE, README, hidden files, empty lines)"
    yield text
    if result.get("duration_s"):
        rates = ", ".join(f"{rate} Hz ({count})" for rate, count in (result.get("sample_rates") or {}).items())
        yield f"{duration(result['duration_s'])} in all; {_spread(result, 'duration_s', duration)} each; {rates}"
    if result.get("max_n_frames"):
        yield f"{result.get('n_features')} features a frame; {_spread(result, 'n_frames', number)} frames each"
    if result.get("max_n_characters"):
        yield f"{_spread(result, 'n_characters', number)} letters each"


def _spread(result: Mapping[str, Any], name: str, show: Any) -> str:
    low, middle, high = (result.get(f"{which}_{name}") for which in ("min", "median", "max"))
    return f"{show(low)} to {show(high)}, median {show(middle)}"


def _class_lines(result: Mapping[str, Any]) -> Iterator[str]:
    counts: Mapping[str, Mapping[str, int]] = result.get("counts") or {}
    if not counts:
        return
    parts = [part for part in _PARTS if any(part in row for row in counts.values())]
    if parts == ["unassigned"]:
        parts = []  # the data set itself is not divided: one column of all says it
    durations: Mapping[str, float] = result.get("durations_s") or {}
    name = next(iter(result.get("classes") or {"class": None}))
    head = [name, *parts, "all", *(["duration"] if durations else [])]
    rows = [_class_row(cut(label, LABEL_COLUMNS), row, parts, durations.get(label)) for label, row in counts.items()]
    if len(counts) > 1:
        sums = {part: sum(row.get(part, 0) for row in counts.values()) for part in _PARTS}
        rows.append(_class_row("all", sums, parts, sum(durations.values()) if durations else None))
    yield ""
    yield from table(head, rows)


def _class_row(label: str, row: Mapping[str, int], parts: list[str], seconds: float | None) -> list[Any]:
    cells: list[Any] = [label, *(row.get(part, 0) or None for part in parts), sum(row.values())]
    return cells if seconds is None else [*cells, duration(seconds)]


def _other_lines(result: Mapping[str, Any]) -> Iterator[str]:
    lines = []
    for target, labels in list((result.get("classes") or {}).items())[1:]:
        lines.append(f"target {target}: {plural(len(labels), 'label')}: {_names(labels)}")
    for target, figures in (result.get("numbers") or {}).items():
        if figures:
            span = f"{number(figures['min'])} to {number(figures['max'])}, mean {number(figures['mean'])}"
            lines.append(f"target {target}: {span}")
    groups = result.get("groups") or {}
    if groups:
        lines.append(f"{plural(len(groups), 'group')} (speakers, say): {_names(groups)}")
    if result.get("noise_files"):
        lines.append(f"background noise: {plural(len(result['noise_files']), 'recording')}")
    if lines:
        yield ""
        yield from lines


def _names(counts: Mapping[str, int]) -> str:
    shown = ", ".join(f"{name} {count}" for name, count in list(counts.items())[:SHOWN_NAMES])
    return shown + (f" and {len(counts) - SHOWN_NAMES} more" if len(counts) > SHOWN_NAMES else "")


def problem_lines(problems: Sequence[Mapping[str, str]]) -> Iterator[str]:
    """Items that are not used, each with its reason; the first ones where there are many."""
    if not problems:
        return
    yield ""
    yield f"{plural(len(problems), 'problem')}, not used:"
    yield from (f"  {problem['file']}: {problem['reason']}" for problem in problems[:SHOWN_PROBLEMS])
    if len(problems) > SHOWN_PROBLEMS:
        yield f"  and {len(problems) - SHOWN_PROBLEMS} more; --json lists all"
