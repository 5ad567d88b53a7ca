"""Two small words for what is painted by hand."""

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QWidget


@contextmanager
def painter(widget: QWidget) -> Iterator[QPainter]:
    """A smooth painter on a widget, ended in time: a painter left to the garbage collector can crash Qt."""
    draw = QPainter(widget)
    draw.setRenderHint(QPainter.RenderHint.Antialiasing)
    draw.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    try:
        yield draw
    finally:
        draw.end()


def colour(name: str) -> QColor:
    """The colour `#rrggbb`."""
    return QColor(name)
