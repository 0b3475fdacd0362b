"""``seqclass evaluate``."""

from __future__ import annotations

import argparse

from seqclass.cli.options import add_data_options, settings_from

EXAMPLES = """
seqclass evaluate M.seqclass recordings/              the test part of the data it was trained on
seqclass evaluate M.seqclass other_recordings/        all items of another data set
seqclass evaluate M.seqclass recordings/ --split validation
seqclass evaluate M.seqclass recordings/ --json > report.json
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("bundle", metavar="M.seqclass", help="the bundle to measure")
    parser.add_argument("dataset", metavar="DATASET", help="the data set to measure it on")
    parser.add_argument(
        "--split",
        choices=("test", "train", "validation", "all"),
        help="which part (default: test of the bundle's own data set, all of another)",
    )
    add_data_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from seqclass.cli.render.report import EvaluateView
    from seqclass.cli.running import run_job
    from seqclass.specs import EvaluateJob

    data = settings_from(arguments).get("data", {})
    job = EvaluateJob(bundle=arguments.bundle, dataset=arguments.dataset, split=arguments.split, data=data)
    return run_job(job, EvaluateView, arguments)
