"""The same face match by dlib, as its own example does it: HOG detector, 5 landmarks, ResNet, distance."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from device.face.pixels import Floats, Pixels
from device.opencv import cv2


class DlibMatch:
    """One chip photo and its frames; `dlib` is the module, which only the benchmarks install."""

    def __init__(self, dlib: Any, photo: bytes, frames: tuple[Pixels, ...]) -> None:
        models = models_folder()
        self._photo, self._frames = photo, frames
        self._detect = dlib.get_frontal_face_detector()
        self._landmarks = dlib.shape_predictor(str(models / "shape_predictor_5_face_landmarks.dat"))
        self._embedder = dlib.face_recognition_model_v1(str(models / "dlib_face_recognition_resnet_model_v1.dat"))

    def __call__(self) -> None:
        photo = cv2.imdecode(np.frombuffer(self._photo, np.uint8), cv2.IMREAD_COLOR)
        portrait, *live = (self._embed(np.asarray(picture, np.uint8)) for picture in (photo, *self._frames))
        np.linalg.norm(portrait - np.mean(live, axis=0))

    def _embed(self, bgr: Pixels) -> Floats:
        rgb = np.ascontiguousarray(bgr[:, :, ::-1])
        face = self._detect(rgb, 0)[0]
        return np.array(self._embedder.compute_face_descriptor(rgb, self._landmarks(rgb, face)), np.float32)


def models_folder() -> Path:
    """Where `face-recognition-models` lies; none of its code is run, which needs a setuptools long gone."""
    spec = find_spec("face_recognition_models")
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0]) / "models"
