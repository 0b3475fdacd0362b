"""A Keras file is looked through without Keras: links, bombs and circles in it are refused."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from seqclass.errors import BundleError, StorageError
from seqclass.model import foreign_files

h5py = pytest.importorskip("h5py")
ARCHITECTURE = {
    "class_name": "Sequential",
    "config": {"name": "s", "layers": [{"class_name": "LSTM", "module": "keras.layers", "config": {"name": "l", "units": 2}}]},
}


def keras_file(path: Path, weights: bytes, architecture: Any = ARCHITECTURE) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("config.json", json.dumps(architecture))
        archive.writestr("model.weights.h5", weights)
    return path


def weights_with(fill: Any) -> bytes:
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        fill(file)
    return buffer.getvalue()


def test_an_honest_file_gives_its_architecture(tmp_path: Path) -> None:
    weights = weights_with(lambda file: file.create_dataset("vars/0", data=np.zeros((3, 8), np.float32)))
    assert foreign_files.check_keras(keras_file(tmp_path / "m.keras", weights)) == ARCHITECTURE


def external_link(file: Any) -> None:
    file["out"] = h5py.ExternalLink("/etc/passwd", "/")


def soft_link(file: Any) -> None:
    file["soft"] = h5py.SoftLink("/nowhere")


def external_storage(file: Any) -> None:
    file.create_dataset("x", (4,), np.uint8, external=[("/etc/passwd", 0, 4)])


def bomb(file: Any) -> None:
    file.create_dataset("x", (1 << 34,), np.float32, chunks=(1 << 20,), compression="gzip")


def circle(file: Any) -> None:
    group = file.create_group("a")
    group["again"] = group


def texts(file: Any) -> None:
    file.create_dataset("x", data=["code"], dtype=h5py.string_dtype())


@pytest.mark.parametrize(
    ("fill", "words"),
    [
        (external_link, "out is a link"),
        (soft_link, "soft is a link"),
        (external_storage, "x is no plain array"),
        (texts, "x is no plain array"),
        (bomb, "its arrays say that they have more"),
        (circle, "more than 100 entries"),
    ],
)
def test_weights_that_lead_out_or_claim_too_much_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fill: Any, words: str
) -> None:
    monkeypatch.setattr(foreign_files, "_MOST_ENTRIES", 100)
    with pytest.raises(BundleError, match=words):
        foreign_files.check_keras(keras_file(tmp_path / "m.keras", weights_with(fill)))


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="may have at most"):
        foreign_files.check_keras(keras_file(tmp_path / "m.keras", b"\x00" * (64 << 20)))


@pytest.mark.parametrize(
    ("architecture", "words"),
    [
        ([], "is no JSON object"),
        ({"class_name": "MyModel", "config": {}}, "a class of its own. Received: MyModel"),
        ({"class_name": "Sequential", "config": [{"class_name": "__lambda__", "config": {}}]}, "__lambda__"),
    ],
)
def test_other_architectures_are_refused(tmp_path: Path, architecture: Any, words: str) -> None:
    weights = weights_with(id)
    with pytest.raises(BundleError, match=words):
        foreign_files.check_keras(keras_file(tmp_path / "m.keras", weights, architecture))


def test_all_layers_that_are_not_supported_are_named_at_once(tmp_path: Path) -> None:
    layers = [{"class_name": kind, "config": {"name": kind.lower()}} for kind in ("Conv1D", "GRU", "Strange")]
    architecture = {"class_name": "Sequential", "config": {"layers": layers}}
    with pytest.raises(BundleError) as caught:
        foreign_files.check_keras(keras_file(tmp_path / "m.keras", weights_with(id), architecture))
    for part in ("conv1d (Conv1D): it mixes neighbouring frames", "gru (GRU): it is no LSTM", "strange (Strange): it is none"):
        assert part in str(caught.value)


def test_a_zip_of_something_else_says_what_is_in_it(tmp_path: Path) -> None:
    np.savez(tmp_path / "m.npz", a=np.zeros(2))
    with pytest.raises(BundleError, match=r"no Keras model: it holds a\.npy"):
        foreign_files.check_keras(tmp_path / "m.npz")


def test_folders_and_missing_files_are_named(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.keras"):
        with pytest.raises(StorageError, match=path.name):
            foreign_files.check_keras(path)


def test_an_h5_of_weights_alone_says_how_to_save_the_whole(tmp_path: Path) -> None:
    (tmp_path / "w.h5").write_bytes(weights_with(lambda file: file.create_dataset("x", data=np.zeros(3))))
    with pytest.raises(BundleError, match="weights without an architecture"):
        foreign_files.check_keras(tmp_path / "w.h5")
