"""How long whole processes take from a cold start: ``classify`` on one file, ``--help``.

    python tests/bench/cold_start.py BUNDLE ITEM [--runs 5]

Prints the median, least and greatest seconds, and the median as a ratio to starting Python and importing NumPy, taken in turn.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time


def main() -> None:
    """Time each command in turn, round after round."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("bundle")
    parser.add_argument("item")
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    seqclass = [sys.executable, "-m", "seqclass"]
    commands = {
        "python, import numpy": [sys.executable, "-c", "import numpy"],
        "seqclass --help": [*seqclass, "--help"],
        "seqclass classify": [*seqclass, "classify", arguments.bundle, arguments.item],
    }
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    for number in range(arguments.runs + 1):
        for name, command in commands.items():
            started = time.perf_counter()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            if number:  # the first round warms the disk's cache
                seconds[name].append(time.perf_counter() - started)
    base = statistics.median(seconds["python, import numpy"])
    for name, times in seconds.items():
        middle = statistics.median(times)
        print(f"{name:24s} median {middle:.2f} s, {min(times):.2f} to {max(times):.2f}, {middle / base:.1f}x")


if __name__ == "__main__":
    main()
