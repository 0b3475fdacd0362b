"""What the training loop draws from: fitted on the training part alone, varied there alone, every loss named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from support import rewrite_rows

from seqclass.data.feature_store import extract
from seqclass.data.feature_store import recordings as stores
from seqclass.data.load import load_audio
from seqclass.data.manifest import Manifest, SplitAssignment
from seqclass.data.scan import scan
from seqclass.data.splits import assign_splits
from seqclass.errors import DataError
from seqclass.events import CancelToken, Note, Progress
from seqclass.features.front_end import NumericFrontEnd, SpeechFrontEnd, TextFrontEnd
from seqclass.settings import Settings, data_spec, resolve
from seqclass.specs import HERE, ComputeSpec, Config
from seqclass.training.prepare import Prepared, prepare
from seqclass.training.speech import SILENCE

ON = {
    "enabled": True,
    "warp": 0.1,
    "tempo": 0.2,
    "gain_db": 6.0,
    "shift_ms": 20.0,
    "noise_probability": 0.5,
    "time_masks": 1,
    "time_mask_share": 0.3,
    "feature_noise": 0.1,
    "token_dropout": 0.3,
}


class Ready:
    """A scanned and divided data set, and what preparing it gave and said."""

    def __init__(self, root: Path, settings: Settings) -> None:
        self.manifest: Manifest = scan(root, data_spec(settings))
        self.config: Config = resolve(settings, self.manifest.kind)
        self.assignment: SplitAssignment = assign_splits(self.manifest, self.config.data)
        self.events: list[Any] = []

    def prepare(self, compute: ComputeSpec = HERE) -> Prepared:
        """Prepare all parts."""
        return prepare(
            self.manifest, self.assignment, self.config, compute=compute, emit=self.events.append, cancel=CancelToken()
        )

    @property
    def warnings(self) -> str:
        """All that was said as a warning."""
        return "\n".join(event.text for event in self.events if isinstance(event, Note) and event.level == "warning")


def all_frames(prepared: Prepared, part: str) -> list[np.ndarray]:
    held = prepared.parts[part]  # type: ignore[index]
    return [held.frames(index) for index in range(len(held.items))]


# Items that are lost between scan and training


def test_an_item_that_was_deleted_since_the_scan_is_left_out_and_named(bench: Any, tmp_path: Path) -> None:
    ready = Ready(bench.numeric_set(tmp_path / "d"), bench.small())
    (tmp_path / "d" / "item000.npy").unlink()
    (tmp_path / "d" / "item009.npy").write_bytes(b"no array")
    prepared = ready.prepare()
    assert [problem.file for problem in prepared.left_out] == ["item000.npy", "item009.npy"]
    assert "2 items are left out of this training: item000.npy: " in ready.warnings
    assert "item009.npy: " in ready.warnings
    kept = {item.id for part in prepared.parts.values() for item in part.items}
    assert len(kept) == len(ready.manifest.items) - 2
    assert not kept & {"item000.npy", "item009.npy"}


def test_a_training_part_without_readable_items_is_one_clear_line(bench: Any, tmp_path: Path) -> None:
    ready = Ready(bench.numeric_set(tmp_path / "d"), bench.small())
    for path in (tmp_path / "d").glob("*.npy"):
        path.unlink()
    with pytest.raises(DataError, match=r"training part must have items\. Received: none, as 40 items cannot be used: item000"):
        ready.prepare()


def test_a_class_that_only_lost_items_have_is_not_learnt(bench: Any, tmp_path: Path) -> None:
    ready = Ready(bench.numeric_set(tmp_path / "d", classes="abc", n_items=45), bench.small())
    lost = [item for item in ready.assignment.items(ready.manifest, "train") if item.targets["label"] == "c"]
    for item in lost:
        assert item.file is not None
        (tmp_path / "d" / item.file).unlink()
    prepared = ready.prepare()
    assert prepared.targets[0].labels == ("a", "b")
    assert "3 items of test are left out of this training: it has nothing to learn label=c from." in ready.warnings


def test_a_sequence_beyond_the_limit_is_left_out_with_the_reason(bench: Any, tmp_path: Path) -> None:
    root = bench.numeric_set(tmp_path / "d")
    np.save(root / "item004.npy", np.zeros((30, 2)))
    ready = Ready(root, bench.small(features={"max_frames": 20}))
    prepared = ready.prepare()
    assert [problem.file for problem in prepared.left_out] == ["item004.npy"]
    assert "it has 30 frames, more than features.max_frames=20" in ready.warnings


def test_a_sequence_of_numbers_that_single_precision_cannot_hold_is_left_out(bench: Any, tmp_path: Path) -> None:
    root = bench.numeric_set(tmp_path / "d")
    np.save(root / "item004.npy", np.full((5, 2), 1e200))
    assert [problem.file for problem in Ready(root, bench.small()).prepare().left_out] == ["item004.npy"]


def test_texts_beyond_the_limit_are_cut_and_counted(bench: Any, tmp_path: Path) -> None:
    root = bench.text_set(tmp_path / "d")
    rewrite_rows(root, lambda row: row.update(text=row["text"] + " and so on" * 10) if row["split"] == "test" else None)
    n_long = len([item for item in scan(root).items if item.split == "test"])
    ready = Ready(root, bench.small(features={"max_tokens": 12, "tokenizer": "words"}))
    prepared = ready.prepare()
    assert f"{n_long} texts are longer than features.max_tokens=12 tokens" in ready.warnings
    assert max(len(frames) for part in prepared.parts for frames in all_frames(prepared, part)) == 12


def test_items_whose_label_is_not_in_training_are_left_out_and_named(bench: Any, tmp_path: Path) -> None:
    root = bench.numeric_set(tmp_path / "d")
    rewrite_rows(root, lambda row: row.update(label="zebra") if row["file"] in ("item006.npy", "item008.npy") else None)
    ready = Ready(root, bench.small())
    prepared = ready.prepare()
    assert prepared.targets[0].labels == ("a", "b")
    assert "1 item of validation is left out of this training: it has nothing to learn label=zebra from." in ready.warnings
    assert "1 item of test is left out of this training: it has nothing to learn label=zebra from." in ready.warnings


def test_one_class_in_the_training_part_is_refused(bench: Any, tmp_path: Path) -> None:
    root = bench.numeric_set(tmp_path / "d")
    rewrite_rows(root, lambda row: row.update(label="a") if row["split"] == "train" else None)
    with pytest.raises(DataError, match="at least two classes"):
        Ready(root, bench.small()).prepare()


# Fitted on the training part alone


def test_nothing_outside_the_training_part_is_fitted(bench: Any, tmp_path: Path) -> None:
    numbers = bench.small(data={"targets": [{"name": "label"}, {"name": "size", "kind": "number"}]})
    first = Ready(bench.numeric_set(tmp_path / "one"), numbers).prepare()
    root = bench.numeric_set(tmp_path / "other")
    rewrite_rows(root, lambda row: row.update(size=1e6, label="a") if row["split"] != "train" else None)
    for item in scan(root).items:
        if item.split != "train":
            np.save(root / str(item.file), np.full((9, 2), 77.0) + np.random.default_rng(1).normal(size=(9, 2)))
    other = Ready(root, numbers).prepare()
    assert other.targets == first.targets
    assert isinstance(first.front_end, NumericFrontEnd)
    assert isinstance(other.front_end, NumericFrontEnd)
    np.testing.assert_array_equal(other.front_end.normaliser.mean, first.front_end.normaliser.mean)
    np.testing.assert_array_equal(other.front_end.normaliser.deviation, first.front_end.normaliser.deviation)


def test_the_vocabulary_comes_from_training_texts_alone(bench: Any, tmp_path: Path) -> None:
    root = bench.text_set(tmp_path / "d")
    rewrite_rows(root, lambda row: row.update(text="zebra zebra zebra " + row["text"]) if row["split"] != "train" else None)
    front_end = Ready(root, bench.small(features={"min_count": 1, "tokenizer": "words"})).prepare().front_end
    assert isinstance(front_end, TextFrontEnd)
    assert "zebra" not in front_end.vocabulary.tokens
    assert {"splendid", "dreadful"} <= set(front_end.vocabulary.tokens)


def test_numbers_are_scaled_by_the_training_part_and_scaled_back_exactly(bench: Any, tmp_path: Path) -> None:
    prepared = Ready(
        bench.numeric_set(tmp_path / "d"), bench.small(data={"targets": [{"name": "size", "kind": "number"}]})
    ).prepare()
    (target,), train = prepared.targets, prepared.parts["train"]
    assert train.truth["size"].mean() == pytest.approx(0, abs=1e-6)
    assert train.truth["size"].std() == pytest.approx(1, abs=1e-6)
    back = train.truth["size"] * target.scale + target.offset
    np.testing.assert_allclose(back, [float(item.targets["size"]) for item in train.items], rtol=1e-5)


def test_a_number_that_never_varies_has_no_scale_that_blows_it_up(bench: Any, tmp_path: Path) -> None:
    root = bench.numeric_set(tmp_path / "d")
    rewrite_rows(root, lambda row: row.update(size=0.1))
    prepared = Ready(root, bench.small(data={"targets": [{"name": "size", "kind": "number"}]})).prepare()
    assert np.abs(prepared.parts["train"].truth["size"]).max() < 1e-6


# Variation


@pytest.mark.parametrize("kind", ["numeric", "text", "speech"])
def test_training_items_vary_and_no_others_do(kind: str, bench: Any, tmp_path: Path) -> None:
    root = getattr(bench, f"{kind}_set")(tmp_path / "d")
    varied = Ready(root, bench.small(augmentation=ON)).prepare().parts
    plain = Ready(root, bench.small(augmentation={"enabled": False})).prepare().parts
    for part in ("train", "validation", "test"):
        assert len(varied[part].items) == len(plain[part].items) > 1
        for index in range(len(varied[part].items)):
            as_is = plain[part].frames(index)
            np.testing.assert_array_equal(varied[part].frames(index), as_is)
            np.testing.assert_array_equal(plain[part].vary_each([index], [np.random.default_rng(5)])[0], as_is)
            if part != "train":
                np.testing.assert_array_equal(varied[part].vary_each([index], [np.random.default_rng(5)])[0], as_is)
        np.testing.assert_array_equal(varied[part].lengths, [len(plain[part].frames(i)) for i in range(len(plain[part].items))])
    first, again, later = (
        [varied["train"].vary_each([index], [rng])[0] for index in range(len(varied["train"].items))]
        for rng in (np.random.default_rng([1, 0]), np.random.default_rng([1, 0]), np.random.default_rng([1, 1]))
    )
    for one, other in zip(first, again, strict=True):
        np.testing.assert_array_equal(one, other)
    n_different = sum(one.shape != other.shape or bool((one != other).any()) for one, other in zip(first, later, strict=True))
    assert n_different > len(first) / 2
    for index, one in enumerate(first):
        assert np.isfinite(one).all()
        assert one.dtype == plain["train"].frames(index).dtype


def test_varying_leaves_the_item_itself_as_it_is(bench: Any, tmp_path: Path) -> None:
    train = Ready(bench.numeric_set(tmp_path / "d"), bench.small(augmentation=ON)).prepare().parts["train"]
    before = train.frames(0).copy()
    train.vary_each([0], [np.random.default_rng(0)])[0]
    np.testing.assert_array_equal(train.frames(0), before)


# Recordings


def test_silence_is_learnt_from_background_noise_and_never_tested_on_made_up_items(bench: Any, tmp_path: Path) -> None:
    root = bench.speech_set(tmp_path / "d", noise=True)
    ready = Ready(root, bench.small(data={"silence_class": True, "test_share": 0.2, "validation_share": 0.2}))
    prepared = ready.prepare()
    assert prepared.targets[0].labels == (SILENCE, "hi", "lo")
    made = {part: [item for item in held.items if item.targets["label"] == SILENCE] for part, held in prepared.parts.items()}
    assert made["train"]
    assert made["validation"]
    assert not made["test"]
    others = len(prepared.parts["train"].items) - len(made["train"])
    assert len(made["train"]) == pytest.approx(others / 2, abs=1)
    again = ready.prepare()
    for one, other in zip(all_frames(prepared, "train"), all_frames(again, "train"), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(("noise", "wanted"), [(True, False), (False, True)])
def test_without_noise_or_wish_there_is_no_silence(noise: bool, wanted: bool, bench: Any, tmp_path: Path) -> None:
    root = bench.speech_set(tmp_path / "d", noise=noise)
    assert Ready(root, bench.small(data={"silence_class": wanted})).prepare().targets[0].labels == ("hi", "lo")


def test_variation_mixes_in_the_noise_files(bench: Any, tmp_path: Path) -> None:
    only_noise = {
        "enabled": True,
        "warp": 0.0,
        "tempo": 0.0,
        "gain_db": 0.0,
        "tilt_db": 0.0,
        "shift_ms": 0.0,
        "edge_silence_ms": 0.0,
        "noise_probability": 1.0,
        "snr_min_db": 0.0,
        "snr_max_db": 0.0,
        "time_masks": 0,
        "feature_masks": 0,
        "feature_noise": 0.0,
    }
    settings = bench.small(augmentation=only_noise, data={"silence_class": False})
    drawn = []
    for frequency_hz in (700.0, 2500.0):
        root = bench.speech_set(tmp_path / f"d{frequency_hz:.0f}", noise=True)
        for path in (root / "_background_noise_").iterdir():
            times_s = np.arange(16_000) / 8000
            soundfile.write(path, 0.3 * np.sin(2 * np.pi * frequency_hz * times_s), 8000)
        train = Ready(root, settings).prepare().parts["train"]
        drawn.append([train.vary_each([0], [np.random.default_rng(seed)])[0] for seed in range(12)])
    n_different = sum(bool(np.abs(one - other).max() > 0.1) for one, other in zip(*drawn, strict=True))
    assert 2 <= n_different <= 10  # about half of the noise is made, the same for both


def test_a_noise_file_that_was_deleted_since_the_scan_is_left_out_and_named(bench: Any, tmp_path: Path) -> None:
    ready = Ready(bench.speech_set(tmp_path / "d", noise=True), bench.small(data={"silence_class": True}))
    for path in (tmp_path / "d" / "_background_noise_").iterdir():
        path.unlink()
    prepared = ready.prepare()
    assert "_background_noise_/hiss.wav is left out: " in ready.warnings
    assert prepared.targets[0].labels == ("hi", "lo")


def test_recordings_below_the_models_rate_are_reported(bench: Any, tmp_path: Path) -> None:
    root = bench.speech_set(tmp_path / "d")
    ready = Ready(root, bench.small(features={"sample_rate_hz": 16_000}))
    prepared = ready.prepare()
    assert "30 recordings have a lower sample rate than the model's 16000 Hz" in ready.warnings
    assert prepared.warnings
    assert isinstance(prepared.front_end, SpeechFrontEnd)
    assert prepared.front_end.basis.rate_hz == 16_000


@pytest.mark.parametrize("is_varied", [True, False])
def test_where_nothing_is_varied_no_spectrum_is_kept(is_varied: bool, bench: Any, tmp_path: Path) -> None:
    Ready(bench.speech_set(tmp_path / "d"), bench.small(augmentation={"enabled": is_varied})).prepare()
    assert {index.parent.name for index in stores.shards()} == {"features", *(["power"] if is_varied else [])}


def test_frames_are_the_same_to_the_bit_whether_they_come_from_the_store_or_not(bench: Any, tmp_path: Path) -> None:
    ready = Ready(bench.speech_set(tmp_path / "d", noise=True), bench.small(augmentation=ON))
    computed, stored, unstored = ready.prepare(), ready.prepare(), ready.prepare(ComputeSpec(cache_mb=0))
    for other in (stored, unstored):
        for part in ("train", "validation", "test"):
            for one, another in zip(all_frames(computed, part), all_frames(other, part), strict=True):
                np.testing.assert_array_equal(one, another)
        for index in range(len(computed.parts["train"].items)):
            one, another = (
                each.parts["train"].vary_each([index], [np.random.default_rng(index)])[0] for each in (computed, other)
            )
            np.testing.assert_array_equal(one, another)


def test_frames_are_those_that_the_finished_model_makes_of_the_file(bench: Any, tmp_path: Path) -> None:
    ready = Ready(bench.speech_set(tmp_path / "d"), bench.small())
    ready.prepare()
    prepared = ready.prepare()
    assert isinstance(prepared.front_end, SpeechFrontEnd)
    for part in prepared.parts.values():
        for index, item in enumerate(part.items):
            audio = load_audio(ready.manifest, item)
            np.testing.assert_array_equal(part.frames(index), prepared.front_end.encode(audio.samples, audio.rate_hz).frames)


def test_a_second_training_opens_no_recording(bench: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ready = Ready(bench.speech_set(tmp_path / "d"), bench.small(augmentation=ON))
    ready.prepare()
    opened: list[Path] = []
    monkeypatch.setattr(extract, "read_audio", lambda path, **_: opened.append(path))
    second = ready.prepare()
    for part in second.parts.values():
        for index in range(len(part.items)):
            part.frames(index)
            part.vary_each([index], [np.random.default_rng(0)])[0]
    assert not opened


def test_reading_is_told_as_progress(bench: Any, tmp_path: Path) -> None:
    ready = Ready(bench.numeric_set(tmp_path / "d"), bench.small())
    ready.prepare()
    last = [event for event in ready.events if isinstance(event, Progress)][-1]
    assert (last.stage, last.done, last.total) == ("reading sequences", 40, 40)
