"""``python -m seqclass`` is the command ``seqclass``."""

from __future__ import annotations

import sys

from seqclass.cli import main

if __name__ == "__main__":
    sys.exit(main())
