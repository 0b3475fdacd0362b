"""What all measurements share (tests/bench/harness.py)."""

from __future__ import annotations

import argparse
import itertools
import sys
from pathlib import Path

import numpy as np
import pytest

BENCH = Path(__file__).resolve().parents[1] / "bench"


@pytest.fixture
def harness(monkeypatch: pytest.MonkeyPatch):
    """The module, as a script beside it imports it."""
    monkeypatch.syspath_prepend(str(BENCH))
    import harness

    yield harness
    for name in ("harness", "measured"):
        sys.modules.pop(name)


@pytest.fixture
def session(harness):
    """A session of four rounds."""
    return harness.Session("What is measured.", harness.parser("", rounds=4).parse_args([]))


def seconds(harness, *values: float):
    """A contender that takes these times, the first of them when it is warmed up."""
    left = iter(values)
    return lambda: harness.Timed(next(left))


def test_a_ratio_is_the_median_of_the_rounds_ratios_and_not_that_of_medians(harness, session):
    theirs = seconds(harness, 9, 1, 10, 100, 1)
    taken = session.compare(
        "t", {"theirs": theirs, "ours": seconds(harness, 9, 0.5, 5, 20, 1)}, baseline="theirs", agree=None, reference="theirs"
    )
    assert taken.ratio("ours", than="theirs").median == pytest.approx(2.0)
    assert taken.warm_up == {"theirs": 9, "ours": 9}
    assert list(taken.seconds["ours"]) == [0.5, 5, 20, 1]


def test_contenders_take_turns_and_each_runs_after_each_other(session):
    ran: list[str] = []
    session.options.rounds = 6
    session.compare("t", {name: lambda name=name: ran.append(name) for name in "abc"}, baseline="a", agree=None)
    rounds = ["".join(ran[at : at + 3]) for at in range(3, len(ran), 3)]
    assert rounds == ["abc", "cba", "bca", "acb", "cab", "bac"]
    follow = {one + two for each in rounds for one, two in itertools.pairwise(each)}
    assert follow == {"ab", "bc", "ca", "cb", "ba", "ac"}


def test_aims_are_told_with_both_numbers_and_counted(harness, session, capsys):
    aims = (
        harness.Faster("ours", than="theirs", times=4),
        harness.NotSlower("ours", than="theirs", times=0.5),
        harness.Within("ours", 2.0),
        harness.Below("ours", 10),
    )
    contenders = {"theirs": lambda: harness.Timed(6.0), "ours": lambda: harness.Timed(2.0, None, 12.0)}
    with session:
        session.compare("t", contenders, baseline="theirs", agree=None, aims=aims)
        session.figure("share", 1.5, "%", at_most=2)
    told = capsys.readouterr().out
    assert "NOT reached: ours: 3.00 x as fast as theirs; the aim: at least 4 x" in told
    assert "  reached: ours: takes 0.33 x as long as theirs; the aim: at most 0.5 x" in told
    assert "  reached: ours: 2 s; the aim: at most 2 s" in told
    assert "NOT reached: ours: 12 MB; the aim: at most 10 MB" in told
    assert "3 of 5 aims reached" in told


@pytest.mark.parametrize(
    ("one", "two"),
    [(np.zeros(3), np.full(3, 1e-3)), ({"a": [1.0, 2.0]}, {"a": [1.0, 2.1]}), (np.zeros(3), np.zeros(2)), ([np.zeros(2)], [])],
)
def test_contenders_that_do_not_agree_are_not_timed(harness, session, one, two):
    ran: list[int] = []
    contenders = {"one": lambda: one, "two": lambda: ran.append(1) or two}
    with pytest.raises(SystemExit, match="two and one must agree before they are timed"):
        session.compare("t", contenders, baseline="one", agree=harness.within(1e-5))
    assert ran == [1]


def test_a_command_tells_its_own_memory_and_what_it_printed(harness, session):
    block = bytearray(200_000_000)  # this process's memory must not be taken for the child's
    child = harness.Command(
        [sys.executable, "-S", "-c", "import os; print(os.environ['GREETING'])"], environment={"GREETING": "ho"}
    )
    told = child()
    assert told.result == "ho\n"
    assert told.seconds > 0
    assert told.memory_mb is not None
    assert told.memory_mb < len(block) / 2e6


def test_a_command_that_fails_says_what_it_printed(harness):
    with pytest.raises(SystemExit, match=r"(?s)failed with 3.*no luck"):
        harness.Command([sys.executable, "-S", "-c", "import sys; print('no luck', file=sys.stderr); sys.exit(3)"])()


def test_out_without_pyperf_names_the_extra_before_anything_runs(harness, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyperf", None)
    with pytest.raises(SystemExit, match=r"seqclass\[bench\]"):
        harness.Session("", argparse.Namespace(out="x.json", rounds=1, quick=False, seconds=1))


def test_out_is_read_by_pyperf(harness, tmp_path):
    pyperf = pytest.importorskip("pyperf")
    with harness.Session("", harness.parser("", rounds=3).parse_args(["--out", str(tmp_path / "o.json")])) as session:
        session.compare("t", {"one": seconds(harness, 9, 1, 2, 3)}, baseline="one", agree=None)
        session.figure("accuracy", 97.5, "%")
    made = pyperf.BenchmarkSuite.load(str(tmp_path / "o.json")).get_benchmark("t: one")
    assert made.get_values() == (1, 2, 3)
    assert made.get_metadata()["accuracy"] == "97.5 %"
    assert "numpy" in made.get_metadata()["versions"]
