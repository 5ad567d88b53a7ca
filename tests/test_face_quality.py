"""Capture quality: each fault of a frame gets its own hint, and the practice pictures have none."""

from dataclasses import replace

import numpy as np
import pytest

from device.face.detection import Detector, Face
from device.face.embedding import Embedder
from device.face.pixels import Pixels
from device.face.quality import Hint, Quality, hint_for, is_alone, is_covered, measure
from device.opencv import cv2
from device.virtual.camera import PORTRAITS

GOOD = Quality(180.0, False, 0.0, 0.0, 0.6, 130.0, 0.0, 15.0)
FACE_IDS = sorted(entry.name[:3] for entry in PORTRAITS.iterdir() if entry.name.endswith("_cam1.jpg"))


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector()


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return Embedder()


def frame_of(face_id: str, number: int = 1) -> Pixels:
    jpeg = (PORTRAITS / f"{face_id}_cam{number}.jpg").read_bytes()
    return np.asarray(cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR), np.uint8)


def made_face(width: float = 180.0, left: float = 200.0) -> Face:
    right_eye, left_eye = (left + 0.3 * width, 200.0), (left + 0.7 * width, 200.0)
    nose, mouth = (left + 0.5 * width, 240.0), 270.0
    row = np.zeros(15, np.float32)
    return Face(left, 150.0, width, width, right_eye, left_eye, nose, (left, mouth), (left + width, mouth), 0.9, row)


@pytest.mark.parametrize(
    ("quality", "hint"),
    [
        (GOOD, None),
        (replace(GOOD, width_px=40.0), Hint.COME_CLOSER),
        (replace(GOOD, width_px=500.0), Hint.STEP_BACK),
        (replace(GOOD, cut_off=True), Hint.MOVE_TO_THE_MIDDLE),
        (replace(GOOD, roll_degrees=-35.0), Hint.LOOK_AHEAD),
        (replace(GOOD, yaw=0.4), Hint.LOOK_AHEAD),
        (replace(GOOD, pitch=0.2), Hint.LOOK_AHEAD),
        (replace(GOOD, pitch=float("inf")), Hint.LOOK_AHEAD),
        (replace(GOOD, brightness=15.0), Hint.TOO_DARK),
        (replace(GOOD, brightness=15.0, back_light=120.0), Hint.BACK_LIGHT),
        (replace(GOOD, back_light=120.0), None),
        (replace(GOOD, covered=20.0), None),
        (replace(GOOD, overexposed=0.7), Hint.TOO_BRIGHT),
        (replace(GOOD, sharpness=1.0), Hint.HOLD_STILL),
    ],
)
def test_each_fault_has_its_hint(quality: Quality, hint: Hint | None) -> None:
    assert hint_for(quality) is hint


def test_one_face_and_someone_far_behind_is_one_person() -> None:
    assert is_alone([made_face(200.0), made_face(60.0)])


def test_two_faces_at_the_desk_are_two_people() -> None:
    assert not is_alone([made_face(200.0), made_face(120.0)])


def test_an_empty_room_is_nobody() -> None:
    assert not is_alone([])


def test_a_face_beyond_the_edge_is_cut_off() -> None:
    frame, aligned = np.zeros((480, 640, 3), np.uint8), np.zeros((112, 112, 3), np.uint8)
    assert measure(frame, made_face(left=-50.0), aligned).cut_off
    assert not measure(frame, made_face(left=-5.0), aligned).cut_off


@pytest.mark.parametrize("colour", [(235, 235, 235), (220, 190, 150), (25, 25, 25), (190, 180, 230)])
@pytest.mark.parametrize("face_id", FACE_IDS[:6])
def test_a_mask_of_another_colour_than_skin_is_seen(
    detector: Detector, embedder: Embedder, face_id: str, colour: tuple[int, int, int]
) -> None:
    frame = frame_of(face_id)
    face = detector.find(frame)[0]
    nose, right, left = (np.array(point) for point in (face.nose, face.right_mouth, face.left_mouth))
    down, across = (right + left) / 2 - nose, left - right
    corners = [nose - across, nose + across, nose + 2.4 * down + across, nose + 2.4 * down - across]
    cv2.fillConvexPoly(frame, np.array(corners, np.int32), colour)
    found = detector.find(frame)[0]
    assert is_covered(measure(frame, found, embedder.align(frame, found)))


def test_a_face_before_a_window_is_told_to_have_the_light_behind(detector: Detector, embedder: Embedder) -> None:
    frame = frame_of("p01")
    dark = np.asarray(frame * 0.12, np.uint8)
    face = detector.find(frame)[0]
    window = np.full_like(frame, 255)
    left, top, width = int(face.left - face.width / 2), int(face.top - face.height / 3), int(2 * face.width)
    window[max(0, top) :, left : left + width] = dark[max(0, top) :, left : left + width]
    assert hint_for(measure(window, face, embedder.align(window, face))) is Hint.BACK_LIGHT


def test_the_better_of_two_good_frames_looks_ahead_and_is_sharp() -> None:
    assert replace(GOOD, yaw=0.1).goodness < GOOD.goodness
    assert replace(GOOD, sharpness=4.0).goodness < GOOD.goodness


@pytest.mark.parametrize("face_id", FACE_IDS)
def test_every_practice_picture_is_good_enough(detector: Detector, embedder: Embedder, face_id: str) -> None:
    for number in (1, 2, 3):
        frame = frame_of(face_id, number)
        faces = detector.find(frame)
        assert is_alone(faces)
        quality = measure(frame, faces[0], embedder.align(frame, faces[0]))
        assert hint_for(quality) is None
        assert not is_covered(quality)


def test_a_picture_made_worse_is_told_by_its_fault(detector: Detector, embedder: Embedder) -> None:
    frame = frame_of("p01")
    blurred = np.asarray(cv2.GaussianBlur(frame, (0, 0), 8), np.uint8)
    dark = np.asarray(frame * 0.1, np.uint8)
    small = np.asarray(cv2.resize(frame, None, fx=0.3, fy=0.3, interpolation=cv2.INTER_AREA), np.uint8)
    expected = {Hint.HOLD_STILL: blurred, Hint.TOO_DARK: dark, Hint.COME_CLOSER: small}
    for hint, worse in expected.items():
        face = detector.find(worse)[0]
        assert hint_for(measure(worse, face, embedder.align(worse, face))) is hint
