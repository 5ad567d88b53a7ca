"""OpenCV, quiet and with a bound on what it decodes. The one file that imports it: all others take it from here.

OpenCV reads its settings from the environment while it loads, so they are set before the import.
"""

import os

LARGEST_PIXELS = 2000 * 2000

os.environ |= {"OPENCV_LOG_LEVEL": "ERROR", "OPENCV_IO_MAX_IMAGE_PIXELS": str(LARGEST_PIXELS)}

import cv2  # noqa: E402  # after its settings

__all__ = ["LARGEST_PIXELS", "cv2"]
