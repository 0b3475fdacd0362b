"""The library's own few names: train, load and what a loaded model can do.

Everything here is reachable as ``seqclass.NAME``; nothing heavy is loaded until it is used. `learning` makes models; `model` is one,
and `items` the part of it that is about one item at a time; `running` is how they have jobs done.
"""

from __future__ import annotations

from seqclass.api.learning import crossval, scan, train
from seqclass.api.model import Model, load
from seqclass.inference.classify import Classification
from seqclass.inspection.trace import Trace

__all__ = ["Classification", "Model", "Trace", "crossval", "load", "scan", "train"]
