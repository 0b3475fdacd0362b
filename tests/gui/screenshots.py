"""Photograph the window at work in light, dark and Chinese at two sizes: ``make screenshots``.

    python tests/gui/screenshots.py FOLDER [--page NAME ...] [--scene NAME ...] [--look LOOK] [--size WxH]
                                           [--dataset DATASET] [--bundle M.seqclass]

Without a data set the app's own spoken sample is made, and two models are trained on it; both stay in FOLDER/work for the next
time. A given data set is copied there first. Offscreen unless QT_QPA_PLATFORM names another platform.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parents[1])]
os.environ.setdefault("QT_QPA_PLATFORM", f"offscreen:configfile={HERE / 'offscreen.json'}")

from PySide6.QtCore import QSize, QTimer  # noqa: E402 - Qt reads its platform when it is loaded
from PySide6.QtGui import QFontDatabase  # noqa: E402
from PySide6.QtWidgets import QApplication, QWidget  # noqa: E402
from screenshots_scenes import SCENES, Scene  # noqa: E402
from screenshots_stage import PlayedMicrophone, Stage, rest, spoken_dataset, trained_bundle  # noqa: E402

from gui.app import Application  # noqa: E402
from gui.settings import Settings  # noqa: E402
from gui.state import PAGES  # noqa: E402

SIZES = {"1280x800": QSize(1280, 800), "1920x1080": QSize(1920, 1080)}
LOOKS = {"light": ("light", "en"), "dark": ("dark", "en"), "light-zh": ("light", "zh_CN"), "dark-zh": ("dark", "zh_CN")}
SETTLED_MS = 220
TICK_MS = 20


def main() -> int:
    """Take the pictures."""
    options = _options()
    work = options.folder / "work"
    work.mkdir(parents=True, exist_ok=True)
    dataset, bundle = _material(options, work)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as home:
        os.environ["SEQCLASS_USER_DIR"] = os.environ["SEQCLASS_CACHE_DIR"] = home
        app = QApplication(sys.argv[:1])
        if not QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese):
            print("There is no font for Chinese: install fonts-noto-cjk.", file=sys.stderr)
        microphone = PlayedMicrophone()
        microphone.install()
        application = Application(app, settings=Settings(theme="light", language="en"))
        clock = QTimer(interval=TICK_MS)
        clock.timeout.connect(lambda: microphone.hear(TICK_MS))
        clock.start()
        application.window.show()
        stage = Stage(application, microphone, dataset, bundle)
        camera = Camera(stage, options)
        try:
            faults = camera.take_all()
        finally:
            clock.stop()
            application.window.close()
            application.close()
    print(f"{camera.n_taken} pictures in {time.monotonic() - began:.0f} s in {options.folder}", file=sys.stderr)
    return 1 if faults else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--page", nargs="+", choices=(*PAGES, "over"), default=(), help="these pages' scenes alone")
    parser.add_argument("--scene", nargs="+", choices=[scene.name for scene in SCENES], default=(), help="these alone")
    parser.add_argument("--look", nargs="+", choices=LOOKS, default=tuple(LOOKS))
    parser.add_argument("--size", nargs="+", choices=SIZES, default=tuple(SIZES))
    parser.add_argument("--dataset", type=Path)
    parser.add_argument("--bundle", type=Path)
    return parser.parse_args()


def _material(options: argparse.Namespace, work: Path) -> tuple[Path, Path]:
    """The data set and the model to show."""
    if options.dataset is None:
        dataset = spoken_dataset(work)
    else:
        dataset = work / options.dataset.name
        if not dataset.exists():
            shutil.copytree(options.dataset, dataset)
    return dataset, options.bundle or trained_bundle(dataset)


class Camera:
    """Takes each scene in each look and size.

    Attributes:
        n_taken: Pictures so far.
    """

    def __init__(self, stage: Stage, options: argparse.Namespace) -> None:
        self._stage, self._options = stage, options
        self.n_taken = 0

    def take_all(self) -> list[str]:
        """Take the empty pages, then every scene that is wanted; gives the names of those that could not be set."""
        options, faults = self._options, []
        wanted = [scene for scene in SCENES if not options.scene or scene.name in options.scene]
        wanted = [scene for scene in wanted if not options.page or scene.page in options.page]
        if not options.scene:
            for page in PAGES:
                if not options.page or page in options.page:
                    self._stage.show(page)
                    self._take(f"{page}-empty", self._stage.window)
        self._dress(next(iter(LOOKS)), next(iter(SIZES)))
        self._stage.open()
        for scene in wanted:
            began = time.monotonic()
            self._dress(next(iter(LOOKS)), next(iter(SIZES)))
            try:
                with scene.set(self._stage):
                    self._take_scene(scene)
            except TimeoutError as error:
                print(f"{scene.name}: {error}", file=sys.stderr)
                faults.append(scene.name)
            print(f"{scene.name}: {time.monotonic() - began:.1f} s", file=sys.stderr)
        return faults

    def _take_scene(self, scene: Scene) -> None:
        if scene.dialog is None:
            self._take(scene.name, self._stage.window)
            return
        for look in self._options.look:
            self._dress(look, self._options.size[0])
            dialog = scene.dialog(self._stage)
            rest(SETTLED_MS)
            self._save(dialog, f"{scene.name}-{look}")
            dialog.close()

    def _take(self, name: str, widget: QWidget) -> None:
        for look in self._options.look:
            for size in self._options.size:
                self._dress(look, size)
                rest(SETTLED_MS)
                self._save(widget, f"{name}-{look}-{size}")

    def _dress(self, look: str, size: str) -> None:
        theme, language = LOOKS[look]
        self._stage.state.change_settings(theme=theme, language=language)
        self._stage.window.resize(SIZES[size])

    def _save(self, widget: QWidget, name: str) -> None:
        widget.grab().save(str(self._options.folder / f"{name}.png"))
        self.n_taken += 1


if __name__ == "__main__":
    sys.exit(main())
