"""Data sets to change, and what is in them afterwards."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from seqclass.data.edits.editing import Take
from seqclass.data.manifest import Item, Manifest
from seqclass.data.project import load_splits, save_splits
from seqclass.data.scan import scan
from seqclass.data.splits import assign_splits
from seqclass.specs import DataSpec

RATE_HZ = 8000


def take(seed: int = 0) -> Take:
    return Take(0.1 * np.random.default_rng(seed).standard_normal(400), RATE_HZ)


def texts(root: Path, *names: str) -> Path:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(f"the text of {name}", encoding="utf-8")
    return root


def ids(root: Path, data: DataSpec | None = None) -> dict[str, str]:
    manifest = scan(root, data)
    assert manifest.problems == ()
    return {item.id: str(item.targets["label"]) for item in manifest.items}


def item_of(root: Path, name: str, data: DataSpec | None = None) -> Item:
    return next(item for item in scan(root, data).items if item.id == name)


def bytes_of(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and ".seqclass" not in path.parts
    }


def save(root: Path) -> Manifest:
    manifest = scan(root)
    save_splits(root, manifest, DataSpec(), assign_splits(manifest, DataSpec(), saved=load_splits(root, DataSpec())))
    return manifest
