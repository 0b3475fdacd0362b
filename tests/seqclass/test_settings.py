"""From what a person wrote to a spec."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqclass.errors import SpecError, StorageError
from seqclass.settings import (
    SECTIONS,
    convert,
    data_spec,
    describe,
    merge,
    parse_assignments,
    parse_target,
    read_toml,
    resolve,
)
from seqclass.specs import KIND_DEFAULTS, Config, Kind, ModelSpec, SpeechFeatureSpec, TargetSpec, TrainingSpec

KINDS: tuple[Kind, ...] = ("speech", "text", "numeric")


def set_(*assignments: str, kind: Kind = "speech") -> Config:
    return resolve(parse_assignments(assignments), kind)


@pytest.mark.parametrize(
    ("assignment", "value"),
    [
        ("training.epochs=30", 30),
        ("training.learning_rate=1e-3", 1e-3),
        ("training.learning_rate = 0.5", 0.5),
        ("training.weight_decay=0", 0.0),
        ("augmentation.enabled=false", False),
        ("augmentation.enabled=False", False),
        ("features.normalisation=running", "running"),
        ("features.normalisation='running'", "running"),
        ("features.normalisation=none", "none"),
        ("training.class_weights=none", "none"),
        ("features.trim_db=none", None),
        ("features.trim_db=None", None),
        ("features.floor_db=20", 20.0),
        ("features.n_fft=none", None),
        ("features.f_max_hz=none", None),
        ("model.lstm=[64, 32]", (64, 32)),
        ("model.lstm=64", (64,)),
        ("model.lstm=64,32", (64, 32)),
        ("model.pooling=last", ("last",)),
        ("model.pooling=last, mean", ("last", "mean")),
        ("model.pooling=['max']", ("max",)),
        ("model.dense=[]", ()),
        ("model.dense=none", ()),
        ("model.dense=", ()),
        ("data.salt=7", "7"),
        ("data.salt=2026-11-20", "2026-11-20"),
        ("data.pattern={label}_{speaker}_{take}.wav", "{label}_{speaker}_{take}.wav"),
        ("data.group=", ""),
        ("training.tensorboard=logs/a=b", "logs/a=b"),
    ],
)
def test_a_setting_is_taken_as_a_person_means_it(assignment: str, value: object) -> None:
    section, _, name = assignment.partition("=")[0].strip().partition(".")
    assert getattr(getattr(set_(assignment), section), name) == value


@pytest.mark.parametrize(
    ("assignment", "words"),
    [
        ("epochs=3", "A setting must be written section.name=value. Received: 'epochs=3'. Example"),
        ("training.epochs", "A setting must be written section.name=value"),
        ("training.=3", "A setting must be written section.name=value"),
        ("trainig.epochs=3", "Settings have the sections data, features.*Received: trainig"),
        ("training.epoch=3", r"There is no setting training.epoch. Received: training.epoch=3. Did you mean training.epochs\?"),
        ("training.a.b=3", "There is no setting training.a.b"),
        ("model.xyzzy=3", "There is no setting model.xyzzy. .*Known are: embedding_dim, lstm"),
        ("training.epochs=0", "training.epochs: expected `int` >= 1. Received: training.epochs=0. Default:"),
        ("training.epochs=many", "training.epochs: expected `int.*Received: training.epochs='many'"),
        ("training.epochs=1.5", "training.epochs: expected `int"),
        ("training.epochs=true", "training.epochs: expected `int"),
        (
            "training.learning_rate=nan",
            "training.learning_rate: expected a finite number. Received: training.learning_rate=nan",
        ),
        ("training.clip_norm=inf", "training.clip_norm: expected a finite number"),
        ("training.learning_rate=none", "training.learning_rate: expected `float`"),
        ("training.optimizer=adan", "training.optimizer: invalid enum value 'adan'. Received"),
        ("model.lstm=[]", "model.lstm: expected `array` of length >= 1"),
        ("model.lstm=[0]", "model.lstm: expected `int` >= 1"),
        ("model.lstm=none", "model.lstm: expected `array` of length >= 1"),
        ("model.pooling=first", "model.pooling: invalid enum value 'first'"),
        ("augmentation.enabled=maybe", "augmentation.enabled: expected `bool`"),
        ("data.validation_share=0.95", "data.validation_share: expected `float` <= 0.9"),
    ],
)
def test_a_wrong_setting_is_named_with_its_rule_value_and_way_out(assignment: str, words: str) -> None:
    with pytest.raises(SpecError, match=words) as caught:
        set_(assignment)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("assignments", "words"),
    [
        (
            ["features.n_mfcc=20", "features.n_mels=10"],
            "features.n_mfcc must not exceed n_mels. Received: n_mfcc=20, n_mels=10",
        ),
        (["features.delta_width=4"], "features.delta_width must be odd. Received: features.delta_width=4"),
        (["features.f_min_hz=500", "features.f_max_hz=400"], "features.f_max_hz must exceed f_min_hz"),
        (
            ["features.f_min_hz=60", "features.f_max_hz=5000", "features.sample_rate_hz=8000"],
            "must not exceed half the sample rate",
        ),
        (
            ["features.n_fft=16", "features.window_ms=30", "features.sample_rate_hz=8000"],
            "n_fft must be at least the window's length",
        ),
        (["augmentation.snr_min_db=30", "augmentation.snr_max_db=20"], "snr_min_db must not exceed snr_max_db"),
    ],
)
def test_settings_that_do_not_fit_one_another_are_refused(assignments: list[str], words: str) -> None:
    with pytest.raises(SpecError, match=words):
        set_(*assignments)


def test_every_wrong_section_is_reported_at_once() -> None:
    with pytest.raises(SpecError) as caught:
        set_("training.epochs=0", "model.lstm=[0]", "features.hop_ms=-10")
    assert len(str(caught.value).splitlines()) == 3


def test_settings_of_another_kind_are_unknown() -> None:
    with pytest.raises(SpecError, match=r"There is no setting features.n_mfcc"):
        set_("features.n_mfcc=13", kind="text")
    with pytest.raises(SpecError, match=r"features.kind must be the kind of the data, text. Received: features.kind=speech"):
        set_("features.kind=speech", kind="text")
    assert set_("features.kind=text", "features.min_count=3", kind="text") == set_("features.min_count=3", kind="text")


def test_a_toml_file_says_the_same_as_assignments(tmp_path: Path) -> None:
    file = tmp_path / "train.toml"
    file.write_text(
        '[training]\nepochs = 5\n[model]\nlstm = 64\npooling = ["last", "max"]\n[features]\ntrim_db = "none"\n'
        '[data]\ntargets = ["digit", "age:number"]\n',
        encoding="utf-8",
    )
    config = resolve(read_toml(file), "speech")
    assert (config.training.epochs, config.model.lstm, config.model.pooling) == (5, (64,), ("last", "max"))
    assert config.features.trim_db is None  # type: ignore[union-attr]
    assert config.data.targets == (TargetSpec(name="digit"), TargetSpec(name="age", kind="number"))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"[training\n", "must be a TOML file in UTF-8"),
        (b"\xff\xfe[training]", "must be a TOML file in UTF-8"),
        (b"epochs = 3\n", "Settings have the sections"),
        (b"training = 3\n", "training must be a section of settings. Received: training=3"),
        (b"[modle]\n", "Received: modle"),
    ],
)
def test_a_file_that_is_no_settings_names_itself(tmp_path: Path, content: bytes, words: str) -> None:
    file = tmp_path / "train.toml"
    file.write_bytes(content)
    with pytest.raises(SpecError, match=words) as caught:
        read_toml(file)
    assert "train.toml" in str(caught.value)


def test_a_settings_file_that_is_missing_or_huge_is_not_read(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="there is no such file"):
        read_toml(tmp_path / "nowhere.toml")
    (tmp_path / "huge.toml").write_bytes(b"#" * 1_000_001)
    with pytest.raises(StorageError, match="at most 1000000 bytes"):
        read_toml(tmp_path / "huge.toml")


def test_later_settings_win_one_by_one() -> None:
    assert merge({"a": {"x": 1, "y": 1}}, {"a": {"y": 2}, "b": {"z": 3}}) == {"a": {"x": 1, "y": 2}, "b": {"z": 3}}


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_set_gives_the_defaults_of_the_kind(kind: Kind) -> None:
    config = resolve({}, kind)
    for section, values in KIND_DEFAULTS[kind].items():
        for name, value in values.items():
            assert getattr(getattr(config, section), name) == value


@pytest.mark.parametrize("kind", KINDS)
def test_a_config_survives_json_and_resolves_to_itself(kind: Kind) -> None:
    config = resolve({"training": {"epochs": 3}, "model": {"dense": [5]}}, kind)
    assert msgspec.json.decode(msgspec.json.encode(config), type=Config) == config
    assert resolve(msgspec.to_builtins(config), kind) == config


@pytest.mark.parametrize("kind", KINDS)
def test_every_setting_is_described_with_its_help_and_its_default(kind: Kind) -> None:
    config = resolve({}, kind)
    described = {setting.name: setting for setting in describe(kind)}
    expected = [f"{section}.{name}" for section in SECTIONS for name in getattr(config, section).__struct_fields__]
    assert [*described] == [name for name in expected if name != "data.targets"]
    for name, setting in described.items():
        section, _, field = name.partition(".")
        assert setting.help, f"{name} has no help text"
        assert not setting.help.endswith(".")
        assert setting.values
        assert "Annotated" not in setting.values
        assert "typing" not in setting.values
        assert setting.default == getattr(getattr(config, section), field)


def test_allowed_values_are_shown_as_a_person_would_write_them() -> None:
    values = {setting.name: setting.values for setting in describe("speech")}
    assert values["features.trim_db"] == "float >= 5 <= 120 | none"
    assert values["model.lstm"] == "list of: int >= 1 <= 4096"
    assert values["training.seed"] == "int >= 0 <= 2147483647"
    assert values["model.activation"] == "relu | tanh | gelu | elu"


@pytest.mark.parametrize("kind", KINDS)
def test_each_default_can_be_written_down_and_read_again(kind: Kind) -> None:
    for setting in describe(kind):
        value = "none" if setting.default is None else msgspec.json.encode(setting.default).decode()
        section, _, name = setting.name.partition(".")
        config = resolve(parse_assignments([f"{setting.name}={value}"]), kind)
        assert getattr(getattr(config, section), name) == setting.default


def test_targets_are_names_with_an_optional_kind() -> None:
    assert parse_target("age:number") == {"name": "age", "kind": "number"}
    assert parse_target("digit") == parse_target("digit:class") == {"name": "digit", "kind": "class"}
    for wrong in ("", ":number", "age:", "age:text"):
        with pytest.raises(SpecError, match="A target must be written NAME or NAME:number"):
            parse_target(wrong)


def test_data_settings_can_be_read_before_the_kind_is_known() -> None:
    spec = data_spec({"data": {"test_share": 0.25, "targets": [parse_target("digit")]}, "features": {"what": "ever"}})
    assert spec.test_share == 0.25
    assert spec.targets == (TargetSpec(name="digit"),)


@given(
    st.dictionaries(
        st.text(max_size=8), st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.integers())
    )
)
def test_whatever_is_given_is_a_spec_or_a_spec_error(values: dict[str, Any]) -> None:
    for spec_type in (TrainingSpec, ModelSpec, SpeechFeatureSpec):
        named = dict(zip(spec_type.__struct_fields__, values.values(), strict=False))
        for plain in (values, named):
            try:
                spec = convert(plain, spec_type, prefix="section")
            except SpecError:
                continue
            assert msgspec.json.decode(msgspec.json.encode(spec), type=spec_type) == spec
