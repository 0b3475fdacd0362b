"""All settings of a training as a form: groups, search, marks on what was changed, what is wrong beside its field."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QLineEdit, QScrollArea, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from gui.widgets.common import Responsive, column, label, row
from gui.widgets.setting_row import SettingRow
from gui.widgets.setting_texts import help_of, name_of
from gui.widgets.setting_values import SettingValues
from seqclass.settings import Settings

_BUILD_MS = 12
_ERROR_MS = 250
ESSENTIALS = (
    "training.epochs",
    "training.learning_rate",
    "training.batch_size",
    "training.patience",
    "training.seed",
    "model.lstm",
    "model.bidirectional",
    "model.pooling",
    "augmentation.enabled",
    "data.validation_share",
)


class _Group(Responsive, QWidget):
    """A heading that opens and closes, over rows that are made when it is first opened."""

    toggled = Signal()

    def __init__(self, key: str, names: tuple[str, ...]) -> None:
        super().__init__()
        self.key, self.names = key, names
        self.rows: dict[str, SettingRow] = {}
        self.shown: set[str] = set(names)
        self.head = QToolButton()
        self.head.setCheckable(True)
        self.head.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.head.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.head.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.head.setProperty("kind", "group")
        self.head.toggled.connect(self._on_toggled)
        self.body = QWidget()
        self._layout = QVBoxLayout(self.body)
        self._layout.setContentsMargins(6, 0, 2, 6)
        self._layout.setSpacing(2)
        self.body.hide()
        self.setLayout(column(self.head, self.body, spacing=0))
        self._n_changed = 0
        self.retranslate()

    def retranslate(self) -> None:
        """Set every text."""
        title = {
            "essentials": self.tr("Most used"),
            "training": self.tr("Training"),
            "model": self.tr("Model"),
            "augmentation": self.tr("Augmentation"),
            "features": self.tr("Features"),
            "data": self.tr("Data and split"),
            "other": self.tr("Without effect on this kind of data"),
        }[self.key]
        if self._n_changed:
            title += " · " + self.tr("%n changed", "", self._n_changed)
        self.head.setText(title)
        self.head.setAccessibleName(title)
        self._show_arrow()

    def set_changed(self, n_changed: int) -> None:
        """Say how many of its settings are changed."""
        if n_changed != self._n_changed:
            self._n_changed = n_changed
            self.retranslate()

    def add(self, made: SettingRow) -> None:
        """Put in the next row, in the order of the names."""
        self.rows[made.one.name] = made
        place = [one for one in self.names if one in self.rows].index(made.one.name)
        self._layout.insertWidget(place, made)
        made.setVisible(made.one.name in self.shown)

    def show_only(self, names: set[str]) -> None:
        """Show some rows; none at all hides the group."""
        self.shown = names
        for setting, made in self.rows.items():
            made.setVisible(setting in names)
        self.setVisible(bool(names))

    def _on_toggled(self, is_open: bool) -> None:
        self.body.setVisible(is_open)
        self._show_arrow()
        self.toggled.emit()

    def _show_arrow(self) -> None:
        is_open = self.head.isChecked()
        self.head.setArrowType(Qt.ArrowType.DownArrow if is_open else Qt.ArrowType.RightArrow)
        self.head.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)


class SettingsForm(Responsive, QWidget):
    """The whole form.

    Attributes:
        values: What it holds.
        search: The field to search in.
        head: Opens and closes all below it.

    Signals:
        changed: A setting has another text.
        folded: It was opened or closed.
    """

    changed = Signal()
    folded = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.values = SettingValues("speech")
        self._errors: dict[str, str] = {}
        self._reference: tuple[str, Mapping[str, str]] | None = None
        self._hints: dict[str, str] = {}
        self._opened = {"essentials"}
        self._waiting: deque[tuple[_Group, str]] = deque()
        self._groups: list[_Group] = []
        self._builder = QTimer(self, interval=0)
        self._builder.timeout.connect(self._build)
        self._checker = QTimer(self, singleShot=True, interval=_ERROR_MS)
        self._checker.timeout.connect(self.check)
        self.search = QLineEdit()
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self.search.installEventFilter(self)
        self._only_changed = QCheckBox()
        self._only_changed.toggled.connect(self._filter)
        self._nothing = label("muted", wraps=True)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._nothing.hide()
        self._make_area()
        self._make_head()
        tools = row(self.search, self._only_changed, spacing=10)
        tools.setStretch(0, 1)
        self._body = QWidget()
        layout = column(tools, self._area, spacing=8)
        layout.setStretch(1, 1)
        self._body.setLayout(layout)
        layout = column(self.head, self._body, spacing=6)
        layout.setStretch(1, 1)
        self.setLayout(layout)
        self._make_groups()
        self.retranslate()

    def _make_area(self) -> None:
        content = QWidget()
        self._content = QVBoxLayout(content)
        self._content.setContentsMargins(0, 0, 8, 0)
        self._content.setSpacing(2)
        self._content.addWidget(self._nothing)
        self._content.addStretch()
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setWidget(content)

    def _make_head(self) -> None:
        self.head = QToolButton()
        self.head.setCheckable(True)
        self.head.setProperty("kind", "group")
        self.head.setChecked(True)
        self.head.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.head.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.head.toggled.connect(self._on_fold)

    def retranslate(self) -> None:
        """Set every text."""
        self._show_head()
        self.search.setPlaceholderText(self.tr("Find a setting"))
        self.search.setAccessibleName(self.tr("Find a setting"))
        self._only_changed.setText(self.tr("Changed"))
        self._only_changed.setToolTip(self.tr("Show only what differs from the defaults"))
        self._nothing.setText(self.tr("No setting is like that."))
        for made in self.rows().values():
            self._sync(made)

    @property
    def is_open(self) -> bool:
        """Whether the settings are to be seen."""
        return self.head.isChecked()

    def set_open(self, *, is_open: bool) -> None:
        """Open or close."""
        self.head.setChecked(is_open)

    def rows(self) -> dict[str, SettingRow]:
        """The rows that were made so far, by setting."""
        return {setting: made for group in self._groups for setting, made in group.rows.items()}

    def set_values(self, values: SettingValues) -> None:
        """Show another set of settings."""
        was = self.values
        self.values = values
        if values.kind != was.kind:
            self._make_groups()
        self.refresh()

    def set_reference(self, title: str, settings: Settings | None) -> None:
        """Mark what differs from another run; None for no longer."""
        self._reference = None if settings is None else (title, self.values.texts_of(settings))
        self.refresh()

    def differences(self) -> list[str]:
        """Names of the settings that differ from the other run."""
        if self._reference is None:
            return []
        texts = self._reference[1]
        return [setting for setting in self.values.entries if self.values.differs(setting, texts[setting])]

    def set_hints(self, hints: dict[str, str]) -> None:
        """Say what unset settings amount to, by name."""
        self._hints = hints
        for made in self.rows().values():
            self._sync(made)

    def refresh(self) -> None:
        """Show what `values` holds, after somebody has replaced it."""
        self.check()
        self._count()
        self._filter()

    def check(self) -> dict[str, str]:
        """Look for mistakes now and show them beside their fields; gives them by setting."""
        self._checker.stop()
        self._errors = self.values.errors()
        for made in self.rows().values():
            self._sync(made)
        return self._errors

    def reveal(self, setting: str) -> None:
        """Bring a setting into view and into focus."""
        self.set_open(is_open=True)
        self.search.clear()
        self._only_changed.setChecked(False)
        group = next(one for one in self._groups if setting in one.names)
        group.head.setChecked(True)
        while setting not in group.rows:
            self._build()
        made = group.rows[setting]
        made.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        QTimer.singleShot(0, made, lambda: self._area.ensureWidgetVisible(made, 0, 60))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Esc in the search field clears it."""
        is_escape = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        if watched is self.search and is_escape and event.type() == QEvent.Type.KeyPress and self.search.text():
            self.search.clear()
            return True
        return super().eventFilter(watched, event)

    # Inside

    def _make_groups(self) -> None:
        self._waiting.clear()
        for group in self._groups:
            self._content.removeWidget(group)
            group.hide()
            group.deleteLater()
        self._groups = []
        for key, names in self._plan().items():
            group = _Group(key, names)
            group.head.setChecked(key in self._opened)
            group.toggled.connect(self._on_toggled)
            self._content.insertWidget(self._content.count() - 2, group)
            self._groups.append(group)
        self._queue()

    def _plan(self) -> dict[str, tuple[str, ...]]:
        """Group -> settings; what has no effect on this kind of data comes last."""
        entries = self.values.entries
        other = {one.name for one in entries.values() if one.help.startswith(_foreign(self.values.kind))}
        plan = {"essentials": tuple(setting for setting in ESSENTIALS if setting in entries)}
        for section in ("training", "model", "augmentation", "features", "data"):
            plan[section] = tuple(
                setting for setting in entries if setting.startswith(f"{section}.") and setting not in {*ESSENTIALS, *other}
            )
        return plan | {"other": tuple(setting for setting in entries if setting in other)}

    def _on_toggled(self) -> None:
        if not self._is_filtering():
            self._opened = {group.key for group in self._groups if group.head.isChecked()}
        self._queue()

    def _queue(self) -> None:
        """Have those rows made that will be seen."""
        self._waiting = deque(
            (group, setting)
            for group in self._groups
            if self.is_open and group.head.isChecked() and not group.isHidden()
            for setting in group.names
            if setting in group.shown and setting not in group.rows
        )
        if self._waiting:
            self._builder.start()

    def _build(self) -> None:
        """Make a few rows: all of them at once would be felt."""
        clock = QElapsedTimer()
        clock.start()
        while self._waiting and clock.elapsed() < _BUILD_MS:
            group, setting = self._waiting.popleft()
            made = SettingRow(self.values.entries[setting])
            made.edited.connect(self._on_edited)
            made.reset.connect(self._on_reset)
            self._sync(made)
            group.add(made)
        if not self._waiting:
            self._builder.stop()

    def _sync(self, made: SettingRow) -> None:
        setting = made.one.name
        other = ""
        if self._reference is not None and self.values.differs(setting, self._reference[1][setting]):
            words = self.tr("In {run}: {value}")
            other = words.format(run=self._reference[0], value=self._reference[1][setting] or self.tr("unset"))
        made.sync(self.values, error=self._errors.get(setting, ""), other=other)
        if setting in self._hints:
            made.set_hint(self._hints[setting])

    def _on_edited(self, setting: str, text: str) -> None:
        self.values.set_text(setting, text)
        self._after_edit(setting)

    def _on_reset(self, setting: str) -> None:
        self.values.set_text(setting, self.values.default(setting))
        made = self.rows()[setting]
        made.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        self._after_edit(setting)

    def _after_edit(self, setting: str) -> None:
        self._sync(self.rows()[setting])
        self._checker.start()
        self._count()
        self.changed.emit()

    def _on_fold(self, is_open: bool) -> None:
        self._body.setVisible(is_open)
        self._show_head()
        self._queue()
        self.folded.emit()

    def _show_head(self) -> None:
        n_changed = len(self.values.changed())
        title = self.tr("All settings")
        if n_changed:
            title += " · " + self.tr("%n changed", "", n_changed)
        self.head.setText(title)
        self.head.setAccessibleName(title)
        self.head.setArrowType(Qt.ArrowType.DownArrow if self.is_open else Qt.ArrowType.RightArrow)
        self.head.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)

    def _count(self) -> None:
        self._show_head()
        changed = set(self.values.changed())
        for group in self._groups:
            group.set_changed(len(changed & set(group.names)))

    def _is_filtering(self) -> bool:
        return bool(self.search.text().strip()) or self._only_changed.isChecked()

    def _filter(self) -> None:
        words = self.search.text().casefold().split()
        kept = set(self.values.changed()) if self._only_changed.isChecked() else set(self.values.entries)
        for group in self._groups:
            group.show_only({setting for setting in group.names if setting in kept and self._is_like(setting, words)})
            group.head.blockSignals(True)
            group.head.setChecked(self._is_filtering() or group.key in self._opened)
            group.head.blockSignals(False)
            group.body.setVisible(group.head.isChecked())
            group.retranslate()
        self._nothing.setVisible(all(group.isHidden() for group in self._groups))
        self._queue()

    def _is_like(self, setting: str, words: list[str]) -> bool:
        one = self.values.entries[setting]
        text = f"{setting} {name_of(setting)} {one.help} {help_of(one)}".casefold()
        return all(word in text for word in words)


def _foreign(kind: str) -> tuple[str, ...]:
    """How the explanation of a setting begins that is for another kind of data alone."""
    return tuple(f"{other.capitalize()}: " for other in ("speech", "text", "numeric") if other != kind)
