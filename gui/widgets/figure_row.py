"""A few large figures side by side, each over what it is; those that find no room are left out, the last ones first."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.widgets.common import column, label, row

_SPACING = 26
Figure = tuple[str, str, str]
"""The value, what it is, and more about it for whoever points at it."""


class _Figure(QWidget):
    """A large value over what it is."""

    def __init__(self) -> None:
        super().__init__()
        self._value, self._what = label("figure"), label("small")
        self.setLayout(column(self._value, self._what, spacing=0))

    def set_texts(self, value: str, what: str, tip: str) -> None:
        """Set all."""
        self._value.setText(value)
        self._what.setText(what)
        self.setToolTip(tip)
        self.setAccessibleName(f"{what}: {value}")


class FigureRow(QWidget):
    """The figures."""

    def __init__(self, n_most: int = 6) -> None:
        super().__init__()
        self._figures = [_Figure() for _ in range(n_most)]
        self._n_figures = 0
        layout = row(*self._figures, spacing=_SPACING)
        layout.addStretch(1)
        self.setLayout(layout)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def set_figures(self, figures: Sequence[Figure]) -> None:
        """Show figures, the most telling first; one without a value is left out."""
        shown = [one for one in figures if one[0]][: len(self._figures)]
        self._n_figures = len(shown)
        for figure, texts in zip(self._figures, shown, strict=False):
            figure.set_texts(*texts)
        self._fit()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for one; the others come as there is more."""
        return QSize(60, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """See how many there is room for now."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        left = self.width() + _SPACING
        for place, figure in enumerate(self._figures):
            left -= figure.sizeHint().width() + _SPACING
            figure.setVisible(place < self._n_figures and (left >= 0 or place == 0))
