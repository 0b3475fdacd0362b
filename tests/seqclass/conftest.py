"""Tiny data sets and settings that train in a second, whatever the defaults are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from seqclass import jobs
from seqclass.events import AnyEvent, CancelToken, Emit, EpochEnded, Finished, Note, ignore
from seqclass.settings import Settings, merge
from seqclass.specs import CrossvalJob, EvaluateJob, Job, TrainJob

RATE_HZ = 8000
SPEAKERS = ("anna", "berta", "carla", "dora")
PARTS = ("train", "train", "train", "validation", "test")
_SETTINGS: Settings = {
    "model": {
        "embedding_dim": 6,
        "lstm": [6],
        "bidirectional": False,
        "pooling": ["last"],
        "dense": [],
        "input_dropout": 0.0,
        "lstm_dropout": 0.0,
        "head_dropout": 0.0,
    },
    "augmentation": {"enabled": False},
    "training": {
        "min_validation": 0,
        "epochs": 2,
        "batch_size": 8,
        "optimizer": "adam",
        "learning_rate": 0.02,
        "schedule": "constant",
        "clip_norm": 1.0,
        "label_smoothing": 0.0,
        "weight_average": 0.0,
        "class_weights": "none",
        "patience": 0,
        "seed": 1,
    },
}


def small(**sections: dict[str, Any]) -> Settings:
    """Settings of a tiny model, two epochs and no variation, with changes: ``small(training={"epochs": 3})``."""
    return merge(_SETTINGS, sections)


def numeric_set(
    root: Path, *, n_items: int = 40, classes: str = "ab", split: bool = True, seed: int = 0, columns: str = "label,size"
) -> Path:
    """Sequences of two features around a level of their class, of four speakers, with a number ``size`` to be learnt too.

    With ``split`` the manifest names it: of each five items three train, one validates, one tests.
    """
    rng = np.random.default_rng(seed)
    root.mkdir(parents=True, exist_ok=True)
    rows = [",".join(["file", columns, "speaker", *(["split"] if split else [])])]
    for index in range(n_items):
        level, size = index % len(classes), float(rng.uniform(100, 200))
        frames = rng.normal([level * 2.0 - 1.0, (size - 150) / 25], 0.3, (int(rng.integers(5, 10)), 2))
        np.save(root / f"item{index:03}.npy", frames)
        row = [f"item{index:03}.npy", classes[level], f"{size:.3f}", SPEAKERS[index // len(classes) % 4]]
        rows.append(",".join([*row, *([PARTS[index // len(classes) % 5]] if split else [])]))
    (root / "manifest.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return root


def text_set(root: Path, *, n_items: int = 30) -> Path:
    """Sentences that a single word decides, in a manifest with splits."""
    rng = np.random.default_rng(3)
    root.mkdir(parents=True, exist_ok=True)
    rows = ["text,label,split"]
    for index in range(n_items):
        mood, word = (("good", "splendid"), ("bad", "dreadful"))[index % 2]
        words = [str(rng.choice(["the", "film", "was", "so", f"n{index}"])) for _ in range(int(rng.integers(3, 7)))]
        words.insert(int(rng.integers(0, len(words))), word)
        rows.append(f"{' '.join(words)},{mood},{PARTS[index // 2 % 5]}")
    (root / "manifest.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return root


def speech_set(root: Path, *, n_speakers: int = 5, takes: int = 3, noise: bool = False, classes: str = "hi lo") -> Path:
    """Tones of a quarter of a second in class folders, by speakers who differ in pitch; with ``noise`` also background noise."""
    for pitch, label in zip((900.0, 300.0, 500.0), classes.split(), strict=False):
        for speaker in range(n_speakers):
            for take in range(takes):
                rng = np.random.default_rng([speaker, take, *label.encode()])
                times_s = np.arange(RATE_HZ // 4) / RATE_HZ
                tone = np.sin(2 * np.pi * (pitch + 20 * speaker) * times_s) * np.hanning(len(times_s))
                path = root / label / f"speaker{speaker}_nohash_{take}.wav"
                path.parent.mkdir(parents=True, exist_ok=True)
                soundfile.write(path, 0.3 * tone + 0.01 * rng.standard_normal(len(times_s)), RATE_HZ)
    if noise:
        (root / "_background_noise_").mkdir()
        for name in ("hiss", "hum"):
            samples = 0.1 * np.random.default_rng(len(name)).standard_normal(2 * RATE_HZ)
            soundfile.write(root / "_background_noise_" / f"{name}.wav", samples, RATE_HZ)
    return root


class Listener:
    """An ``emit`` that remembers, and may act: ``Listener(lambda event: ...)``."""

    def __init__(self, act: Emit = ignore) -> None:
        self.events: list[AnyEvent] = []
        self._act = act

    def __call__(self, event: AnyEvent) -> None:
        """Remember and act."""
        self.events.append(event)
        self._act(event)

    @property
    def epochs(self) -> list[EpochEnded]:
        """All epochs."""
        return [event for event in self.events if isinstance(event, EpochEnded)]

    @property
    def notes(self) -> list[str]:
        """The texts of all notes."""
        return [event.text for event in self.events if isinstance(event, Note)]

    @property
    def result(self) -> dict[str, Any]:
        """What the job finished with."""
        last = self.events[-1]
        assert isinstance(last, Finished)
        return last.result


def run(job: Job, act: Emit = ignore, cancel: CancelToken | None = None) -> Listener:
    """Do a job as the command line does; `Listener.result` is what it finished with."""
    listener = Listener(act)
    jobs.run(job, listener, cancel or CancelToken())
    return listener


def train(root: Path, out: Path, settings: Settings | None = None, **more: Any) -> Listener:
    """Train with `small` settings unless others are given; ``act`` and ``cancel`` as for `run`."""
    listening = {name: more.pop(name) for name in ("act", "cancel") if name in more}
    return run(TrainJob(dataset=str(root), out=str(out), settings=settings or small(), **more), **listening)


def evaluate(bundle: Path, root: Path, **more: Any) -> Listener:
    return run(EvaluateJob(bundle=str(bundle), dataset=str(root), **more))


def crossval(root: Path, by: str, settings: Settings | None = None, **more: Any) -> Listener:
    listening = {name: more.pop(name) for name in ("act", "cancel") if name in more}
    return run(CrossvalJob(dataset=str(root), by=by, settings=settings or small(), **more), **listening)


def weights(bundle: Path) -> dict[str, np.ndarray[Any, Any]]:
    """All arrays of a bundle that training decides about."""
    from seqclass.model import bundle as bundles
    from seqclass.model.network import to_arrays

    made = bundles.read(bundle)
    return {**to_arrays(made.network), **made.front_end.arrays()}


def greatest_difference(one: Path, other: Path) -> float:
    """Between the weights of two bundles; infinite where their shapes differ."""
    first, second = weights(one), weights(other)
    if {name: values.shape for name, values in first.items()} != {name: values.shape for name, values in second.items()}:
        return float("inf")
    return max(float(np.abs(first[name] - second[name]).max(initial=0.0)) for name in first)


class Workbench:
    """What the tests of training and evaluation share, as one fixture: test modules cannot import one another."""

    small = staticmethod(small)
    numeric_set = staticmethod(numeric_set)
    text_set = staticmethod(text_set)
    speech_set = staticmethod(speech_set)
    run = staticmethod(run)
    train = staticmethod(train)
    evaluate = staticmethod(evaluate)
    crossval = staticmethod(crossval)
    weights = staticmethod(weights)
    greatest_difference = staticmethod(greatest_difference)
    listener: Callable[..., Listener] = Listener


@pytest.fixture(scope="session")
def bench() -> Workbench:
    """Tiny data sets, settings, and jobs that tell what they said."""
    return Workbench()
