"""The accuracy figures of the README, each with its protocol, by the command line that a person would type.

    python tests/bench/accuracy.py [official speaker reviews motions motions-both two-targets] [--data FOLDER] [--seeds 0 1 2]

Default settings throughout. Nothing is chosen by test items; every figure comes with its count and interval. Corpora: see
``datasets/README.md``; their place is SEQCLASS_DATA or ``--data``.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]


def main() -> None:
    """Run the chosen rows and print one line each."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as folder:
        for name in arguments.rows:
            for seed in arguments.seeds:
                started = time.perf_counter()
                line = ROWS[name](arguments.data, Path(folder), seed)
                print(f"{name:12s} seed {seed}: {line}  [{time.perf_counter() - started:.0f} s]", flush=True)


def official(data: Path, folder: Path, seed: int) -> str:
    """Spoken digits, official split: takes 0-4 of each speaker and digit are test. The speakers are the same."""
    result = _train(data / "spoken_digits", folder, seed)
    test = result["metrics"]["test"]
    return f"{_accuracy(test)}; validation {_accuracy(result['metrics']['validation'])}"


def speaker(data: Path, folder: Path, seed: int) -> str:
    """Spoken digits, leave one speaker out: train on five, test on the sixth."""
    result = _run("crossval", str(data / "spoken_digits"), "--by", "speaker", "--seed", str(seed))
    return _folds(result)


def reviews(data: Path, folder: Path, seed: int) -> str:
    """Movie reviews, 10-fold, vocabulary inside each fold, no pretrained vectors."""
    target = folder / "reviews"
    if not target.exists():
        recipe = REPOSITORY / "datasets" / "movie_reviews.py"
        subprocess.run([sys.executable, recipe, data / "movie_reviews", target], check=True, stdout=subprocess.DEVNULL)
    return _folds(_run("crossval", str(target), "--by", "10", "--seed", str(seed)))


def motions(data: Path, folder: Path, seed: int) -> str:
    """basic_motions, official split: 40 train, 40 test."""
    return _accuracy(_train(data / "basic_motions", folder, seed)["metrics"]["test"])


def motions_both_ways(data: Path, folder: Path, seed: int) -> str:
    """The same, read in both directions."""
    result = _train(data / "basic_motions", folder, seed, "--set", "model.bidirectional=true")
    return _accuracy(result["metrics"]["test"])


def two_targets(data: Path, folder: Path, seed: int) -> str:
    """Spoken digits, official split, digit and speaker at once. Columns: label and speaker."""
    result = _train(data / "spoken_digits", folder, seed, "--target", "label", "--target", "speaker")
    targets = result["metrics"]["test"]["targets"]
    return "; ".join(f"{name} {_accuracy(figures)}" for name, figures in targets.items())


ROWS = {
    "official": official,
    "speaker": speaker,
    "reviews": reviews,
    "motions": motions,
    "motions-both": motions_both_ways,
    "two-targets": two_targets,
}


def _train(dataset: Path, folder: Path, seed: int, *options: str) -> dict[str, Any]:
    return _run("train", str(dataset), "--out", str(folder / "model.seqclass"), "--seed", str(seed), *options)


def _run(*command: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "seqclass", *command, "--json", "--quiet"], check=True, stdout=subprocess.PIPE, text=True
    )
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def _accuracy(figures: dict[str, Any]) -> str:
    low, high = figures["interval"]
    share = figures["accuracy"]
    return f"{100 * share:.1f} % of {figures['n_items']} ({100 * low:.1f} to {100 * high:.1f})"


def _folds(result: dict[str, Any]) -> str:
    folds = ", ".join(f"{name} {100 * accuracy:.1f}" for name, accuracy in result["folds"].items())
    low, high = result["mean_interval"]
    return f"mean {100 * result['mean_accuracy']:.1f} % ({100 * low:.1f} to {100 * high:.1f}) of {result['n_items']}: {folds}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    default = Path(os.environ.get("SEQCLASS_DATA", REPOSITORY.parent / "shared" / "data"))
    parser.add_argument("rows", nargs="*", default=list(ROWS), metavar="ROW", help=", ".join(ROWS))
    parser.add_argument("--data", type=Path, default=default)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    return parser.parse_args()


if __name__ == "__main__":
    main()
