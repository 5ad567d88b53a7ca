"""The pose from five points: signs and sizes of turn, nod and lean, and that a flat picture turned keeps its turn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.face.detection import Face, Point
from device.face.pixels import Floats
from device.face.pose import NO_POSE, pose_of

LOOKS_AHEAD = ((260.0, 200.0), (340.0, 200.0), (300.0, 248.0), (270.0, 280.0), (330.0, 280.0))


def face(*points: Point) -> Face:
    right_eye, left_eye, nose, right_mouth, left_mouth = points
    row: Floats = np.zeros(15, np.float32)
    return Face(220.0, 130.0, 160.0, 210.0, right_eye, left_eye, nose, right_mouth, left_mouth, 0.9, row)


def with_nose(x: float, y: float) -> Face:
    right_eye, left_eye, _, right_mouth, left_mouth = LOOKS_AHEAD
    return face(right_eye, left_eye, (x, y), right_mouth, left_mouth)


def test_a_head_that_looks_ahead_has_no_angle() -> None:
    pose = pose_of(face(*LOOKS_AHEAD))
    assert (pose.roll_degrees, pose.turn) == (0, 0)
    assert abs(pose.yaw_degrees) < 1e-6
    assert abs(pose.pitch_degrees) < 1e-6


def test_a_nose_towards_the_persons_left_is_a_turn_to_the_left() -> None:
    assert pose_of(with_nose(320, 248)).yaw_degrees == pytest.approx(21, abs=2)
    assert pose_of(with_nose(280, 248)).yaw_degrees == pytest.approx(-21, abs=2)


def test_a_nose_nearer_to_the_eyes_looks_up() -> None:
    assert pose_of(with_nose(300, 230)).pitch_degrees < -10
    assert pose_of(with_nose(300, 266)).pitch_degrees > 10


@given(st.floats(-40, 40), st.floats(0.5, 3), st.floats(-100, 100))
def test_leaning_size_and_place_change_nothing_but_the_roll(lean: float, size: float, aside: float) -> None:
    angle = np.radians(lean)
    turn = size * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    points = [(float(x) + aside, float(y)) for x, y in np.array(LOOKS_AHEAD) @ turn.T]
    pose = pose_of(face(*points))
    assert pose.roll_degrees == pytest.approx(lean, abs=0.01)
    assert pose.turn == pytest.approx(0, abs=1e-6)
    assert pose.nod == pytest.approx(0.6, abs=1e-6)


@given(st.floats(0.6, 1), st.floats(0.6, 1))
def test_a_flat_picture_seen_from_aside_keeps_its_turn(narrower: float, flatter: float) -> None:
    points = [(x * narrower, y * flatter) for x, y in LOOKS_AHEAD]
    assert pose_of(face(*points)).turn == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("bad", [(0.0, 0.0), (float("nan"), 1.0), (float("inf"), 1.0)])
def test_points_that_make_no_face_have_no_pose(bad: Point) -> None:
    assert pose_of(face(bad, bad, bad, bad, bad)) is NO_POSE
