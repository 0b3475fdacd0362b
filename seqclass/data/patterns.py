"""File name patterns, as ``{label}_{speaker}_{take}.wav``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from seqclass.data.content import kind_of
from seqclass.errors import DataError

_FIELD = re.compile(r"\{([A-Za-z_]\w*)\}")


@dataclass(frozen=True)
class Pattern:
    """A compiled pattern.

    Attributes:
        fields: Names in order.
        literals: What stands before, between and behind the fields: one more than fields.
        on_path: The pattern has a slash, so it is laid on the relative path, not on the name alone.
        with_ending: The pattern names an ending, else it is laid on the name without its ending.
    """

    text: str
    fields: tuple[str, ...]
    literals: tuple[str, ...]
    on_path: bool
    with_ending: bool

    def match(self, file: str) -> dict[str, str] | None:
        """The fields in a relative path, or None where it does not fit.

        A field ends at the first place where the literal behind it stands, so only the last field can hold that literal. The
        ending may be in upper or lower case.

        Example:
            >>> parse_pattern("{label}_{speaker}_{take}.wav").match("recordings/7_jackson_32.WAV")
            {'label': '7', 'speaker': 'jackson', 'take': '32'}
        """
        path = PurePosixPath(file)
        name = (path if self.with_ending else path.with_suffix("")).as_posix() if self.on_path else ""
        name = name or (path.name if self.with_ending else path.stem)
        *heads, tail = self.literals
        if tail and name[-len(tail) :].lower() != tail.lower():
            return None
        rest = name[: len(name) - len(tail)]
        if not rest.startswith(heads[0]):
            return None
        rest = rest[len(heads[0]) :]
        values: list[str] = []
        for literal in heads[1:]:
            end = rest.find(literal, 1)
            if end < 0:
                return None
            values.append(rest[:end])
            rest = rest[end + len(literal) :]
        values.append(rest)
        if any(not value or "/" in value for value in values):
            return None
        return dict(zip(self.fields, values, strict=True))


def parse_pattern(text: str) -> Pattern:
    """Compile a pattern.

    Raises:
        DataError: It has no field, a stray brace, a field twice, or two fields without anything between them.
    """
    parts = _FIELD.split(text)
    literals, fields = tuple(parts[::2]), tuple(parts[1::2])
    rule = ""
    if not fields:
        rule = "must hold at least one field"
    elif any(brace in literal for literal in literals for brace in "{}"):
        rule = "must hold only fields of letters, digits and _ in braces"
    elif len(set(fields)) < len(fields):
        rule = "must not hold a field twice"
    elif any(not literal for literal in literals[1:-1]):
        rule = "must have something between two fields"
    if rule:
        raise DataError(f'A pattern {rule}. Received: pattern={text!r}. Example: "{{label}}_{{speaker}}_{{take}}.wav".')
    return Pattern(text=text, fields=fields, literals=literals, on_path="/" in text, with_ending=kind_of(text) is not None)
