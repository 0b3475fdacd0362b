"""The stress lens: what an item becomes with noise, another level, speed or band, and what the network makes of that.

The item itself is changed, before any feature: what is heard is what the model gets. Nothing here needs librosa, so that gates
follow a slider. The order is that of a recording: somebody speaks faster, later, in a noisy room, over a narrow line, and the
converter has a level: speed, shift, noise, band, gain.
"""

from __future__ import annotations

import functools
import zlib
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from seqclass.audio.read import Audio, read_audio
from seqclass.audio.resample import resample
from seqclass.errors import DataError, ItemError, UsageError
from seqclass.features.front_end import Encoded, TextFrontEnd
from seqclass.inference.classify import Content, encode_content
from seqclass.inspection.trace import Trace, trace_encoded
from seqclass.model.bundle import Bundle
from seqclass.specs import Kind, StressSpec

Samples = NDArray[np.float32]
Doubles = NDArray[np.float64]
LEGEND = (
    "The item is changed before the model gets it, and everything else is computed anew. The noise level is a signal-to-noise ratio "
    "against the item's loud parts; speed moves the pitch as a tape does; a gain beyond full scale clips."
)
AXES: dict[Kind, tuple[str, ...]] = {
    "speech": ("snr_db", "gain_db", "shift_ms", "speed", "low_hz", "high_hz"),
    "numeric": ("snr_db", "gain_db", "shift_frames", "speed"),
    "text": ("drop", "replace"),
}
_BLOCK_S = 0.02
_ACTIVE_DB = 30.0
_LONGEST_NOISE_S = 3600.0


def trace_stressed(bundle: Bundle, content: Content, stress: StressSpec, *, name: str = "", key: str = "") -> Trace:
    """Trace an item as it is under stress.

    Args:
        bundle: The model.
        content: `Audio`, a text, or a numeric sequence (n_frames, n_inputs).
        stress: What is done to it.
        name: Of the trace.
        key: As for `stressed`.

    Raises:
        ItemError: The item does not fit the model.
        DataError: The recording of noise cannot be read.
        UsageError: The stress is not meant for this kind of data.
    """
    return trace_encoded(bundle, encode_stressed(bundle, content, stress, key=key), name=name)


def encode_stressed(bundle: Bundle, content: Content, stress: StressSpec, *, key: str = "") -> Encoded:
    """The frames of an item under stress. Arguments and errors as for `trace_stressed`."""
    require_fitting(stress, bundle.card.kind)
    if isinstance(content, str) and isinstance(bundle.front_end, TextFrontEnd):
        tokens = stressed_tokens(bundle.front_end, content, stress, key=key)
        ids = bundle.front_end.vocabulary.encode(tokens)
        return Encoded(ids, ids, np.arange(len(ids), dtype=np.float64), tuple(tokens))
    return encode_content(bundle, stressed(content, stress, key=key))


def stressed(content: Content, stress: StressSpec, *, key: str = "") -> Content:
    """A recording or a numeric sequence under stress, as it would be played or drawn; a text stays as it is.

    Args:
        content: `Audio`, or float (n_frames, n_inputs).
        stress: What is done to it.
        key: Noise differs from key to key, the item's id for instance, and is the same at each level.

    Raises:
        DataError: The recording of noise cannot be read.
    """
    if isinstance(content, Audio):
        samples = stressed_samples(content.samples, content.rate_hz, stress, key=key)
        return replace(content, samples=samples, duration_s=len(samples) / content.rate_hz)
    return content if isinstance(content, str) else stressed_numbers(np.asarray(content, np.float64), stress, key=key)


def stressed_samples(samples: Samples, rate_hz: int, stress: StressSpec, *, key: str = "") -> Samples:
    """Samples (n_samples,) float32 under stress, at the same rate; never empty."""
    samples = np.asarray(samples, np.float32)
    if stress.speed != 1.0:
        samples = _faster(samples, stress.speed)
    shift = round(stress.shift_ms * rate_hz / 1000)
    if shift > 0:
        samples = np.concatenate([np.zeros(shift, np.float32), samples])
    elif shift < 0:
        samples = samples[min(-shift, len(samples) - 1) :]
    if stress.snr_db is not None:
        power = active_power(samples, rate_hz)
        noise = _noise(len(samples), rate_hz, stress.noise, _rng(stress, key))
        samples = samples + noise * np.float32(np.sqrt(power / 10.0 ** (stress.snr_db / 10.0)))
    if stress.low_hz or stress.high_hz is not None:
        samples = band_limited(samples, rate_hz, low_hz=stress.low_hz, high_hz=stress.high_hz)
    if stress.gain_db:
        samples = samples * np.float32(10.0 ** (stress.gain_db / 20.0))
        if stress.gain_db > 0:
            samples = np.clip(samples, -1.0, 1.0)
    return np.ascontiguousarray(samples, np.float32)


def stressed_numbers(values: NDArray[np.float64], stress: StressSpec, *, key: str = "") -> NDArray[np.float64]:
    """A numeric sequence (n_frames, n_inputs) under stress.

    The noise is white, so far below each input's own variation about its mean. A shift repeats the first frame; below 0 it cuts.
    """
    values = values[:, None] if values.ndim == 1 else values
    if stress.speed != 1.0:
        places = np.linspace(0.0, len(values) - 1, max(round(len(values) / stress.speed), 1))
        values = np.stack([np.interp(places, np.arange(len(values)), column) for column in values.T], axis=1)
    if stress.shift_frames > 0:
        values = np.concatenate([np.repeat(values[:1], stress.shift_frames, axis=0), values])
    elif stress.shift_frames < 0:
        values = values[min(-stress.shift_frames, len(values) - 1) :]
    if stress.snr_db is not None:
        deviation = values.std(axis=0) / 10.0 ** (stress.snr_db / 20.0)
        values = values + _rng(stress, key).standard_normal(values.shape) * deviation
    return values * 10.0 ** (stress.gain_db / 20.0) if stress.gain_db else values


def stressed_tokens(front_end: TextFrontEnd, text: str, stress: StressSpec, *, key: str = "") -> list[str]:
    """Tokens of a text of which some are left out and some are others of the vocabulary; at least one is left.

    A token that is left out at some share is left out at each larger one too.
    """
    tokens = front_end.vocabulary.split(text)
    rng = _rng(stress, key)
    chance, others = rng.random((2, len(tokens))), rng.random(len(tokens))
    known = front_end.vocabulary.tokens[1:]
    changed = [
        known[int(other * len(known))] if known and is_other < stress.replace else token
        for token, is_other, other in zip(tokens, chance[1], others, strict=True)
    ]
    kept = [token for token, is_out in zip(changed, chance[0], strict=True) if is_out >= stress.drop]
    return kept or [changed[int(chance[0].argmax())]]


def active_power(samples: Samples, rate_hz: int) -> float:
    """Mean power of the loud parts: blocks of 20 ms within 30 dB of the loudest. So silence around a word changes no ratio."""
    size = max(round(_BLOCK_S * rate_hz), 1)
    padded = np.pad(samples.astype(np.float64), (0, -len(samples) % size))
    powers = np.square(padded).reshape(-1, size).mean(axis=1)
    active = powers[powers >= powers.max() / 10.0 ** (_ACTIVE_DB / 10.0)]
    return float(active.mean())


def band_limited(samples: Samples, rate_hz: int, *, low_hz: float = 0.0, high_hz: float | None = None) -> Samples:
    """Samples without what lies outside a band. The edges fall as half a cosine over a tenth of their frequency: no ringing.

    Args:
        samples: (n_samples,).
        rate_hz: Their rate.
        low_hz: Lower edge; 0: none.
        high_hz: Upper edge; None: none.
    """
    # A power of two is fast, and room behind the samples keeps the end from running into the start.
    size = 1 << (len(samples) + rate_hz // 50).bit_length()
    frequencies: Doubles = np.asarray(np.fft.rfftfreq(size, 1.0 / rate_hz), np.float64)
    gain: Doubles = np.ones(len(frequencies))
    if low_hz > 0:
        gain *= _edge(frequencies, low_hz * 0.95, low_hz * 1.05)
    if high_hz is not None:
        gain *= 1.0 - _edge(frequencies, high_hz * 0.95, high_hz * 1.05)
    spectrum = np.fft.rfft(samples, size) * gain
    return np.fft.irfft(spectrum, size)[: len(samples)].astype(np.float32)


def original_times_s(times_s: NDArray[np.float64], stress: StressSpec) -> NDArray[np.float64]:
    """Where frames of the stressed item lie in the item as it was, in seconds: to lay both on one axis."""
    return (times_s - stress.shift_ms / 1000.0) * stress.speed


def is_plain(stress: StressSpec) -> bool:
    """Whether it changes nothing."""
    plain = StressSpec(noise=stress.noise, seed=stress.seed)
    return stress == plain


def require_fitting(stress: StressSpec, kind: Kind) -> None:
    """Refuse a stress that this kind of data does not know, rather than leave it out in silence.

    Raises:
        UsageError: A setting is meant for other data.
    """
    known = {"noise", "seed", *AXES[kind]}
    plain, given = msgspec.structs.asdict(StressSpec()), msgspec.structs.asdict(stress)
    strange = [f"{name}={value}" for name, value in given.items() if name not in known and value != plain[name]]
    if strange:
        raise UsageError(
            f"A stress of {kind} data must be of {', '.join(AXES[kind])}. Received: {', '.join(strange)}. Choose one of these."
        )


def _faster(samples: Samples, speed: float) -> Samples:
    # As if recorded at a rate so many times as high: soxr takes any ratio of whole numbers.
    scale = 1000
    faster = resample(samples, round(scale * speed), scale)
    return faster if len(faster) else samples[:1]


def _edge(frequencies: NDArray[np.float64], start: float, end: float) -> NDArray[np.float64]:
    """From 0 below ``start`` to 1 above ``end``."""
    share = np.clip((frequencies - start) / max(end - start, 1e-9), 0.0, 1.0)
    return np.asarray(0.5 - 0.5 * np.cos(np.pi * share))


def _noise(n_samples: int, rate_hz: int, name: str, rng: np.random.Generator) -> Samples:
    """Noise of power 1, (n_samples,)."""
    if name == "white":
        noise = rng.standard_normal(n_samples)
    elif name == "pink":
        size = 1 << n_samples.bit_length()
        spectrum = np.fft.rfft(rng.standard_normal(size))
        bins = np.arange(len(spectrum), dtype=np.float64)
        # Power falls with frequency down to 20 Hz, below which nobody hears it.
        spectrum /= np.sqrt(np.maximum(bins, 20.0 * size / rate_hz))
        noise = np.fft.irfft(spectrum, size)[:n_samples]
    else:
        recorded = _recorded(name, rate_hz)
        noise = np.take(recorded, np.arange(n_samples) + int(rng.integers(len(recorded))), mode="wrap").astype(np.float64)
    deviation = float(np.sqrt(np.mean(np.square(noise))))
    return np.asarray(noise / deviation if deviation > 0 else noise, np.float32)


def _recorded(name: str, rate_hz: int) -> Samples:
    path = Path(name).expanduser()
    try:
        status = path.stat()
        return _noise_file(str(path), rate_hz, status.st_mtime_ns, status.st_size)
    except OSError as error:
        raise DataError(
            f"The noise must be white, pink or a recording. Received: {name} ({error.strerror or error}). Check the path."
        ) from error
    except ItemError as error:
        raise DataError(f"The noise {name} cannot be read: {error}.") from error


@functools.lru_cache(maxsize=4)  # a slider asks for the same one at each of its places
def _noise_file(path: str, rate_hz: int, mtime_ns: int, size: int) -> Samples:  # noqa: ARG001
    audio = read_audio(path, max_duration_s=_LONGEST_NOISE_S)
    samples = resample(audio.samples, audio.rate_hz, rate_hz)
    centred: Samples = np.asarray(samples - samples.mean(), np.float32)
    centred.flags.writeable = False
    return centred


def _rng(stress: StressSpec, key: str) -> np.random.Generator:
    return np.random.default_rng([stress.seed, zlib.crc32(key.encode("utf-8", "surrogatepass"))])


def require_axis(axis: str, kind: Kind) -> None:
    """Refuse an axis that this kind of data does not have.

    Raises:
        UsageError: It has not.
    """
    if axis not in AXES[kind]:
        raise UsageError(f"The stress of {kind} data must be one of {', '.join(AXES[kind])}. Received: {axis}. Choose another.")
