"""From what a person wrote to a spec: TOML files, ``section.name=value`` assignments, defaults by kind, validation.

Settings are plain nested dictionaries, ``{"training": {"epochs": 5}}``, until `resolve` turns them into a `Config`.
"""

from __future__ import annotations

import datetime
import difflib
import functools
import math
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any, TypeVar, get_args, get_origin, get_type_hints

import msgspec

from seqclass.errors import SpecError
from seqclass.files import read_bytes
from seqclass.specs import (
    KIND_DEFAULTS,
    VOICE_DEFAULTS,
    AugmentationSpec,
    Config,
    DataSpec,
    FeatureSpec,
    Kind,
    ModelSpec,
    NumericFeatureSpec,
    Spec,
    SpeechFeatureSpec,
    TargetSpec,
    TextFeatureSpec,
    TrainingSpec,
)

Settings = dict[str, dict[str, Any]]
SpecT = TypeVar("SpecT", bound=Spec)

FEATURE_SPECS: dict[Kind, type[SpeechFeatureSpec] | type[TextFeatureSpec] | type[NumericFeatureSpec]] = {
    "speech": SpeechFeatureSpec,
    "text": TextFeatureSpec,
    "numeric": NumericFeatureSpec,
}
SECTIONS = ("data", "features", "model", "augmentation", "training")


class SettingHelp(msgspec.Struct, frozen=True):
    """One setting as a form or a help page shows it."""

    name: str
    default: Any
    values: str
    help: str


def read_toml(path: Path | str) -> Settings:
    """Read a settings file.

    Raises:
        StorageError: The file cannot be read.
        SpecError: It is not TOML, or holds something that is no section.
    """
    try:
        settings = tomllib.loads(read_bytes(path, limit=1_000_000).decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SpecError(f"{path} must be a TOML file in UTF-8: {error}.") from error
    _check_sections(settings, source=str(path))
    return settings


def parse_assignments(assignments: Iterable[str]) -> Settings:
    """Turn ``["training.epochs=30", "model.lstm=[64]"]`` into settings. Values are TOML; bare words are strings.

    Raises:
        SpecError: An assignment has another form or names an unknown section.
    """
    settings: Settings = {}
    for assignment in assignments:
        path, equals, text = assignment.partition("=")
        section, dot, name = path.strip().partition(".")
        if not (equals and dot and name):
            raise SpecError(
                f"A setting must be written section.name=value. Received: {assignment!r}. Example: training.epochs=30."
            )
        try:
            value = tomllib.loads(f"value = {text.strip()}")["value"]
        except tomllib.TOMLDecodeError:
            value = text.strip()
        settings.setdefault(section, {})[name.strip()] = value
    _check_sections(settings, source="--set")
    return settings


def parse_target(text: str) -> dict[str, str]:
    """Turn ``name`` or ``name:number`` into the plain form of a `TargetSpec`.

    Raises:
        SpecError: What follows the colon is no kind of target, or there is no name.
    """
    name, colon, kind = text.partition(":")
    if not name or (colon and kind not in ("class", "number")):
        raise SpecError(f"A target must be written NAME or NAME:number. Received: {text!r}. Example: age:number.")
    return {"name": name, "kind": kind or "class"}


def merge(*layers: Settings) -> Settings:
    """Lay settings over one another; later ones win."""
    merged: Settings = {}
    for layer in layers:
        for section, values in layer.items():
            merged.setdefault(section, {}).update(values)
    return merged


def data_spec(settings: Settings) -> DataSpec:
    """The `DataSpec` within settings, which is needed before the kind of the data is known.

    Raises:
        SpecError: A value is unknown or out of range.
    """
    return convert(settings.get("data", {}), DataSpec, prefix="data")


def resolve(settings: Settings, kind: Kind) -> Config:
    """Fill in all defaults for a kind of data and validate.

    Raises:
        SpecError: A value is unknown or out of range. All of them are named, one a line.
    """
    _check_sections(settings, source="settings")
    features = dict(settings.get("features", {}))
    if features.pop("kind", kind) != kind:
        raise SpecError(
            f"features.kind must be the kind of the data, {kind}. Received: features.kind={settings['features']['kind']}. "
            "Leave it out, or choose another data set."
        )
    about_voices = VOICE_DEFAULTS if kind == "speech" and _learns_the_group(settings) else {}
    layered = merge(KIND_DEFAULTS[kind], about_voices, settings, {"features": features})
    layered["features"].pop("kind", None)
    types: dict[str, type[Spec]] = {
        "data": DataSpec,
        "features": FEATURE_SPECS[kind],
        "model": ModelSpec,
        "augmentation": AugmentationSpec,
        "training": TrainingSpec,
    }
    parts: dict[str, Any] = {}
    problems: list[str] = []
    for section, spec_type in types.items():
        try:
            parts[section] = convert(layered.get(section, {}), spec_type, prefix=section)
        except SpecError as error:
            problems.append(str(error))
    if not problems:
        problems = list(_cross_checks(parts["features"], parts["augmentation"]))
    if problems:
        raise SpecError("\n".join(problems))
    return Config(**parts)


def convert(values: Any, spec_type: type[SpecT], *, prefix: str) -> SpecT:
    """Validate plain values as one spec, converting numbers and lists.

    What a person may write for short is spelt out first: ``none`` unsets a setting that can be unset, one value or
    ``a,b`` stands for a list, ``age:number`` for a target.

    Raises:
        SpecError: With the rule, the value received and the way out.
    """
    known = spec_type.__struct_fields__
    for name in values:
        if name not in known:
            near = difflib.get_close_matches(str(name), known, n=1)
            way_out = f"Did you mean {prefix}.{near[0]}?" if near else f"Known are: {', '.join(known)}."
            raise SpecError(f"There is no setting {prefix}.{name}. Received: {prefix}.{name}={values[name]!r}. {way_out}")
    plain = {}
    for name, value in values.items():  # one at a time, so that the message can name the setting and its value
        try:
            plain[name] = _spell_out(value, _bare_type(_hints(spec_type)[name]))
            msgspec.convert({name: plain[name]}, _only_field(spec_type, name), strict=False)
        except msgspec.ValidationError as error:
            rule = str(error).split(" - at ")[0]
            rule = rule[0].lower() + rule[1:]
            raise SpecError(
                f"{prefix}.{name}: {rule}. Received: {prefix}.{name}={value!r}. Default: {_default(spec_type, name)!r}."
            ) from error
    return msgspec.convert(plain, spec_type, strict=False)


def describe(kind: Kind) -> Iterator[SettingHelp]:
    """List every setting for a kind of data with its default, allowed values and help."""
    for section, spec_type in (
        ("data", DataSpec),
        ("features", FEATURE_SPECS[kind]),
        ("model", ModelSpec),
        ("augmentation", AugmentationSpec),
        ("training", TrainingSpec),
    ):
        hints = _hints(spec_type)
        for name in spec_type.__struct_fields__:
            if name == "targets":  # the command line has --target for it
                continue
            default = KIND_DEFAULTS[kind].get(section, {}).get(name, _default(spec_type, name))
            values, text = _values_and_help(hints[name])
            yield SettingHelp(name=f"{section}.{name}", default=default, values=values, help=text)


def _check_sections(settings: Any, *, source: str) -> None:
    for section, values in settings.items():
        if section not in SECTIONS:
            raise SpecError(
                f"Settings have the sections {', '.join(SECTIONS)}. Received: {section} (in {source}). Move or rename it."
            )
        if not isinstance(values, dict):
            raise SpecError(f"{section} must be a section of settings. Received: {section}={values!r} (in {source}).")


def _learns_the_group(settings: Settings) -> bool:
    try:
        data = data_spec(settings)
    except SpecError:
        return False  # it is reported with the other sections
    return data.group in {target.name for target in data.targets}


def _cross_checks(features: FeatureSpec, augmentation: AugmentationSpec) -> Iterator[str]:
    if not isinstance(features, TextFeatureSpec) and features.delta_width % 2 == 0:
        yield f"features.delta_width must be odd. Received: features.delta_width={features.delta_width}."
    if isinstance(features, SpeechFeatureSpec):
        yield from _speech_checks(features)
    if augmentation.snr_min_db > augmentation.snr_max_db:
        yield (
            "augmentation.snr_min_db must not exceed snr_max_db. Received: "
            f"snr_min_db={augmentation.snr_min_db}, snr_max_db={augmentation.snr_max_db}."
        )


def _speech_checks(features: SpeechFeatureSpec) -> Iterator[str]:
    if features.n_mfcc > features.n_mels:
        yield f"features.n_mfcc must not exceed n_mels. Received: n_mfcc={features.n_mfcc}, n_mels={features.n_mels}."
    if features.f_max_hz is not None and features.f_max_hz <= features.f_min_hz:
        yield f"features.f_max_hz must exceed f_min_hz. Received: f_max_hz={features.f_max_hz}, f_min_hz={features.f_min_hz}."
    if features.sample_rate_hz is not None:
        if features.f_max_hz is not None and features.f_max_hz > features.sample_rate_hz / 2:
            yield (
                f"features.f_max_hz must not exceed half the sample rate. Received: f_max_hz={features.f_max_hz}, "
                f"sample_rate_hz={features.sample_rate_hz}."
            )
        if features.n_fft is not None and features.n_fft < features.window_ms * features.sample_rate_hz / 1000:
            yield (
                "features.n_fft must be at least the window's length in samples. Received: "
                f"n_fft={features.n_fft}, window_ms={features.window_ms}, sample_rate_hz={features.sample_rate_hz}."
            )


@functools.cache
def _only_field(spec_type: type[Spec], name: str) -> type[msgspec.Struct]:
    return msgspec.defstruct(f"Only_{name}", [(name, _hints(spec_type)[name])])


@functools.cache
def _hints(spec_type: type[Spec]) -> dict[str, Any]:
    return get_type_hints(spec_type, include_extras=True)


def _bare_type(hint: Any) -> Any:
    while get_origin(hint) is Annotated:
        hint = get_args(hint)[0]
    return hint


def _spell_out(value: Any, kind: Any) -> Any:
    """Turn the short forms of ``convert`` into the plain value that msgspec checks."""
    if isinstance(value, float) and not math.isfinite(value):
        raise msgspec.ValidationError("Expected a finite number")  # JSON, and so a bundle, cannot hold another
    options = get_args(kind)
    if get_origin(kind) is tuple:
        if isinstance(value, str):
            text = value.strip()
            value = [] if text.lower() in ("", "none") else [part.strip() for part in text.split(",")]
        elif not isinstance(value, list | tuple):
            value = [value]
        if options[0] is TargetSpec:
            return [parse_target(part) if isinstance(part, str) else part for part in value]
        return list(value)
    if type(None) in options and isinstance(value, str) and value.strip().lower() == "none":
        return None
    if kind is str and isinstance(value, int | float | datetime.date | datetime.time) and not isinstance(value, bool):
        return str(value)  # TOML made data.salt=7 a number
    return value


def _default(spec_type: type[Spec], name: str) -> Any:
    return _defaults(spec_type)[name]


@functools.cache
def _defaults(spec_type: type[Spec]) -> dict[str, Any]:
    fields = msgspec.structs.fields(spec_type)  # which takes a millisecond: not once a setting
    return {field.name: None if field.default is msgspec.NODEFAULT else field.default for field in fields}


def _values_and_help(hint: Any) -> tuple[str, str]:
    text = ""
    limits: list[str] = []
    while get_origin(hint) is Annotated:
        hint, *extras = get_args(hint)
        for meta in extras:
            text = text or meta.description or ""
            limits += [f"{sign} {value:.10g}" for sign, value in _limits(meta) if value is not None]
    options = get_args(hint)
    if get_origin(hint) is tuple:
        return f"list of: {_values_and_help(options[0])[0]}", text
    if type(None) in options:
        return f"{_values_and_help(options[0])[0]} | none", text
    if options:
        return " | ".join(options), text
    return " ".join([hint.__name__, *limits]), text


def _limits(meta: msgspec.Meta) -> tuple[tuple[str, float | None], ...]:
    return ((">=", meta.ge), (">", meta.gt), ("<=", meta.le), ("<", meta.lt))
