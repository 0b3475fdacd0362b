"""How a bundle's card looks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from seqclass.cli.render.training import metric_lines
from seqclass.cli.tables import number, pad

_LISTED = 40


def card_lines(card: Mapping[str, Any]) -> Iterator[str]:
    """The card as lines: names on the left, values on the right, sections indented."""
    for name, value in card.items():
        if name == "metrics" and isinstance(value, Mapping):
            yield "metrics:"
            yield from (f"  {line}" for line in metric_lines(value))
        else:
            yield from _entry(name, value, depth=0)


def _entry(name: str, value: Any, *, depth: int) -> Iterator[str]:
    indent = "  " * depth
    title = str(name).replace("_", " ")
    if isinstance(value, Mapping):
        if value:
            yield f"{indent}{title}:"
            columns = max(len(str(key)) for key in value)
            for key, entry in value.items():
                if isinstance(entry, Mapping):
                    yield from _entry(key, entry, depth=depth + 1)
                else:
                    yield f"{indent}  {pad(str(key).replace('_', ' '), columns)}  {_value(entry)}".rstrip()
    else:
        yield f"{indent}{title}: {_value(value)}".rstrip()


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return number(value, digits=6)
    if isinstance(value, list | tuple):
        texts = [_value(entry) if not isinstance(entry, Mapping) else _pairs(entry) for entry in value[:_LISTED]]
        more = f", and {len(value) - _LISTED} more" if len(value) > _LISTED else ""
        return ", ".join(texts) + more
    return "-" if value is None or value == "" else str(value)


def _pairs(entry: Mapping[str, Any]) -> str:
    return " ".join(f"{name}={_value(value)}" for name, value in entry.items())
