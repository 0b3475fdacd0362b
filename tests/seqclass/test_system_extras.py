"""What the set-up does about parts of the system that all else works without."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SYSTEM = Path(__file__).resolve().parents[2] / ".ci" / "system"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the set-up installs packages on Linux only")


def set_up(folder: Path, *, user: int, apt: str = "exit 1", **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the set-up with few programs, none of them a sound server's."""
    for name in ("sh", "dirname", "uname", "ls", "cat"):
        found = shutil.which(name)
        assert found is not None
        (folder / name).symlink_to(found)
    programs = {"python3": f'exec "{sys.executable}" -S -E "$@"', "id": f"echo {user}", "apt-get": apt}
    for name, line in programs.items():
        (folder / name).write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
        (folder / name).chmod(0o755)
    done = subprocess.run([str(SYSTEM)], env={"PATH": str(folder), **environment}, capture_output=True, text=True, check=False)
    if "The system lacks" in done.stderr:
        pytest.skip(f"this machine has not even what must be there: {done.stderr.splitlines()[0]}")
    return done


def test_without_a_sound_server_one_line_says_what_is_missing_and_the_set_up_goes_on(tmp_path: Path) -> None:
    done = set_up(tmp_path, user=1000)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("\n") == 1
    assert "Going on without" in done.stderr
    assert "pulseaudio, for tests with a microphone." in done.stderr
    assert "sudo apt-get install " in done.stderr


def test_what_apt_refuses_of_it_does_not_stop_the_set_up(tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    done = set_up(bin_folder, user=0, apt=f'echo "$@" >>"{calls}"; exit 100')
    assert done.returncode == 0, done.stderr
    assert "Going on without" in done.stderr
    assert "pulseaudio pulseaudio-utils" in calls.read_text(encoding="utf-8")


def test_no_second_sound_server_is_put_beside_pipewire(tmp_path: Path) -> None:
    (tmp_path / "pipewire").write_text("#!/bin/sh\n", encoding="utf-8")
    (tmp_path / "pipewire").chmod(0o755)
    assert "pulseaudio" not in set_up(tmp_path, user=1000).stderr.replace("PulseAudio", "")


def test_a_window_manager_is_not_put_beside_a_desktop_unless_nothing_may_be_missing(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("server", "desktop", "required")]
    for folder in folders:
        folder.mkdir()
    assert "openbox, for tests in a real window." in set_up(folders[0], user=1000).stderr
    assert "openbox" not in set_up(folders[1], user=1000, DISPLAY=":0").stderr
    assert "openbox" in set_up(folders[2], user=1000, DISPLAY=":0", SEQCLASS_REQUIRE="1").stderr
