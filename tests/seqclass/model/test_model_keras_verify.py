"""`verify` passes on what is whole, and names the stage that is not."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support import inputs_of, make_bundle, model_spec
from test_model_bundle import change_arrays, members, pack, repack

from seqclass.errors import BundleError, CancelledError
from seqclass.events import AnyEvent, CancelToken, Finished, StageVerified, decode, encode
from seqclass.model import bundle as bundles
from seqclass.model import golden
from seqclass.specs import Kind, VerifyJob

pytestmark = [
    pytest.mark.tensorflow,
    # Keras reads TensorFlow's variables by a protocol that NumPy 2 replaced.
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"),
]
FIXTURE = Path(__file__).parent / "fixtures" / "v0.1.0.seqclass"
WEIGHTS = "weights: bundle = Keras model"
FILTERS = "mel filters, window, DCT: bundle = librosa"
LIBROSA = "features: NumPy = librosa"
FEATURES, GATES, LOGITS = "features: now = stored", "gates and states: now = stored", "logits: now = stored"
KERAS_GATES, KERAS_LOGITS = "gates and states: NumPy = Keras", "logits: NumPy = Keras"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    copy = tmp_path / "m.seqclass"
    copy.write_bytes(FIXTURE.read_bytes())
    return copy


def failing(path: Path) -> list[str]:
    """The stages that fail, after the job has said so in one line."""
    from seqclass.model.keras_verify import run

    events: list[AnyEvent] = []
    failed = []
    try:
        run(VerifyJob(bundle=str(path)), events.append, CancelToken())
        assert isinstance(events[-1], Finished)
    except BundleError as error:
        failed = [event.stage for event in events if isinstance(event, StageVerified) and not event.ok]
        if not failed:
            raise
        if not str(error).startswith(f"{path} does not verify: {', '.join(failed)} differ"):
            raise
    for event in events:
        if isinstance(event, StageVerified):
            again = decode(encode(event))
            assert event.ok == (event.max_abs_difference <= event.tolerance)
            assert again == event or math.isinf(event.max_abs_difference)
    return failed


def change_golden(path: Path, name: str, change: Callable[[Any], Any]) -> None:
    stored = bundles.read_golden(path)
    assert name in stored
    changed = {key: values.copy() for key, values in stored.items()} | {name: change(stored[name].copy())}
    repack(path, members(path) | {"golden.npz": pack(changed)})


def test_a_whole_bundle_verifies(path: Path) -> None:
    assert failing(path) == []


def test_every_kind_of_model_verifies(tmp_path: Path, kind: Kind) -> None:
    from seqclass.model import keras_model

    spec = model_spec(lstm=(4, 3), pooling=("last", "attention"), dense=(3,))
    made = make_bundle(kind, model=spec)
    model = keras_model.build(spec, made.network.targets, n_outputs={"label": 3}, **inputs_of(made.front_end))
    network = keras_model.to_network(model, spec, made.network.targets)
    content = keras_model.to_bytes(model)
    made = make_bundle(kind, model=spec, network=network)
    bundles.write(tmp_path / "m.seqclass", made, keras_model=content, golden=golden.compute(made.front_end, network))
    # The filters of these front ends are made up, which only librosa can tell.
    assert failing(tmp_path / "m.seqclass") == ([FILTERS, LIBROSA] if kind == "speech" else [])


def test_a_changed_weight_is_found_where_it_stands_and_in_all_that_follows(path: Path) -> None:
    kernel = bundles.read(path).network.layers[1][1].kernel.copy()  # type: ignore[union-attr]
    kernel[0, 0] += 0.01
    change_arrays(path, layer1__backward__kernel=kernel)
    assert failing(path) == [WEIGHTS, GATES, LOGITS, KERAS_GATES, KERAS_LOGITS]


def test_a_changed_head_touches_the_logits_alone(path: Path) -> None:
    bias = bundles.read(path).network.heads["age"].bias + np.float32(0.01)
    change_arrays(path, head__age__bias=bias)
    assert failing(path) == [WEIGHTS, LOGITS, KERAS_LOGITS]


@pytest.mark.parametrize("name", ["window", "mel", "dct", "delta_kernels"])
def test_a_changed_filter_is_told_apart_from_the_weights(path: Path, name: str) -> None:
    values = getattr(bundles.read(path).front_end.basis, name) * 1.01  # type: ignore[union-attr]
    change_arrays(path, **{f"features__{name}": values.astype(np.float32) if name == "mel" else values})
    failed = failing(path)
    assert failed[:2] == [FILTERS, LIBROSA]
    assert not {WEIGHTS, KERAS_GATES, KERAS_LOGITS} & set(failed)


@pytest.mark.parametrize(
    ("name", "stage"),
    [
        ("item0.features", FEATURES),
        ("item1.frames", FEATURES),
        ("item2.layer1.backward.cell", GATES),
        ("item0.layer0.forward.forget_gate", GATES),
        ("item1.logits.age", LOGITS),
    ],
)
def test_a_changed_golden_array_fails_its_own_stage_alone(path: Path, name: str, stage: str) -> None:
    change_golden(path, name, lambda values: values + np.float32(0.01))
    assert failing(path) == [stage]


@pytest.mark.parametrize(
    "change", [lambda values: values[:-1], lambda values: values * np.nan, lambda values: values.astype("U")]
)
def test_a_golden_array_of_another_shape_or_type_fails_its_stage(path: Path, change: Callable[[Any], Any]) -> None:
    change_golden(path, "item0.logits.label", change)
    assert failing(path) == [LOGITS]


def test_other_golden_samples_are_found(path: Path) -> None:
    change_golden(path, "item0.samples", lambda values: values[::-1])
    assert set(failing(path)) == {FEATURES, GATES, LOGITS}


@pytest.mark.parametrize(
    ("golden_arrays", "words"),
    [
        ({}, "there is no item0.samples"),
        ({"item0.samples": np.zeros((2, 2), np.float32)}, "item0.samples must not be float32 (2, 2)"),
        ({"item0.samples": np.zeros(0, np.float32)}, "item0.samples must hold finite numbers"),
        ({"item0.samples": np.full(3, "a")}, "item0.samples must not be"),
    ],
)
def test_golden_items_of_another_form_are_refused(path: Path, golden_arrays: dict[str, Any], words: str) -> None:
    repack(path, members(path) | {"golden.npz": pack(golden_arrays)})
    with pytest.raises(BundleError, match=r"golden\.npz is not as it should be") as caught:
        failing(path)
    assert words in str(caught.value)


def test_a_damaged_keras_model_is_refused_in_one_line(path: Path) -> None:
    contents = members(path)
    whole = contents["model.keras"]
    rng = np.random.default_rng(0)
    damaged = [b"", b"no model", whole[: len(whole) // 2], pack({"a": np.zeros(3)})]
    for place in rng.integers(0, len(whole), 6):
        flipped = bytearray(whole)
        flipped[place] ^= 0xFF
        damaged.append(bytes(flipped))
    for content in damaged:
        repack(path, contents | {"model.keras": content})
        try:
            assert failing(path) in ([], [WEIGHTS, KERAS_GATES, KERAS_LOGITS], [WEIGHTS, KERAS_LOGITS])
        except BundleError as error:
            assert "Keras cannot open model.keras" in str(error)  # noqa: PT017  a flip may also be harmless
            assert "\n" not in str(error)  # noqa: PT017


def test_a_keras_model_of_another_layout_is_refused(path: Path) -> None:
    from seqclass.model import keras_model

    bundle = bundles.read(path)
    for spec, words in ((model_spec(lstm=(4,)), "Keras cannot open"), (bundle.card.config.model, "is another network")):
        model = keras_model.build(spec, bundle.network.targets, n_outputs={"label": 2, "age": 1}, n_features=20)
        repack(path, members(path) | {"model.keras": keras_model.to_bytes(model)})
        with pytest.raises(BundleError, match=words):
            failing(path)


def test_cancelling_ends_a_verification(path: Path) -> None:
    from seqclass.model.keras_verify import run

    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(CancelledError):
        run(VerifyJob(bundle=str(path)), lambda _: None, cancel)
