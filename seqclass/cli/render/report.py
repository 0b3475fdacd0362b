"""How an evaluation looks: figures, classes, confusion matrix, groups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from seqclass.cli.render.scan import problem_lines
from seqclass.cli.render.training import metric_text
from seqclass.cli.render.view import View
from seqclass.cli.tables import cut, number, pad, percent, table, width
from seqclass.events import Finished

LABEL_COLUMNS = 20
MATRIX_CLASSES = 25


class EvaluateView(View):
    """The whole report."""

    def finished(self, event: Finished) -> None:
        """Show the report, one part for each target where there are several."""
        result = event.result
        targets: Mapping[str, Any] = result.get("targets") or {"": result}
        if result.get("split"):
            part = "all items" if result["split"] == "all" else f"the {result['split']} part"
            self.output.lines([f"{result.get('bundle')} on {part} of {result.get('dataset')}", ""])
        for name, target in targets.items():
            if name:
                self.output.lines(["", f"target {name}", ""])
            self.output.lines(report_lines(target))
        self.output.lines(problem_lines(result.get("problems") or []))
        self.show_warnings(result)


def report_lines(result: Mapping[str, Any]) -> Iterator[str]:
    """The report of one target (`ClassReport.as_result` or `NumberReport.as_result`) as lines."""
    yield metric_text(result)
    if result.get("accuracy") is not None:
        yield from _notes(result)
        yield from _class_lines(result)
        yield from _confusion_lines(result)
    elif result.get("r2") is not None:
        yield f"bias {number(result.get('bias'))}, correlation {number(result.get('correlation'))}"
    yield from _group_lines(result.get("by_group") or {})


def _notes(result: Mapping[str, Any]) -> Iterator[str]:
    interval = result.get("group_interval")
    if interval:
        yield f"on other speakers or groups like these: {100 * interval[0]:.1f} to {100 * interval[1]:.1f} % (95 % interval)"
    parts = [f"macro F1 {percent(result['macro_f1'])}"] if result.get("macro_f1") is not None else []
    if result.get("log_loss") is not None:
        parts.append(f"log loss {number(result['log_loss'])}")
    if (result.get("calibration") or {}).get("ece") is not None:
        parts.append(f"calibration error {percent(result['calibration']['ece'])}")
    if parts:
        yield ", ".join(parts)
    yield from result.get("notes") or []


def _class_lines(result: Mapping[str, Any]) -> Iterator[str]:
    classes = result.get("per_class") or {}
    if classes:
        yield ""
        rows = [
            (
                cut(label, LABEL_COLUMNS),
                percent(figures["precision"]),
                percent(figures["recall"]),
                percent(figures["f1"]),
                figures["support"],
            )
            for label, figures in classes.items()
        ]
        yield from table(("class", "precision", "recall", "F1", "items"), rows)


def _confusion_lines(result: Mapping[str, Any]) -> Iterator[str]:
    labels, counts = result.get("labels") or [], result.get("confusion") or []
    if 1 < len(labels) <= MATRIX_CLASSES:
        yield ""
        yield "confusion: rows are the truth, columns what the model said"
        short = [cut(label, 10) for label in labels]
        widest_count = len(str(max(count for row in counts for count in row)))
        columns = max(3, widest_count, *(width(label) for label in short))
        left = max(width(label) for label in short)
        yield f"{pad('', left)}  " + " ".join(pad(label, columns, ">") for label in short)
        for label, row in zip(short, counts, strict=True):
            yield f"{pad(label, left)}  " + " ".join(pad(str(count) if count else ".", columns, ">") for count in row)
    pairs = result.get("top_confusions") or []
    if pairs:
        said = ", ".join(f"{pair['truth']} taken for {pair['predicted']} ({pair['count']})" for pair in pairs[:5])
        yield ""
        yield f"most often confused: {said}"


def _group_lines(groups: Mapping[str, Any]) -> Iterator[str]:
    if len(groups) < 2:
        return
    yield ""
    rows = []
    for name, figures in groups.items():
        main = percent(figures["accuracy"]) if "accuracy" in figures else number(figures.get("mae"))
        rows.append((cut(name or "(none)", LABEL_COLUMNS), main, figures["n_items"]))
    first = next(iter(groups.values()))
    yield from table(("group", "accuracy" if "accuracy" in first else "mean abs. error", "items"), rows)
