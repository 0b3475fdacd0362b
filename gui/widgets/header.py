"""The header above the page: which data set and which model are open, and the menu."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QFrame, QMenu, QToolButton

from gui import i18n, theme
from gui.state import AppState
from gui.widgets.common import Responsive, elided, name, row, tool_button


class Header(Responsive, QFrame):
    """The three buttons; each opens a menu, which is filled when it is opened.

    Attributes:
        dataset, bundle, menu: The buttons.
    """

    def __init__(self, state: AppState, actions: Mapping[str, QAction]) -> None:
        """Take the window's actions, which the menus hold."""
        super().__init__()
        self._state, self._actions = state, actions
        self.setProperty("kind", "header")
        self.dataset, self.bundle, self.menu = tool_button("header"), tool_button("header"), tool_button()
        self.dataset.setObjectName("dataset-button")
        for made in (self.dataset, self.bundle):
            made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        for made, fill in (
            (self.dataset, self._fill_dataset_menu),
            (self.bundle, self._fill_bundle_menu),
            (self.menu, self._fill_main_menu),
        ):
            menu = QMenu(self)
            menu.aboutToShow.connect(partial(fill, menu))
            made.setMenu(menu)
            made.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setLayout(row(self.dataset, self.bundle, 1, self.menu, spacing=6, margins=(16, 8, 14, 8)))
        for signal in (state.dataset_changed, state.manifest_changed, state.bundle_changed):
            signal.connect(self._update)
        self.retranslate()
        self.restyle()

    def retranslate(self) -> None:
        """Set every text."""
        name(self.menu, self.tr("Menu"), tip=self.tr("Menu (F10)"))
        self._update()

    def restyle(self) -> None:
        """Set icons."""
        colours = theme.colours()
        self.menu.setIcon(theme.icon("menu"))
        self.dataset.setIcon(theme.icon("folder", colour=colours.accent))
        self.bundle.setIcon(theme.icon("model", colour=colours.accent))

    def _update(self) -> None:
        state = self._state
        dataset = state.dataset.name if state.dataset else self.tr("No data set")
        bundle = state.bundle.path.stem if state.bundle and state.bundle.path else self.tr("No model")
        for made, words, what, path in (
            (self.dataset, dataset, self.tr("Data set: {name}"), state.dataset),
            (self.bundle, bundle, self.tr("Model: {name}"), state.bundle.path if state.bundle else None),
        ):
            made.setText(elided(words, 40))
            name(made, what.format(name=words), tip=str(path) if path else what.format(name=words))

    # Menus

    def _fill_dataset_menu(self, menu: QMenu) -> None:
        actions = self._actions
        menu.clear()
        menu.addActions([actions["open_dataset"], actions["make_sample"]])
        if self._state.dataset is not None:
            menu.addActions([actions["rescan"], actions["close_dataset"]])
        self._add_recent(menu, self._state.settings.recent_datasets)

    def _fill_bundle_menu(self, menu: QMenu) -> None:
        menu.clear()
        menu.addAction(self._actions["open_bundle"])
        if self._state.bundle is not None:
            menu.addAction(self._actions["close_bundle"])
        self._add_recent(menu, self._state.settings.recent_bundles)

    def _add_recent(self, menu: QMenu, recent: tuple[str, ...]) -> None:
        if recent:
            menu.addSection(self.tr("Recent"))
        for path in recent:
            menu.addAction(elided(path).replace("&", "&&"), partial(self._state.open_path, path))

    def _fill_main_menu(self, menu: QMenu) -> None:
        menu.clear()
        settings = self._state.settings
        themes = {"system": self.tr("Like the system"), "light": self.tr("Light"), "dark": self.tr("Dark")}
        self._add_choice(menu.addMenu(self.tr("Look")), themes, settings.theme, "theme")
        languages = {"system": self.tr("Like the system"), **i18n.NAMES}
        self._add_choice(menu.addMenu(self.tr("Language")), languages, settings.language, "language")
        menu.addSeparator()
        menu.addMenu(self.tr("Help")).addActions([self._actions[one] for one in ("tour", "shortcuts", "log")])
        menu.addSeparator()
        menu.addAction(self._actions["quit"])

    def _add_choice(self, menu: QMenu, choices: dict[str, str], chosen: str, field: str) -> None:
        group = QActionGroup(menu)
        for value, words in choices.items():
            action = QAction(words, group, checkable=True, checked=value == chosen)
            action.triggered.connect(lambda _checked=False, value=value: self._state.change_settings(**{field: value}))
            menu.addAction(action)
