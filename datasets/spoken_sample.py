"""Make the spoken sample: command words by synthetic voices. It needs no corpus and no network.

Needs the extra: pip install "seqclass[sample]". Example: python datasets/spoken_sample.py words
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from seqclass.data.sample import make_sample
from seqclass.errors import SeqclassError


def main() -> None:
    """Make the folder that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, metavar="OUT", help="folder to make; it must not exist or be empty")
    parser.add_argument("--takes", type=int, default=3, help="recordings of each word by each voice (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="varies the takes and the noise (default: %(default)s)")
    given = parser.parse_args()
    try:
        make_sample(given.out, takes=given.takes, seed=given.seed)
    except SeqclassError as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    print(f"{given.out}: the spoken sample\nNext: seqclass scan {given.out}")


if __name__ == "__main__":
    main()
