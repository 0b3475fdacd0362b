"""Data sets that cannot be written, and files that hold many items, are changed in their project."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from edits_help import bytes_of, item_of, take

from seqclass.data.edits.editing import Add, Delete, Edits, Relabel, RenameClass
from seqclass.data.load import load_item
from seqclass.data.manifest import read_manifest, write_manifest
from seqclass.data.project import load_splits, project_dir, save_splits
from seqclass.data.scan import scan
from seqclass.data.splits import assign_splits
from seqclass.errors import DataError, SeqclassError
from seqclass.specs import DataSpec


@pytest.fixture
def read_only(tmp_path: Path) -> Path:
    root = tmp_path / "data"
    edits = Edits(root.mkdir() or root)
    for n in range(6):
        edits.apply(Add((take(n),), ("yes", "no")[n % 2], f"s{n}"))
    shutil.rmtree(root / ".seqclass")
    (root / "no" / "broken.wav").write_bytes(b"x")
    root.chmod(0o555)
    return root


def test_a_read_only_data_set_is_changed_in_its_project(read_only: Path, tmp_path: Path) -> None:
    root, before = read_only, bytes_of(read_only)
    edits = Edits(root)
    assert edits.is_read_only
    (new,) = edits.apply(Add((take(50),), "maybe", "anna")).added
    first, second, third = scan(root).items[1:4]
    edits.apply(Relabel((first, item_of(root, new)), label="yes", speaker="dora"))
    edits.apply(Delete((second,), ("no/broken.wav",)))
    manifest = scan(root)
    assert manifest.problems == ()
    labels = {item.id: (item.targets["label"], item.group) for item in manifest.items}
    assert labels[first.id] == labels[new] == ("yes", "dora")
    assert second.id not in labels
    assert labels[third.id] == (third.targets["label"], third.group)
    assert len(manifest.items) == 6
    for item in manifest.items:
        assert load_item(manifest, item) is not None
    write_manifest(tmp_path / "manifest.json", manifest)
    assert read_manifest(tmp_path / "manifest.json") == manifest
    save_splits(root, manifest, DataSpec(), assign_splits(manifest, DataSpec()))
    assert new in load_splits(root, DataSpec())
    with pytest.raises(DataError, match="was deleted"):
        edits.apply(Relabel((second,), label="no"))
    with pytest.raises(DataError, match="now"):
        edits.apply(Relabel((first,), label="no"))
    edits.apply(RenameClass("yes", "ja"))
    assert edits.labels() == ("ja", "no")
    assert bytes_of(root) == before
    assert not (root / ".seqclass").exists()
    root.chmod(0o755)
    assert Edits(root).is_read_only  # what was changed there is not lost to sight
    assert len(scan(root).items) == 6
    for _ in range(4):
        edits.undo()
    assert {item.targets["label"] for item in scan(root).items} == {"yes", "no"}
    assert len(scan(root).items) == 6
    assert len(scan(root).problems) == 1


def test_an_overlay_applies_only_to_what_it_was_made_for_and_never_leads_out(read_only: Path) -> None:
    root = read_only
    edits = Edits(root)
    item = scan(root).items[0]
    edits.apply(Relabel((item,), label="other"))
    (root / str(item.file)).write_bytes((root / str(scan(root).items[1].file)).read_bytes())
    manifest = scan(root)
    assert "other" not in manifest.labels()
    assert any("1 earlier changes are not applied" in warning for warning in manifest.warnings)
    path = project_dir(root) / "overlay" / "overlay.json"
    plain = json.loads(path.read_text())
    for file in ("../../secret.wav", ".seqclass/overlay/files/../../../x.wav", "/etc/passwd"):
        plain["added"].append({"file": file, "columns": {"label": "yes"}})
    path.write_text(json.dumps(plain))
    assert sorted(problem.file for problem in scan(root).problems)[:3] == [
        "../../secret.wav",
        ".seqclass/overlay/files/../../../x.wav",
        "/etc/passwd",
    ]
    path.write_text("{")
    with pytest.raises(SeqclassError, match="damaged"):
        scan(root)
    root.chmod(0o755)


def test_ts_files_are_changed_in_the_project(tmp_path: Path) -> None:
    lines = "".join(f"{n},{n + 1},{n + 2}:{'a' if n % 2 else 'b'}\n" for n in range(6))
    (tmp_path / "x.ts").write_text(f"@problemName x\n@univariate true\n@classLabel true a b\n@data\n{lines}")
    before = bytes_of(tmp_path)
    edits = Edits(tmp_path)
    numbers = tmp_path.parent / "numbers.csv"
    numbers.write_text("1\n2\n5\n")
    (new,) = edits.apply(Add((numbers,), "c", "anna")).added
    edits.apply(Relabel((item_of(tmp_path, "x.ts#0"), item_of(tmp_path, new)), label="a"))
    edits.apply(Delete((item_of(tmp_path, "x.ts#3"),)))
    manifest = scan(tmp_path)
    assert manifest.kind == "numeric"
    assert {item.id: item.targets["label"] for item in manifest.items} == {
        new: "a",
        "x.ts#0": "a",
        "x.ts#1": "a",
        "x.ts#2": "b",
        "x.ts#4": "b",
        "x.ts#5": "a",
    }
    assert np.array_equal(load_item(manifest, item_of(tmp_path, new)), [[1], [2], [5]])
    assert bytes_of(tmp_path) == before
