"""What a face comparison costs: beside the bare calls of OpenCV, beside dlib, in memory, and over many pictures.

Times only: the pictures are rendered, and say nothing about how often a comparison errs.
"""

import importlib
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
from dlib_match import DlibMatch
from row import ROUNDS, Row

from device.child import Child
from device.face.acquisition import acquire_all
from device.face.detection import FACES_AT_MOST, OVERLAP_AT_MOST, SCORE_AT_LEAST, Detector
from device.face.embedding import Embedder
from device.face.matcher import MODULE, SupervisedFaceMatcher
from device.face.models import read_sface, read_yunet
from device.face.pixels import Floats, Pixels
from device.face.process import FaceProcess
from device.face.quality import hint_for, measure
from device.frame_source import picture_of
from device.opencv import cv2
from device.virtual.camera import PORTRAITS, camera_pictures
from terminal.people import FaceDecision, Picture
from terminal.problems import Problem

PERSON = "p01"
FRAMES_A_SECOND = 15
MEMORY_MB = 250
PICTURES_A_SECOND = 40
PICTURES = 480
LABELLED_PX = 250  # a side, as in LFW


def rows() -> Iterable[Row]:
    photo, frames = (PORTRAITS / f"{PERSON}.jp2").read_bytes(), camera_pictures(PERSON)
    ours, bare = match_in_process(photo, frames), BareMatch(photo, frames)
    ours_ms, bare_ms = alternating_ms(ours, bare)
    yield Row("face match, computing", ours_ms, bare_ms, "ms", 1.05, "the bare calls of OpenCV, in turns")
    yield from supervised_rows(photo, frames, bare)
    yield frame_row(frames)
    if find_spec("dlib") is None:
        print("dlib is not installed: no row beside it (./run bench installs it)")
    else:
        ours_ms, dlib_ms = alternating_ms(ours, DlibMatch(importlib.import_module("dlib"), photo, frames))
        yield Row("face match beside dlib", ours_ms, dlib_ms, "ms", 1.0, "dlib: HOG, 5 points, ResNet; in turns")
    yield from evaluate_rows()


def match_in_process(photo: bytes, frames: Iterable[Pixels]) -> Callable[[], None]:
    """What the face process does for a match, without its pipes."""
    process = FaceProcess(Detector(), Embedder())
    pictures = [picture_of(frame) for frame in frames]
    numbers = count(1)

    def match() -> None:
        number = next(numbers)
        process.portrait({"number": number}, [photo])
        answers = [
            process.frame({"number": number, "width": frame.width, "height": frame.height}, [frame.bgr])[0]
            for frame in pictures
        ]
        assert answers[-1]["decision"] == FaceDecision.ACCEPTED

    return match


class BareMatch:
    """The same by OpenCV alone: decode, detect and embed the photo, detect and embed the frames, compare."""

    def __init__(self, photo: bytes, frames: tuple[Pixels, ...]) -> None:
        self._photo, self._frames = photo, frames
        nothing = np.zeros(0, np.uint8)
        yunet = np.frombuffer(read_yunet(), np.uint8)
        self._detector = cv2.FaceDetectorYN.create(
            "onnx", yunet, nothing, (320, 240), SCORE_AT_LEAST, OVERLAP_AT_MOST, FACES_AT_MOST
        )
        self._embedder = cv2.FaceRecognizerSF.create("onnx", np.frombuffer(read_sface(), np.uint8), nothing)

    def __call__(self) -> None:
        photo = cv2.imdecode(np.frombuffer(self._photo, np.uint8), cv2.IMREAD_COLOR)
        assert photo is not None
        portrait, *live = (self._embed(np.asarray(picture, np.uint8)) for picture in (photo, *self._frames))
        mean = np.asarray(np.mean(live, axis=0), np.float32)
        self._embedder.match(portrait, mean, cv2.FaceRecognizerSF_FR_COSINE)

    def _embed(self, picture: Pixels) -> Floats:
        self._detector.setInputSize((picture.shape[1], picture.shape[0]))
        found = np.asarray(self._detector.detect(picture)[1])
        return np.array(self._embedder.feature(self._embedder.alignCrop(picture, found[0])), np.float32)


def supervised_rows(photo: bytes, frames: tuple[Pixels, ...], bare: Callable[[], None]) -> Iterator[Row]:
    """The same in its own process, over pipes and with memory that is overwritten; and that process's memory."""
    pictures = [picture_of(frame) for frame in frames]
    child = Child(MODULE, hung=Problem.FACE_ENGINE_FAILED, ended=Problem.FACE_ENGINE_FAILED)
    with closing(SupervisedFaceMatcher(child)) as matcher:
        ours_ms, bare_ms = alternating_ms(lambda: accept(matcher, photo, pictures), bare)
        assert child.pid is not None
        memory = peak_mb(child.pid)
    yield Row("face match in its process", ours_ms, bare_ms, "ms", 1.25, "the bare calls of OpenCV in one process")
    yield Row("memory of the face process", memory, MEMORY_MB, "MB", 1.0, "the limit; peak after the matches above")


def accept(matcher: SupervisedFaceMatcher, photo: bytes, pictures: list[Picture]) -> None:
    assert matcher.compare(photo, iter(pictures)).decision is FaceDecision.ACCEPTED


def frame_row(frames: tuple[Pixels, ...]) -> Row:
    """Finding and measuring the face in each frame, as for the hints."""
    detector, embedder = Detector(), Embedder()

    def look() -> None:
        for frame in frames:
            face = detector.find(frame)[0]
            hint_for(measure(frame, face, embedder.align(frame, face)))

    look()
    ms = statistics.median(spent_ms(look) for _ in range(ROUNDS)) / len(frames)
    other_is = f"{FRAMES_A_SECOND} frames a second; it is {1000 / ms:.0f}"
    return Row("detection and quality of a frame", ms, 1000 / FRAMES_A_SECOND, "ms", 1.0, other_is)


def evaluate_rows() -> Iterator[Row]:
    """The practice set's pictures as they are, and the same as small as the labelled sets that are commonly used."""
    own = sorted(path for path in Path(str(PORTRAITS)).iterdir() if path.suffix in (".jp2", ".jpg"))
    yield evaluate_row("evaluate, a picture of 640 by 480", own, "as they are: three of four 640 by 480")
    with tempfile.TemporaryDirectory() as folder:
        small = [square(path, Path(folder)) for path in own]
        yield evaluate_row("evaluate, a picture of 250 by 250", small, "the same, cut and scaled to 250 by 250")


def evaluate_row(what: str, files: list[Path], which: str) -> Row:
    """Pictures through the processes of `uketsuke face evaluate`, from the first answer on: loading is not counted."""
    paths = (files * (PICTURES // len(files) + 1))[:PICTURES]
    began, computed = 0.0, children_ms()
    for at, _ in enumerate(acquire_all(paths)):
        if at == 0:
            began = time.perf_counter()
    ms = 1000 * (time.perf_counter() - began) / (len(paths) - 1)
    computed = (children_ms() - computed) / len(paths)
    other_is = f"{PICTURES_A_SECOND} a second, {which}; it is {1000 / ms:.0f}; {computed:.0f} ms processor time"
    return Row(what, ms, 1000 / PICTURES_A_SECOND, "ms", 1.0, other_is)


def square(path: Path, folder: Path) -> Path:
    """The middle of a picture, as a JPEG of `LABELLED_PX` a side in a folder."""
    picture = cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    height, width = picture.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    middle = picture[top : top + side, left : left + side]
    target = folder / f"{path.stem}.jpg"
    cv2.imwrite(str(target), cv2.resize(middle, (LABELLED_PX, LABELLED_PX), interpolation=cv2.INTER_AREA))
    return target


def alternating_ms(ours: Callable[[], object], other: Callable[[], object]) -> tuple[float, float]:
    """Medians of both, one of each in turns, so that whatever else the machine does meets both; the first one warms up.

    Twice the usual rounds, for the two lie close together.
    """
    spent = [(spent_ms(ours), spent_ms(other)) for _ in range(2 * ROUNDS + 1)][1:]
    return statistics.median(one for one, _ in spent), statistics.median(two for _, two in spent)


def spent_ms(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def children_ms() -> float:
    """Processor time of the processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1000 * (used.ru_utime + used.ru_stime)


def peak_mb(pid: int) -> float:
    """The most memory that a process has held (proc(5), VmHWM)."""
    status: dict[str, Any] = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return float(status["VmHWM"].split()[0]) / 1024
