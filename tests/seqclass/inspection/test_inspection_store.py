"""Traces of a whole data set: what is kept, what a crash leaves, and when it is made anew."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import filelock
import msgspec
import numpy as np
import pytest
from support import make_bundle, model_spec, write_bundle

from seqclass.data.manifest import Manifest
from seqclass.data.scan import scan
from seqclass.errors import CancelledError, DataError, StorageError, UsageError
from seqclass.events import AnyEvent, CancelToken, Finished, Note, Progress, ignore
from seqclass.inspection import hands, store_job
from seqclass.inspection import store as stores
from seqclass.inspection.store import GATES, TraceStore
from seqclass.inspection.trace import trace
from seqclass.model.bundle import Bundle
from seqclass.specs import TracesJob


@pytest.fixture
def bundle() -> Bundle:
    return make_bundle("speech", model=model_spec(lstm=(6, 4), bidirectional=True))


@pytest.fixture
def manifest(bench: Any, tmp_path: Path) -> Manifest:
    return scan(bench.speech_set(tmp_path / "words", n_speakers=3, takes=2))


def build(bundle: Bundle, manifest: Manifest, **more: Any) -> TraceStore:
    listening = {"emit": ignore, "cancel": CancelToken()} | more
    return store_job.build(bundle, manifest, manifest.items, **listening)


def names(place: Path) -> set[str]:
    return {path.name for path in place.iterdir()}


def test_each_map_of_each_item_is_its_trace_within_half_precision(bundle: Bundle, manifest: Manifest) -> None:
    made = build(bundle, manifest)
    assert made.halves == ("layer0", "layer0.backward", "layer1", "layer1.backward")
    for index, stored in enumerate(made.items):
        traced = trace(bundle, manifest.path_of(str(stored.item.file)))
        np.testing.assert_allclose(made.times_s(index), traced.times_s, atol=1e-9)
        for half, layer in stores.halves_of(traced):
            for name in GATES:
                values = made.of(index, half, name)
                assert values.dtype == np.float16
                np.testing.assert_allclose(values, getattr(layer, name), rtol=1e-3, atol=1e-4)
        assert stored.answers == {"label": traced.result["label"].label}
    assert made.n_frames == sum(stored.n_frames for stored in made.items) == made.starts[-1]


def test_the_same_question_is_answered_from_the_disk_and_another_one_is_not(bundle: Bundle, manifest: Manifest) -> None:
    asked: list[AnyEvent] = []
    first = build(bundle, manifest, emit=asked.append)
    assert any(isinstance(event, Progress) for event in asked)
    asked.clear()
    assert build(bundle, manifest, emit=asked.append).folder == first.folder
    assert build(bundle, manifest, maps=("hidden",), emit=asked.append).folder == first.folder
    assert asked == []
    other = make_bundle("speech", model=model_spec(lstm=(6, 4), bidirectional=True), seed=1)
    assert stores.find(other, manifest.items) is None
    changed = msgspec.structs.replace(manifest.items[0], content_hash="other")
    assert stores.find(bundle, (changed, *manifest.items[1:])) is None
    assert stores.find(bundle, manifest.items[1:]) is None


def test_the_card_around_a_model_does_not_change_its_hash(bundle: Bundle, tmp_path: Path) -> None:
    again = write_bundle(tmp_path / "m.seqclass", bundle)
    assert stores.model_hash(again) == stores.model_hash(bundle)


def test_edits_to_its_gates_make_it_another_model(bundle: Bundle) -> None:
    edits = hands.Hands(edits=(hands.Edit(part="forget_gate", action="zero", layer=0),))
    edited, nothing = hands.apply(bundle, edits), hands.apply(bundle, hands.NO_HANDS)
    assert stores.model_hash(edited) != stores.model_hash(bundle)
    assert stores.model_hash(nothing) == stores.model_hash(bundle)


def test_a_cancelled_trace_leaves_no_store_and_no_part_of_one(bundle: Bundle, manifest: Manifest) -> None:
    cancel = CancelToken()
    n_read = 0

    class Counting(tuple):  # cancels in the midst of the items, as a person would
        def __iter__(self) -> Any:
            nonlocal n_read
            for item in super().__iter__():
                n_read += 1
                if n_read == 2 * len(self) + 5:  # the key is taken from all of them first
                    cancel.cancel()
                yield item

    with pytest.raises(CancelledError):
        store_job.build(bundle, manifest, Counting(manifest.items), emit=ignore, cancel=cancel)
    assert [path for path in stores.folder().iterdir() if path.is_dir()] == []


def test_what_a_killed_process_left_is_thrown_away(bundle: Bundle, manifest: Manifest) -> None:
    place = stores.folder() / stores.key(stores.model_hash(bundle), manifest.items, GATES)
    left = place.with_name(f"{place.name}.part")
    left.mkdir(parents=True)
    (left / "layer0.hidden.npy").write_bytes(b"half")
    of_other_data, in_use = (place.with_name(f"{name}.part") for name in ("other", "used"))
    of_other_data.mkdir()
    in_use.mkdir()
    with filelock.FileLock(str(in_use.with_suffix(".lock"))):
        made = build(bundle, manifest)
    assert made.folder == place
    assert not left.exists()
    assert not of_other_data.exists()
    assert in_use.exists()
    assert names(place) == {each.file for each in made.index.maps} | {"index.json", "used"}


@pytest.mark.parametrize("damage", ["flip", "short", "gone"])
def test_a_damaged_map_is_found_by_its_checksum_and_traced_again(bundle: Bundle, manifest: Manifest, damage: str) -> None:
    made = build(bundle, manifest)
    path = made.folder / "layer1.hidden.npy"
    content = bytearray(path.read_bytes())
    content[-3] ^= 1
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(content if damage == "flip" else content[:-4])
    again = stores.open_store(made.folder)
    assert again.map("layer0", "hidden").shape == (made.n_frames, 6)
    with pytest.raises(StorageError, match="Trace the data set again"):
        again.map("layer1", "hidden")
    assert not made.folder.exists()
    assert build(bundle, manifest).map("layer1", "hidden").shape == (made.n_frames, 4)


def test_too_little_room_keeps_a_sample_and_says_so(bench: Any, tmp_path: Path) -> None:
    """Within 1 MB: six maps of 700 units take 8,400 bytes a frame, so that not even the first class has room."""
    manifest = scan(bench.speech_set(tmp_path / "words", n_speakers=6, takes=2))
    bundle, heard = make_bundle("speech", model=model_spec(lstm=(700,))), list[AnyEvent]()
    made = build(bundle, manifest, limit_mb=1, emit=heard.append)
    notes = [event.text for event in heard if isinstance(event, Note)]
    assert notes == [f"Traces of {made.index.n_left_out} of 24 items have no room within 1 MB; the others are a fair sample."]
    assert len(made.items) < 12
    assert {each.item.targets["label"] for each in made.items} == {"hi", "lo"}
    assert sum((made.folder / each.file).stat().st_size for each in made.index.maps) <= (1 << 20) + 6 * 128
    whole = build(bundle, manifest, limit_mb=4)
    assert len(whole.items) == 24


def test_the_store_that_was_not_used_for_longest_makes_room(manifest: Manifest) -> None:
    bundles = [make_bundle("speech", model=model_spec(lstm=(400,)), seed=seed) for seed in range(3)]
    made = [build(bundle, manifest) for bundle in bundles]
    assert all(each.folder.is_dir() for each in made)
    for number, each in enumerate(made):  # long ago, and one after the other whatever the clock's step is
        os.utime(each.folder / "used", ns=(number, number))
    stores.open_store(made[0].folder)
    needed_mb = made[0].n_bytes() * 2 // (1 << 20) + 1
    assert stores.shrink(needed_mb, keep=made[2].folder) == 1
    assert [each.folder.is_dir() for each in made] == [True, False, True]
    assert stores.shrink(1, keep=made[2].folder) == 1  # the one to keep is the oldest by now
    assert [each.folder.is_dir() for each in made] == [False, False, True]
    assert stores.clear() > 0
    assert stores.find(bundles[0], manifest.items) is None


def test_an_item_that_cannot_be_read_is_named_and_the_others_are_traced(bundle: Bundle, manifest: Manifest) -> None:
    manifest.path_of(str(manifest.items[0].file)).write_bytes(b"broken")
    made = build(bundle, manifest)
    assert list(made.index.problems) == [manifest.items[0].id]
    assert [each.item for each in made.items] == list(manifest.items[1:])
    for item in manifest.items:
        manifest.path_of(str(item.file)).write_bytes(b"broken")
    stores.clear()
    with pytest.raises(DataError, match="that can be traced"):
        build(bundle, manifest)


def test_a_map_that_was_not_kept_is_named_with_those_that_were(bundle: Bundle, manifest: Manifest) -> None:
    made = build(bundle, manifest, maps=("hidden",))
    with pytest.raises(UsageError, match=r"layer0\.hidden, layer0\.backward\.hidden"):
        made.map("layer0", "cell")
    with pytest.raises(UsageError, match="must be among"):
        build(bundle, manifest, maps=("output",))


@pytest.mark.parametrize("kind", ["text", "numeric"])
def test_texts_and_numbers_are_traced_by_the_job(bench: Any, tmp_path: Path, kind: str) -> None:
    root = bench.text_set(tmp_path / "d") if kind == "text" else bench.numeric_set(tmp_path / "d")
    from support import numeric_front_end, text_front_end

    front_end = text_front_end() if kind == "text" else numeric_front_end(2)
    write_bundle(tmp_path / "m.seqclass", make_bundle(kind, front_end=front_end))  # type: ignore[arg-type]
    job = TracesJob(bundle=str(tmp_path / "m.seqclass"), dataset=str(root), split="train")
    heard = bench.run(job)
    made = stores.open_store(heard.result["store"])
    assert heard.result["items"] == len(made.items) > 0
    assert not made.is_timed
    np.testing.assert_array_equal(made.times_s(0), np.arange(made.items[0].n_frames))
    assert isinstance(heard.events[-1], Finished)


def test_a_data_set_of_another_kind_is_refused(bench: Any, tmp_path: Path, bundle: Bundle) -> None:
    write_bundle(tmp_path / "m.seqclass", bundle)
    with pytest.raises(DataError, match="kind, speech"):
        bench.run(TracesJob(bundle=str(tmp_path / "m.seqclass"), dataset=str(bench.numeric_set(tmp_path / "d"))))


def test_a_folder_that_was_deleted_is_one_clear_line(bundle: Bundle, manifest: Manifest) -> None:
    made = build(bundle, manifest)
    shutil.rmtree(made.folder)
    with pytest.raises(StorageError, match="Trace again"):
        stores.open_store(made.folder)
