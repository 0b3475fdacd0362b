"""``seqclass info``."""

from __future__ import annotations

import argparse

EXAMPLES = """
seqclass info M.seqclass
seqclass info M.seqclass --json
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("bundle", metavar="M.seqclass", help="the bundle to describe")


def run(arguments: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from seqclass.cli.output import Output
    from seqclass.cli.render.card import card_lines
    from seqclass.events import Finished
    from seqclass.model.bundle import read_card

    card = read_card(arguments.bundle)
    with Output(quiet=arguments.quiet) as output:
        if arguments.json:
            output.event(Finished(result=card))
        else:
            output.lines(card_lines(card))
    return 0
