"""The face process, asked in this process: what counts as a frame, who is compared, and that nothing stays."""

from typing import Any

import numpy as np
import pytest

from device.face.comparison import FROZEN_FRAMES
from device.face.detection import Detector
from device.face.embedding import Embedder
from device.face.pixels import Floats, Pixels
from device.face.process import FaceProcess
from device.face.quality import Hint
from device.opencv import cv2
from device.virtual.camera import PORTRAITS
from terminal.problems import Problem, TerminalError


@pytest.fixture(scope="module")
def networks() -> tuple[Detector, Embedder]:
    return Detector(), Embedder()


@pytest.fixture
def process(networks: tuple[Detector, Embedder]) -> FaceProcess:
    return FaceProcess(*networks)


def portrait_of(face_id: str) -> bytes:
    return (PORTRAITS / f"{face_id}.jp2").read_bytes()


def frame_of(face_id: str, number: int) -> Pixels:
    jpeg = (PORTRAITS / f"{face_id}_cam{number}.jpg").read_bytes()
    return np.asarray(cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR), np.uint8)


def begin(process: FaceProcess, face_id: str, number: int = 1) -> None:
    assert process.portrait({"number": number}, [portrait_of(face_id)])[0]["has_face"]


def look(process: FaceProcess, frame: Pixels, number: int = 1) -> dict[str, Any]:
    values = {"number": number, "width": frame.shape[1], "height": frame.shape[0]}
    return dict(process.frame(values, [frame.tobytes()])[0])


def test_three_pictures_of_the_holder_are_accepted(process: FaceProcess) -> None:
    begin(process, "p01")
    answers = [look(process, frame_of("p01", number)) for number in (1, 2, 3)]
    assert [answer.get("decision") for answer in answers] == [None, None, "accepted"]
    assert answers[-1]["used"] == 3


def test_three_pictures_of_someone_else_are_different(process: FaceProcess) -> None:
    begin(process, "p01")
    answers = [look(process, frame_of("p12", number)) for number in (1, 2, 3)]
    assert answers[-1]["decision"] == "different"


def test_a_repeated_picture_counts_once(process: FaceProcess) -> None:
    begin(process, "p01")
    answers = [look(process, frame_of("p01", 1)) for _ in range(5)]
    assert [answer.get("used") for answer in answers] == [1, None, None, None, None]


def test_two_people_at_the_desk_are_never_compared(process: FaceProcess) -> None:
    begin(process, "p01")
    for number in (1, 2, 3):
        both = np.hstack([frame_of(face_id, number)[:, 160:480] for face_id in ("p01", "p12")])
        assert look(process, both) == {"hint": Hint.ONE_PERSON_ONLY}


def test_an_empty_room_is_nobody(process: FaceProcess) -> None:
    begin(process, "p01")
    assert look(process, np.full((480, 640, 3), 180, np.uint8)) == {"hint": Hint.NOBODY}


def test_someone_else_stepping_in_begins_anew_and_is_not_accepted(process: FaceProcess) -> None:
    begin(process, "p12")
    look(process, frame_of("p01", 1))
    look(process, frame_of("p01", 2))
    answers = [look(process, frame_of("p12", number)) for number in (1, 2, 3)]
    assert [answer["used"] for answer in answers[:2]] == [1, 2]
    verdict = look_until_decided(process, "p12", answers[-1])
    assert verdict["decision"] == "doubtful"


def test_leaving_and_coming_back_loses_no_frame(process: FaceProcess) -> None:
    begin(process, "p01")
    wall = np.full((480, 640, 3), 180, np.uint8)
    answers = []
    for number in (1, 2, 3):
        assert look(process, wall) == {"hint": Hint.NOBODY}
        answers.append(look(process, frame_of("p01", number)))
    assert [answer["used"] for answer in answers] == [1, 2, 3]
    assert answers[-1]["decision"] == "accepted"


def test_a_camera_that_stands_still_is_told(process: FaceProcess) -> None:
    begin(process, "p01")
    answers = [look(process, frame_of("p01", 1)) for _ in range(FROZEN_FRAMES + 1)]
    assert answers[-1] == {"hint": Hint.PICTURE_FROZEN}


@pytest.mark.parametrize(
    ("width", "height", "size"),
    [(640, 480, 0), (640, 480, 640 * 480), (0, 0, 0), (-1, -3, 9), (20000, 1, 60000), (1, 20000, 60000)],
    ids=["0 bytes", "grey", "nothing", "negative", "wide", "high"],
)
def test_bytes_that_are_no_picture_are_said_so_and_cost_nothing(
    process: FaceProcess, width: int, height: int, size: int
) -> None:
    begin(process, "p01")
    look(process, frame_of("p01", 1))
    values = {"number": 1, "width": width, "height": height}
    assert process.frame(values, [bytes(size)]) == ({"hint": Hint.PICTURE_UNUSABLE}, ())
    assert look(process, frame_of("p01", 2))["used"] == 2


@pytest.mark.parametrize("side", [1, 2, 7, 4000])
def test_a_frame_of_another_size_is_looked_at_like_any(process: FaceProcess, side: int) -> None:
    begin(process, "p01")
    look(process, frame_of("p01", 1))
    assert look(process, np.full((side, side, 3), 180, np.uint8)) == {"hint": Hint.NOBODY}
    larger = np.asarray(cv2.resize(frame_of("p01", 2), (1280, 960)), np.uint8)
    assert look(process, larger)["used"] == 2


def test_a_frame_of_the_comparison_before_is_refused(process: FaceProcess) -> None:
    begin(process, "p01", number=1)
    begin(process, "p12", number=2)
    with pytest.raises(TerminalError) as caught:
        look(process, frame_of("p01", 1), number=1)
    assert caught.value.problem is Problem.CANCELLED


def test_a_photo_that_comes_too_late_does_not_replace_the_one_after_it(process: FaceProcess) -> None:
    begin(process, "p12", number=2)
    with pytest.raises(TerminalError) as caught:
        begin(process, "p01", number=1)
    assert caught.value.problem is Problem.CANCELLED
    assert look(process, frame_of("p12", 1), number=2)["used"] == 1


def test_forgetting_the_comparison_before_leaves_the_one_that_runs(process: FaceProcess) -> None:
    begin(process, "p01", number=2)
    process.forget({"number": 1}, [])
    assert look(process, frame_of("p01", 1), number=2)["used"] == 1


@pytest.mark.parametrize("end", ["decided", "forgotten", "replaced by a photo without a face"])
def test_nothing_is_left_of_a_comparison_that_ended(process: FaceProcess, end: str) -> None:
    begin(process, "p01")
    look(process, frame_of("p01", 1))
    comparison = process._comparison
    assert comparison is not None
    held: list[Floats | Pixels] = list(comparison.track.held())
    match end:
        case "decided":
            look(process, frame_of("p01", 2))
            look(process, frame_of("p01", 3))
        case "forgotten":
            process.forget({"number": 1}, [])
        case _:
            assert not process.portrait({"number": 2}, [faceless_portrait()])[0]["has_face"]
    assert process._comparison is None
    assert not any(array.any() for array in held)


def test_a_photo_is_shown_small_enough_for_the_screen(process: FaceProcess) -> None:
    wall = np.full((900, 300), 180, np.uint8)
    values, blobs = process.portrait({"number": 1}, [as_jp2(wall)])
    assert (values["width"], values["height"], len(blobs[0])) == (160, 480, 160 * 480 * 3)


def look_until_decided(process: FaceProcess, face_id: str, answer: dict[str, Any]) -> dict[str, Any]:
    for brighter in range(1, 6):
        if "decision" in answer:
            break
        answer = look(process, np.asarray(np.minimum(frame_of(face_id, 1), 240) + 3 * brighter, np.uint8))
    return answer


def faceless_portrait() -> bytes:
    return as_jp2(np.full((400, 300), 180, np.uint8))


def as_jp2(grey: Any) -> bytes:
    return cv2.imencode(".jp2", grey)[1].tobytes()
