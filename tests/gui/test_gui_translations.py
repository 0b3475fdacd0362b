"""Translations are complete, in step with the code, and compiled."""

from __future__ import annotations

import re
import string

import pytest
from PySide6.QtGui import QFontDatabase

from gui.translations import update

pytestmark = pytest.mark.slow  # Qt's own tool reads every module, which takes ten seconds in each process of the fast check


@pytest.fixture(scope="module")
def extracted(tmp_path_factory):
    return update.extract(tmp_path_factory.mktemp("ts"))


def test_every_text_is_translated(extracted):
    missing = [f"{one.stem}: {text}" for one in extracted for text in update.unfinished(one)]
    assert not missing, "run `make translations`, and fill in gui/translations/zh_CN"


def test_the_kept_files_are_those_of_the_code(extracted):
    kept = {path.name: path.read_text(encoding="utf-8") for path in update.sources_on_disk()}
    assert kept == {path.name: path.read_text(encoding="utf-8") for path in extracted}, "run `make translations`"


def test_the_compiled_files_are_those_of_the_sources(extracted, tmp_path):
    update.compile_all(extracted, tmp_path)
    for name in ("seqclass_zh_CN.qm", "seqclass_en.qm"):
        assert (tmp_path / name).read_bytes() == (update.HERE / name).read_bytes(), "run `make translations`"


def test_translations_keep_the_values_of_their_texts(extracted):
    def values(text):
        return sorted(field for _, field, _, _ in string.Formatter().parse(text) if field is not None) + re.findall("%n", text)

    wrong = []
    for path in extracted:
        for message in update._messages(path):
            source = message.findtext("source", "")
            translation = "".join(message.find("translation").itertext()).strip()
            if translation and values(source) != values(translation):
                wrong.append(f"{path.stem}: {source} -> {translation}")
    assert not wrong


def test_no_text_is_put_together_inside_tr():
    """An f-string or a sum inside ``tr`` never matches at run time, and Qt's tools do not say so."""
    wrong = [
        f"{path.relative_to(update.GUI)}: {line.strip()}"
        for path in update.modules()
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r"""\btr\(\s*(f["']|[a-z_]+\s*[,)])""", line) and "def tr" not in line
    ]
    assert not wrong


def test_a_font_for_chinese_is_there(qapp):
    if not QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese):
        pytest.skip("no font for Chinese on this machine; install fonts-noto-cjk")
