"""A manifest after a change, without opening again what has not changed."""

from __future__ import annotations

import msgspec

from seqclass.data.edits.journal import Change, Way
from seqclass.data.manifest import Manifest
from seqclass.data.scan import scan


def rescan(manifest: Manifest, change: Change, way: Way = "apply") -> Manifest:
    """Read a data set again after one change, taking lengths and content hashes of untouched recordings from before.

    It equals a scan but for near duplicates, which the next scan looks for. All items are made at once, as for a window.

    Args:
        manifest: What the data set was before the change, and all of it: another program's changes need a `scan`.
        change: What `Edits` gave back.
        way: Which of its methods gave it.

    Raises:
        DataError: As `scan`.
    """
    renamed = {new: old for old, new in change.renamed.items()} if way == "undo" else change.renamed
    fresh = {*change.added, *change.removed, change.subject}
    known = {renamed.get(item.id, item.id): item for item in manifest.items if item.id not in fresh}
    found = scan(manifest.path, manifest.data, known=known)
    return msgspec.structs.replace(found, items=tuple(found.items))
