"""What the window remembers from one start to the next: a frozen struct in ``settings.json`` in the user's folder.

`AppState.settings` holds the current one; `AppState.change_settings` replaces fields and writes the file. A field that a later
version added has its default, one that is damaged or unknown is left out: nobody loses the window over a file of conveniences.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any, Literal, get_type_hints

import msgspec

from seqclass.data.project import user_dir
from seqclass.errors import StorageError
from seqclass.files import read_bytes, write_bytes

Language = Literal["system", "en", "zh_CN"]
ThemeName = Literal["system", "light", "dark"]

N_RECENT = 8
_MAX_BYTES = 1_000_000
_log = logging.getLogger("seqclass.gui")


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is restored at the next start.

    Attributes:
        geometry: `QWidget.saveGeometry` as base64 text; empty before the first end.
        page: Name of the page that was open.
        dataset: Folder that was open; empty where none was.
        bundle: Model that was open; empty where none was.
        recent_datasets: Newest first, at most `N_RECENT`.
        recent_bundles: Newest first, at most `N_RECENT`.
        language: ``system`` follows the desktop.
        theme: ``system`` follows the desktop.
        microphone: Name of the chosen input device; empty for the system's default.
        speaker: Name of the person who recorded last.
        offers_tour: Whether the empty window offers the tour: from the first start on, until the person has answered.
        pages: What a page wants to keep for itself, plain values by page and name.
    """

    geometry: str = ""
    page: str = "collect"
    dataset: str = ""
    bundle: str = ""
    recent_datasets: tuple[str, ...] = ()
    recent_bundles: tuple[str, ...] = ()
    language: Language = "system"
    theme: ThemeName = "system"
    microphone: str = ""
    speaker: str = ""
    offers_tour: bool = False
    pages: dict[str, dict[str, Any]] = {}


def settings_file() -> Path:
    """Where the settings lie."""
    return user_dir() / "settings.json"


def load() -> Settings:
    """Read the settings; the defaults for whatever is missing or damaged. Without a file it is the first start."""
    path = settings_file()
    if not path.is_file():
        return Settings(offers_tour=True)
    try:
        plain = msgspec.json.decode(read_bytes(path, limit=_MAX_BYTES))
    except (StorageError, msgspec.DecodeError) as error:
        _log.warning("The settings in %s could not be read: %s", path, error)
        return Settings()
    return _lenient(plain)


def save(settings: Settings) -> str:
    """Write the settings, whole or not at all.

    Returns:
        Why it could not be done; empty where it was. It is no reason to stop anybody.
    """
    try:
        write_bytes(settings_file(), msgspec.json.format(msgspec.json.encode(settings), indent=1))
    except StorageError as error:
        _log.warning("The settings were not saved: %s", error)
        return str(error)
    return ""


def with_recent(recent: tuple[str, ...], newest: str) -> tuple[str, ...]:
    """Put one at the front of a list of recent ones."""
    return (newest, *(path for path in recent if path != newest))[:N_RECENT]


def _lenient(plain: Any) -> Settings:
    if not isinstance(plain, dict):
        return Settings()
    kept: dict[str, Any] = {}
    for name, kind in get_type_hints(Settings).items():
        if name not in plain:
            continue
        try:
            kept[name] = msgspec.convert(plain[name], kind)
        except msgspec.ValidationError as error:
            _log.warning("The setting %s was left out: %s", name, error)
    return Settings(**kept)
