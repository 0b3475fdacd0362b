"""Plain text tables and numbers for people. Columns line up for wide (Chinese, Japanese, Korean) letters too."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any


def width(text: str) -> int:
    """Columns that a text takes on a terminal: wide letters take two, combining marks none."""
    if text.isascii():
        return len(text)
    return sum(_columns(letter) for letter in text)


def pad(text: str, columns: int, align: str = "<") -> str:
    """Fill up with spaces to a width; ``align`` is ``<`` or ``>``."""
    space = " " * max(0, columns - width(text))
    return space + text if align == ">" else text + space


def cut(text: str, columns: int) -> str:
    """Shorten to at most this many columns; the last letter is then an ellipsis."""
    if width(text) <= columns:
        return text
    kept, used = [], 0
    for letter in text:
        used += _columns(letter)
        if used > columns - 1:
            break
        kept.append(letter)
    return "".join(kept) + "…"


def table(head: Sequence[str], rows: Iterable[Sequence[Any]], *, indent: str = "") -> list[str]:
    """Lay out rows under a head. The first column stands left, the others right; None shows as a dash.

    Args:
        head: Names of the columns.
        rows: Cells; anything that is no text is shown by `str`.
        indent: Put before each line.
    """
    cells = [list(head)] + [["-" if cell is None else str(cell) for cell in row] for row in rows]
    widths = [max(width(row[column]) for row in cells) for column in range(len(head))]
    return [
        indent
        + "  ".join(
            pad(cell, columns, "<" if column == 0 else ">")
            for column, (cell, columns) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    ]


def percent(share: float | None, *, digits: int = 1) -> str:
    """A share from 0 to 1 as per cent; a dash where there is none."""
    return "-" if share is None or not math.isfinite(share) else f"{100 * share:.{digits}f} %"


def number(value: Any, *, digits: int = 4) -> str:
    """A number with so many significant digits; a dash where there is none."""
    if value is None:
        return "-"
    if isinstance(value, int):
        return str(value)
    return f"{value:.{digits}g}" if math.isfinite(value) else "-"


def duration(seconds: float | None) -> str:
    """Seconds as people say them: ``4 ms``, ``3.2 s``, ``4 min 05 s``, ``2 h 07 min``."""
    if seconds is None or not math.isfinite(seconds):
        return "-"
    if seconds < 1:
        return f"{1000 * seconds:.0f} ms"
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def plural(count: int, noun: str) -> str:
    """``1 item``, ``2 items``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _columns(letter: str) -> int:
    if unicodedata.combining(letter) or unicodedata.category(letter) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1
