from __future__ import annotations

import itertools
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import pytest
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seqclass import events
from seqclass.data import project, reading
from seqclass.data import scan as scans
from seqclass.data.edits.editing import Edits
from seqclass.data.edits.plan import Add, Delete, Relabel, Take
from seqclass.data.manifest import Manifest
from seqclass.data.reading import read_candidate
from seqclass.data.scan import run, scan
from seqclass.data.scanning import cache as caching
from seqclass.data.scanning import reading as scanning
from seqclass.errors import CancelledError, DataError, ItemError
from seqclass.specs import DataSpec, ScanJob, TargetSpec

RATE_HZ = 8000
HOUR_NS = 3_600_000_000_000
_ticks = itertools.count(1)


@pytest.fixture(autouse=True)
def an_hour_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """All files have been at rest for an hour."""
    real = caching.now_ns
    monkeypatch.setattr(caching, "now_ns", lambda: real() + HOUR_NS)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """Which files a scan opens."""
    files: list[str | None] = []
    monkeypatch.setattr(
        scanning, "read_candidate", lambda one, **others: files.append(one.file) or read_candidate(one, **others)
    )
    return files


def tick(path: Path) -> Path:
    """Give a file a time of its own: the tests are faster than the clock of a file system."""
    os.utime(path, ns=(0, 10**18 + next(_ticks)))
    return path


def samples_of(seed: int, *, n: int = 4000, gain: float = 0.1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    course = 0.1 + np.abs(np.sin(np.arange(n) / n * (5 + 7 * rng.random()) + seed))
    return gain * rng.standard_normal(n) * course


def sound(path: Path, seed: int = 0, *, gain: float = 0.1) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, samples_of(seed, gain=gain), RATE_HZ)
    return tick(path)


def text(path: Path, content: str = "some words") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return tick(path)


def numbers(path: Path, n_frames: int = 3, n_features: int = 2) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    np.save(path, np.arange(n_frames * n_features).reshape(n_frames, n_features) / 3)
    return tick(path)


def ten_sounds(root: Path) -> Path:
    for n in range(10):
        sound(root / ("yes", "no")[n % 2] / f"s{n}_nohash_{n}.wav", n)
    return root


def fresh(root: Path, data: DataSpec | None = None) -> Manifest:
    """A scan by somebody who never scanned before."""
    before = os.environ["SEQCLASS_CACHE_DIR"]
    os.environ["SEQCLASS_CACHE_DIR"] = f"{before}-none-{next(_ticks)}"
    try:
        return scan(root, data)
    finally:
        shutil.rmtree(os.environ["SEQCLASS_CACHE_DIR"], ignore_errors=True)
        os.environ["SEQCLASS_CACHE_DIR"] = before


def kept_files() -> list[Path]:
    return sorted(path for path in caching.scans().rglob("*-*") if path.is_file())


# What is opened


def test_a_folder_that_did_not_change_is_not_opened_again(tmp_path: Path, opened: list[str | None]) -> None:
    first = scan(ten_sounds(tmp_path))
    assert len(opened) == 10
    opened.clear()
    told: list[events.AnyEvent] = []
    assert scan(tmp_path, emit=told.append) == first
    assert opened == []
    assert told == [events.Progress(stage="scan", done=10, total=10, eta_s=0.0)]


def test_only_what_changed_is_opened(tmp_path: Path, opened: list[str | None]) -> None:
    scan(ten_sounds(tmp_path))
    opened.clear()
    sound(tmp_path / "yes" / "s0_nohash_0.wav", 77)
    sound(tmp_path / "yes" / "new_nohash_0.wav", 78)
    (tmp_path / "no" / "s1_nohash_1.wav").unlink()
    (tmp_path / "no" / "s3_nohash_3.wav").rename(tmp_path / "yes" / "s3_nohash_3.wav")
    manifest = scan(tmp_path)
    assert sorted(file or "" for file in opened) == ["yes/new_nohash_0.wav", "yes/s0_nohash_0.wav", "yes/s3_nohash_3.wav"]
    assert manifest == fresh(tmp_path)


def test_another_way_of_reading_opens_nothing_where_files_give_the_same(tmp_path: Path, opened: list[str | None]) -> None:
    scan(ten_sounds(tmp_path))
    opened.clear()
    by_pattern = DataSpec(pattern="{label}/{speaker}_nohash_{take}.wav")
    assert scan(tmp_path, by_pattern) == fresh(tmp_path, by_pattern)
    assert len(opened) == 10  # the fresh one
    opened.clear()
    short = DataSpec(max_duration_s=0.1)
    assert scan(tmp_path, short) == fresh(tmp_path, short)
    assert len(opened) == 20


def test_settings_of_training_alone_change_nothing_but_themselves(tmp_path: Path, opened: list[str | None]) -> None:
    first = scan(ten_sounds(tmp_path))
    opened.clear()
    data = DataSpec(salt="other", test_share=0.3, validation_share=0.0, split_by="item", silence_class=False)
    assert scan(tmp_path, data) == msgspec.structs.replace(first, data=data)
    assert opened == []


def test_a_fresh_scan_opens_everything(tmp_path: Path, opened: list[str | None]) -> None:
    scan(ten_sounds(tmp_path))
    opened.clear()
    run(ScanJob(dataset=str(tmp_path), fresh=True), events.ignore)
    assert len(opened) == 10


def test_a_copy_of_a_known_file_moved_over_another_is_seen(tmp_path: Path) -> None:
    one, other = sound(tmp_path / "a" / "1.wav", 1), sound(tmp_path / "b" / "2.wav", 2)
    sound(tmp_path / "a" / "3.wav", 3)
    for path in (one, other):
        os.utime(path, ns=(0, 10**18))
    before = scan(tmp_path)
    aside = tmp_path.parent / "aside.wav"
    one.rename(aside)
    other.rename(one)
    aside.rename(other)
    after = scan(tmp_path)
    assert after == fresh(tmp_path) != before


def test_a_file_that_changed_just_now_is_not_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, opened: list[str | None]
) -> None:
    ten_sounds(tmp_path)
    now = caching.now_ns() - HOUR_NS
    monkeypatch.setattr(caching, "now_ns", lambda: now)
    scan(tmp_path)
    assert kept_files() == []
    opened.clear()
    scan(tmp_path)
    assert len(opened) == 10


def test_of_young_and_old_files_the_old_ones_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, opened: list[str | None]
) -> None:
    ten_sounds(tmp_path)
    scan(tmp_path)
    young = {"yes/s0_nohash_0.wav", "no/s1_nohash_1.wav"}
    real = caching.settled
    names = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.wav"))
    is_old = np.asarray([name not in young for name in names])
    monkeypatch.setattr(caching, "settled", lambda marks, *, began_ns: real(marks, began_ns=began_ns) & is_old[: len(marks)])
    caching.clear()
    scan(tmp_path)
    opened.clear()
    assert scan(tmp_path) == fresh(tmp_path)
    assert set(opened[:2]) == young
    assert len(opened) == 12


# What is the same


KINDS: dict[str, Callable[[Path, int], Path]] = {
    "speech": lambda path, seed: sound(path.with_suffix(".wav"), seed),
    "text": lambda path, seed: text(path.with_suffix(".txt"), f"line {seed}\n\nsecond line of {seed} \n"),
    "numeric": lambda path, seed: numbers(path.with_suffix(".npy"), 2 + seed % 3, 2 + seed % 2),
}


def _edit(root: Path, data: st.DataObject, make: Callable[[Path, int], Path]) -> None:
    """One random change of a folder, as people and programs make them."""
    files = sorted(path for path in root.rglob("*") if path.is_file() and not path.is_symlink())
    some = data.draw(st.sampled_from(files)) if files else make(root / "a" / "x", 0)
    label, number = data.draw(st.sampled_from(["a", "b", "c"])), data.draw(st.integers(0, 5))
    place = root / label / f"v{number % 3}_nohash_{number}"
    match data.draw(
        st.sampled_from(["make", "remove", "move", "copy", "break", "louder", "table", "list", "link", "noise", "paper"])
    ):
        case "make":
            make(place, data.draw(st.integers(0, 3)))
        case "remove":
            some.unlink()
        case "move":
            place.parent.mkdir(parents=True, exist_ok=True)
            some.replace(place.with_suffix(some.suffix))
        case "copy" if some != place.with_suffix(some.suffix):
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(some, place.with_suffix(some.suffix))
        case "break":
            some.write_bytes(some.read_bytes()[: data.draw(st.integers(0, 100))])
            tick(some)
        case "louder" if some.suffix == ".wav":
            sound(some, data.draw(st.integers(0, 3)), gain=0.2)
        case "table":
            rows = [path.relative_to(root).as_posix() for path in files if data.draw(st.booleans())]
            rows += data.draw(st.lists(st.sampled_from(["gone.wav", ".hidden/1.wav", "../out.wav", "a/./v1_nohash_1.wav"])))
            table = "".join(f"{row},{number % 2},{'train' if number % 3 else 'test'}\n" for number, row in enumerate(rows))
            text(root / "manifest.csv", "file,label,split\n" + table)
        case "list":
            text(root / "testing_list.txt", "\n".join(path.relative_to(root).as_posix() for path in files[:3]))
        case "link":
            place.parent.mkdir(parents=True, exist_ok=True)
            (root / label / f"link{number}{some.suffix}").unlink(missing_ok=True)
            (root / label / f"link{number}{some.suffix}").symlink_to(some)
        case "noise":
            make(root / "_background_noise_" / "hum", number)
        case "paper":
            text(root / "README", str(number))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), kind=st.sampled_from(sorted(KINDS)))
def test_whatever_was_done_to_a_folder_a_scan_equals_a_fresh_one(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, kind: str
) -> None:
    root = tmp_path_factory.mktemp("data")
    caching.clear()
    for number in range(4):
        KINDS[kind](root / "ab"[number % 2] / f"v{number % 3}_nohash_{number}", number)
    spec = DataSpec(lines=data.draw(st.booleans()))
    for _ in range(data.draw(st.integers(1, 6))):
        for _ in range(data.draw(st.integers(0, 2))):
            _edit(root, data, KINDS[kind])
        if data.draw(st.integers(0, 4)) == 0:
            spec = msgspec.structs.replace(spec, max_duration_s=data.draw(st.sampled_from([0.1, 60.0])))
        try:
            expected = fresh(root, spec)
        except DataError as error:
            with pytest.raises(DataError, match=f"^{re.escape(str(error))}$"):
                scan(root, spec)
            continue
        assert scan(root, spec) == expected
        assert scan(root, spec) == expected


def test_near_duplicates_are_told_by_files_that_were_not_opened(tmp_path: Path) -> None:
    ten_sounds(tmp_path)
    soundfile.write(tick(sound(tmp_path / "no" / "louder.wav")), samples_of(0, gain=0.3), RATE_HZ)
    scan(tmp_path)
    sound(tmp_path / "no" / "other.wav", 99)
    manifest = scan(tmp_path)
    assert any("1 pair is of nearly equal items" in warning for warning in manifest.warnings)
    assert manifest == fresh(tmp_path)


def test_several_targets_and_numbers_come_back(tmp_path: Path, opened: list[str | None]) -> None:
    ten_sounds(tmp_path)
    rows = [f"yes/s{n}_nohash_{n}.wav,{n / 7},{'ab'[n // 2 % 2]}" for n in range(0, 10, 2)]
    text(tmp_path / "manifest.csv", "file,age,mood\n" + "\n".join(rows))
    data = DataSpec(targets=(TargetSpec(name="age", kind="number"), TargetSpec(name="mood")))
    first = scan(tmp_path, data)
    opened.clear()
    again = scan(tmp_path, data)
    assert again == first
    assert opened == []
    assert again.items[0].targets["mood"] is again.items[2].targets["mood"], "equal labels are one object"


def test_a_file_out_of_the_walks_sight_is_looked_at_each_time(tmp_path: Path) -> None:
    ten_sounds(tmp_path)
    text(tmp_path / "manifest.csv", "file,label\nyes/s0_nohash_0.wav,a\nyes/s2_nohash_2.wav,b\n.hidden/1.wav,b\n")
    before = scan(tmp_path)
    sound(tmp_path / ".hidden" / "1.wav", 5)
    appeared = scan(tmp_path)
    assert len(appeared.items) == len(before.items) + 1
    sound(tmp_path / ".hidden" / "1.wav", 6)
    assert scan(tmp_path) == fresh(tmp_path) != appeared


def test_an_overlay_counts_as_now(tmp_path: Path) -> None:
    root = ten_sounds(tmp_path / "data")
    root.chmod(0o555)
    try:
        edits = Edits(root)
        before = scan(root)
        added = edits.apply(Add((Take(samples_of(50).astype(np.float32), RATE_HZ),), "yes", "anna")).added
        assert scan(root) == fresh(root) != before
        edits.apply(Relabel(scan(root).items[:2], label="maybe"))
        edits.apply(Delete(scan(root).items[-1:]))
        changed = scan(root)
        assert changed == fresh(root)
        assert added[0] in {item.id for item in changed.items}
        while edits.history.next_undo:
            edits.undo()
            assert scan(root) == fresh(root)
    finally:
        root.chmod(0o755)


@pytest.mark.parametrize("is_told", [True, False])
def test_a_file_that_the_system_refuses_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_told: bool) -> None:
    ten_sounds(tmp_path)

    def refuse(*_: object, **__: object) -> None:
        refusal = OSError(5, "Input/output error")
        if is_told:
            raise ItemError("it cannot be opened") from refusal
        raise refusal

    with monkeypatch.context() as patch:
        patch.setattr(reading, "AudioStream", refuse)
        assert len(scan(tmp_path).problems) == 10
    assert len(scan(tmp_path).items) == 10


# What lies on the disk


@pytest.mark.parametrize("damage", [b"", b"seqscan\x01", b"nothing of the kind, whoever wrote it"])
def test_a_damaged_cache_is_a_fresh_scan(tmp_path: Path, damage: bytes) -> None:
    first = scan(ten_sounds(tmp_path))
    assert len(kept_files()) == 2
    for path in kept_files():
        path.write_bytes(damage)
    assert scan(tmp_path) == first
    for path in kept_files():
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
    assert scan(tmp_path) == first


def test_a_cache_that_cannot_be_written_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = text(tmp_path / "file")
    monkeypatch.setenv("SEQCLASS_CACHE_DIR", str(blocked))
    first = scan(ten_sounds(tmp_path / "data"))
    assert scan(tmp_path / "data") == first
    assert blocked.read_text() == "some words"


def test_a_cancelled_scan_keeps_nothing(tmp_path: Path) -> None:
    cancel = events.CancelToken()

    def emit(_: events.AnyEvent) -> None:
        cancel.cancel()

    with pytest.raises(CancelledError):
        scan(ten_sounds(tmp_path), emit=emit, cancel=cancel)
    assert kept_files() == []


def test_the_scans_that_were_not_used_for_longest_go_first(tmp_path: Path, opened: list[str | None]) -> None:
    roots = [ten_sounds(tmp_path / name) for name in ("first", "second", "third")]
    for number, root in enumerate(roots):
        scan(root)
        for path in kept_files():
            if path.stat().st_mtime_ns > 10**18 * 1.5:
                os.utime(path, ns=(0, 10**18 + number))
    n_bytes = sum(path.stat().st_size for path in kept_files())
    scan(roots[0])  # used just now
    caching.shrink(n_bytes - 1)
    opened.clear()
    for root, n_opened in ((roots[0], 0), (roots[2], 0), (roots[1], 10)):
        opened.clear()
        scan(root)
        assert len(opened) == n_opened


def test_what_a_killed_writer_left_is_removed(tmp_path: Path) -> None:
    scan(ten_sounds(tmp_path))
    left = kept_files()[0].with_name(".manifest-abc.12345678.tmp")
    left.write_bytes(b"half")
    caching.shrink()
    assert left.exists(), "somebody may be writing it"
    os.utime(left, (0, 0))
    caching.shrink()
    assert not left.exists()


def test_kept_scans_lie_in_the_cache_folder(tmp_path: Path) -> None:
    scan(ten_sounds(tmp_path))
    assert kept_files()
    assert all(path.is_relative_to(project.cache_dir() / "scans") for path in kept_files())
    caching.clear()
    assert kept_files() == []
    assert len(scan(tmp_path).items) == 10


def test_a_change_that_was_broken_off_is_told_each_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ten_sounds(tmp_path)
    plain = scan(tmp_path)
    monkeypatch.setattr(scans, "_finish_interrupted", lambda _: ("A change was broken off.",))
    assert scan(tmp_path).warnings == ("A change was broken off.", *plain.warnings)
    monkeypatch.undo()
    assert scan(tmp_path).warnings == plain.warnings
