"""``seqclass export``."""

from __future__ import annotations

import argparse

from seqclass.errors import UsageError

FORMATS = ("keras", "onnx", "tflite", "savedmodel", "html")
EXAMPLES = """
seqclass export M.seqclass --format keras --out model.keras      plain Keras opens it
seqclass export M.seqclass --format onnx --out model.onnx        needs: pip install 'seqclass[onnx]'
seqclass export M.seqclass --format tflite --out model.tflite --frames 100
seqclass export M.seqclass --format savedmodel --out folder
seqclass export M.seqclass --format html --out lens.html --item yes.wav --item no.wav
seqclass verify M.seqclass model.onnx                            the export gives the same numbers
From frames to logits; features stay with seqclass. A .tflite file takes items of one length, one at a time.
The page shows the gates and states of its items in step with their sound, in any browser, without a network.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("bundle", metavar="M.seqclass", help="the bundle to export")
    parser.add_argument("--format", required=True, choices=FORMATS, help="what to write")
    parser.add_argument("--out", required=True, metavar="PATH", help="where it goes; a folder for savedmodel")
    parser.add_argument("--item", action="append", default=[], metavar="FILE", help="html: an item to show; may be repeated")
    parser.add_argument("--text", action="append", default=[], metavar="TEXT", help="html: a text to show; may be repeated")
    parser.add_argument("--frames", type=int, default=100, metavar="N", help="tflite: frames of an item (default: 100)")


def run(arguments: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from seqclass.cli.render.convert import ExportView
    from seqclass.cli.running import run_job
    from seqclass.specs import ExportJob

    if arguments.format == "html" and not (arguments.item or arguments.text):
        raise UsageError("export: --format html needs an --item or a --text to show. See: seqclass export --help")
    if arguments.format != "html" and (arguments.item or arguments.text):
        raise UsageError("export: --item and --text belong to --format html. See: seqclass export --help")
    if not 1 <= arguments.frames <= 2000:
        raise UsageError(f"export: --frames must lie within 1 to 2000. Received: --frames={arguments.frames}.")
    job = ExportJob(
        bundle=arguments.bundle,
        out=arguments.out,
        format=arguments.format,
        items=tuple(arguments.item),
        texts=tuple(arguments.text),
        n_frames=arguments.frames,
    )
    return run_job(job, ExportView, arguments)
