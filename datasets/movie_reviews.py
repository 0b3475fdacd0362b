"""Movie reviews (rt-polarity): sentences that praise or damn a film, as a manifest with text and label.

SOURCE holds rt-polarity.pos and rt-polarity.neg, one sentence a line, in UTF-8 or in the Windows-1252 of the original.
There is no official split; the usual protocol is: seqclass crossval OUT --by 10
"""

from __future__ import annotations

import argparse
from pathlib import Path

from _recipe import arguments, run, write_manifest

from seqclass.errors import DataError

_LABELS = {"pos": "positive", "neg": "negative"}


def make(given: argparse.Namespace, folder: Path) -> str:
    """Write the manifest."""
    rows = [
        {"text": sentence, "label": label}
        for ending, label in _LABELS.items()
        for sentence in _sentences(_file(given.source, ending))
    ]
    write_manifest(folder, rows, columns=("text", "label"))
    counts = {label: sum(row["label"] == label for row in rows) for label in _LABELS.values()}
    return ", ".join(f"{count} {label}" for label, count in counts.items()) + " sentences"


def _file(source: Path, ending: str) -> Path:
    names = (f"rt-polarity.{ending}", f"rt-polarity.{ending}.txt")
    found = sorted(path for name in names for path in source.rglob(name))
    if len(found) != 1:
        raise DataError(
            f"SOURCE must hold rt-polarity.{ending} once. Received: {len(found)} in {source}. Name the folder that has it."
        )
    return found[0]


def _sentences(path: Path) -> list[str]:
    content = path.read_bytes()
    sentences = [line.strip() for line in _decoded(content).split("\n")]  # not splitlines, which would split at U+0085 too
    sentences = [sentence for sentence in sentences if sentence]
    if not sentences:
        raise DataError(f"A file must hold a sentence a line. Received: {path}, which is empty. Get the corpus again.")
    return sentences


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")  # every byte is a character there


if __name__ == "__main__":
    run(arguments(str(__doc__), source="the folder of rt-polarity.pos and rt-polarity.neg"), make)
