from __future__ import annotations

import ctypes
import sys
from pathlib import Path

import numpy as np
import pytest

from seqclass.training.memory import give_back

N_BYTES = 100_000


def resident_kb() -> int:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon"))


@pytest.mark.skipif(sys.platform != "linux" or not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="needs glibc")
def test_what_was_freed_between_things_in_use_goes_back_to_the_system() -> None:
    # Below the size from which each has pages of its own, and every other one stays: holes.
    arrays = [np.ones(N_BYTES, np.uint8) for _ in range(800)]
    del arrays[::2]
    before = resident_kb()
    give_back()
    assert before - resident_kb() > 200 * N_BYTES / 1024


def test_a_system_without_it_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(ctypes, "CDLL", lambda _: pytest.fail("There is nothing to load."))
    give_back()
