"""How found moments, aligned items and stress curves look."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from seqclass.cli.render.scan import problem_lines
from seqclass.cli.render.view import View
from seqclass.cli.tables import cut, number, percent, plural, table
from seqclass.events import Finished

_SHOWN = 10
_COLUMNS = 40


class SearchView(View):
    """The units that are looked for, the best hits, and which classes and speakers hold more of them than chance."""

    def finished(self, event: Finished) -> None:
        """Show all of it."""
        result = event.result
        units = ", ".join(f"{'-' if each['sign'] < 0 else ''}{each['unit']}" for each in result["units"])
        self.output.lines(
            [
                f"units of {result['half']} beyond {number(result['threshold'], digits=3)} in the {result['state']} state: {units}",
                f"{plural(result['n_hits'], 'hit')} in {result['n_items_hit']} of {plural(result['n_items'], 'other item')}",
            ]
        )
        if result["hits"]:
            self.output.lines(["", *_hit_lines(result["hits"])])
        for name, counts in result["by"].items():
            rows = [
                (cut(count["name"], _COLUMNS), count["n_hit"], count["n_items"], number(count["lift"], digits=3))
                for count in counts
                if count["n_hit"]
            ]
            if rows:
                self.output.lines(["", *table((name, "with a hit", "of", "lift"), rows[:_SHOWN])])
        self.output.lines(["", str(result["legend"])])
        if result.get("csv"):
            self.output.lines([f"written to {result['csv']}"])


class AlignView(View):
    """Where two items part."""

    def finished(self, event: Finished) -> None:
        """Show it in words."""
        result = event.result
        self.output.lines([f"{result['item']} beside {result['other']}: {plural(result['n_steps'], 'step')} on one axis"])
        self.output.lines(_parting_lines(result))
        self.output.lines(f"not compared: {name} ({why})" for name, why in result["skipped"].items())
        self.output.lines(["", str(result["legend"])])
        if result.get("out"):
            self.output.lines([f"differences written to {result['out']}"])


class StressView(View):
    """A table of strengths: probability of the right class and accuracy."""

    def finished(self, event: Finished) -> None:
        """Show it for all items, then class by class."""
        result = event.result
        curve = result["stress"]
        head = f"{curve['axis']}{f' ({unit})' if (unit := curve['unit']) else ''}"
        names = ["as it is" if value is None else f"{value:g}" for value in curve["values"]]
        rows = [
            (
                name,
                percent(point["p_correct"]),
                _band(point["p_interval"]),
                percent(point["accuracy"]),
                _band(point["accuracy_interval"]),
            )
            for name, point in zip(names, curve["overall"], strict=True)
        ]
        part = "all items" if result.get("split") == "all" else f"the {result.get('split')} part"
        self.output.lines([f"{plural(result['n_items'], 'item')}, {part} of {result['dataset']}", ""])
        self.output.lines(table((head, "p(right)", "95 %", "accuracy", "95 %"), rows))
        classes = [
            (cut(label, _COLUMNS), *(percent(point["p_correct"], digits=0) for point in points))
            for label, points in curve["by_class"].items()
        ]
        self.output.lines(["", *table(("p(right) by class", *names), classes)])
        self.output.lines(["", str(result["legend"])])
        self.output.lines(problem_lines(result.get("problems") or []))
        if result.get("csv"):
            self.output.lines([f"written to {result['csv']}"])


def _hit_lines(hits: list[Mapping[str, Any]]) -> Iterator[str]:
    rows = [
        (
            cut(hit["item"], _COLUMNS),
            f"{hit['start_s']:g} to {hit['end_s']:g}",
            f"{hit['score']:.2f}",
            next(iter(hit["targets"].values()), ""),
            hit.get("words") or ("the range itself" if hit["is_query"] else ""),
        )
        for hit in hits[:_SHOWN]
    ]
    yield from table(("item", "from, to", "score", "label", ""), rows)
    if len(hits) > _SHOWN:
        yield f"... and {len(hits) - _SHOWN} more"


def _parting_lines(result: Mapping[str, Any]) -> Iterator[str]:
    spread, parting = result.get("spread"), result.get("parting")
    yield f"greatest distance: {number(result['largest_distance'], digits=3)}"
    if spread is None:
        return
    who = f" by {spread['group']}" if spread["group"] else ""
    yield (
        f"{plural(spread['n_pairs'], 'pair')} of takes of {' and of '.join(spread['labels'])}{who}: 19 of 20 never keep more than "
        f"{number(spread['limit'], digits=3)}"
    )
    if parting is None:
        yield "the two never part by more than that"
        return
    first, second = (number(parting[place], digits=5) for place in ("a_ms", "b_ms"))
    yield f"the two part at {first} of the first, {second} of the second (ms of sound, else frames)"


def _band(interval: list[float] | None) -> str:
    return "-" if interval is None else f"{100 * interval[0]:.1f} to {100 * interval[1]:.1f}"
