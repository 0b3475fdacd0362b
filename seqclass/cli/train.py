"""``seqclass train``."""

from __future__ import annotations

import argparse

from seqclass.cli.options import add_data_options, add_seed_option, add_settings_options, settings_from

EXAMPLES = """
seqclass train recordings/ --out M.seqclass
seqclass train recordings/ --out M.seqclass --set training.epochs=10 --set model.lstm=[64]
seqclass train recordings/ --out M.seqclass --config train.toml --resume
seqclass train reviews/ --lines --out M.seqclass
seqclass train digits/ --target digit --target speaker --out M.seqclass
seqclass train recordings/ --out M.seqclass --pin auto --pin recordings/yes/anna_nohash_0.wav
Ctrl-C stops after the current step and writes the bundle with the best weights so far (exit code 130);
a second Ctrl-C leaves at once without a bundle, and --resume goes on from there.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("dataset", metavar="DATASET", help="a folder with class folders, a manifest or named files")
    parser.add_argument("--out", required=True, metavar="M.seqclass", help="the bundle to write")
    parser.add_argument(
        "--resume", action="store_true", help="go on with the interrupted run whose settings and data match these"
    )
    parser.add_argument(
        "--pin",
        action="append",
        default=[],
        metavar="ITEM",
        help="trace this item after each epoch into the run's folder, and tell when its label flips; auto: a few of validation; may "
        "be repeated",
    )
    add_seed_option(parser)
    add_data_options(parser)
    add_settings_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from seqclass.cli.render.training import TrainView
    from seqclass.cli.running import run_job
    from seqclass.specs import TrainJob

    job = TrainJob(
        dataset=arguments.dataset,
        out=arguments.out,
        settings=settings_from(arguments),
        resume=arguments.resume,
        pins=tuple(arguments.pin),
    )
    return run_job(job, TrainView, arguments)
