"""The detector: what is no picture of three colours is refused, and a face that is no numbers is none."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from device.face.decision import decide
from device.face.detection import Detector, Face, faces_of
from device.face.embedding import Embedder
from device.face.pixels import Pixels
from device.face.portrait import decode
from device.face.pose import pose_of
from device.face.quality import is_alone
from device.opencv import cv2
from device.virtual.camera import PORTRAITS, camera_pictures
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


@pytest.fixture
def whole(detector: Detector, monkeypatch: pytest.MonkeyPatch) -> Callable[[Pixels], list[Face]]:
    """Finds faces in the whole of a picture, however large it is."""

    def find(picture: Pixels) -> list[Face]:
        with monkeypatch.context() as changed:
            changed.setattr("device.face.detection.HALVED_FROM_PX", 10_000)
            return detector.find(picture)

    return find


@pytest.mark.parametrize("face_id", ["p01", "p12", "p24", "p33", "p40"])
def test_what_is_found_in_a_part_of_a_picture_decides_as_what_is_found_in_the_whole(
    detector: Detector, whole: Callable[[Pixels], list[Face]], face_id: str
) -> None:
    """Of all 39 people: the similarity of three frames at most 0.017 off, the turn 0.041, and no decision another."""
    embedder = Embedder()
    photo = decode((PORTRAITS / f"{face_id}.jp2").read_bytes())
    portrait = embedder.embed(embedder.align(photo, whole(photo)[0]))
    verdicts = []
    for find in (detector.find, whole):
        faces = [(picture, find(picture)[0]) for picture in camera_pictures(face_id)]
        verdicts.append((decide(portrait, [embedder.embed(embedder.align(*one)) for one in faces]), faces))
    (one, by_part), (other, by_whole) = verdicts
    assert one is not None
    assert other is not None
    assert one.decision is other.decision
    assert abs(one.similarity - other.similarity) < 0.03
    for (_, ours), (_, theirs) in zip(by_part, by_whole, strict=True):
        assert abs(pose_of(ours).turn - pose_of(theirs).turn) < 0.06


@pytest.mark.parametrize("scale", [0.12, 0.3, 0.6, 1.0, 1.6])
def test_a_near_or_far_face_is_found_as_in_the_whole(
    detector: Detector, whole: Callable[[Pixels], list[Face]], scale: float
) -> None:
    picture = camera_pictures("p05")[0]
    height, width = picture.shape[:2]
    zoom = np.array([[scale, 0, width / 2 * (1 - scale)], [0, scale, height / 2 * (1 - scale)]])
    seen = np.asarray(cv2.warpAffine(picture, zoom, (width, height), flags=cv2.INTER_AREA), np.uint8)
    (ours,), (theirs,) = detector.find(seen), whole(seen)
    assert ours.width == pytest.approx(theirs.width, rel=0.1)
    assert ours.nose == pytest.approx(theirs.nose, abs=0.05 * theirs.width)


@pytest.mark.parametrize("share", [1.0, 0.75, 0.55])
def test_a_second_person_beside_the_first_is_seen(detector: Detector, share: float) -> None:
    both = np.full((480, 640, 3), 180, np.uint8)
    both[:, :320] = camera_pictures("p01")[0][:, 160:480]
    second = cv2.resize(camera_pictures("p12")[0][:, 160:480], None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    both[: second.shape[0], 320 : 320 + second.shape[1]] = second
    assert not is_alone(detector.find(both))


def test_looking_for_faces_changes_nothing_in_the_picture(detector: Detector) -> None:
    picture = camera_pictures("p01")[0]
    before = picture.copy()
    detector.find(picture)
    assert np.array_equal(picture, before)


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
