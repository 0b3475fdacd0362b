"""One problem of the UEA and UCR archives: a pair NAME_TRAIN.ts and NAME_TEST.ts, read once to be sure, then copied.

seqclass reads such a pair as it lies; the recipe leaves the archive's other files (ARFF, descriptions) behind.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from _recipe import arguments, place, run, warn

from seqclass.data.ts import read_ts
from seqclass.errors import DataError

_PARTS = ("TRAIN", "TEST")


def make(given: argparse.Namespace, folder: Path) -> str:
    """Check and copy the pair."""
    name = given.name or _only_name(given.source)
    counts = {}
    for part in _PARTS:
        path = given.source / f"{name}_{part}.ts"
        if not path.is_file():
            raise DataError(f"A problem has a TRAIN and a TEST file. Received: {path} is not there. Get the archive again.")
        counts[part] = _count(path)
        place(path, folder / path.name, link=given.link)
    return f"{name}, {counts['TRAIN']} sequences for training and {counts['TEST']} for testing"


def _only_name(source: Path) -> str:
    names = sorted(path.name.removesuffix("_TRAIN.ts") for path in source.glob("*_TRAIN.ts"))
    if len(names) == 1:
        return names[0]
    if not names:
        raise DataError(f"SOURCE must hold a file NAME_TRAIN.ts. Received: {source} without any.")
    raise DataError(f"SOURCE holds several problems. Received: {', '.join(names)}. Choose one with --name {names[0]}")


def _count(path: Path) -> int:
    used = 0
    for sequence in read_ts(path):
        if sequence.problem:
            warn(f"{path.name}, sequence {sequence.row}: {sequence.problem}")
        else:
            used += 1
    if not used:
        raise DataError(f"A .ts file must hold sequences. Received: {path}, none of which can be used. Get the archive again.")
    return used


if __name__ == "__main__":
    parser = arguments(str(__doc__), source="the problem's folder")
    parser.add_argument("--name", default="", help="which problem, where SOURCE holds several")
    run(parser, make)
