"""Bundles on disk for the tests of `seqclass.model`."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import make_bundle, write_bundle

from seqclass.specs import Kind


@pytest.fixture(params=["speech", "numeric", "text"])
def kind(request: pytest.FixtureRequest) -> Kind:
    """Every kind of data in turn."""
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A bundle of speech, complete but for its Keras model."""
    write_bundle(tmp_path / "words.seqclass", make_bundle("speech"))
    return tmp_path / "words.seqclass"
