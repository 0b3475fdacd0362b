"""The few public names, used as the documentation shows them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import seqclass
from seqclass.events import CancelToken, EpochEnded, FoldEnded

HEAVY = {"tensorflow", "keras", "librosa", "numba", "sklearn", "matplotlib", "scipy", "numpy", "soundfile", "msgspec"}
Made = tuple[seqclass.Model, Path, list[Any]]


def with_tensorflow(test: Any) -> Any:
    """Mark a test that trains."""
    # Keras asks TensorFlow's tensors for arrays in NumPy 1's way; it works, and only Keras can change it.
    test = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning")(test)
    return pytest.mark.tensorflow(test)


def loaded_by(code: str) -> set[str]:
    """What a fresh process has loaded of the heavy libraries."""
    code += f"\nimport sys; print(*({HEAVY!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_importing_the_package_loads_nothing_heavy() -> None:
    assert loaded_by("import seqclass; dir(seqclass); seqclass.__version__") == set()


def test_loading_and_scanning_load_neither_keras_nor_librosa() -> None:
    loaded = loaded_by("import seqclass; seqclass.load, seqclass.scan, seqclass.train, seqclass.crossval, seqclass.Model")
    assert not loaded & {"tensorflow", "keras", "librosa", "numba", "sklearn", "matplotlib"}


def test_dir_lists_the_public_names_and_each_is_there() -> None:
    assert dir(seqclass) == sorted(seqclass.__all__)
    for name in seqclass.__all__:
        assert getattr(seqclass, name) is not None
    assert {"train", "load", "crossval", "scan", "Model", "Classification", "Trace", "SeqclassError"} <= set(dir(seqclass))
    with pytest.raises(AttributeError, match="module 'seqclass' has no attribute 'fly'"):
        seqclass.fly  # noqa: B018


def test_every_public_name_says_what_it_is() -> None:
    for name in set(seqclass.__all__) - {"__version__"}:
        assert getattr(seqclass, name).__doc__


def test_scanning_gives_items_and_problems(bench: Any, tmp_path: Path) -> None:
    root = bench.numeric_set(tmp_path / "d")
    (root / "broken.npy").write_bytes(b"")
    manifest = seqclass.scan(root)
    assert (len(manifest.items), manifest.kind, manifest.labels()) == (40, "numeric", ("a", "b"))
    assert [problem.file for problem in manifest.problems] == ["broken.npy"]
    numbers = seqclass.scan(root, target="size:number")
    assert isinstance(numbers.items[0].targets["size"], float)


def test_what_a_person_can_mend_is_one_exception_class(tmp_path: Path) -> None:
    with pytest.raises(seqclass.SeqclassError):
        seqclass.load(tmp_path / "missing.seqclass")
    with pytest.raises(seqclass.SeqclassError):
        seqclass.scan(tmp_path / "missing")


@pytest.fixture(scope="module")
def made(bench: Any, tmp_path_factory: pytest.TempPathFactory) -> Made:
    place = tmp_path_factory.mktemp("api")
    root, heard = bench.speech_set(place / "recordings"), []
    settings = bench.small(data={"split_by": "group", "test_share": 0.2, "validation_share": 0.2})
    model = seqclass.train(root, place / "words.seqclass", settings=settings, emit=heard.append)
    return model, root, heard


@with_tensorflow
def test_training_gives_the_model_and_tells_its_epochs(made: Made) -> None:
    model, root, heard = made
    assert isinstance(model, seqclass.Model)
    assert len([event for event in heard if isinstance(event, EpochEnded)]) == 2
    assert model.labels == ("hi", "lo")
    assert 0 <= model.card.metrics["test"]["accuracy"] <= 1
    assert repr(model) == f"<seqclass model of speech: label (2); {root.parent / 'words.seqclass'}>"


@with_tensorflow
def test_a_loaded_model_classifies_files_and_samples_alike(made: Made) -> None:
    import soundfile

    _, root, _ = made
    model = seqclass.load(root.parent / "words.seqclass")
    answer = model.classify(root / "hi" / "speaker0_nohash_0.wav")
    assert isinstance(answer, seqclass.Classification)
    assert answer.label in answer.probabilities
    samples, rate_hz = soundfile.read(root / "hi" / "speaker0_nohash_0.wav", dtype="float32")
    other = model.classify(samples, rate_hz=rate_hz)
    assert other.probabilities == pytest.approx(answer.probabilities, abs=1e-6)


@with_tensorflow
def test_a_trace_has_the_gates_of_each_layer(made: Made) -> None:
    model, root, _ = made
    trace = model.trace(root / "lo" / "speaker1_nohash_0.wav")
    assert isinstance(trace, seqclass.Trace)
    n_frames, n_units = trace.layers[0].forget_gate.shape
    assert n_units == 6
    assert n_frames == len(trace.frames)
    assert ((trace.layers[0].forget_gate > 0) & (trace.layers[0].forget_gate < 1)).all()


@with_tensorflow
def test_evaluating_gives_what_the_command_ends_with(made: Made) -> None:
    model, root, _ = made
    result = model.evaluate(root)
    assert result["accuracy"] == model.card.metrics["test"]["accuracy"]
    assert model.evaluate(root, split="all")["n_items"] == 30


@with_tensorflow
def test_a_number_is_shown_as_one(bench: Any, tmp_path: Path) -> None:
    root = bench.numeric_set(tmp_path / "d")
    model = seqclass.train(root, tmp_path / "m.seqclass", settings=bench.small(), target=("label", "size:number"))
    assert repr(model).startswith("<seqclass model of numeric: label (2), size (number); ")
    answer = model.classify(np.zeros((4, 2)))
    assert set(answer.targets) == {"label", "size"}


@with_tensorflow
def test_crossval_gives_folds_and_can_be_cancelled(bench: Any, tmp_path: Path) -> None:
    root, heard, cancel = bench.numeric_set(tmp_path / "d"), [], CancelToken()
    result = seqclass.crossval(
        root, by="2", settings=bench.small(data={"split_by": "item"}), target="speaker", emit=heard.append, cancel=cancel
    )
    assert set(result["folds"]) == {"1", "2"}
    assert len([event for event in heard if isinstance(event, FoldEnded)]) == 2
    cancel.cancel()
    with pytest.raises(seqclass.SeqclassError):
        seqclass.crossval(root, by="2", settings=bench.small(), cancel=cancel)
