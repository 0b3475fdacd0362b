"""Speech Commands, version 0.01 or 0.02: one-second words with the official split as a manifest.

SOURCE holds a folder a word with {speaker}_nohash_{n}.wav, _background_noise_, validation_list.txt and testing_list.txt.
Without the lists the split is computed from the speakers' names by the rule that made them. --classes 12 is the usual task:
ten commands and _unknown_, as many of it as of an average command; _silence_ is learned from the noise.
"""

from __future__ import annotations

import argparse
import hashlib
import re
from pathlib import Path

from _recipe import arguments, place, run, warn, write_manifest

from seqclass.errors import DataError

COMMANDS = ("yes", "no", "up", "down", "left", "right", "on", "off", "stop", "go")
_NOISE = "_background_noise_"
_LISTS = {"validation": "validation_list.txt", "test": "testing_list.txt"}

Row = dict[str, str]


def make(given: argparse.Namespace, folder: Path) -> str:
    """Copy the recordings and write the manifest."""
    splits = _listed_splits(given.source)
    rows = [
        _row(path, path.relative_to(given.source).as_posix(), splits)
        for word in sorted(given.source.iterdir())
        if word.is_dir() and not word.name.startswith(("_", "."))
        for path in sorted(word.iterdir())
        if path.suffix.lower() == ".wav"
    ]
    if not rows:
        raise DataError(f"SOURCE must hold a folder a word with recordings. Received: {given.source} without any.")
    if splits is not None and (absent := sorted(set(splits) - {row["file"] for row in rows})):
        warn(f"{len(absent)} recordings of the lists are not there, the first is {absent[0]}.")
    if given.classes == "12":
        rows = _twelve_classes(rows)
    for row in rows:
        place(given.source / row["file"], folder / row["file"], link=given.link)
    for noise in sorted((given.source / _NOISE).glob("*.wav")):
        place(noise, folder / _NOISE / noise.name, link=given.link)
    write_manifest(folder, rows, columns=("file", "label", "word", "speaker", "split"))
    counts = {split: sum(row["split"] == split for row in rows) for split in ("train", "validation", "test")}
    return f"{len(rows)} recordings, " + ", ".join(f"{count} {split}" for split, count in counts.items())


def _listed_splits(source: Path) -> dict[str, str] | None:
    """File -> validation or test as the lists say; None where there are no lists."""
    paths = {split: source / name for split, name in _LISTS.items()}
    present = [path.name for path in paths.values() if path.is_file()]
    if not present:
        warn("there are no lists; the split is computed from the speakers' names by the official rule.")
        return None
    if len(present) == 1:
        raise DataError(f"SOURCE must hold both lists or none. Received: only {present[0]} in {source}. Unpack it again.")
    return {
        line.strip(): split
        for split, path in paths.items()
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip()
    }


def _row(path: Path, file: str, splits: dict[str, str] | None) -> Row:
    speaker = re.sub(r"_nohash_.*$", "", path.stem)
    split = _computed_split(speaker) if splits is None else splits.get(file, "train")
    word = path.parent.name
    return {"file": file, "label": word, "word": word, "speaker": speaker, "split": split}


def _computed_split(speaker: str) -> str:
    """The rule of the corpus' README (Warden 2018, arXiv:1804.03209): 10 % validation, 10 % test, by hash of the speaker."""
    most = 2**27 - 1
    percentage = int(hashlib.sha1(speaker.encode()).hexdigest(), 16) % (most + 1) * (100.0 / most)
    return "validation" if percentage < 10 else "test" if percentage < 20 else "train"


def _twelve_classes(rows: list[Row]) -> list[Row]:
    """Commands, and of the other words as many in each split as of an average command, chosen by hash of the name."""
    kept = [row for row in rows if row["label"] in COMMANDS]
    if not kept:
        raise DataError(f"--classes 12 needs the words {', '.join(COMMANDS)}. Received: none of them. Leave the option out.")
    others = sorted(
        (row for row in rows if row["label"] not in COMMANDS), key=lambda row: hashlib.sha1(row["file"].encode()).hexdigest()
    )
    unknown: list[Row] = []
    for split in ("train", "validation", "test"):
        share = round(sum(row["split"] == split for row in kept) / len(COMMANDS))
        unknown += [{**row, "label": "_unknown_"} for row in others if row["split"] == split][:share]
    return sorted(kept + unknown, key=lambda row: row["file"])


if __name__ == "__main__":
    parser = arguments(str(__doc__), source="the unpacked corpus")
    parser.add_argument(
        "--classes", choices=("all", "12"), default="all", help="every word is a class, or the usual twelve (default: all)"
    )
    run(parser, make)
