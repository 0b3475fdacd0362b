"""Free Spoken Digit Dataset: digits in English, one a file, with the official split as a manifest.

SOURCE holds recordings/{digit}_{speaker}_{index}.wav. Takes 0 to 4 of each speaker and digit are test, the others train;
the same speakers stand in both, so measure unknown voices with: seqclass crossval OUT --by speaker
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from _recipe import arguments, place, run, warn, write_manifest

from seqclass.errors import DataError

_NAME = re.compile(r"(?P<digit>\d)_(?P<speaker>[^_]+)_(?P<index>\d+)\.wav", re.IGNORECASE)
_N_TEST_TAKES = 5


def make(given: argparse.Namespace, folder: Path) -> str:
    """Copy the recordings and write the manifest."""
    recordings = given.source / "recordings"
    if not recordings.is_dir():
        recordings = given.source
    names = sorted(path.name for path in recordings.iterdir() if path.suffix.lower() == ".wav")
    rows = []
    strange = []
    for name in names:
        match = _NAME.fullmatch(name)
        if match is None:
            strange.append(name)
            continue
        place(recordings / name, folder / "recordings" / name, link=given.link)
        split = "test" if int(match["index"]) < _N_TEST_TAKES else "train"
        rows.append({"file": f"recordings/{name}", "label": match["digit"], "speaker": match["speaker"], "split": split})
    if not rows:
        raise DataError(
            f"SOURCE must hold recordings/{{digit}}_{{speaker}}_{{index}}.wav. Received: {given.source} without any."
        )
    if strange:
        warn(f"{len(strange)} files with other names were left out, the first is {strange[0]}.")
    write_manifest(folder, rows, columns=("file", "label", "speaker", "split"))
    n_test = sum(row["split"] == "test" for row in rows)
    n_speakers = len({row["speaker"] for row in rows})
    return f"{len(rows)} recordings of {n_speakers} speakers, {n_test} of them test"


if __name__ == "__main__":
    run(arguments(str(__doc__), source="the corpus, with its folder `recordings`"), make)
