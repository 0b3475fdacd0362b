"""Many values of one kind in few bytes: what 100,000 items say under one name, without 100,000 objects.

`column_of` chooses how: a value that all share is kept once, few values as a table and numbers into it, long lists of texts as one
text with the places where each ends. A value that is asked for is made then, equal in type and content to the one that was kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise, repeat
from typing import Any, Literal, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

T = TypeVar("T")
Rows = NDArray[np.integer[Any]]
Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

_DIGEST_BYTES = 32
_MOST_INT = 2**63
# Where at least so many share a value on average, a table is smaller than the values.
_ITEMS_A_VALUE = 4


class Stored(msgspec.Struct, frozen=True, omit_defaults=True):
    """A column in a file.

    Attributes:
        kind: Which of the columns here.
        n: Count of values.
        values: Those that are kept as they are.
        data: Numbers or texts, as bytes (little-endian).
        ends: Where each text ends, int64.
        inner: Columns that this one is made of.
    """

    kind: Literal["same", "coded", "texts", "digests", "numbers", "partly", "mappings", "plain"]
    n: int
    values: list[Any] = []
    data: bytes = b""
    ends: bytes = b""
    inner: list[Stored] = []


class Column(Sequence[Any]):
    """Values of one kind, each made when it is asked for."""

    def many(self, rows: Rows | None = None) -> Iterator[Any]:
        """The values of some rows, or of all: faster than one by one."""
        raise NotImplementedError

    def stored(self) -> Stored:
        """For a file; `column_from` reads it."""
        raise NotImplementedError

    def __iter__(self) -> Iterator[Any]:
        return self.many()

    def __getitem__(self, row: Any) -> Any:
        """The value of a row from 0 on; a slice gives a list."""
        if isinstance(row, slice):
            return list(self.many(np.arange(len(self))[row]))
        return self._one(row)

    def _one(self, row: int) -> Any:
        raise NotImplementedError


class Same(Column):
    """One value for all."""

    def __init__(self, value: Any, n: int) -> None:
        self._value, self._n = value, n

    def __len__(self) -> int:
        return self._n

    def _one(self, row: int) -> Any:  # noqa: ARG002 - all are alike
        return self._value

    def many(self, rows: Rows | None = None) -> Iterator[Any]:
        """As in `Column`."""
        return repeat(self._value, self._n if rows is None else len(rows))

    def stored(self) -> Stored:
        """As in `Column`."""
        return Stored("same", self._n, values=[self._value])


class Coded(Column):
    """Few values: each of them once, and the number of its own for every row."""

    def __init__(self, table: list[Any], codes: NDArray[Any]) -> None:
        self.table, self.codes = table, codes

    def __len__(self) -> int:
        return len(self.codes)

    def _one(self, row: int) -> Any:
        return self.table[self.codes.item(row)]

    def many(self, rows: Rows | None = None) -> Iterator[Any]:
        """As in `Column`."""
        return map(self.table.__getitem__, (self.codes if rows is None else self.codes[rows]).tolist())

    def stored(self) -> Stored:
        """As in `Column`."""
        return Stored("coded", len(self), values=self.table, data=self.codes.astype("<u4").tobytes())


class Texts(Column):
    """Texts of any length, one behind the other as UTF-8."""

    def __init__(self, blob: bytes, ends: NDArray[np.int64]) -> None:
        self._blob = blob
        self._edges = np.concatenate([np.zeros(1, np.int64), ends])
        if len(blob) < 2**32:
            self._edges = self._edges.astype(np.uint32)

    @classmethod
    def of(cls, texts: Sequence[str]) -> Texts:
        """Pack them."""
        pieces = [text.encode("utf-8", "surrogatepass") for text in texts]
        return cls(b"".join(pieces), np.cumsum(np.fromiter(map(len, pieces), np.int64, len(pieces))))

    def __len__(self) -> int:
        return len(self._edges) - 1

    def _one(self, row: int) -> str:
        return self._blob[self._edges.item(row) : self._edges.item(row + 1)].decode("utf-8", "surrogatepass")

    def many(self, rows: Rows | None = None) -> Iterator[str]:
        """As in `Column`."""
        blob = self._blob
        if rows is None:
            edges: Iterator[tuple[int, int]] = pairwise(self._edges.tolist())
        else:
            edges = zip(self._edges[rows].tolist(), self._edges[1:][rows].tolist(), strict=True)
        return (blob[start:end].decode("utf-8", "surrogatepass") for start, end in edges)

    def stored(self) -> Stored:
        """As in `Column`."""
        return Stored("texts", len(self), data=self._blob, ends=self._edges[1:].astype("<i8").tobytes())


class Digests(Column):
    """SHA-256 in hexadecimal letters, 32 bytes each."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def __len__(self) -> int:
        return len(self._data) // _DIGEST_BYTES

    def _one(self, row: int) -> str:
        return self._data[row * _DIGEST_BYTES : (row + 1) * _DIGEST_BYTES].hex()

    def many(self, rows: Rows | None = None) -> Iterator[str]:
        """As in `Column`."""
        data = self._data
        starts = range(len(self)) if rows is None else rows.tolist()
        return (data[row * _DIGEST_BYTES : (row + 1) * _DIGEST_BYTES].hex() for row in starts)

    def stored(self) -> Stored:
        """As in `Column`."""
        return Stored("digests", len(self), data=self._data)


class Numbers(Column):
    """All int or all float."""

    def __init__(self, numbers: Integers | Floats) -> None:
        self._numbers = numbers

    def __len__(self) -> int:
        return len(self._numbers)

    def _one(self, row: int) -> int | float:
        return self._numbers.item(row)

    def many(self, rows: Rows | None = None) -> Iterator[int | float]:
        """As in `Column`."""
        return iter((self._numbers if rows is None else self._numbers[rows]).tolist())

    def stored(self) -> Stored:
        """As in `Column`."""
        kind = self._numbers.dtype.newbyteorder("<")
        return Stored("numbers", len(self), values=[kind.str], data=self._numbers.astype(kind).tobytes())


class Partly(Column):
    """Values of another column, or None."""

    def __init__(self, is_there: NDArray[np.bool_], values: Column) -> None:
        self._is_there, self._values = is_there, values

    def __len__(self) -> int:
        return len(self._is_there)

    def _one(self, row: int) -> Any:
        return self._values[row] if self._is_there.item(row) else None

    def many(self, rows: Rows | None = None) -> Iterator[Any]:
        """As in `Column`."""
        is_there = (self._is_there if rows is None else self._is_there[rows]).tolist()
        return (value if there else None for value, there in zip(self._values.many(rows), is_there, strict=True))

    def stored(self) -> Stored:
        """As in `Column`."""
        return Stored("partly", len(self), data=self._is_there.tobytes(), inner=[self._values.stored()])


class Mappings(Column):
    """Dictionaries of the same keys in the same order, a column a key; each is made anew."""

    def __init__(self, columns: dict[str, Column]) -> None:
        self._columns = columns

    def __len__(self) -> int:
        return len(next(iter(self._columns.values())))

    def _one(self, row: int) -> dict[str, Any]:
        return {name: column[row] for name, column in self._columns.items()}

    def many(self, rows: Rows | None = None) -> Iterator[dict[str, Any]]:
        """As in `Column`."""
        names = tuple(self._columns)
        values = zip(*(column.many(rows) for column in self._columns.values()), strict=True)
        return (dict(zip(names, each, strict=True)) for each in values)

    def stored(self) -> Stored:
        """As in `Column`."""
        return Stored(
            "mappings", len(self), values=list(self._columns), inner=[column.stored() for column in self._columns.values()]
        )


class Chosen(Column):
    """Some rows of another column; not for a file."""

    def __init__(self, of: Column, rows: NDArray[np.int32]) -> None:
        self._of, self._rows = of, rows

    def __len__(self) -> int:
        return len(self._rows)

    def _one(self, row: int) -> Any:
        return self._of[self._rows.item(row)]

    def many(self, rows: Rows | None = None) -> Iterator[Any]:
        """As in `Column`."""
        return self._of.many(self._rows if rows is None else self._rows[rows])


class Plain(Column):
    """Whatever fits nowhere else, as it is."""

    def __init__(self, values: list[Any]) -> None:
        self._values = values

    def __len__(self) -> int:
        return len(self._values)

    def _one(self, row: int) -> Any:
        return self._values[row]

    def many(self, rows: Rows | None = None) -> Iterator[Any]:
        """As in `Column`."""
        return iter(self._values) if rows is None else map(self._values.__getitem__, rows.tolist())

    def stored(self) -> Stored:
        """As in `Column`."""
        return Stored("plain", len(self), values=self._values)


def column_of(values: Sequence[Any]) -> Column:
    """The column that takes least for these values: texts, ints, floats, None, or dictionaries of texts and numbers."""
    kinds = set(map(type, values))
    if kinds <= {type(None)}:
        return Same(None, len(values))
    if kinds <= {str, type(None)}:
        return _texts_of(values, some_none=len(kinds) > 1)
    if kinds == {dict}:
        return _mappings_of(values)
    for kind in (int, float):
        if kinds == {kind, type(None)}:
            return _partly_of(values, kind(0))
        if kinds == {kind}:
            return _numbers_of(values, kind)
    return Plain(list(values))


def column_from(stored: Stored) -> Column:
    """What `Column.stored` gave.

    Raises:
        ValueError: It is damaged.
    """
    column = _READERS[stored.kind](stored)
    if len(column) != stored.n or any(inner.n != stored.n for inner in stored.inner):
        raise ValueError("A column must have as many values as it says.")
    return column


def _only(values: list[T]) -> T:
    (value,) = values
    return value


def _coded_from(stored: Stored) -> Column:
    codes = np.frombuffer(stored.data, "<u4")
    if len(codes) and codes.max() >= len(stored.values):
        raise ValueError("A code must name a value.")
    return Coded(stored.values, codes.astype(_code_type(len(stored.values))))


def _texts_from(stored: Stored) -> Column:
    ends = np.frombuffer(stored.ends, "<i8").astype(np.int64)
    if (np.diff(ends, prepend=0) < 0).any() or (ends[-1] if len(ends) else 0) != len(stored.data):
        raise ValueError("Texts must end one after the other.")
    return Texts(stored.data, ends)


def _numbers_from(stored: Stored) -> Column:
    kind = _only(stored.values)
    if kind not in ("<i8", "<f8"):
        raise ValueError("Numbers must be int64 or float64.")
    return Numbers(np.frombuffer(stored.data, kind).astype(kind[1:]))


def _mappings_from(stored: Stored) -> Column:
    return Mappings(dict(zip(stored.values, map(column_from, stored.inner), strict=True)))


_READERS: dict[str, Callable[[Stored], Column]] = {
    "same": lambda stored: Same(_only(stored.values), stored.n),
    "coded": _coded_from,
    "texts": _texts_from,
    "digests": lambda stored: Digests(stored.data),
    "numbers": _numbers_from,
    "partly": lambda stored: Partly(np.frombuffer(stored.data, np.bool_), column_from(_only(stored.inner))),
    "mappings": _mappings_from,
    "plain": lambda stored: Plain(stored.values),
}


def _numbers_of(values: Sequence[Any], kind: type[int] | type[float]) -> Column:
    if kind is int and not -_MOST_INT <= min(values) <= max(values) < _MOST_INT:
        return Plain(list(values))
    numbers: Integers | Floats = np.asarray(values, np.int64) if kind is int else np.asarray(values, np.float64)
    bits = numbers.view(np.int64)  # -0.0 is another number than 0.0, and NaN the same as NaN
    return Same(values[0], len(values)) if (bits == bits[0]).all() else Numbers(numbers)


def _texts_of(values: Sequence[str | None], *, some_none: bool) -> Column:
    numbers: dict[str | None, int] = {}
    most = max(1, len(values) // _ITEMS_A_VALUE)
    codes = []
    for value in values:
        codes.append(numbers.setdefault(value, len(numbers)))
        if len(numbers) > most:
            break
    else:
        return Same(values[0], len(values)) if len(numbers) == 1 else _coded(list(numbers), codes)
    if some_none:
        return _partly_of(values, "")
    texts: Sequence[str] = values  # type: ignore[assignment]
    return _digests_of(texts) or Texts.of(texts)


def _digests_of(texts: Sequence[str]) -> Digests | None:
    if any(len(text) != 2 * _DIGEST_BYTES for text in texts):
        return None
    joined = "".join(texts)
    try:
        data = bytes.fromhex(joined)
    except ValueError:
        return None
    return Digests(data) if data.hex() == joined else None


def _partly_of(values: Sequence[Any], stand_in: Any) -> Column:
    is_there = np.fromiter((value is not None for value in values), np.bool_, len(values))
    return Partly(is_there, column_of([stand_in if value is None else value for value in values]))


def _mappings_of(values: Sequence[dict[str, Any]]) -> Column:
    # Most often items share their dictionaries: then looking at each of them once is enough.
    shared = {id(value): value for value in values}
    numbers: dict[Any, int] = {}
    table: list[dict[str, Any]] = []
    number_of: dict[int, int] = {}
    most = max(1, len(values) // _ITEMS_A_VALUE)
    for name, value in shared.items():
        key = tuple((key, type(each), each) for key, each in value.items())
        number_of[name] = numbers.setdefault(key, len(table))
        if number_of[name] == len(table):
            table.append(value)
        if len(table) > most:
            break
    else:
        return _coded(table, [number_of[id(value)] for value in values])
    keys = list(values[0])
    if keys and all(list(value) == keys for value in shared.values()):
        return Mappings({key: column_of([value[key] for value in values]) for key in keys})
    return Plain(list(values))


def _coded(table: list[Any], codes: list[int]) -> Coded:
    return Coded(table, np.asarray(codes, _code_type(len(table))))


def _code_type(n_values: int) -> type[np.unsignedinteger[Any]]:
    return np.uint8 if n_values <= 2**8 else np.uint16 if n_values <= 2**16 else np.uint32
