"""A manifest follows a change without a file being opened again."""

from __future__ import annotations

from pathlib import Path

import pytest
from edits_help import RATE_HZ, bytes_of, take

from seqclass.audio.write import write_wav
from seqclass.data.edits.editing import Add, Change, Delete, Edits, Relabel, RenameClass
from seqclass.data.edits.journal import Way
from seqclass.data.edits.rescan import rescan
from seqclass.data.manifest import Manifest
from seqclass.data.reading import read_candidate
from seqclass.data.scan import scan
from seqclass.data.scanning import reading as scanning


@pytest.mark.parametrize("layout", ["folders", "table", "read-only"])
def test_a_manifest_follows_a_change_without_a_file_being_opened_again(
    tmp_path: Path, layout: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "data"
    for n in range(6):
        sound = root / ("yes", "no")[n % 2] / f"s{n}_nohash_0.wav"
        sound.parent.mkdir(parents=True, exist_ok=True)
        write_wav(sound, take(n).samples, RATE_HZ)
    if layout == "table":
        (root / "manifest.csv").write_text(
            "file,label\n" + "".join(f"{name},{name.split('/')[0]}\n" for name in bytes_of(root))
        )
    if layout == "read-only":
        root.chmod(0o555)
    edits, manifest = Edits(root), scan(root)
    opened: list[str | None] = []
    monkeypatch.setattr(
        scanning, "read_candidate", lambda one, **others: opened.append(one.file) or read_candidate(one, **others)
    )

    def follow(change: Change, way: Way = "apply", *, n_opened: int = 0) -> Manifest:
        opened.clear()
        after = rescan(manifest, change, way)
        assert len(opened) == n_opened
        full = scan(root)
        assert (after.items, after.problems, after.overlay) == (full.items, full.problems, full.overlay)
        return after

    manifest = follow(edits.apply(Add((take(9),), "yes", "anna")), n_opened=1)
    manifest = follow(edits.apply(Relabel(manifest.items[:3], label="maybe", speaker="ben")))
    manifest = follow(edits.apply(RenameClass("yes", "ja")))
    manifest = follow(edits.apply(Delete(manifest.items[2:3])), n_opened=int(layout == "read-only"))
    manifest = follow(edits.undo(), "undo", n_opened=1)
    for _ in range(2):
        manifest = follow(edits.undo(), "undo")
    manifest = follow(edits.redo(), "redo")
    root.chmod(0o755)
