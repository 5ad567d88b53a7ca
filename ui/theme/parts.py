"""The few widgets that every window is built of, each with its property for the style sheet, and how a theme is worn.

A button takes focus from the keyboard only: a finger leaves no focus mark behind.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QLayout, QPushButton, QWidget

from ui.theme.ruby_label import RubyLabel
from ui.theme.stylesheet import stylesheet
from ui.theme.text import Text
from ui.theme.tokens import LIGHT, PATIENT, Theme

SPACES = {"tight": 0.25, "close": 0.6, "wide": 2.0}  # a layout's object name: how much more or less than a gap


def label(role: str, text: str = "", *, is_centred: bool = False, has_ruby: bool = False) -> QLabel:
    """Words to read: role `title`, `strong`, `body`, `caption` or `chip`; they wrap. With `《readings》` if wanted."""
    made = RubyLabel(text) if has_ruby else QLabel(text) if role == "mark" else Text(text)
    made.setProperty("role", role)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(role != "mark")
    if is_centred:
        made.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return made


def button(kind: str, text: str = "", *, is_checkable: bool = False) -> QPushButton:
    """Something to press: kind `primary`, `secondary`, `chip` or `key`."""
    made = QPushButton(text)
    made.setProperty("kind", kind)
    made.setCheckable(is_checkable)
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return made


def panel(kind: str) -> QFrame:
    """A frame around what belongs together: `card`, `notice`, `confirmed`, `provisional`, `refused` or `practice`."""
    made = QFrame()
    made.setProperty("panel", kind)
    return made


def set_mark(widget: QWidget, name: str, value: object) -> None:
    """Changes a property that the style sheet looks at, and has the widget drawn anew."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


class Painted(QWidget):
    """A widget that paints itself: decoration or a picture, in the colours of `theme`."""

    def __init__(self) -> None:
        super().__init__()
        self.theme = Theme(LIGHT, PATIENT)

    def set_theme(self, theme: Theme) -> None:
        """Takes new colours and sizes."""
        self.theme = theme
        self.updateGeometry()
        self.update()


def wear(widget: QWidget, theme: Theme) -> None:
    """Gives spaces and painted parts below a widget the sizes of a theme. The style sheet is the window's (`dress`).

    What has them already is left alone: a layout that is touched has its whole window laid out again.
    """
    for layout in widget.findChildren(QLayout):
        owner = layout.parentWidget()
        space = round(theme.sizes.gap * SPACES.get(layout.objectName(), 1))
        if layout.spacing() != space:
            layout.setSpacing(space)
        is_outermost = owner is not None and owner.layout() is layout
        across, along = _padding(owner.property("panel") if owner and is_outermost else None, theme)
        layout.setContentsMargins(across, along, across, along)
    for painted in widget.findChildren(Painted):
        if painted.theme != theme:
            painted.set_theme(theme)


def _padding(panel_kind: object, theme: Theme) -> tuple[int, int]:
    match panel_kind:
        case None:
            return 0, 0
        case "page":
            return theme.sizes.margin, theme.sizes.gap
        case "practice":
            return theme.sizes.margin, theme.px(4)
        case "card":
            return theme.sizes.gap, theme.sizes.gap // 2
        case _:
            return theme.sizes.gap, theme.sizes.gap


def dress(window: QWidget, theme: Theme) -> None:
    """Dresses a whole window: style sheet, spaces and painted parts."""
    window.setObjectName("window")
    window.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    restyle(window, stylesheet(theme))
    wear(window, theme)


def dress_to_fit(parts: Sequence[QWidget], themes: Sequence[Sequence[Theme]], has_room: Callable[[], bool]) -> None:
    """Dresses parts of a dressed window in the first themes, one a part, that leave room for all, else in the last.

    The first are all the window's own; each of the others asks for less room than the ones before.
    """

    def fits(at: int) -> bool:
        for part, own, worn in zip(parts, themes[0], themes[at], strict=True):
            restyle(part, "" if worn == own else stylesheet(worn))
            wear(part, worn)
            for inner in part.findChildren(QWidget):
                inner.ensurePolished()
            for layout in part.findChildren(QLayout):
                layout.invalidate()  # what it remembers holds for the text size before
            part.updateGeometry()
        return has_room()

    if not fits(0):
        fits(bisect_left(range(len(themes) - 1), True, 1, key=fits))


def restyle(widget: QWidget, sheet: str) -> None:
    """Sets a style sheet, unless it is there already: each time costs many milliseconds."""
    if widget.styleSheet() != sheet:
        widget.setStyleSheet(sheet)
