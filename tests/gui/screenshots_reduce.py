"""Reduce chosen pictures of `screenshots` to palettes of 256 colours, for the documentation.

python tests/gui/screenshots_reduce.py screenshots docs/images
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from PIL import Image

CHOSEN = {
    "collect": "collect-record-light",
    "train": "train-running-light",
    "evaluate": "evaluate-matrix-light",
    "live": "live-listening-dark",
    "lens": "inspect-lens-light",
    "cell": "inspect-cell-light",
    "decision": "inspect-decision-dark",
    "memory": "inspect-memory-light",
    "health": "inspect-health-light",
    "hands": "inspect-hands-light",
    "compare": "inspect-compare-light",
    "find": "inspect-find-light",
    "film": "inspect-film-dark",
    "stress": "inspect-stress-light",
}
"""Name in the documentation -> scene and look."""
SIZE = "1280x800"
N_COLOURS = 256
N_EXACT = 32
RARITY = 0.45
"""A colour counts by this power of how often it occurs, or surfaces would leave no entries for thin curves."""


def main(source: Path, target: Path) -> None:
    """Write all of `CHOSEN`."""
    for name, picture in CHOSEN.items():
        reduced(Image.open(source / f"{picture}-{SIZE}.png")).save(target / f"{name}.png", optimize=True)


def reduced(picture: Image.Image) -> Image.Image:
    """The picture with a palette in which the commonest colours stay as they are."""
    pixels = np.asarray(picture.convert("RGB"))
    colours, places, counts = np.unique(pixels.reshape(-1, 3), axis=0, return_inverse=True, return_counts=True)
    pool = np.repeat(colours, np.ceil(counts**RARITY).astype(int), axis=0)
    found = Image.fromarray(pool[None]).quantize(N_COLOURS - N_EXACT, method=Image.Quantize.MEDIANCUT, kmeans=6)
    common = colours[np.argsort(-counts, kind="stable")[:N_EXACT]]
    palette = np.concatenate([common, np.reshape(found.getpalette() or [], (-1, 3))]).astype(int)[:N_COLOURS]
    # By hand: Pillow looks colours of a given palette up by their upper bits, which shifts surfaces by two or three steps.
    nearest = np.concatenate(
        [((part[:, None].astype(int) - palette) ** 2).sum(axis=2).argmin(axis=1) for part in np.array_split(colours, 64)]
    )
    made = Image.fromarray(nearest[places.ravel()].astype(np.uint8).reshape(pixels.shape[:2]))
    made.putpalette(palette.ravel().tolist())
    return made


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:3]))
