"""Classify speech, text and numeric sequences with LSTMs, and see what the network remembers.

A few lines do it::

    import seqclass

    model = seqclass.train("recordings", "words.seqclass")
    model.classify("yes.wav").label
    model.trace("yes.wav").layers[0].forget_gate   # (n_frames, n_units)

The names below are all that is public; each is loaded when it is first used, so importing the package costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from seqclass.api import Model, crossval, load, scan, train
    from seqclass.errors import SeqclassError
    from seqclass.inference.classify import Classification
    from seqclass.inspection.trace import Trace

__version__ = "0.1.0"

__all__ = ["Classification", "Model", "SeqclassError", "Trace", "__version__", "crossval", "load", "scan", "train"]

_PLACES = {
    "Classification": "seqclass.inference.classify",
    "Model": "seqclass.api",
    "SeqclassError": "seqclass.errors",
    "Trace": "seqclass.inspection.trace",
    "crossval": "seqclass.api",
    "load": "seqclass.api",
    "scan": "seqclass.api",
    "train": "seqclass.api",
}


def __getattr__(name: str) -> Any:
    """Load a public name on first use (PEP 562)."""
    if name not in _PLACES:
        raise AttributeError(f"module 'seqclass' has no attribute {name!r}")
    value = getattr(importlib.import_module(_PLACES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
