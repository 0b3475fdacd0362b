"""The bundle: one ``NAME.seqclass`` file that holds all that remains of a training run (Contract 2).

A zip of ``bundle.json`` (the card), ``model.keras`` (for Keras), ``weights.npz`` (the same weights and the front end's arrays, for
the NumPy pass) and ``golden.npz`` (synthetic items with everything computed from them, for `verify`). No pickle and no code;
sizes are checked before anything is read; the file is written whole or not at all.
"""

from __future__ import annotations

import io
import math
import stat
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from seqclass.errors import BundleError, StorageError
from seqclass.features import front_end as front_ends
from seqclass.features.front_end import FrontEnd, TextFrontEnd
from seqclass.files import atomic_path, storage_error
from seqclass.model import layout as layouts
from seqclass.model import network as networks
from seqclass.model.layout import Layout
from seqclass.model.network import Network
from seqclass.specs import Config, Kind, TargetSpec

SCHEMA_VERSION = 2
# A bundle says the lowest schema that tells it whole, so that programs of before still read what they understand.
_SCHEMA_OF_STACKS = 2
SUFFIX = ".seqclass"
# Nothing is compressed when a bundle is written. Somebody may have packed it anew, but to no more than a twentieth.
_UNPACKED_AT_LEAST = 16 << 20
_UNPACKED_AT_MOST = 20

Arrays = Mapping[str, NDArray[Any]]


class TargetCard(msgspec.Struct, frozen=True, kw_only=True):
    """One head: its labels in the order of the logits, or how a number is scaled back (``value = logit * scale + offset``)."""

    name: str
    kind: Literal["class", "number"]
    labels: tuple[str, ...] = ()
    scale: float = 1.0
    offset: float = 0.0

    @property
    def spec(self) -> TargetSpec:
        """The target without what training found out."""
        return TargetSpec(name=self.name, kind=self.kind)


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
        stack: Imported models: what stands around the LSTM layers. ``config.model`` is then only what is nearest to it.
    """

    format: str = "seqclass bundle"
    schema: int = 1
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
    stack: Layout | None = None


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
    with atomic_path(path) as temporary, zipfile.ZipFile(temporary, "w") as archive:
        archive.writestr("bundle.json", msgspec.json.format(msgspec.json.encode(_plain_card(bundle.card)), indent=1))
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
        arrays = _unpack(path, "weights.npz", _member(path, archive, "weights.npz"))
    try:
        front_end = front_ends.from_plain(card.front_end, arrays)
        _check(card, front_end, arrays)
        targets = tuple(target.spec for target in card.targets)
        if card.stack is None:
            network = networks.from_arrays(arrays, card.config.model, targets)
        else:
            network = networks.from_stack(arrays, card.config.model, targets, card.stack)
    except KeyError as error:
        raise BundleError(f"{path} is damaged: it has no {error.args[0]}. Copy it again or train again.") from error
    except (TypeError, ValueError, msgspec.ValidationError) as error:
        raise BundleError(
            f"{path} is damaged: its parts do not fit one another ({_said(error)}). Copy it again or train again."
        ) from error
    return Bundle(card, front_end, network, arrays["data.seen"], arrays["data.tested"], Path(path))


def read_card(path: Path | str) -> dict[str, Any]:
    """The card as plain values, as `seqclass info` prints it.

    Raises:
        StorageError: The file cannot be read.
        BundleError: It is damaged, foreign or of a later version.
    """
    with _open(path) as archive:
        card = _card(path, _member(path, archive, "bundle.json"))
    return _plain_card(card)


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
        return _unpack(path, "golden.npz", _member(path, archive, "golden.npz"))


def item_hashes(content_hashes: Iterable[str], salt: str) -> NDArray[np.uint64]:
    """Short salted hashes of items, in order; a bundle knows by them what it has seen, and nobody can read more from them."""
    import hashlib

    digests = [hashlib.sha256(f"{salt}:{content}".encode()).digest()[:8] for content in content_hashes]
    return np.frombuffer(b"".join(digests), dtype="<u8").astype(np.uint64)


def _open(path: Path | str) -> zipfile.ZipFile:
    try:
        if not stat.S_ISREG(Path(path).stat().st_mode):
            raise StorageError(
                f"Cannot read {path}: it is a folder, a device or a pipe. Choose a file that `seqclass train` wrote."
            )
        return zipfile.ZipFile(path)
    except OSError as error:
        raise storage_error("read", path, error) from error
    except StorageError:
        raise
    except Exception as error:  # whatever a damaged directory of the zip provokes is one thing to the person
        raise BundleError(
            f"{path} is no seqclass bundle: {_said(error)}. Choose a file that `seqclass train` wrote."
        ) from error


def _member(path: Path | str, archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        info = archive.getinfo(name)
    except KeyError:
        raise BundleError(
            f"{path} is no seqclass bundle: it has no {name}. Choose a file that `seqclass train` wrote."
        ) from None
    try:
        check_claim([info], container_size=Path(path).stat().st_size)
        return archive.read(info)
    except Exception as error:  # as above, of its content
        raise BundleError(
            f"{path} is damaged: {name} cannot be read ({_said(error)}). Copy it again or train again."
        ) from error


def check_claim(members: list[zipfile.ZipInfo], *, container_size: int) -> None:
    """Refuse a zip that would grow out of all proportion, before memory is taken for it."""
    if any(info.compress_size > container_size for info in members):
        raise ValueError("it says that it has more bytes than the file")
    claimed = sum(info.file_size for info in members)
    limit = _UNPACKED_AT_LEAST + _UNPACKED_AT_MOST * min(container_size, sum(info.compress_size for info in members))
    if claimed > limit:
        raise ValueError(f"it says that it has {claimed} bytes, and may have at most {limit}")


def _said(error: BaseException) -> str:
    """What an error says, on one line and not endless."""
    return " ".join(str(error).split())[:300].rstrip(".") or type(error).__name__


def _card(path: Path | str, content: bytes) -> Card:
    try:
        plain = msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BundleError(
            f"{path} is damaged: bundle.json is no JSON ({_said(error)}). Copy it again or train again."
        ) from error
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
        raise BundleError(
            f"{path} is damaged: bundle.json is not as it should be ({_said(error)}). Copy it again or train again."
        ) from error


def _plain_card(card: Card) -> dict[str, Any]:
    """A card as it is written: the schema follows from what is in it."""
    plain: dict[str, Any] = msgspec.to_builtins(card)
    if card.stack is None:
        del plain["stack"]
    else:
        plain["schema"] = _SCHEMA_OF_STACKS
    return plain


def _pack(arrays: Arrays) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in sorted(arrays):
            content = io.BytesIO()
            np.lib.format.write_array(content, np.ascontiguousarray(arrays[name]), allow_pickle=False)
            # Fixed date and no compression, which gains little with weights: the same arrays give the same bytes.
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), content.getvalue())
    return buffer.getvalue()


def _unpack(path: Path | str, name: str, content: bytes) -> dict[str, NDArray[Any]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            check_claim(archive.infolist(), container_size=len(content))
            return {info.filename.removesuffix(".npy"): read_array(archive.read(info)) for info in archive.infolist()}
    except Exception as error:  # whatever a damaged zip, deflate stream or header provokes is one thing to the person
        raise BundleError(
            f"{path} is damaged: {name} cannot be read ({_said(error)}). Copy it again or train again."
        ) from error


def read_array(content: bytes) -> NDArray[Any]:
    """Give a ``.npy`` as a view of its bytes, refusing a header that claims more or less than there is."""
    stream = io.BytesIO(content)
    version = np.lib.format.read_magic(stream)
    read_header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, is_fortran, dtype = read_header(stream)
    if dtype.hasobject or math.prod(shape) * dtype.itemsize != len(content) - stream.tell():
        raise ValueError(f"an array's header, {dtype} {shape}, does not match its size")
    if math.prod(shape) == 0:
        return np.zeros(shape, dtype)
    return np.frombuffer(content, dtype, offset=stream.tell()).reshape(shape, order="F" if is_fortran else "C")


def _check(card: Card, front_end: FrontEnd, arrays: Arrays) -> None:
    """Refuse parts that do not fit one another, so that a damaged bundle never ends in an error of its arithmetic."""
    if front_end.kind != card.kind:
        raise ValueError(f"its kind is {card.kind}, and its features are {front_end.kind}")
    names = [target.name for target in card.targets]
    if not names or len(set(names)) < len(names):
        raise ValueError(f"targets must have names of their own, not {names}")
    for target in card.targets:
        if target.kind == "class" and (not target.labels or len(set(target.labels)) < len(target.labels)):
            raise ValueError(f"the labels of {target.name} must differ from one another, and there must be one")
    for name, shape in _expected(card, front_end, arrays).items():
        values = arrays[name]
        if values.shape != shape or values.dtype != np.float32 or not np.isfinite(values).all():
            raise ValueError(f"{name} must be finite float32 numbers of shape {shape}, not {values.dtype} {values.shape}")
    for name in ("data.seen", "data.tested"):
        if arrays[name].ndim != 1 or arrays[name].dtype != np.uint64:
            raise ValueError(f"{name} must be uint64 (n_items,), not {arrays[name].dtype} {arrays[name].shape}")


def _expected(card: Card, front_end: FrontEnd, arrays: Arrays) -> dict[str, tuple[int, ...]]:
    """The shape of every array of the network."""
    counts = {target.name: len(target.labels) if target.kind == "class" else 1 for target in card.targets}
    n_tokens = len(front_end.vocabulary.tokens) if isinstance(front_end, TextFrontEnd) else None
    if card.stack is None:
        return networks.shapes(
            card.config.model,
            n_outputs=counts,
            n_features=None if isinstance(front_end, TextFrontEnd) else front_end.n_features,
            n_tokens=n_tokens,
        )
    if {output.target: layouts.n_outputs(card.stack, output) for output in card.stack.outputs} != counts:
        raise ValueError("the outputs of its stack are not its targets")
    if isinstance(front_end, TextFrontEnd):
        n_rows, n_inputs = arrays["embedding"].shape
        if n_rows < len(front_end.vocabulary.tokens):
            raise ValueError(f"its {n_rows} embeddings are fewer than its tokens")
        return {"embedding": (n_rows, n_inputs), **layouts.shapes(card.stack, n_inputs)}
    return layouts.shapes(card.stack, front_end.n_features)
