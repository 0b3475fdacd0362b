"""The jobs that trace with a timeline, a ledger and edits, take health, and measure with edits."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from support import AGE, DIGITS, make_bundle, model_spec, numeric_front_end, speech_front_end, tone, write_bundle

from seqclass import jobs
from seqclass.data.load import load_item
from seqclass.errors import CancelledError, DataError, SpecError, UsageError
from seqclass.events import AnyEvent, CancelToken, Finished, Progress, ignore
from seqclass.inspection import hands_job, health_job
from seqclass.inspection.health import HealthTaker, read_health
from seqclass.inspection.ledger import ledger
from seqclass.inspection.timeline import timeline
from seqclass.inspection.trace import trace
from seqclass.model import bundle as bundles
from seqclass.specs import HandsJob, HealthJob, Job, TraceJob

ZERO = {"edits": [{"part": "hidden", "action": "zero", "layer": 0}]}
NOTHING = {"edits": [{"part": "hidden", "action": "scale", "factor": 1.0}]}


def run(job: Job, *, events: list[AnyEvent] | None = None) -> dict[str, Any]:
    heard = [] if events is None else events
    jobs.run(job, heard.append, CancelToken())
    assert isinstance(heard[-1], Finished)
    return heard[-1].result


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Two models, and a data set of three words by two voices with an age each."""
    front_end = speech_front_end(normalisation="utterance", trim_db=25.0)
    model = model_spec(lstm=(5, 4), bidirectional=True, pooling=("mean", "max"))
    write_bundle(tmp_path / "m.seqclass", make_bundle(front_end=front_end, model=model, targets=(DIGITS, AGE)))
    write_bundle(tmp_path / "n.seqclass", make_bundle(model=model_spec(lstm=(7,)), targets=(DIGITS, AGE), seed=1))
    write_bundle(tmp_path / "numbers.seqclass", make_bundle("numeric", front_end=numeric_front_end(2)))
    rows = ["file,label,age"]
    for number in range(12):
        name = f"{number}.wav"
        soundfile.write(tmp_path / name, tone(0.3 + 0.02 * number, seed=number), 8000)
        rows.append(f"{name},{DIGITS.labels[number % 3]},{30 + number}")
    (tmp_path / "data").mkdir()
    for number in range(12):
        (tmp_path / f"{number}.wav").rename(tmp_path / "data" / f"{number}.wav")
    (tmp_path / "data" / "manifest.csv").write_text("\n".join(rows) + "\n")
    return tmp_path


def job_of(kind: Any, place: Path, model: str = "m", **changes: Any) -> Any:
    return kind(bundle=str(place / f"{model}.seqclass"), **changes)


def test_a_trace_holds_what_prefixes_tell(place: Path) -> None:
    item = str(place / "data" / "3.wav")
    result = run(job_of(TraceJob, place, item=item, out=str(place / "t.npz"), stride=4))
    bundle = bundles.read(place / "m.seqclass")
    line = timeline(bundle, item, stride=4)
    with np.load(place / "t.npz") as arrays:
        for name in ("label", "age"):
            np.testing.assert_array_equal(arrays[f"probabilities.{name}"], line.by_frame(name))
        assert np.isnan(arrays["probabilities"]).any()
    decision = result["decision"]
    assert (decision["stride"], decision["is_one_pass"], list(decision["targets"])) == (4, False, ["label"])
    assert decision["targets"]["label"]["winner"] == result["label"]
    assert "edits" not in result


def test_a_trace_becomes_a_picture(place: Path) -> None:
    run(job_of(TraceJob, place, "n", item=str(place / "data" / "3.wav"), plot=str(place / "t.png")))
    assert (place / "t.png").stat().st_size > 10_000


def test_a_trace_writes_a_timeline_and_a_ledger(place: Path) -> None:
    item = str(place / "data" / "0.wav")
    files = {"timeline": str(place / "line.csv"), "ledger": str(place / "ledger.csv")}
    result = run(job_of(TraceJob, place, item=item, half="layer0.backward", at=5, **files))
    assert {name: result[name] for name in files} == files
    bundle = bundles.read(place / "m.seqclass")
    half = trace(bundle, item).layers[0].backward
    assert half is not None
    with (place / "ledger.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    np.testing.assert_allclose([float(row["unit2"]) for row in rows], ledger(half, 5).left[:, 2], atol=1e-8)
    with (place / "line.csv").open(newline="") as stream:
        assert len(list(csv.DictReader(stream))) == len(rows)


def test_a_timeline_and_a_ledger_become_pictures_by_their_ending(place: Path) -> None:
    item = str(place / "data" / "0.wav")
    run(job_of(TraceJob, place, item=item, timeline=str(place / "line.png"), ledger=str(place / "ledger.svg")))
    assert (place / "line.png").read_bytes().startswith(b"\x89PNG")
    assert (place / "ledger.svg").read_bytes().startswith(b"<?xml")


def test_a_trace_with_edits_tells_what_was_said_before(place: Path) -> None:
    item = str(place / "data" / "0.wav")
    plain = run(job_of(TraceJob, place, item=item, out=str(place / "plain.npz")))
    edited = run(job_of(TraceJob, place, item=item, out=str(place / "edited.npz"), hands=ZERO))
    assert edited["before"]["probabilities"] == plain["probabilities"]
    assert edited["edits"] == ["layer0: hidden of all units set to 0"]
    assert edited["probabilities"] != plain["probabilities"]
    with np.load(place / "edited.npz") as arrays:
        assert (arrays["layer0.hidden"] == 0).all()
        np.testing.assert_allclose(arrays["probabilities"][-1], list(edited["probabilities"].values()), atol=1e-5)


def test_edits_alone_tell_both_answers_and_write_nothing(place: Path) -> None:
    before = sorted(place.iterdir())
    result = run(job_of(TraceJob, place, item=str(place / "data" / "0.wav"), hands=ZERO))
    assert result["probabilities"] != result["before"]["probabilities"]
    assert sorted(place.iterdir()) == before


@pytest.mark.parametrize(
    ("wrong", "error", "words"),
    [
        ({"ledger": "l.csv", "half": "layer2"}, UsageError, "must be one of layer0, layer0.backward, layer1"),
        ({"ledger": "l.csv", "at": 900}, UsageError, "at must lie"),
        ({"timeline": "t.csv", "hands": {"edits": [{"part": "cell", "action": "zero", "layer": 9}]}}, SpecError, "layer=9"),
        ({"timeline": "t.csv", "hands": {"edits": [{"part": "mood", "action": "zero"}]}}, SpecError, "mood"),
    ],
)
def test_a_trace_of_something_that_is_not_there_writes_nothing(
    place: Path, wrong: dict[str, Any], error: type[Exception], words: str
) -> None:
    files = {name: str(place / value) for name, value in wrong.items() if name in ("ledger", "timeline")}
    with pytest.raises(error, match=words):
        run(job_of(TraceJob, place, item=str(place / "data" / "0.wav"), **(wrong | files)))
    assert not list(place.glob("?.csv"))


def test_health_of_a_data_set(place: Path) -> None:
    events: list[AnyEvent] = []
    files = {"csv": str(place / "h.csv"), "health_out": str(place / "h.json")}
    result = run(job_of(HealthJob, place, dataset=str(place / "data"), split="all", **files), events=events)
    assert any(isinstance(event, Progress) and event.stage == "running" for event in events)
    assert (result["n_items"], result["split"]) == (12, "all")
    assert [layer["name"] for layer in result["layers"]] == ["layer0", "layer0.backward", "layer1", "layer1.backward"]
    bundle = bundles.read(place / "m.seqclass")
    taker = HealthTaker()
    for number in range(12):
        taker.add(trace(bundle, place / "data" / f"{number}.wav"))
    expected = taker.health().half("layer1.backward")
    np.testing.assert_allclose(read_health(place / "h.json").half("layer1.backward").decay, expected.decay)
    assert result["layers"][3]["below"]["forget_gate"] == pytest.approx(expected.low["forget_gate"].mean())
    assert len((place / "h.csv").read_text().splitlines()) == 1 + 2 * 5 + 2 * 4


def test_health_of_two_models_is_a_difference(place: Path) -> None:
    result = run(
        job_of(
            HealthJob,
            place,
            dataset=str(place / "data"),
            other_bundle=str(place / "n.seqclass"),
            csv=str(place / "h.csv"),
            split="all",
        )
    )
    assert {each["half"] for each in result["difference"]} == {"layer0"}
    each = result["difference"][0]
    assert each["change"] == pytest.approx(each["other"] - each["one"])
    assert result["other"]["layers"][0]["n_units"] == 7
    assert (place / "h.csv").read_text().startswith("layer,figure,first,second,change\nlayer0,input_gate below 0.1,")


def test_health_counts_what_cannot_be_read_apart(place: Path) -> None:
    result = run(job_of(HealthJob, place, dataset=str(place / "data"), split="all"))
    assert result["problems"] == []
    with pytest.raises(DataError, match="model's kind"):
        run(job_of(HealthJob, place, "numbers", dataset=str(place / "data")))
    with pytest.raises(DataError, match="of one kind"):
        run(job_of(HealthJob, place, dataset=str(place / "data"), other_bundle=str(place / "numbers.seqclass")))


@pytest.mark.parametrize(("kind", "module"), [(HealthJob, health_job), (HandsJob, hands_job)])
def test_jobs_over_items_can_be_cancelled_between_items(
    place: Path, kind: Any, module: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    cancel = CancelToken()
    read = []

    def load(*arguments: Any) -> Any:
        read.append(arguments)
        if len(read) == 3:
            cancel.cancel()
        return load_item(*arguments)

    monkeypatch.setattr(module, "load_item", load)
    more = {"hands": ZERO} if kind is HandsJob else {}
    with pytest.raises(CancelledError):
        jobs.run(job_of(kind, place, dataset=str(place / "data"), split="all", **more), ignore, cancel)
    assert len(read) == 3


def test_edits_that_change_nothing_change_no_figure(place: Path) -> None:
    result = run(job_of(HandsJob, place, dataset=str(place / "data"), hands=NOTHING, split="all"))
    assert result["accuracy"] == result["before"]["accuracy"]
    assert result["n_items"] == 12
    assert result["change"]["label"] == {"accuracy": 0.0, "per_class": dict.fromkeys(DIGITS.labels, 0.0)}
    assert result["change"]["age"] == {"mae": 0.0, "rmse": 0.0}
    assert result["n_changed"] == {"label": 0}


def test_what_edits_change_is_told_for_each_class(place: Path) -> None:
    """With nothing left of the last layer only the biases speak: every item is the same class."""
    silence = {"edits": [{"part": "hidden", "action": "zero", "layer": 1}]}
    result = run(job_of(HandsJob, place, dataset=str(place / "data"), hands=silence, split="all"))
    assert result["accuracy"] == pytest.approx(4 / 12)
    change, before = result["change"]["label"], result["before"]
    assert change["accuracy"] == pytest.approx(result["accuracy"] - before["accuracy"])
    for label, by in change["per_class"].items():
        assert by == pytest.approx(result["per_class"][label]["recall"] - before["per_class"][label]["recall"])
    bundle = bundles.read(place / "m.seqclass")
    silent = DIGITS.labels[int(bundle.network.heads["label"].bias.argmax())]
    assert result["per_class"][silent]["recall"] == 1.0
    said = [trace(bundle, place / "data" / f"{number}.wav").result["label"].label for number in range(12)]
    assert result["n_changed"]["label"] == sum(label != silent for label in said)
