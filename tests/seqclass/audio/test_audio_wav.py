"""What is read without libsndfile has the samples of libsndfile, and everything odd is left to it."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from seqclass.audio import read
from seqclass.audio.read import read_audio
from seqclass.audio.wav import MOST_BYTES, read_plain


def plain(path: Path) -> tuple[np.ndarray, int] | None:
    return read_plain(path, path.stat().st_size)


def write(path: Path, *, n_channels: int = 1, n_frames: int = 3000, subtype: str = "PCM_16", **more: str) -> Path:
    samples = np.random.default_rng(0).uniform(-1, 1, (n_frames, n_channels))
    soundfile.write(path, samples, 8000, subtype=subtype, **more)
    return path


def wav(data: bytes, *, before: bytes = b"", after: bytes = b"", n_channels: int = 1) -> bytes:
    """A WAV file byte by byte."""
    fmt = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, n_channels, 8000, 16000 * n_channels, 2 * n_channels, 16)
    body = b"WAVE" + fmt + before + struct.pack("<4sI", b"data", len(data)) + data + after
    return struct.pack("<4sI", b"RIFF", len(body)) + body


@pytest.mark.parametrize("n_channels", [1, 2, 5])
@pytest.mark.parametrize("n_frames", [1, 3000, 70_000])
def test_samples_are_those_of_libsndfile_to_the_bit(n_channels: int, n_frames: int, tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", n_channels=n_channels, n_frames=n_frames)
    found = plain(path)
    assert found is not None
    theirs, rate_hz = soundfile.read(path, dtype="float32", always_2d=True)
    np.testing.assert_array_equal(found[0], theirs)
    assert found[0].dtype == np.float32
    assert found[1] == rate_hz


@pytest.mark.parametrize("n_channels", [1, 2])
def test_a_recording_reads_the_same_either_way(n_channels: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "a.wav", n_channels=n_channels, n_frames=100_000)
    ours = read_audio(path, max_duration_s=60)
    monkeypatch.setattr(read, "read_plain", lambda *_: None)
    theirs = read_audio(path, max_duration_s=60)
    np.testing.assert_array_equal(ours.samples, theirs.samples)
    assert (ours.rate_hz, ours.n_channels, ours.duration_s, ours.warning) == (
        theirs.rate_hz,
        theirs.n_channels,
        theirs.duration_s,
        theirs.warning,
    )


def test_extremes_are_exact(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(wav(np.asarray([-32768, -1, 0, 1, 32767], "<i2").tobytes()))
    found = plain(path)
    assert found is not None
    np.testing.assert_array_equal(found[0][:, 0], [-1.0, -1 / 32768, 0.0, 1 / 32768, 32767 / 32768])


@pytest.mark.parametrize("subtype", ["PCM_24", "PCM_U8", "FLOAT", "ULAW", "DOUBLE"])
def test_other_codings_are_left_to_libsndfile(subtype: str, tmp_path: Path) -> None:
    assert plain(write(tmp_path / "a.wav", subtype=subtype)) is None


def test_other_formats_under_its_ending_are_left_to_libsndfile(tmp_path: Path) -> None:
    for format_name in ("FLAC", "AIFF", "RF64", "WAVEX"):
        assert plain(write(tmp_path / f"{format_name}.wav", format=format_name)) is None
    (tmp_path / "empty.wav").write_bytes(b"")
    assert plain(tmp_path / "empty.wav") is None


def test_chunks_of_words_around_the_samples_change_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    words = struct.pack("<4sI", b"LIST", 6) + b"INFO\0\0"
    path.write_bytes(wav(b"\1\2\3\4", before=words, after=words))
    found = plain(path)
    assert found is not None
    np.testing.assert_array_equal(found[0], soundfile.read(path, dtype="float32", always_2d=True)[0])


@pytest.mark.parametrize(
    "content",
    [
        wav(b"\1\2\3\4")[:-1],
        wav(b"\1\2\3\4") + b"x",
        wav(b""),
        wav(b"\1\2\3"),
        wav(b"\1\2\3\4\5\6", n_channels=2),
        wav(b"\1\2\3\4", n_channels=0),
        wav(b"\1\2\3\4", before=struct.pack("<4sI", b"odd ", 2) + b"ab"),
        wav(b"\1\2\3\4", before=struct.pack("<4sI", b"LIST", 3) + b"abc"),
        wav(b"\1\2\3\4").replace(b"data", b"atad"),
        wav(bytes(MOST_BYTES)),
    ],
)
def test_whatever_is_odd_is_left_to_libsndfile(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(content)
    assert plain(path) is None


@given(place=st.integers(0, 63), value=st.integers(0, 255), cut=st.integers(0, 3))
def test_a_changed_byte_never_gives_other_samples_than_libsndfile(
    place: int, value: int, cut: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    content = bytearray(wav(bytes(range(60)), before=struct.pack("<4sI", b"LIST", 4) + b"abcd"))
    content[place] = value
    path = tmp_path_factory.getbasetemp() / "changed.wav"
    path.write_bytes(bytes(content[: len(content) - cut]))
    found = plain(path)
    if found is not None:
        theirs, rate_hz = soundfile.read(path, dtype="float32", always_2d=True)
        np.testing.assert_array_equal(found[0], theirs)
        assert found[1] == rate_hz


def test_one_that_vanishes_meanwhile_has_its_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "a.wav")
    found = read._check_regular(path)
    monkeypatch.setattr(read, "_check_regular", lambda _: found)
    path.unlink()
    with pytest.raises(read.ItemError, match="it cannot be opened: No such file"):
        read_audio(path, max_duration_s=60)
