"""The camera: one owner, the newest frame to whoever asks, and a device that may go and come back."""

import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from device.camera import SharedCamera
from device.frame_source import LARGEST, FileSource, OpenCvSource, picture_of
from device.virtual.camera import PORTRAITS
from terminal.people import Picture
from terminal.problems import Problem, TerminalError

PORTRAITS_FOLDER = Path(str(PORTRAITS))


class HandSource:
    """A source that is fed by hand: `give` a frame, or None for a device that is gone."""

    def __init__(self) -> None:
        self._given: queue.SimpleQueue[Picture | None] = queue.SimpleQueue()
        self.closed = threading.Semaphore(0)

    def give(self, *frames: Picture | None) -> None:
        for frame in frames:
            self._given.put(frame)

    def read(self) -> Picture | None:
        return self._given.get()

    def close(self) -> None:
        self.closed.release()


def frame(brightness: int) -> Picture:
    return Picture(1, 1, bytes([brightness] * 3))


def wait_until(is_so: Callable[[], bool]) -> None:
    limit = time.monotonic() + 5
    pause = threading.Event()
    while not is_so():
        assert time.monotonic() < limit, "waited too long"
        pause.wait(0.001)


def test_each_frame_is_given_once_and_only_if_it_is_new() -> None:
    source = HandSource()
    with closing(SharedCamera(source)) as camera:
        source.give(frame(1))
        wait_until(lambda: camera.latest() == frame(1))
        frames = camera.frames()
        seen: list[Picture] = []

        def look() -> None:
            seen.extend(next(frames) for _ in range(2))

        looking = threading.Thread(target=look)
        looking.start()
        while looking.is_alive() and len(seen) < 2:
            source.give(frame(2 + len(seen)))
            looking.join(0.02)
        source.give(None)
    assert frame(1) not in seen
    assert len(set(map(id, seen))) == 2


def test_two_who_look_are_both_served() -> None:
    source = HandSource()
    with closing(SharedCamera(source)) as camera, ThreadPoolExecutor(2) as pool:
        looks = [pool.submit(next, camera.frames()) for _ in range(2)]
        while not all(look.done() for look in looks):
            source.give(frame(7))
            wait(looks, 0.02)
        source.give(None)
    assert [look.result() for look in looks] == [frame(7), frame(7)]


def test_there_is_no_frame_before_the_first() -> None:
    source = HandSource()
    with closing(SharedCamera(source)) as camera:
        assert camera.latest() is None
        source.give(None)


def test_an_old_frame_is_shown_to_nobody() -> None:
    source = HandSource()
    with closing(SharedCamera(source, stale_seconds=0.05)) as camera:
        source.give(frame(1))
        wait_until(lambda: camera.latest() is not None)
        wait_until(lambda: camera.latest() is None)
        source.give(None)


def test_a_camera_without_frames_is_absent() -> None:
    source = HandSource()
    with closing(SharedCamera(source, absent_seconds=0.05)) as camera:
        with pytest.raises(TerminalError) as caught:
            next(camera.frames())
        source.give(None)
    assert caught.value.problem is Problem.CAMERA_ABSENT


def test_a_device_that_went_away_is_let_go_and_opened_again() -> None:
    source = HandSource()
    with closing(SharedCamera(source, reopen_seconds=0.01)) as camera:
        source.give(frame(1), None, None, frame(2))
        wait_until(lambda: camera.latest() == frame(2))
        assert source.closed.acquire(timeout=5)
        assert source.closed.acquire(timeout=5)
        source.give(None)


def test_closing_ends_whoever_waits_for_frames() -> None:
    source = HandSource()
    camera = SharedCamera(source)
    seen: list[Picture] = []
    looking = threading.Thread(target=lambda: seen.extend(camera.frames()))
    looking.start()
    source.give(None)
    camera.close()
    looking.join(5)
    assert not looking.is_alive()
    assert seen == []
    assert camera.latest() is None


def test_a_device_that_hangs_does_not_keep_the_program_from_ending() -> None:
    source = HandSource()
    camera = SharedCamera(source)
    started = time.monotonic()
    camera.close()
    assert time.monotonic() - started < 4
    source.give(None)


def test_a_camera_that_is_not_there_gives_no_frame() -> None:
    source = OpenCvSource("/dev/no-such-camera")
    assert source.read() is None
    source.close()
    assert source.read() is None
    source.close()


def test_a_file_is_played_and_then_begins_anew() -> None:
    pictures = FileSource(PORTRAITS_FOLDER / "p01_cam%d.jpg")
    first = pictures.read()
    assert first is not None
    assert pictures.read() is not None
    assert pictures.read() is not None
    assert pictures.read() is None
    pictures.close()
    assert pictures.read() == first
    pictures.close()


def test_a_file_that_is_not_there_gives_no_frame() -> None:
    source = FileSource(PORTRAITS_FOLDER / "no-such-film.mp4")
    assert source.read() is None
    source.close()


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (480, 640), (640, 480), (100, 50), (5000, 2)])
def test_frames_are_never_larger_than_the_largest(width: int, height: int) -> None:
    picture = picture_of(np.zeros((height, width, 3), np.uint8))
    assert picture.width <= LARGEST[0]
    assert picture.height <= LARGEST[1]
    assert len(picture.bgr) == 3 * picture.width * picture.height


class OddCapture:
    """What OpenCV's capture would be if a driver gave this array."""

    def __init__(self, array: Any) -> None:
        self.array = array

    def read(self) -> tuple[bool, Any]:
        return True, self.array

    def release(self) -> None: ...


def source_giving(array: Any) -> OpenCvSource:
    source = OpenCvSource("/dev/no-such-camera")
    source._capture = OddCapture(array)  # type: ignore[assignment]  # as far as it is used
    return source


@pytest.mark.parametrize("shape", [(48, 64), (48, 64, 1), (48, 64, 3), (48, 64, 4)])
def test_grey_and_four_channel_cameras_give_pictures_of_three(shape: tuple[int, ...]) -> None:
    picture = source_giving(np.full(shape, 90, np.uint8)).read()
    assert picture == Picture(64, 48, bytes([90]) * (3 * 64 * 48))


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((0, 0, 3), np.uint8),
        np.zeros((4, 4, 2), np.uint8),
        np.zeros((4, 4, 3), np.float32),
        np.zeros(0, np.uint8),
    ],
    ids=["empty", "two channels", "floats", "one dimension"],
)
def test_what_is_no_picture_is_a_camera_that_is_gone(array: Any) -> None:
    assert source_giving(array).read() is None


def test_the_array_of_the_capture_is_overwritten_once_it_is_taken() -> None:
    array = np.full((48, 64, 3), 90, np.uint8)
    assert source_giving(array).read() is not None
    assert not array.any()


def test_a_frame_of_another_size_in_the_middle_is_given_as_it_is() -> None:
    source = HandSource()
    with closing(SharedCamera(source)) as camera:
        for picture in (Picture(1, 1, bytes(3)), Picture(2, 1, bytes(6))):
            source.give(picture)
            wait_until(lambda picture=picture: camera.latest() == picture)  # type: ignore[misc]  # bound now, not later
        source.give(None)
