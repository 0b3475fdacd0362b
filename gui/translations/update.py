"""Keep translations in step with the code: ``make translations``, or ``python -m gui.translations.update``.

Each module with texts has ``zh_CN/MODULE.ts`` (Qt's format, made by Qt's own pyside6-lupdate); all of them are compiled into
``seqclass_zh_CN.qm``. English texts stand in the code; only their plurals need ``seqclass_en.qm``, whose forms follow from the
texts themselves: ``%n item(s)`` is ``%n item`` and ``%n items``.

With ``--fill FILE.json`` (``{"English": "中文"}``) texts without a translation get theirs from that file. With ``--missing`` those
that have none are printed as such a file (``--only pages.train --only widgets.curves``: of these modules), and nothing is written.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET  # our own files
from collections.abc import Iterator
from pathlib import Path

import filelock

HERE = Path(__file__).parent
GUI = HERE.parent
LANGUAGE = "zh_CN"
_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n'
_CALL = re.compile(r"\btr\(|\btranslate\(|QT_TRANSLATE_NOOP")


def main(arguments: list[str] | None = None) -> int:
    """Run the command.

    Returns:
        0; 1 where a text has no translation.
    """
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--fill", metavar="FILE.json", type=Path, help="translations to put in")
    parser.add_argument("--missing", action="store_true", help="print texts without a translation as JSON; write nothing")
    parser.add_argument("--only", metavar="MODULE", action="append", help="with --missing: of modules whose names start so")
    options = parser.parse_args(arguments)
    # Two of these at a time would undo each other's changes.
    lock = filelock.FileLock(str(Path(tempfile.gettempdir()) / "seqclass-translations.lock"), timeout=120)
    with lock, tempfile.TemporaryDirectory() as scratch:
        sources = extract(Path(scratch))
        if options.missing:
            chosen = [one for one in sources if one.stem.startswith(tuple(options.only or [""]))]
            missing = {text: "" for one in chosen for text in unfinished(one)}
            print(json.dumps(missing, ensure_ascii=False, indent=1))
            return int(bool(missing))
        words = json.loads(options.fill.read_text(encoding="utf-8")) if options.fill else {}
        for one in sources:
            fill(one, words)
        write_sources(sources)
        compile_all(sources, HERE)
    open_texts = sorted({f"{one.stem}: {text}" for one in sources_on_disk() for text in unfinished(one)})
    print("\n".join(["No translation have:", *open_texts] if open_texts else ["Every text is translated."]))
    return int(bool(open_texts))


def modules() -> list[Path]:
    """All modules of the window that hold texts."""
    found = [path for path in sorted(GUI.rglob("*.py")) if HERE not in path.parents]
    return [path for path in found if _CALL.search(path.read_text(encoding="utf-8"))]


def source_of(module: Path, folder: Path = HERE) -> Path:
    """Where the translations of a module lie."""
    return folder / LANGUAGE / (".".join(module.relative_to(GUI).with_suffix("").parts) + ".ts")


def sources_on_disk() -> list[Path]:
    """The files that are kept."""
    return sorted((HERE / LANGUAGE).glob("*.ts"))


def extract(folder: Path) -> list[Path]:
    """Bring the kept translations in step with the code, as copies in ``folder``; gives the copies."""
    made: list[Path] = []
    for module in modules():
        target = source_of(module, folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        kept = source_of(module)
        if kept.exists():
            shutil.copy(kept, target)
        _run(
            "lupdate", "-silent", "-noobsolete", "-locations", "none", "-source-language", "en", "-target-language", LANGUAGE,
            str(module), "-ts", str(target),
        )  # fmt: skip
        if _messages(target):
            _write(target, ET.parse(target).getroot())
            made.append(target)
    return made


def unfinished(source: Path) -> list[str]:
    """Texts without a translation."""
    return [message.findtext("source", "") for message in _messages(source) if not _is_finished(message)]


def fill(source: Path, words: dict[str, str]) -> None:
    """Put in translations for texts that have none."""
    root = ET.parse(source).getroot()
    for message in root.iter("message"):
        text = words.get(message.findtext("source", ""), "")
        translation = message.find("translation")
        if translation is None or not text or _is_finished(message):
            continue
        translation.attrib.pop("type", None)
        form = translation.find("numerusform")
        if form is None:
            translation.text = text
        else:
            form.text = text  # Chinese has one form
    _write(source, root)


def write_sources(sources: list[Path]) -> None:
    """Keep the copies, and drop the files of modules that have gone."""
    (HERE / LANGUAGE).mkdir(exist_ok=True)
    for one in sources:
        target = HERE / LANGUAGE / one.name
        if not target.exists() or target.read_bytes() != one.read_bytes():
            shutil.copy(one, target)
    names = {one.name for one in sources}
    for old in sources_on_disk():
        if old.name not in names:
            old.unlink()


def compile_all(sources: list[Path], folder: Path) -> None:
    """Write ``seqclass_zh_CN.qm`` and ``seqclass_en.qm`` to ``folder``.

    Each is put in the place of the old one by renaming: Qt maps these files into memory, and a window that runs would be
    killed (SIGBUS) if its file were written anew under it.
    """
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        plurals = Path(scratch) / "en.ts"
        _write(plurals, _english(sources))
        for code, inputs in ((LANGUAGE, sources), ("en", [plurals])):
            made = Path(scratch) / f"seqclass_{code}.qm"
            _run("lrelease", "-silent", *map(str, inputs), "-qm", str(made))
            made.replace(folder / made.name)


def _english(sources: list[Path]) -> ET.Element:
    root = ET.Element("TS", version="2.1", language="en", sourcelanguage="en")
    for source in sources:
        for context in ET.parse(source).getroot().iter("context"):
            plurals = [message for message in context.iter("message") if message.get("numerus") == "yes"]
            if not plurals:
                continue
            made = ET.SubElement(root, "context")
            ET.SubElement(made, "name").text = context.findtext("name")
            for message in plurals:
                text = message.findtext("source", "")
                one = ET.SubElement(made, "message", numerus="yes")
                ET.SubElement(one, "source").text = text
                translation = ET.SubElement(one, "translation")
                for form in (re.sub(r"\((s|es)\)", "", text), re.sub(r"\((s|es)\)", r"\1", text)):
                    ET.SubElement(translation, "numerusform").text = form
    return root


def _messages(source: Path) -> Iterator[ET.Element] | list[ET.Element]:
    return list(ET.parse(source).getroot().iter("message"))


def _is_finished(message: ET.Element) -> bool:
    translation = message.find("translation")
    if translation is None or translation.get("type") is not None:
        return False
    return bool("".join(translation.itertext()).strip())


def _write(path: Path, root: ET.Element) -> None:
    """One form for all, whatever wrote the file: sorted, so that moved code moves no translations."""
    for context in root.iter("context"):
        messages = sorted(context.findall("message"), key=lambda message: message.findtext("source", ""))
        for message in messages:
            context.remove(message)
        context.extend(messages)
    ET.indent(root, " ")
    path.write_text(f"{_HEAD}{ET.tostring(root, encoding='unicode')}\n", encoding="utf-8")


def _run(tool: str, *words: str) -> None:
    program = Path(sys.executable).with_name(f"pyside6-{tool}")
    done = subprocess.run([str(program), *words], capture_output=True, text=True, check=False)
    if done.returncode or done.stderr.strip():
        raise SystemExit(f"pyside6-{tool} failed:\n{done.stderr or done.stdout}")


if __name__ == "__main__":
    sys.exit(main())
