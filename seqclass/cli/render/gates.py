"""How the health of gates, and an evaluation with edits to them, look."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from seqclass.cli.render.report import LABEL_COLUMNS, EvaluateView
from seqclass.cli.render.scan import problem_lines
from seqclass.cli.render.view import View
from seqclass.cli.tables import cut, number, percent, plural, table
from seqclass.events import Finished

_GATES = ("input_gate", "forget_gate", "output_gate")


class HealthView(View):
    """A table of layers, advice, and with two models their differences."""

    def finished(self, event: Finished) -> None:
        """Show all of it."""
        result = event.result
        part = "all items" if result.get("split") == "all" else f"the {result.get('split')} part"
        counts = f"{plural(result.get('n_items', 0), 'item')}, {plural(result.get('n_frames', 0), 'frame')}"
        self.output.lines([f"{result.get('bundle')} on {part} of {result.get('dataset')}: {counts}", ""])
        self.output.lines(_layer_lines(result))
        self.output.lines(["", str(result.get("read_me", ""))])
        self.output.lines(_advice_lines(result))
        if result.get("other"):
            self.output.lines(["", str(result["other"]["bundle"]), "", *_layer_lines(result["other"])])
            self.output.lines(_difference_lines(result))
        self.output.lines(problem_lines(result.get("problems") or []))
        if result.get("csv"):
            self.output.lines(["", f"written to {result['csv']}"])
        self.show_warnings(result)


class HandsView(EvaluateView):
    """The report with edits, and what they changed."""

    def finished(self, event: Finished) -> None:
        """Show the edits, the report and the changes."""
        result = event.result
        self.output.lines(["edits:", *(f"  {edit}" for edit in result.get("edits") or ["none"]), ""])
        super().finished(event)
        for name, change in (result.get("change") or {}).items():
            self.output.lines(["", f"change of {name} by the edits: {_signed(change)}"])
            classes = change.get("per_class") or {}
            rows = [(cut(label, LABEL_COLUMNS), _points(value)) for label, value in classes.items() if value]
            if rows:
                self.output.lines(table(("class", "recall"), rows))
            if name in (result.get("n_changed") or {}):
                self.output.lines([f"{plural(result['n_changed'][name], 'item')} got another answer"])


def _layer_lines(result: Mapping[str, Any]) -> Iterator[str]:
    rows = []
    for layer in result.get("layers") or []:
        shares = [f"{percent(layer['below'][gate])} / {percent(layer['above'][gate])}" for gate in _GATES]
        lives = layer.get("half_life_ms")
        life = f"{number(layer.get('half_life_frames'), digits=3)} frames" if lives is None else f"{number(lives, digits=3)} ms"
        rows.append((layer["name"], layer["n_units"], *shares, layer["dead"], layer["never_written"], layer["latched"], life))
    head = ("layer", "units", "input shut / open", "forget", "output", "dead", "never written", "latched", "half-life")
    yield from table(head, rows)


def _advice_lines(result: Mapping[str, Any]) -> Iterator[str]:
    for advice in result.get("advice") or []:
        yield f"{advice['half']}: {advice['text']}"
    if not result.get("advice"):
        yield "Nothing stands out."


def _difference_lines(result: Mapping[str, Any]) -> Iterator[str]:
    yield ""
    yield str(result.get("read_difference", ""))
    rows = [
        (f"{each['half']} {each['figure']}", number(each["one"]), number(each["other"]), number(each["change"]))
        for each in result.get("difference") or []
    ]
    yield from table(("figure", "first", "second", "change"), rows)


def _signed(change: Mapping[str, Any]) -> str:
    if "accuracy" in change:
        return f"accuracy {_points(change['accuracy'])}"
    return ", ".join(f"{name} {number(value)}" for name, value in change.items())


def _points(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:+.1f} points"
