"""What an epoch's time depends on."""

from __future__ import annotations

from typing import Any

import msgspec

from seqclass.specs import Config


def pace_key(config: Config) -> Any:
    """What decides, on one data set, how long an epoch takes."""
    plain = msgspec.to_builtins(config)
    return msgspec.json.encode([plain["model"], plain["augmentation"]["enabled"], plain["features"]])
