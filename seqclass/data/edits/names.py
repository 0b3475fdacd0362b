"""Names of classes and speakers that every file system takes, and names of files that nothing else has."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable

from seqclass.data.candidates import NOISE_FOLDER
from seqclass.data.walk import is_ignored
from seqclass.errors import DataError

MAX_NAME_BYTES = 120
MAX_TEXT_CHARACTERS = 500

_FORBIDDEN = '/\\:*?"<>|'
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
_MARK = "_nohash"


def check_label(label: str) -> str:
    """A class name that can be a folder on every system.

    Returns:
        The name in Unicode's composed form (NFC), without white space at its edges.

    Raises:
        DataError: It cannot be one, and why.
    """
    label = _check_file_name(label, what="class name")
    if label.casefold() == NOISE_FOLDER:
        raise DataError(
            f"A class must not have the name of the folder for background noise. Received: label={label!r}. Choose another name."
        )
    if is_ignored(label):
        raise _refused("class name", label, "must not be one that a scan passes over, such as README or LICENSE")
    return label


def check_speaker(speaker: str) -> str:
    """A speaker's name that can begin a file name; it may be empty.

    Raises:
        DataError: It cannot be one, and why.
    """
    if not speaker.strip():
        return ""
    speaker = _check_file_name(speaker, what="speaker's name")
    if _MARK in speaker:
        raise _refused("speaker's name", speaker, f"must not hold {_MARK}, which ends a speaker's name in a file name")
    if is_ignored(f"{speaker}{_MARK}_0.wav"):
        raise _refused("speaker's name", speaker, "must not begin like a file that a scan passes over, such as README-")
    return speaker


def check_cell(value: str, *, what: str) -> str:
    """A label or another value that stands in a table, not in a file name: any line of text that is not empty.

    Raises:
        DataError: It is empty, too long, or has control characters.
    """
    value = unicodedata.normalize("NFC", value).strip()
    if not value:
        raise _refused(what, value, "must not be empty")
    if len(value) > MAX_TEXT_CHARACTERS:
        raise _refused(what, value, f"must have at most {MAX_TEXT_CHARACTERS} characters")
    if any(unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp") for sign in value):
        raise _refused(what, value, "must be one line of plain text, without control characters")
    return value


def like_existing(name: str, existing: Iterable[str], check: Callable[[str], str]) -> str:
    """The existing name that is meant, as it is written there, else the new name if ``check`` allows it.

    Raises:
        DataError: The new name differs from an existing one in upper and lower case only: some systems have one folder for
            both.
    """
    known = list(existing)
    if name in known:
        return name
    checked = check(name)
    for other in known:
        if unicodedata.normalize("NFC", other) == checked:
            return other
        if unicodedata.normalize("NFC", other).casefold() == checked.casefold():
            raise DataError(
                f"Two classes must differ in more than upper and lower case. Received: {checked!r} beside {other!r}. "
                f"Write {other!r} or choose another name."
            )
    return checked


def safe_stem(text: str, *, otherwise: str) -> str:
    """Any text as the beginning of a file name: what is not allowed becomes a hyphen.

    Example:
        >>> safe_stem("../Anna: take 1?", otherwise="item")
        'Anna- take 1'
    """
    kept = "".join(
        "-" if sign in _FORBIDDEN or unicodedata.category(sign)[0] == "C" else sign
        for sign in unicodedata.normalize("NFC", text)
    )
    kept = kept.strip(" .-")
    while len(kept.encode()) > MAX_NAME_BYTES:
        kept = kept[:-1].rstrip(" .-")
    return otherwise if not kept or _RESERVED.fullmatch(kept) or is_ignored(kept) or is_ignored(kept + ".txt") else kept


def take_stem(speaker: str, n: int, *, kind: str) -> str:
    """The name of the nth take, without ending: ``anna_nohash_3``, or ``take_3`` where no speaker is named."""
    return f"{speaker}{_MARK}_{n}" if speaker else f"{_PLAIN_STEMS[kind]}_{n}"


def free_take(taken: Iterable[str], speaker: str, *, kind: str) -> int:
    """The number after the greatest one in the names of files (composed and case folded), so that none is given twice."""
    start = take_stem(speaker, 0, kind=kind)[:-1].casefold()
    numbers = (name[len(start) :].partition(".")[0] for name in taken if name.startswith(start))
    return 1 + max(
        (int(number) for number in numbers if number.isascii() and number.isdigit() and len(number) < 10), default=-1
    )


_PLAIN_STEMS = {"speech": "take", "text": "text", "numeric": "sequence"}


def _check_file_name(name: str, *, what: str) -> str:
    checked = unicodedata.normalize("NFC", name).strip()
    rule = ""
    if not checked:
        rule = "must not be empty"
    elif any(sign in _FORBIDDEN for sign in checked):
        rule = f"must not hold any of {' '.join(_FORBIDDEN)}"
    elif any(unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp") for sign in checked):
        rule = "must be one line of plain text, without control characters"
    elif checked.startswith("."):
        rule = "must not begin with a dot, which hides a folder"
    elif checked.endswith("."):
        rule = "must not end in a dot, which Windows drops"
    elif _RESERVED.fullmatch(checked):
        rule = "must not be one that Windows keeps for devices"
    elif len(checked.encode()) > MAX_NAME_BYTES:
        rule = f"must have at most {MAX_NAME_BYTES} bytes in UTF-8"
    if rule:
        raise _refused(what, name, rule)
    return checked


def _refused(what: str, name: str, rule: str) -> DataError:
    shown = name if len(name) <= 60 else name[:60] + "…"
    return DataError(f"A {what} {rule}. Received: {shown!r}. Choose another name.")
