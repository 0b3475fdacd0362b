"""What ``import seqclass`` costs and gives."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

import seqclass

LOADED = """
import json, sys
import seqclass
before = sorted(name for name in sys.modules if name.split(".")[0] in ("seqclass", "numpy", "msgspec", "scipy", "soundfile"))
{code}
after = sorted({{name.split(".")[0] for name in sys.modules}})
print(json.dumps([before, after]))
"""


def loaded(code: str) -> tuple[list[str], list[str]]:
    """Modules after ``import seqclass``, and packages after ``code``."""
    ended = subprocess.run([sys.executable, "-c", LOADED.format(code=code)], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    before, after = json.loads(ended.stdout)
    return before, after


def test_importing_the_package_loads_nothing() -> None:
    before, _ = loaded("")
    assert before == ["seqclass"]


def test_every_public_name_is_there_without_a_heavy_library() -> None:
    names = ", ".join(f"seqclass.{name}" for name in seqclass.__all__)
    _, after = loaded(names)
    assert not {"tensorflow", "keras", "librosa", "numba", "sklearn", "matplotlib", "joblib", "gui"} & set(after)


def test_public_names_are_listed_and_documented() -> None:
    assert dir(seqclass) == sorted(seqclass.__all__)
    for name in seqclass.__all__:
        value = getattr(seqclass, name)
        assert isinstance(value, str) or value.__doc__


def test_a_name_that_is_none_is_an_ordinary_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'seqclass' has no attribute 'fit'"):
        seqclass.fit  # noqa: B018
    assert not hasattr(seqclass, "__path_of_nothing__")
