"""The left side of the Train page: preset, settings, name and place of the model, and the button that starts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QLineEdit, QVBoxLayout, QWidget

from gui import theme
from gui.pages.train.pace import pace_key
from gui.state import BUNDLE_SUFFIX
from gui.widgets.choice_cards import Choice, ChoiceCards
from gui.widgets.common import Responsive, button, column, duration, frame, label, name, row, set_kind, tool_button
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.setting_texts import name_of
from gui.widgets.setting_values import SettingValues
from gui.widgets.settings_form import SettingsForm
from seqclass.settings import Settings
from seqclass.specs import Kind, Preset
from seqclass.training.presets import PRESETS, settings_of

_FORBIDDEN = '/\\:*?"<>|'
_OWN = "own"


class TrainSetup(Responsive, QFrame):
    """What will be trained, and where its model goes.

    Attributes:
        cards: Presets to choose from.
        form: All settings, closed at first.
        name_field: Name of the model.
        start_button: Starts the training.
        out: Another place than the project's folder, chosen by the person; None for that folder.

    Signals:
        changed: Settings, name or place are different.
        start_wanted: The person wants to start.
        place_wanted: The person wants to choose another place.
        reference_dropped: The person does not want to see differences to a run any longer.
    """

    changed = Signal()
    start_wanted = Signal()
    place_wanted = Signal()
    reference_dropped = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.out: Path | None = None
        self._folder = Path()
        self._taken: frozenset[str] = frozenset()
        self._n_items = 0
        self._own: Settings = {}
        self._paces: dict[Any, float] = {}
        self._reference = ""
        self._reason = ""
        self._is_bad_reason = False
        self._errors: dict[str, str] = {}
        self._title, self._facts = label("heading"), label("small", wraps=True)
        self._preset_label, self._preset_help = label(), label("small", wraps=True)
        self._preset = QComboBox()
        self._preset.activated.connect(self._on_preset)
        self.cards = ChoiceCards()
        self.cards.chosen.connect(self._on_card)
        self.form = SettingsForm()
        self.form.changed.connect(self._on_changed)
        self.form.folded.connect(self._on_fold)
        self._make_banner()
        preset = row(self._preset_label, self._preset, spacing=10)
        preset.setStretch(1, 1)
        self._chooser = QWidget()
        self._chooser.setLayout(column(preset, self._preset_help, spacing=8))
        self._spare = QWidget()
        foot = self._make_foot()
        layout = column(
            column(self._title, self._facts, spacing=2),
            self.cards,
            self._chooser,
            self._banner,
            self.form,
            self._spare,
            foot,
            spacing=12,
            margins=(16, 14, 16, 16),
        )
        layout.setStretch(4, 1)
        self.setLayout(layout)
        self.form.set_open(is_open=False)
        self.setMinimumWidth(340)
        self.retranslate()
        self.restyle()

    def _make_foot(self) -> QVBoxLayout:
        """Name and place of the model, what is wrong, and the button."""
        self._name_label = label()
        self.name_field = QLineEdit()
        self.name_field.textEdited.connect(self._on_name)
        self._save_as = tool_button(size=18)
        self._save_as.clicked.connect(self.place_wanted)
        self._place = ElidedLabel("small", mode=Qt.TextElideMode.ElideMiddle)
        self._trouble = label("bad", wraps=True)
        self._trouble.hide()
        self._show_trouble = button("quiet")
        self._show_trouble.clicked.connect(self._reveal)
        self._show_trouble.hide()
        self.start_button = button("primary")
        self.start_button.clicked.connect(self.start_wanted)
        names = row(self._name_label, self.name_field, self._save_as, spacing=8)
        names.setStretch(1, 1)
        trouble = row(self._trouble, self._show_trouble)
        trouble.setStretch(0, 1)
        return column(names, self._place, trouble, self.start_button, spacing=6)

    def _make_banner(self) -> None:
        self._banner = frame("info")
        self._banner_text = label(wraps=True)
        self._banner_close = tool_button(size=14)
        self._banner_close.clicked.connect(self.reference_dropped)
        layout = row(self._banner_text, self._banner_close, spacing=6, margins=(10, 6, 4, 6))
        layout.setStretch(0, 1)
        self._banner.setLayout(layout)
        self._banner.hide()

    def retranslate(self) -> None:
        """Set every text."""
        self._title.setText(self.tr("New training"))
        self._preset_label.setText(self.tr("Preset"))
        chosen = self._preset.currentData()
        self._preset.blockSignals(True)
        self._preset.clear()
        for key, words in self._presets().items():
            self._preset.addItem(words, key)
        self._preset.setCurrentIndex(max(0, self._preset.findData(chosen)))
        self._preset.blockSignals(False)
        name(self._preset, self.tr("Preset"))
        self._name_label.setText(self.tr("Model name"))
        self.name_field.setAccessibleName(self.tr("Model name"))
        name(self._save_as, self.tr("Save the model elsewhere …"))
        self._show_trouble.setText(self.tr("Show"))
        name(self._banner_close, self.tr("Do not compare any longer"))
        self.start_button.setText(self.tr("Start training"))
        self._show_preset()
        self._show_hints()
        self._show_place()
        self._show_state()
        self._show_banner()
        self._show_fold()

    def restyle(self) -> None:
        """Set icons."""
        self._save_as.setIcon(theme.icon("folder"))
        self._banner_close.setIcon(theme.icon("close"))

    def _presets(self) -> dict[str, str]:
        words = {
            "quick": self.tr("Quick look"),
            "default": self.tr("Default"),
            "thorough": self.tr("Thorough"),
            "tutorial": self.tr("The tutorial's LSTM(64)"),
        }
        return {**{key: words[key] for key in PRESETS}, _OWN: self.tr("My own")}

    # What the page says

    def set_data(self, kind: Kind, reading: Settings, *, n_items: int) -> None:
        """Another data set, or the same after another look.

        Args:
            kind: Of its items.
            reading: How the folder is read, as settings.
            n_items: About how many items there are to train on.
        """
        values = SettingValues(kind, reading)
        if kind == self.form.values.kind:
            values.replace(self.form.values.own())
        self._n_items = n_items
        self.form.set_values(values)
        self._show_hints()
        self._match_preset()

    def set_facts(self, text: str) -> None:
        """Say in a line what is in the data set."""
        self._facts.setText(text)

    def set_settings(self, settings: Settings) -> None:
        """Load settings into the form."""
        self.form.values.replace(settings)
        self.form.refresh()
        self._match_preset()
        self._show_state()

    def set_reference(self, title: str, settings: Settings | None) -> None:
        """Mark the differences to a run; None for no longer."""
        self._reference = title if settings is not None else ""
        if self._reference:
            self.form.set_open(is_open=True)
        self.form.set_reference(title, settings)
        self._show_banner()

    def set_paces(self, paces: Mapping[Any, float]) -> None:
        """How long an epoch takes, measured by earlier runs: `pace_key` of their settings -> seconds."""
        self._paces = dict(paces)
        self._show_preset()

    def set_place(self, folder: Path, taken: frozenset[str], suggestion: str) -> None:
        """Where models go by themselves, which names are taken there, and a name that is free."""
        self._folder, self._taken = folder, taken
        if self.out is None and (not self.name_field.text() or self.name_field.text().strip() in taken):
            self.name_field.setText(suggestion)
        self._show_place()
        self._show_state()

    def set_out(self, out: Path | None) -> None:
        """Take another place than the project's folder; None for that."""
        self.out = out
        if out is not None:
            self.name_field.setText(out.stem)
        self._show_place()
        self._show_state()

    def set_reason(self, reason: str, *, is_bad: bool = False) -> None:
        """Why a training cannot start now; empty where it can."""
        self._reason, self._is_bad_reason = reason, is_bad
        self._show_state()

    def target(self) -> Path:
        """Where the model will go."""
        title = self.name_field.text().strip().removesuffix(BUNDLE_SUFFIX)
        return (self.out.parent if self.out else self._folder) / f"{title}{BUNDLE_SUFFIX}"

    def check(self) -> bool:
        """Look for mistakes now; True where there is none."""
        self.form.check()
        self._show_state()
        return not self._trouble.text() and not self._reason

    # Inside

    def _on_fold(self) -> None:
        self._show_fold()
        self.changed.emit()

    def _show_fold(self) -> None:
        """Presets as cards while the settings are closed, as one line while they take the room."""
        is_open = self.form.is_open
        self.cards.setVisible(not is_open)
        self._chooser.setVisible(is_open)
        self._spare.setVisible(not is_open)
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.setStretchFactor(self.form, 1 if is_open else 0)
        layout.setStretchFactor(self._spare, 0 if is_open else 1)

    def _on_card(self, key: str) -> None:
        self._preset.setCurrentIndex(self._preset.findData(key))
        self._on_preset()

    def _on_preset(self) -> None:
        key = self._preset.currentData()
        values = self.form.values
        values.replace(self._own if key == _OWN else settings_of(_preset(key), values.kind, self._n_items))
        self.form.refresh()
        self._show_preset()
        self._show_state()
        self._show_banner()
        self.changed.emit()

    def _on_changed(self) -> None:
        self._match_preset()
        self._show_state()
        self._show_banner()
        self.changed.emit()

    def _on_name(self) -> None:
        if self.out is not None:
            self.out = self.target()
        self._show_place()
        self._show_state()
        self.changed.emit()

    def _match_preset(self) -> None:
        """Name the preset that the form agrees with, else keep its settings as the person's own."""
        values = self.form.values
        for key in ("default", "quick", "thorough", "tutorial"):
            texts = values.texts_of(settings_of(_preset(key), values.kind, self._n_items))
            if not any(values.differs(setting, text) for setting, text in texts.items()):
                break
        else:
            key = _OWN
            self._own = values.own()
        self._preset.setCurrentIndex(self._preset.findData(key))
        self._show_preset()

    def _show_preset(self) -> None:
        chosen = self._preset.currentData() or "default"
        meanings = self._meanings()
        self._preset_help.setText(meanings[chosen])
        titles = self._presets()
        shown = [key for key in titles if key != _OWN or chosen == _OWN or self._own]
        self.cards.set_choices([Choice(key, titles[key], f"{meanings[key]}\n{self._amount(key)}") for key in shown], chosen)

    def _meanings(self) -> dict[str, str]:
        return {
            "quick": self.tr("One layer, items as they are, a quarter of the epochs: a first impression."),
            "default": self.tr("What suits most data sets: the number of epochs follows from the number of items."),
            "thorough": self.tr("Twice the epochs of the default: takes twice as long, and is at times a little better."),
            "tutorial": self.tr(
                "One LSTM layer on the last state with plain Adam, as in a first Keras program: for comparison."
            ),
            _OWN: self.tr("Your own choice of settings."),
        }

    def _amount(self, key: str) -> str:
        """What a preset comes to: epochs, units, and the time that it took before."""
        from seqclass.errors import SpecError
        from seqclass.settings import resolve
        from seqclass.training.schedule import plan

        values = self.form.values
        own = values.own() if self._preset.currentData() == _OWN else self._own
        try:
            config = resolve(own if key == _OWN else settings_of(_preset(key), values.kind, self._n_items), values.kind)
        except SpecError:
            return ""
        epochs = plan(config.training, max(1, self._n_items)).epochs
        words = self.tr("%n epoch(s) · LSTM units {units}", "", epochs).format(units=", ".join(map(str, config.model.lstm)))
        pace_s = self._paces.get(pace_key(config))
        return words if pace_s is None else words + " · " + self.tr("about {time}").format(time=duration(pace_s * epochs))

    def _show_hints(self) -> None:
        from seqclass.settings import resolve
        from seqclass.training.schedule import plan

        made = plan(resolve({}, self.form.values.kind).training, max(1, self._n_items))
        words = self.tr("about {n}")
        self.form.set_hints(
            {"training.epochs": words.format(n=made.epochs), "training.batch_size": words.format(n=made.batch_size)}
        )

    def _show_place(self) -> None:
        folder = self.out.parent if self.out else self._folder
        words = self.tr("in {folder}") if self.out else self.tr("in the project's folder, {folder}")
        self._place.set_whole(words.format(folder=folder), tip=str(self.target()))

    def _show_banner(self) -> None:
        self._banner.setVisible(bool(self._reference))
        if not self._reference:
            return
        different = self.form.differences()
        if different:
            words = self.tr("Settings of {run}. Different now: {names}.")
            text = words.format(run=self._reference, names=", ".join(name_of(setting) for setting in different))
        else:
            text = self.tr("Settings of {run}. What you change is marked.").format(run=self._reference)
        self._banner_text.setText(text)

    def _name_error(self) -> str:
        title = self.name_field.text().strip()
        if not title:
            return self.tr("Give the model a name.")
        bad = sorted(set(title) & set(_FORBIDDEN))
        if bad:
            return self.tr("A model's name cannot hold {signs}").format(signs=" ".join(bad))
        if self.out is None and title.removesuffix(BUNDLE_SUFFIX) in self._taken:
            return self.tr("There is a model of that name. Choose another.")
        return ""

    def _show_state(self) -> None:
        self._errors = self.form.values.errors()
        wrong = self._name_error()
        set_kind(self.name_field, "bad" if wrong else "")
        texts = [text for text in (wrong, self._errors.get("", "")) if text]
        settings = [setting for setting in self._errors if setting]
        if settings:
            words = self.tr("Not possible like that: {names}")
            texts.append(words.format(names=", ".join(name_of(setting) for setting in settings)))
        if self._reason and self._is_bad_reason:
            texts.insert(0, self._reason)
        self._trouble.setText("\n".join(texts))
        self._trouble.setVisible(bool(texts))
        self._show_trouble.setVisible(bool(settings))
        self.start_button.setEnabled(not texts and not self._reason)
        self.start_button.setToolTip("\n".join(texts) or self._reason or self.tr("Start training (Ctrl+Return)"))

    def _reveal(self) -> None:
        setting = next((one for one in self._errors if one), "")
        if setting:
            self.form.check()
            self.form.reveal(setting)


def _preset(key: Any) -> Preset:
    return next(one for one in PRESETS if one == key)
