"""The app's window on screen and its first answer, warm and cold, beside importing TensorFlow alone.

    python tests/bench/app_start.py [--rounds 7] [--platform xcb]

All are fresh processes. The window's time ends with its first paint. The first answer: the window opens with a model, a recording is
looked at, and its label and the pictures of its gates are painted. Cold: every file that such a process has read or mapped is dropped
from the system's cache before each run (Linux; what another program has mapped stays). Drawn on the display of DISPLAY, else on an X
server of its own (Xvfb) if there is one, else offscreen.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import cold
import harness

_WINDOW = r"""
import sys, time
from PySide6.QtCore import QObject, QEvent, QTimer
from PySide6.QtWidgets import QApplication
from gui.app import Application
app = QApplication([])
application = Application(app)
class Watch(QObject):
    def eventFilter(self, thing, event):
        if event.type() == QEvent.Type.Paint and thing is application.window.centralWidget():
            application.window.centralWidget().removeEventFilter(self)
            QTimer.singleShot(0, app.quit)
        return False
watch = Watch()
application.window.centralWidget().installEventFilter(watch)
application.open()
app.exec()
took = time.time() - float(sys.argv[1])
"""

_ANSWER = r"""
import sys, time
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from gui.app import Application
from gui.state import Selection
app = QApplication([])
application = Application(app)
state = application.state
application.open(Path(sys.argv[3]))
state.go_to("inspect")
state.select(Selection(path=sys.argv[4]))
def look():
    page = application.window._pages.get("inspect")
    workspace = page.workspace if page is not None else None
    if workspace is not None and workspace.scene.shown is not None and workspace._panes:
        workspace.repaint()
        app.quit()
QTimer.singleShot(60_000, app.quit)
watch = QTimer(interval=5)
watch.timeout.connect(look)
watch.start()
app.exec()
took = time.time() - float(sys.argv[1])
"""

_END = f"""{cold.LIST_FILES}
print(took)
if sys.argv[2] == "files":
    print(list_files())
"""

_CLOSE = "application.window.close()\napplication.close()\n"

_TENSORFLOW = "import sys, time\nimport tensorflow\ntook = time.time() - float(sys.argv[1])\n"


def main() -> None:
    """Measure and print."""
    parser = harness.parser(__doc__, rounds=7)
    parser.add_argument("--platform", help="of Qt: xcb, wayland, offscreen")
    options = parser.parse_args()
    recording = min((harness.DATA / "spoken_digits" / "recordings").glob("*.wav"))
    words = [str(harness.bundle()), str(recording)]
    with ExitStack() as stack:
        home = stack.enter_context(tempfile.TemporaryDirectory())
        environment = {**os.environ, **stack.enter_context(_screen(options.platform))}
        environment |= {"SEQCLASS_USER_DIR": home, "SEQCLASS_CACHE_DIR": home, "TF_CPP_MIN_LOG_LEVEL": "3"}
        session = stack.enter_context(harness.Session(__doc__, options, libraries=("PySide6-Essentials", "tensorflow")))
        print(f"  drawn on: {environment.get('QT_QPA_PLATFORM') or 'the desktop'}")
        names = {"the window": _WINDOW + _END + _CLOSE, "its first answer": _ANSWER + _END + _CLOSE}
        codes = {**names, "import tensorflow": _TENSORFLOW + _END}
        for state, aims in (
            ("warm", (harness.Within("the window", 0.5),)),
            ("cold", (harness.Within("the window", 1.0), harness.Within("its first answer", 2.0))),
        ):
            session.compare(
                f"{state}, from the start of the process",
                {name: _contender(code, words, environment, is_cold=state == "cold") for name, code in codes.items()},
                baseline="import tensorflow",
                agree=None,
                aims=aims,
            )


def _contender(code: str, words: list[str], environment: dict[str, str], *, is_cold: bool) -> Callable[[], harness.Timed]:
    used: set[str] = set(words) if is_cold else set()

    def run() -> harness.Timed:
        cold.drop(used)
        command = [sys.executable, "-c", code, str(time.time()), "files" if is_cold else "no", *words]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"A contender failed: {done.stderr[-2000:]}")
        took, *files = done.stdout.splitlines()
        used.update(files)
        return harness.Timed(float(took))

    return run


@contextmanager
def _screen(platform: str | None) -> Iterator[dict[str, str]]:
    """What tells Qt where to draw; an X server is started where there is none, and ended."""
    if platform or os.environ.get("DISPLAY") or not shutil.which("Xvfb"):
        has_screen = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
        yield {"QT_QPA_PLATFORM": platform} if platform else {} if has_screen else {"QT_QPA_PLATFORM": "offscreen"}
        return
    reading, writing = os.pipe()
    words = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x800x24", "-nolisten", "tcp"]
    server = subprocess.Popen(words, pass_fds=(writing,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with os.fdopen(reading) as told:
            yield {"DISPLAY": f":{told.readline().strip()}", "QT_QPA_PLATFORM": "xcb"}
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
