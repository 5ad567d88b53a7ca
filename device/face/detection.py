"""Finding faces in a picture: YuNet through OpenCV. Thin: one detector, loaded once, asked one picture at a time."""

from dataclasses import dataclass, field

import numpy as np

from device.face.models import read_yunet
from device.face.pixels import Floats, Pixels, erase
from device.opencv import cv2
from terminal.problems import Problem, TerminalError

LARGEST_SIDE_PX = 640  # YuNet weakens on faces over some 500 px; larger pictures are to be scaled down first
SCORE_AT_LEAST = 0.7
OVERLAP_AT_MOST = 0.3
FACES_AT_MOST = 50

# Of a large picture the half-size one tells where the face is, and a part of the picture itself where its points are:
# from the half-size one alone they are a tenth of the eye distance off, from the part a fortieth, for two thirds of the
# time that the whole picture takes.
HALVED_FROM_PX = 480  # the larger side; below nothing is gained
PART_AROUND_FACE = 0.2  # of the face's box, on each side
PART_GRID_PX = 32  # the network's coarsest grid: points found in the part are where they are in the whole
PART_AT_MOST = 0.6  # of the picture

Point = tuple[float, float]

_ACROSS, _DOWN = [0, *range(4, 14, 2)], [1, *range(5, 14, 2)]  # where a row has places; 2 and 3 are a size


@dataclass(frozen=True)
class Face:
    """A face found: box and five points in pixels, `score` 0 to 1. Right is the person's right, left in the picture."""

    left: float
    top: float
    width: float
    height: float
    right_eye: Point
    left_eye: Point
    nose: Point
    right_mouth: Point
    left_mouth: Point
    score: float
    row: Floats = field(repr=False, compare=False)  # the same as OpenCV wants it back: 15 numbers


class Detector:
    """YuNet, ready to use."""

    def __init__(self) -> None:
        """Loads the network. Raises `FACE_MODEL_WRONG`."""
        try:
            self._net = cv2.FaceDetectorYN.create(
                "onnx",
                np.frombuffer(read_yunet(), np.uint8),
                np.zeros(0, np.uint8),
                (320, 240),
                SCORE_AT_LEAST,
                OVERLAP_AT_MOST,
                FACES_AT_MOST,
            )
        except cv2.error as error:
            raise TerminalError(Problem.FACE_MODEL_WRONG, "the detector does not load") from error

    def find(self, picture: Pixels) -> list[Face]:
        """All faces in a picture of at most `LARGEST_SIDE_PX` a side, widest first. Raises `FACE_ENGINE_FAILED`.

        In a grey array YuNet silently finds nobody, so one is refused; a face of no size or place is none.
        """
        if picture.ndim != 3 or picture.shape[2] != 3 or picture.dtype != np.uint8 or picture.size == 0:
            raise TerminalError(Problem.FACE_ENGINE_FAILED, "not a picture of three colours")
        try:
            rows = self._rows(picture) if max(picture.shape) < HALVED_FROM_PX else self._rows_by_part(picture)
        except cv2.error as error:
            raise TerminalError(Problem.FACE_ENGINE_FAILED, "detect") from error
        return faces_of(rows)

    def _rows_by_part(self, picture: Pixels) -> Floats:
        """All faces as the half-size picture has them, but those around the widest one from the picture itself."""
        half = np.asarray(cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8)
        rough = self._rows(half)
        erase(half)
        rough[:, :-1] *= 2
        faces = faces_of(rough)
        part = _part_around(faces[0], picture) if faces else None
        if part is None:
            return self._rows(picture)
        down, across = part
        fine = self._rows(picture[part])
        if not len(fine):
            return self._rows(picture)
        fine[:, _ACROSS] += across.start
        fine[:, _DOWN] += down.start
        return np.vstack([fine, *(face.row for face in faces[1:])])

    def _rows(self, picture: Pixels) -> Floats:
        self._net.setInputSize((picture.shape[1], picture.shape[0]))
        rows = self._net.detect(picture)[1]
        if rows is None:  # nobody there; the stubs do not know that
            return np.zeros((0, 15), np.float32)
        return np.array(rows, np.float32)


def faces_of(rows: Floats) -> list[Face]:
    """YuNet's rows (15 numbers each) as faces, widest first, without those that are no numbers or have no size."""
    real = (row for row in rows if np.all(np.isfinite(row)) and row[2] > 0 and row[3] > 0)
    return sorted((_face(row) for row in real), key=lambda face: -face.width)


def _part_around(face: Face, picture: Pixels) -> tuple[slice, slice] | None:
    """Rows and columns of the picture around a face, on the network's grid; None when that is nearly all of it."""
    height, width = picture.shape[:2]
    down = _span(face.top, face.height, height)
    across = _span(face.left, face.width, width)
    size = (down.stop - down.start) * (across.stop - across.start)
    return (down, across) if 0 < size <= PART_AT_MOST * height * width else None


def _span(begin: float, length: float, limit: int) -> slice:
    first = int((begin - PART_AROUND_FACE * length) // PART_GRID_PX) * PART_GRID_PX
    last = -int(-(begin + (1 + PART_AROUND_FACE) * length) // PART_GRID_PX) * PART_GRID_PX
    return slice(max(0, first), max(0, min(last, limit)))


def _face(row: Floats) -> Face:
    left, top, width, height, *points, score = (float(number) for number in row)
    right_eye, left_eye, nose, right_mouth, left_mouth = zip(points[::2], points[1::2], strict=True)
    return Face(left, top, width, height, right_eye, left_eye, nose, right_mouth, left_mouth, score, row)
