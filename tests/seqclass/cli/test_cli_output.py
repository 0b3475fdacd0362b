"""Progress and errors, on a terminal and elsewhere."""

from __future__ import annotations

import io

import pytest

from seqclass.cli import output
from seqclass.errors import SeqclassError
from seqclass.events import Progress


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Always."""
        return True


def test_on_a_terminal_progress_is_one_line_drawn_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    stream = Terminal()
    line = output._StatusLine(stream)
    line.show(Progress(stage="読む" * 20, done=1, total=2))
    line.show(Progress(stage="fit", done=1, total=4, eta_s=90))
    line.show(Progress(stage="fit", done=2, total=4))  # too soon
    line.show(Progress(stage="fit", done=4, total=4))
    line.clear()
    line.clear()
    drawn = stream.getvalue().split("\r\x1b[K")
    assert drawn[0] == ""
    assert drawn[1].endswith("…")
    assert drawn[2:] == ["fit  1 of 4  25 %  about 1 min 30 s left", "fit  4 of 4  100 %", ""]
    assert "\n" not in stream.getvalue()


def test_elsewhere_progress_is_a_plain_line_now_and_then(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now_s = 100.0
    monkeypatch.setattr(output.time, "monotonic", lambda: now_s)
    line = output._StatusLine(io.StringIO())
    for step in range(300):  # one every 0.1 s for half a minute
        now_s = 100 + step / 10
        line.show(Progress(stage="scan", done=step, total=300))
    assert [text.split()[1] for text in capsys.readouterr().err.splitlines()] == ["20", "120", "220"]


def test_an_error_of_several_lines_is_printed_as_one(capsys: pytest.CaptureFixture[str]) -> None:
    output.print_error(SeqclassError("first\n\nsecond"), as_json=False)
    assert capsys.readouterr().err == "seqclass: first And: second\n"
