"""A picture that was taken: the chip photo, or the frame that was compared. Painted, never stored."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QImage, QPainter, QPaintEvent

from terminal.people import Picture
from ui.theme.parts import Painted


class Still(Painted):
    """One picture, as large as there is room, its sides as they are."""

    def __init__(self, picture: Picture) -> None:
        super().__init__()
        self._picture = picture  # QImage borrows its bytes
        self._image = QImage(picture.bgr, picture.width, picture.height, 3 * picture.width, QImage.Format.Format_BGR888)

    def minimumSizeHint(self) -> QSize:  # noqa: N802  # Qt's name
        """Still enough for a first look; what room there is beyond, it takes."""
        return QSize(self.theme.px(102), self.theme.px(126))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  # Qt's name
        """The picture in the middle."""
        scale = min(self.width() / self._image.width(), self.height() / self._image.height())
        width, height = round(self._image.width() * scale), round(self._image.height() * scale)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage((self.width() - width) // 2, (self.height() - height) // 2, self._image.scaled(width, height))
        painter.end()
