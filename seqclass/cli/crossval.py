"""``seqclass crossval``."""

from __future__ import annotations

import argparse

from seqclass.cli.options import add_training_options, compute_from, settings_from

EXAMPLES = """
seqclass crossval recordings/ --by speaker            test on each speaker in turn, never heard in training
seqclass crossval reviews/ --lines --by 10            ten folds
seqclass crossval recordings/ --by speaker --only lucas
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("dataset", metavar="DATASET", help="a folder with class folders, a manifest or named files")
    parser.add_argument(
        "--by",
        default="speaker",
        metavar="COLUMN|K",
        help="leave out each value of this column in turn, or cut into K folds (default: speaker)",
    )
    parser.add_argument("--only", action="append", default=[], metavar="FOLD", help="run only this fold; may be repeated")
    add_training_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from seqclass.cli.render.training import CrossvalView
    from seqclass.cli.running import run_job
    from seqclass.errors import UsageError
    from seqclass.specs import CrossvalJob

    if not arguments.by or (arguments.by.lstrip("-").isdigit() and int(arguments.by) < 2):
        raise UsageError(f"--by must name a column, or be a number of folds of at least 2. Received: --by={arguments.by}.")
    job = CrossvalJob(
        dataset=arguments.dataset,
        by=arguments.by,
        settings=settings_from(arguments),
        only=tuple(arguments.only),
        compute=compute_from(arguments),
    )
    return run_job(job, CrossvalView, arguments)
