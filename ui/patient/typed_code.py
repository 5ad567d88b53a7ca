"""The digits that someone types, shown as boxes in groups, as dots unless they asked to see them.

The digits live in this one widget, in no label and in no accessible text: that says only how many there are.
"""

from collections.abc import Iterator

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy

from ui.theme.fonts import desk_font
from ui.theme.paint import colour, painter
from ui.theme.parts import Painted

BOX, BOX_ALONE, BOX_GAP, GROUP_GAP, HEIGHT = 44, 60, 6, 20, 64  # of the 1280 × 800 window


class TypedCode(Painted):
    """Boxes for `groups` of digits. `changed` tells how many there are."""

    changed = Signal(int)

    def __init__(self, *groups: int) -> None:
        super().__init__()
        self.groups = groups
        self._box = BOX if len(groups) > 1 else BOX_ALONE  # a PIN has room for more
        self._digits = ""
        self._is_shown = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def digits(self) -> str:
        """What was typed, to be sent once."""
        return self._digits

    @property
    def is_complete(self) -> bool:
        """Whether every box is filled."""
        return len(self._digits) == sum(self.groups)

    @property
    def group(self) -> int:
        """The group that the next digit goes into; the number of groups when all are filled."""
        ends = [sum(self.groups[: at + 1]) for at in range(len(self.groups))]
        return sum(len(self._digits) >= end for end in ends)

    def type(self, digit: str) -> None:
        """Adds a digit, as long as there is a box for it."""
        if not self.is_complete:
            self._set(self._digits + digit)

    def erase(self) -> None:
        """Takes the last digit back."""
        self._set(self._digits[:-1])

    def clear(self) -> None:
        """Forgets everything typed."""
        self._set("")

    def set_shown(self, is_shown: bool) -> None:
        """Shows digits in place of dots, or dots again."""
        self._is_shown = is_shown
        self.update()

    def _set(self, digits: str) -> None:
        self._digits = digits
        self.changed.emit(len(digits))
        self.update()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """The boxes at their full size."""
        return QSize(self.theme.px(self._width()), self.theme.px(HEIGHT))

    sizeHint = minimumSizeHint  # noqa: N815 - Qt's name

    def _width(self) -> int:
        return sum(self.groups) * (self._box + BOX_GAP) + (len(self.groups) - 1) * (GROUP_GAP - BOX_GAP) - BOX_GAP + 4

    def _boxes(self) -> Iterator[QRectF]:
        across = 2.0
        for group in self.groups:
            for _ in range(group):
                yield QRectF(across, 2, self._box, HEIGHT - 4)
                across += self._box + BOX_GAP
            across += GROUP_GAP - BOX_GAP

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """A box for each digit, the next one marked."""
        colours = self.theme.palette
        with painter(self) as draw:
            draw.scale(self.theme.density, self.theme.density)
            draw.setFont(desk_font(38))
            for at, box in enumerate(self._boxes()):
                is_next = at == len(self._digits)
                draw.setPen(QPen(colour(colours.primary if is_next else colours.line), 4 if is_next else 2))
                draw.setBrush(colour(colours.surface))
                draw.drawRoundedRect(box, 8, 8)
                draw.setPen(colour(colours.ink))
                if at < len(self._digits) and self._is_shown:
                    draw.drawText(box, Qt.AlignmentFlag.AlignCenter, self._digits[at])
                elif at < len(self._digits):
                    draw.setBrush(colour(colours.ink))
                    draw.drawEllipse(box.center(), 8, 8)
