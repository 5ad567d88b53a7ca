"""Fields that something is chosen from, each with a mark that it opens: a style sheet takes away Qt's own."""

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPaintEvent, QPalette, QPolygonF
from PySide6.QtWidgets import QComboBox, QDateEdit, QWidget

from ui.theme.paint import painter


class Choice(QComboBox):
    """One of several."""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  # Qt's name
        """The field and its mark."""
        super().paintEvent(event)
        mark(self)


class Day(QDateEdit):
    """A day, typed or chosen in a calendar."""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  # Qt's name
        """The field and its mark."""
        super().paintEvent(event)
        mark(self)


def mark(field: QWidget) -> None:
    """Draws a triangle that points down, at the right of a field."""
    size = field.height() / 9
    right, middle = field.width() - 2.2 * size, field.height() / 2 - size / 3
    points = [QPointF(right - size, middle - size / 2), QPointF(right + size, middle - size / 2)]
    with painter(field) as draw:
        colour = field.palette().color(QPalette.ColorRole.Text)
        draw.setPen(colour)
        draw.setBrush(colour)
        draw.drawPolygon(QPolygonF([*points, QPointF(right, middle + size)]))
