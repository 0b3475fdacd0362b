"""Read one numeric sequence from a .csv, .npy or .npz file, in bounded memory, whatever its header claims."""

from __future__ import annotations

import io
import math
import zipfile
from pathlib import Path
from typing import IO, Any

import numpy as np

from seqclass.data.content import decode_text, read_limited
from seqclass.errors import ItemError

Frames = np.ndarray[Any, np.dtype[np.float64]]

MAX_NUMERIC_BYTES = 64_000_000


def read_numeric(path: Path | str) -> Frames:
    """Read a numeric sequence, one frame a row; a flat list of numbers is one feature.

    A .csv file may have a header row and be divided by commas, semicolons (then a decimal comma is understood too) or tabs.
    An .npz file must hold one array. Pickled objects are never loaded.

    Returns:
        float64 (n_frames, n_features), finite, with at least one frame and one feature.

    Raises:
        ItemError: The file cannot be used. The text is the reason alone.
    """
    path = Path(path)
    content = read_limited(path, limit=MAX_NUMERIC_BYTES)
    if not content:
        raise ItemError("it is empty (0 bytes)")
    suffix = path.suffix.lower()
    if suffix == ".csv":
        return checked(parse_csv(decode_text(content)))
    try:
        array = _read_npz(content) if suffix == ".npz" else _read_npy(io.BytesIO(content), n_bytes=len(content))
    except ItemError:
        raise
    except Exception as error:  # fuzzed headers raise nearly anything: ValueError, KeyError, zlib.error, RecursionError, ...
        raise ItemError(f"it is no NumPy file that can be read ({' '.join(str(error).split())[:200]})") from error
    return checked(array)


def checked(array: np.ndarray[Any, Any]) -> Frames:
    """Refuse what is no sequence of finite numbers; turn the rest into float64 (n_frames, n_features).

    Raises:
        ItemError: The shape or a number is wrong. The text is the reason alone.
    """
    if array.dtype.kind not in "fiub":
        raise ItemError(f"its array must hold real numbers; it holds {array.dtype}")
    if array.ndim == 1:
        array = array[:, np.newaxis]
    if array.ndim != 2:
        raise ItemError(f"its array must have the shape (n_frames, n_features); it has {array.shape}")
    if 0 in array.shape:
        raise ItemError(f"it holds no numbers: its shape is {array.shape}")
    with np.errstate(over="ignore", invalid="ignore"):
        frames: Frames = np.ascontiguousarray(array, dtype=np.float64)
    if not np.isfinite(frames).all():
        row, column = np.argwhere(~np.isfinite(frames))[0]
        raise ItemError(f"frame {row}, feature {column} is not a finite number: {frames[row, column]}")
    return frames


def parse_csv(text: str) -> Frames:
    """Parse rows of numbers with or without a header row.

    Raises:
        ItemError: A row is no row of numbers, or rows differ in length. The text is the reason alone.
    """
    lines = [(number, line.strip()) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
    if not lines:
        raise ItemError("it holds no numbers")
    delimiter = next((sign for sign in ";\t" if sign in lines[-1][1]), ",")
    decimal_comma = delimiter != "," and "," in lines[-1][1] and "." not in lines[-1][1]
    rows: list[list[float]] = []
    for position, (number, line) in enumerate(lines):
        cells = (line.replace(",", ".") if decimal_comma else line).split(delimiter)
        try:
            row = [float(cell.strip().strip('"')) for cell in cells]
        except ValueError:
            if position == 0 and not any(_is_number(cell) for cell in cells):
                continue  # a header row
            bad = next(cell for cell in cells if not _is_number(cell.strip().strip('"')))
            raise ItemError(f"line {number} must hold numbers only; it holds {bad.strip()[:40]!r}") from None
        if rows and len(row) != len(rows[0]):
            raise ItemError(f"line {number} has {len(row)} numbers, the lines before have {len(rows[0])}")
        rows.append(row)
    if not rows:
        raise ItemError("it holds a header row and no numbers")
    return np.array(rows, dtype=np.float64)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _read_npy(stream: IO[bytes], *, n_bytes: int) -> np.ndarray[Any, Any]:
    """As `numpy.load` without pickle, but a header that claims more than there is never allocates."""
    version = np.lib.format.read_magic(stream)
    if version == (1, 0):
        shape, _, dtype = np.lib.format.read_array_header_1_0(stream)
    elif version == (2, 0):
        shape, _, dtype = np.lib.format.read_array_header_2_0(stream)
    else:
        raise ItemError(f"it has version {version[0]}.{version[1]} of the NumPy format; save it again as plain numbers")
    if dtype.hasobject:
        raise ItemError("it holds pickled objects, which are never loaded; save plain numbers")
    if math.prod(shape) * dtype.itemsize > n_bytes:
        raise ItemError(f"it breaks off: its header announces the shape {shape}")
    stream.seek(0)
    array: np.ndarray[Any, Any] = np.lib.format.read_array(stream, allow_pickle=False)
    return array


def _read_npz(content: bytes) -> np.ndarray[Any, Any]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = [member for member in archive.infolist() if not member.is_dir()]
        if len(members) != 1:
            names = ", ".join(member.filename for member in members[:5]) or "none"
            raise ItemError(f"it must hold one array; it holds {len(members)}: {names}")
        with archive.open(members[0]) as stream:
            unpacked = stream.read(MAX_NUMERIC_BYTES + 1)  # what really comes out, not what the directory claims
    if len(unpacked) > MAX_NUMERIC_BYTES:
        raise ItemError(f"its array is larger than {MAX_NUMERIC_BYTES // 1_000_000} MB; divide it")
    return _read_npy(io.BytesIO(unpacked), n_bytes=len(unpacked))
