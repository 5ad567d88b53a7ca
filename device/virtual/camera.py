"""A camera before which invented people stand: their pictures, moving and noisy enough that no frame repeats another.

It takes the place of a device (`device.camera.FrameSource`); everything behind it is what runs for real.
"""

import threading
import time
from collections.abc import Iterator
from importlib.resources import files

import numpy as np

from device.face.pixels import Pixels
from device.frame_source import picture_of
from device.opencv import cv2
from device.virtual.attacks import Attack, attack_frames
from terminal.people import Picture

PORTRAITS = files("device.virtual") / "portraits"
PICTURES_EACH = 3
FRAMES_PER_SECOND = 30.0
FRAMES_A_PICTURE = 10  # then the next one: people move, but not 15 times a second
ROOM = (640, 480)  # width and height
SWAY_PX = 1.5
FLICKER = 0.01  # of the brightness
NOISE = 3  # grey levels at most, as a webcam's sensor has them indoors
NOISE_SPARE_PX = 64  # by which one field of noise is larger than a frame, so that each frame gets another piece of it


class VirtualSource:
    """Shows who stands before it, an empty room when nobody does, nothing while unplugged. `seed` fixes the noise."""

    def __init__(self, *, frames_per_second: float = FRAMES_PER_SECOND, seed: int = 0) -> None:
        self._interval = 1 / frames_per_second
        self._random = np.random.default_rng(seed)
        width, height = ROOM
        field = (height + NOISE_SPARE_PX, width + NOISE_SPARE_PX, 3)
        self._noise = self._random.integers(0, 2 * NOISE, field, np.uint8, endpoint=True)  # 0 to 2 NOISE, less NOISE
        self._changed = threading.Condition()
        self._pictures: tuple[Pixels, ...] = (_empty_room(),)
        self._attack: Iterator[Pixels] | None = None
        self._is_plugged = True
        self._count = 0
        self._due = 0.0  # time.monotonic

    def stand(self, face_id: str | None) -> None:
        """Has the person with these pictures ("p01") step before the camera, or the last one go away."""
        pictures = (_empty_room(),) if face_id is None else camera_pictures(face_id)
        with self._changed:
            self._pictures, self._count, self._attack = pictures, 0, None

    def hold_up(self, face_id: str, attack: Attack, *, seed: int = 0) -> None:
        """Has somebody hold a picture of the person before the camera, until someone stands there or goes away."""
        picture, room = camera_pictures(face_id)[0], _empty_room()
        with self._changed:
            self._attack = attack_frames(attack, picture, room, seed=seed)

    def unplug(self) -> None:
        """Pulls the cable."""
        with self._changed:
            self._is_plugged = False
            self._changed.notify_all()

    def plug(self) -> None:
        """Puts it in again."""
        with self._changed:
            self._is_plugged = True

    def read(self) -> Picture | None:
        """The next frame, at its own pace; None while unplugged."""
        with self._changed:
            now = time.monotonic()
            self._due = max(self._due + self._interval, now)
            self._changed.wait_for(lambda: not self._is_plugged, self._due - now)
            if not self._is_plugged:
                return None
            if self._attack is not None:
                return picture_of(next(self._attack))
            pixels = self._pictures[self._count // FRAMES_A_PICTURE % len(self._pictures)]
            self._count += 1
            return picture_of(self._alive(pixels))

    def close(self) -> None:
        """Nothing is held."""

    def _alive(self, pixels: Pixels) -> Pixels:
        """The picture a little shifted, brighter or darker, and with noise of its own."""
        height, width = pixels.shape[:2]
        x, y = SWAY_PX * np.sin(self._count / 7), SWAY_PX * np.cos(self._count / 9)
        shifted = cv2.warpAffine(
            pixels, np.array([[1, 0, x], [0, 1, y]]), (width, height), borderMode=cv2.BORDER_REPLICATE
        )
        top, left = self._random.integers(0, NOISE_SPARE_PX, 2)
        noise = self._noise[top : top + height, left : left + width]
        brightness = 1 + self._random.uniform(-FLICKER, FLICKER)
        return np.asarray(cv2.addWeighted(shifted, brightness, noise, 1, -NOISE), np.uint8)


def camera_pictures(face_id: str) -> tuple[Pixels, ...]:
    """The camera pictures of a person. Raises `FileNotFoundError`: the practice set is ours and must be whole."""
    return tuple(_decoded((PORTRAITS / f"{face_id}_cam{n + 1}.jpg").read_bytes()) for n in range(PICTURES_EACH))


def _decoded(jpeg: bytes) -> Pixels:
    decoded = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    return np.asarray(decoded, np.uint8)


def _empty_room() -> Pixels:
    """A plain wall, darker towards the floor."""
    width, height = ROOM
    shade = np.linspace(210, 150, height).astype(np.uint8)
    return np.ascontiguousarray(np.broadcast_to(shade[:, None, None], (height, width, 3)))
