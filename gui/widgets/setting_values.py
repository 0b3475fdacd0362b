"""What a form of settings holds, apart from how it looks: each setting as text, until somebody wants its value."""

from __future__ import annotations

import re
from typing import Any, NamedTuple, get_args

import msgspec

from seqclass.errors import SpecError
from seqclass.settings import FEATURE_SPECS, SECTIONS, SettingHelp, Settings, convert, describe, merge, resolve
from seqclass.specs import AugmentationSpec, DataSpec, Kind, ModelSpec, Spec, TargetSpec, TrainingSpec

# `describe` leaves targets out because the command line has an option for them; a form is the option.
TARGETS = SettingHelp(
    name="data.targets",
    default=(),
    values="list of: str",
    help="What to learn: columns of a manifest, or parts of --pattern; empty means `label`",
)
KINDS: tuple[Kind, ...] = get_args(Kind)
_SETTING = re.compile(r"\b((?:" + "|".join(SECTIONS) + r")\.\w+)")
_LIMIT = re.compile(r"(>=|>|<=|<) (\S+)")


class Shape(NamedTuple):
    """What a setting may be, taken apart from `SettingHelp.values`.

    Attributes:
        type: ``int``, ``float``, ``bool``, ``str`` or ``choice``.
        choices: Of a choice.
        limits: Sign (``>=``, ``>``, ``<=``, ``<``) -> number as text.
        is_list: Whether there may be several.
        is_optional: Whether it may be unset.
    """

    type: str
    choices: tuple[str, ...]
    limits: dict[str, str]
    is_list: bool
    is_optional: bool


def shape_of(one: SettingHelp) -> Shape:
    """Take apart what a setting may be."""
    is_list = one.values.startswith("list of: ")
    words = one.values.removeprefix("list of: ")
    kind = words.split(" ")[0]
    if kind in ("int", "float", "bool", "str"):
        return Shape(kind, (), dict(_LIMIT.findall(words)), is_list, words.endswith("| none"))
    return Shape("choice", tuple(words.split(" | ")), {}, is_list, is_optional=False)


def text_of(value: Any) -> str:
    """A value as a person writes it; empty for one that is unset."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, TargetSpec):
        value = msgspec.to_builtins(value)
    if isinstance(value, dict):  # a target
        return str(value["name"]) + (":number" if value.get("kind") == "number" else "")
    if isinstance(value, list | tuple):
        return ", ".join(text_of(one) for one in value)
    return str(value)


class SettingValues:
    """All settings of a training on one kind of data.

    Attributes:
        kind: Of the data.
        entries: Name (``section.name``) -> what is known about the setting, in the order of the specs.
        texts: Name -> what stands in its field.
    """

    def __init__(self, kind: Kind, base: Settings | None = None) -> None:
        """Start with the defaults.

        Args:
            kind: Of the data.
            base: Settings that hold unless they are changed: how the open folder is read.
        """
        self.kind = kind
        self.entries = {one.name: one for one in (TARGETS, *describe(kind))}
        self._base = base or {}
        self._types: dict[str, type[Spec]] = {
            "data": DataSpec,
            "features": FEATURE_SPECS[kind],
            "model": ModelSpec,
            "augmentation": AugmentationSpec,
            "training": TrainingSpec,
        }
        self._defaults = {name: text_of(one.default) for name, one in self.entries.items()} | self._texts_in(self._base)
        self.texts = dict(self._defaults)

    def default(self, name: str) -> str:
        """The text of a setting that nobody has touched."""
        return self._defaults[name]

    def set_text(self, name: str, text: str) -> None:
        """Take what was typed."""
        self.texts[name] = text

    def replace(self, settings: Settings) -> None:
        """Take settings, and the defaults for all others. What is unknown, as to another version, is left out."""
        self.texts = self._defaults | self._texts_in(settings)

    def is_changed(self, name: str) -> bool:
        """Whether a setting differs from its default."""
        return self.differs(name, self._defaults[name])

    def differs(self, name: str, text: str) -> bool:
        """Whether a setting differs from what a text stands for: ``0.10`` is ``0.1``."""
        if self.texts[name].strip() == text.strip():
            return False
        try:
            return bool(self._value(name, self.texts[name]) != self._value(name, text))
        except SpecError:
            return True

    def changed(self) -> list[str]:
        """Names of all settings that differ from their defaults."""
        return [name for name in self.entries if self.is_changed(name)]

    def own(self) -> Settings:
        """What differs from the defaults; text that is no value as it stands."""
        made: Settings = {}
        for name in self.changed():
            section, _, field = name.partition(".")
            try:
                value = msgspec.to_builtins(self._value(name, self.texts[name]))
            except SpecError:
                value = self.texts[name]
            made.setdefault(section, {})[field] = value
        return made

    def settings(self) -> Settings:
        """The same as a job takes it: with how the folder is read."""
        return merge(self._base, self.own())

    def errors(self) -> dict[str, str]:
        """Setting -> what is wrong with it; under an empty name what concerns none of them."""
        found: dict[str, str] = {}
        for name, text in self.texts.items():
            try:
                self._value(name, text)
            except SpecError as error:
                found[name] = str(error)
        if found:
            return found
        try:
            resolve(self.settings(), self.kind)
        except SpecError as error:
            for line in str(error).splitlines():
                named = _SETTING.search(line)
                found.setdefault(named[1] if named and named[1] in self.entries else "", line)
        return found

    def texts_of(self, settings: Settings) -> dict[str, str]:
        """What all fields would show with these settings."""
        return self._defaults | self._texts_in(settings)

    def _texts_in(self, settings: Settings) -> dict[str, str]:
        named = {f"{section}.{name}": value for section, values in settings.items() for name, value in values.items()}
        return {name: text_of(value) for name, value in named.items() if name in self.entries}

    def _value(self, name: str, text: str) -> Any:
        section, _, field = name.partition(".")
        plain = None if not text.strip() and shape_of(self.entries[name]).is_optional else text.strip()
        return getattr(convert({field: plain}, self._types[section], prefix=section), field)
