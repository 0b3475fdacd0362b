"""Presets: what they change, and what goes over them."""

from __future__ import annotations

import pytest

from seqclass.settings import resolve
from seqclass.specs import SpeechFeatureSpec
from seqclass.training.presets import PRESETS, started_from


def test_own_settings_go_over_those_of_a_preset():
    config = started_from("quick", {"training": {"epochs": 3}, "model": {"dense": [32]}}, "speech", 2430)
    assert config.training.epochs == 3
    assert config.model.lstm == (128,)
    assert config.model.dense == (32,)
    assert not config.augmentation.enabled


@pytest.mark.parametrize("kind", ["speech", "text", "numeric"])
def test_the_default_preset_changes_nothing(kind):
    assert started_from("default", {}, kind, 600) == resolve({}, kind)


def test_presets_leave_the_features_alone():
    for preset in PRESETS:
        assert started_from(preset, {}, "speech", 600).features == SpeechFeatureSpec()
