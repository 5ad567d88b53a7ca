"""The detector: what is no picture of three colours is refused, and a face that is no numbers is none."""

from typing import Any

import numpy as np
import pytest

from device.face.detection import Detector, faces_of
from device.virtual.camera import camera_pictures
from terminal.problems import Problem, TerminalError

ROW = np.array([100, 100, 80, 90, 120, 130, 160, 130, 140, 150, 125, 170, 155, 170, 0.9], np.float32)


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector()


@pytest.mark.parametrize(
    "picture",
    [
        np.zeros((480, 640), np.uint8),
        np.zeros((480, 640, 1), np.uint8),
        np.zeros((480, 640, 4), np.uint8),
        np.zeros((0, 0, 3), np.uint8),
        np.zeros((480, 640, 3), np.float32),
    ],
    ids=["grey", "one channel", "four channels", "empty", "floats"],
)
def test_what_is_no_picture_of_three_colours_is_refused(detector: Detector, picture: Any) -> None:
    with pytest.raises(TerminalError) as caught:
        detector.find(picture)
    assert caught.value.problem is Problem.FACE_ENGINE_FAILED


def test_a_picture_of_one_pixel_holds_nobody(detector: Detector) -> None:
    assert detector.find(np.zeros((1, 1, 3), np.uint8)) == []


def test_pictures_of_different_sizes_may_follow_each_other(detector: Detector) -> None:
    picture = camera_pictures("p01")[0]
    for _ in range(2):
        assert len(detector.find(picture)) == 1
        assert len(detector.find(np.ascontiguousarray(picture[20:440, 100:540]))) == 1


@pytest.mark.parametrize("at", range(15))
@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_a_face_that_is_no_numbers_is_none(at: int, bad: float) -> None:
    wrong = ROW.copy()
    wrong[at] = bad
    assert [face.width for face in faces_of(np.stack([wrong, ROW]))] == [80]


@pytest.mark.parametrize("at", [2, 3])
def test_a_face_without_size_is_none(at: int) -> None:
    wrong = ROW.copy()
    wrong[at] = 0
    assert faces_of(wrong[None]) == []


def test_the_widest_comes_first() -> None:
    wider = ROW.copy()
    wider[2] = 200
    assert [face.width for face in faces_of(np.stack([ROW, wider]))] == [200, 80]
