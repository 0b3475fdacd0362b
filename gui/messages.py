"""What the person is told in the message bar."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, Protocol

import msgspec

Level = Literal["info", "good", "warn", "bad"]


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One sentence for the person.

    Attributes:
        level: ``info`` and ``good`` go away by themselves, ``warn`` and ``bad`` stay until closed.
        text: The sentence, translated; what the library says stays in English.
        details: More, behind a button; empty for none.
        action: Label of a button; empty for none.
        on_action: Called by that button.
    """

    level: Level
    text: str
    details: str = ""
    action: str = ""
    on_action: Callable[[], None] | None = None


class Post(Protocol):
    """Shows a sentence, as `gui.state.AppState.post`."""

    def __call__(self, level: Level, text: str, *, details: str = "") -> None:
        """See `Message`."""
