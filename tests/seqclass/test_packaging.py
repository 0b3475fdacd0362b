"""What the repository and the wheel hold, and what its set-up commands do."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOP_LEVEL = {"pyproject.toml", "README.md", "LICENSE", "Makefile", "seqclass", "gui", "datasets", "tests", "docs"}


@pytest.fixture(scope="module")
def files() -> list[str]:
    """Every file of the repository that is tracked or would be."""
    command = ["git", "-c", "safe.directory=*", "ls-files", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this is no git checkout")
    return [name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def test_the_top_level_holds_what_the_design_names_and_nothing_else(files: list[str]) -> None:
    tops = {name.split("/")[0] for name in files}
    assert {top for top in tops if not top.startswith(".")} <= TOP_LEVEL
    assert tops >= TOP_LEVEL - {"docs", "tests", "gui"}


def test_no_package_index_is_named_anywhere(files: list[str]) -> None:
    # Put together here, so that this file does not name them either.
    words = ["pypi" + ".org", "python" + "hosted", "index" + "-url", "INDEX" + "_URL", "trusted" + "-host", "find" + "-links"]
    pattern = re.compile("|".join(words).encode(), re.IGNORECASE)
    named = [name for name in files if pattern.search((ROOT / name).read_bytes())]
    assert named == []


def test_there_is_no_lock_file(files: list[str]) -> None:
    locks = re.compile(
        r"(.*\.lock|.*lock\.(json|ya?ml|toml)|pylock.*\.toml|requirements.*\.txt|constraints.*\.txt)", re.IGNORECASE
    )
    assert [name for name in files if locks.fullmatch(Path(name).name)] == []


def test_every_dependency_has_a_lower_bound_a_cap_and_a_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    project = tomllib.loads(text)["project"]
    requirements = [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]
    lines = text.splitlines()
    for requirement in requirements:
        if requirement.startswith("seqclass["):  # an extra that is made of other extras
            continue
        assert re.search(r">=[\d.]+", requirement), requirement
        assert re.search(r"<\d", requirement), requirement
        line = next(line for line in lines if f'"{requirement}"' in line)
        assert re.search(r"#\s*\S+", line), f"no reason beside {requirement}"


def test_the_python_range_is_the_same_for_pip_and_for_make() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["requires-python"] == ">=3.11,<3.14"
    chooser = (ROOT / ".ci" / "python").read_text(encoding="utf-8")
    assert "(3, 11) <= sys.version_info < (3, 14)" in chooser


posix = pytest.mark.skipif(os.name == "nt" or shutil.which("make") is None, reason="set-up by make is for POSIX systems")


@posix
def test_make_alone_lists_every_target() -> None:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    listed = subprocess.run(["make", "-s"], cwd=ROOT, env=plain, capture_output=True, text=True, check=True).stdout
    targets = set(re.findall(r"^  make (\w+) +\S", listed, re.MULTILINE))
    assert targets >= {"help", "install", "demo", "test", "check", "bench", "build", "clean"}
    assert max(map(len, listed.splitlines())) < 120


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """A folder with the few tools that the set-up scripts call, and no Python."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("sh", "dirname", "uname", "id", "ls", "env"):
        found = shutil.which(name)
        assert found is not None
        (folder / name).symlink_to(found)
    return folder


def script(folder: Path, name: str, content: str) -> None:
    """A program of this content."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{content}\n")
    path.chmod(0o755)


def set_up(name: str, tools: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a script of .ci with these tools alone."""
    command = [str(ROOT / ".ci" / name), *arguments]
    return subprocess.run(command, env={"PATH": str(tools)}, capture_output=True, text=True, check=False, timeout=60)


@posix
def test_the_newest_python_that_can_make_an_environment_is_chosen(tools: Path) -> None:
    script(tools, "python3.13", "exit 127  # as of a version manager that lacks it")
    script(tools, "python3.12", f'exec "{sys.executable}" "$@"')
    script(tools, "python3", f'exec "{sys.executable}" "$@"')
    done = set_up("python", tools)
    assert (done.returncode, done.stdout.strip()) == (0, str(tools / "python3.12"))


@posix
def test_without_python_one_line_says_what_to_install(tools: Path) -> None:
    done = set_up("system", tools)
    assert done.returncode == 1
    assert "Python 3.11 to 3.13 with its venv module" in done.stderr
    script(tools, "apt-get", "exit 1")
    (tools / "id").unlink()
    script(tools, "id", "echo 1000")
    done = set_up("system", tools)
    assert done.returncode == 1
    assert "sudo apt-get install python3 python3-venv\n" in done.stderr


@posix
def test_apt_installs_what_is_missing_where_it_may(tools: Path, tmp_path: Path) -> None:
    (tools / "id").unlink()
    script(tools, "id", "echo 0")
    (tmp_path / "python3").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    (tmp_path / "python3").chmod(0o755)
    install = f'"{shutil.which("cp")}" "{tmp_path}/python3" "{tools}/python3"'
    script(tools, "apt-get", f'echo "$@" >>"{tmp_path}/calls"; case "$*" in install*) {install};; esac')
    done = set_up("system", tools)
    assert done.returncode == 0, done.stderr
    calls = (tmp_path / "calls").read_text().splitlines()
    assert calls[0].startswith("update")
    assert calls[1].startswith("install -y")
    assert calls[1].endswith("python3 python3-venv")


@posix
def test_an_environment_is_never_made_in_a_folder_of_other_files(tools: Path, tmp_path: Path) -> None:
    script(tools, "python3", f'exec "{sys.executable}" "$@"')
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("years of work")
    done = set_up("install", tools, str(tmp_path / "thesis"))
    assert done.returncode == 1
    assert "must be new, empty or an environment" in done.stderr
    assert [path.name for path in (tmp_path / "thesis").iterdir()] == ["chapter.txt"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    # With the build backend at hand this takes a second and no network; without it pip fetches one.
    at_hand = ["--no-build-isolation"] if importlib.util.find_spec("hatchling") else []
    pip("wheel", "--no-deps", *at_hand, "--wheel-dir", str(folder), str(ROOT))
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which the wheel is installed; what it depends on comes from this environment."""
    folder = tmp_path_factory.mktemp("installed")
    pip("install", "--no-deps", "--target", str(folder), str(wheel))
    return folder


def pip(*arguments: str) -> None:
    """Run pip, which must succeed."""
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def outside(installed: Path, folder: Path, *arguments: str) -> str:
    """Run Python in ``folder`` with the installed wheel and not the checkout; what it printed."""
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    command = [sys.executable, "-P", *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
def test_the_wheel_holds_the_two_packages_and_the_licence(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"seqclass", "gui"}
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert "seqclass/data/sample_child.py" in names
    assert {"gui/icons/app.svg", "gui/translations/seqclass_zh_CN.qm", "gui/translations/seqclass_en.qm"} <= set(names)


@pytest.mark.slow
def test_the_installed_wheel_runs_outside_the_checkout(installed: Path, tmp_path: Path) -> None:
    where = outside(installed, tmp_path, "-c", "import seqclass; print(seqclass.__file__)")
    assert Path(where.strip()).is_relative_to(installed)
    assert "classify" in outside(installed, tmp_path, str(installed / "bin" / "seqclass"), "--help")
    program = "from seqclass.data.sample import VOICES, make_sample; make_sample('words', takes=1, voices=VOICES[:2])"
    outside(installed, tmp_path, "-c", program)
    assert "20 recordings used" in outside(installed, tmp_path, "-m", "seqclass", "scan", "words")


@pytest.mark.slow
@pytest.mark.tensorflow
def test_the_installed_wheel_trains_and_classifies_outside_the_checkout(installed: Path, tmp_path: Path) -> None:
    make = "make_sample('words', takes=1, voices=VOICES[:6], words=('yes', 'no'))"
    program = f"from seqclass.data.sample import VOICES, make_sample; {make}"
    outside(installed, tmp_path, "-c", program)
    settings = ["--set", "training.epochs=1", "--set", "model.lstm=[8]"]
    outside(installed, tmp_path, "-m", "seqclass", "train", "words", "--out", "m.seqclass", *settings)
    item = next((tmp_path / "words" / "yes").iterdir())
    assert "probabilities" in outside(installed, tmp_path, "-m", "seqclass", "classify", "m.seqclass", str(item), "--json")
