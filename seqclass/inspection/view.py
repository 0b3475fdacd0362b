"""What of an item is looked at, as a value: saved with the project, copied as a file or a link, and opened again.

A view holds names, numbers and the plain values that a tool keeps; nothing in it is ever run. It says where its data set and its
model lay, which is a hint alone: whoever opens it is asked before anything else is opened, and a link never leads to another machine.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import zlib
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote, unquote

import msgspec
from msgspec import Meta

from seqclass.data.project import project_dir, project_lock
from seqclass.errors import DataError, SpecError
from seqclass.files import read_bytes, storage_error, write_bytes

SCHEMA_VERSION = 1
SUFFIX = ".seqview"
LINK_START = "seqclass:view?"
LONGEST_LINK = 64_000
"""Characters; what people paste into a message or a note goes no further."""
LONGEST_NAME = 80

_LARGEST = 4_000_000
_LARGEST_IN_LINK = 1_000_000
_BLOCK = 1 << 20
_MOST_BYTES = 240
"""Of a name: file systems take 255 with the ending."""
_SAVE_ANEW = "Save the view again, or ask for it as a file."
_FORBIDDEN = '<>:"/\\|?*%'
_RESERVED = {"CON", "PRN", "AUX", "NUL", *(f"{port}{number}" for port in ("COM", "LPT") for number in range(1, 10))}

_Count = Annotated[int, Meta(ge=0, le=1_000_000)]
_Words = Annotated[str, Meta(max_length=4_096)]
_Range = tuple[float, float]


class View(msgspec.Struct, frozen=True, kw_only=True):
    """What is looked at. Times are in seconds for sound and in frames for all else.

    Attributes:
        schema: Version of this form.
        dataset: Name of the data set's folder; empty where the item belongs to none.
        dataset_path: Where it lay; a hint.
        item: Id of an item of it; empty for none.
        path: Of the file that is looked at instead, absolute; a hint.
        text: The text that is looked at instead.
        bundle: Name of the model's file.
        bundle_path: Where it lay; a hint.
        bundle_hash: SHA-256 of that file in hexadecimal digits; empty where unknown.
        layer: From 0.
        is_backward: Its backward direction.
        order: Of its units, one of `seqclass.inspection.order.ORDERS`.
        target: Whose probabilities.
        unit: The chosen one; None for whichever.
        visible: First and last time in sight; None: all.
        chosen: The chosen range; None for none.
        cursor: Where the cursor stands; None: at the first frame.
        hidden: Keys of the panes that are not shown.
        tool: Name of the open tool; empty for none.
        tool_state: What that tool needs to show the same, edits included.
    """

    schema: Annotated[int, Meta(ge=1)] = SCHEMA_VERSION
    dataset: _Words = ""
    dataset_path: _Words = ""
    item: _Words = ""
    path: _Words = ""
    text: Annotated[str, Meta(max_length=_LARGEST_IN_LINK)] | None = None
    bundle: _Words = ""
    bundle_path: _Words = ""
    bundle_hash: Annotated[str, Meta(pattern="^([0-9a-f]{64})?$")] = ""
    layer: _Count = 0
    is_backward: bool = False
    order: Annotated[str, Meta(max_length=40)] = "index"
    target: _Words = ""
    unit: _Count | None = None
    visible: _Range | None = None
    chosen: _Range | None = None
    cursor: float | None = None
    hidden: Annotated[tuple[_Words, ...], Meta(max_length=100)] = ()
    tool: Annotated[str, Meta(max_length=40)] = ""
    tool_state: dict[str, Any] = {}


def to_json(view: View) -> bytes:
    """A view as JSON.

    Raises:
        SpecError: It holds something that JSON does not know, or too much.
    """
    try:
        plain = msgspec.json.decode(msgspec.json.encode(view.tool_state))  # its tuples are lists from here on
        view = msgspec.structs.replace(view, tool_state=plain)
        content = msgspec.json.encode(view)
        decoded = _decode(content, "this view")
    except (TypeError, ValueError, RecursionError) as error:
        raise SpecError(f"A view must hold plain values. Received: {error}. Close the tool and save it again.") from error
    if len(content) > _LARGEST or decoded != view:
        reason = f"{len(content)} bytes" if len(content) > _LARGEST else "values that JSON changes"
        raise SpecError(
            f"A view must be plain and at most {_LARGEST} bytes. Received: {reason}. Close the tool and save it again."
        )
    return content


def write(path: Path | str, view: View) -> None:
    """Write a view as JSON, whole or not at all.

    Raises:
        SpecError: As for `to_json`.
        StorageError: The file cannot be written.
    """
    write_bytes(path, msgspec.json.format(to_json(view), indent=1) + b"\n")


def read(path: Path | str) -> View:
    """Read what `write` wrote.

    Raises:
        StorageError: The file cannot be read.
        SpecError: It is damaged, too large, of a later version or something else; the message says which.
    """
    return _decode(read_bytes(path, limit=2 * _LARGEST), str(path))


def to_link(view: View) -> str:
    """A view as one line of text, to be pasted where it is opened.

    Raises:
        SpecError: It is too long for a link, or as for `to_json`.
    """
    packed = zlib.compress(to_json(view), level=9)
    link = LINK_START + base64.urlsafe_b64encode(packed).decode("ascii").rstrip("=")
    if len(link) > LONGEST_LINK:
        raise SpecError(
            f"A link must have at most {LONGEST_LINK} characters. Received: {len(link)}. Copy the view as a file instead."
        )
    return link


def from_link(link: str) -> View:
    """Read what `to_link` made, spaces and line breaks around and within it left aside.

    Raises:
        SpecError: It is no such link, damaged, too long, of a later version, or names a place on another machine.
    """
    given = "".join(link.split())
    if not given.startswith(LINK_START):
        raise SpecError(f"A link to a view must begin with {LINK_START}. Received: {given[:40]!r}. Copy the whole link.")
    if len(given) > LONGEST_LINK:
        raise SpecError(
            f"A link must have at most {LONGEST_LINK} characters. Received: {len(given)}. Ask for the view as a file."
        )
    body = given.removeprefix(LINK_START)
    try:
        packed = base64.b64decode(body + "=" * (-len(body) % 4), altchars=b"-_", validate=True)
        unpacker = zlib.decompressobj()
        content = unpacker.decompress(packed, _LARGEST)
    except (binascii.Error, ValueError, zlib.error) as error:
        raise SpecError(f"A link must be whole. Received: {given[:40]}… ({error}). Copy all of it.") from error
    if unpacker.unconsumed_tail or not unpacker.eof or unpacker.unused_data:
        raise SpecError(
            f"A link must be whole, and at most {_LARGEST} bytes long unpacked. Received: {given[:40]}…. Copy all of it."
        )
    return _decode(content, "the link")


def file_hash(path: Path | str) -> str:
    """SHA-256 of a file's content, in hexadecimal digits, by which a view knows its model wherever that lies.

    Raises:
        StorageError: The file cannot be read.
    """
    digest = hashlib.sha256()
    try:
        with Path(path).open("rb") as stream:
            while block := stream.read(_BLOCK):
                digest.update(block)
    except OSError as error:
        raise storage_error("read", path, error) from error
    return digest.hexdigest()


# Views of a project


def views_dir(dataset: Path | str) -> Path:
    """Where the views of a data set are kept; made when one is saved."""
    return project_dir(dataset) / "views"


def saved_views(dataset: Path | str) -> tuple[str, ...]:
    """Names of the views that were saved with a data set, sorted; their files are not opened."""
    try:
        found = [path.stem for path in views_dir(dataset).glob("*.json") if not path.name.startswith(".")]
    except OSError:
        return ()
    return tuple(sorted((unquote(stem) for stem in found), key=str.casefold))


def save(dataset: Path | str, name: str, view: View) -> Path:
    """Keep a view with a data set under a name, in the place of one that has it already.

    Returns:
        Its file.

    Raises:
        SpecError: The name is empty or too long, or as for `to_json`.
        StorageError: The project cannot be written.
    """
    file = _file_name(name)
    with project_lock(dataset) as folder:
        path = folder / "views" / file
        write(path, view)
    return path


def load(dataset: Path | str, name: str) -> View:
    """A view that was saved with a data set.

    Raises:
        StorageError: There is none, or it cannot be read.
        SpecError: It is damaged or of a later version.
    """
    return read(views_dir(dataset) / _file_name(name))


def rename(dataset: Path | str, name: str, new: str) -> None:
    """Give a saved view another name.

    Raises:
        SpecError: The name is empty or too long.
        DataError: Another view has it.
        StorageError: The project cannot be written, or there is no such view.
    """
    before, after = _file_name(name), _file_name(new)
    if before == after:
        return
    with project_lock(dataset) as folder:
        views = folder / "views"
        try:
            if (views / after).exists() and before.casefold() != after.casefold():
                raise DataError(f"A view's name must be its own. Received: {new!r}, which another has. Choose another name.")
            (views / before).rename(views / after)
        except OSError as error:
            raise storage_error("rename", views / before, error) from error


def delete(dataset: Path | str, name: str) -> None:
    """Delete a saved view; one that is gone already is no error.

    Raises:
        StorageError: The project cannot be written.
    """
    with project_lock(dataset) as folder:
        path = folder / "views" / _file_name(name)
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise storage_error("delete", path, error) from error


def _file_name(name: str) -> str:
    """The name as a file's, on any system; `urllib.parse.unquote` gives the name back."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise SpecError(
            f"A view's name must have 1 to {LONGEST_NAME} characters. Received: {name[:100]!r}. Choose another name."
        )
    stem = "".join(
        quote(sign, safe="", errors="replace") if sign in _FORBIDDEN or not sign.isprintable() else sign for sign in name
    )
    if stem.startswith("."):
        stem = f"%2E{stem[1:]}"
    if stem.endswith("."):
        stem = f"{stem[:-1]}%2E"
    if stem.split(".")[0].upper() in _RESERVED:
        stem = f"%{ord(stem[0]):02X}{stem[1:]}"
    if len(stem.encode()) > _MOST_BYTES:
        raise SpecError(f"A view's name must have at most {_MOST_BYTES} bytes. Received: {name!r}. Choose a shorter one.")
    return f"{stem}.json"


def _decode(content: bytes, source: str) -> View:
    if len(content) > 2 * _LARGEST:
        raise SpecError(f"A view must have at most {_LARGEST} bytes. Received: {len(content)} (in {source}). {_SAVE_ANEW}")
    try:
        plain = msgspec.json.decode(content)
        version = plain.get("schema") if isinstance(plain, dict) else None
        if not isinstance(version, int):
            raise SpecError(
                f"A view must be a JSON object with its schema. Received: {content[:40]!r} (in {source}). {_SAVE_ANEW}"
            )
        if version > SCHEMA_VERSION:
            raise SpecError(
                f"A view must be of schema version {SCHEMA_VERSION} or lower. Received: {version} (in {source}). Update seqclass."
            )
        view = msgspec.convert(plain, View)
    except (ValueError, RecursionError) as error:  # of JSON, UTF-8 and msgspec alike
        raise SpecError(f"A view must be as it was written. Received: {error} (in {source}). {_SAVE_ANEW}") from error
    if remote := next((one for one in (view.dataset_path, view.path, view.bundle_path) if is_remote(one)), None):
        raise SpecError(
            f"A view must lie on this machine. Received: {remote} (in {source}). Open its data set and model by hand first."
        )
    return view


def is_remote(path: str) -> bool:
    """Whether a path names a share of another machine, which would be asked for a password by just looking."""
    return path[:2] in ("\\\\", "//", "\\/", "/\\")
