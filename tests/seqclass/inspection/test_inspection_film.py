"""The training film: what is kept of each epoch, what is alarming, and what it costs a training."""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support import AGE, DIGITS, make_bundle, model_spec, tone

from seqclass.data.manifest import Item
from seqclass.errors import CancelledError, DataError, StorageError, UsageError
from seqclass.events import Alarm, CancelToken, EpochEnded, Note, decode, encode
from seqclass.features.front_end import Encoded
from seqclass.inference.classify import encode_content
from seqclass.inspection import film
from seqclass.inspection.film import FilmWriter, Gradient, Pin, default_pins
from seqclass.inspection.store import halves_of
from seqclass.inspection.trace import GATES, trace_encoded
from seqclass.model import network as networks
from seqclass.model.bundle import Bundle, TargetCard

CONTENT: dict[str, Any] = {"numeric": np.random.default_rng(0).normal(size=(15, 3)), "text": "a good film, unheard-of"}


def pins(bundle: Bundle, *, n: int = 2, label: str = "yes") -> list[tuple[Pin, Encoded]]:
    made = []
    for number in range(n):
        if bundle.card.kind == "speech":
            encoded = bundle.front_end.encode(tone(0.3 + 0.1 * number, seed=number), 8000)  # type: ignore[call-arg, arg-type]
        else:
            encoded = encode_content(bundle, CONTENT[bundle.card.kind])
        item = Item(id=f"i{number}", targets={"label": label, "age": 3.0})
        made.append((Pin(name=f"i{number}", item=item, n_frames=len(encoded.frames), tokens=encoded.tokens), encoded))
    return made


def writer(folder: Path, bundle: Bundle, n_epochs: int = 4, **more: Any) -> FilmWriter:
    fixed: dict[str, Any] = {"kind": bundle.card.kind, "root": "/d", "targets": bundle.card.targets, "pins": pins(bundle)}
    return FilmWriter(folder, n_epochs=n_epochs, **(fixed | more))


def bundles_of(kind: str = "speech", n: int = 4, targets: tuple[TargetCard, ...] = (DIGITS,)) -> list[Bundle]:
    """The same model with other weights, as after each epoch."""
    layout = model_spec(lstm=(5, 4), bidirectional=True)
    return [make_bundle(kind, model=layout, targets=targets, seed=seed) for seed in range(n)]  # type: ignore[arg-type]


def changed(bundle: Bundle, **arrays: np.ndarray[Any, Any]) -> Bundle:
    """The model with some of its arrays filled anew: the names have underscores for dots."""
    plain = networks.to_arrays(bundle.network)
    plain |= {name.replace("_", "."): values.astype(np.float32) for name, values in arrays.items()}
    return dataclasses.replace(bundle, network=networks.from_arrays(plain, bundle.network.spec, bundle.network.targets))


def flips(alarms: list[Alarm]) -> list[Alarm]:
    return [alarm for alarm in alarms if alarm.alarm == "flip"]


@pytest.mark.parametrize("kind", ["speech", "numeric", "text"])
def test_each_epoch_comes_back_as_the_trace_that_it_was(kind: str, tmp_path: Path) -> None:
    epochs = bundles_of(kind, targets=(DIGITS, AGE))
    making = writer(tmp_path, epochs[0])
    for epoch, bundle in enumerate(epochs, start=1):
        making.add(epoch, bundle)
    seen = film.read(tmp_path)
    assert seen is not None
    assert seen.epochs == (1, 2, 3, 4)
    assert seen.head.halves == ("layer0", "layer0.backward", "layer1", "layer1.backward")
    for epoch, bundle in enumerate(epochs, start=1):
        for number, (pin, encoded) in enumerate(pins(bundle)):
            expected, got = trace_encoded(bundle, encoded, name=pin.name), seen.trace(epoch, number)
            assert (got.item, got.tokens, got.is_timed) == (expected.item, expected.tokens, expected.is_timed)
            assert got.result["label"] == expected.result["label"]
            assert got.result["age"] == expected.result["age"]
            np.testing.assert_array_equal(got.times_s, expected.times_s)
            np.testing.assert_array_equal(got.features, expected.features)
            np.testing.assert_allclose(got.output, expected.output, atol=1e-3)
            np.testing.assert_allclose(got.probabilities["label"], expected.probabilities["label"], atol=1e-6)
            for (half, layer), (_, own) in zip(halves_of(expected), halves_of(got), strict=True):
                for gate in GATES:
                    np.testing.assert_allclose(getattr(own, gate), getattr(layer, gate), rtol=1e-3, atol=1e-4, err_msg=half)
                np.testing.assert_allclose(own.h_n, layer.h_n, atol=1e-3)
    np.testing.assert_allclose(seen.said(1)[2], list((seen.trace(3, 1).result["label"].probabilities or {}).values()))
    assert seen.said(0, "age").shape == (4, 1)


def test_a_film_beyond_its_limit_leaves_epochs_out_at_an_even_stride(tmp_path: Path) -> None:
    bundle = make_bundle(model=model_spec(lstm=(400,)))  # 0.2 MB an epoch
    making = writer(tmp_path, bundle, n_epochs=20, limit_mb=1)
    for epoch in range(1, 21):
        making.add(epoch, bundle)
    seen = film.read(tmp_path)
    assert seen is not None
    assert seen.head.stride > 1
    assert seen.epochs == (1, *(epoch for epoch in range(2, 20) if epoch % seen.head.stride == 0), 20)
    assert sum(path.stat().st_size for path in seen.folder.iterdir()) < 1.5 * (1 << 20)


def test_a_label_that_flips_is_told_with_what_the_item_is(tmp_path: Path) -> None:
    bundle = bundles_of(n=1)[0]
    to_stop, to_yes = (changed(bundle, head_label_bias=50.0 * np.eye(3)[index]) for index in (1, 2))
    making = writer(tmp_path, bundle, pins=pins(bundle, n=1))
    assert flips(making.add(1, to_yes)) == []
    (alarm,) = flips(making.add(2, to_stop))
    assert alarm == Alarm(epoch=2, alarm="flip", text="Epoch 2: i0 turned from yes to stop; it is yes.", item="i0")
    assert flips(making.add(3, to_stop)) == []


def test_a_gate_that_saturates_is_told_once(tmp_path: Path) -> None:
    bundle = make_bundle(model=model_spec(lstm=(5,)))
    open_wide = np.zeros(20)
    open_wide[5:10] = 40.0  # the forget gate
    bundle = changed(bundle, layer0_forward_kernel=np.zeros((8, 20)))
    closed = changed(bundle, layer0_forward_bias=open_wide)
    making = writer(tmp_path, bundle)
    assert making.add(1, bundle) == []
    alarms = [alarm for alarm in making.add(2, closed) if alarm.alarm == "saturated"]
    assert [alarm.place for alarm in alarms] == ["layer0.forget_gate"]
    assert "forget gate of layer0 is saturated in 100 %" in alarms[0].text
    assert [alarm for alarm in making.add(3, closed) if alarm.alarm == "saturated"] == []
    seen = film.read(tmp_path)
    assert seen is not None
    np.testing.assert_allclose(seen.saturation()["layer0.forget_gate"][1:], 1.0)
    assert seen.saturation()["layer0.forget_gate"][0] < 0.9


@pytest.mark.parametrize(
    ("norms", "told"),
    [
        ([(1, 2), (1, 2), (1, 9)], []),
        ([(1, 2), (1, 2), (1, 11), (1, 2), (2, 12)], [3, 5]),
        ([(1, 11), (1, 11), (1, 2)], []),  # what is usual is not known yet
        ([(5, 2000)], [1]),
        ([(1, 2), (1, math.nan)], [2]),
    ],
)
def test_a_gradient_far_beyond_the_usual_is_told(norms: list[tuple[float, float]], told: list[int], tmp_path: Path) -> None:
    bundle = make_bundle()
    making = writer(tmp_path, bundle)
    alarms = [making.add(epoch, bundle, Gradient(*norm)) for epoch, norm in enumerate(norms, start=1)]
    assert [alarm.epoch for each in alarms for alarm in each if alarm.alarm == "gradient"] == told


@pytest.mark.parametrize(("is_clipped", "advice"), [(True, "It was cut"), (False, "training.clip_norm=1 cuts it")])
def test_advice_about_a_gradient_is_what_is_left_to_do(is_clipped: bool, advice: str, tmp_path: Path) -> None:
    bundle = make_bundle()
    (alarm,) = (
        each for each in writer(tmp_path, bundle, is_clipped=is_clipped).add(1, bundle, Gradient(5, 2000)) if not each.place
    )
    assert advice in alarm.text


def test_an_interrupted_film_goes_on_and_one_of_other_items_makes_room(tmp_path: Path) -> None:
    bundle = bundles_of(n=1)[0]
    to_stop, to_yes = (changed(bundle, head_label_bias=50.0 * np.eye(3)[index]) for index in (1, 2))
    writer(tmp_path, bundle).add(1, to_stop)
    again = writer(tmp_path, bundle)
    assert {alarm.alarm for alarm in again.add(2, to_yes)} == {"flip"}
    seen = film.read(tmp_path)
    assert seen is not None
    assert seen.epochs == (1, 2)
    other = writer(tmp_path, bundle, pins=pins(bundle, n=1))
    other.add(3, bundle)
    seen = film.read(tmp_path)
    assert seen is not None
    assert (seen.epochs, len(seen.head.pins)) == ((3,), 1)


def test_alarms_are_read_from_the_events_of_the_run_once_each(tmp_path: Path) -> None:
    alarm = Alarm(epoch=2, alarm="flip", text="Epoch 2: i0 turned from a to b.", item="i0")
    assert decode(encode(alarm)) == alarm
    lines = [encode(Note(text='about an "alarm"')), encode(alarm), encode(alarm), b'{"event":"alarm"']
    (tmp_path / "events.jsonl").write_bytes(b"\n".join(lines))
    assert film.alarms_of(tmp_path) == (alarm,)
    assert film.alarms_of(tmp_path / "none") == ()


def test_a_run_without_a_film_and_a_damaged_one(tmp_path: Path) -> None:
    assert film.read(tmp_path) is None
    bundle = make_bundle()
    writer(tmp_path, bundle).add(1, bundle)
    seen = film.read(tmp_path)
    assert seen is not None
    (seen.folder / "epoch-00001.npz").write_bytes(b"broken")
    with pytest.raises(StorageError, match="is damaged"):
        seen.trace(1, 0)
    (seen.folder / "film.json").write_bytes(b"{}")
    with pytest.raises(DataError, match="Train again with pins"):
        film.read(tmp_path)


def test_a_few_items_are_pinned_by_default_one_of_each_class_in_turn() -> None:
    items = [Item(id=f"{label}{take}", targets={"label": label}, file="f") for label in "abc" for take in range(4)]
    made_up = Item(id="silence", targets={"label": "_silence_"})
    chosen = default_pins([*items, made_up], "label", most=5)
    assert len(chosen) == 5
    assert {item.targets["label"] for item in chosen[:3]} == {"a", "b", "c"}
    assert default_pins(items[::-1], "label", most=5) == chosen


# In a training


@pytest.mark.tensorflow
@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning")
@pytest.mark.parametrize("average", [0.0, 0.9])
def test_the_last_epoch_of_the_film_is_the_model_that_was_kept(bench: Any, tmp_path: Path, average: float) -> None:
    """And every epoch's gradient norm is told, before it is cut."""
    from seqclass.inspection.trace import trace
    from seqclass.model import bundle as bundles

    root = bench.numeric_set(tmp_path / "d")
    settings = bench.small(
        training={"epochs": 3, "min_validation": 1000, "weight_average": average, "clip_norm": 1e-3}, model={"lstm": [6, 5]}
    )
    heard = bench.train(root, tmp_path / "m.seqclass", settings, pins=("auto", str(root / "item000.npy")))
    run = root / ".seqclass" / "runs" / heard.result["run"]
    seen = film.read(run)
    assert seen is not None
    assert seen.epochs == (1, 2, 3)
    assert "item000.npy" in [pin.name for pin in seen.head.pins]
    bundle = bundles.read(tmp_path / "m.seqclass")
    for number, pin in enumerate(seen.head.pins):
        kept = trace(bundle, root / pin.name)
        np.testing.assert_allclose(seen.trace(3, number).layers[1].hidden, kept.layers[1].hidden, atol=1e-3)
        np.testing.assert_allclose(seen.said(number)[-1], list((kept.result["label"].probabilities or {}).values()), atol=1e-5)
    epochs = [event for event in heard.events if isinstance(event, EpochEnded)]
    for event in epochs:
        assert event.gradient_norm is not None
        assert event.gradient_peak is not None
        assert 1e-3 < event.gradient_norm <= event.gradient_peak
    assert [event for event in heard.events if isinstance(event, Alarm)] == list(seen.alarms)


@pytest.mark.tensorflow
@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning")
def test_a_film_changes_no_weight_and_a_pin_that_is_none_is_refused(bench: Any, tmp_path: Path) -> None:
    root = bench.text_set(tmp_path / "d")
    bench.train(root, tmp_path / "with.seqclass", pins=("auto",))
    bench.train(root, tmp_path / "without.seqclass")
    assert bench.greatest_difference(tmp_path / "with.seqclass", tmp_path / "without.seqclass") == 0.0
    n_runs = len(list((root / ".seqclass" / "runs").iterdir()))
    with pytest.raises(UsageError, match=r"nothing\.txt"):
        bench.train(root, tmp_path / "m.seqclass", pins=("nothing.txt",))
    assert len(list((root / ".seqclass" / "runs").iterdir())) == n_runs


@pytest.mark.tensorflow
@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning")
def test_a_resumed_run_is_filmed_on_with_the_pins_that_it_had(bench: Any, tmp_path: Path) -> None:
    root = bench.numeric_set(tmp_path / "d")
    cancel = CancelToken()

    def act(event: object) -> None:
        if isinstance(event, EpochEnded):
            cancel.cancel()

    with pytest.raises(CancelledError):
        bench.train(root, tmp_path / "m.seqclass", pins=("item003.npy",), act=act, cancel=cancel)
    heard = bench.train(root, tmp_path / "m.seqclass", pins=("auto",), resume=True)
    seen = film.read(root / ".seqclass" / "runs" / heard.result["run"])
    assert seen is not None
    assert ([pin.name for pin in seen.head.pins], seen.epochs) == (["item003.npy"], (1, 2))


@pytest.mark.tensorflow
@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning")
def test_a_film_that_cannot_be_written_does_not_end_the_training(
    bench: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, content: bytes) -> None:
        raise StorageError(f"Cannot write {path}: the disk is full.")

    monkeypatch.setattr(film, "write_bytes", full)
    heard = bench.train(bench.numeric_set(tmp_path / "d"), tmp_path / "m.seqclass", pins=("auto",))
    assert [note for note in heard.notes if "goes on without its film" in note]
    assert heard.result["epochs"] == 2
