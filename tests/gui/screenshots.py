"""Photograph every page in light, dark and Chinese at two sizes: ``make screenshots``.

    python tests/gui/screenshots.py FOLDER [--page NAME] [--dataset DATASET] [--bundle M.seqclass]

Without a data set and a model the pages show their empty states, and those of a small made-up one. Offscreen unless QT_QPA_PLATFORM
names another platform.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parents[1])]
os.environ.setdefault("QT_QPA_PLATFORM", f"offscreen:configfile={HERE / 'offscreen.json'}")

from PySide6.QtCore import QElapsedTimer, QEventLoop, QSize  # noqa: E402 - Qt reads its platform when it is loaded
from PySide6.QtGui import QFontDatabase  # noqa: E402
from PySide6.QtWidgets import QApplication  # noqa: E402

from gui.app import Application  # noqa: E402
from gui.settings import Settings  # noqa: E402
from gui.state import PAGES  # noqa: E402

SIZES = (QSize(1280, 800), QSize(1920, 1080))
LOOKS = (("light", "en"), ("dark", "en"), ("light", "zh_CN"), ("dark", "zh_CN"))
SETTLED_MS = 250
OPEN_MS = 60_000


def main() -> int:
    """Take the pictures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--page", choices=PAGES, help="this page alone")
    parser.add_argument("--dataset", type=Path)
    parser.add_argument("--bundle", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ["SEQCLASS_USER_DIR"] = os.environ["SEQCLASS_CACHE_DIR"] = home
        app = QApplication(sys.argv[:1])
        if not QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese):
            print("There is no font for Chinese: install fonts-noto-cjk.", file=sys.stderr)
        application = Application(app, settings=Settings(theme="light", language="en"))
        application.window.show()
        pages = (options.page,) if options.page else PAGES
        photograph(application, options.folder / "empty", pages)
        dataset, bundle = options.dataset or made_up_dataset(Path(home)), options.bundle or made_up_bundle(Path(home))
        application.state.open_dataset(dataset)
        application.state.open_bundle(bundle)
        wait(lambda: application.state.manifest is not None and application.state.bundle is not None, OPEN_MS)
        wait(lambda: not application.state.jobs, OPEN_MS)
        photograph(application, options.folder / "open", pages)
        application.window.close()
        application.close()
    return 0


def photograph(application: Application, folder: Path, pages: tuple[str, ...]) -> None:
    """One picture a page, look and size."""
    folder.mkdir(parents=True, exist_ok=True)
    window = application.window
    for theme, language in LOOKS:
        application.state.change_settings(theme=theme, language=language)
        for size in SIZES:
            window.resize(size)
            for page in pages:
                window.show_page(page)
                wait(lambda: False, SETTLED_MS)
                window.grab().save(str(folder / f"{page}-{theme}-{language}-{size.width()}x{size.height()}.png"))


def wait(condition: Callable[[], bool], limit_ms: int) -> None:
    """Let the window work until a condition holds, or until time is up."""
    clock = QElapsedTimer()
    clock.start()
    while not condition() and clock.elapsed() < limit_ms:
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)


def made_up_dataset(folder: Path) -> Path:
    """A few words by a few speakers."""
    from support import tone

    from seqclass.audio.write import write_wav

    root = folder / "words"
    for index, label in enumerate(("down", "left", "no", "right", "stop", "up", "yes")):
        for number in range(4 + 3 * index % 5):
            path = root / label / f"{('ada', 'bob', 'eve')[number % 3]}_nohash_{number}.wav"
            path.parent.mkdir(parents=True, exist_ok=True)
            write_wav(path, tone(seed=10 * index + number), 8000)
    (root / "yes" / "broken.wav").write_bytes(b"RIFF")
    return root


def made_up_bundle(folder: Path) -> Path:
    """A model with random weights."""
    from support import write_bundle

    path = folder / "words.seqclass"
    write_bundle(path)
    return path


if __name__ == "__main__":
    sys.exit(main())
