"""What the camera sees. It polls only while it is on the screen.

As a mirror, for the person before it, with an oval to bring the face into; or as it is, to compare with a photo.
"""

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QHideEvent, QImage, QPainter, QPainterPath, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QSizePolicy

from terminal.people import Picture
from terminal.ports import Camera
from ui.theme.fonts import desk_font
from ui.theme.paint import colour, painter
from ui.theme.parts import Painted

FRAMES_PER_SECOND = 15
OVAL_HEIGHT, OVAL_SHAPE = 0.8, 0.75  # of the preview's height; width to height of a face


class Preview(Painted):
    """The camera's newest picture, by default as a mirror; a caption while there is none."""

    def __init__(self, camera: Camera, *, is_mirror: bool = True) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._camera = camera
        self._is_mirror = is_mirror
        self._picture: Picture | None = None
        self._caption = ""
        self._poll = QTimer(self)
        self._poll.setInterval(1000 // FRAMES_PER_SECOND)
        self._poll.timeout.connect(self._look)

    def set_caption(self, caption: str) -> None:
        """What to say while there is no picture."""
        self._caption = caption
        self.update()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Enough to find one's own face."""
        return QSize(self.theme.px(320), self.theme.px(240))

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Begins to look."""
        self._look()
        self._poll.start()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Looks no more, and keeps no picture."""
        self._poll.stop()
        self._picture = None
        super().hideEvent(event)

    def _look(self) -> None:
        self._picture = self._camera.latest()
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The picture fills a rounded frame; a mirror is dimmed outside its oval."""
        with painter(self) as draw:
            frame = QRectF(self.rect())
            rounded = QPainterPath()
            rounded.addRoundedRect(frame, self.theme.sizes.radius, self.theme.sizes.radius)
            draw.setClipPath(rounded)
            draw.fillRect(frame, colour("#1a1a1a"))
            if self._picture is not None:
                _draw(draw, self._picture, frame, is_mirror=self._is_mirror)
            if self._is_mirror:
                self._draw_oval(draw, frame)
            if self._picture is None:
                draw.setFont(desk_font(self.theme.sizes.body))
                draw.setPen(colour("#ffffff"))
                draw.drawText(frame, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._caption)

    def _draw_oval(self, draw: QPainter, frame: QRectF) -> None:
        height = frame.height() * OVAL_HEIGHT
        oval = QRectF(0, 0, min(height * OVAL_SHAPE, frame.width() * 0.9), height)
        oval.moveCenter(frame.center())
        outside = QPainterPath()
        outside.addRect(frame)
        outside.addEllipse(oval)
        draw.setOpacity(0.45)
        draw.fillPath(outside, colour("#000000"))
        draw.setOpacity(1)
        draw.setBrush(Qt.BrushStyle.NoBrush)
        draw.setPen(QPen(colour("#ffffff"), self.theme.px(8)))  # white on dark on anything: seen on every picture
        draw.drawEllipse(oval)
        draw.setPen(QPen(colour("#0017c1"), self.theme.px(4), Qt.PenStyle.DashLine))
        draw.drawEllipse(oval)


def _draw(draw: QPainter, picture: Picture, frame: QRectF, *, is_mirror: bool) -> None:
    image = QImage(picture.bgr, picture.width, picture.height, 3 * picture.width, QImage.Format.Format_BGR888)
    scale = max(frame.width() / picture.width, frame.height() / picture.height)
    width, height = frame.width() / scale, frame.height() / scale
    seen = QRectF((picture.width - width) / 2, (picture.height - height) / 2, width, height)
    draw.save()
    if is_mirror:
        draw.translate(frame.width(), 0)
        draw.scale(-1, 1)
    draw.drawImage(frame, image, seen)
    draw.restore()
