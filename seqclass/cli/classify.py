"""``seqclass classify``."""

from __future__ import annotations

import argparse
import sys

from seqclass.errors import StorageError, UsageError

EXAMPLES = """
seqclass classify M.seqclass a.wav b.flac
seqclass classify M.seqclass --text "a fine film" --text "two hours of my life"
seqclass classify M.seqclass - < sentences.txt        one text a line; empty lines are passed over
seqclass classify M.seqclass recordings/*.wav --json
An item that cannot be read gets a line that says why, the others are classified, and the exit code is 1.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("bundle", metavar="M.seqclass", help="the bundle to classify with")
    parser.add_argument("items", nargs="*", metavar="ITEM", help="files; for a text model `-` reads texts from standard input")
    parser.add_argument("--text", action="append", default=[], metavar="TEXT", help="a text to label; may be repeated")


def run(arguments: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from seqclass.cli.render.items import ClassifyView
    from seqclass.cli.running import run_job
    from seqclass.specs import ClassifyJob

    texts = list(arguments.text)
    if "-" in arguments.items:
        texts += _standard_input_lines()
    files = tuple(item for item in arguments.items if item != "-")
    if not files and not texts and "-" not in arguments.items:
        raise UsageError("classify: give at least one ITEM or --text. See: seqclass classify --help")
    return run_job(ClassifyJob(bundle=arguments.bundle, items=files, texts=tuple(texts)), ClassifyView, arguments)


def _standard_input_lines() -> list[str]:
    raw = sys.stdin.buffer.read()
    try:
        content = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise StorageError(
            f"Texts on standard input must be UTF-8. Received: byte 0x{raw[error.start]:02x} in line {line}. "
            "Convert them first, as with iconv -t UTF-8."
        ) from error
    # Not splitlines: it also breaks at characters that may stand within a text.
    return [line.rstrip("\r") for line in content.split("\n") if line.strip()]
