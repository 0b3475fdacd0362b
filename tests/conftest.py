"""Fixtures for all tests."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings

# A shared machine may stall for a second in the middle of an example.
settings.register_profile("shared-machine", deadline=None)
settings.load_profile("shared-machine")

REPOSITORY = Path(__file__).resolve().parents[1]


@pytest.fixture(autouse=True)
def private_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Caches and user data of a test go to a folder of its own, never to the person's."""
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
