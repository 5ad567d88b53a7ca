"""Whether things may move: not where nobody looks, and not for whoever turned animations off in the system."""

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QStyle, QWidget


def is_motion_wanted(widget: QWidget) -> bool:
    """Whether a widget may animate itself."""
    if QGuiApplication.platformName() == "offscreen":
        return False
    return widget.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration, None, widget) > 0
