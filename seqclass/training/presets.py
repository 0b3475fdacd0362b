"""Ready-made settings to start from; docs/recipes.md says how they were chosen."""

from __future__ import annotations

import math
from typing import get_args

from seqclass.settings import Settings, merge, resolve
from seqclass.specs import Config, Kind, Preset
from seqclass.training.schedule import plan

PRESETS: tuple[Preset, ...] = get_args(Preset)


def settings_of(preset: Preset, kind: Kind, n_items: int) -> Settings:
    """What a preset changes.

    Args:
        preset: Its name.
        kind: Of the data.
        n_items: About how many items there are to train on: how many epochs a quick look or a thorough run take follows from
            what the defaults would take.
    """
    epochs = plan(resolve({}, kind).training, max(1, n_items)).epochs
    if preset == "quick":
        # Variation costs more epochs than it brings in so few, to known voices and to new ones (docs/recipes.md).
        return {
            "training": {"epochs": max(3, math.ceil(epochs / 4))},
            "model": {"lstm": [128 if kind == "speech" else 64]},
            "augmentation": {"enabled": False},
        }
    if preset == "thorough":
        return {"training": {"epochs": 2 * epochs}}
    if preset == "tutorial":
        return {
            "model": {
                "lstm": [64], "pooling": ["last"], "dense": [], "input_dropout": 0.0, "lstm_dropout": 0.0, "head_dropout": 0.0,
            },
            "augmentation": {"enabled": False},
            "training": {
                "optimizer": "adam", "learning_rate": 1e-3, "schedule": "constant", "clip_norm": 0.0, "label_smoothing": 0.0,
                "class_weights": "none",
            },
        }  # fmt: skip
    return {}


def started_from(preset: Preset, settings: Settings, kind: Kind, n_items: int) -> Config:
    """All settings where ``settings`` go over those of a preset; arguments as for `settings_of`.

    Raises:
        SpecError: A setting is not known or not possible.
    """
    return resolve(merge(settings_of(preset, kind, n_items), settings), kind)
