"""Languages: which there are, and the translators of the one in use.

Each module's strings stand in ``gui/translations/zh_CN/MODULE.ts``; `gui.translations.update` (``make translations``) keeps these
in step with the code and compiles all of them into ``seqclass_zh_CN.qm``. English needs a file for its plurals alone.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from gui.settings import Language

FOLDER = Path(__file__).parent / "translations"
# By their own names, as whoever is looking for theirs reads no other.
NAMES: dict[str, str] = {"en": "English", "zh_CN": "简体中文"}


class Translations:
    """The installed translators.

    Attributes:
        code: ``en`` or ``zh_CN``.
    """

    def __init__(self, app: QCoreApplication) -> None:
        self.code = ""
        self._app = app
        self._installed: list[QTranslator] = []

    def use(self, language: Language) -> None:
        """Switch to a language; every widget then gets a LanguageChange event. Nothing happens if it is in use already."""
        code = resolve(language)
        if code == self.code:
            return
        self.code = code
        for translator in self._installed:
            self._app.removeTranslator(translator)
        self._installed.clear()
        QLocale.setDefault(QLocale(code))
        folders = (Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)), FOLDER)
        for folder, name in zip(folders, (f"qtbase_{code}", f"seqclass_{code}"), strict=True):
            translator = QTranslator()
            if translator.load(str(folder / f"{name}.qm")):
                self._app.installTranslator(translator)
                self._installed.append(translator)

    def remove(self) -> None:
        """Take out the translators, at the end of an application."""
        for translator in self._installed:
            self._app.removeTranslator(translator)
        self._installed.clear()
        self.code = ""


def resolve(language: Language) -> str:
    """The code of a language; ``system`` is Chinese where the desktop prefers it to English."""
    if language != "system":
        return language
    for name in QLocale.system().uiLanguages():
        if name.startswith("zh"):
            return "zh_CN"
        if name.startswith("en"):
            return "en"
    return "en"
