"""Finding faces in a picture: YuNet through OpenCV. Thin: one detector, loaded once, asked one picture at a time."""

from dataclasses import dataclass, field

import numpy as np

from device.face.models import read_yunet
from device.face.pixels import Floats, Pixels
from device.opencv import cv2
from terminal.problems import Problem, TerminalError

LARGEST_SIDE_PX = 640  # YuNet weakens on faces over some 500 px; larger pictures are to be scaled down first
SCORE_AT_LEAST = 0.7
OVERLAP_AT_MOST = 0.3
FACES_AT_MOST = 50

Point = tuple[float, float]


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
            self._net.setInputSize((picture.shape[1], picture.shape[0]))
            rows = self._net.detect(picture)[1]
        except cv2.error as error:
            raise TerminalError(Problem.FACE_ENGINE_FAILED, "detect") from error
        if rows is None:  # nobody there; the stubs do not know that
            return []
        return faces_of(np.asarray(rows, np.float32).copy())


def faces_of(rows: Floats) -> list[Face]:
    """YuNet's rows (15 numbers each) as faces, widest first, without those that are no numbers or have no size."""
    real = (row for row in rows if np.all(np.isfinite(row)) and row[2] > 0 and row[3] > 0)
    return sorted((_face(row) for row in real), key=lambda face: -face.width)


def _face(row: Floats) -> Face:
    left, top, width, height, *points, score = (float(number) for number in row)
    right_eye, left_eye, nose, right_mouth, left_mouth = zip(points[::2], points[1::2], strict=True)
    return Face(left, top, width, height, right_eye, left_eye, nose, right_mouth, left_mouth, score, row)
