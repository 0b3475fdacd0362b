"""``python -m gui [M.seqclass | DATASET]`` is the desktop app."""

from __future__ import annotations

import os
import sys

from gui.app import main

# NumPy is not loaded yet. Its second thread gains nothing with a model's small products, and on a busy machine each of them waits for
# it (see `seqclass.cli.listen`).
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

if __name__ == "__main__":
    sys.exit(main())
