"""Bundles: written whole, read back as they were, and never trusted."""

from __future__ import annotations

import dataclasses
import io
import json
import os
import pickle
import tracemalloc
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support import AGE, DIGITS, make_bundle, model_spec, speech_front_end, text_front_end, tone, write_bundle

from seqclass.errors import BundleError, StorageError
from seqclass.inference.classify import classify
from seqclass.model import bundle as bundles
from seqclass.model import golden, network
from seqclass.specs import Kind

Plain = dict[str, Any]
FEW_MB = 8_000_000


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def repack(path: Path, contents: Mapping[str, bytes], compression: int = zipfile.ZIP_STORED) -> None:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)


def change_card(path: Path, change: Callable[[Plain], Any]) -> None:
    contents = members(path)
    card = json.loads(contents["bundle.json"])
    change(card)
    repack(path, contents | {"bundle.json": json.dumps(card).encode()})


def pack(arrays: Mapping[str, np.ndarray[Any, Any] | bytes]) -> bytes:
    """An .npz of arrays, or of bytes that claim to be one."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, values in arrays.items():
            content = io.BytesIO()
            if isinstance(values, bytes):
                content.write(values)
            else:
                np.save(content, values, allow_pickle=True)
            archive.writestr(f"{name}.npy", content.getvalue())
    return buffer.getvalue()


def change_arrays(path: Path, **changes: np.ndarray[Any, Any] | bytes | None) -> None:
    """Replace arrays of weights.npz; ``a__b`` stands for ``a.b``, None removes."""
    contents = members(path)
    with np.load(io.BytesIO(contents["weights.npz"])) as loaded:
        arrays: dict[str, Any] = dict(loaded)
    for name, values in changes.items():
        dotted = name.replace("__", ".")
        assert dotted in arrays
        if values is None:
            del arrays[dotted]
        else:
            arrays[dotted] = values
    repack(path, contents | {"weights.npz": pack(arrays)})


def refuse(path: Path, *, read: Callable[[Path], Any] = bundles.read) -> str:
    """What is said of a bundle that must be refused, with next to no memory."""
    tracemalloc.start()
    try:
        with pytest.raises((BundleError, StorageError)) as caught:
            read(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    message = str(caught.value)
    assert str(path) in message
    assert "\n" not in message
    assert len(message) < 700
    assert peak < FEW_MB
    return message


def test_a_bundle_comes_back_as_it_was_written(tmp_path: Path, kind: Kind) -> None:
    written = write_bundle(tmp_path / "m.seqclass", make_bundle(kind, targets=(DIGITS, AGE)))
    again = bundles.read(tmp_path / "m.seqclass")
    assert again.card == written.card
    assert again.front_end.spec == written.front_end.spec
    assert again.path == tmp_path / "m.seqclass"
    for name, values in network.to_arrays(written.network).items():
        np.testing.assert_array_equal(network.to_arrays(again.network)[name], values)
    for name, values in written.front_end.arrays().items():
        np.testing.assert_array_equal(again.front_end.arrays()[name], values)
    np.testing.assert_array_equal(again.seen, written.seen)
    np.testing.assert_array_equal(again.tested, written.tested)
    stored = bundles.read_golden(tmp_path / "m.seqclass")
    for name, values in golden.compute(written.front_end, written.network).items():
        np.testing.assert_array_equal(stored[name], values)


def test_the_card_says_what_info_prints(path: Path) -> None:
    card = bundles.read_card(path)
    assert (card["format"], card["schema"], card["kind"]) == ("seqclass bundle", 1, "speech")
    assert card["targets"][0]["labels"] == ("no", "stop", "yes")
    json.dumps(card)


def test_the_same_arrays_give_the_same_bytes(path: Path, tmp_path: Path) -> None:
    write_bundle(tmp_path / "again.seqclass", make_bundle("speech"))
    assert members(path) == members(tmp_path / "again.seqclass")
    assert list(members(path)) == ["bundle.json", "model.keras", "weights.npz", "golden.npz"]


def test_no_path_of_this_machine_is_in_a_bundle(path: Path) -> None:
    assert str(Path.home()).encode() not in path.read_bytes() or str(Path.home()) == "/"
    assert str(path.parent).encode() not in path.read_bytes()


def test_a_bundle_that_was_packed_anew_still_opens(path: Path) -> None:
    repack(path, members(path), zipfile.ZIP_DEFLATED)
    assert bundles.read(path).card.kind == "speech"


def test_arrays_read_from_a_bundle_cannot_be_changed_by_accident(path: Path) -> None:
    with pytest.raises(ValueError, match="read-only"):
        bundles.read(path).network.layers[0][0].kernel[:] = 0


def test_hashes_of_items_are_known_again_only_with_the_salt(path: Path) -> None:
    bundle = bundles.read(path)
    assert np.isin(bundles.item_hashes(["a", "d", "e", "x"], "salt"), bundle.seen).tolist() == [True, True, False, False]
    assert np.isin(bundles.item_hashes(["e", "a"], "salt"), bundle.tested).tolist() == [True, False]
    assert not np.isin(bundles.item_hashes(["a"], "pepper"), bundle.seen).any()
    assert bundles.item_hashes([], "salt").shape == (0,)
    assert bundles.item_hashes(["a"], "salt").dtype == np.uint64
    # A bundle of another release must know its items on any machine.
    assert bundles.item_hashes(["a"], "salt").tolist() == [3100577303473322269]


def test_a_bundle_without_test_items_is_read(tmp_path: Path) -> None:
    none = np.zeros(0, np.uint64)
    write_bundle(tmp_path / "m.seqclass", dataclasses.replace(make_bundle(), seen=none, tested=none))
    assert bundles.read(tmp_path / "m.seqclass").tested.shape == (0,)


def test_a_failing_write_leaves_the_old_bundle(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = path.read_bytes()
    pack_arrays = bundles._pack  # the last step of a write
    calls = []

    def fail_at_the_end(arrays: Any) -> bytes:
        calls.append(1)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        return pack_arrays(arrays)

    monkeypatch.setattr(bundles, "_pack", fail_at_the_end)
    with pytest.raises(StorageError, match=f"Cannot write {path}: the disk is full"):
        write_bundle(path, make_bundle("text"))
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_a_bundle_cut_off_anywhere_is_refused(path: Path) -> None:
    whole = path.read_bytes()
    for length in [0, 1, 3, 4, 10, 22, *range(30, len(whole), len(whole) // 60), len(whole) - 22, len(whole) - 1]:
        path.write_bytes(whole[:length])
        refuse(path)


def test_flipped_bytes_are_refused_or_harmless(path: Path) -> None:
    whole = path.read_bytes()
    rng = np.random.default_rng(0)
    places = [*range(0, 60, 3), *rng.integers(0, len(whole), 80), *range(len(whole) - 320, len(whole), 5)]
    refused = 0
    for place in places:
        damaged = bytearray(whole)
        damaged[place] ^= 1 << int(rng.integers(8))
        path.write_bytes(damaged)
        for read in (bundles.read, bundles.read_golden, bundles.read_keras, bundles.read_card):
            try:
                read(path)
            except (BundleError, StorageError):
                refused += 1
    assert refused > 80


def test_a_damaged_card_is_refused_or_usable(path: Path) -> None:
    """Flips within the JSON, with the checksums put right: what is read must work."""
    contents = members(path)
    rng = np.random.default_rng(1)
    for _ in range(150):
        card = bytearray(contents["bundle.json"])
        for place in rng.integers(0, len(card), 2):
            card[place] = int(rng.integers(32, 127))
        repack(path, contents | {"bundle.json": bytes(card)})
        use_or_refuse(path)


def test_damaged_arrays_are_refused_or_usable(path: Path) -> None:
    contents = members(path)
    with zipfile.ZipFile(io.BytesIO(contents["weights.npz"])) as archive:
        arrays = {name.removesuffix(".npy"): archive.read(name) for name in archive.namelist()}
    rng = np.random.default_rng(2)
    for _ in range(120):
        name = list(arrays)[rng.integers(len(arrays))]
        content = bytearray(arrays[name])
        content[rng.integers(0, min(len(content), 140))] = int(rng.integers(256))
        repack(path, contents | {"weights.npz": pack(arrays | {name: bytes(content)})})
        use_or_refuse(path)


def use_or_refuse(path: Path) -> None:
    try:
        bundle = bundles.read(path)
    except (BundleError, StorageError) as error:
        if "\n" in str(error):
            raise
        return
    with np.errstate(all="ignore"):  # a flipped exponent makes huge numbers, which are no matter of this test
        classify(bundle, tone(), rate_hz=8000)


FOREIGN: list[Any] = [
    pytest.param(b"", "is no seqclass bundle", id="empty"),
    pytest.param(b"RIFF" + bytes(200), "is no seqclass bundle", id="a sound"),
    pytest.param(pickle.dumps({"a": 1}), "is no seqclass bundle", id="a pickle"),
    pytest.param(pack({"a": np.zeros(3)}), "it has no bundle.json", id="an npz"),
    pytest.param(b"PK\x05\x06" + bytes(18), "it has no bundle.json", id="an empty zip"),
    pytest.param(b"PK\x03\x04" + os.urandom(500), "is no seqclass bundle", id="noise after a zip's mark"),
]


@pytest.mark.parametrize(("content", "words"), FOREIGN)
def test_a_foreign_file_is_no_bundle(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "m.seqclass"
    path.write_bytes(content)
    assert words in refuse(path)
    assert words in refuse(path, read=bundles.read_card)


def test_what_is_no_file_is_not_opened(tmp_path: Path) -> None:
    assert "there is no such file" in refuse(tmp_path / "nowhere.seqclass")
    assert "it is a folder" in refuse(tmp_path)
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        assert "a pipe" in refuse(tmp_path / "pipe")


@pytest.mark.parametrize("name", ["bundle.json", "model.keras", "weights.npz", "golden.npz"])
def test_a_missing_member_is_named(path: Path, name: str) -> None:
    repack(path, {other: content for other, content in members(path).items() if other != name})
    read = {"model.keras": bundles.read_keras, "golden.npz": bundles.read_golden}.get(name, bundles.read)
    assert f"it has no {name}" in refuse(path, read=read)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "bundle.json is no JSON"),
        (b"{", "bundle.json is no JSON"),
        (b"\xff\xfe{}", "bundle.json is no JSON"),
        (b"[" * 100_000, "bundle.json is no JSON"),
        (b"[]", "bundle.json does not say so"),
        (b"{}", "bundle.json does not say so"),
        (b'{"format":"seqclass bundle"}', "Received: schema=None"),
        (b'{"format":"seqclass bundle","schema":true}', "was written by a later version|is not as it should be"),
        (b'{"format":"seqclass bundle","schema":1}', "bundle.json is not as it should be"),
        (b'{"format":"seqclass bundle","schema":3}', "reads schema 2 and below. Received: schema=3. Update seqclass"),
    ],
)
def test_another_card_is_refused(path: Path, content: bytes, words: str) -> None:
    repack(path, members(path) | {"bundle.json": content})
    assert any(word in refuse(path) for word in words.split("|"))


CARD_CHANGES: list[Any] = [
    pytest.param(lambda card: card.update(kind="text"), "its kind is text, and its features are speech", id="kind"),
    pytest.param(lambda card: card.update(kind="smell"), "bundle.json is not as it should be", id="unknown kind"),
    pytest.param(lambda card: card.update(targets=[]), "targets must have names", id="no target"),
    pytest.param(lambda card: card.update(targets=card["targets"] * 2), "targets must have names", id="one target twice"),
    pytest.param(lambda card: card["targets"][0].update(name="word"), "it has no head.word.kernel", id="another target"),
    pytest.param(lambda card: card["targets"][0].update(labels=["a", "b"]), r"shape (6, 2)", id="a label less"),
    pytest.param(lambda card: card["targets"][0].update(labels=["a", "b", "a"]), "must differ", id="a label twice"),
    pytest.param(lambda card: card["targets"][0].update(labels=[]), "there must be one", id="no labels"),
    pytest.param(lambda card: card["targets"][0].update(kind="number"), "shape (6, 1)", id="class as number"),
    pytest.param(lambda card: card["config"]["model"].update(lstm=[7]), "shape (8, 28)", id="more units"),
    pytest.param(
        lambda card: card["config"]["model"].update(lstm=[6, 6]), "it has no layer1.forward.kernel", id="a layer more"
    ),
    pytest.param(lambda card: card["config"]["model"].update(bidirectional=True), "it has no layer0.backward", id="direction"),
    pytest.param(lambda card: card["config"]["model"].update(dense=[4]), "it has no dense0.kernel", id="a dense layer"),
    pytest.param(lambda card: card["config"]["model"].update(pooling=["attention"]), "it has no attention", id="attention"),
    pytest.param(lambda card: card["config"]["model"].update(pooling=["last", "max"]), "shape (12, 3)", id="pooling"),
    pytest.param(lambda card: card["config"]["model"].update(glue=1), "unknown field `glue`", id="an unknown setting"),
    pytest.param(lambda card: card["front_end"]["spec"].update(n_mels=13), "features.mel must be finite", id="mel bands"),
    pytest.param(lambda card: card["front_end"]["spec"].update(n_fft=512), "features.window must be finite", id="transform"),
    pytest.param(lambda card: card["front_end"]["spec"].update(sample_rate_hz=None), "must be set", id="no rate"),
    pytest.param(lambda card: card["front_end"]["spec"].update(hop_ms=0), "do not fit one another", id="no hop"),
    pytest.param(lambda card: card["front_end"].clear(), "it has no spec", id="no front end"),
]


@pytest.mark.parametrize(("change", "words"), CARD_CHANGES)
def test_a_card_that_does_not_fit_its_arrays_is_refused(path: Path, change: Callable[[Plain], Any], words: str) -> None:
    change_card(path, change)
    assert words in refuse(path)


def test_a_vocabulary_that_does_not_fit_its_embedding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "m.seqclass"
    write_bundle(path, make_bundle("text", front_end=text_front_end(), model=model_spec(embedding_dim=5)))
    change_card(path, lambda card: card["front_end"]["vocabulary"].append("more"))
    assert "embedding must be finite float32 numbers" in refuse(path)


ARRAYS: list[Any] = [
    pytest.param({"layer0__forward__kernel": np.zeros((8, 23), np.float32)}, "shape (8, 24)", id="shape"),
    pytest.param({"layer0__forward__bias": np.zeros((1, 24), np.float32)}, "shape (24,)", id="rank"),
    pytest.param({"head__label__bias": np.zeros(2, np.float32)}, "head.label.bias must be", id="bias of the head"),
    pytest.param({"layer0__forward__kernel": np.zeros((8, 24))}, "finite float32", id="float64"),
    pytest.param({"layer0__forward__kernel": np.full((8, 24), "a")}, "finite float32", id="text"),
    pytest.param({"layer0__forward__kernel": np.full((8, 24), np.nan, np.float32)}, "finite float32", id="NaN"),
    pytest.param({"layer0__forward__kernel": None}, "it has no layer0.forward.kernel", id="a missing weight"),
    pytest.param({"features__mel": None}, "it has no features.mel", id="missing filters"),
    pytest.param({"data__seen": None}, "it has no data.seen", id="missing hashes"),
    pytest.param({"data__seen": np.zeros((2, 2), np.uint64)}, "data.seen must be uint64", id="hashes of another shape"),
    pytest.param({"data__tested": np.zeros(2)}, "data.tested must be uint64", id="hashes of another type"),
    pytest.param({"layer0__forward__kernel": np.array([{"a": 1}], object)}, "does not match its size", id="a pickle"),
    pytest.param({"layer0__forward__kernel": pickle.dumps({"a": 1})}, "weights.npz cannot be read", id="a bare pickle"),
    pytest.param({"layer0__forward__kernel": b""}, "weights.npz cannot be read", id="nothing"),
]


@pytest.mark.parametrize(("changes", "words"), ARRAYS)
def test_arrays_that_do_not_fit_the_card_are_refused(path: Path, changes: Plain, words: str) -> None:
    change_arrays(path, **changes)
    assert words in refuse(path)


@pytest.mark.parametrize(
    "shape", ["(9223372036854775807,)", "(1000000000, 1000000000)", "(-1, -96)", "(" + "1," * 4000 + ")", "((((1,),),),)"]
)
def test_a_header_that_claims_too_much_takes_no_memory(path: Path, shape: str) -> None:
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    content = b"\x93NUMPY\x02\x00" + len(header).to_bytes(4, "little") + header + bytes(8 * 24 * 4)
    change_arrays(path, layer0__forward__kernel=content)
    assert "weights.npz cannot be read" in refuse(path)


def test_a_bomb_in_the_outer_zip_takes_no_memory(path: Path) -> None:
    bomb = bytes(40_000_000)
    for name, read in (("bundle.json", bundles.read), ("weights.npz", bundles.read), ("golden.npz", bundles.read_golden)):
        contents = members(path)
        repack(path, contents | {name: bomb}, zipfile.ZIP_DEFLATED)
        assert f"{name} cannot be read (it says that it has 40000000 bytes" in refuse(path, read=read)
        repack(path, contents)


@pytest.mark.parametrize("compression", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_bomb_in_the_inner_zip_takes_no_memory(path: Path, compression: int) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for number in range(5):
            archive.writestr(f"bomb{number}.npy", bytes(4_000_000))
    repack(path, members(path) | {"weights.npz": buffer.getvalue()})
    assert "it says that it has 20000000 bytes" in refuse(path)


def test_a_directory_that_lies_about_sizes_takes_no_memory(path: Path) -> None:
    whole = path.read_bytes()
    entry = whole.rindex(b"PK\x01\x02")
    for field in (20, 24):  # compressed and uncompressed size in the zip's directory
        damaged = bytearray(whole)
        damaged[entry + field : entry + field + 4] = (0xF0000000).to_bytes(4, "little")
        path.write_bytes(damaged)
        refuse(path, read=bundles.read_golden)


def test_every_read_bundle_classifies(tmp_path: Path) -> None:
    spec = model_spec(lstm=(4, 3), bidirectional=True, pooling=("last", "attention"), dense=(5,), activation="gelu")
    front_end = speech_front_end(delta_order=1, normalisation="utterance", trim_db=35.0)
    write_bundle(tmp_path / "m.seqclass", make_bundle(front_end=front_end, model=spec, targets=(DIGITS, AGE)))
    answer = classify(bundles.read(tmp_path / "m.seqclass"), tone(), rate_hz=8000)
    assert set(answer.targets) == {"label", "age"}
    assert sum(answer.probabilities.values()) == pytest.approx(1)
