"""What a layout makes of a folder before any file is opened: candidates with their labels, and everything that is none."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from seqclass.data.content import KIND_WORDS, TS_SUFFIX, kind_of
from seqclass.data.manifest import Item, Layout, Problem
from seqclass.errors import DataError, ItemError
from seqclass.specs import DataSpec, Kind, Split, TargetSpec

DEFAULT_GROUP = "speaker"
NOISE_FOLDER = "_background_noise_"

SPLIT_WORDS: dict[str, Split] = {
    "train": "train",
    "training": "train",
    "validation": "validation",
    "val": "validation",
    "valid": "validation",
    "dev": "validation",
    "eval": "validation",
    "test": "test",
    "testing": "test",
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file, or a text, that is to become one item (or several, by lines).

    Attributes:
        id: As in `Item`.
        targets: As in `Item`.
        file: As in `Item`.
        text: The text itself, from a manifest's row.
    """

    id: str
    targets: dict[str, str | float]
    group: str | None = None
    split: Split | None = None
    file: str | None = None
    text: str | None = None


@dataclass
class Found:
    """What a layout found.

    Attributes:
        items: Items that are complete already (``.ts`` files).
        noise: Files in ``_background_noise_``.
        kind: Set where the layout itself tells it.
        unread: Targets of files of an unknown ending, to name labels that have nothing else.
        outside: Paths that were looked up although the walk had not found them, as a manifest's row can name a hidden file.
    """

    layout: Layout
    targets: tuple[TargetSpec, ...]
    candidates: list[Candidate] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    noise: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    kind: Kind | None = None
    unread: list[dict[str, str | float]] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    _shared: dict[tuple[object, ...], dict[str, str | float]] = field(default_factory=dict)

    def shared(self, targets: dict[str, str | float]) -> dict[str, str | float]:
        """The first of equal targets: 100,000 items of ten labels need ten dictionaries."""
        return self._shared.setdefault(tuple(targets.items()), targets)

    def add(self, candidate: Candidate) -> None:
        """Keep a candidate if its file is of a kind that is read, else list it."""
        if candidate.file is not None and kind_of(candidate.file) is None:
            self.problems.append(Problem(candidate.file, unknown_kind_reason(candidate.file)))
            self.unread.append(candidate.targets)
        else:
            self.candidates.append(candidate)


def targets_of(data: DataSpec) -> tuple[TargetSpec, ...]:
    """The targets asked for; ``label`` unless others are named."""
    return data.targets or (TargetSpec(),)


def check_columns(columns: Iterable[str], data: DataSpec, *, where: str) -> None:
    """Refuse targets and a group that the data set does not give.

    Raises:
        DataError: Naming what there is.
    """
    known = tuple(columns)
    for target in targets_of(data):
        if target.name not in known:
            raise DataError(
                f"A target must be one of the columns that there are. Received: target={target.name} ({where}). "
                f"There are: {', '.join(known) or 'none'}."
            )
    if data.group != DEFAULT_GROUP and data.group not in known:
        raise DataError(
            f"The group must be one of the columns that there are. Received: group={data.group} ({where}). "
            f"There are: {', '.join(known) or 'none'}."
        )


def parse_targets(values: Mapping[str, str | None], targets: tuple[TargetSpec, ...]) -> dict[str, str | float]:
    """The targets of one item from its columns.

    Raises:
        ItemError: One is empty or no finite number. The text is the reason alone.
    """
    parsed: dict[str, str | float] = {}
    for target in targets:
        text = (values.get(target.name) or "").strip()
        if not text:
            raise ItemError(f"its {target.name} is empty")
        parsed[target.name] = text if target.kind == "class" else parse_number(text, target.name)
    return parsed


def parse_number(text: str, name: str) -> float:
    """A finite number.

    Raises:
        ItemError: It is none. The text is the reason alone.
    """
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise ItemError(f"its {name} must be a finite number; it is {text[:40]!r}")
    return number


def parse_split(word: str) -> Split | None:
    """The part that a word names; None for an empty one.

    Raises:
        ItemError: The word is unknown. The text is the reason alone.
    """
    word = word.strip()
    if not word:
        return None
    try:
        return SPLIT_WORDS[word.lower()]
    except KeyError:
        allowed = ", ".join(SPLIT_WORDS)
        raise ItemError(f"its split must be one of {allowed} or empty; it is {word[:40]!r}") from None


def speaker_in_name(file: str) -> str | None:
    """The speaker in a name like ``SPEAKER_nohash_0.wav`` (Warden 2018, Speech Commands).

    Example:
        >>> speaker_in_name("yes/0a7c2a8d_nohash_1.wav")
        '0a7c2a8d'
    """
    speaker, mark, _ = PurePosixPath(file).stem.partition("_nohash_")
    return speaker if mark and speaker else None


def unknown_kind_reason(file: str) -> str:
    """Why a file of an unknown ending is not read."""
    suffix = PurePosixPath(file).suffix
    if suffix.lower() == TS_SUFFIX:
        return ".ts files are read at the root of a folder without a manifest"
    named = f"its ending {suffix}" if suffix else "its name without an ending"
    return f"{named} is none that is read: sound, .txt, .csv, .npy, .npz"


def kind_of_all(candidates: Iterable[Candidate], *, root: str) -> Kind:
    """The one kind of all candidates; ``speech`` where there are none.

    Raises:
        DataError: They are mixed.
    """
    counts: Counter[Kind] = Counter()
    endings: dict[Kind, set[str]] = {}
    for candidate in candidates:
        kind = "text" if candidate.file is None else kind_of(candidate.file)
        if kind is None:
            continue
        counts[kind] += 1
        if candidate.file is not None:
            endings.setdefault(kind, set()).add(PurePosixPath(candidate.file).suffix.lower())
    if len(counts) > 1:
        parts = [
            f"{n} {KIND_WORDS[kind]} ({', '.join(sorted(endings.get(kind, {'text'})))})" for kind, n in counts.most_common()
        ]
        raise DataError(
            f"A data set must hold one kind of items. Received: {' and '.join(parts)} in {root}. "
            "Move all but one kind to a folder of their own, or name the items in a manifest.csv (file,label)."
        )
    return next(iter(counts), "speech")
