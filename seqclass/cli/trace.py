"""``seqclass trace``."""

from __future__ import annotations

import argparse

from seqclass.errors import UsageError

EXAMPLES = """
seqclass trace M.seqclass a.wav --out T.npz
seqclass trace M.seqclass a.wav --out T.npz --plot T.png
seqclass trace M.seqclass --text "a fine film" --plot T.svg
The arrays: frames, features, times_s, layer0.input_gate, .forget_gate, .candidate, .output_gate, .cell, .hidden,
layer0.h_n, .c_n, the same for layer1 and on, probabilities, output. Read them with numpy.load("T.npz").
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("bundle", metavar="M.seqclass", help="the bundle to run")
    parser.add_argument("item", nargs="?", metavar="ITEM", help="the file to trace")
    parser.add_argument("--text", metavar="TEXT", help="a text to trace, in place of ITEM")
    parser.add_argument("--out", default="", metavar="T.npz", help="where the arrays go")
    parser.add_argument("--plot", default="", metavar="T.png", help="where a picture of them goes (.png, .svg or .pdf)")


def run(arguments: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from seqclass.cli.render.items import TraceView
    from seqclass.cli.running import run_job
    from seqclass.specs import TraceJob

    if (arguments.item is None) == (arguments.text is None):
        raise UsageError("trace: give one ITEM or one --text. See: seqclass trace --help")
    if not (arguments.out or arguments.plot):
        raise UsageError("trace: give --out T.npz, --plot T.png or both. See: seqclass trace --help")
    if arguments.out and not arguments.out.lower().endswith(".npz"):
        raise UsageError(f"trace: --out must end with .npz. Received: --out={arguments.out}.")
    if arguments.plot and not arguments.plot.lower().endswith((".png", ".svg", ".pdf")):
        raise UsageError(f"trace: --plot must end with .png, .svg or .pdf. Received: --plot={arguments.plot}.")
    job = TraceJob(
        bundle=arguments.bundle,
        item=arguments.item or "",
        text=arguments.text,
        out=arguments.out,
        plot=arguments.plot,
    )
    return run_job(job, TraceView, arguments)
