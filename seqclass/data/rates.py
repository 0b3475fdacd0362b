"""The sample rate that a model works at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from seqclass.data.items import values_of
from seqclass.data.manifest import Item, Manifest
from seqclass.errors import DataError

MAX_MODEL_RATE_HZ = 16_000
MIN_MODEL_RATE_HZ = 2_000
MIN_SHARE = 0.05


def choose_rate(manifest: Manifest, items: Sequence[Item]) -> int:
    """The lowest rate that at least 5 % of the items have, at most 16 kHz.

    What is above is resampled down; what is below lacks the upper frequencies, so see `rate_warnings`. Where no rate reaches
    5 %, the lowest that 5 % of the items do not exceed counts.

    Args:
        manifest: Named in the error.
        items: Recordings to train on.

    Returns:
        The rate in Hz, from 2,000 to 16,000.

    Raises:
        DataError: There are no recordings.
    """
    rates = Counter(rate_hz for rate_hz in values_of(items, "rate_hz") if rate_hz)
    total = sum(rates.values())
    if not total:
        raise DataError(f"A sample rate can be chosen from recordings only. Received: none in {manifest.root}. Add recordings.")
    chosen = min((rate for rate, count in rates.items() if count >= MIN_SHARE * total), default=0)
    if not chosen:
        passed = 0
        for rate in sorted(rates):
            passed += rates[rate]
            chosen = rate
            if passed >= MIN_SHARE * total:
                break
    return min(max(chosen, MIN_MODEL_RATE_HZ), MAX_MODEL_RATE_HZ)


def rate_warnings(items: Sequence[Item], rate_hz: int) -> tuple[str, ...]:
    """A sentence where recordings lie below the model's rate."""
    rates = zip(values_of(items, "id"), values_of(items, "rate_hz"), strict=True)
    below = sorted(name for name, its_hz in rates if its_hz and its_hz < rate_hz)
    if not below:
        return ()
    are = "1 recording has" if len(below) == 1 else f"{len(below)} recordings have"
    return (f"{are} a lower sample rate than the model's {rate_hz} Hz and so no high tones, as {below[0]}.",)
