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
seqclass trace M.seqclass a.wav --in recordings/ --find 0.20:0.35
                                                      where else the units that are on from 0.20 to 0.35 s are on
seqclass trace M.seqclass a.wav --in recordings/ --with b.wav --out D.npz
                                                      both on one axis, and where they part more than takes of one class do
seqclass trace M.seqclass a.wav --in recordings/ --with-class yes
                                                      the same with the middle of a class
seqclass trace M.seqclass a.wav --with-model N.seqclass
                                                      the same item in another model
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
    parser.add_argument(
        "--hands",
        default="",
        metavar="EDITS.json",
        help="edits to the gates that the model runs with; the answers with and without them are said",
    )
    views = parser.add_argument_group("decision and memory")
    views.add_argument(
        "--timeline",
        default="",
        metavar="L.csv",
        help="where the answer of each frame goes, as if the item ended there (.csv, .npz or a picture)",
    )
    views.add_argument(
        "--stride",
        type=int,
        metavar="N",
        help="frames from one answer to the next where the model looks ahead, so that each takes a run of its own (default: what "
        "takes about half a second)",
    )
    views.add_argument("--ledger", default="", metavar="L.csv", help="where the account of a layer's memory goes (likewise)")
    views.add_argument(
        "--half", default="", metavar="layer0", help="whose: layer0, layer1.backward, ... (default: the last layer)"
    )
    views.add_argument(
        "--at", type=int, default=-1, metavar="FRAME", help="the frame that it looks back from (default: the last)"
    )
    others = parser.add_argument_group("beside other items")
    others.add_argument("--in", dest="dataset", default="", metavar="DATASET", help="the data set of --find and --with")
    others.add_argument(
        "--find",
        default="",
        metavar="START:END",
        help="find moments like this one in the data set: seconds of sound, else numbers of frames (END not included)",
    )
    others.add_argument("--state", choices=("hidden", "cell"), default="hidden", help="what --find compares (default: hidden)")
    others.add_argument(
        "--threshold", type=float, metavar="X", help="from where a unit is on, for --find (default: what suits the range)"
    )
    others.add_argument("--hits", default="", metavar="H.csv", help="where the hits of --find go")
    others.add_argument("--with", dest="other", default="", metavar="ITEM", help="lay another item on the same axis")
    others.add_argument("--with-text", metavar="TEXT", help="lay another text on the same axis")
    others.add_argument("--with-class", default="", metavar="LABEL", help="lay the middle item of a class on the same axis")
    others.add_argument("--with-model", default="", metavar="N.seqclass", help="compare with another model on the same item")


def run(arguments: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from seqclass.cli.render.items import TraceView
    from seqclass.cli.running import run_job
    from seqclass.specs import TraceJob

    if (arguments.item is None) == (arguments.text is None):
        raise UsageError("trace: give one ITEM or one --text. See: seqclass trace --help")
    if arguments.find or _is_pair(arguments):
        return _beside(arguments)
    if not (arguments.out or arguments.plot or arguments.timeline or arguments.ledger or arguments.hands):
        raise UsageError(
            "trace: give --out T.npz, --plot T.png, --timeline, --ledger, --hands, --find or --with. See: seqclass trace --help"
        )
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


_PICTURES = (".png", ".svg", ".pdf")
_ENDINGS = {
    "out": (".npz",),
    "plot": _PICTURES,
    "timeline": (".csv", ".npz", *_PICTURES),
    "ledger": (".csv", ".npz", *_PICTURES),
}


def _hands(path: str) -> dict[str, object]:
    if not path:
        return {}
    from seqclass.inspection import hands

    return hands.to_plain(hands.read(path))


def _is_pair(arguments: argparse.Namespace) -> bool:
    return bool(arguments.other or arguments.with_class or arguments.with_model) or arguments.with_text is not None


def _beside(arguments: argparse.Namespace) -> int:
    """Find a moment elsewhere, or lay two items on one axis."""
    from seqclass.cli.render.moments import AlignView, SearchView
    from seqclass.cli.running import run_job
    from seqclass.specs import AlignJob, SearchJob

    shared = {"bundle": arguments.bundle, "dataset": arguments.dataset, "item": arguments.item or "", "text": arguments.text}
    strange = [name for name in ("plot", "timeline", "ledger", "hands") if getattr(arguments, name)]
    if strange or (arguments.find and (arguments.out or _is_pair(arguments))):
        raise UsageError("trace: give --find, --with or what is drawn and written, one at a time. See: seqclass trace --help")
    if not arguments.find:
        aligned = AlignJob(
            **shared,
            other=arguments.other,
            other_text=arguments.with_text,
            label=arguments.with_class,
            other_bundle=arguments.with_model,
            out=arguments.out,
        )
        return run_job(aligned, AlignView, arguments)
    if not arguments.dataset:
        raise UsageError("trace: --find needs a data set to search. Give --in DATASET.")
    try:
        start, end = (float(part) for part in arguments.find.split(":"))
    except ValueError as error:
        raise UsageError(f"trace: --find is written START:END. Received: --find={arguments.find}.") from error
    if not 0 <= start < end:
        raise UsageError(f"trace: --find needs 0 <= START < END. Received: --find={arguments.find}.")
    search = SearchJob(
        **shared,
        start=start,
        end=end,
        half=arguments.half,
        state=arguments.state,
        threshold=arguments.threshold,
        csv=arguments.hits,
    )
    return run_job(search, SearchView, arguments)
