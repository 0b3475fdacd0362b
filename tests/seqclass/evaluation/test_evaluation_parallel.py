"""Features for an evaluation by a cluster: the report is the same, and the next one needs no cluster."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import soundfile
from support import DIGITS, make_bundle, speech_front_end, tone, write_bundle

from seqclass import jobs
from seqclass.data.feature_store import parallel as running
from seqclass.data.feature_store import recordings as stores
from seqclass.errors import UsageError
from seqclass.events import AnyEvent, CancelToken, Finished
from seqclass.specs import EvaluateJob


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A model, and recordings of three words."""
    write_bundle(tmp_path / "m.seqclass", make_bundle(front_end=speech_front_end(normalisation="utterance")))
    for number in range(12):
        folder = tmp_path / "data" / DIGITS.labels[number % 3]
        folder.mkdir(parents=True, exist_ok=True)
        soundfile.write(folder / f"{number}.wav", tone(0.2 + 0.02 * number, seed=number), 8000)
    return tmp_path


def evaluated(place: Path, **more: Any) -> dict[str, Any]:
    heard: list[AnyEvent] = []
    jobs.run(EvaluateJob(bundle=str(place / "m.seqclass"), dataset=str(place / "data"), **more), heard.append, CancelToken())
    assert isinstance(heard[-1], Finished)
    return heard[-1].result


def test_here_nothing_is_put_into_the_store(place: Path) -> None:
    assert evaluated(place)["n_items"] == 12
    assert stores.shards() == []


def test_without_a_cluster_at_the_address_it_is_named(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(running, "_CONNECT_S", 0.3)
    with pytest.raises(UsageError, match=r"Received: dask:tcp://127\.0\.0\.1:1\. Start one"):
        evaluated(place, parallel="dask:tcp://127.0.0.1:1")


@pytest.mark.slow
def test_a_cluster_gives_the_report_that_this_machine_gives(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    distributed = pytest.importorskip("distributed")
    (place / "data" / "yes" / "broken.wav").write_bytes(b"no sound")
    here = evaluated(place, answers_out=str(place / "here.jsonl"))
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=True, dashboard_address="127.0.0.1:0"
    ) as cluster:
        there = evaluated(place, answers_out=str(place / "there.jsonl"), parallel=f"dask:{cluster.scheduler_address}")
    assert stores.shards() != []
    assert {**there, "answers": None} == {**here, "answers": None}
    assert (place / "there.jsonl").read_bytes() == (place / "here.jsonl").read_bytes()
    monkeypatch.setattr(running, "_cluster", None)
    again = evaluated(place, parallel=f"dask:{cluster.scheduler_address}")
    assert again["confusion"] == here["confusion"]
