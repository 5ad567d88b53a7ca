"""Fields that something is chosen in, each with the mark that a style sheet takes away: that it opens, or is ticked."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPaintEvent, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QCheckBox, QComboBox, QDateEdit, QStyle, QStyleOptionButton, QWidget

from ui.theme.paint import painter


class Choice(QComboBox):
    """One of several."""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  # Qt's name
        """The field and its mark."""
        super().paintEvent(event)
        _mark_open(self)


class Day(QDateEdit):
    """A day, typed or chosen in a calendar."""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  # Qt's name
        """The field and its mark."""
        super().paintEvent(event)
        _mark_open(self)


class Tick(QCheckBox):
    """Yes or no."""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  # Qt's name
        """The box, its words, and the tick in it."""
        super().paintEvent(event)
        if not self.isChecked():
            return
        option = QStyleOptionButton()
        self.initStyleOption(option)
        box = QRectF(self.style().subElementRect(QStyle.SubElement.SE_CheckBoxIndicator, option, self))
        stroke = [(0.24, 0.52), (0.42, 0.7), (0.76, 0.32)]
        with painter(self) as draw:
            draw.setPen(QPen(self.palette().color(QPalette.ColorRole.HighlightedText), box.height() / 8))
            draw.setBrush(Qt.BrushStyle.NoBrush)
            draw.drawPolyline([QPointF(box.x() + x * box.width(), box.y() + y * box.height()) for x, y in stroke])


def _mark_open(field: QWidget) -> None:
    """Draws a triangle that points down, at the right of a field."""
    size = field.height() / 9
    right, middle = field.width() - 2.2 * size, field.height() / 2 - size / 3
    points = [QPointF(right - size, middle - size / 2), QPointF(right + size, middle - size / 2)]
    with painter(field) as draw:
        colour = field.palette().color(QPalette.ColorRole.Text)
        draw.setPen(colour)
        draw.setBrush(colour)
        draw.drawPolygon(QPolygonF([*points, QPointF(right, middle + size)]))
