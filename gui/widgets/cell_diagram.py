"""The drawing of an LSTM cell with numbers on its wires."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.widgets.colour_scales import GATE, ColourScale, symmetric
from gui.widgets.common import Responsive
from gui.widgets.lens_look import Look, signed
from seqclass.inspection.cell import CellFrame

_WIDTH, _HEIGHT = 400.0, 306.0
_CELL, _WRITE, _SHOW, _BOX, _BUS = 58.0, 116.0, 150.0, 192.0, 250.0
_F, _I, _G, _O, _OUT = 88.0, 164.0, 227.0, 290.0, 342.0
_BOX_SIZE = (58.0, 40.0)
_NODE = 10.0
_GATES = {"forget_gate": (_F, "f"), "input_gate": (_I, "i"), "candidate": (_G, "g"), "output_gate": (_O, "o")}
_SHORT = {"sigmoid": "σ", "hard_sigmoid": "hard σ"}


class CellDiagram(Responsive, QWidget):
    """Draws one frame of one unit, or of a layer's mean: wires as thick as what they carry, gates in their colours.

    Attributes:
        cell: What is drawn; None for the bare drawing.
        cell_bound: Where the colours of the cell state end.
    """

    def __init__(self) -> None:
        super().__init__()
        self.cell: CellFrame | None = None
        self.cell_bound = 1.0
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMinimumWidth(200)
        self.retranslate()

    def show_cell(self, cell: CellFrame | None, cell_bound: float) -> None:
        """Draw a frame."""
        self.cell, self.cell_bound = cell, cell_bound
        self.setAccessibleDescription("" if cell is None else "\n".join(cell.equations()))
        self.update()

    def retranslate(self) -> None:
        """Set every text."""
        self.setAccessibleName(self.tr("Drawing of an LSTM cell"))
        self.update()

    def restyle(self) -> None:
        """Take the colours of the look."""
        self.update()

    def hasHeightForWidth(self) -> bool:  # noqa: N802 - Qt's name
        """It keeps its shape."""
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        """Its shape."""
        return round(min(width, 560) * _HEIGHT / _WIDTH)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Its shape at a common width."""
        return QSize(round(_WIDTH), round(_HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 - Qt's name
        """Draw it in the middle of the widget."""
        painter = QPainter(self)
        paint(painter, QRectF(self.rect()), self.cell, self.cell_bound, Look.of_window(self.devicePixelRatioF()))


def paint(painter: QPainter, area: QRectF, cell: CellFrame | None, cell_bound: float, look: Look) -> None:
    """Draw a cell as large as fits into an area."""
    scale = min(area.width() / _WIDTH, area.height() / _HEIGHT)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(area.center().x() - scale * _WIDTH / 2, area.center().y() - scale * _HEIGHT / 2)
    painter.scale(scale, scale)
    _Drawing(painter, cell, cell_bound, look).draw()
    painter.restore()


class _Drawing:
    """One drawing, in the coordinates of a sheet of 400 x 306."""

    def __init__(self, painter: QPainter, cell: CellFrame | None, cell_bound: float, look: Look) -> None:
        self._painter, self._cell, self._look = painter, cell, look
        self._states, self._cells = symmetric(1.0), symmetric(cell_bound)
        self._small, self._font = QFont(look.small), QFont(look.font)
        self._small.setPixelSize(11)
        self._font.setPixelSize(13)

    def draw(self) -> None:
        """Body, wires, nodes, boxes, words."""
        painter, colours = self._painter, self._look.colours
        painter.setPen(QPen(QColor(colours.line), 1))
        painter.setBrush(QColor(colours.surface))
        painter.drawRoundedRect(QRectF(40, 28, 330, 240), 14, 14)
        self._wires()
        for x, y, sign in ((_F, _CELL, "×"), (_G, _CELL, "+"), (_G, _WRITE, "×"), (_OUT, _SHOW, "×")):
            self._node(x, y, sign)
        self._squeeze()
        for name, (x, letter) in _GATES.items():
            self._box(name, x, letter, self._squeeze_of(name))
        self._words()

    def _wires(self) -> None:
        cell = self._cell
        plain = None
        before, after = (cell.before, cell.cell) if cell else (plain, plain)
        kept, written = (cell.kept, cell.written) if cell else (plain, plain)
        squeezed, hidden = (cell.squeezed, cell.hidden) if cell else (plain, plain)
        bus = self._look.colours.outline
        self._wire([(4, _BUS), (_O, _BUS)], bus)
        self._wire([(58, 300), (58, _BUS)], bus)
        for x, *_ in _GATES.values():
            self._wire([(x, _BUS), (x, _BOX + _BOX_SIZE[1] / 2)], bus)
        self._carry([(4, _CELL), (_F, _CELL)], before, self._cells)
        self._carry([(_F, _CELL), (_G, _CELL)], kept, self._cells)
        self._carry([(_G, _CELL), (396, _CELL)], after, self._cells, arrow=True)
        self._carry([(_F, _BOX), (_F, _CELL + _NODE)], self._value("forget_gate"), GATE)
        self._carry([(_I, _BOX), (_I, _WRITE), (_G - _NODE, _WRITE)], self._value("input_gate"), GATE)
        self._carry([(_G, _BOX), (_G, _WRITE + _NODE)], self._value("candidate"), self._states)
        self._carry([(_G, _WRITE), (_G, _CELL + _NODE)], written, self._cells)
        self._carry([(_O, _BOX), (_O, _SHOW), (_OUT - _NODE, _SHOW)], self._value("output_gate"), GATE)
        self._carry([(_OUT, _CELL), (_OUT, _SHOW - _NODE)], squeezed, self._states)
        self._carry([(_OUT, _SHOW), (_OUT, _BUS), (396, _BUS)], hidden, self._states, arrow=True)

    def _value(self, gate: str) -> float | None:
        return self._cell.gates[gate].value if self._cell else None

    def _carry(
        self, points: Sequence[tuple[float, float]], value: float | None, scale: ColourScale, *, arrow: bool = False
    ) -> None:
        """A wire as thick as its value, in the colour of it."""
        if value is None:
            self._wire(points, self._look.colours.outline, arrow=arrow)
            return
        size = min(abs(value) / scale.high, 1.0)
        self._wire(points, self._colour(value, scale), width=1.4 + 6.0 * size, arrow=arrow)

    def _colour(self, value: float, scale: ColourScale) -> str:
        """Of a value; never so near the ground's that a wire would vanish."""
        if scale.name == "diverging":
            least = 0.35 * scale.high
            value = max(value, least) if value >= 0 else min(value, -least)
        return _hex(value, scale, self._look)

    def _wire(self, points: Sequence[tuple[float, float]], colour: str, *, width: float = 1.4, arrow: bool = False) -> None:
        path = QPainterPath(QPointF(*points[0]))
        for point in points[1:]:
            path.lineTo(QPointF(*point))
        painter = self._painter
        pen = QPen(QColor(colour), width)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)
        if arrow:
            x, y = points[-1]
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colour))
            half = 3.5 + width / 2
            painter.drawPolygon([QPointF(x + 3, y), QPointF(x - 6, y - half), QPointF(x - 6, y + half)])

    def _node(self, x: float, y: float, sign: str) -> None:
        painter, colours = self._painter, self._look.colours
        painter.setPen(QPen(QColor(colours.text), 1.2))
        painter.setBrush(QColor(colours.raised))
        painter.drawEllipse(QPointF(x, y), _NODE, _NODE)
        self._text(QRectF(x - 12, y - 12, 24, 23), sign, self._font, colours.text)

    def _squeeze(self) -> None:
        painter, colours = self._painter, self._look.colours
        place = QRectF(_OUT - 19, 86, 38, 20)
        painter.setPen(QPen(QColor(colours.outline), 1.2))
        painter.setBrush(QColor(colours.raised))
        painter.drawRoundedRect(place, 10, 10)
        self._text(place, self._squeeze_of("candidate"), self._small, colours.text)

    def _squeeze_of(self, name: str) -> str:
        """What a gate or candidate goes through: imported models have others than sigmoid and tanh."""
        of_gates, of_cell = self._cell.squeezes if self._cell is not None else ("sigmoid", "tanh")
        squeeze = of_cell if name == "candidate" else of_gates
        return _SHORT.get(squeeze, squeeze)

    def _box(self, name: str, x: float, letter: str, squeeze: str) -> None:
        painter, colours = self._painter, self._look.colours
        value = self._value(name)
        scale = self._states if name == "candidate" else GATE
        ground = colours.raised if value is None else _hex(value, scale, self._look)
        width, height = _BOX_SIZE
        place = QRectF(x - width / 2, _BOX - height / 2, width, height)
        painter.setPen(QPen(QColor(colours.outline), 1.2))
        painter.setBrush(QColor(ground))
        painter.drawRoundedRect(place, 7, 7)
        ink = "#101416" if _lightness(ground) > 0.36 else "#ffffff"
        words = f"{letter} = {squeeze}" if value is None else f"{letter} {signed(value)}"
        self._text(place.adjusted(0, 2, 0, -height / 2 + 4), words, self._font if value is not None else self._small, ink)
        if value is not None:
            self._text(place.adjusted(0, height / 2 - 2, 0, -2), squeeze, self._small, ink)

    def _words(self) -> None:
        """What goes in and out, with its number, and what is on the wires between."""
        cell, colours = self._cell, self._look.colours
        left, right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
        translate = QCoreApplication.translate
        self._label(QRectF(2, _CELL - 30, 90, 15), translate("CellDiagram", "c before"), cell.before if cell else None, left)
        self._label(QRectF(308, _CELL - 30, 90, 15), "c", cell.cell if cell else None, right)
        self._label(QRectF(2, _BUS - 23, 90, 15), translate("CellDiagram", "h before"), None, left)
        self._label(QRectF(308, _BUS - 23 + 30, 90, 15), "h", cell.hidden if cell else None, right)
        self._text(QRectF(64, 288, 130, 16), translate("CellDiagram", "x, the frame"), self._small, colours.muted, left)
        if cell is not None:
            middle = Qt.AlignmentFlag.AlignHCenter
            self._label(QRectF(_F + 12, _CELL - 24, _G - _F - 24, 15), "f · c", cell.kept, middle)
            self._label(QRectF(_G + 8, 80, 80, 15), "i · g", cell.written, left)
            self._text(QRectF(_OUT + 8, 112, 50, 15), signed(cell.squeezed), self._small, colours.muted, left)

    def _label(self, place: QRectF, words: str, value: float | None, align: Qt.AlignmentFlag) -> None:
        text = words if value is None else f"{words} {signed(value)}"
        self._text(place, text, self._small, self._look.colours.text, align)

    def _text(
        self,
        place: QRectF,
        text: str,
        font: QFont,
        colour: str,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignHCenter,
    ) -> None:
        painter = self._painter
        painter.setFont(font)
        painter.setPen(QColor(colour))
        shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, place.width() + 1)
        painter.drawText(place, align | Qt.AlignmentFlag.AlignVCenter, shown)


def _hex(value: float, scale: ColourScale, look: Look) -> str:
    place = min(max((value - scale.low) / (scale.high - scale.low), 0.0), 1.0)
    table = scale.pixels(is_dark=look.is_dark)
    return f"#{int(table[round(place * (len(table) - 1))]) & 0xFFFFFF:06x}"


def _lightness(colour: str) -> float:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return float(0.2126 * red**2.2 + 0.7152 * green**2.2 + 0.0722 * blue**2.2)
