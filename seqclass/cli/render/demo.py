"""How the demo looks: the training's epochs, then five lines on what was done and what to type next."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from seqclass.cli.render.training import TrainView
from seqclass.cli.tables import duration, percent, plural
from seqclass.events import Finished


class DemoView(TrainView):
    """The training's epochs, then five lines."""

    def finished(self, event: Finished) -> None:
        """Say what was done and what to type next."""
        self.output.lines(["", *demo_lines(event.result, command=own_command())])


def demo_lines(result: Mapping[str, Any], *, command: str) -> Iterator[str]:
    """The five lines.

    Args:
        result: Of the demo job.
        command: What a person has to type for ``seqclass``.
    """
    voices, item = result["voices"], _near(Path(result["item"]))
    yield f"Spoken   {sum(voices.values())} synthetic voices spoke the words in {result['dataset']}."
    yield (
        f"Learnt   {plural(result['n_train'], 'recording')} of {plural(voices['train'], 'voice')} became "
        f"{result['bundle']}, in {duration(result['seconds'])} all in all."
    )
    yield (
        f"Tested   {percent(result['accuracy'])} of {plural(result['n_items'], 'recording')} are right, "
        f"by {plural(voices['test'], 'voice')} never heard in training."
    )
    yield (
        f"Heard    {item} as {result['label']!r} ({percent(result['probability'])} sure); the gates while listening are "
        f"drawn in {result['picture']}."
    )
    yield f"Next     {command} classify {result['bundle']} {item}, then your own: {command} train FOLDER --out M.seqclass"


def own_command() -> str:
    """How this program was started, if plain ``seqclass`` would not find it."""
    if shutil.which("seqclass"):
        return "seqclass"
    program = Path(sys.argv[0])
    if program.stem != "seqclass":
        return f"{_runnable(Path(sys.executable))} -m seqclass"
    return _runnable(program)


def _runnable(path: Path) -> str:
    """A bare name would be looked for on the PATH, not here."""
    near = _near(path)
    return near if os.path.dirname(near) else os.path.join(".", near)  # noqa: PTH118, PTH120 - a Path drops the dot


def _near(path: Path) -> str:
    """A path as seen from here, where that is shorter."""
    try:
        return min(os.path.relpath(path), str(path), key=len)
    except ValueError:  # another drive, on Windows
        return str(path)
