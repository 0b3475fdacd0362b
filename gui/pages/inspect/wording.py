"""Sentences and names of the Inspect page that depend on what is looked at."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QMimeData

from gui.pages.inspect.loading import Inspected
from gui.state import BUNDLE_SUFFIX, FOREIGN_SUFFIXES, VIEW_SUFFIX, AppState
from gui.widgets import lens_texts
from gui.widgets.common import elided
from gui.widgets.lens import Lens
from gui.widgets.lens_look import short, signed
from gui.widgets.lens_panes import MapPane, ProbabilityPane
from seqclass.inference.classify import Answer
from seqclass.specs import Kind


def answer(inspected: Inspected, target: str) -> tuple[str, str]:
    """What the model says and what the data set says: kind of the label, and the sentence."""
    translate = QCoreApplication.translate
    said = inspected.trace.result[target]
    truth = inspected.truth.get(target)
    if said.probabilities is None:
        value = short(said.value or 0.0)
        if truth is None:
            return "", translate("Inspect", "Answer: {value}").format(value=value)
        return "", translate("Inspect", "Answer: {value}. The data set says {truth}.").format(value=value, truth=truth)
    label = said.label or ""
    percent = _percent(said.probabilities[label])
    if truth is None:
        return "", translate("Inspect", "Answer: {label}, {percent}").format(label=label, percent=percent)
    if str(truth) == label:
        text = translate("Inspect", "Answer: {label}, {percent}. That is its label in the data set.")
        return "good", text.format(label=label, percent=percent)
    text = translate("Inspect", "Answer: {label}, {percent}. Its label in the data set is {truth}.")
    return "warn", text.format(label=label, percent=percent, truth=truth)


def change(before: Answer, after: Answer) -> str:
    """What became of an answer."""
    translate = QCoreApplication.translate
    if before.probabilities is None or after.probabilities is None:
        text = translate("Inspect", "The value goes from {before} to {after}.")
        return text.format(before=f"{before.value:.3g}", after=f"{after.value:.3g}")
    one, other = (f"{said.label} {_percent((said.probabilities or {})[said.label or ''])}" for said in (before, after))
    return translate("Inspect", "Answer: {before} → {after}").format(before=one, after=other)


def _percent(share: float) -> str:
    return f"{share:.0%}".replace("%", "\u00a0%")


def values(lens: Lens, unit_name: str) -> str:
    """The numbers at the cursor: time, frame, gates and states of the chosen unit, the answer there."""
    view = lens.view
    frame = view.frame
    parts = [lens_texts.moment(view.cursor if unit_name in lens_texts.TIMED else view.time_of(frame), unit_name)]
    if not view.has_frame(view.cursor):
        parts.append(lens_texts.outside())
        return " · ".join(parts)
    if unit_name in lens_texts.TIMED:
        text = QCoreApplication.translate("Inspect", "frame {frame} of {total}")
        parts.append(text.format(frame=frame, total=view.n_frames))
    # Until the panes of a new item come, those of the last one are there, which may be shorter.
    maps = [pane for key in lens_texts.MAPS if isinstance(pane := lens.pane(key), MapPane) and frame < len(pane.values)]
    unit = lens.unit
    if maps and unit is not None:
        numbers = (f"{lens_texts.SYMBOLS[pane.key]} {signed(float(pane.values[frame, unit]))}" for pane in maps)
        parts.append(f"{lens_texts.unit(unit)}: {'  '.join(numbers)}")
    probabilities = lens.pane("probabilities")
    known = probabilities.known_at(frame) if isinstance(probabilities, ProbabilityPane) else None
    if isinstance(probabilities, ProbabilityPane) and known is not None:
        here = probabilities.curves[known]
        label = probabilities.labels[int(here.argmax())]
        text = QCoreApplication.translate("Inspect", "leading: {label}, {percent}")
        parts.append(text.format(label=label, percent=f"{float(here.max()):.0%}".replace("%", "\u00a0%")))
    return " · ".join(parts)


def last_recording(state: AppState) -> Path | None:
    """The recording that another page made last, and that is still there.

    Whoever records says so by ``state.keep_page_setting("collect" or "live", "last_recording", PATH)``.
    """
    kept = (state.page_setting(page, "last_recording", "") for page in ("collect", "live"))
    found = [Path(path) for path in kept if path and Path(path).is_file()]
    return max(found, key=lambda path: path.stat().st_mtime) if found else None


def dropped_file(data: QMimeData) -> Path | None:
    """The file to look at; folders, models and views are the window's."""
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    windows = {BUNDLE_SUFFIX, VIEW_SUFFIX, *FOREIGN_SUFFIXES} - {".npz"}  # which may be an item
    return next((path for path in paths if path.is_file() and path.suffix.lower() not in windows), None)


def pattern(kind: Kind) -> str:
    """Which files a dialog offers."""
    translate = QCoreApplication.translate
    named = {
        "speech": translate("Inspect", "Sounds") + " (*.wav *.flac *.ogg *.opus *.mp3 *.aiff *.aif *.au *.WAV *.MP3)",
        "text": translate("Inspect", "Texts") + " (*.txt)",
        "numeric": translate("Inspect", "Numbers") + " (*.csv *.npy *.npz)",
    }[kind]
    return named + ";;" + translate("Inspect", "All files") + " (*)"


def shortened(name: str) -> str:
    """An item's name for the middle of a sentence."""
    return elided(" ".join(name.split()), 48)


def file_stem(name: str) -> str:
    """A file name that any system takes, from an item's name."""
    kept = "".join(letter if letter.isalnum() or letter in "-_." else "_" for letter in Path(name.replace("#", "-")).stem[:60])
    return kept.strip("._") or "trace"
