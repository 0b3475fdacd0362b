"""All measurements one after another: `make bench`, or python tests/bench [NAME ...] [--quick] [--out FOLDER] [--list].

Each is a script beside this one, which runs alone as well; without names, all that measure speed or memory. What they print goes to
the screen and into FOLDER/NAME.txt, their values as pyperf writes them into FOLDER/NAME.json. The model that some of them need is
trained once and kept in FOLDER.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
BY_NAME_ONLY = ("accuracy",)
"""What takes an hour and measures no speed."""

_NO_SCRIPTS = ("__main__", "cold", "harness", "measured")


def main() -> None:
    """Run the scripts, each in a process of its own; exit with 1 where one failed."""
    options = _arguments()
    scripts = {path.stem: path for path in sorted(HERE.glob("*.py")) if path.stem not in _NO_SCRIPTS}
    unknown = sorted(set(options.names) - set(scripts))
    if unknown:
        raise SystemExit(f"There is no measurement {', '.join(unknown)}. Known are: {', '.join(scripts)}.")
    if options.list:
        print("\n".join(f"  {name:16s} {told(path)}" for name, path in scripts.items()))
        return
    folder = options.out.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    environment = {"SEQCLASS_BENCH_BUNDLE": str(folder / "digits.seqclass"), **os.environ, "PYTHONUNBUFFERED": "1"}
    seconds: dict[str, float] = {}
    failed: list[str] = []
    for name in options.names or [name for name in scripts if name not in BY_NAME_ONLY]:
        started = time.perf_counter()
        if not _run(scripts[name], folder, environment, quick=options.quick):
            failed.append(name)
        seconds[name] = time.perf_counter() - started
    print("\n" + "\n".join(f"  {name:16s} {took:5.0f} s{'  FAILED' * (name in failed)}" for name, took in seconds.items()))
    print(f"{len(seconds)} measurements in {sum(seconds.values()) / 60:.1f} minutes; texts and values are in {folder}")
    sys.exit(bool(failed))


def told(path: Path) -> str:
    """The first line of a script's docstring."""
    return path.read_text(encoding="utf-8").partition("\n")[0].strip('"')


def _run(path: Path, folder: Path, environment: dict[str, str], *, quick: bool) -> bool:
    words = [sys.executable, str(path)]
    if "harness.parser(" in path.read_text(encoding="utf-8"):
        words += ["--out", str(folder / f"{path.stem}.json"), *["--quick"] * quick]
    print(f"\n=== {path.stem}", flush=True)
    with (folder / f"{path.stem}.txt").open("w", encoding="utf-8") as copy:
        process = subprocess.Popen(words, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
            copy.write(line)
    return process.wait() == 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python tests/bench", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--quick", action="store_true", help="few rounds: does each run, and about how fast")
    parser.add_argument("--out", type=Path, default=HERE.parents[1] / "build" / "bench", metavar="FOLDER")
    parser.add_argument("--list", action="store_true", help="only list them")
    return parser.parse_args()


if __name__ == "__main__":
    main()
