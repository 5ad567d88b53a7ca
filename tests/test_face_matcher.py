"""The face matcher with its real process: who is let in, and that it always comes to an end."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import repeat

import pytest

from device.camera import SharedCamera
from device.child import Child
from device.face.matcher import MODULE, SupervisedFaceMatcher
from device.face.quality import Hint
from device.frame_source import picture_of
from device.opencv import cv2
from device.virtual.attacks import Attack
from device.virtual.camera import PORTRAITS, VirtualSource
from terminal.people import FaceDecision, Picture
from terminal.problems import Problem, TerminalError


@pytest.fixture(scope="module")
def child() -> Iterator[Child]:
    """The face process, warm: what is measured in seconds below does not hold the loading of the networks."""
    with closing(face_process()) as child:
        SupervisedFaceMatcher(child, answer_within=30.0).show(portrait_of("p01"))
        yield child


@pytest.fixture
def matcher(child: Child) -> SupervisedFaceMatcher:
    return SupervisedFaceMatcher(child)


def face_process() -> Child:
    return Child(MODULE, hung=Problem.FACE_ENGINE_FAILED, ended=Problem.FACE_ENGINE_FAILED)


@contextmanager
def camera_before(face_id: str | None) -> Iterator[SharedCamera]:
    source = VirtualSource()
    source.stand(face_id)
    with closing(SharedCamera(source)) as camera:
        yield camera


def portrait_of(face_id: str) -> bytes:
    return (PORTRAITS / f"{face_id}.jp2").read_bytes()


def a_frame(face_id: str) -> Picture:
    picture = cv2.imread(str(PORTRAITS / f"{face_id}_cam1.jpg"))
    assert picture is not None
    return picture_of(picture)


def test_the_holder_before_the_camera_is_accepted(matcher: SupervisedFaceMatcher) -> None:
    with camera_before("p01") as camera:
        face = matcher.compare(portrait_of("p01"), camera.frames())
    assert face.decision is FaceDecision.ACCEPTED
    assert face.frames_used == 3
    assert face.portrait is not None
    assert face.live is not None
    assert face.decode_ms > 0
    assert face.match_ms > 0


def test_someone_else_before_the_camera_is_not_accepted(matcher: SupervisedFaceMatcher) -> None:
    with camera_before("p12") as camera:
        face = matcher.compare(portrait_of("p20"), camera.frames())
    assert face.decision is FaceDecision.DIFFERENT


def test_a_telephone_held_up_is_asked_to_turn_and_never_accepted(child: Child) -> None:
    source, hints = VirtualSource(), list[str]()
    source.hold_up("p01", Attack.SCREEN)
    with closing(SharedCamera(source)) as camera:
        matcher = SupervisedFaceMatcher(child, within=5.0)
        matcher.listen(hints.append)
        face = matcher.compare(portrait_of("p01"), camera.frames())
    assert face.decision is FaceDecision.DOUBTFUL
    assert {Hint.TURN_LEFT, Hint.TURN_RIGHT} & set(hints)


def test_a_camera_that_repeats_one_picture_ends_without_a_face(child: Child) -> None:
    started = time.monotonic()
    face = SupervisedFaceMatcher(child, within=0.5).compare(portrait_of("p01"), repeat(a_frame("p01")))
    assert 0.5 <= time.monotonic() - started < 2
    assert face.decision is FaceDecision.NO_FACE
    assert face.frames_used == 1
    assert face.live is not None


def test_frames_that_end_too_soon_are_no_face(matcher: SupervisedFaceMatcher) -> None:
    assert matcher.compare(portrait_of("p01"), iter([a_frame("p01")])).decision is FaceDecision.NO_FACE


def test_an_empty_room_is_told_by_its_hint(child: Child) -> None:
    hints: list[str] = []
    matcher = SupervisedFaceMatcher(child, within=0.5)
    matcher.listen(hints.append)
    with camera_before(None) as camera:
        face = matcher.compare(portrait_of("p01"), camera.frames())
    assert face.decision is FaceDecision.NO_FACE
    assert set(hints) == {Hint.NOBODY, ""}
    assert hints[-1] == ""


def test_a_photo_that_does_not_decode_is_a_decision_of_its_own(matcher: SupervisedFaceMatcher) -> None:
    face = matcher.compare(portrait_of("p01")[:-100], iter([]))
    assert face.decision is FaceDecision.PHOTO_UNUSABLE
    assert face.portrait is None


def test_the_photo_can_be_shown_without_a_camera(matcher: SupervisedFaceMatcher) -> None:
    assert matcher.show(portrait_of("p01")).height <= 480


def test_what_the_camera_raises_reaches_the_desk(matcher: SupervisedFaceMatcher) -> None:
    source = VirtualSource()
    source.unplug()
    with closing(SharedCamera(source, absent_seconds=0.1)) as camera, pytest.raises(TerminalError) as caught:
        matcher.compare(portrait_of("p01"), camera.frames())
    assert caught.value.problem is Problem.CAMERA_ABSENT


@pytest.mark.parametrize("blow", [signal.SIGSTOP, signal.SIGKILL], ids=["hangs", "dies"])
def test_a_process_that_fails_is_said_and_replaced(blow: signal.Signals) -> None:
    child = face_process()

    def frames() -> Iterator[Picture]:
        assert child.pid is not None
        os.kill(child.pid, blow)
        yield a_frame("p01")

    with closing(SupervisedFaceMatcher(child, answer_within=10.0)) as matcher:
        matcher.show(portrait_of("p01"))
        hurried = SupervisedFaceMatcher(child, answer_within=0.5)
        with pytest.raises(TerminalError) as caught:
            hurried.compare(portrait_of("p01"), frames())
        assert caught.value.problem is Problem.FACE_ENGINE_FAILED
        with camera_before("p01") as camera:
            assert matcher.compare(portrait_of("p01"), camera.frames()).decision is FaceDecision.ACCEPTED


def test_a_new_comparison_ends_the_one_that_was_left_behind(matcher: SupervisedFaceMatcher) -> None:
    problems: list[Problem] = []
    waits, go_on = threading.Event(), threading.Event()

    def frames_of_the_one_before() -> Iterator[Picture]:
        waits.set()
        go_on.wait(10)
        yield a_frame("p12")

    def left_behind() -> None:
        try:
            matcher.compare(portrait_of("p12"), frames_of_the_one_before())
        except TerminalError as error:
            problems.append(error.problem)

    thread = threading.Thread(target=left_behind)
    thread.start()
    assert waits.wait(10)

    def frames_of_the_next() -> Iterator[Picture]:
        go_on.set()
        thread.join(10)  # the one before has been refused by now
        with camera_before("p01") as camera:
            yield from camera.frames()

    assert matcher.compare(portrait_of("p01"), frames_of_the_next()).decision is FaceDecision.ACCEPTED
    assert problems == [Problem.CANCELLED]
