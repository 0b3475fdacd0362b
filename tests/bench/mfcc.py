"""MFCC of recordings, files to arrays: ours on one core, on two and from the store, against librosa and two other libraries.

    python tests/bench/mfcc.py [--files 3000] [--rounds 5] [--quick] [--out FILE]

The files are the 3,000 spoken digits (0.4 s each, 8 kHz). Four comparisons:

- *What the design defines*, 13 coefficients of whole recordings: librosa called a file as `seqclass.features.librosa_basis` calls it,
  and the results are compared (1e-3). One of ours computes in the calling process, with the checksums that the store needs.
- *A call a file of every library*, as its users write it. Their definitions differ (Kaldi's window and mel scale, a natural logarithm
  in python_speech_features, librosa's 80 dB below the loudest frame), so nothing is compared; window, hop, bands and rate are the same.
- *What a training asks for*, with the defaults: edge silence cut, derivatives beside; librosa leaves the cutting out. Ours in one
  process, and from the store: opened, found by content, every item read and its checksum compared.
- *The same by several processes*, each file four times, results equal to the bit: as a training does it from a second and a half of
  work on.

Processes are started before the clock runs; a figure says how long that takes. Each of ours is a run of
`seqclass.data.feature_store.fill`'s own blocks. Texts and numeric sequences have no such row: they are read once into
memory and nothing is computed from them but counts.
"""

from __future__ import annotations

import functools
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import harness
import librosa
import msgspec
import numpy as np
import soundfile
import threadpoolctl

from seqclass.data.feature_store import fill
from seqclass.data.feature_store.extract import Extractor, extract_block
from seqclass.data.feature_store.parallel import Run, runner
from seqclass.data.feature_store.recordings import Kept, Sounds
from seqclass.events import CancelToken, ignore
from seqclass.features.librosa_basis import mfcc_basis, resolve_rate
from seqclass.specs import HERE, SpeechFeatureSpec

RATE_HZ = 8000
ONE, TWO, STORE = "seqclass, one core", "seqclass, two cores", "seqclass, from the store"
LIBROSA = "librosa a file"
Arrays = list[np.ndarray]


def main() -> None:
    """Check, measure and print."""
    parser = harness.parser(__doc__, rounds=5)
    parser.add_argument("--files", type=int, default=3000, metavar="N", help="so many of the recordings (default: 3000)")
    options = parser.parse_args()
    paths = sorted((harness.DATA / "spoken_digits" / "recordings").glob("*.wav"))[: options.files]
    full = resolve_rate(SpeechFeatureSpec(), RATE_HZ)
    plain = msgspec.structs.replace(full, delta_order=0, trim_db=None, floor_db=None)
    libraries = ("librosa", "soundfile", "kaldi-native-fbank", "python-speech-features", "joblib")
    with (
        harness.Session(__doc__, options, libraries=libraries) as session,
        tempfile.TemporaryDirectory() as cache,
        threadpoolctl.threadpool_limits(1),
    ):
        os.environ["SEQCLASS_CACHE_DIR"] = cache
        session.compare(
            f"What the design defines, {len(paths)} files",
            {ONE: lambda: ours(extractor(plain), paths), LIBROSA: lambda: [defined(path, plain) for path in paths]},
            baseline=LIBROSA,
            agree=harness.within(1e-3),
            items=len(paths),
            unit="files",
        )
        session.compare(
            f"A call a file of every library, {len(paths)} files",
            {
                ONE: lambda: ours(extractor(plain), paths),
                LIBROSA: lambda: [called(path, plain) for path in paths],
                "librosa.load and librosa a file": lambda: [loaded(path, plain) for path in paths],
                "kaldi-native-fbank": lambda: [kaldi(path, plain) for path in paths],
                "python_speech_features": lambda: [speech_features(path, plain) for path in paths],
            },
            baseline=LIBROSA,
            agree=None,
            items=len(paths),
            unit="files",
            aims=(harness.Faster(ONE, than=LIBROSA, times=4),),
        )
        stored(extractor(full), paths)
        session.compare(
            f"What a training asks for, {len(paths)} files",
            {
                ONE: lambda: ours(extractor(full), paths),
                STORE: lambda: stored(extractor(full), paths),
                LIBROSA: lambda: [with_deltas(path, full) for path in paths],
            },
            baseline=LIBROSA,
            agree=None,
            items=len(paths),
            unit="files",
            aims=(harness.Faster(ONE, than=LIBROSA, times=4), harness.Faster(STORE, than=LIBROSA, times=30)),
        )
        many = paths * 4
        started = time.perf_counter()
        with runner("local", seconds=1e9) as (run, n_workers):
            list(run([os.getpid]))
            session.figure("start of another process", time.perf_counter() - started, "s")
            session.compare(
                f"The same by {n_workers} processes, {len(many)} files",
                {ONE: lambda: ours(extractor(full), many), TWO: lambda: together(extractor(full), many, run, n_workers)},
                baseline=ONE,
                agree=harness.equal,
                items=len(many),
                unit="files",
                aims=(harness.Faster(TWO, than=ONE, times=1.85),),
            )


@functools.cache
def extractor(spec: SpeechFeatureSpec) -> Extractor:
    """What computes, made once as in a training."""
    return Extractor(spec, mfcc_basis(spec), 60.0)


def tasks(own: Extractor, paths: Sequence[Path], n_workers: int) -> Iterator[Callable[[], Any]]:
    """What a training hands out."""
    for indices in fill.in_blocks(range(len(paths)), [0.43] * len(paths), n_workers):
        yield functools.partial(extract_block, own, [str(paths[index]) for index in indices], with_power=False)


def together(own: Extractor, paths: Sequence[Path], run: Run, n_workers: int) -> Arrays:
    """Ours, by this process and others."""
    found: Arrays = []
    for block in run(tasks(own, paths, n_workers)):
        found += np.split(block.features.values, np.cumsum(block.n_frames)[:-1])
    return found


def ours(own: Extractor, paths: Sequence[Path]) -> Arrays:
    """Ours, in this process."""
    return together(own, paths, lambda tasks: (task() for task in tasks), 1)


def stored(own: Extractor, paths: Sequence[Path]) -> Arrays:
    """Ours, from the store, which the first call fills."""
    sounds = Sounds(contents(tuple(paths)), paths.__getitem__, [0.4] * len(paths))
    found = fill.gather(own, sounds, with_power=False, compute=HERE, kept=Kept(), emit=ignore, cancel=CancelToken())
    return list(found.stream_features(range(len(paths))))


@functools.cache
def contents(paths: tuple[Path, ...]) -> list[str]:
    """What a scan says of the recordings."""
    own = extractor(resolve_rate(SpeechFeatureSpec(), RATE_HZ))
    return [own.power(path)[2].hex() for path in paths]


def defined(path: Path, spec: SpeechFeatureSpec) -> np.ndarray:
    """Librosa as the design defines features."""
    samples, rate_hz = soundfile.read(path, dtype="float32")
    if len(samples) < 256:
        samples = np.pad(samples, (0, 256 - len(samples)))
    power = librosa.feature.melspectrogram(y=samples, sr=rate_hz, center=False, **_same(spec))
    return librosa.feature.mfcc(S=librosa.power_to_db(power, amin=spec.amin, top_db=None), n_mfcc=spec.n_mfcc).T


def called(path: Path, spec: SpeechFeatureSpec) -> np.ndarray:
    """Librosa as most people call it."""
    samples, rate_hz = soundfile.read(path, dtype="float32")
    return librosa.feature.mfcc(y=samples, sr=rate_hz, n_mfcc=spec.n_mfcc, **_same(spec))


def loaded(path: Path, spec: SpeechFeatureSpec) -> np.ndarray:
    """The same with librosa's own reading."""
    samples, rate_hz = librosa.load(path, sr=None)
    return librosa.feature.mfcc(y=samples, sr=rate_hz, n_mfcc=spec.n_mfcc, **_same(spec))


def with_deltas(path: Path, spec: SpeechFeatureSpec) -> np.ndarray:
    """Librosa with derivatives."""
    coefficients = called(path, spec)
    return np.concatenate([coefficients, librosa.feature.delta(coefficients, width=spec.delta_width, mode="nearest")])


def _same(spec: SpeechFeatureSpec) -> dict[str, Any]:
    return {
        "n_fft": 256,
        "hop_length": 128,
        "win_length": 256,
        "n_mels": spec.n_mels,
        "fmin": spec.f_min_hz,
        "fmax": spec.f_max_hz,
    }


def kaldi(path: Path, spec: SpeechFeatureSpec) -> np.ndarray:
    """kaldi-native-fbank, frame by frame as its interface is."""
    import kaldi_native_fbank

    options = kaldi_native_fbank.MfccOptions()
    options.frame_opts.samp_freq = RATE_HZ
    options.frame_opts.frame_length_ms, options.frame_opts.frame_shift_ms = spec.window_ms, spec.hop_ms
    options.frame_opts.dither, options.frame_opts.preemph_coeff = 0.0, 0.0
    options.frame_opts.window_type = "hann"
    options.mel_opts.num_bins, options.mel_opts.low_freq = spec.n_mels, spec.f_min_hz
    options.num_ceps, options.use_energy = spec.n_mfcc, False
    made = kaldi_native_fbank.OnlineMfcc(options)
    samples, rate_hz = soundfile.read(path, dtype="float32")
    made.accept_waveform(rate_hz, samples.tolist())
    made.input_finished()
    return np.stack([made.get_frame(index) for index in range(made.num_frames_ready)])


def speech_features(path: Path, spec: SpeechFeatureSpec) -> np.ndarray:
    """python_speech_features."""
    import python_speech_features

    samples, rate_hz = soundfile.read(path, dtype="int16")
    made = python_speech_features.mfcc(
        samples,
        rate_hz,
        winlen=spec.window_ms / 1000,
        winstep=spec.hop_ms / 1000,
        numcep=spec.n_mfcc,
        nfilt=spec.n_mels,
        nfft=256,
        lowfreq=spec.f_min_hz,
        preemph=0.0,
        winfunc=np.hanning,
    )
    return np.asarray(made)


if __name__ == "__main__":
    main()
