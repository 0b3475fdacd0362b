"""How loud it is: a bar in dB, the peak held for a moment, and a mark that stays once it was too loud."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui import theme
from gui.widgets.common import Responsive
from gui.widgets.painting import Plane
from seqclass.events import Level

LOWEST_DB = -60.0
HOLD_MS = 1500
_FALL_DB = 20.0
_LOUD_DB = -6.0
_CLIP_WIDTH = 64
_TICKS = (-60, -48, -36, -24, -12, 0)


class LevelMeter(Responsive, QWidget):
    """The bar.

    Attributes:
        peak_db: What is held.
        has_clipped: Whether it was too loud since `reset`.
    """

    def __init__(self) -> None:
        super().__init__()
        self.peak_db = LOWEST_DB
        self.has_clipped = False
        self._rms_db = LOWEST_DB
        self._is_live = False
        self._since = QElapsedTimer()
        self._since.start()
        self._clip_words = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.retranslate()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As high as a line of a form."""
        return QSize(200, 40)

    def retranslate(self) -> None:
        """Set every text."""
        self._clip_words = self.tr("too loud")
        self.setAccessibleName(self.tr("Level of the microphone"))
        self.setToolTip(self.tr("Level in dB; speak so that it stays below -6. The line holds the peak."))
        self.update()

    def restyle(self) -> None:
        """Colours have changed."""
        self.update()

    def hear(self, level: Level) -> None:
        """Show the next level."""
        self._is_live = True
        self._rms_db = max(level.rms_db, LOWEST_DB)
        if level.peak_db >= self.peak_db:
            self.peak_db = min(max(level.peak_db, LOWEST_DB), 0.0)
            self._since.restart()
        elif self._since.elapsed() > HOLD_MS:
            self.peak_db = max(self.peak_db - _FALL_DB * 0.05, level.peak_db, LOWEST_DB)
        self.has_clipped |= level.clipped
        self.setAccessibleDescription(f"{self._rms_db:.0f} dB")
        self.update()

    def reset(self) -> None:
        """Forget peak and clip mark."""
        self.peak_db, self._rms_db, self.has_clipped, self._is_live = LOWEST_DB, LOWEST_DB, False, False
        self.update()

    def forget_clip(self) -> None:
        """Take the clip mark away, before another take."""
        self.has_clipped = False
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw everything."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = theme.colours()
        bar = QRectF(8, 4, self.width() - _CLIP_WIDTH - 22, 14)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.sunken))
        painter.drawRoundedRect(bar, 5, 5)
        plane = Plane(bar, (LOWEST_DB, 0.0), (0.0, 1.0))
        if self._is_live and self._rms_db > LOWEST_DB:
            painter.setBrush(QColor(colours.warn if self.peak_db > _LOUD_DB else colours.accent))
            painter.drawRoundedRect(QRectF(bar.left(), bar.top(), plane.pixel_x(self._rms_db) - bar.left(), bar.height()), 5, 5)
        if self.peak_db > LOWEST_DB:
            painter.setPen(QPen(QColor(colours.bad if self.peak_db > -1 else colours.text), 2))
            painter.drawLine(plane.place(self.peak_db, 1.0), plane.place(self.peak_db, 0.0))
        painter.setFont(theme.font(0.75))
        painter.setPen(QColor(colours.muted))
        for tick in _TICKS:
            text = f"{tick} dB" if tick == 0 else str(tick)
            painter.drawText(
                QRectF(plane.pixel_x(tick) - 25, bar.bottom() + 2, 50, 16), int(Qt.AlignmentFlag.AlignHCenter), text
            )
        mark = QRectF(self.width() - _CLIP_WIDTH - 2, 1, _CLIP_WIDTH, 20)
        painter.setPen(QPen(QColor(colours.bad if self.has_clipped else colours.line), 1))
        painter.setBrush(QColor(colours.bad_soft if self.has_clipped else colours.raised))
        painter.drawRoundedRect(mark, 6, 6)
        painter.setPen(QColor(colours.bad if self.has_clipped else colours.outline))
        painter.drawText(mark, int(Qt.AlignmentFlag.AlignCenter), self._clip_words)
