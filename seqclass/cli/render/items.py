"""How classified items, traces and verified stages look."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from seqclass.cli.render.view import View
from seqclass.cli.tables import duration, number, pad, percent, plural
from seqclass.events import AnyEvent, Finished, ItemClassified, StageVerified

TOP = 5


class ClassifyView(View):
    """One line an item: label, the most probable classes, seconds. With ``--json`` the item events alone."""

    json_events = (ItemClassified,)
    n_items = 0
    n_errors = 0

    def keep(self, event: AnyEvent) -> None:
        """Count the items that could not be read."""
        if isinstance(event, ItemClassified):
            self.n_items += 1
            self.n_errors += event.error is not None

    def item(self, event: ItemClassified) -> None:
        """Show a classified item, or why it could not be read."""
        if event.error is not None:
            self.output.warn(f"{event.item}: {event.error}")
            return
        outcomes: Mapping[str, Mapping[str, Any]] = event.targets or {
            "": {"label": event.label, "value": event.value, "probabilities": event.probabilities}
        }
        seconds = "" if event.seconds is None else f"  [{duration(event.seconds)}]"
        parts = [(f"{name} = " if name else "") + _outcome(outcome) for name, outcome in outcomes.items()]
        self.output.lines([f"{event.item}: {'; '.join(parts)}{seconds}"])

    def failure(self) -> str | None:
        """Say how many items could not be classified."""
        if not self.n_errors:
            return None
        return f"{self.n_errors} of {plural(self.n_items, 'item')} could not be classified; each line above says why."


class TraceView(View):
    """What was written where."""

    def finished(self, event: Finished) -> None:
        """Name the item's label and the files."""
        result = event.result
        if result.get("label") is not None:
            self.output.lines([f"{result.get('item', 'item')}: {result['label']}"])
        self.output.lines(_trace_lines(result))
        names = {"out": "gates and states", "plot": "picture", "timeline": "timeline", "ledger": "ledger"}
        self.output.lines(f"{what} written to {result[key]}" for key, what in names.items() if result.get(key))


class VerifyView(View):
    """One line a stage. With ``--json`` the stage events alone."""

    json_events: tuple[type[AnyEvent], ...] = (StageVerified,)
    _seen_head = False

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._failed: list[str] = []

    def keep(self, event: AnyEvent) -> None:
        """Remember the stages that differ too much."""
        if isinstance(event, StageVerified) and not event.ok:
            self._failed.append(event.stage)

    def stage(self, event: StageVerified) -> None:
        """Show the greatest difference of a stage beside what is allowed."""
        if not self._seen_head:
            self._seen_head = True
            self.output.lines([f"{pad('stage', 42)}  greatest difference  tolerance"])
        difference, tolerance = f"{event.max_abs_difference:.1e}", f"{event.tolerance:.0e}"
        verdict = "ok" if event.ok else "TOO LARGE"
        self.output.lines([f"{pad(event.stage, 42)}  {difference:>19}  {tolerance:>9}  {verdict}"])

    def failure(self) -> str | None:
        """Name the stages beyond their tolerance."""
        if not self._failed:
            return None
        return (
            f"Stages must agree within their tolerance. Received: too large a difference in {', '.join(self._failed)}. Train "
            "the bundle again with the libraries installed here, or install those that `seqclass info` names."
        )


def _trace_lines(result: Mapping[str, Any]) -> Iterator[str]:
    """What edits changed, and where the decision fell."""
    for edit in result.get("edits") or []:
        yield f"edit: {edit}"
    if result.get("before"):
        yield f"with the edits: {_outcome(result)}"
        yield f"without: {_outcome(result['before'])}"
    decision = result.get("decision") or {}
    for name, target in (decision.get("targets") or {}).items():
        after = f"after {plural(target['flips'], 'change')} of the lead" if target["flips"] else "from the start"
        frame = target["decided_frame"]
        yield f"{name}: {target['winner']} leads for good from frame {frame} (counted from 0), {after}"
    if decision and not decision["is_one_pass"]:
        stride = decision["stride"]
        often = "each frame" if stride == 1 else f"every {stride} frames"
        yield f"the model looks ahead, so the item was cut and run again at {often}"


def _outcome(outcome: Mapping[str, Any]) -> str:
    if outcome.get("value") is not None:
        return number(outcome["value"], digits=5)
    probabilities: Mapping[str, float] = outcome.get("probabilities") or {}
    top = sorted(probabilities.items(), key=lambda pair: (-pair[1], pair[0]))[:TOP]
    listed = ", ".join(f"{label} {percent(share)}" for label, share in top)
    return f"{outcome.get('label')}" + (f"  ({listed})" if listed else "")
