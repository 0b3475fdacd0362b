"""``seqclass demo``."""

from __future__ import annotations

import argparse

EXAMPLES = """
seqclass demo
seqclass demo my_folder
It makes a spoken sample (this needs the extra: pip install "seqclass[sample]"), trains on some voices, evaluates on
voices never heard, classifies a file and writes a picture of its gates.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "folder", nargs="?", default="seqclass-demo", metavar="FOLDER", help="where everything goes (default: seqclass-demo)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from seqclass.cli.render.demo import DemoView
    from seqclass.cli.running import run_job
    from seqclass.specs import DemoJob

    return run_job(DemoJob(folder=arguments.folder), DemoView, arguments)
