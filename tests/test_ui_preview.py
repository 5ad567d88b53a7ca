"""The preview: mirrored, and looking at the camera only while somebody looks at it."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Iterator

from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from terminal.people import Picture
from ui.preview import FRAMES_PER_SECOND, Preview

RED, BLUE = bytes([0, 0, 255]), bytes([255, 0, 0])


class WatchedCamera:
    """A camera that counts how often it is looked at; its picture is red at the left and blue at the right."""

    def __init__(self) -> None:
        self.looks = 0
        self.picture: Picture | None = Picture(4, 2, (RED * 2 + BLUE * 2) * 2)

    def latest(self) -> Picture | None:
        self.looks += 1
        return self.picture

    def frames(self) -> Iterator[Picture]:
        yield from ()

    def close(self) -> None:
        pass


def opened(qtbot: QtBot, camera: WatchedCamera, *, is_mirror: bool = True) -> Preview:
    preview = Preview(camera, is_mirror=is_mirror)
    qtbot.addWidget(preview)
    preview.resize(400, 300)
    return preview


def test_left_and_right_are_those_of_a_mirror(qtbot: QtBot) -> None:
    preview = opened(qtbot, WatchedCamera())
    preview.show()
    image = preview.grab().toImage()
    left, right = image.pixelColor(30, 150), image.pixelColor(370, 150)
    assert left.blue() > left.red()
    assert right.red() > right.blue()


def test_to_compare_with_a_photo_left_and_right_are_those_of_the_camera(qtbot: QtBot) -> None:
    preview = opened(qtbot, WatchedCamera(), is_mirror=False)
    preview.show()
    image = preview.grab().toImage()
    left, right = image.pixelColor(30, 150), image.pixelColor(370, 150)
    assert left.red() > left.blue()
    assert right.blue() > right.red()


def test_the_camera_is_looked_at_only_while_the_preview_is_shown(qtbot: QtBot) -> None:
    camera = WatchedCamera()
    preview = opened(qtbot, camera)
    assert camera.looks == 0
    preview.show()
    qtbot.waitUntil(lambda: camera.looks >= 3, timeout=30_000)
    preview.hide()
    looks = camera.looks
    waited = QTimer()
    waited.setSingleShot(True)
    with qtbot.waitSignal(waited.timeout, timeout=30_000):
        waited.start(3 * 1000 // FRAMES_PER_SECOND)
    assert camera.looks == looks


def test_no_picture_is_kept_and_none_is_needed(qtbot: QtBot) -> None:
    camera = WatchedCamera()
    preview = opened(qtbot, camera)
    preview.show()
    preview.hide()
    assert preview._picture is None
    camera.picture = None
    preview.set_caption("カメラを準備しています")
    preview.show()
    waiting = preview.grab().toImage()
    assert waiting.pixelColor(30, 150).red() == waiting.pixelColor(30, 150).blue()
