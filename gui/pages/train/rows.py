"""From stored runs to what the page shows: figures, words, lines of the log. No widget, no file is touched here."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from PySide6.QtCore import QCoreApplication

from gui.pages.train.card import CardFacts
from gui.pages.train.live import LIVE, LiveRun
from gui.pages.train.pace import pace_key
from gui.widgets.common import duration
from gui.widgets.run_curves import SMOOTHINGS, Drawing
from gui.widgets.run_list import RunRow, RunState
from gui.widgets.setting_texts import name_of
from gui.widgets.setting_values import text_of
from seqclass.data import runs
from seqclass.data.runs import StoredRun
from seqclass.errors import SeqclassError
from seqclass.events import Alarm, AnyEvent, EpochEnded, Note, Progress
from seqclass.settings import describe

translate = QCoreApplication.translate


class ReadRun(NamedTuple):
    """A stored run with what was read from its folder.

    Attributes:
        run: The run.
        events: Notes, epochs and alarms, in order; an epoch that was done again stands once.
        changes: Settings that differ from the defaults.
        has_model: Whether its bundle is where it was put.
    """

    run: StoredRun
    events: tuple[AnyEvent, ...]
    changes: dict[str, Any]
    has_model: bool

    @property
    def epochs(self) -> tuple[EpochEnded, ...]:
        """The epochs."""
        return epochs_of(self.events)


class Score(NamedTuple):
    """The figure by which runs are compared: on validation, at the epoch that was kept."""

    value: float | None
    text: str
    is_error: bool


def read(found: Iterable[StoredRun]) -> tuple[ReadRun, ...]:
    """Read what runs have said; for a thread. One that cannot be read has said nothing."""
    made: list[ReadRun] = []
    for run in found:
        try:
            events = run.events()
        except SeqclassError:
            events = ()
        kept = tuple(event for event in events if isinstance(event, EpochEnded | Note | Alarm))
        made.append(ReadRun(run, kept, runs.changes(run.spec.config, run.kind), run.bundle.is_file()))
    return tuple(made)


def epochs_of(events: Iterable[AnyEvent]) -> tuple[EpochEnded, ...]:
    """The epochs by number; one that was done again counts as it was last."""
    by_number = {event.epoch: event for event in events if isinstance(event, EpochEnded)}
    return tuple(by_number[number] for number in sorted(by_number))


def best_of(epochs: Sequence[EpochEnded]) -> EpochEnded | None:
    """The epoch whose weights were kept."""
    return next((event for event in reversed(epochs) if event.is_best), None)


def score_of(event: EpochEnded | None) -> Score:
    """What an epoch reached on validation: the first target's accuracy, or its mean absolute error."""
    for figure, value in (event.validation if event else {}).items():
        if figure.endswith(".accuracy") and math.isfinite(value):
            return Score(value, f"{100 * value:.1f} %", is_error=False)
        if figure.endswith(".mae") and math.isfinite(value):
            return Score(value, f"± {value:.4g}", is_error=True)
    return Score(None, "", is_error=False)


def paces_of(found: Iterable[ReadRun]) -> dict[Any, float]:
    """How long an epoch took, by `pace_key` of the settings; the median, and of the newest run of its kind."""
    paces: dict[Any, float] = {}
    for one in found:
        seconds = sorted(event.seconds for event in one.epochs)
        if seconds:
            paces[pace_key(one.run.spec.config)] = seconds[len(seconds) // 2]
    return paces


def drawing_of(kept: Any) -> Drawing:
    """How curves were drawn before, from what was kept; the defaults where that is not usable."""
    if not isinstance(kept, dict) or kept.get("smoothing") not in SMOOTHINGS:
        return Drawing()
    return Drawing(kept["smoothing"], bool(kept.get("is_log")), bool(kept.get("has_training", True)))


def differences(found: Sequence[ReadRun]) -> list[tuple[str, ...]]:
    """What tells runs apart, as lines of a table: what they reached on validation, then each setting in which any two differ."""
    lines = [
        (translate("TrainRows", "Validation"), *(score_of(best_of(one.epochs)).text or "–" for one in found)),
        (translate("TrainRows", "Validation loss"), *(_loss_text(best_of(one.epochs)) for one in found)),
        (translate("TrainRows", "Kept epoch"), *(_kept_text(one.epochs) for one in found)),
        (translate("TrainRows", "Training time"), *(duration(sum(event.seconds for event in one.epochs)) for one in found)),
    ]
    for setting in (one.name for one in describe(found[0].run.kind)) if found else ():
        section, _, field = setting.partition(".")
        values = [getattr(getattr(one.run.spec.config, section), field, None) for one in found]
        if any(value != values[0] for value in values):
            lines.append((name_of(setting), *(_value_text(value) for value in values)))
    return lines


def _loss_text(event: EpochEnded | None) -> str:
    loss = event.validation.get("loss", math.nan) if event else math.nan
    return f"{loss:.4f}" if math.isfinite(loss) else "–"


def _kept_text(epochs: Sequence[EpochEnded]) -> str:
    best = best_of(epochs)
    return f"{best.epoch if best else '–'} / {len(epochs)}"


def title_of(run: StoredRun) -> str:
    """A run is called as its model is."""
    return Path(run.spec.out).stem or run.name


def started_of(run: StoredRun) -> str:
    """When a run began, in local time."""
    try:
        return f"{datetime.fromisoformat(run.spec.created).astimezone():%Y-%m-%d %H:%M}"
    except ValueError:
        return run.spec.created


def words_of(changes: dict[str, Any]) -> str:
    """Settings in words, as ``Epochs 5 · LSTM units 64``."""
    return " · ".join(f"{name_of(setting)} {_value_text(value)}" for setting, value in changes.items())


def _value_text(value: Any) -> str:
    text = text_of(value)
    words = {"true": translate("TrainRows", "on"), "false": translate("TrainRows", "off"), "": translate("TrainRows", "none")}
    return words.get(text, text)


def row_of(one: ReadRun) -> RunRow:
    """A stored run in the list."""
    run = one.run
    state: RunState = "unfinished" if run.spec.state == "running" else run.spec.state
    return _row(run.name, title_of(run), state, started_of(run), one.epochs, one.changes, run.note)


def live_row(live: LiveRun, changes: dict[str, Any]) -> RunRow:
    """The running training in the list."""
    state: RunState = "running" if live.is_running else "unfinished"
    return _row(LIVE, live.title, state, live.started, epochs_of(live.epochs.values()), changes)


def _row(
    name: str, title: str, state: RunState, started: str, epochs: Sequence[EpochEnded], changes: dict[str, Any], note: str = ""
) -> RunRow:
    best = best_of(epochs)
    score = score_of(best)
    return RunRow(
        id=name,
        title=title,
        state=state,
        started=started,
        score=score.value,
        score_text=score.text,
        is_error=score.is_error,
        loss=best.validation.get("loss") if best else None,
        epochs=len(epochs),
        best_epoch=best.epoch if best else 0,
        seconds=sum(event.seconds for event in epochs),
        settings=words_of(changes) or translate("TrainRows", "all defaults"),
        note=note,
    )


def log_lines(events: Iterable[AnyEvent]) -> list[str]:
    """Notes and alarms as they were said, epochs in figures. What was reached on the test part never stands here."""
    lines: list[str] = []
    for event in events:
        if isinstance(event, Note):
            warning = translate("TrainRows", "Warning: {text}").format(text=event.text)
            lines.append(warning if event.level == "warning" else event.text)
        elif isinstance(event, Alarm):
            lines.append(translate("TrainRows", "Alarm: {text}").format(text=event.text))
        elif isinstance(event, EpochEnded):
            lines.append(_epoch_line(event))
    return lines


def _epoch_line(event: EpochEnded) -> str:
    words = [translate("TrainRows", "Epoch {epoch} of {epochs}").format(epoch=event.epoch, epochs=event.epochs)]
    parts = (
        (event.train, translate("TrainRows", "training loss")),
        (event.validation, translate("TrainRows", "validation loss")),
    )
    for figures, part in parts:
        if figures:
            score = _share(figures)
            words.append(f"{part} {figures.get('loss', math.nan):.4f}" + (f" ({score})" if score else ""))
    words.append(translate("TrainRows", "learning rate {rate}").format(rate=f"{event.learning_rate:.2e}"))
    words.append(f"{event.seconds:.1f} s" if event.seconds < 60 else duration(event.seconds))
    if event.is_best:
        words.append(translate("TrainRows", "kept"))
    return " · ".join(words)


def _share(figures: dict[str, float]) -> str:
    for figure, value in figures.items():
        if figure.endswith(".accuracy"):
            return f"{100 * value:.1f} %"
        if figure.endswith(".mae"):
            return f"± {value:.4g}"
    return ""


def stored_facts(one: ReadRun, *, can_run: bool) -> CardFacts:
    """A stored run on the card.

    Args:
        one: The run.
        can_run: Whether a training could begin now.
    """
    epochs = one.epochs
    state = one.run.spec.state
    if state == "running":
        words = translate("TrainRows", "Broken off after epoch {epoch} · started {time}")
        if not epochs:
            words = translate("TrainRows", "Broken off before the first epoch was done · started {time}")
    elif state == "stopped":
        words = translate("TrainRows", "Stopped after epoch {epoch}, the best is kept · started {time}")
    else:
        words = translate("TrainRows", "Finished · started {time}")
    text = words.format(epoch=epochs[-1].epoch if epochs else 0, time=started_of(one.run))
    if state != "running" and not one.has_model:
        missing = translate("TrainRows", "The model is not at {path} any longer")
        text = missing.format(path=one.run.bundle)
    return CardFacts(
        title=title_of(one.run),
        state=text,
        state_kind="warn" if state == "running" or not one.has_model else "muted",
        figures=_figures(epochs, total_s=sum(event.seconds for event in epochs)),
        can_resume=state == "running" and one.run.has_checkpoint and can_run,
        has_model=one.has_model and state != "running",
        is_stored=True,
    )


def live_facts(live: LiveRun) -> CardFacts:
    """The running training on the card, or one that has just ended."""
    epochs = epochs_of(live.epochs.values())
    progress, alarms = live.progress, _alarm_words(live.events)
    share = None
    if progress is not None and progress.total:
        share = progress.done / progress.total
    if epochs and live.n_epochs:
        share = max(share or 0.0, epochs[-1].epoch / live.n_epochs)
    return CardFacts(
        title=live.title,
        state=" · ".join(part for part in (_live_words(live), alarms) if part),
        state_kind={"failed": "bad", "cancelled": "warn"}.get(live.ending, "warn" if alarms else "muted"),
        figures=_figures(epochs, n_epochs=live.n_epochs, eta_s=live.eta_s if live.is_running else None),
        is_live=live.is_running,
        can_stop=live.is_running and not live.is_stopping and not live.is_cancelling,
        progress=share,
    )


def _alarm_words(events: Iterable[AnyEvent]) -> str:
    """How many alarms are about gates and gradients: an item that turns from one label to another is usual in the first epochs."""
    n_alarms = sum(isinstance(event, Alarm) and event.alarm != "flip" for event in events)
    return translate("TrainRows", "alarms: {n}, see the log").format(n=n_alarms) if n_alarms else ""


def _live_words(live: LiveRun) -> str:
    is_measuring = live.ending == "done" or (live.last is not None and live.last.epoch == live.n_epochs)
    if live.ending == "failed":
        words = live.message
    elif live.ending == "cancelled":
        words = translate("TrainRows", "Cancelled before there was anything to keep.")
    elif live.is_cancelling:
        words = translate("TrainRows", "Cancelling …")
    elif live.is_stopping:
        words = translate("TrainRows", "Stopping: the best so far is measured and kept …")
    elif is_measuring:
        words = translate("TrainRows", "Measuring and writing the model …")
    elif live.progress is None:
        words = translate("TrainRows", "Starting …")
    else:
        words = _stage_words(live.progress)
    return words


def _stage_words(progress: Progress) -> str:
    stage = progress.stage
    if stage == "training":
        return translate("TrainRows", "Training …")
    if stage == "scan":
        words = translate("TrainRows", "Looking through the data set: {done} of {total}")
    elif stage.startswith("reading"):
        words = translate("TrainRows", "Reading items: {done} of {total}")
    elif stage.startswith("normalising"):
        words = translate("TrainRows", "Normalising items: {done} of {total}")
    else:
        words = f"{stage}: {{done}} / {{total}}"
    return words.format(done=progress.done, total=progress.total)


def _figures(
    epochs: Sequence[EpochEnded], *, n_epochs: int = 0, eta_s: float | None = None, total_s: float | None = None
) -> list[tuple[str, str]]:
    if not epochs:
        return []
    best = best_of(epochs)
    score = score_of(best)
    found: list[tuple[str, str]] = []
    if score.text:
        what = (
            translate("TrainRows", "error on validation") if score.is_error else translate("TrainRows", "right on validation")
        )
        found.append((score.text, what))
    if best is not None:
        found.append((str(best.epoch), translate("TrainRows", "best epoch")))
    done = f"{epochs[-1].epoch} / {n_epochs}" if n_epochs else str(epochs[-1].epoch)
    found.append((done, translate("TrainRows", "epochs")))
    mean_s = sum(event.seconds for event in epochs) / len(epochs)
    mean = f"{mean_s:.2f} s" if mean_s < 1 else f"{mean_s:.1f} s" if mean_s < 60 else duration(mean_s)
    found.append((mean, translate("TrainRows", "an epoch")))
    if eta_s is not None:
        found.append((duration(eta_s), translate("TrainRows", "left")))
    elif total_s is not None:
        found.append((duration(total_s), translate("TrainRows", "training time")))
    return found
