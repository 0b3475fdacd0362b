"""Where in a recording somebody speaks, for cutting the silence off both ends."""

from __future__ import annotations

from typing import Any

import numpy as np

from seqclass.audio.onset import OnsetDetector, SpeechEnded
from seqclass.specs import DetectionSpec, ListenSpec

Samples = np.ndarray[Any, np.dtype[np.float32]]

# Who listens live must decide soon that a word is over, and gives up the soft end of a "six" for that; a take is there as a whole.
# With the live 16 dB one digit in ten lost more than a twentieth of its peak at an edge, from 35 dB on one in 180.
_OF_A_TAKE = ListenSpec(detection=DetectionSpec(range_db=40.0))


def speech_range(samples: Samples, rate_hz: int, spec: ListenSpec | None = None) -> tuple[int, int] | None:
    """From the first word's onset to the last word's end, with the margins that a listening model is given.

    Args:
        samples: (n_samples,) float32, full scale 1.
        rate_hz: Samples a second.
        spec: Settings of the detection and of the margins; unset: those of a model that listens, but down to 40 dB below the
            loudest, so that soft consonants at the edges are kept.

    Returns:
        First sample, and the one after the last; None where no word was found.
    """
    spec = spec or _OF_A_TAKE
    detector = OnsetDetector(rate_hz, spec.detection)
    words = [change for change in [*detector.feed(samples), *detector.finish()] if isinstance(change, SpeechEnded)]
    if not words:
        return None
    before, after = (round(margin_ms * rate_hz / 1000) for margin_ms in (spec.pre_roll_ms, spec.post_roll_ms))
    return max(words[0].start - before, 0), min(words[-1].end + after, len(samples))
