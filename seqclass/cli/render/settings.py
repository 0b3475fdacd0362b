"""The page of ``--help-settings``."""

from __future__ import annotations

import textwrap
from typing import Any, get_args

from seqclass.settings import SECTIONS, SettingHelp, describe
from seqclass.specs import Kind

_HEAD = """\
Settings. Change one with --set section.name=value, or several in a TOML file given with --config:

  [training]
  epochs = 10

Each line: name = default  (allowed values), then what it does."""


def settings_page() -> str:
    """All settings, by section; the features' once for each kind of data, others with the kinds whose default differs."""
    by_kind: dict[Kind, dict[str, SettingHelp]] = {
        kind: {setting.name: setting for setting in describe(kind)} for kind in get_args(Kind)
    }
    lines = [_HEAD]
    for section in SECTIONS:
        if section == "features":
            for kind, settings in by_kind.items():
                lines += ["", f"[features] of {kind} data"]
                lines += [line for name in settings if name.startswith("features.") for line in _lines({kind: settings[name]})]
            continue
        lines += ["", f"[{section}]"]
        first = next(iter(by_kind.values()))
        for name in first:
            if name.startswith(f"{section}."):
                lines += _lines({kind: settings[name] for kind, settings in by_kind.items()})
    return "\n".join(lines) + "\n"


def _lines(settings: dict[Kind, SettingHelp]) -> list[str]:
    common = next(iter(settings.values()))
    defaults = {kind: _toml(setting.default) for kind, setting in settings.items()}
    shown = next(iter(defaults.values()))
    if len(set(defaults.values())) > 1:
        shown = ", ".join(f"{default} ({kind})" for kind, default in defaults.items())
    head = f"  {common.name} = {shown}"
    values = f"  ({common.values})" if common.values else ""
    return [head + values, *textwrap.wrap(common.help, 100, initial_indent="      ", subsequent_indent="      ")]


def _toml(value: Any) -> str:
    if value is None:
        return "unset"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, list | tuple):
        return f"[{', '.join(_toml(entry) for entry in value)}]"
    return f"{value:g}" if isinstance(value, float) else str(value)
