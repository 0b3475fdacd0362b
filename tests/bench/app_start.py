"""Time from launching the app to its first paint, in fresh processes: app_start.py [--runs N] [--cold].

With ``--cold`` every file that a start reads is dropped from the system's cache before each run (Linux; what other programs have
mapped stays). Offscreen unless QT_QPA_PLATFORM or DISPLAY name a screen. The aim: 0.5 s warm, 1 s cold.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time

CODE = r"""
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
print(time.time() - float(sys.argv[1]), time.process_time())
if len(sys.argv) > 2:
    with open("/proc/self/maps") as maps:
        files = {line.split(None, 5)[5].strip() for line in maps if "/" in line}
    for module in list(sys.modules.values()):
        files |= {one for one in (getattr(module, "__file__", None), getattr(module, "__cached__", None)) if one}
    print(*sorted(files), sep="\n")
application.window.close()
application.close()
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--cold", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "SEQCLASS_USER_DIR": home, "SEQCLASS_CACHE_DIR": home}
        if "DISPLAY" not in environment:
            environment.setdefault("QT_QPA_PLATFORM", "offscreen")
        seconds: list[float] = []
        own: list[float] = []
        files: set[str] = set()
        for _ in range(options.runs):
            drop(files)
            words = [sys.executable, "-c", CODE, str(time.time()), *(["files"] if options.cold else [])]
            done = subprocess.run(words, env=environment, capture_output=True, text=True, check=True)
            first, *used = done.stdout.splitlines()
            wall_s, own_s = first.split()
            seconds.append(float(wall_s))
            own.append(float(own_s))
            files.update(used)
    what = f"cold ({len(files)} files dropped)" if options.cold else "warm"
    print(
        f"first {seconds[0]:.2f} s; then {what}: median {statistics.median(seconds[1:]):.2f} s, least {min(seconds[1:]):.2f} s"
    )
    print(f"the process's own work: median {statistics.median(own[1:]):.2f} s, least {min(own[1:]):.2f} s")


def drop(files: set[str]) -> None:
    """Drop files from the system's cache."""
    for name in files:
        try:
            handle = os.open(name, os.O_RDONLY)
        except OSError:
            continue
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(handle)


if __name__ == "__main__":
    main()
