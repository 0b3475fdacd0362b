"""Features are computed once, the same to the bit from wherever they come, and nothing that happens to the cache is harmful."""

from __future__ import annotations

import os
import shutil
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import filelock
import numpy as np
import pytest
import soundfile

from seqclass.data.content import audio_hash
from seqclass.data.feature_store import extract as extracting
from seqclass.data.feature_store import fill as filling
from seqclass.data.feature_store import recordings as stores
from seqclass.data.feature_store import shards
from seqclass.data.feature_store.extract import Extractor, extract_block
from seqclass.data.feature_store.fill import gather
from seqclass.data.feature_store.recordings import Kept, Recordings, Sounds
from seqclass.data.feature_store.shards import Column, ShardWriter
from seqclass.errors import CancelledError, DataError
from seqclass.events import AnyEvent, CancelToken, Note, Progress
from seqclass.features.deltas import kernels
from seqclass.features.mfcc import MfccBasis
from seqclass.specs import ComputeSpec, SpeechFeatureSpec

RATE_HZ = 8000
N = 12


def extractor(**changes: Any) -> Extractor:
    """Small features without librosa."""
    spec = SpeechFeatureSpec(sample_rate_hz=RATE_HZ, n_fft=256, f_max_hz=4000.0, n_mels=6, n_mfcc=4, **changes)
    generator = np.random.default_rng(0)
    basis = MfccBasis(
        window=np.hanning(256),
        mel=generator.random((6, 129)).astype(np.float32),
        dct=generator.standard_normal((4, 6)),
        delta_kernels=kernels(spec.delta_order, spec.delta_width),
        hop_length=128,
        rate_hz=RATE_HZ,
    )
    return Extractor(spec, basis, 60.0)


class Takes:
    """Recordings in a folder, and what `gather` says about them."""

    def __init__(self, root: Path, n_takes: int = N) -> None:
        self.paths = [root / f"take{number}.wav" for number in range(n_takes)]
        root.mkdir(exist_ok=True)
        for number, path in enumerate(self.paths):
            samples = 0.3 * np.random.default_rng(number).standard_normal(1500 + 100 * number)
            soundfile.write(path, samples, RATE_HZ, subtype="PCM_16")
        self.contents = [audio_hash(soundfile.read(path, dtype="float32")[0], RATE_HZ) for path in self.paths]
        self.events: list[AnyEvent] = []

    def gather(
        self, own: Extractor | None = None, *, cache_mb: int = 100, with_power: bool = True, **changes: Any
    ) -> Recordings:
        """All of them."""
        return gather(
            own or extractor(),
            changes.pop("sounds", Sounds(self.contents, self.paths.__getitem__, [0.2] * len(self.paths))),
            with_power=with_power,
            compute=ComputeSpec(cache_mb=cache_mb),
            kept=changes.pop("kept", Kept(0)),
            emit=self.events.append,
            cancel=changes.pop("cancel", CancelToken()),
        )

    @property
    def notes(self) -> list[str]:
        """What a person was told."""
        return [event.text for event in self.events if isinstance(event, Note)]


@pytest.fixture
def takes(tmp_path: Path) -> Takes:
    return Takes(tmp_path / "takes")


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The recordings that are read from now on."""
    paths: list[Path] = []
    read = extracting.read_audio

    def listen(path: Path, *, max_duration_s: float) -> Any:
        paths.append(Path(path))
        return read(path, max_duration_s=max_duration_s)

    monkeypatch.setattr(extracting, "read_audio", listen)
    return paths


def assert_right(found: Recordings, takes: Takes, own: Extractor | None = None) -> None:
    """Features and power of each recording are those of its file, to the bit, one by one and in a stream."""
    own = own or extractor()
    streamed = list(found.stream_features(range(len(takes.paths))))
    for index, path in enumerate(takes.paths):
        power, _, _ = own.power(path)
        np.testing.assert_array_equal(found.power(index), power)
        np.testing.assert_array_equal(found.features(index), own.features(power))
        np.testing.assert_array_equal(streamed[index], own.features(power))
        assert found.n_frames[index] == len(power)


def n_open() -> int:
    """Files that this process has open; 0 where the system does not tell."""
    place = Path("/proc/self/fd")
    return len(list(place.iterdir())) if place.is_dir() else 0


def data_files(column: str = "*") -> list[Path]:
    return sorted(path for path in stores.folder().glob(f"*/{column}/*.npy") if not path.name.endswith(".index.npy"))


# What is in it


def test_what_is_computed_and_what_comes_from_the_store_are_the_same_to_the_bit(takes: Takes) -> None:
    assert_right(takes.gather(), takes)
    assert_right(takes.gather(), takes)
    assert_right(takes.gather(cache_mb=0), takes)


def test_nothing_is_read_twice(takes: Takes, opened: list[Path]) -> None:
    takes.gather()
    assert sorted(opened) == sorted(takes.paths)
    found = takes.gather()
    for index in range(N):
        found.features(index)
        found.power(index)
    list(found.stream_features(range(N)))
    assert len(opened) == N


def test_a_copy_of_a_recording_under_another_name_shares_its_entry(takes: Takes, tmp_path: Path, opened: list[Path]) -> None:
    takes.gather()
    opened.clear()
    copies = [Path(shutil.copy(path, tmp_path / f"copy-{path.name}")) for path in takes.paths]
    takes.gather(sounds=Sounds(takes.contents, copies.__getitem__, [0.2] * N))
    assert not opened


def test_more_recordings_are_added_to_what_is_there(tmp_path: Path, opened: list[Path]) -> None:
    Takes(tmp_path / "takes", n_takes=5).gather()
    more = Takes(tmp_path / "takes")
    opened.clear()
    assert_right(more.gather(), more)
    assert {path.name for path in opened[:7]} == {f"take{number}.wav" for number in range(5, N)}


def test_power_is_computed_later_where_it_was_not_asked_for_first(takes: Takes) -> None:
    takes.gather(with_power=False)
    assert not data_files("power")
    assert_right(takes.gather(), takes)
    assert len(data_files("features")) == 1  # the features were there


@pytest.mark.parametrize(
    "changes", [{"trim_db": None}, {"floor_db": 30.0}, {"delta_order": 0}, {"preemphasis": 0.9}, {"amin": 1e-5}]
)
def test_features_of_other_settings_are_others(changes: dict[str, Any], takes: Takes) -> None:
    takes.gather()
    assert_right(takes.gather(extractor(**changes)), takes, extractor(**changes))
    assert len({index.parents[1] for index in stores.shards()}) == 2


def test_what_comes_after_the_features_makes_no_others(takes: Takes, opened: list[Path]) -> None:
    takes.gather()
    opened.clear()
    takes.gather(extractor(normalisation="train"))
    assert not opened


def test_a_shard_opens_in_numpy_alone(takes: Takes) -> None:
    takes.gather()
    (index,) = stores.folder().glob("*/features/*.index.npy")
    rows = np.load(index.with_name(index.name.replace(".index", "")))
    entries = np.load(index)
    assert rows.shape == (entries["n_frames"].sum(), 8)
    assert rows.dtype == np.float32
    assert {content.ljust(32, b"\0").hex() for content in entries["content"].tolist()} == set(takes.contents)


def test_items_fill_several_shards(takes: Takes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shards, "SHARD_BYTES", 20_000)
    assert_right(takes.gather(), takes)
    assert len(data_files("power")) > 2
    assert_right(takes.gather(), takes)


def test_neighbours_are_read_together_and_any_order_gives_the_same(
    takes: Takes, monkeypatch: pytest.MonkeyPatch, rng: np.random.Generator
) -> None:
    monkeypatch.setattr(shards, "SHARD_BYTES", 1500)
    takes.gather()
    found = takes.gather()
    for read_bytes in (1, 1000, 4 << 20):
        monkeypatch.setattr(shards, "_READ_BYTES", read_bytes)
        for order in (np.arange(N), rng.permutation(N), np.asarray([3, 3, 4, 4, 5]), np.zeros(0, int)):
            streamed = list(found.stream_features(order.tolist()))
            assert len(streamed) == len(order)
            for index, features in zip(order.tolist(), streamed, strict=True):
                np.testing.assert_array_equal(features, found.features(index))


def test_many_shards_do_not_hold_many_files_open(takes: Takes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shards, "SHARD_BYTES", 1)
    monkeypatch.setattr(shards, "_MOST_OPEN", 2)
    takes.gather()
    before = n_open()
    found = takes.gather()
    assert_right(found, takes)
    if before:
        assert n_open() <= before + 4
        del found
        assert n_open() <= before


# Recordings that are not as they were


def test_a_recording_that_cannot_be_read_has_its_reason_and_stops_no_other(takes: Takes) -> None:
    takes.paths[3].write_bytes(b"no sound")
    found = takes.gather()
    assert list(found.reasons) == [3]
    assert "no sound file" in found.reasons[3]
    assert found.n_frames[3] == 0
    assert (np.delete(found.n_frames, 3) > 0).all()


def test_a_recording_that_changed_since_the_scan_is_stored_under_its_own_content(takes: Takes) -> None:
    soundfile.write(takes.paths[3], 0.2 * np.random.default_rng(99).standard_normal(3000), RATE_HZ, subtype="PCM_16")
    assert_right(takes.gather(), takes)
    assert_right(takes.gather(), takes)
    for path in takes.paths:
        path.unlink()
    found = takes.gather()
    assert list(found.reasons) == [3]  # nothing answers for what the scan saw


def test_recordings_of_unknown_content_are_read_each_time_and_stored_once(takes: Takes) -> None:
    sounds = Sounds([""] * N, takes.paths.__getitem__, [0.2] * N)
    for _ in range(2):
        found = takes.gather(sounds=sounds)
        assert not found.reasons
        assert_right(found, takes)


def test_one_that_vanishes_while_it_is_needed_is_named(takes: Takes) -> None:
    found = takes.gather(cache_mb=0)
    takes.paths[2].unlink()
    with pytest.raises(DataError, match=r"must stay where it is.*take2\.wav"):
        found.features(2)
    shutil.copy(takes.paths[3], takes.paths[2])
    with pytest.raises(DataError, match=r"must stay as it is.*take2\.wav"):
        found.power(2)


# Damage


def damage(path: Path, position: int = -5) -> None:
    content = bytearray(path.read_bytes())
    content[position] ^= 0x10
    path.write_bytes(content)


@pytest.mark.parametrize("column", ["features", "power"])
def test_a_flipped_bit_is_found_and_the_shard_made_anew(column: str, takes: Takes, opened: list[Path]) -> None:
    takes.gather()
    (path,) = data_files(column)
    damage(path)
    opened.clear()
    found = takes.gather()
    assert not opened  # the damage is not known yet
    assert_right(found, takes)
    assert not data_files(column)
    assert_right(takes.gather(), takes)
    assert len(data_files(column)) == 1


@pytest.mark.parametrize(
    "harm",
    [
        lambda path: damage(path, 3),
        lambda path: damage(path, 80),
        lambda path: path.write_bytes(path.read_bytes()[:-1]),
        lambda path: path.write_bytes(b""),
        lambda path: path.unlink(),
    ],
)
@pytest.mark.parametrize("which", ["features/*.index.npy", "features/*[!x].npy"])
def test_a_damaged_file_of_a_shard_is_removed_and_made_anew(
    which: str, harm: Callable[[Path], None], takes: Takes, opened: list[Path]
) -> None:
    takes.gather()
    (path,) = stores.folder().glob(f"*/{which}")
    harm(path)
    opened.clear()
    assert_right(takes.gather(), takes)
    assert sorted(set(opened)) == sorted(takes.paths)
    opened.clear()
    takes.gather()
    assert not opened


def test_deleting_everything_while_it_is_in_use_harms_nobody(takes: Takes) -> None:
    takes.gather()
    opened_before, opened_after = takes.gather(), takes.gather()
    opened_before.features(0)
    opened_before.power(0)
    assert stores.clear() > 0
    assert not stores.folder().exists()
    assert_right(opened_before, takes)
    assert_right(opened_after, takes)
    assert_right(takes.gather(), takes)


def test_deleting_while_another_one_writes_frees_no_less_than_nothing(takes: Takes, monkeypatch: pytest.MonkeyPatch) -> None:
    remove = stores.shutil.rmtree

    def then_another_writes(*arguments: Any, **options: Any) -> None:
        monkeypatch.setattr(stores.shutil, "rmtree", remove)
        remove(*arguments, **options)
        takes.gather()

    monkeypatch.setattr(stores.shutil, "rmtree", then_another_writes)
    stores.folder().mkdir(parents=True)
    assert stores.clear() == 0


@pytest.mark.parametrize("gone", ["before", "after"])
def test_a_shard_that_makes_room_while_a_store_is_opened_is_computed_anew(
    gone: str, takes: Takes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its index was listed and is not there any more, or was read and its rows are not."""
    takes.gather()
    read_index = shards._read_index

    def read(path: Path) -> Any:
        if gone == "before":
            shards.remove_shard(path)
        index = read_index(path)
        shards.remove_shard(path)
        return index

    monkeypatch.setattr(shards, "_read_index", read)
    found = takes.gather()
    monkeypatch.undo()
    assert_right(found, takes)
    assert_right(takes.gather(), takes)


# Whole or not at all


def test_a_killed_writer_leaves_nothing_that_counts_and_the_next_one_sweeps(
    takes: Takes, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = stores.folder() / extractor().key() / "killed.part"
    part.mkdir(parents=True)
    writer = ShardWriter(part.parent / "features", part, 8)
    writer.add(b"x" * 32, np.zeros((3, 8), np.float32), first_frame=0, crc32=0)
    assert not stores.shards()
    assert_right(takes.gather(), takes)
    writer.drop()
    assert not list(stores.folder().glob("*/*.part"))


def test_what_another_process_is_writing_is_left_alone(takes: Takes) -> None:
    part = stores.folder() / extractor().key() / "other.part"
    part.mkdir(parents=True)
    with filelock.FileLock(str(part.with_suffix(".lock"))):
        takes.gather()
        assert part.is_dir()


def test_whoever_wants_the_same_waits_and_reads_nothing(
    takes: Takes, opened: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    entered, go_on = threading.Event(), threading.Event()
    fill = filling._fill

    def slow(*arguments: Any, **more: Any) -> None:
        entered.set()
        assert go_on.wait(10)
        fill(*arguments, **more)

    monkeypatch.setattr(filling, "_fill", slow)
    first = threading.Thread(target=takes.gather)
    first.start()
    assert entered.wait(10)
    second = threading.Thread(target=takes.gather)
    second.start()
    go_on.set()
    first.join()
    second.join()
    assert len(opened) == N


def test_two_that_store_the_same_items_at_once_do_each_other_no_harm(takes: Takes, tmp_path: Path) -> None:
    folder, one, other = tmp_path / "column", tmp_path / "one", tmp_path / "other"
    rows = np.arange(8, dtype=np.float32).reshape(2, 4)
    for part in (one, other):
        part.mkdir()
        writer = ShardWriter(folder, part, 4)
        for content in (b"a" * 32, b"b" * 32):
            writer.add(content, rows, first_frame=1, crc32=shards.zlib.crc32(rows.data))
        if part == other:
            writer.add(b"c" * 32, rows, first_frame=1, crc32=shards.zlib.crc32(rows.data))
        writer.close()
    column = Column(folder, 4)
    assert column.contents.tolist() == [b"a" * 32, b"b" * 32, b"c" * 32]
    for entry in range(3):
        np.testing.assert_array_equal(column.read(entry), rows)


@pytest.mark.parametrize("how", ["cancel", "stop"])
def test_cancelling_keeps_what_is_whole_and_holds_no_lock(
    how: str, takes: Takes, opened: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filling, "_MOST_ITEMS", 2)
    monkeypatch.setattr(filling, "_LEAST_ITEMS", 2)
    cancel = CancelToken()
    take = filling._take

    def then_cancel(*arguments: Any) -> None:
        take(*arguments)
        getattr(cancel, how)()

    monkeypatch.setattr(filling, "_take", then_cancel)
    with pytest.raises(CancelledError):
        takes.gather(cancel=cancel)
    monkeypatch.undo()
    n_read = len(opened)
    assert n_read < N
    assert_right(takes.gather(), takes)
    assert not list(stores.folder().glob("*/*.part"))


# Room


def test_beyond_the_limit_features_are_computed_when_needed_and_a_note_says_so_once(takes: Takes) -> None:
    big = extractor()
    samples = 0.3 * np.random.default_rng(1).standard_normal(RATE_HZ * 40)
    soundfile.write(takes.paths[5], samples, RATE_HZ, subtype="PCM_16")
    takes.contents[5] = audio_hash(soundfile.read(takes.paths[5], dtype="float32")[0], RATE_HZ)
    found = takes.gather(big, cache_mb=1)
    assert len(takes.notes) == 1
    assert "have no room within the 1 MB that features may take in the cache (--cache-mb)" in takes.notes[0]
    assert_right(found, takes, big)
    assert sum(shards.shard_bytes(index) for index in stores.shards()) < 1 << 20


def test_what_was_not_used_for_longest_makes_room(takes: Takes) -> None:
    takes.gather(extractor())
    n_fit = (1 << 20) // stores.clear()
    settings = [extractor(amin=number * 1e-6) for number in range(1, n_fit + 1)]
    for own in settings:
        takes.gather(own, cache_mb=1)
        for index in stores.shards():
            os.utime(index, ns=(index.stat().st_atime_ns, index.stat().st_mtime_ns - 10**9))
    assert len(stores.shards()) == 2 * n_fit
    takes.gather(settings[0], cache_mb=1)  # used again
    takes.gather(extractor(amin=1e-3), cache_mb=1)
    left = Counter(index.parents[1].name for index in stores.shards())
    assert left[settings[0].key()] == left[extractor(amin=1e-3).key()] == 2
    assert left[settings[1].key()] < 2
    assert not takes.notes


def test_a_cache_that_cannot_be_written_stops_nobody(takes: Takes, monkeypatch: pytest.MonkeyPatch) -> None:
    stores.folder().parent.mkdir(parents=True)
    stores.folder().write_bytes(b"a file in the folder's place")
    assert_right(takes.gather(), takes)
    assert len(takes.notes) == 1
    assert "are not kept, as the cache cannot be written" in takes.notes[0]


def test_a_disk_that_fills_up_stops_nobody(takes: Takes, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: ShardWriter, *_: Any, **__: Any) -> None:
        raise shards.StorageError("Cannot write it: the disk is full; free some space or choose another place.")

    monkeypatch.setattr(ShardWriter, "add", full)
    assert_right(takes.gather(), takes)
    assert len(takes.notes) == 1
    assert "the disk is full" in takes.notes[0]


def test_what_has_no_place_on_the_disk_stays_in_memory_while_there_is_room(takes: Takes, opened: list[Path]) -> None:
    kept = Kept()
    found = takes.gather(cache_mb=0, kept=kept)
    opened.clear()
    for index in range(N):
        found.features(index)
    assert not opened


def test_memory_holds_no_more_than_its_limit() -> None:
    kept = Kept(limit_bytes=1000)
    made: list[int] = []

    def make(number: int) -> np.ndarray[Any, np.dtype[np.float32]]:
        made.append(number)
        return np.full(100, number, np.float32)

    for _ in range(3):
        for number in range(5):
            assert kept.get(number, lambda number=number: make(number))[0] == number
    assert made == [0, 1, 2, 3, 4, 2, 3, 4, 2, 3, 4]


# What a pass over all came to


def test_a_sum_is_made_once_for_what_it_depends_on(takes: Takes) -> None:
    takes.gather()
    made: list[int] = []

    def make() -> np.ndarray[Any, np.dtype[np.float32]]:
        made.append(1)
        return np.arange(5, dtype=np.float32)

    for pieces in ([b"a", b"b"], [b"ab"], [b"a", b"b"], [b"c"]):
        np.testing.assert_array_equal(stores.remembered(extractor(), pieces, make), np.arange(5))
    assert len(made) == 2
    stores.remembered(extractor(amin=1e-3), [b"c"], make)
    assert len(made) == 3


@pytest.mark.parametrize("place", [-1, 3, 90, 130])
def test_a_damaged_sum_is_made_anew(place: int, takes: Takes) -> None:
    takes.gather()
    for _ in range(2):
        values = stores.remembered(extractor(), [b"a"], lambda: np.arange(5, dtype=np.float32))
        np.testing.assert_array_equal(values, np.arange(5))
        (path,) = stores.folder().glob("*/sums/*.npy")
        damage(path, place)


def test_a_sum_that_a_power_failure_left_empty_is_made_anew(takes: Takes) -> None:
    takes.gather()
    for _ in range(2):
        values = stores.remembered(extractor(), [b"a"], lambda: np.arange(5, dtype=np.float32))
        np.testing.assert_array_equal(values, np.arange(5))
        (path,) = stores.folder().glob("*/sums/*.npy")
        path.write_bytes(b"")


def test_where_nothing_is_kept_no_sum_is(takes: Takes) -> None:
    takes.gather(cache_mb=0)
    stores.remembered(extractor(), [b"a"], lambda: np.arange(5, dtype=np.float32))
    assert not stores.folder().exists()


# Who computes


def test_blocks_hold_a_bounded_length_of_sound_and_keep_their_order() -> None:
    durations_s = [50.0, 50.0, 50.0, 500.0, *([0.4] * 10_000)]
    blocks = list(filling.in_blocks(range(10_004), durations_s, 2))
    assert [index for block in blocks for index in block] == list(range(10_004))
    assert blocks[:3] == [[0, 1], [2], [3]]
    sizes = [len(block) for block in blocks[3:]]
    assert sizes[0] == 256
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[-2] == 32


def test_progress_counts_what_is_in_the_store_already(takes: Takes) -> None:
    takes.gather()
    (last,) = [event for event in takes.events if isinstance(event, Progress)]
    assert (last.stage, last.done, last.total) == ("reading recordings", N, N)


def test_a_block_of_unreadable_files_has_no_rows() -> None:
    block = extract_block(extractor(), [Path("/nowhere.wav")], with_power=True)
    assert "cannot be opened" in block.reasons[0]
    assert block.features.values.shape == (0, 8)
