"""Several processes that train one model together: real ones, on this computer."""

from __future__ import annotations

import json
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support import KERAS

from seqclass.errors import WorkersError
from seqclass.model import bundle as bundles

pytestmark = [*KERAS, pytest.mark.slow]
PATIENCE_S = 120
# All that draws random numbers as it is by default: variation, mixup, dropout. Seven items a batch leave one worker fewer than
# another, and none of a last batch of one.
SETTINGS: dict[str, dict[str, Any]] = {
    "model": {"lstm": [12, 10]},
    "training": {"epochs": 3, "batch_size": 7, "min_validation": 0},
}


class Crew:
    """Processes of one training."""

    def __init__(self, folders: list[Path], place: Path, *more: str, settings: dict[str, dict[str, Any]] | None = None) -> None:
        held = [socket.create_server(("127.0.0.1", 0)) for _ in folders]
        self.names = [f"127.0.0.1:{each.getsockname()[1]}" for each in held]
        for each in held:
            each.close()
        place.mkdir(parents=True, exist_ok=True)
        self.outs = [place / f"m{index}.seqclass" for index in range(len(folders))]
        self.lines: list[list[dict[str, Any]]] = [[] for _ in folders]
        (place / "t.toml").write_text(_toml(settings or SETTINGS), encoding="utf-8")
        same = ["--config", str(place / "t.toml"), "--workers", ",".join(self.names), "--json", "--quiet", *more]
        self.processes = [
            subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "seqclass",
                    "train",
                    str(folder),
                    "--out",
                    str(out),
                    "--worker-index",
                    str(index),
                    *same,
                ],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            for index, (folder, out) in enumerate(zip(folders, self.outs, strict=True))
        ]

    def until(self, index: int, event: str) -> None:
        """Read what a worker says up to an event."""
        for line in self.processes[index].stdout or ():
            self.lines[index].append(json.loads(line))
            if self.lines[index][-1]["event"] == event:
                return
        raise AssertionError(f"no {event}: {self.lines[index]}")

    def end(self, *, within_s: float = PATIENCE_S) -> list[int]:
        """Wait for all and read the rest."""
        codes = []
        for lines, process in zip(self.lines, self.processes, strict=True):
            out, _ = process.communicate(timeout=within_s)
            lines += [json.loads(line) for line in out.splitlines()]
            codes.append(process.returncode)
        return codes

    def stop(self) -> None:
        """Leave none behind."""
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            process.communicate(timeout=PATIENCE_S)


@pytest.fixture
def crew() -> Iterator[Any]:
    crews: list[Crew] = []

    def start(*arguments: Any, **more: Any) -> Crew:
        crews.append(Crew(*arguments, **more))
        return crews[-1]

    yield start
    for each in crews:
        each.stop()


@pytest.fixture(scope="module")
def spoken(bench: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root: Path = bench.speech_set(tmp_path_factory.mktemp("spoken") / "d", noise=True)
    return root


@pytest.fixture(scope="module")
def alone(bench: Any, spoken: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """What one process makes of the recordings: the bundle and what it said."""
    place = tmp_path_factory.mktemp("alone")
    shutil.copytree(spoken, place / "d")
    said = bench.train(place / "d", place / "m.seqclass", SETTINGS)
    return place / "m.seqclass", said


def copies(folder: Path, place: Path, count: int = 2) -> list[Path]:
    return [Path(shutil.copytree(folder, place / f"copy{index}" / "d")) for index in range(count)]


def assert_equal_weights(one: Path, other: Path) -> None:
    """To the bit."""
    for ours, theirs in zip(_weights(one), _weights(other), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_workers_end_with_the_weights_of_one_process(crew: Any, spoken: Path, alone: tuple[Path, Any], tmp_path: Path) -> None:
    folders = copies(spoken, tmp_path, 3)
    team = crew(folders, tmp_path / "out")
    assert team.end() == [0, 0, 0], team.lines
    bundle, said = alone
    assert_equal_weights(team.outs[0], bundle)
    chief, *others = team.lines
    ended = [line for line in chief if line["event"] == "epoch"]
    assert [line["epoch"] for line in ended] == [1, 2, 3]
    for line, event in zip(ended, said.epochs, strict=True):
        assert line["train"] == event.train
        assert line["validation"] == event.validation
        assert line["gradient_norm"] == event.gradient_norm
    assert chief[-1]["metrics"]["test"]["accuracy"] == said.result["metrics"]["test"]["accuracy"]
    assert (chief[-1]["workers"], chief[-1]["worker_index"]) == (3, 0)
    # The others say that they are done, and have written nothing: no run, no split, no bundle.
    for index, lines in enumerate(others, start=1):
        assert {line["event"] for line in lines} <= {"note", "progress", "finished"}
        assert lines[-1]["run"] == chief[-1]["run"]
        assert "bundle" not in lines[-1]
        assert not team.outs[index].exists()
        assert not (folders[index] / ".seqclass").exists()
    (spec,) = folders[0].glob(".seqclass/runs/*/spec.json")
    stored = json.loads(spec.read_bytes())
    assert (stored["workers"], stored["state"]) == (3, "finished")


@pytest.mark.parametrize("killed", [0, 1], ids=["chief", "other"])
def test_a_killed_worker_ends_all_and_resume_goes_on(crew: Any, bench: Any, killed: int, tmp_path: Path) -> None:
    folder = bench.numeric_set(tmp_path / "d")
    settings = {**SETTINGS, "training": {**SETTINGS["training"], "epochs": 200}}
    team = crew([folder, folder], tmp_path / "out", settings=settings)
    team.until(0, "epoch")
    team.until(0, "epoch")
    team.processes[killed].send_signal(signal.SIGKILL)
    codes = team.end(within_s=30)
    assert codes[killed] == -signal.SIGKILL
    assert codes[1 - killed] == 1
    last = team.lines[1 - killed][-1]
    assert (last["event"], last["kind"]) == ("error", "WorkersError")
    assert f"worker {killed} ({team.names[killed]}) has gone (" in last["message"]
    assert "--resume" in last["message"]
    (run,) = folder.glob(".seqclass/runs/*")
    done = sum(b'"epoch"' in line for line in (run / "events.jsonl").read_bytes().splitlines())

    again = crew([folder, folder], tmp_path / "out", "--resume", settings=settings)
    again.until(0, "epoch")
    first = again.lines[0][-1]["epoch"]
    assert done <= first <= done + 1  # the epoch whose line was written may have had no checkpoint yet
    again.processes[0].send_signal(signal.SIGINT)
    codes = again.end()
    assert codes == [130, 0], again.lines
    assert again.lines[0][-1]["run"] == again.lines[1][-1]["run"] == run.name
    assert again.lines[0][-1]["stopped"]
    assert again.outs[0].exists()


def test_a_resumed_training_ends_with_the_weights_of_one_that_was_not_interrupted(
    crew: Any, bench: Any, tmp_path: Path
) -> None:
    whole, cut = (bench.numeric_set(tmp_path / name / "d") for name in ("whole", "cut"))
    settings = {**SETTINGS, "training": {**SETTINGS["training"], "epochs": 40}}
    bench.train(whole, tmp_path / "whole.seqclass", settings)
    team = crew([cut, cut], tmp_path / "out", settings=settings)
    team.until(0, "epoch")
    team.processes[1].send_signal(signal.SIGTERM)  # cancels, at the other worker
    assert team.end(within_s=30) == [130, 130], team.lines
    assert team.lines[0][-1]["kind"] == "CancelledError"
    again = crew([cut, cut], tmp_path / "out", "--resume", settings=settings)
    assert again.end() == [0, 0], again.lines
    assert_equal_weights(again.outs[0], tmp_path / "whole.seqclass")


def test_other_data_end_all_before_anything_is_learnt(crew: Any, bench: Any, tmp_path: Path) -> None:
    folder = bench.numeric_set(tmp_path / "d")
    mine, other = copies(folder, tmp_path)
    np.save(other / "item003.npy", np.load(other / "item003.npy") + 1)
    team = crew([mine, other], tmp_path / "out")
    assert team.end() == [1, 1]
    messages = {lines[-1]["message"] for lines in team.lines}
    assert len(messages) == 1, messages
    message = messages.pop()
    assert (
        f"Received on worker 1 ({team.names[1]}) other than on worker 0 ({team.names[0]}): contents of items; labels or"
        in message
    )
    assert not list(mine.glob(".seqclass/runs/*"))


def test_a_process_that_has_used_tensorflow_is_told_to_begin_anew() -> None:
    import tensorflow as tf

    from seqclass.training.workers import step
    from seqclass.training.workers.gather import addresses

    tf.constant(1.0)
    with pytest.raises(WorkersError, match="TensorFlow has done nothing yet"):
        step._strategy(addresses(["127.0.0.1:1", "127.0.0.1:2"], 0), 0)


def _weights(path: Path) -> list[Any]:
    network = bundles.read(path).network
    found: list[Any] = [] if network.embedding is None else [network.embedding]
    for halves in network.layers:
        found += [array for half in halves if half is not None for array in (half.kernel, half.recurrent, half.bias)]
    for dense in (*network.dense, *network.heads.values()):
        found += [dense.kernel, dense.bias]
    return found


def _toml(settings: dict[str, dict[str, Any]]) -> str:
    lines = []
    for section, values in settings.items():
        lines += [f"[{section}]", *(f"{name} = {json.dumps(value)}" for name, value in values.items())]
    return "\n".join(lines) + "\n"
