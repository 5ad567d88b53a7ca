"""How the auditor's window is dressed: as reception is, with the fields and bars that only this window has."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from ui.theme.parts import restyle, set_mark, wear
from ui.theme.stylesheet import stylesheet
from ui.theme.tokens import RECEPTION, Theme, theme

WIDTH, HEIGHT = 1280, 800


def dress_auditor(window: QWidget, language: str) -> Theme:
    """Dresses the window for its size, and gives what it wears."""
    density = max(1.0, min(window.width() / WIDTH, window.height() / HEIGHT))
    worn = theme(RECEPTION, density, language=language)
    window.setObjectName("window")
    window.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    restyle(window, stylesheet(worn) + _fields(worn))
    wear(window, worn)
    return worn


def set_tone(panel: QWidget, kind: str) -> None:
    """Changes what a panel means, and the colours of the words in it."""
    set_mark(panel, "panel", kind)
    for part in panel.findChildren(QWidget):
        part.style().unpolish(part)
        part.style().polish(part)


def _fields(worn: Theme) -> str:
    colours, sizes = worn.palette, worn.sizes
    inner = sizes.chip_target - 2 * sizes.border
    return f"""
QComboBox, QDateEdit {{
    color: {colours.ink}; background: {colours.surface}; font-size: {sizes.chip}px;
    border: {sizes.border}px solid {colours.line}; border-radius: {sizes.radius}px;
    min-height: {inner}px; padding: 0 {sizes.gap // 2}px;
}}
QComboBox:focus, QDateEdit:focus {{ border-color: {colours.primary}; background: {colours.notice.surface}; }}
QComboBox::drop-down, QDateEdit::drop-down {{ border: none; width: {worn.px(22)}px; }}
QComboBox QAbstractItemView {{ color: {colours.ink}; background: {colours.surface}; font-size: {sizes.chip}px;
    selection-color: {colours.notice.ink}; selection-background-color: {colours.notice.surface};
}}
QTableView, QListWidget {{ font-size: {sizes.chip}px; }}
QTableView:focus, QListWidget:focus {{ border-color: {colours.primary}; }}
QProgressBar {{
    background: {colours.surface}; border: {sizes.border}px solid {colours.notice.line};
    border-radius: {sizes.radius}px; min-height: {worn.px(12)}px; max-height: {worn.px(12)}px;
}}
QProgressBar::chunk {{ background: {colours.notice.line}; }}
QPushButton[kind="primary"]:disabled {{ color: {colours.on_disabled}; background: {colours.disabled}; }}
"""
