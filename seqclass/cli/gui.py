"""``seqclass gui``: start the desktop app in a process of its own, which nothing here imports."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from seqclass.errors import MissingDependencyError, StorageError, UsageError

EXAMPLES = """
seqclass gui                     open the app with what was open last
seqclass gui recordings/         open a data set
seqclass gui M.seqclass          open a model
"""
_PROGRAM = (sys.executable, "-m", "gui")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("path", metavar="PATH", nargs="?", help="a data set folder or a model (M.seqclass) to open")


def run(arguments: argparse.Namespace) -> int:
    """Run the command and return the app's exit code.

    Raises:
        UsageError: There is no display.
        StorageError: There is nothing at the path.
        MissingDependencyError: Qt is not installed.
    """
    if not has_display(os.environ, sys.platform):
        raise UsageError(
            "The desktop app needs a display. Received: neither DISPLAY nor WAYLAND_DISPLAY is set. Run it on a desktop, or use "
            "the other commands: seqclass --help"
        )
    if arguments.path is not None and not Path(arguments.path).exists():
        raise StorageError(f"Cannot open {arguments.path}: there is no such file or folder; check the path.")
    return start(*([arguments.path] if arguments.path else []))


def start(*words: str) -> int:
    """Start the app and wait for its end.

    Returns:
        Its exit code.

    Raises:
        MissingDependencyError: Qt is not installed.
    """
    import importlib.util

    if importlib.util.find_spec("PySide6") is None or importlib.util.find_spec("gui") is None:
        raise MissingDependencyError("The desktop app needs PySide6-Essentials and pyqtgraph. Install seqclass again with pip.")
    child = subprocess.Popen([*_PROGRAM, *words])
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:  # the app got it too, and asks or ends by itself
            continue


def has_display(environment: Mapping[str, str], platform: str) -> bool:
    """Whether a window can be shown: on X11, on Wayland, or on another platform that Qt was told to use."""
    if platform in ("win32", "darwin"):
        return True
    if environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"):
        return True
    return environment.get("QT_QPA_PLATFORM", "").partition(":")[0] not in ("", "offscreen", "minimal", "xcb", "wayland")
