"""A QR code on the screen, to be scanned by a phone: black on white in every theme, with its quiet zone."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from terminal.access_log.qr import qr_rows
from ui.theme.paint import colour, painter
from ui.theme.parts import Painted

SIDE = 260


class QrPicture(Painted):
    """Shows one text, or an empty white square."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._rows: list[list[bool]] = []

    def show_text(self, text: str) -> None:
        """Draws a text; "" draws none."""
        self._rows = qr_rows(text) if text else []
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """So large that a phone reads it at arm's length."""
        return QSize(self.theme.px(SIDE), self.theme.px(SIDE))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Whole pixels for each module, in the middle."""
        with painter(self) as draw:
            draw.fillRect(self.rect(), colour("#ffffff"))
            draw.setPen(Qt.PenStyle.NoPen)
            draw.setBrush(colour("#000000"))
            if not self._rows:
                return
            side = min(self.width(), self.height()) // len(self._rows)
            left, top = ((room - side * len(self._rows)) // 2 for room in (self.width(), self.height()))
            for y, row in enumerate(self._rows):
                for x, is_dark in enumerate(row):
                    if is_dark:
                        draw.drawRect(QRectF(left + x * side, top + y * side, side, side))
