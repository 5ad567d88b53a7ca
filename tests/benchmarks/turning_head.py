"""Heads that turn before the camera: as asked, too little, late, to the wrong side first, or as a film runs.

What is seen is the nearest picture in `turned/`; time is handed in. The people do not exist.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import numpy as np

from device.face.challenge import Progress
from device.face.pixels import Pixels
from device.opencv import cv2
from device.virtual.camera import camera_pictures

TURNED = Path(__file__).with_name("turned")
TURNING_SECONDS = 1.0
NOTICING_SECONDS = 1.5  # that it is the wrong side
VARIANTS = 3  # of each picture, with noise of their own: no frame repeats the one before
NOISE = 3  # grey levels, as of the virtual camera
GRID_PX, GRID_STRENGTH = 4.4, 0.04

_SIDE: dict[Progress | None, int] = {Progress.TURN_LEFT: 1, Progress.TURN_RIGHT: -1}


class Manner(StrEnum):
    """How somebody follows what is asked; the value says it."""

    FOLLOWS = "turns as asked"
    LITTLE = "turns only 20 to 25 degrees"
    SLOW = "reacts after 3 s"
    WRONG_FIRST = "first turns to the wrong side"


class Head:
    """A head that follows what is asked, in its manner. Yaw in degrees, positive to the person's left."""

    def __init__(self, manner: Manner, seed: int) -> None:
        draw = random.Random(seed).uniform
        self._reaction = 3.0 if manner is Manner.SLOW else draw(0.5, 1.2)
        self._furthest = draw(20, 25) if manner is Manner.LITTLE else draw(30, 40)
        self._is_mistaken = manner is Manner.WRONG_FIRST
        self._asked: Progress | None = None
        self._asked_at = self._seen_at = 0.0
        self._yaw = self._aim = 0.0

    def yaw(self, now: float, asked: Progress | None) -> float:
        """Where the head points at `now` seconds, while `asked` is what is told; None: nothing yet."""
        if asked is not self._asked:
            if self._asked is not None and asked is Progress.LOOK_AHEAD:
                self._is_mistaken = False
            self._asked, self._asked_at = asked, now
        step = self._furthest * (now - self._seen_at) / TURNING_SECONDS
        self._seen_at = now
        self._yaw += max(-step, min(step, self._wanted(now) - self._yaw))
        return self._yaw

    def _wanted(self, now: float) -> float:
        thinking = now - self._asked_at - self._reaction
        if thinking >= 0:  # until then it goes on with what it was about
            is_wrong = self._is_mistaken and thinking < TURNING_SECONDS + NOTICING_SECONDS
            self._aim = _SIDE.get(self._asked, 0) * self._furthest * (-1 if is_wrong else 1)
        return self._aim


class Film:
    """A film of a head that turns to both sides by turns, whatever is asked."""

    SECONDS = 6.0  # of the loop: ahead, left, ahead, right

    def __init__(self, seed: int) -> None:
        self._phase = random.Random(seed).uniform(0, self.SECONDS)

    def yaw(self, now: float, _asked: Progress | None) -> float:
        """Where the filmed head points."""
        swing = np.sin(2 * np.pi * (now + self._phase) / self.SECONDS)
        return float(np.clip(60 * swing, -35, 35))


@dataclass
class Sitter:
    """The frames of one person by the angle of the head, each in a few variants."""

    frames: dict[int, list[Pixels]] = field(repr=False)
    resting: list[list[Pixels]] = field(repr=False)

    @classmethod
    def of(cls, face_id: str, *, shows_grid: bool = False) -> "Sitter":
        """Of a person with pictures in `turned/`. At rest a head points ahead, or where `cam1` has it."""
        noise = np.random.default_rng(int(face_id[1:]))
        turned = {yaw: _frames(picture, noise, shows_grid) for yaw, picture in turned_pictures(face_id)}
        return cls(turned, [turned[0], _frames(camera_pictures(face_id)[0], noise, shows_grid)])

    def seen(self, yaws: Iterator[float], seed: int) -> Iterator[Pixels]:
        """A frame for each yaw. Whenever the head comes back, it rests anew: not quite where it was."""
        choose = random.Random(seed)
        at_rest, was_turned = choose.choice(self.resting), False
        for count, yaw in enumerate(yaws):
            nearest = min(self.frames, key=lambda one: abs(one - yaw))
            if nearest == 0 and was_turned:
                at_rest = choose.choice(self.resting)
            was_turned = nearest != 0
            yield (self.frames[nearest] if was_turned else at_rest)[count % VARIANTS]


def people() -> list[str]:
    """Whose turned pictures there are."""
    return sorted({path.name[:3] for path in TURNED.glob("*.jpg")})


def turned_pictures(face_id: str) -> Iterator[tuple[int, Pixels]]:
    """Yaw in degrees and picture, for each of a person's."""
    for path in sorted(TURNED.glob(f"{face_id}_yaw*.jpg")):
        decoded = cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_COLOR)
        yield int(path.stem.rpartition("yaw")[2]), np.asarray(decoded, np.uint8)


def _frames(picture: Pixels, random: np.random.Generator, shows_grid: bool) -> list[Pixels]:
    shown = _with_grid(picture) if shows_grid else picture
    return [_noisy(shown, random) for _ in range(VARIANTS)]


def _with_grid(picture: Pixels) -> Pixels:
    """The picture with a fine pattern, as of a screen: what makes a living person doubtful."""
    across = np.arange(picture.shape[1])[None, :, None]
    down = np.arange(picture.shape[0])[:, None, None]
    waves = np.sin(2 * np.pi * across / GRID_PX) + np.sin(2 * np.pi * down / GRID_PX)
    return np.asarray((picture * (1 + GRID_STRENGTH * waves)).clip(0, 255), np.uint8)


def _noisy(picture: Pixels, random: np.random.Generator) -> Pixels:
    noise = random.integers(-NOISE, NOISE, picture.shape, np.int16, endpoint=True)
    return np.asarray((picture + noise).clip(0, 255), np.uint8)
