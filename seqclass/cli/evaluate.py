"""``seqclass evaluate``."""

from __future__ import annotations

import argparse
from typing import Any

from seqclass.cli.options import add_data_options, add_parallel_option, settings_from
from seqclass.errors import UsageError

EXAMPLES = """
seqclass evaluate M.seqclass recordings/              the test part of the data it was trained on
seqclass evaluate M.seqclass other_recordings/        all items of another data set
seqclass evaluate M.seqclass recordings/ --split validation
seqclass evaluate M.seqclass recordings/ --json > report.json
seqclass evaluate M.seqclass recordings/ --hands edits.json
                                                      with edits to its gates, and what they change
seqclass evaluate M.seqclass recordings/ --health H.csv
                                                      how its gates are used, unit by unit, in place of the report
seqclass evaluate M.seqclass recordings/ --health H.csv --against N.seqclass
                                                      the same as a difference between two models
seqclass evaluate M.seqclass recordings/ --stress snr_db
                                                      probability of the right class against noise, class by class
seqclass evaluate M.seqclass recordings/ --stress snr_db=0,10,20 --noise fan.wav --stress-out S.csv
What can be stressed: snr_db, gain_db, shift_ms, speed, low_hz, high_hz of sound; snr_db, gain_db, shift_frames, speed of numbers;
drop, replace (shares of words) of texts.
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
    add_parallel_option(parser)
    gates = parser.add_argument_group("gates")
    gates.add_argument(
        "--hands", default="", metavar="EDITS.json", help="edits to the gates; `seqclass trace --help` tells how"
    )
    gates.add_argument("--health", default="", metavar="H.csv", help="how the gates are used: saturated, dead, latched, memory")
    gates.add_argument("--against", default="", metavar="N.seqclass", help="a second model, for --health")
    stress = parser.add_argument_group("stress")
    stress.add_argument(
        "--stress",
        default="",
        metavar="WHAT[=V,V,...]",
        help="how the answers hold under more and more of it, in place of the report",
    )
    stress.add_argument(
        "--noise", default="white", metavar="white|pink|FILE", help="what --stress snr_db mixes in (default: white)"
    )
    stress.add_argument("--stress-out", default="", metavar="S.csv", help="where the figures of --stress go")


def run(arguments: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from seqclass.cli.running import run_job

    data = settings_from(arguments).get("data", {})
    if arguments.hands and arguments.health:
        raise UsageError("evaluate: give --hands or --health, one at a time. See: seqclass evaluate --help")
    if arguments.against and not arguments.health:
        raise UsageError("evaluate: --against needs --health H.csv. See: seqclass evaluate --help")
    if arguments.health and not arguments.health.lower().endswith(".csv"):
        raise UsageError(f"evaluate: --health must end with .csv. Received: --health={arguments.health}.")
    if arguments.parallel != "local" and (arguments.stress or arguments.health or arguments.hands):
        raise UsageError("evaluate: --parallel is for the report, not for --stress, --health or --hands.")
    if arguments.stress:
        return _stress(arguments, data)
    if arguments.health:
        from seqclass.cli.render.gates import HealthView
        from seqclass.specs import HealthJob

        health = HealthJob(
            bundle=arguments.bundle,
            dataset=arguments.dataset,
            other_bundle=arguments.against,
            split=arguments.split,
            data=data,
            csv=arguments.health,
        )
        return run_job(health, HealthView, arguments)
    if arguments.hands:
        from seqclass.cli.render.gates import HandsView
        from seqclass.inspection import hands
        from seqclass.specs import HandsJob

        edits = hands.to_plain(hands.read(arguments.hands))
        edited = HandsJob(bundle=arguments.bundle, dataset=arguments.dataset, hands=edits, split=arguments.split, data=data)
        return run_job(edited, HandsView, arguments)
    from seqclass.cli.render.report import EvaluateView
    from seqclass.specs import EvaluateJob

    job = EvaluateJob(
        bundle=arguments.bundle, dataset=arguments.dataset, split=arguments.split, data=data, parallel=arguments.parallel
    )
    return run_job(job, EvaluateView, arguments)


def _stress(arguments: argparse.Namespace, data: dict[str, Any]) -> int:
    import msgspec

    from seqclass.cli.render.moments import StressView
    from seqclass.cli.running import run_job
    from seqclass.specs import StressJob

    if arguments.hands or arguments.health:
        raise UsageError("evaluate: give --stress, --hands or --health, one at a time. See: seqclass evaluate --help")
    axis, _, listed = arguments.stress.partition("=")
    try:
        values = [float(value) for value in listed.split(",") if value.strip()]
        job = msgspec.convert(
            {
                "job": "stress",
                "bundle": arguments.bundle,
                "dataset": arguments.dataset,
                "axis": axis,
                "values": values,
                "stress": {"noise": arguments.noise},
                "split": arguments.split,
                "data": data,
                "csv": arguments.stress_out,
            },
            StressJob,
        )
    except ValueError as error:  # msgspec's too
        raise UsageError(
            f"evaluate: --stress is written WHAT or WHAT=V,V. Received: --stress={arguments.stress} ({error}). "
            "See: seqclass evaluate --help"
        ) from error
    return run_job(job, StressView, arguments)
