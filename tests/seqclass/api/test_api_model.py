"""What a loaded model can do beside the commands: the same figures, as objects."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
import soundfile
from support import AGE, DIGITS, make_bundle, model_spec, speech_front_end, tone, write_bundle

import seqclass
from seqclass import jobs
from seqclass.api.model import Model
from seqclass.errors import CancelledError, SpecError, UsageError
from seqclass.events import AnyEvent, CancelToken, Finished, Progress
from seqclass.inspection.hands import Edit, Hands
from seqclass.specs import AlignJob, HealthJob, Job, SearchJob, StressJob

MUTE = Hands(edits=(Edit(part="output_gate", action="zero", layer=0),))


class Place(NamedTuple):
    """Two models and recordings of three words with an age each."""

    model: Model
    other: Model
    data: Path
    take: Path


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    root = tmp_path_factory.mktemp("api_model")
    front_end = speech_front_end(normalisation="utterance", trim_db=25.0)
    spec = model_spec(lstm=(5, 4), bidirectional=True, pooling=("mean", "max"))
    write_bundle(root / "m.seqclass", make_bundle(front_end=front_end, model=spec, targets=(DIGITS, AGE)))
    write_bundle(root / "n.seqclass", make_bundle(model=model_spec(lstm=(7,)), targets=(DIGITS, AGE), seed=1))
    data = root / "data"
    data.mkdir()
    rows = ["file,label,age"]
    for number in range(12):
        soundfile.write(data / f"{number}.wav", tone(0.3 + 0.02 * number, seed=number), 8000)
        rows.append(f"{number}.wav,{DIGITS.labels[number % 3]},{30 + number}")
    (data / "manifest.csv").write_text("\n".join(rows) + "\n")
    return Place(seqclass.load(root / "m.seqclass"), seqclass.load(root / "n.seqclass"), data, data / "3.wav")


def done(job: Job) -> dict[str, Any]:
    """What the command finishes with."""
    heard: list[AnyEvent] = []
    jobs.run(job, heard.append, CancelToken())
    assert isinstance(heard[-1], Finished)
    return heard[-1].result


def test_a_ledger_is_of_the_last_layer_unless_one_is_named(place: Place) -> None:
    layers = place.model.trace(place.take).layers
    book = place.model.ledger(place.take)
    np.testing.assert_allclose(book.cell, layers[1].cell[-1], atol=1e-6)
    book = place.model.ledger(place.take, half="layer0.backward", at=2)
    assert layers[0].backward is not None
    np.testing.assert_allclose(book.left.sum(axis=0), layers[0].backward.cell[2], atol=1e-5)
    assert (book.at, book.is_backward) == (2, True)
    with pytest.raises(UsageError, match=r"one of layer0, layer0\.backward, layer1"):
        place.model.ledger(place.take, half="layer7")


def test_a_ledger_is_kept_with_hands_on_the_gates(place: Place) -> None:
    assert not np.array_equal(place.model.ledger(place.take, hands=MUTE).cell, place.model.ledger(place.take).cell)


def test_two_takes_are_aligned_as_the_command_does_it(place: Place) -> None:
    found = place.model.align(place.take, "5.wav", dataset=place.data)
    told = done(AlignJob(bundle=str(place.model.bundle.path), item=str(place.take), other="5.wav", dataset=str(place.data)))
    assert (found.item, found.other) == (told["item"], told["other"]) == ("3.wav", "5.wav")
    assert found.comparison.alignment.plain() == told["alignment"]
    assert found.spread is not None
    assert found.spread.limit == told["spread"]["limit"]


def test_an_item_is_laid_beside_itself_in_another_model(place: Place) -> None:
    found = place.model.align(place.take, model=place.other)
    assert found.other == str(place.other.bundle.path)
    assert not found.comparison.alignment.is_warped
    with pytest.raises(UsageError, match="Name one"):
        place.model.align(place.take)


def test_two_models_are_compared_on_the_same_items(place: Place) -> None:
    found = place.model.compare(place.other, place.data)
    one, other = (model.evaluate(place.data)["accuracy"] for model in (place.model, place.other))
    assert (found.n_items, found.first, found.second) == (12, pytest.approx(one), pytest.approx(other))
    errors = place.model.compare(place.other, place.data, target="age")
    told = place.other.evaluate(place.data)["targets"]["age"]
    assert errors.second == pytest.approx(told["mae"])
    same = place.model.compare(place.model, place.data)
    assert (same.difference, same.p_value) == (0.0, 1.0)
    with pytest.raises(UsageError, match="must both say speed"):
        place.model.compare(place.other, place.data, target="speed")


def test_health_is_that_of_the_command(place: Place) -> None:
    heard: list[AnyEvent] = []
    health = place.model.health(place.data, emit=heard.append)
    told = done(HealthJob(bundle=str(place.model.bundle.path), dataset=str(place.data)))
    assert (health.n_items, health.n_frames) == (told["n_items"], told["n_frames"])
    assert [half.name for half in health.halves] == [layer["name"] for layer in told["layers"]]
    assert [advice.text for advice in health.advice()] == [advice["text"] for advice in told["advice"]]
    assert any(isinstance(event, Progress) for event in heard)


def test_a_moment_is_found_as_the_command_finds_it(place: Place) -> None:
    found = place.model.search(place.data, place.take, start=0.1, end=0.2, limit=5)
    job = SearchJob(
        bundle=str(place.model.bundle.path), dataset=str(place.data), item=str(place.take), start=0.1, end=0.2, limit=5
    )
    told = done(job)
    assert found.n_hits == told["n_hits"] > 0
    assert [(hit.item.id, hit.start, hit.stop) for hit in found.hits] == [
        (hit["item"], hit["start"], hit["stop"]) for hit in told["hits"]
    ]
    with pytest.raises(UsageError, match="must end after it starts"):
        place.model.search(place.data, place.take, start=0.2, end=0.1)


def test_stress_gives_the_curve_of_the_command(place: Place) -> None:
    curve = place.model.stress(place.data, "gain_db", (-20, 10), base={"seed": 3})
    job = StressJob(bundle=str(place.model.bundle.path), dataset=str(place.data), axis="gain_db", values=(-20.0, 10.0))
    told = done(job)["stress"]
    assert curve.values == (None, -20.0, 10.0)
    assert [point.p_correct for point in curve.overall] == [point["p_correct"] for point in told["overall"]]
    with pytest.raises(SpecError, match=r"no setting base\.sneed.*Did you mean base\.seed"):
        place.model.stress(place.data, base={"sneed": 3})


def test_what_is_out_of_range_is_told_before_anything_is_read(place: Place) -> None:
    nobody: Any = "nobody"
    with pytest.raises(UsageError, match=r"split: invalid enum value 'nobody'\. Received: split='nobody'"):
        place.model.evaluate(place.data / "missing", split=nobody)
    with pytest.raises(UsageError, match=r"axis: invalid enum value 'nobody'"):
        place.model.stress(place.data, nobody)
    with pytest.raises(UsageError, match=r"limit: .* Received: limit=0"):
        place.model.search(place.data, place.take, start=0.1, end=0.2, limit=0)
    with pytest.raises(UsageError, match=r"parallel: .* Received: parallel='cluster'"):
        seqclass.train(place.data, place.data / "out.seqclass", parallel="cluster")
    with pytest.raises(UsageError, match=r"cache_mb: .* Received: cache_mb=-1"):
        seqclass.crossval(place.data, cache_mb=-1)
    assert not (place.data / "out.seqclass").exists()


def test_work_over_a_data_set_can_be_cancelled(place: Place) -> None:
    cancel = CancelToken()
    cancel.cancel()
    for work in (
        lambda: place.model.evaluate(place.data, cancel=cancel),
        lambda: place.model.compare(place.other, place.data, cancel=cancel),
        lambda: place.model.health(place.data, cancel=cancel),
        lambda: place.model.stress(place.data, cancel=cancel),
        lambda: place.model.search(place.data, place.take, start=0.1, end=0.2, cancel=cancel),
        lambda: place.model.align(place.take, label="yes", dataset=place.data, cancel=cancel),
    ):
        with pytest.raises(CancelledError):
            work()


def test_a_model_in_memory_says_what_it_lacks_for_a_data_set(place: Place) -> None:
    with pytest.raises(UsageError, match="needs a model in a file"):
        Model(make_bundle()).health(place.data)
