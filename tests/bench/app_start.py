"""Time from launching the app to its first paint, in fresh processes: app_start.py [--runs N].

The first run after a boot or an installation is the cold one; the others are warm. Offscreen unless QT_QPA_PLATFORM or DISPLAY name a
screen. The aim: 0.5 s warm, 1 s cold.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time

CODE = """
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
print(time.time() - float(sys.argv[1]))
application.window.close()
application.close()
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--runs", type=int, default=7)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "SEQCLASS_USER_DIR": home, "SEQCLASS_CACHE_DIR": home}
        if "DISPLAY" not in environment:
            environment.setdefault("QT_QPA_PLATFORM", "offscreen")
        seconds: list[float] = []
        for _ in range(runs):
            words = [sys.executable, "-c", CODE, str(time.time())]
            done = subprocess.run(words, env=environment, capture_output=True, text=True, check=True)
            seconds.append(float(done.stdout))
    print(f"first {seconds[0]:.2f} s; then median {statistics.median(seconds[1:]):.2f} s, least {min(seconds[1:]):.2f} s")


if __name__ == "__main__":
    main()
