"""What every measurement here shares: the contenders' results are compared first, then they take turns, and ratios come out.

    with harness.Session(__doc__, harness.parser(__doc__, rounds=20).parse_args(), libraries=("torch",)) as session:
        session.compare(
            "Forward pass of 100 frames", {"seqclass": ours, "PyTorch": theirs},
            baseline="PyTorch", agree=harness.within(1e-5), aims=(harness.Faster("seqclass", than="PyTorch", times=2.0),),
        )

A machine is at times half as fast as at others, so a time alone says little. In each round every contender runs once, in an order that
changes from round to round; a ratio is taken inside a round, and the median of the rounds' ratios is told with their 10th and 90th
percentiles. ``--out FILE`` writes all values as pyperf does, for `python -m pyperf compare_to OLD NEW`.
"""

from __future__ import annotations

import argparse
import datetime
import importlib.metadata
import os
import platform
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
from measured import Aim, Below, Command, Contender, Faster, NotSlower, Ratio, Taken, Timed, Within, duration

__all__ = [
    "DATA",
    "REPOSITORY",
    "Below",
    "Command",
    "Faster",
    "NotSlower",
    "Ratio",
    "Session",
    "Taken",
    "Timed",
    "Within",
    "about",
    "bundle",
    "duration",
    "equal",
    "parser",
    "within",
]

REPOSITORY = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("SEQCLASS_DATA", REPOSITORY.parent / "shared" / "data"))
"""Where the corpora lie that measurements read by default."""

_QUICK_ROUNDS = 3
_NEEDS_PYPERF = "--out needs pyperf, which is not installed. Install it: pip install 'seqclass[bench]'"


Agree = Callable[[Any, Any], str]
"""Compares the reference's result with another's: returns how near they are, raises AssertionError where too far."""


class Session:
    """One run of one script: prints each comparison when it is done, and at its end the aims; writes ``--out``.

    Attributes:
        taken: The comparisons so far.
        options: The script's arguments, those of `parser` among them.
    """

    def __init__(self, doc: str | None, options: argparse.Namespace, *, libraries: Sequence[str] = ()) -> None:
        """Begin; `doc` is the script's docstring, `libraries` the distributions whose versions are told."""
        if options.out:
            _pyperf()
        self.options, self.taken = options, list[Taken]()
        self._heading = (doc or "").strip().partition("\n")[0]
        self._judged, self._figures = list[tuple[bool, str]](), dict[str, str]()
        self.about = about(libraries)

    def __enter__(self) -> Self:
        """Tell what is measured, on what."""
        print(self._heading)
        for name, value in self.about.items():
            print(f"  {name}: {value}")
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        """Tell the aims, write the values."""
        if kind is None:
            if self._judged:
                print(f"\n{sum(reached for reached, _ in self._judged)} of {len(self._judged)} aims reached")
            if self.options.out and self.taken:
                self._write(Path(self.options.out))

    def compare(
        self,
        title: str,
        contenders: Mapping[str, Contender],
        *,
        baseline: str,
        agree: Agree | None,
        reference: str | None = None,
        aims: Sequence[Aim] = (),
        rounds: int | None = None,
        n_warm_ups: int = 1,
        items: int = 1,
        unit: str = "",
    ) -> Taken:
        """Run each once and compare the results, then let all take turns, and print.

        Args:
            title: What is measured.
            contenders: What runs, by name.
            baseline: The contender that ratios refer to.
            agree: How results are compared, for instance `within`; None where there is nothing to compare.
            reference: The contender that the others' results are compared with, by default the baseline.
            aims: What is to be reached.
            rounds: In place of ``--rounds``, for what takes longer than the script's other comparisons. ``--quick`` goes first.
            n_warm_ups: 0 where a run takes minutes and the first is like all others; then there is nothing to compare before.
            items: How many things one run deals with; with `unit` ("sequences") their number a second is told.
            unit: The plural of such a thing.

        Raises:
            SystemExit: Two results do not agree.
        """
        n_rounds = _QUICK_ROUNDS if self.options.quick else rounds or self.options.rounds
        print(f"\n{title}")
        warm_up = _agreed(contenders, reference or baseline, agree) if n_warm_ups else {}
        taken = _take_turns(title, contenders, warm_up, n_rounds, time.perf_counter() + self.options.seconds)
        print("\n".join(_table(taken, baseline, items, unit)))
        self.taken.append(taken)
        for aim in aims:
            self._judge(*aim.judge(taken))
        sys.stdout.flush()
        return taken

    def figure(
        self, name: str, value: float, unit: str, *, at_most: float | None = None, at_least: float | None = None, note: str = ""
    ) -> None:
        """Tell a number that is no time of a contender, with the aim if there is one; ``--out`` keeps it as metadata."""
        told = f"{value:,.4g} {unit}".strip()
        self._figures[name] = told
        if at_most is None and at_least is None:
            print(f"  {name}: {told}{note and f' ({note})'}")
        if at_most is not None:
            self._judge(value <= at_most, f"{name}: {told}; the aim: at most {at_most:g} {unit}{note and f' ({note})'}")
        if at_least is not None:
            self._judge(value >= at_least, f"{name}: {told}; the aim: at least {at_least:g} {unit}{note and f' ({note})'}")

    def _judge(self, reached: bool, line: str) -> None:
        self._judged.append((reached, line))
        print(f"  {'reached' if reached else 'NOT reached'}: {line}")

    def _write(self, path: Path) -> None:
        pyperf = _pyperf()
        made = []
        for taken in self.taken:
            for name, values in taken.seconds.items():
                details = {"name": f"{taken.title}: {name}", "unit": "second", **self.about, **self._figures}
                memory_mb = taken.memory_mb(name)
                if memory_mb is not None:
                    details["greatest memory"] = f"{memory_mb:.0f} MB"
                run = pyperf.Run(list(values), warmups=[(1, taken.warm_up[name])] if taken.warm_up else None, metadata=details)
                made.append(pyperf.Benchmark([run]))
        path.parent.mkdir(parents=True, exist_ok=True)
        pyperf.BenchmarkSuite(made).dump(str(path), replace=True)
        print(f"written: {path}")


def parser(doc: str | None, *, rounds: int) -> argparse.ArgumentParser:
    """The arguments that every script here takes; a script adds its own. `rounds` is its default."""
    made = argparse.ArgumentParser(description=(doc or "").strip().partition("\n")[0])
    made.add_argument("--rounds", type=int, default=rounds, help=f"how often each runs (default {rounds})")
    made.add_argument("--quick", action="store_true", help=f"{_QUICK_ROUNDS} rounds: does it run, and about how fast")
    made.add_argument("--seconds", type=float, default=1e9, help="begin no round of a comparison later than this")
    made.add_argument("--out", metavar="FILE", help="write all values as pyperf's JSON")
    return made


def bundle() -> Path:
    """A model of the spoken digits, 2 x LSTM(128): the file named by SEQCLASS_BENCH_BUNDLE, trained first where there is none.

    The data set is copied, so that its own project stays as it is.
    """
    path = Path(os.environ.get("SEQCLASS_BENCH_BUNDLE") or REPOSITORY / "build" / "bench" / "digits.seqclass")
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as folder:
            digits = shutil.copytree(
                DATA / "spoken_digits", Path(folder) / "digits", ignore=shutil.ignore_patterns(".seqclass")
            )
            settings = ["--set", "model.lstm=[128,128]", "--set", "training.epochs=8"]
            words = [sys.executable, "-m", "seqclass", "train", str(digits), "--out", str(path), *settings, "--quiet"]
            subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
    return path


def within(tolerance: float) -> Agree:
    """Results are arrays (or sequences of them), or mappings of arrays, that differ by at most `tolerance` anywhere."""

    def agree(reference: Any, other: Any) -> str:
        pairs = list(_pairs(reference, other))
        found = max((_difference(np.asarray(mine), np.asarray(theirs)) for mine, theirs in pairs), default=0.0)
        assert found <= tolerance, f"differ by {found:.1e}, allowed {tolerance:.0e}"
        return f"within {found:.1e} (allowed {tolerance:.0e})"

    return agree


def equal(reference: Any, other: Any) -> str:
    """Results are one and the same, bit for bit where they are arrays."""
    for mine, theirs in _pairs(reference, other):
        assert np.array_equal(np.asarray(mine), np.asarray(theirs)), "are not equal"
    return "equal"


def about(libraries: Sequence[str] = ()) -> dict[str, str]:
    """The machine, its load, the versions, the date and the command of this run."""
    versions = [f"Python {platform.python_version()}"]
    versions += [f"{name} {importlib.metadata.version(name)}" for name in dict.fromkeys(("seqclass", "numpy", *libraries))]
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    return {
        "date": f"{datetime.datetime.now().astimezone():%Y-%m-%d %H:%M %Z}",
        "machine": f"{_processor()}, {len(_cores())} cores, {platform.system()}; load before {load}",
        "versions": ", ".join(versions) + _commit(),
        "command": shlex.join(["python", *(_short(word) for word in sys.argv)]),
    }


def _agreed(contenders: Mapping[str, Contender], reference: str, agree: Agree | None) -> dict[str, float]:
    """Warm each up; compare their results; the seconds of these first runs."""
    first = {name: _run(contender) for name, contender in contenders.items()}
    for name, each in first.items():
        if agree is not None and name != reference:
            try:
                print(f"  {name} and {reference}: {agree(first[reference].result, each.result)}")
            except AssertionError as error:
                raise SystemExit(f"{name} and {reference} must agree before they are timed. They {error}") from error
    return {name: each.seconds for name, each in first.items()}


def _take_turns(
    title: str, contenders: Mapping[str, Contender], warm_up: Mapping[str, float], n_rounds: int, until: float
) -> Taken:
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    memories: dict[str, list[float]] = {name: [] for name in contenders}
    for number in range(n_rounds):
        if number and time.perf_counter() > until:
            break
        for name in _order(tuple(contenders), number):
            took = _run(contenders[name])
            seconds[name].append(took.seconds)
            if took.memory_mb is not None:
                memories[name].append(took.memory_mb)
    return Taken(title, seconds, warm_up, memories)


def _order(names: tuple[str, ...], number: int) -> tuple[str, ...]:
    """Another first in each round, and the other way round in every second: nobody always runs after the same one."""
    start = number // 2 % len(names)
    turned = names[start:] + names[:start]
    return turned[::-1] if number % 2 else turned


def _run(contender: Contender) -> Timed:
    started = time.perf_counter()
    result = contender()
    seconds = time.perf_counter() - started
    return result if isinstance(result, Timed) else Timed(seconds, result)


def _table(taken: Taken, baseline: str, items: int, unit: str) -> Iterator[str]:
    rows = [["contender", f"times as fast as {baseline}", "10 to 90 %", "median", "least"]]
    rows[0] += [f"{unit} a second"] * bool(unit) + ["memory"] * any(taken.memories.values())
    for name, seconds in taken.seconds.items():
        ratio, middle = taken.ratio(name, than=baseline), statistics.median(seconds)
        row = [name, f"{ratio.median:.2f} x", f"{ratio.low:.2f} to {ratio.high:.2f}", duration(middle), duration(min(seconds))]
        row += [f"{items / middle:,.0f}"] * bool(unit)
        if any(taken.memories.values()):
            memory_mb = taken.memory_mb(name)
            row.append("" if memory_mb is None else f"{memory_mb:,.0f} MB")
        rows.append(row)
    rows.insert(1, ["---"] * len(rows[0]))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    n_rounds = len(taken.seconds[baseline])
    yield f"  {n_rounds} rounds{' after the first, which is not counted' if taken.warm_up else ''}"
    for row in rows:
        yield "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"


def _pairs(reference: Any, other: Any) -> Iterator[tuple[Any, Any]]:
    """Arrays of two results, one after the other."""
    if isinstance(reference, Mapping):
        assert set(reference) == set(other), f"hold {sorted(set(reference) ^ set(other))} on one side only"
        for name in reference:
            yield from _pairs(reference[name], other[name])
    elif isinstance(reference, list | tuple) and reference and not np.isscalar(reference[0]):
        assert len(reference) == len(other), f"hold {len(reference)} and {len(other)} arrays"
        for mine, theirs in zip(reference, other, strict=True):
            yield from _pairs(mine, theirs)
    else:
        yield reference, other


def _difference(mine: np.ndarray[Any, Any], theirs: np.ndarray[Any, Any]) -> float:
    assert mine.shape == theirs.shape, f"are of shapes {mine.shape} and {theirs.shape}"
    return float(np.abs(mine.astype(np.float64) - theirs.astype(np.float64)).max(initial=0.0))


def _pyperf() -> Any:
    try:
        import pyperf
    except ImportError:
        raise SystemExit(_NEEDS_PYPERF) from None
    return pyperf


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _cores() -> Sequence[int]:
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else range(os.cpu_count() or 1)


def _commit() -> str:
    """The commit that is measured, where git is at hand."""
    words = ["git", "-C", str(REPOSITORY), "describe", "--always", "--dirty", "--exclude", "*"]
    try:
        return f", commit {subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()}"
    except (OSError, subprocess.CalledProcessError):
        return ""


def _short(word: str) -> str:
    """A path inside the repository as one types it there."""
    path = Path(word)
    return str(path.relative_to(REPOSITORY)) if path.is_absolute() and path.is_relative_to(REPOSITORY) else word
