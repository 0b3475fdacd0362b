"""``seqclass scan``."""

from __future__ import annotations

import argparse

from seqclass.cli.options import add_data_options, add_settings_options, data_spec_from

EXAMPLES = """
seqclass scan recordings/
seqclass scan digits/ --pattern "{label}_{speaker}_{take}.wav"
seqclass scan survey/ --target mood --target age:number --group village
seqclass scan recordings/ --json | tail -n 1        every problem, as JSON
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("dataset", metavar="DATASET", help="a folder with class folders, a manifest or named files")
    parser.add_argument(
        "--fresh", action="store_true", help="open every file, also those that did not change since an earlier scan"
    )
    add_data_options(parser)
    add_settings_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from seqclass.cli.render.scan import ScanView
    from seqclass.cli.running import run_job
    from seqclass.specs import ScanJob

    job = ScanJob(dataset=arguments.dataset, data=data_spec_from(arguments), fresh=arguments.fresh)
    return run_job(job, ScanView, arguments)
