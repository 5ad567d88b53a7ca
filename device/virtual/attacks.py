"""Attacks on the camera, made from the pictures of the invented people: a print, a screen, a mask cut out, a replay.

Pure but for the pictures read. They are drawn, not filmed: what is measured on them says nothing of other attacks.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum, auto
from itertools import cycle

import numpy as np
from numpy.typing import NDArray

from device.face.pixels import Floats, Pixels
from device.opencv import cv2

FOCAL_PX = 800.0  # of a webcam of some 44 degrees across 640 pixels
TILT_DEGREES = 12.0  # a hand holding a sheet turns it by so much either way
WANDER_PX = 14.0
GREY_LEVELS_OF_NOISE = 3
MARGIN_SHARE = 0.06  # of the width: the white edge of a print, the frame of a screen
LOOP_FRAMES = 12

Exact = NDArray[np.float64]


class Attack(StrEnum):
    """What is held before the camera in place of a face."""

    PRINT = auto()  # a sheet with a white edge, all of it seen
    PRINT_CLOSE = auto()  # a sheet so near that no edge is seen
    CUT_OUT = auto()  # a print cut along the head
    SCREEN = auto()  # a telephone or tablet, its frame seen
    SCREEN_CLOSE = auto()  # a screen so near that only its grid may be seen
    REPLAY = auto()  # the very same frames over and over, as a program in place of a camera gives them


@dataclass(frozen=True)
class _Held:
    """A flat thing in the hand: its picture, how far it covers what is behind, its size as a share of the frame."""

    pixels: Pixels
    cover: Floats  # 0 to 1, like the picture
    share: float


def attack_frames(
    attack: Attack, picture: Pixels, room: Pixels, *, seed: int = 0, tilt_degrees: float = TILT_DEGREES
) -> Iterator[Pixels]:
    """Frames without end, of the room's size, of `picture` (a face in 640 by 480) held before the camera."""
    random = np.random.default_rng(seed)
    if attack is Attack.REPLAY:
        loop = [_noisy(picture, random) for _ in range(LOOP_FRAMES)]
        yield from cycle(loop)
    held = _held(attack, picture)
    phases = random.uniform(0, 2 * np.pi, 5)
    wave = (float(random.uniform(2.5, 7)), float(random.uniform(0.01, 0.05)))
    height, width = room.shape[:2]
    count = 0
    while True:
        swing = np.sin(np.array([0.11, 0.07, 0.05, 0.09, 0.06]) * count + phases)
        across, upright, around = swing[:3] * tilt_degrees
        where = _seen_at(held, (width, height), (across, upright, around / 3), swing[3:] * WANDER_PX)
        sheet = cv2.warpPerspective(held.pixels, where, (width, height), flags=cv2.INTER_AREA)
        cover = cv2.warpPerspective(held.cover, where, (width, height))[..., None]
        seen = room * (1 - cover) + sheet * cover
        if attack in (Attack.SCREEN, Attack.SCREEN_CLOSE):
            seen = seen * (1 - cover + cover * _grid(where, (width, height), *wave)[..., None])
        yield _noisy(np.asarray(seen.clip(0, 255), np.uint8), random)
        count += 1


def _held(attack: Attack, picture: Pixels) -> _Held:
    portrait = picture[:, 80:560]  # 480 by 480: the head with some air
    height, width = portrait.shape[:2]
    edge = round(MARGIN_SHARE * width)
    faded = np.asarray(20 + 0.82 * portrait, np.uint8)  # paper is never quite black nor as bright as a lamp
    match attack:
        case Attack.PRINT:
            sheet = cv2.copyMakeBorder(faded, edge, edge, edge, edge, cv2.BORDER_CONSTANT, value=(245, 245, 245))
            return _Held(np.asarray(sheet, np.uint8), np.ones(sheet.shape[:2], np.float32), 0.85)
        case Attack.SCREEN:
            frame = cv2.copyMakeBorder(portrait, edge, edge, edge, edge, cv2.BORDER_CONSTANT, value=(18, 18, 18))
            return _Held(np.asarray(frame, np.uint8), np.ones(frame.shape[:2], np.float32), 0.85)
        case Attack.CUT_OUT:
            outline = np.zeros((height, width), np.float32)
            cv2.ellipse(outline, (width // 2, height // 2), (width // 3, round(0.46 * height)), 0, 0, 360, (1.0,), -1)
            return _Held(faded, outline, 1.0)
        case _:
            near = faded if attack is Attack.PRINT_CLOSE else picture
            return _Held(near, np.ones(near.shape[:2], np.float32), 1.6)


def _seen_at(held: _Held, room: tuple[int, int], degrees: tuple[float, float, float], shift: Exact) -> Exact:
    """The homography of a flat thing turned about its own middle, as a pinhole camera sees it."""
    height, width = held.pixels.shape[:2]
    scale = held.share * room[1] / height
    across, upright, around = np.radians(degrees)
    turn = cv2.Rodrigues(np.array([upright, 0, 0]))[0] @ cv2.Rodrigues(np.array([0, across, 0]))[0]
    turn = turn @ cv2.Rodrigues(np.array([0, 0, around]))[0]
    corners = np.array([[-width, -height], [width, -height], [width, height], [-width, height]]) * scale / 2
    placed = np.column_stack([corners, np.zeros(4)]) @ turn.T + [shift[0], shift[1], FOCAL_PX]
    seen = FOCAL_PX * placed[:, :2] / placed[:, 2:] + np.array(room) / 2
    flat = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    return np.asarray(cv2.getPerspectiveTransform(flat, seen.astype(np.float32)), np.float64)


def _grid(where: Exact, room: tuple[int, int], length_px: float, strength: float) -> Floats:
    """The beat of a screen's pixels with the sensor's: waves some pixels long that turn and stretch with the screen."""
    y, x = np.mgrid[0 : room[1], 0 : room[0]].astype(np.float32)
    slant = float(where[0, 1]) + 0.15
    length = length_px + 4.0 * abs(float(where[1, 0]))
    along, athwart = x + slant * y, y - slant * x
    waves = np.sin(2 * np.pi * along / length) + np.sin(2 * np.pi * athwart / (1.1 * length))
    return np.asarray(1 + strength * waves, np.float32)


def _noisy(picture: Pixels, random: np.random.Generator) -> Pixels:
    noise = random.integers(-GREY_LEVELS_OF_NOISE, GREY_LEVELS_OF_NOISE, picture.shape, np.int16, endpoint=True)
    return np.asarray((picture + noise).clip(0, 255), np.uint8)
