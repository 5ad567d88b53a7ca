"""The virtual camera: whoever stands before it is seen, no frame repeats another, and its cable can be pulled."""

from itertools import islice, pairwise

import numpy as np
import pytest

from device.camera import SharedCamera
from device.face.detection import Detector
from device.face.pixels import from_bytes
from device.virtual.attacks import LOOP_FRAMES, Attack
from device.virtual.camera import VirtualSource
from terminal.people import Picture
from terminal.problems import Problem, TerminalError


def take(source: VirtualSource, count: int) -> list[Picture]:
    frames = [source.read() for _ in range(count)]
    assert None not in frames
    return [frame for frame in frames if frame is not None]


def faces_in(frame: Picture) -> int:
    return len(Detector().find(from_bytes(frame.width, frame.height, frame.bgr)))


def test_no_frame_repeats_another() -> None:
    source = VirtualSource(frames_per_second=1000)
    source.stand("p01")
    frames = take(source, 12)
    assert len({frame.bgr for frame in frames}) == 12


def test_the_differences_are_small() -> None:
    source = VirtualSource(frames_per_second=1000)
    source.stand("p01")
    for one, other in pairwise(take(source, 5)):
        difference = np.abs(
            from_bytes(one.width, one.height, one.bgr).astype(np.int16)
            - from_bytes(other.width, other.height, other.bgr)
        )
        assert difference.mean() < 6


def test_the_same_seed_gives_the_same_frames() -> None:
    one, other = VirtualSource(frames_per_second=1000, seed=7), VirtualSource(frames_per_second=1000, seed=7)
    one.stand("p01")
    other.stand("p01")
    assert take(one, 3) == take(other, 3)


def test_the_room_is_empty_until_someone_steps_in_and_again_when_they_left() -> None:
    source = VirtualSource(frames_per_second=1000)
    counts = []
    for face_id in (None, "p01", None):
        source.stand(face_id)
        counts.append(faces_in(take(source, 1)[0]))
    assert counts == [0, 1, 0]


def test_a_pulled_cable_gives_no_frame_and_a_camera_that_comes_back_does() -> None:
    source = VirtualSource(frames_per_second=1000)
    camera = SharedCamera(source, absent_seconds=0.2, reopen_seconds=0.01)
    assert list(islice(camera.frames(), 1))
    source.unplug()
    with pytest.raises(TerminalError) as caught:
        list(islice(camera.frames(), 2))
    assert caught.value.problem is Problem.CAMERA_ABSENT
    source.plug()
    assert list(islice(camera.frames(), 1))
    camera.close()


def test_somebody_who_is_not_in_the_practice_set_is_refused() -> None:
    with pytest.raises(FileNotFoundError):
        VirtualSource().stand("p99")


@pytest.mark.parametrize("attack", Attack)
def test_what_is_held_up_has_a_face_until_someone_stands_there(attack: Attack) -> None:
    source = VirtualSource(frames_per_second=1000)
    source.hold_up("p05", attack)
    first, second = take(source, 2)
    assert faces_in(first) == 1
    assert (first.width, first.height) == (640, 480)
    assert first.bgr != second.bgr
    source.stand(None)
    assert faces_in(take(source, 1)[0]) == 0


def test_a_replay_comes_again_to_the_byte() -> None:
    source = VirtualSource(frames_per_second=1000)
    source.hold_up("p05", Attack.REPLAY)
    frames = take(source, 2 * LOOP_FRAMES)
    assert frames[:LOOP_FRAMES] == frames[LOOP_FRAMES:]
