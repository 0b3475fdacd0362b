from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from seqclass.data.manifest import Manifest
from seqclass.data.project import cache_dir, load_splits, project_dir, project_lock, save_splits
from seqclass.data.scan import scan
from seqclass.data.splits import assign_splits
from seqclass.errors import StorageError
from seqclass.specs import DataSpec


def texts(root: Path, n: int) -> Manifest:
    for index in range(n):
        path = root / "ab"[index % 2] / f"{index:02d}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"text number {index}")
    return scan(root)


def save(root: Path, manifest: Manifest, data: DataSpec) -> None:
    save_splits(root, manifest, data, assign_splits(manifest, data, saved=load_splits(root, data)))


def test_saved_splits_stay_when_items_are_added_and_the_scan_does_not_see_them(tmp_path: Path) -> None:
    data = DataSpec()
    before = texts(tmp_path, 20)
    save(tmp_path, before, data)
    first = assign_splits(before, data, saved=load_splits(tmp_path, data))
    after = texts(tmp_path, 60)
    assert len(after.items) == 60
    assert after.problems == ()
    second = assign_splits(after, data, saved=load_splits(tmp_path, data))
    assert {name: second.parts[name] for name in first.parts} == first.parts
    assert second != first


def test_a_renamed_file_is_known_by_its_content(tmp_path: Path) -> None:
    manifest = texts(tmp_path, 10)
    save(tmp_path, manifest, DataSpec())
    parts = assign_splits(manifest, DataSpec()).parts
    test_id = next(name for name, part in parts.items() if part == "test")
    (tmp_path / test_id).rename(tmp_path / "a" / "renamed.txt")
    again = scan(tmp_path)
    assert assign_splits(again, DataSpec(), saved=load_splits(tmp_path, DataSpec())).parts["a/renamed.txt"] == "test"


def test_another_salt_starts_anew_and_the_first_one_is_kept(tmp_path: Path) -> None:
    manifest = texts(tmp_path, 10)
    save(tmp_path, manifest, DataSpec())
    saved = load_splits(tmp_path, DataSpec())
    assert load_splits(tmp_path, DataSpec(salt="other")) == {}
    save(tmp_path, manifest, DataSpec(salt="other"))
    assert load_splits(tmp_path, DataSpec()) == saved


def test_a_split_that_the_data_set_names_itself_is_not_saved(tmp_path: Path) -> None:
    manifest = texts(tmp_path, 10)
    items = tuple(
        msgspec.structs.replace(item, split="test" if index < 4 else "train") for index, item in enumerate(manifest.items)
    )
    manifest = msgspec.structs.replace(manifest, items=items)
    save(tmp_path, manifest, DataSpec())
    assert set(load_splits(tmp_path, DataSpec()).values()) == {"train", "validation"}


def test_a_read_only_data_set_has_its_project_among_the_users_data(tmp_path: Path, private_folders: Path) -> None:
    root = tmp_path / "data"
    manifest = texts(root, 10)
    root.chmod(0o555)
    try:
        place = project_dir(root)
        assert place.is_relative_to(private_folders / "user")
        assert place != project_dir(tmp_path)
        save(root, manifest, DataSpec())
        assert load_splits(root, DataSpec())
        assert not (root / ".seqclass").exists()
    finally:
        root.chmod(0o755)
    assert project_dir(root) == root / ".seqclass"
    assert cache_dir() == private_folders / "cache"


def test_looking_for_splits_makes_no_folder(tmp_path: Path) -> None:
    assert load_splits(tmp_path, DataSpec()) == {}
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "rule"),
    [(b"{oops", "damaged"), (b'{"schema": 1}', "damaged"), (b'{"schema": 99, "splits": {}}', "schema version")],
)
def test_damaged_or_later_splits_are_refused_and_left_alone(tmp_path: Path, content: bytes, rule: str) -> None:
    manifest = texts(tmp_path, 10)
    with project_lock(tmp_path) as folder:
        assert json.loads((folder / "project.json").read_text())["schema"] == 1
        (folder / "splits.json").write_bytes(content)
    with pytest.raises(StorageError, match=rule):
        load_splits(tmp_path, DataSpec())
    with pytest.raises(StorageError, match=rule):
        save_splits(tmp_path, manifest, DataSpec(), assign_splits(manifest, DataSpec()))
    assert (tmp_path / ".seqclass" / "splits.json").read_bytes() == content
