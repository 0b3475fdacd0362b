"""How Keras is loaded."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytestmark = [pytest.mark.tensorflow, pytest.mark.slow]


def _loaded(first: str) -> set[str]:
    """Which of the packages that Keras can do without are loaded with it."""
    code = (
        f"{first}\nimport sys, seqclass.model.keras_setup\nprint(*({{'sklearn', 'matplotlib'}} & {{*sys.modules}}))\n"
        "import sklearn.base, matplotlib.figure\nassert 'pandas' not in sys.modules or sys.modules['pandas']"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize("ours", ["seqclass.cli", "seqclass.worker"])
def test_keras_loads_neither_scikit_learn_nor_matplotlib_in_our_own_processes(ours):
    assert _loaded(f"import {ours}") == set()


def test_keras_keeps_its_wrappers_in_a_persons_own_program():
    assert _loaded("import seqclass") == {"sklearn", "matplotlib"}
