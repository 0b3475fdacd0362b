"""The bundle: one ``NAME.seqclass`` file that holds all that remains of a training run (Contract 2).

A zip of ``bundle.json`` (the card), ``model.keras`` (for Keras), ``weights.npz`` (the same weights and the front end's arrays, for
the NumPy pass) and ``golden.npz`` (synthetic items with everything computed from them, for `verify`). No pickle and no code;
sizes are checked before anything is read; the file is written whole or not at all.
"""

from __future__ import annotations

import io
import math
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from seqclass.errors import BundleError, StorageError
from seqclass.features import front_end as front_ends
from seqclass.features.front_end import FrontEnd, TextFrontEnd
from seqclass.files import atomic_path, storage_error
from seqclass.model import network as networks
from seqclass.model.network import Network
from seqclass.specs import Config, Kind, TargetSpec

SCHEMA_VERSION = 1
SUFFIX = ".seqclass"
_LIMITS = {"bundle.json": 64 << 20, "model.keras": 4 << 30, "weights.npz": 4 << 30, "golden.npz": 1 << 30}

Arrays = Mapping[str, NDArray[Any]]


class TargetCard(msgspec.Struct, frozen=True, kw_only=True):
    """One head: its labels in the order of the logits, or how a number is scaled back (``value = logit * scale + offset``)."""

    name: str
    kind: str
    labels: tuple[str, ...] = ()
    scale: float = 1.0
    offset: float = 0.0

    @property
    def spec(self) -> TargetSpec:
        """The target without what training found out."""
        return TargetSpec(name=self.name, kind="number" if self.kind == "number" else "class")


class DataCard(msgspec.Struct, frozen=True, kw_only=True):
    """What the bundle was trained on, without giving it away.

    Attributes:
        name: Name of the data set's folder, no path.
        fingerprint: SHA-256 over the salted hashes of all items.
        salt: What the item hashes in ``weights.npz`` start with.
        counts: Items in train, validation and test.
        groups: Groups in train, validation and test.
        split_by: given, group or item.
        warnings: Sentences that every report repeats.
    """

    name: str
    fingerprint: str
    salt: str
    counts: dict[str, int]
    groups: dict[str, int]
    split_by: str
    warnings: tuple[str, ...] = ()


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """``bundle.json``: everything about a model that is no array.

    Attributes:
        created: ISO date and time, UTC.
        is_causal: Whether an answer never depends on later frames; derived from normalisation, derivatives and direction.
        config: Every setting of the run, filled in.
        front_end: Features as fitted: rate, vocabulary and so on.
        metrics: Figures by part (validation, test), each with its protocol.
        training: What happened: epochs run, best epoch, seconds.
        libraries: Versions.
    """

    format: str = "seqclass bundle"
    schema: int = SCHEMA_VERSION
    created: str
    seqclass_version: str
    kind: Kind
    is_causal: bool
    targets: tuple[TargetCard, ...]
    config: Config
    front_end: dict[str, Any]
    data: DataCard
    metrics: dict[str, Any] = {}
    training: dict[str, Any] = {}
    thresholds: dict[str, float] = {}
    libraries: dict[str, str] = {}


@dataclass(frozen=True)
class Bundle:
    """A bundle in memory, ready for the NumPy pass.

    Attributes:
        card: Everything that is no array.
        front_end: From item to frames.
        network: From frames to logits.
        seen: Salted hashes of training and validation items, sorted uint64.
        tested: Salted hashes of test items, sorted uint64.
        path: Where it was read from; None where it was just made.
    """

    card: Card
    front_end: FrontEnd
    network: Network
    seen: NDArray[np.uint64]
    tested: NDArray[np.uint64]
    path: Path | None = None


def write(path: Path | str, bundle: Bundle, *, keras_model: bytes, golden: Arrays) -> None:
    """Write a bundle, whole or not at all.

    Args:
        path: Where; an existing file is replaced only once the new one is complete.
        bundle: Card, front end and network.
        keras_model: Content of the ``.keras`` file with the same weights.
        golden: Arrays from `seqclass.model.golden`.

    Raises:
        StorageError: The file cannot be written.
    """
    arrays = {
        **networks.to_arrays(bundle.network),
        **bundle.front_end.arrays(),
        "data.seen": bundle.seen,
        "data.tested": bundle.tested,
    }
    with atomic_path(path) as temporary, zipfile.ZipFile(temporary, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("bundle.json", msgspec.json.format(msgspec.json.encode(bundle.card), indent=1))
        archive.writestr("model.keras", keras_model)
        archive.writestr("weights.npz", _pack(arrays))
        archive.writestr("golden.npz", _pack(golden))


def read(path: Path | str) -> Bundle:
    """Read what the NumPy pass needs; the Keras model stays in the file.

    Raises:
        StorageError: The file cannot be read.
        BundleError: It is damaged, foreign or of a later version.
    """
    with _open(path) as archive:
        card = _card(path, _member(path, archive, "bundle.json"))
        arrays = _unpack(path, _member(path, archive, "weights.npz"))
    try:
        front_end = front_ends.from_plain(card.front_end, arrays)
        network = networks.from_arrays(arrays, card.config.model, tuple(target.spec for target in card.targets))
    except (KeyError, TypeError, ValueError, msgspec.ValidationError) as error:
        raise BundleError(
            f"{path} is damaged: its card and its arrays do not fit ({error}). Train or copy it again."
        ) from error
    none = np.zeros(0, np.uint64)
    bundle = Bundle(card, front_end, network, arrays.get("data.seen", none), arrays.get("data.tested", none), Path(path))
    _check_shapes(bundle)
    return bundle


def read_card(path: Path | str) -> dict[str, Any]:
    """The card as plain values, as `seqclass info` prints it.

    Raises:
        StorageError: The file cannot be read.
        BundleError: It is damaged, foreign or of a later version.
    """
    with _open(path) as archive:
        card = _card(path, _member(path, archive, "bundle.json"))
    plain: dict[str, Any] = msgspec.to_builtins(card)
    return plain


def read_keras(path: Path | str) -> bytes:
    """The content of ``model.keras``.

    Raises:
        StorageError: The file cannot be read.
        BundleError: It is damaged.
    """
    with _open(path) as archive:
        return _member(path, archive, "model.keras")


def read_golden(path: Path | str) -> dict[str, NDArray[Any]]:
    """The arrays of ``golden.npz``.

    Raises:
        StorageError: The file cannot be read.
        BundleError: It is damaged.
    """
    with _open(path) as archive:
        return _unpack(path, _member(path, archive, "golden.npz"))


def item_hashes(content_hashes: Iterable[str], salt: str) -> NDArray[np.uint64]:
    """Short salted hashes of items, in order; a bundle knows by them what it has seen, and nobody can read more from them."""
    import hashlib

    digests = [hashlib.sha256(f"{salt}:{content}".encode()).digest()[:8] for content in content_hashes]
    return np.frombuffer(b"".join(digests), dtype="<u8").astype(np.uint64)


def _open(path: Path | str) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except OSError as error:
        raise storage_error("read", path, error) from error
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise BundleError(f"{path} is no seqclass bundle: {error}. Choose a file that `seqclass train` wrote.") from error


def _member(path: Path | str, archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        info = archive.getinfo(name)
    except KeyError:
        raise BundleError(
            f"{path} is no seqclass bundle: it has no {name}. Choose a file that `seqclass train` wrote."
        ) from None
    if info.file_size > _LIMITS[name]:
        raise BundleError(f"{path} is not read: {name} may have at most {_LIMITS[name]} bytes. Received: {info.file_size}.")
    try:
        return archive.read(info)
    except (OSError, EOFError, RuntimeError, NotImplementedError, zipfile.BadZipFile, ValueError, MemoryError) as error:
        raise BundleError(f"{path} is damaged: {name} cannot be read ({error}). Copy it again or train again.") from error
    except Exception as error:
        if type(error).__module__ not in ("zlib", "lzma"):
            raise
        raise BundleError(f"{path} is damaged: {name} cannot be unpacked ({error}). Copy it again or train again.") from error


def _card(path: Path | str, content: bytes) -> Card:
    try:
        plain = msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BundleError(f"{path} is damaged: bundle.json is no JSON ({error}). Copy it again or train again.") from error
    if not isinstance(plain, dict) or plain.get("format") != "seqclass bundle":
        raise BundleError(
            f"{path} is no seqclass bundle: bundle.json does not say so. Choose a file that `seqclass train` wrote."
        )
    schema = plain.get("schema")
    if not isinstance(schema, int) or schema > SCHEMA_VERSION:
        raise BundleError(
            f"{path} was written by a later version: this one reads schema {SCHEMA_VERSION} and below. Received: schema={schema}. "
            "Update seqclass."
        )
    try:
        return msgspec.convert(plain, Card)
    except msgspec.ValidationError as error:
        raise BundleError(f"{path} is damaged: bundle.json is incomplete ({error}). Copy it again or train again.") from error


def _pack(arrays: Arrays) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(arrays):
            content = io.BytesIO()
            np.lib.format.write_array(content, np.ascontiguousarray(arrays[name]), allow_pickle=False)
            # A fixed date: the same arrays give the same bytes.
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), content.getvalue(), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _unpack(path: Path | str, content: bytes) -> dict[str, NDArray[Any]]:
    arrays: dict[str, NDArray[Any]] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(info.file_size for info in archive.infolist()) > max(_LIMITS.values()):
                raise BundleError(f"{path} is not read: its arrays would take more than {max(_LIMITS.values())} bytes.")
            for info in archive.infolist():
                arrays[info.filename.removesuffix(".npy")] = _read_array(archive.read(info))
    except BundleError:
        raise
    except Exception as error:  # whatever a damaged zip, deflate stream or header provokes is one thing to the person
        raise BundleError(f"{path} is damaged: its arrays cannot be read ({error}). Copy it again or train again.") from error
    return arrays


def _read_array(content: bytes) -> NDArray[Any]:
    """Read one ``.npy``, refusing a header that claims more than there is before memory is taken for it."""
    stream = io.BytesIO(content)
    version = np.lib.format.read_magic(stream)
    read_header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, _, dtype = read_header(stream)
    if dtype.hasobject or math.prod(shape) * dtype.itemsize != len(content) - stream.tell():
        raise ValueError(f"an array's header, {dtype} {shape}, does not match its size")
    stream.seek(0)
    return np.asarray(np.lib.format.read_array(stream, allow_pickle=False))


def _check_shapes(bundle: Bundle) -> None:
    """Refuse weights that do not fit one another, so that a damaged bundle never ends in an array error."""
    network, front_end = bundle.network, bundle.front_end
    if isinstance(front_end, TextFrontEnd):
        embedding = network.embedding
        if embedding is None or embedding.shape[0] != len(front_end.vocabulary.tokens):
            raise BundleError(
                f"{bundle.path} is damaged: its embedding does not fit its vocabulary. Copy it again or train again."
            )
        n_inputs = embedding.shape[1]
    else:
        n_inputs = front_end.n_features
    expected: list[tuple[str, tuple[int, ...], tuple[int, ...]]] = []
    for index, directions in enumerate(network.layers):
        units = network.spec.lstm[index]
        for weights in directions:
            if weights is not None:
                expected.append((f"layer{index}.kernel", weights.kernel.shape, (n_inputs, 4 * units)))
                expected.append((f"layer{index}.recurrent", weights.recurrent.shape, (units, 4 * units)))
                expected.append((f"layer{index}.bias", weights.bias.shape, (4 * units,)))
        n_inputs = units * (2 if network.spec.bidirectional else 1)
    if network.attention is not None:
        expected.append(("attention", network.attention.kernel.shape, (n_inputs, 1)))
    n_inputs *= len(network.spec.pooling)
    for index, dense in enumerate(network.dense):
        expected.append((f"dense{index}", dense.kernel.shape, (n_inputs, network.spec.dense[index])))
        n_inputs = network.spec.dense[index]
    for target in bundle.card.targets:
        n_outputs = 1 if target.kind == "number" else len(target.labels)
        expected.append((f"head.{target.name}", network.heads[target.name].kernel.shape, (n_inputs, n_outputs)))
    for name, found, wanted in expected:
        if found != wanted:
            raise BundleError(
                f"{bundle.path} is damaged: {name} must have the shape {wanted}. Received: {found}. Copy it again or train again."
            )


def require_file(path: Path | str) -> Path:
    """A path that exists, or one clear line.

    Raises:
        StorageError: There is no such file.
    """
    if not Path(path).is_file():
        raise StorageError(
            f"There is no bundle at {path}. Check the path, or make one with `seqclass train DATASET --out {path}`."
        )
    return Path(path)
