"""Turning a face into 128 numbers that are alike for one person: SFace through OpenCV. Thin, like `detection`."""

import numpy as np

from device.face.detection import Face
from device.face.models import read_sface
from device.face.pixels import Floats, Pixels
from device.opencv import cv2
from terminal.problems import Problem, TerminalError


class Embedder:
    """SFace, ready to use."""

    def __init__(self) -> None:
        """Loads the network. Raises `FACE_MODEL_WRONG`."""
        try:
            model = np.frombuffer(read_sface(), np.uint8)
            self._net = cv2.FaceRecognizerSF.create("onnx", model, np.zeros(0, np.uint8))
        except cv2.error as error:
            raise TerminalError(Problem.FACE_MODEL_WRONG, "the embedder does not load") from error

    def align(self, picture: Pixels, face: Face) -> Pixels:
        """The face turned upright and cut out, 112 by 112 pixels, eyes and mouth where SFace expects them."""
        try:
            return np.asarray(self._net.alignCrop(picture, face.row), np.uint8).copy()
        except cv2.error as error:
            raise TerminalError(Problem.FACE_ENGINE_FAILED, "align") from error

    def embed(self, aligned: Pixels) -> Floats:
        """The embedding of an aligned face: shape (128,), of unit length. Raises `FACE_ENGINE_FAILED`."""
        try:
            embedding = np.array(self._net.feature(aligned), np.float32).reshape(-1)  # a copy, not the net's own buffer
        except cv2.error as error:
            raise TerminalError(Problem.FACE_ENGINE_FAILED, "embed") from error
        length = float(np.linalg.norm(embedding))
        if not np.isfinite(length) or length == 0:
            raise TerminalError(Problem.FACE_ENGINE_FAILED, "an embedding without direction")
        embedding /= length
        return embedding
