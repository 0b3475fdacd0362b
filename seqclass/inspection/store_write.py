"""Writing the files of a trace store; `seqclass.inspection.store` reads them."""

from __future__ import annotations

import os
import zlib
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from seqclass.errors import StorageError
from seqclass.files import storage_error
from seqclass.inspection.store import INDEX, StoredMap, StoreIndex

_LARGEST = float(np.finfo(np.float16).max)


class MapWriter:
    """Writes one map item by item, with a header that is filled in at the end.

    Attributes:
        stored: What it is, its checksum once it was closed.
    """

    def __init__(self, place: Path, stored: StoredMap) -> None:
        self.stored = stored
        self._n_frames = 0
        self._crc32 = 0
        self._stream = (place / stored.file).open("wb")
        self._head_size = self._write_head()

    def add(self, values: NDArray[Any]) -> None:
        """Append an item's rows, (n_frames, n_units)."""
        small = np.clip(values, -_LARGEST, _LARGEST).astype("<f2")
        self._crc32 = zlib.crc32(small.data, self._crc32)
        self._stream.write(small.data)
        self._n_frames += len(small)

    def close(self) -> StoredMap:
        """Fill the header in and flush to the disk."""
        self._stream.seek(0)
        if self._write_head() != self._head_size:
            raise StorageError("A map's header must keep its size. Received: one that grew. Please report this.")
        self._stream.flush()
        os.fsync(self._stream.fileno())
        self._stream.close()
        return msgspec.structs.replace(self.stored, crc32=self._crc32)

    def drop(self) -> None:
        """Close without a header: the folder is thrown away."""
        self._stream.close()

    def _write_head(self) -> int:
        # NumPy leaves room in the header for the first axis to grow, for just this.
        head = {"descr": "<f2", "fortran_order": False, "shape": (self._n_frames, self.stored.n_units)}
        np.lib.format.write_array_header_1_0(self._stream, head)
        return self._stream.tell()


def write_index(place: Path, index: StoreIndex) -> None:
    """Write ``index.json``: the last file of a store.

    Raises:
        StorageError: It cannot be written.
    """
    path = place / INDEX
    try:
        with path.open("wb") as stream:
            stream.write(msgspec.json.encode(index))
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        raise storage_error("write", path, error) from error
