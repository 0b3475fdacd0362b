"""Foreign model files, read without running anything that is in them and without believing what they claim.

Keras' own safe mode does not cover every path into code (a legacy ``.h5`` is deserialised by another way), so the architecture is
looked through here before Keras sees the file: it may name stock layers from a fixed list, and nothing else.
"""

from __future__ import annotations

import importlib
import io
import json
import math
import stat
import struct
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seqclass.errors import BundleError, StorageError
from seqclass.files import storage_error
from seqclass.model.bundle import check_claim, read_array

LARGEST_FILE = 2 << 30
_LARGEST_CONFIG = 64 << 20
_MOST_ENTRIES = 100_000
_SAVE_ANEW = "Save it anew from Keras with model.save('model.keras')."


def _names(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


LAYERS = _names(
    "InputLayer Embedding Masking LSTM LSTMCell StackedRNNCells RNN Bidirectional TimeDistributed Dropout "
    "SpatialDropout1D GaussianNoise GaussianDropout AlphaDropout ActivityRegularization BatchNormalization "
    "LayerNormalization Normalization Rescaling GlobalAveragePooling1D GlobalMaxPooling1D Dense Activation ReLU "
    "LeakyReLU ELU Softmax Flatten Identity Concatenate Add Subtract Multiply Average Maximum Minimum"
)
_WHOLES = _names("Sequential Functional Model")
# What Keras writes beside layers: operations of masks and slices, data types, initialisers and the like.
_PARTS = _names(
    "NotEqual Any GetItem slice __slice__ DTypePolicy Policy __keras_tensor__ __tuple__ GlorotUniform GlorotNormal HeUniform "
    "HeNormal LecunNormal LecunUniform Orthogonal OrthogonalInitializer Zeros Ones Constant RandomUniform "
    "RandomNormal TruncatedNormal VarianceScaling Identity IdentityInitializer L1 L2 L1L2 MaxNorm UnitNorm NonNeg "
    "MinMaxNorm"
)
_REASONS = {
    "Lambda": "its code would have to be run, and foreign code never is",
    "GRU": "it is no LSTM",
    "GRUCell": "it is no LSTM",
    "SimpleRNN": "it is no LSTM",
    "Conv1D": "it mixes neighbouring frames",
    "MaxPooling1D": "it leaves frames out",
    "AveragePooling1D": "it joins frames",
    "Attention": "it mixes all frames",
    "MultiHeadAttention": "it mixes all frames",
    "TextVectorization": "it reads texts itself; give its vocabulary with --features instead",
    "StringLookup": "it reads texts itself; give its vocabulary with --features instead",
    "RepeatVector": "it makes a sequence of an answer",
    "Reshape": "it changes what a frame is",
    "Permute": "it changes what a frame is",
    "TFSMLayer": "its code would have to be run, and foreign code never is",
}


def check_keras(path: Path) -> dict[str, Any]:
    """Look a ``.keras`` or ``.h5`` file through before Keras opens it.

    Returns:
        Its architecture, as Keras wrote it.

    Raises:
        StorageError: It cannot be read.
        BundleError: It is damaged, too large, or holds what is not supported; each such layer is named.
    """
    size = file_size(path)
    try:
        if zipfile.is_zipfile(path):
            config = _keras_config(path, size)
        else:
            with _h5(path) as file:
                _check_h5(file, size)
                config = _h5_config(path, file)
    except BundleError:
        raise
    except OSError as error:
        if error.errno is not None:
            raise storage_error("read", path, error) from error
        raise _unreadable(path, error) from error
    except Exception as error:  # whatever a damaged archive provokes is one thing to the person
        raise _unreadable(path, error) from error
    _check_config(path, config, size)
    return config


def legacy_version(path: Path) -> str:
    """The Keras version that an ``.h5`` names, empty where there is none."""
    try:
        with _h5(path) as file:
            return _text(file.attrs.get("keras_version", ""))
    except OSError:
        return ""


def read_state(path: Path) -> dict[str, NDArray[np.float32]]:
    """The arrays of a PyTorch ``state_dict``, from ``.safetensors`` or ``.npz``.

    Raises:
        StorageError: The file cannot be read.
        BundleError: It is damaged, or of another kind.
    """
    size = file_size(path)
    try:
        arrays = _read_npz(path, size) if zipfile.is_zipfile(path) else _read_safetensors(path, size)
    except OSError as error:
        raise storage_error("read", path, error) from error
    except Exception as error:  # as above
        raise BundleError(
            f"{path} is no readable .safetensors or .npz file: {_said(error)}. Write it anew from the state_dict."
        ) from error
    if not arrays:
        raise BundleError(f"{path} holds no arrays. Write it anew from the state_dict.")
    for name, values in arrays.items():
        if values.dtype.kind == "f" and not np.isfinite(values).all():
            raise BundleError(
                f"Weights must be finite numbers. Received: {name} with NaN or infinity (in {path}). Train it again."
            )
    return {name: np.asarray(values, np.float32) for name, values in arrays.items() if values.dtype.kind in "fiu"}


def file_size(path: Path) -> int:
    """Size of a regular file that is not too large.

    Raises:
        StorageError: It cannot be read, is no file, or is larger than 2 GB.
    """
    try:
        found = path.stat()
    except OSError as error:
        raise storage_error("read", path, error) from error
    if not stat.S_ISREG(found.st_mode):
        raise StorageError(f"Cannot read {path}: it is a folder, a device or a pipe. Choose a model file.")
    if found.st_size > LARGEST_FILE:
        raise StorageError(
            f"A model file must have at most {LARGEST_FILE >> 30} GB. Received: {found.st_size} bytes (in {path}). Save it without "
            "its optimizer."
        )
    return found.st_size


def _keras_config(path: Path, size: int) -> dict[str, Any]:
    with zipfile.ZipFile(path) as archive:
        check_claim(archive.infolist(), container_size=size)
        names = archive.namelist()
        if "config.json" not in names or "model.weights.h5" not in names:
            raise BundleError(
                f"{path} is no Keras model: it holds {', '.join(sorted(names)[:4]) or 'nothing'}. Choose a .keras or .h5 file, or "
                "PyTorch weights as .safetensors or .npz."
            )
        if archive.getinfo("config.json").file_size > _LARGEST_CONFIG:
            raise ValueError("its architecture is too long")
        config = json.loads(archive.read("config.json"))
        with _h5(io.BytesIO(archive.read("model.weights.h5"))) as file:
            _check_h5(file, archive.getinfo("model.weights.h5").file_size)
    if not isinstance(config, dict):
        raise ValueError("its architecture is no JSON object")
    return config


def _h5_config(path: Path, file: Any) -> dict[str, Any]:
    written = file.attrs.get("model_config")
    if written is None:
        raise BundleError(
            f"{path} holds weights without an architecture, or no Keras model. Save the whole model with model.save('model.keras')."
        )
    config = json.loads(_text(written))
    if not isinstance(config, dict):
        raise ValueError("its architecture is no JSON object")
    return config


def _h5(source: Any) -> Any:
    return importlib.import_module("h5py").File(source, "r")


def _check_h5(file: Any, size: int) -> None:
    """Refuse links out of the file and arrays out of proportion."""
    h5py = importlib.import_module("h5py")
    groups, claimed, n_entries = [file], 0, 0
    while groups:
        group = groups.pop()
        for name in group:
            n_entries += 1
            if n_entries > _MOST_ENTRIES:  # hard links may go round in circles
                raise ValueError(f"it has more than {_MOST_ENTRIES} entries")
            if not isinstance(group.get(name, getlink=True), h5py.HardLink):
                raise ValueError(f"{name} is a link")
            entry = group[name]
            if isinstance(entry, h5py.Group):
                groups.append(entry)
                continue
            if entry.external or entry.is_virtual or entry.dtype.kind not in "fiubS":
                raise ValueError(f"{name} is no plain array")
            claimed += math.prod(entry.shape) * entry.dtype.itemsize
            if claimed > (16 << 20) + 20 * size:
                raise ValueError(f"its arrays say that they have more than {claimed} bytes")


def _check_config(path: Path, config: dict[str, Any], size: int) -> None:
    """Allow stock layers alone, and name all others."""
    whole = config.get("class_name")
    if whole not in _WHOLES:
        raise BundleError(
            f"{path} holds a model of a class of its own. Received: {whole}. Save it as a Functional or Sequential model."
        )
    refused: dict[str, str] = {}
    for entry in _classes({key: value for key, value in config.items() if key not in ("compile_config", "build_config")}):
        kind, module = entry.get("class_name"), entry.get("module")
        inner = entry.get("config")
        name = inner.get("name") if isinstance(inner, dict) else None
        is_stock = module is None or module == "builtins" or str(module).split(".")[0] == "keras"
        if kind in LAYERS | _PARTS | _WHOLES and is_stock:
            if isinstance(inner, dict):
                _check_size(path, inner, size)
            continue
        shown = f"{name or 'a part'} ({kind})"
        refused[shown] = _REASONS.get(
            str(kind), "it is code of somebody's own" if not is_stock else "it is none of the layers known here"
        )
    if refused:
        listed = "; ".join(f"{name}: {reason}" for name, reason in list(refused.items())[:8])
        raise BundleError(
            f"{path} cannot be imported, as it has layers that are not supported. Received: {listed}. See: seqclass import --help"
        )


def _check_size(path: Path, config: Mapping[str, Any], size: int) -> None:
    """Refuse layers that claim more weights than the file could hold, as Keras makes them before it reads the file."""
    units, rows, columns = (config.get(key) for key in ("units", "input_dim", "output_dim"))
    claimed = 4 * units if isinstance(units, int) else 0
    if isinstance(units, int) and "recurrent_activation" in config:
        claimed = 16 * units * units
    if isinstance(rows, int) and isinstance(columns, int):
        claimed = 4 * rows * columns
    if claimed > (16 << 20) + 20 * size:
        raise BundleError(
            f"{path} is damaged: {config.get('name')} says that it has {claimed} bytes of weights, more than the file can hold. "
            f"{_SAVE_ANEW}"
        )


def _classes(value: Any) -> Iterator[dict[str, Any]]:
    pending = [value]
    while pending:
        entry = pending.pop()
        if isinstance(entry, dict):
            if "class_name" in entry:
                yield entry
            pending.extend(entry.values())
        elif isinstance(entry, list):
            pending.extend(entry)


def _read_npz(path: Path, size: int) -> dict[str, NDArray[Any]]:
    with zipfile.ZipFile(path) as archive:
        check_claim(archive.infolist(), container_size=size)
        names = archive.namelist()
        if any(name.endswith((".pkl", "/version")) for name in names):
            raise ValueError(
                "it is a pickle of PyTorch, which can run code; convert it with safetensors.torch.save_file(model.state_dict(), "
                "'model.safetensors')"
            )
        return {name.removesuffix(".npy"): read_array(archive.read(name)) for name in names if name.endswith(".npy")}


def _read_safetensors(path: Path, size: int) -> dict[str, NDArray[Any]]:
    """Source: the format's description, https://github.com/huggingface/safetensors."""
    types = {
        "F64": "<f8",
        "F32": "<f4",
        "F16": "<f2",
        "BF16": "<u2",
        "I64": "<i8",
        "I32": "<i4",
        "I16": "<i2",
        "I8": "i1",
        "U8": "u1",
    }
    with path.open("rb") as stream:
        (length,) = struct.unpack("<Q", stream.read(8))
        if length > min(size - 8, _LARGEST_CONFIG):
            raise ValueError("its header says that it is longer than the file")
        header = json.loads(stream.read(length))
        body = stream.read()
    arrays = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        if entry["dtype"] == "BOOL":
            continue
        dtype = np.dtype(types[entry["dtype"]])
        start, stop = entry["data_offsets"]
        shape = tuple(int(each) for each in entry["shape"])
        if (
            not 0 <= start <= stop <= len(body)
            or min(shape, default=0) < 0
            or math.prod(shape) * dtype.itemsize != stop - start
        ):
            raise ValueError(f"{name} does not match its size")
        values = np.frombuffer(body[start:stop], dtype).reshape(shape)
        if entry["dtype"] == "BF16":
            values = (values.astype(np.uint32) << 16).view(np.float32)
        arrays[name] = values
    return arrays


def _unreadable(path: Path, error: BaseException) -> BundleError:
    return BundleError(f"{path} is no readable Keras model: {_said(error)}. {_SAVE_ANEW}")


def _text(value: Any) -> str:
    return value.decode("utf-8") if isinstance(value, bytes) else str(value)


def _said(error: BaseException) -> str:
    return " ".join(str(error).split())[:300].rstrip(".") or type(error).__name__
