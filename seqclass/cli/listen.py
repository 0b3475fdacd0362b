"""``seqclass listen``."""

from __future__ import annotations

import argparse
import math
import os
import sys

from seqclass.errors import UsageError

EXAMPLES = """
seqclass listen M.seqclass                              say something; Ctrl-C ends
seqclass listen M.seqclass --threshold 0.8 --csv heard.csv
seqclass listen M.seqclass --input meeting.wav --json
seqclass listen M.seqclass --decision-delay 250         for slow speakers: wait longer before a word counts as over
A recording gives the same events as the same sound by microphone. Times are seconds from its start.
"""

GUESS_SHOWN_EVERY_MS = 500.0  # a short word is told before anybody has read what it might be
LEVEL_SHOWN_EVERY_MS = 330.0
_LEVEL_UNSEEN_EVERY_MS = 1000.0


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("bundle", metavar="M.seqclass", help="the bundle to listen with")
    parser.add_argument("--input", default="", metavar="LONG.wav", help="a recording to listen to, in place of a microphone")
    parser.add_argument(
        "--device", default="", metavar="NAME", help="a microphone's name, or a part of it (default: the system's)"
    )
    parser.add_argument(
        "--threshold",
        type=float,
        metavar="P",
        help="a word less sure than this (0 to 1) is `_unknown_` (default: the bundle's own threshold, else 0)",
    )
    parser.add_argument(
        "--smoothing",
        type=float,
        default=0.0,
        metavar="S",
        help="share (0 to 0.9) that the guesses made during a word keep in its answer (default: 0)",
    )
    parser.add_argument(
        "--decision-delay",
        type=float,
        metavar="MS",
        help="silence after which a word is over, in ms (default: 160); the delay of every answer",
    )
    parser.add_argument("--partial", action="store_true", help="with --json: also the guesses made during a word, and levels")
    parser.add_argument("--csv", default="", metavar="EVENTS.csv", help="also write a table, a row a word")


def run(arguments: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from seqclass.cli.render.sound import ListenView, PartialListenView
    from seqclass.cli.running import run_job
    from seqclass.specs import DetectionSpec, ListenJob, ListenSpec

    _require("--threshold", arguments.threshold, 0.0, 1.0)
    _require("--smoothing", arguments.smoothing, 0.0, 0.9)
    _require("--decision-delay", arguments.decision_delay, 20.0, 5000.0)
    if arguments.input and arguments.device:
        raise UsageError("listen: give --input or --device, not both. See: seqclass listen --help")
    # NumPy is not loaded yet. Its second thread gains nothing with products of this size, and on a busy machine each product waits
    # for it: measured 1.2 ms a word with one thread and 36 ms with two.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    delay = {} if arguments.decision_delay is None else {"decision_delay_ms": arguments.decision_delay}
    job = ListenJob(
        bundle=arguments.bundle,
        input=arguments.input,
        device=arguments.device,
        listen=ListenSpec(
            detection=DetectionSpec(**delay),
            threshold=arguments.threshold,
            smoothing=arguments.smoothing,
            partial_ms=_guess_every_ms(arguments),
            level_ms=_level_every_ms(arguments),
        ),
        csv=arguments.csv,
    )
    return run_job(job, PartialListenView if arguments.partial else ListenView, arguments)


def _guess_every_ms(arguments: argparse.Namespace) -> float | None:
    """How often to say what a word would be so far: as ever where that is told or has its share in the answer; else it costs time."""
    from seqclass.specs import ListenSpec

    if arguments.smoothing or (arguments.json and arguments.partial):
        return ListenSpec().partial_ms
    return GUESS_SHOWN_EVERY_MS if _shows_status(arguments) else None


def _level_every_ms(arguments: argparse.Namespace) -> float:
    """How often to say how loud it is: as ever where that is told; else each drawing costs more than it helps."""
    from seqclass.specs import ListenSpec

    if arguments.json and arguments.partial:
        return ListenSpec().level_ms
    return LEVEL_SHOWN_EVERY_MS if _shows_status(arguments) else _LEVEL_UNSEEN_EVERY_MS


def _shows_status(arguments: argparse.Namespace) -> bool:
    return is_terminal() and not (arguments.json or arguments.quiet)


def is_terminal() -> bool:
    """Whether standard error, where the status line is drawn, is one."""
    return sys.stderr.isatty()


def _require(name: str, value: float | None, low: float, high: float) -> None:
    if value is not None and not (math.isfinite(value) and low <= value <= high):
        raise UsageError(f"listen: {name} must lie within {low:g} to {high:g}. Received: {name}={value:g}.")
