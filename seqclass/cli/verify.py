"""``seqclass verify``."""

from __future__ import annotations

import argparse

EXAMPLES = """
seqclass verify M.seqclass
seqclass verify M.seqclass --json
seqclass verify M.seqclass model.onnx          an export gives the same logits (.keras, .onnx, .tflite, a SavedModel's folder)
The bundle's golden items are computed anew from samples to logits, by the NumPy pass and by Keras and librosa;
each stage's greatest difference is shown, and one beyond its tolerance makes the exit code 1.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("bundle", metavar="M.seqclass", help="the bundle to verify")
    parser.add_argument(
        "export", nargs="?", default="", metavar="EXPORT", help="an export of it, to be compared with it instead"
    )


def run(arguments: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from seqclass.cli.render.items import VerifyView
    from seqclass.cli.running import run_job
    from seqclass.specs import VerifyJob

    return run_job(VerifyJob(bundle=arguments.bundle, export=arguments.export), VerifyView, arguments)
