"""Fixtures for all tests, and the rule about what is left out.

A test that needs what may be missing (a sound server, a screen, a font, the corpora) skips, and says in its reason what to install;
the reasons are listed at the end. With ``SEQCLASS_REQUIRE=1``, as in ``.ci/run``, such a skip is a failure.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Generator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import settings

# A shared machine may stall for a second in the middle of an example. Whoever works on the project draws new examples each time;
# a verdict on a commit rests on the same ones each time (more to find at leisure: `pytest -m hypothesis`, again and again).
settings.register_profile("at work", deadline=None)
settings.register_profile("verdict", deadline=None, derandomize=True)
settings.load_profile("verdict" if os.environ.get("SEQCLASS_REQUIRE") == "1" else "at work")

REPOSITORY = Path(__file__).resolve().parents[1]
# Reasons that are nobody's neglect: another system than this one, and what is compared with where it happens to be installed.
ALLOWED_SKIPS = (
    "this is no git checkout",
    "this file system takes UTF-8 names only",
    "Windows",
    "there is always a display",
    "could not import 'torch'",
    "linear algebra runs on one thread here in any case",
)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    """Turn a skip into a failure where nothing may be missing."""
    report = yield
    if report.skipped and os.environ.get("SEQCLASS_REQUIRE") == "1" and isinstance(report.longrepr, tuple):
        path, line, reason = report.longrepr
        if not reason.removeprefix("Skipped: ").startswith(ALLOWED_SKIPS):
            report.outcome = "failed"
            report.longrepr = f"{path}:{line}: {reason}. SEQCLASS_REQUIRE=1: nothing may be missing."
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in one line each what is missing."""
    skipped = [report.longrepr for report in terminalreporter.stats.get("skipped", [])]
    reasons = Counter(place[2].removeprefix("Skipped: ") for place in skipped if isinstance(place, tuple))
    for reason, n_tests in reasons.items():
        terminalreporter.write_line(f"{n_tests} left out: {reason}")


@pytest.fixture(autouse=True)
def private_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Caches and user data of a test go to a folder of its own, never to the person's, and nothing waits for the disk."""
    monkeypatch.setattr(os, "fsync", lambda _: None)  # what a test writes need not outlive a power cut
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("SEQCLASS_CACHE_DIR", str(home / "cache"))
    monkeypatch.setenv("SEQCLASS_USER_DIR", str(home / "user"))
    return home


@pytest.fixture(scope="session")
def corpora() -> Path:
    """The development corpora; the test is skipped, saying so, where they are absent."""
    place = Path(os.environ.get("SEQCLASS_DATA", REPOSITORY.parent / "shared" / "data"))
    if not place.is_dir():
        pytest.skip(f"no corpora at {place}; set SEQCLASS_DATA to their folder")
    return place


@pytest.fixture
def rng() -> np.random.Generator:
    """A generator with a fixed seed."""
    return np.random.default_rng(20261120)
