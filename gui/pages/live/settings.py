"""How a model listens: threshold, smoothing, decision delay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QSpinBox, QWidget

from gui.state import AppState
from gui.widgets.common import Responsive, label, name
from seqclass.specs import DetectionSpec, ListenSpec

if TYPE_CHECKING:
    from seqclass.model.bundle import Bundle

PAGE = "live"
OWN = -1
"""The threshold that stands for the model's own."""
_STEP_CAUSAL_MS, _STEP_MS = 60.0, 120.0


class LiveSettings(Responsive, QWidget):
    """Three fields beside each other, kept for the next start.

    Attributes:
        threshold: In %; `OWN` for the model's.
        smoothing: In %.
        delay: In ms.

    Signals:
        changed: Any of them.
    """

    changed = Signal()

    def __init__(self, state: AppState) -> None:
        super().__init__()
        self._state = state
        self._own_threshold = 0.0
        self.threshold, self.smoothing, self.delay = self._boxes = (QSpinBox(), QSpinBox(), QSpinBox())
        self._names: tuple[QLabel, ...] = tuple(label("small") for _ in self._boxes)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(3)
        ranges = ((OWN, 100, 5, "threshold", OWN), (0, 90, 10, "smoothing", 0), (20, 1000, 20, "delay_ms", 160))
        for column, (box, title, (low, high, step, key, usual)) in enumerate(
            zip(self._boxes, self._names, ranges, strict=True)
        ):
            box.setRange(low, high)
            box.setSingleStep(step)
            box.setValue(int(state.page_setting(PAGE, key, usual)))
            box.setKeyboardTracking(False)
            box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            box.valueChanged.connect(lambda value, key=key: self._keep(key, value))
            title.setBuddy(box)
            grid.addWidget(title, 0, column)
            grid.addWidget(box, 1, column)
            grid.setColumnStretch(column, 1)
        self.retranslate()

    def retranslate(self) -> None:
        """Set every text."""
        titles = (self.tr("Threshold"), self.tr("Smoothing"), self.tr("Delay"))
        tips = (
            self._threshold_tip(),
            self.tr("Share that what was said so far of a word has in each new answer."),
            self.tr("Decision delay: silence after which a word is over, so from a word's end to its answer."),
        )
        for title, box, words, tip in zip(self._names, self._boxes, titles, tips, strict=True):
            title.setText(words)
            title.setToolTip(tip)
            name(box, words, tip=tip)
        self.threshold.setSpecialValueText(self.tr("auto"))
        self.threshold.setSuffix(self.tr(" %"))
        self.smoothing.setSuffix(self.tr(" %"))
        self.delay.setSuffix(self.tr(" ms"))

    def set_bundle(self, bundle: Bundle) -> None:
        """Show what matters to a model."""
        self._own_threshold = bundle.card.thresholds.get(bundle.card.targets[0].name, 0.0)
        for part in (self._names[1], self._names[2], self.smoothing, self.delay):
            part.setVisible(bundle.card.kind == "speech")
        self.retranslate()

    @property
    def limit(self) -> float:
        """The threshold in use, 0..1."""
        return self._own_threshold if self.threshold.value() == OWN else self.threshold.value() / 100

    @property
    def delay_ms(self) -> int:
        """The decision delay."""
        return self.delay.value()

    def spec(self, bundle: Bundle) -> ListenSpec:
        """The settings as the library takes them."""
        return ListenSpec(
            detection=DetectionSpec(decision_delay_ms=float(self.delay.value())),
            threshold=None if self.threshold.value() == OWN else self.threshold.value() / 100,
            smoothing=self.smoothing.value() / 100,
            partial_ms=_STEP_CAUSAL_MS if bundle.card.is_causal else _STEP_MS,
        )

    def _threshold_tip(self) -> str:
        words = self.tr("Below this confidence the answer is `unknown`. auto: the model's own threshold, {own}.")
        own = f"{100 * self._own_threshold:.0f} %" if self._own_threshold else self.tr("none")
        return words.format(own=own)

    def _keep(self, key: str, value: int) -> None:
        self._state.keep_page_setting(PAGE, key, value)
        self.changed.emit()
