"""``seqclass gui`` and ``seqclass`` alone, without a window: what they would start, and where they would not."""

from __future__ import annotations

import sys

import pytest

import seqclass.cli.gui as command
from seqclass.cli import main


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """What would have been started, with a display there."""
    calls: list[tuple[str, ...]] = []
    monkeypatch.setenv("DISPLAY", ":99")
    monkeypatch.setattr(command, "start", lambda *words: calls.append(words) or 0)
    return calls


@pytest.fixture
def no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without a screen."""
    for variable in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(variable, raising=False)


def test_the_bare_name_opens_the_app_where_there_is_a_display(started):
    assert main([]) == 0
    assert started == [()]


def test_a_path_is_handed_over(started, tmp_path):
    assert main(["gui", str(tmp_path)]) == 0
    assert started == [(str(tmp_path),)]


def test_a_path_that_does_not_exist_is_named_before_a_window_opens(started, tmp_path, capsys):
    assert main(["gui", str(tmp_path / "gone")]) == 1
    assert "gone: there is no such file or folder" in capsys.readouterr().err
    assert not started


@pytest.mark.usefixtures("no_display")
@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="there is always a display")
def test_without_a_display_the_bare_name_prints_help_and_the_command_says_why(capsys):
    assert main([]) == 0
    assert "usage: seqclass COMMAND" in capsys.readouterr().out
    assert main(["gui"]) == 2
    assert "needs a display" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, False),
        ({"DISPLAY": ":0"}, True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, True),
        ({"QT_QPA_PLATFORM": "offscreen"}, False),
        ({"QT_QPA_PLATFORM": "xcb"}, False),
        ({"QT_QPA_PLATFORM": "linuxfb:fb=/dev/fb1"}, True),
    ],
)
def test_a_display_is_found_by_the_environment(environment, expected):
    assert command.has_display(environment, "linux") is expected
