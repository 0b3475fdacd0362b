"""Sound that was heard, as files: what Inspect opens, and the last recording that it offers."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject

from gui.background import run_in_background
from gui.log import log
from gui.state import AppState
from gui.widgets.event_table import Entry

CLIPS_ON_DISK = 20


def write_clip(entry: Entry) -> Path:
    """Write a clip where Inspect can read it; the last ones stay (in a thread).

    Raises:
        StorageError: It cannot be written.
    """
    from seqclass.audio.write import write_wav
    from seqclass.data.project import cache_dir

    folder = cache_dir() / "heard"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"heard-{entry.time:%Y%m%d-%H%M%S}-{entry.number}.wav"
    assert entry.clip is not None
    write_wav(path, entry.clip, entry.rate_hz)
    for old in sorted(folder.glob("heard-*.wav"), key=lambda one: one.stat().st_mtime)[:-CLIPS_ON_DISK]:
        with contextlib.suppress(OSError):
            old.unlink()
    return path


class ClipKeeper(QObject):
    """Keeps the last word as the last recording: once the microphone rests, not at each of many words."""

    def __init__(self, state: AppState, parent: QObject) -> None:
        super().__init__(parent)
        self._state = state
        self._newest: Entry | None = None

    def take(self, entry: Entry) -> None:
        """A word was heard."""
        if entry.clip is not None:
            self._newest = entry

    def rest(self) -> None:
        """The microphone rests: write the newest word."""
        entry, self._newest = self._newest, None
        if entry is not None:
            failed = lambda error: log.warning("The last word was not kept for Inspect: %s", error)  # noqa: E731 - one use
            run_in_background(partial(write_clip, entry), self, done=self._keep, failed=failed)

    def write(self, entry: Entry, done: Callable[[Path], None]) -> None:
        """Write any word, and call ``done`` with its file."""

        def written(path: Path) -> None:
            self._keep(path)
            done(path)

        run_in_background(partial(write_clip, entry), self, done=written, failed=self._state.post_error)

    def _keep(self, path: Path) -> None:
        self._state.keep_page_setting("live", "last_recording", str(path))
