"""Runs on disk, without Keras."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from seqclass.data.runs import listed
from seqclass.errors import DataError, StorageError
from seqclass.events import EpochEnded, Finished, Note, Progress, decode, ignore
from seqclass.settings import resolve
from seqclass.specs import Config
from seqclass.training import runs
from seqclass.training.state import State


def config(epochs: int = 4, tensorboard: str = "") -> Config:
    return resolve({"training": {"epochs": epochs, "tensorboard": tensorboard}}, "numeric")


def state(epoch: int = 2) -> State:
    rng = np.random.default_rng(epoch)
    arrays = [rng.normal(size=(3, 2)).astype(np.float32), np.arange(3, dtype=np.uint32)]
    return State(
        epoch=epoch,
        variables=arrays,
        optimizer=[np.asarray(7), *arrays],
        best=arrays[:1],
        best_epoch=1,
        best_loss=0.5,
        rate_factor=0.25,
        history=[{"epoch": 1, "train": {"loss": 0.1}}],
        seconds=3.5,
    )


def create(place: Path, **changes: object) -> runs.Run:
    return runs.create(place, out="m.seqclass", config=config(**changes), data="d")  # type: ignore[arg-type]


def test_a_checkpoint_comes_back_as_it_was(tmp_path: Path) -> None:
    run, kept = create(tmp_path), state()
    assert run.load_checkpoint() is None
    run.save_checkpoint(kept)
    back = run.load_checkpoint()
    assert back is not None
    for name in ("variables", "optimizer", "average", "best"):
        for one, other in zip(getattr(back, name), getattr(kept, name), strict=True):
            assert one.dtype == other.dtype
            np.testing.assert_array_equal(one, other)
    for name in ("epoch", "best_epoch", "best_loss", "rate_factor", "history", "seconds"):
        assert getattr(back, name) == getattr(kept, name)


def test_a_checkpoint_without_validation_has_no_best_loss(tmp_path: Path) -> None:
    run, kept = create(tmp_path), state()
    kept.best_loss = float("inf")
    run.save_checkpoint(kept)
    back = run.load_checkpoint()
    assert back is not None
    assert back.best_loss == float("inf")


@pytest.mark.parametrize("damage", ["empty", "short", "garbage", "changed", "foreign", "pickle"])
def test_a_damaged_checkpoint_is_one_clear_line(damage: str, tmp_path: Path) -> None:
    run = create(tmp_path)
    run.save_checkpoint(state())
    path = run.folder / "checkpoint.npz"
    content = path.read_bytes()
    if damage == "foreign":
        np.savez(path, other=np.zeros(3))
    elif damage == "pickle":
        np.savez(path, state=np.asarray([{"epoch": 1}], dtype=object))
    else:
        changed = bytearray(content)
        changed[60:90] = b"x" * 30
        path.write_bytes({"empty": b"", "short": content[:200], "garbage": b"no zip" * 99, "changed": bytes(changed)}[damage])
    with pytest.raises(DataError, match=r"checkpoint\.npz is damaged: .*Leave out --resume") as caught:
        run.load_checkpoint()
    assert "\n" not in str(caught.value)


def test_the_same_settings_and_data_are_gone_on_with_wherever_the_logs_go(tmp_path: Path) -> None:
    run = create(tmp_path, tensorboard="/here")
    assert runs.resumable(tmp_path, config=config(tensorboard="/there"), data="d") == run


def test_the_newest_run_with_a_checkpoint_is_gone_on_with(tmp_path: Path) -> None:
    older, newer = create(tmp_path), create(tmp_path)
    assert [run.name for run in listed(tmp_path)] == [older.name, newer.name]
    assert runs.resumable(tmp_path, config=config(), data="d") == newer
    older.save_checkpoint(state())
    assert runs.resumable(tmp_path, config=config(), data="d") == older
    newer.save_checkpoint(state())
    assert runs.resumable(tmp_path, config=config(), data="d") == newer


def test_nothing_to_go_on_with_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"^There is no interrupted run to go on with\. Leave out --resume"):
        runs.resumable(tmp_path, config=config(), data="d")
    create(tmp_path).end("finished", {})
    create(tmp_path).end("stopped", {})
    with pytest.raises(DataError, match="no interrupted run"):
        runs.resumable(tmp_path, config=config(), data="d")


def test_what_differs_is_named(tmp_path: Path) -> None:
    run = create(tmp_path)
    with pytest.raises(DataError, match=rf"run {run.name}\. Different are: training\.epochs=9 \(was 4\)\. Give"):
        runs.resumable(tmp_path, config=config(epochs=9), data="d")
    with pytest.raises(DataError, match="Different are: the items or their split have changed"):
        runs.resumable(tmp_path, config=config(), data="other")


def test_an_ended_run_keeps_its_figures_and_drops_its_checkpoint(tmp_path: Path) -> None:
    run = create(tmp_path)
    run.save_checkpoint(state())
    run.end("finished", {"metrics": {"accuracy": 0.5}})
    (ended,) = listed(tmp_path)
    assert (ended.spec.state, ended.spec.result) == ("finished", {"metrics": {"accuracy": 0.5}})
    assert not ended.has_checkpoint


def test_a_folder_without_a_readable_spec_is_no_run(tmp_path: Path) -> None:
    run = create(tmp_path)
    (tmp_path / "runs" / "empty").mkdir()
    (tmp_path / "runs" / "broken").mkdir()
    (tmp_path / "runs" / "broken" / "spec.json").write_text("{")
    assert [one.name for one in listed(tmp_path)] == [run.name]


def test_events_are_kept_but_for_progress(tmp_path: Path) -> None:
    run, heard = create(tmp_path), []
    record = run.recording(heard.append)
    epoch = EpochEnded(
        epoch=1, epochs=2, train={"loss": 1.0}, validation={}, learning_rate=0.1, is_best=True, seconds=1.0, eta_s=1.0
    )
    said = [Note(text="Straße"), Progress(stage="s", done=1), epoch, Finished(result={"bundle": "m"})]
    for event in said:
        record(event)
    assert heard == said
    kept = [decode(line) for line in (run.folder / "events.jsonl").read_bytes().splitlines()]
    assert kept == [event for event in said if not isinstance(event, Progress)]


def test_events_that_cannot_be_written_are_one_line(tmp_path: Path) -> None:
    run = create(tmp_path)
    (run.folder / "events.jsonl").mkdir()
    with pytest.raises(StorageError, match=r"Cannot write .*events\.jsonl"):
        run.recording(ignore)(Note(text="x"))


def test_a_discarded_run_is_gone(tmp_path: Path) -> None:
    run = create(tmp_path)
    run.recording(ignore)(Note(text="x"))
    run.discard()
    assert listed(tmp_path) == ()
    assert not run.folder.exists()


def test_listing_runs_loads_neither_keras_nor_tensorflow() -> None:
    code = "import sys, seqclass.training.runs; sys.exit(bool({'keras', 'tensorflow', 'librosa'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
