"""Signs that a print or a screen is held before the camera in place of a face. Pure; advice to a person, no proof.

Each sign was kept because it told drawn attacks from rendered faces (`./run bench attacks`); nothing is claimed beyond
those. Left out, for they did not: how the five points of a still face move together (a print that is turned moves them
as little as a face that is not), and frames that come again (three are enough for a decision, a loop is longer).
"""

from enum import StrEnum, auto

import numpy as np
from numpy.typing import NDArray

from device.face.detection import Face
from device.face.pixels import Floats, Pixels
from device.opencv import cv2

GRID_AT_LEAST = 3.5  # a peak over the median around it, in the spectrum: skin reaches 2.6, screens from 5
SIGNS_AT_LEAST = 2  # frames of one comparison that must show the same sign

_TILE = 64  # pixels
_TILES = ((-0.2, -0.25), (0.2, -0.25), (-0.2, 0.0), (0.2, 0.0), (-0.2, 0.25), (0.2, 0.25))  # of the face's box
_WINDOW = np.outer(np.hanning(_TILE), np.hanning(_TILE)).astype(np.float32)
_SEARCH_WIDTH_PX = 240
_EDGES = (40.0, 120.0)  # Canny's lower and upper line
_LARGER_THAN_FACE = 1.3
_SMALLER_THAN_FRAME = 0.95


class AttackHint(StrEnum):
    """What a person is to look at twice."""

    BORDER = auto()  # four straight edges around the face: a sheet or a telephone
    GRID = auto()  # the beat of a screen's pixels with the sensor's
    DID_NOT_TURN = auto()  # the head was asked to turn, and the nose did not follow


def signs(frame: Pixels, face: Face) -> frozenset[AttackHint]:
    """What one frame shows: `BORDER`, `GRID`, both or, as a rule, nothing."""
    grey = np.asarray(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY), np.uint8)
    found = {AttackHint.BORDER: has_border(grey, face), AttackHint.GRID: grid_strength(grey, face) >= GRID_AT_LEAST}
    return frozenset(hint for hint, is_there in found.items() if is_there)


def has_border(grey: Pixels, face: Face) -> bool:
    """Whether four straight edges enclose all of the face's box. Whoever stands before a poster breaks its edge."""
    scale, whole = _SEARCH_WIDTH_PX / grey.shape[1], grey
    while whole.shape[1] >= 2 * _SEARCH_WIDTH_PX:  # by halves, which are exact and fast, to the last step
        whole = np.asarray(cv2.resize(whole, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8)
    size = _SEARCH_WIDTH_PX, round(grey.shape[0] * scale)
    small = cv2.resize(whole, size, interpolation=cv2.INTER_LINEAR)
    edges = cv2.dilate(cv2.Canny(small, *_EDGES), np.ones((3, 3), np.uint8))
    outlines = cv2.findContours(edges, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)[0]
    right, bottom = face.left + face.width, face.top + face.height
    box = [(x * scale, y * scale) for x in (face.left, right) for y in (face.top, bottom)]
    smallest, largest = _LARGER_THAN_FACE * face.width * face.height * scale**2, _SMALLER_THAN_FRAME * small.size
    for outline in outlines:
        if smallest < cv2.contourArea(outline) < largest:
            corners = cv2.approxPolyDP(outline, 0.03 * cv2.arcLength(outline, closed=True), closed=True)
            if len(corners) == 4 and cv2.isContourConvex(corners):
                shape = corners.astype(np.float32)
                if all(cv2.pointPolygonTest(shape, point, measureDist=False) > 0 for point in box):
                    return True
    return False


def grid_strength(grey: Pixels, face: Face) -> float:
    """How far the sharpest peak stands out of the spectrum of the face; 0 when the face is too small for it.

    Peaks where JPEG's blocks of 8 pixels have theirs do not count: many cameras send JPEG.
    """
    tiles = [tile for tile in (_tile(grey, face, across, down) for across, down in _TILES) if tile is not None]
    if not tiles:
        return 0.0
    spectrum = np.sqrt((np.abs(np.fft.rfft2(np.stack(tiles))) ** 2).mean(axis=0)).astype(np.float32)
    around = np.maximum(cv2.medianBlur(spectrum, 5), 1e-3)
    return float((spectrum / around)[_BAND].max())


def _tile(grey: Pixels, face: Face, across: float, down: float) -> Floats | None:
    left = int(face.left + face.width * (0.5 + across) - _TILE / 2)
    top = int(face.top + face.height * (0.5 + down) - _TILE / 2)
    if left < 0 or top < 0:
        return None
    tile = grey[top : top + _TILE, left : left + _TILE].astype(np.float32)
    return (tile - tile.mean()) * _WINDOW if tile.shape == _WINDOW.shape else None


def _band() -> NDArray[np.bool_]:
    """The frequencies looked at: waves of 2 to 8 pixels, without those of JPEG's blocks."""
    down, across = np.fft.fftfreq(_TILE)[:, None], np.fft.rfftfreq(_TILE)[None, :]
    frequency = np.hypot(across, down)
    of_blocks = [np.abs(8 * one - np.round(8 * one)) < 0.13 for one in (down, across)]
    jpeg = ((np.abs(across) < 0.02) & of_blocks[0]) | ((np.abs(down) < 0.02) & of_blocks[1])
    return np.asarray((frequency > 0.12) & (frequency < 0.5) & ~jpeg, np.bool_)


_BAND = _band()
