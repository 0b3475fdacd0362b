"""Files and typed texts of the Live page: a queue of files, and what a text would be while it is typed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from gui.background import Task, run_in_background
from gui.state import AppState
from seqclass.events import ItemClassified
from seqclass.specs import ClassifyJob

if TYPE_CHECKING:
    from seqclass.model.bundle import Bundle


class LiveReading(QObject):
    """Reads what is dropped and typed with the open model.

    Signals:
        answered: An `ItemClassified`, and its kind, ``file`` or ``text``.
        guessed: An `ItemClassified` of a text that is still being typed; None where there is none any more.
    """

    answered = Signal(object, str)
    guessed = Signal(object)

    def __init__(self, state: AppState, parent: QObject) -> None:
        super().__init__(parent)
        self._state = state
        self._queue: list[list[str]] = []
        self._is_classifying = False
        self._preview: Task | None = None

    def files(self, paths: list[str]) -> None:
        """Classify files in their order, after those that are being classified."""
        if paths:
            self._queue.append(paths)
            self._next()

    def text(self, text: str) -> None:
        """Classify a text that is done."""
        self.preview("")
        if self._state.bundle is not None:
            work = partial(_classify_text, self._state.bundle, text)
            done = lambda event: self.answered.emit(event, "text")  # noqa: E731 - one use
            run_in_background(work, self, done=done, failed=self._state.post_error)

    def preview(self, text: str) -> None:
        """Say what a text is so far; nothing of an empty one."""
        if self._preview is not None:
            self._preview.cancel()
            self._preview = None
        if not text or self._state.bundle is None:
            self.guessed.emit(None)
            return
        work = partial(_classify_text, self._state.bundle, text)
        self._preview = run_in_background(work, self, done=self._take_preview, failed=lambda _: None)

    def _take_preview(self, event: ItemClassified) -> None:
        self._preview = None
        self.guessed.emit(event)

    def _next(self) -> None:
        bundle = self._state.bundle
        if self._is_classifying or not self._queue or bundle is None:
            return
        paths = self._queue.pop(0)
        title = self.tr("Classifying %n file(s)", "", len(paths))
        job = ClassifyJob(bundle=str(bundle.path), items=tuple(paths))
        worker = self._state.start_job(job, title, done=self._end, failed=self._fail, heard=self._take)
        self._is_classifying = worker is not None

    def _take(self, event: Any) -> None:
        if isinstance(event, ItemClassified):
            self.answered.emit(event, "file")

    def _end(self, result: dict[str, Any]) -> None:
        self._is_classifying = False
        if result.get("errors"):
            text = self.tr("{n} of {total} files could not be read; the table says why.")
            self._state.post("warn", text.format(n=result["errors"], total=result["items"]))
        self._next()

    def _fail(self, message: str, kind: str) -> None:
        self._is_classifying = False
        if kind == "CancelledError":
            self._queue.clear()
        else:
            self._state.post("bad", message)
        self._next()


def _classify_text(bundle: Bundle, text: str) -> ItemClassified:
    from seqclass.errors import ItemError
    from seqclass.inference.classify import as_event, classify

    try:
        return as_event(classify(bundle, text=text), bundle)
    except ItemError as error:
        return ItemClassified(item=text, error=str(error))
