"""A run that was interrupted goes on as if it had not been."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support import KERAS

from seqclass.errors import CancelledError, DataError
from seqclass.events import CancelToken, EpochEnded, decode
from seqclass.settings import Settings

pytestmark = list(KERAS)
# Everything that has a state of its own: dropout, moments of the optimizer, the schedule, the average, the variation.
STATEFUL = {
    "model": {"lstm": [6, 5], "lstm_dropout": 0.3, "head_dropout": 0.3, "input_dropout": 0.1},
    "augmentation": {"enabled": True, "tempo": 0.2, "time_masks": 1, "time_mask_share": 0.3, "feature_noise": 0.1},
    "training": {
        "epochs": 4,
        "optimizer": "adamw",
        "weight_decay": 0.01,
        "schedule": "onecycle",
        "weight_average": 0.9,
        "min_validation": 0,
    },
}
# Killed in the second batch after the second epoch: the checkpoint of that epoch is on the disk, the third one is half done.
CHILD = """
import os, signal, sys, msgspec
from seqclass.events import CancelToken, EpochEnded
from seqclass.specs import TrainJob
from seqclass.training import drawing, train

job = msgspec.json.decode(sys.stdin.buffer.read(), type=TrainJob)
n_epochs = n_batches = 0
pad = drawing.pad

def counted_pad(sequences):
    global n_batches
    n_batches += n_epochs == 2
    if n_batches == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return pad(sequences)

def emit(event):
    global n_epochs
    n_epochs += isinstance(event, EpochEnded)

drawing.pad = counted_pad
train.run(job, emit, CancelToken())
"""


@pytest.fixture(scope="module")
def whole(bench: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundle of a training that nothing interrupted."""
    place = tmp_path_factory.mktemp("whole")
    bench.train(bench.numeric_set(place / "d"), place / "m.seqclass", bench.small(**STATEFUL))
    return Path(place / "m.seqclass")


def interrupt(bench: Any, root: Path, out: Path, settings: Settings, *, after: int) -> None:
    cancel = CancelToken()

    def act(event: object) -> None:
        if isinstance(event, EpochEnded) and event.epoch == after:
            cancel.cancel()

    with pytest.raises(CancelledError):
        bench.train(root, out, settings, act=act, cancel=cancel)


def test_a_cancelled_run_ends_with_the_weights_of_one_that_was_not(bench: Any, whole: Path, tmp_path: Path) -> None:
    root, out = bench.numeric_set(tmp_path / "d"), tmp_path / "m.seqclass"
    interrupt(bench, root, out, bench.small(**STATEFUL), after=2)
    assert not out.exists()
    (run,) = (root / ".seqclass" / "runs").iterdir()
    assert (run / "checkpoint.npz").is_file()
    heard = bench.train(root, out, bench.small(**STATEFUL), resume=True)
    assert [epoch.epoch for epoch in heard.epochs] == [3, 4]
    assert heard.result["run"] == run.name
    assert any(f"Going on with run {run.name} after epoch 2" in note for note in heard.notes)
    assert bench.greatest_difference(out, whole) < 1e-5
    assert not (run / "checkpoint.npz").exists()
    kept = [decode(line) for line in (run / "events.jsonl").read_bytes().splitlines()]
    assert [event.epoch for event in kept if isinstance(event, EpochEnded)] == [1, 2, 3, 4]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_killed_run_ends_with_the_weights_of_one_that_was_not(bench: Any, whole: Path, tmp_path: Path) -> None:
    import msgspec

    from seqclass.specs import TrainJob

    root, out = bench.numeric_set(tmp_path / "d"), tmp_path / "m.seqclass"
    out.write_bytes(b"old")
    job = TrainJob(dataset=str(root), out=str(out), settings=bench.small(**STATEFUL))
    child = subprocess.run(
        [sys.executable, "-c", CHILD], input=msgspec.json.encode(job), capture_output=True, check=False, timeout=120
    )
    assert child.returncode == -signal.SIGKILL, child.stderr.decode()
    assert out.read_bytes() == b"old"
    heard = bench.train(root, out, bench.small(**STATEFUL), resume=True)
    assert [epoch.epoch for epoch in heard.epochs] == [3, 4]
    assert bench.greatest_difference(out, whole) < 1e-5


def test_other_settings_or_items_are_named(bench: Any, tmp_path: Path) -> None:
    root, out = bench.numeric_set(tmp_path / "d"), tmp_path / "m.seqclass"
    interrupt(bench, root, out, bench.small(), after=1)
    with pytest.raises(DataError, match=r"Different are: training\.seed=8 \(was 1\)\."):
        bench.train(root, out, bench.small(training={"seed": 8}), resume=True)
    np.save(root / "item000.npy", np.ones((4, 2)))
    with pytest.raises(DataError, match="Different are: the items or their split have changed"):
        bench.train(root, out, resume=True)


def test_nothing_to_go_on_with_is_one_line_and_trains_nothing(bench: Any, tmp_path: Path) -> None:
    root, out = bench.numeric_set(tmp_path / "d"), tmp_path / "m.seqclass"
    with pytest.raises(DataError, match="There is no interrupted run"):
        bench.train(root, out, resume=True)
    assert not out.exists()


def test_a_damaged_checkpoint_is_one_line_and_stays(bench: Any, tmp_path: Path) -> None:
    root, out = bench.numeric_set(tmp_path / "d"), tmp_path / "m.seqclass"
    interrupt(bench, root, out, bench.small(), after=1)
    (checkpoint,) = root.glob(".seqclass/runs/*/checkpoint.npz")
    checkpoint.write_bytes(checkpoint.read_bytes()[:1000])
    with pytest.raises(DataError, match=r"checkpoint\.npz is damaged: .*Leave out --resume"):
        bench.train(root, out, resume=True)
    assert checkpoint.exists()


def test_a_checkpoint_of_another_model_is_one_line(bench: Any, tmp_path: Path) -> None:
    root, out = bench.numeric_set(tmp_path / "d"), tmp_path / "m.seqclass"
    interrupt(bench, root, out, bench.small(), after=1)
    (checkpoint,) = root.glob(".seqclass/runs/*/checkpoint.npz")
    with np.load(checkpoint) as arrays:
        content = {name: arrays[name] for name in arrays.files if name != "variables.0"} | {"variables.0": np.zeros((9, 9))}
    np.savez(checkpoint, **content)
    with pytest.raises(DataError, match=r"must have the variables of this model.*Leave out --resume"):
        bench.train(root, out, resume=True)


def test_a_run_that_lost_patience_trains_no_further(bench: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from seqclass.training import train

    root, out = bench.numeric_set(tmp_path / "d"), tmp_path / "m.seqclass"
    settings = bench.small(training={"epochs": 60, "patience": 1, "learning_rate": 2.0})
    with monkeypatch.context() as patch:

        def fail(*_: object, **__: object) -> None:
            raise RuntimeError("power cut")

        patch.setattr(train, "make_bundle", fail)
        with pytest.raises(Exception, match="power cut"):
            bench.train(root, out, settings)
    heard = bench.train(root, out, settings, resume=True)
    assert heard.epochs == []
    assert heard.result["epochs"] == heard.result["best_epoch"] + 1 < 60
