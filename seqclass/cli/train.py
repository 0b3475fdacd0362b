"""``seqclass train``."""

from __future__ import annotations

import argparse

from seqclass.cli.options import add_training_options, compute_from, settings_from

EXAMPLES = """
seqclass train recordings/ --out M.seqclass
seqclass train recordings/ --out M.seqclass --set training.epochs=10 --set model.lstm=[64]
seqclass train recordings/ --out M.seqclass --preset quick
seqclass train recordings/ --out M.seqclass --config train.toml --resume
seqclass train reviews/ --lines --out M.seqclass
seqclass train digits/ --target digit --target speaker --out M.seqclass
seqclass train recordings/ --out M.seqclass --workers 10.0.0.1:4000,10.0.0.2:4000 --worker-index 0
seqclass train recordings/ --out M.seqclass --pin auto --pin recordings/yes/anna_nohash_0.wav
Ctrl-C stops after the current step and writes the bundle with the best weights so far (exit code 130);
a second Ctrl-C leaves at once without a bundle, and --resume goes on from there.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("dataset", metavar="DATASET", help="a folder with class folders, a manifest or named files")
    parser.add_argument("--out", required=True, metavar="M.seqclass", help="the bundle to write")
    parser.add_argument(
        "--preset",
        choices=("quick", "default", "thorough", "tutorial"),
        default="default",
        help="ready-made settings to start from: quick for a first impression, thorough for twice the epochs, tutorial for a first "
        "Keras program; --set and --config go over them (default: default)",
    )
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
    workers = parser.add_argument_group("more than one computer")
    workers.add_argument(
        "--workers",
        type=_list,
        default=(),
        metavar="HOST:PORT,HOST:PORT",
        help="train together with these processes, this one among them; give all the same list (docs/commands.md tells how)",
    )
    workers.add_argument(
        "--worker-index",
        type=int,
        default=0,
        metavar="I",
        help="which of --workers this process is, from 0; worker 0 writes the run and the bundle (default: 0)",
    )
    workers.add_argument(
        "--workers-timeout",
        type=_seconds,
        default=120.0,
        metavar="SECONDS",
        help="how long to wait until all workers are there (default: 120)",
    )
    add_training_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from seqclass.cli.render.training import TrainView
    from seqclass.cli.running import run_job
    from seqclass.specs import TrainJob

    job = TrainJob(
        dataset=arguments.dataset,
        out=arguments.out,
        settings=settings_from(arguments),
        preset=arguments.preset,
        resume=arguments.resume,
        pins=tuple(arguments.pin),
        compute=compute_from(arguments),
        workers=arguments.workers,
        worker_index=arguments.worker_index,
        workers_timeout_s=arguments.workers_timeout,
    )
    if job.workers or job.worker_index:
        from seqclass.training.workers.gather import addresses

        addresses(job.workers, job.worker_index)  # now, and not after loading TensorFlow for seconds
    return run_job(job, TrainView, arguments)


def _list(text: str) -> tuple[str, ...]:
    parts = tuple(part.strip() for part in text.split(",") if part.strip())
    if not parts:
        raise argparse.ArgumentTypeError(f"it must name two workers or more. Received: {text!r}")
    return parts


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0.0 < seconds < 1e9:
        raise argparse.ArgumentTypeError(f"it must be a number of seconds above 0. Received: {text!r}")
    return seconds
