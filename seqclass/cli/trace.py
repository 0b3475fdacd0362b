"""``seqclass trace``."""

from __future__ import annotations

import argparse

from seqclass.errors import UsageError

EXAMPLES = """
seqclass trace M.seqclass a.wav --out T.npz
seqclass trace M.seqclass a.wav --out T.npz --plot T.png
seqclass trace M.seqclass --text "a fine film" --plot T.svg
seqclass trace M.seqclass a.wav --timeline L.csv      what it would say if the sound ended at each frame
seqclass trace M.seqclass a.wav --ledger L.csv --half layer0 --at 20
                                                      what each frame wrote, and how much of it is left at frame 20
seqclass trace M.seqclass a.wav --hands edits.json --plot T.png
                                                      with gates held, silenced, scaled or frozen by hand
The arrays: frames, features, times_s, layer0.input_gate, .forget_gate, .candidate, .output_gate, .cell, .hidden,
layer0.h_n, .c_n, the same for layer1 and on, probabilities, output. Read them with numpy.load("T.npz").
Edits: {"schema": 1, "edits": [{"part": "forget_gate", "action": "clamp", "low": 1, "high": 1, "layer": 0, "units": [3]}]}
part: input_gate, forget_gate, candidate, output_gate, cell, hidden; action: clamp (low, high), zero, scale (factor), freeze;
direction: forward, backward, both; units: all where left out; start, stop: frames, stop not included; all count from 0.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("bundle", metavar="M.seqclass", help="the bundle to run")
    parser.add_argument("item", nargs="?", metavar="ITEM", help="the file to trace")
    parser.add_argument("--text", metavar="TEXT", help="a text to trace, in place of ITEM")
    parser.add_argument("--out", default="", metavar="T.npz", help="where the arrays go")
    parser.add_argument("--plot", default="", metavar="T.png", help="where a picture of them goes (.png, .svg or .pdf)")
    parser.add_argument("--hands", default="", metavar="EDITS.json", help="edits to the gates that the model runs with")
    views = parser.add_argument_group("decision and memory")
    views.add_argument(
        "--timeline",
        default="",
        metavar="L.csv",
        help="where the answer of each frame goes, as if the item ended there (.csv or .npz)",
    )
    views.add_argument(
        "--stride",
        type=int,
        metavar="N",
        help="frames from one answer to the next where the model looks ahead, so that each takes a run of its own (default: what "
        "takes about half a second)",
    )
    views.add_argument(
        "--ledger", default="", metavar="L.csv", help="where the account of a layer's memory goes (.csv or .npz)"
    )
    views.add_argument(
        "--half", default="", metavar="layer0", help="whose: layer0, layer1.backward, ... (default: the last layer)"
    )
    views.add_argument(
        "--at", type=int, default=-1, metavar="FRAME", help="the frame that it looks back from (default: the last)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from seqclass.cli.render.items import TraceView
    from seqclass.cli.running import run_job
    from seqclass.specs import TraceJob

    if (arguments.item is None) == (arguments.text is None):
        raise UsageError("trace: give one ITEM or one --text. See: seqclass trace --help")
    if not (arguments.out or arguments.plot or arguments.timeline or arguments.ledger):
        raise UsageError("trace: give --out T.npz, --plot T.png, --timeline or --ledger. See: seqclass trace --help")
    for name, endings in _ENDINGS.items():
        path = getattr(arguments, name)
        if path and not path.lower().endswith(endings):
            said = " or ".join([*([", ".join(endings[:-1])] if endings[1:] else []), endings[-1]])
            raise UsageError(f"trace: --{name} must end with {said}. Received: --{name}={path}.")
    if arguments.stride is not None and arguments.stride < 1:
        raise UsageError(f"trace: --stride must be at least 1. Received: --stride={arguments.stride}.")
    job = TraceJob(
        bundle=arguments.bundle,
        item=arguments.item or "",
        text=arguments.text,
        out=arguments.out,
        plot=arguments.plot,
        timeline=arguments.timeline,
        stride=arguments.stride,
        ledger=arguments.ledger,
        half=arguments.half,
        at=arguments.at,
        hands=_hands(arguments.hands),
    )
    return run_job(job, TraceView, arguments)


_ENDINGS = {"out": (".npz",), "plot": (".png", ".svg", ".pdf"), "timeline": (".csv", ".npz"), "ledger": (".csv", ".npz")}


def _hands(path: str) -> dict[str, object]:
    if not path:
        return {}
    from seqclass.inspection import hands

    return hands.to_plain(hands.read(path))
