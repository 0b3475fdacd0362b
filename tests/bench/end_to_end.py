"""From a folder of spoken digits to a saved model with 97 % on validation: `seqclass train` and TensorFlow's tutorial.

    python tests/bench/end_to_end.py [--rounds 2] [--defaults]

Both are whole processes with nothing kept from before: no cache, no project. Both learn from the same items of the official split and
are judged by the same validation items; the seed is another in each round. The tutorial's recipe (rivals/tutorial.py) goes on to
the first epoch that has 97 %; ours takes those of the preset ``quick``, chosen on validation. Accuracies on test are told
at the end, once; they chose nothing. ``--defaults`` adds our default settings, which take four times as many epochs and learn new
voices too.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import harness

from seqclass.data.scan import scan
from seqclass.data.splits import assign_splits
from seqclass.specs import SPLITS, DataSpec

ACCURACY = 0.97
RIVAL = Path(__file__).parent / "rivals" / "tutorial.py"
OURS, THEIRS, DEFAULTS = "seqclass train", "the tutorial's recipe", "seqclass train, default settings"


def main() -> None:
    """Make both folders, run, tell."""
    parser = harness.parser(__doc__, rounds=2)
    parser.add_argument("--data", type=Path, default=harness.DATA / "spoken_digits")
    parser.add_argument("--defaults", action="store_true", help="our default settings too")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as scratch,
        harness.Session(__doc__, options, libraries=("tensorflow", "keras", "librosa", "numba")) as session,
    ):
        folder = Path(scratch)
        data = folder / "data"
        shutil.copytree(options.data, data, ignore=shutil.ignore_patterns(".seqclass"))
        _classes(data, folder / "classes")
        said: dict[str, list[dict[str, Any]]] = {OURS: [], THEIRS: [], DEFAULTS: []}
        contenders = {
            THEIRS: _each_seed(said[THEIRS], lambda seed: _theirs(folder, seed)),
            OURS: _each_seed(said[OURS], lambda seed: _ours(folder, data, seed, "quick")),
        }
        if options.defaults:
            contenders[DEFAULTS] = _each_seed(said[DEFAULTS], lambda seed: _ours(folder, data, seed, "default"))
        session.compare(
            f"folder to a model with {ACCURACY:.0%} on validation, --preset quick",
            contenders,
            baseline=THEIRS,
            agree=None,
            n_warm_ups=0,
            aims=(harness.Faster(OURS, than=THEIRS, times=4), harness.Within(OURS, 60)),
        )
        _tell(session, said, folder)


def _tell(session: harness.Session, said: dict[str, list[dict[str, Any]]], folder: Path) -> None:
    for name in (name for name, runs in said.items() if runs):
        found = [100 * run["validation"] for run in said[name]]
        epochs = ", ".join(str(run["epochs"]) for run in said[name])
        note = f"by seed {', '.join(f'{value:.1f}' for value in found)}; epochs {epochs}"
        least = 100 * ACCURACY if name == OURS else None
        session.figure(f"{name}: validation, median", statistics.median(found), "%", at_least=least, note=note)
    ends = "; ".join(
        f"{100 * run['there']:.1f} % after {run['own_end']} epochs and {run['seconds_there']:.0f} s" for run in said[THEIRS]
    )
    print(f"  Where the recipe ends by itself: {ends}.")
    words = [sys.executable, str(RIVAL), "test", str(folder / "classes"), str(folder / "tutorial.keras")]
    theirs = json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout.splitlines()[-1])
    session.figure(f"{THEIRS}: test, of the last run", 100 * theirs["test"], "%")
    for name in (OURS, DEFAULTS):
        for run in said[name][-1:]:
            session.figure(f"{name}: test, of the last run", 100 * run["test"], "%")


def _each_seed(said: list[dict[str, Any]], command: Callable[[int], harness.Command]) -> Callable[[], harness.Timed]:
    """A contender that runs with another seed each time, and keeps what each run said."""
    seeds: Iterator[int] = iter(range(1000))

    def run() -> harness.Timed:
        took = command(next(seeds))()
        assert isinstance(took.result, dict)
        said.append(took.result)
        return took

    return run


def _ours(folder: Path, data: Path, seed: int, preset: str) -> harness.Command:
    cache, project = folder / "cache", data / ".seqclass"

    def forget() -> None:
        for each in (cache, project):
            shutil.rmtree(each, ignore_errors=True)

    def read(printed: str) -> dict[str, Any]:
        end = json.loads(printed.splitlines()[-1])
        metrics = end["metrics"]
        return {"epochs": end["epochs"], "validation": metrics["validation"]["accuracy"], "test": metrics["test"]["accuracy"]}

    words = [sys.executable, "-m", "seqclass", "train", data, "--out", folder / "ours.seqclass", "--seed", str(seed)]
    words += ["--preset", preset]
    environment = {"SEQCLASS_CACHE_DIR": str(cache)}
    return harness.Command([*words, "--json", "--quiet"], environment=environment, before=forget, read=read)


def _theirs(folder: Path, seed: int) -> harness.Command:
    words = [sys.executable, RIVAL, "train", folder / "classes", folder / "tutorial.keras", "--seed", str(seed)]
    return harness.Command([*words, "--until", str(ACCURACY)], read=lambda printed: json.loads(printed.splitlines()[-1]))


def _classes(data: Path, folder: Path) -> None:
    """The same split as folders of classes, which is what the tutorial reads."""
    manifest = scan(data)
    assignment = assign_splits(manifest, DataSpec())
    for part in SPLITS:
        for item in assignment.items(manifest, part):
            source = manifest.path_of(item.file)
            target = folder / part / item.targets[manifest.targets[0].name] / source.name
            target.parent.mkdir(parents=True, exist_ok=True)
            os.link(source, target)


if __name__ == "__main__":
    main()
