"""Pictures as arrays: uint8, shape (height, width, 3), in the order blue, green, red. Pure but for `erase`."""

import numpy as np
from numpy.typing import NDArray

from device.opencv import cv2

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]


def from_bytes(width: int, height: int, bgr: bytes) -> Pixels:
    """The picture in `bgr`, copied, so that it can be erased. Raises `ValueError` when size and bytes do not fit."""
    return np.frombuffer(bgr, np.uint8).reshape(height, width, 3).copy()


def fit(pixels: Pixels, width: int, height: int) -> Pixels:
    """The picture scaled down to be at most `width` by `height`; the very same array when it is."""
    scale = min(width / pixels.shape[1], height / pixels.shape[0])
    if scale >= 1:
        return pixels
    size = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def erase(*arrays: Pixels | Floats | None) -> None:
    """Overwrites arrays with zeros. What the libraries copied for themselves is out of reach."""
    for array in arrays:
        if array is not None:
            array.fill(0)
