"""How training, cross-validation and the demo look."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from seqclass.cli.render.view import View
from seqclass.cli.tables import cut, duration, number, pad, percent, plural, width
from seqclass.events import EpochEnded, Finished, FoldEnded

_SHARES = ("accuracy",)


class TrainView(View):
    """One line an epoch, then the bundle and its figures."""

    _columns: tuple[tuple[str, str], ...] = ()
    _widths: Sequence[int] = ()

    def epoch(self, event: EpochEnded) -> None:
        """Show an epoch; the first one also makes the head of the table."""
        if not self._columns:
            self._columns = tuple((part, key) for part in ("train", "validation") for key in getattr(event, part))
            cells = _titles(self._columns)
            self._widths = [max(8, width(cell)) for cell in cells]
            self.output.lines([self._line("epoch", cells, "rate", "time", "left", "")])
        cells = [_figure(key, getattr(event, part).get(key)) for part, key in self._columns]
        left = duration(event.eta_s) if event.eta_s > 0 else ""
        mark = "best" if event.is_best else ""
        count = f"{event.epoch}/{event.epochs}"
        rate = number(event.learning_rate, digits=3)
        line = self._line(count, cells, rate, duration(event.seconds), left, mark)
        self.output.lines([line])

    def finished(self, event: Finished) -> None:
        """Show the figures of the model that was kept, and where it is."""
        self.output.lines(metric_lines(event.result.get("metrics") or {}))
        self.show_warnings(event.result)
        if event.result.get("bundle"):
            self.output.lines([f"bundle written to {event.result['bundle']}"])

    def _line(self, count: str, cells: list[str], rate: str, time: str, left: str, mark: str) -> str:
        middle = "  ".join(pad(cell, columns, ">") for cell, columns in zip(cells, self._widths, strict=True))
        return (
            f"{pad(count, 9, '>')}  {middle}  {pad(rate, 9, '>')}  {pad(time, 8, '>')}  {pad(left, 11, '>')}  {mark}".rstrip()
        )


class CrossvalView(TrainView):
    """One line a fold, then the mean. Epochs are progress here."""

    def epoch(self, event: EpochEnded) -> None:
        """Leave epochs out: a cross-validation has hundreds."""

    def fold(self, event: FoldEnded) -> None:
        """Show a fold."""
        if event.fold == 1:
            self.output.lines([f"{pad('fold', 6, '>')}  {pad('left out', 24)}  accuracy  items  time"])
        count, time = f"{event.fold}/{event.folds}", duration(event.seconds)
        name = pad(cut(event.name, 24), 24)
        self.output.lines([f"{count:>6}  {name}  {percent(event.accuracy):>8}  {event.n_items:>5}  {time}"])

    def finished(self, event: Finished) -> None:
        """Show the mean and the range of the folds."""
        result = event.result
        for name, target in (result.get("targets") or {"": result}).items():
            self.output.lines([(f"{name}: " if name else "") + _folds_text(target)])
        self.show_warnings(result)


def metric_lines(metrics: Mapping[str, Any]) -> list[str]:
    """One line for each part that was measured: ``test: accuracy 99.0 % (97.1 to 99.7) of 300 items``."""
    lines = []
    for part, figures in metrics.items():
        if not isinstance(figures, Mapping) or not figures:
            continue
        targets = figures.get("targets") or {}
        if targets:
            lines += [f"{part}, {name}: {metric_text(target)}" for name, target in targets.items()]
        else:
            lines.append(f"{part}: {metric_text(figures)}")
    return lines


def metric_text(figures: Mapping[str, Any]) -> str:
    """The main figures of one target on one part."""
    if figures.get("accuracy") is not None:
        text = f"accuracy {percent(figures['accuracy'])}"
        interval = figures.get("interval")
        if interval:
            text += f" ({100 * interval[0]:.1f} to {100 * interval[1]:.1f})"
        if figures.get("balanced_accuracy") is not None:
            text += f", balanced {percent(figures['balanced_accuracy'])}"
    else:
        names = {"mae": "mean absolute error", "rmse": "root mean square error", "r2": "R²"}
        text = ", ".join(f"{name} {number(figures[key])}" for key, name in names.items() if figures.get(key) is not None)
    text = text or "no figures"
    if figures.get("n_items") is not None:
        text += f" of {plural(figures['n_items'], 'item')}"
    return text


def _folds_text(target: Mapping[str, Any]) -> str:
    """The mean of one target over the folds, how sure it is, and the lowest and the highest fold."""
    folds = {name: value for name, value in (target.get("folds") or {}).items() if value is not None}
    show: Callable[[float | None], str] = percent
    if target.get("mean_mae") is not None:
        text, show = f"mean absolute error {number(target['mean_mae'])}", number
    else:
        text = f"mean accuracy {percent(target.get('mean_accuracy'))}"
    interval = target.get("mean_interval")
    if interval:
        text += f" ({100 * interval[0]:.1f} to {100 * interval[1]:.1f})"
    text += f" of {plural(len(folds), 'fold')}"
    if len(folds) > 1:
        low, high = min(folds, key=folds.__getitem__), max(folds, key=folds.__getitem__)
        text += f", from {show(folds[low])} ({low}) to {show(folds[high])} ({high})"
    return text


def _titles(columns: Sequence[tuple[str, str]]) -> list[str]:
    """Heads of columns; a target's name is left out where there is but one."""
    names = {key.rpartition(".")[0] for _, key in columns} - {""}
    titles = []
    for part, key in columns:
        target, _, figure = key.rpartition(".")
        short = {"accuracy": "acc"}.get(figure, figure)
        name = f"{cut(target, 16)} {short}" if len(names) > 1 and target else short
        titles.append(f"val {name}" if part == "validation" else name)
    return titles


def _figure(key: str, value: float | None) -> str:
    return percent(value) if key.rpartition(".")[2] in _SHARES else number(value)
