"""Trying what is plugged in and whoever is asked: reader, camera and service, as the draft of a configuration says."""

import threading
import time
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Final

from device.card.anchors import load_anchors
from device.card.reader import SupervisedCardReader
from device.face.detection import Detector
from device.face.pixels import from_bytes
from terminal.card_news import CardLaid, CardNews, ReaderLost
from terminal.commands.configured import readers_of
from terminal.commands.doctor_room import service_check
from terminal.configuration.settings import Configuration, Reader, ServiceKind
from terminal.doctor.hops import Grade, Hop, table
from terminal.doctor.lan import check_lan
from terminal.doctor.report import hop_name
from terminal.doctor.rounds import Check, run_round
from terminal.ports import Camera, Clock
from terminal.problems import TerminalError
from ui.setup.trying import Tried
from ui.words.catalogue import Words

WAIT_S: Final = 60.0  # for somebody to find a card, or to come before the camera
_LOOK_S: Final = 0.2
_LAN_S: Final = 8.0

OpenReader = Callable[[Reader], SupervisedCardReader]


def open_reader(reader: Reader) -> SupervisedCardReader:
    """The reader as it is configured. Raises what `load_anchors` does."""
    if reader.anchors is not None:
        load_anchors(reader.anchors)
    return SupervisedCardReader(readers=readers_of(reader), anchors=reader.anchors)


def try_reader(reader: SupervisedCardReader, words: Words, stop: threading.Event) -> Tried:
    """Waits for a card, and has the reader say what it is. Nothing of the card is kept. Raises `TerminalError`."""
    told: SimpleQueue[CardNews] = SimpleQueue()
    reader.listen(told.put)
    ends = time.monotonic() + WAIT_S
    while time.monotonic() < ends and not stop.is_set():
        try:
            news = told.get(timeout=_LOOK_S)
        except Empty:
            continue
        if isinstance(news, ReaderLost):
            raise TerminalError(news.problem)
        if isinstance(news, CardLaid):
            reader.identify(news.insertion)
            return Tried(True, words["reader.good"])
    return Tried(False, words["reader.no_card"])


def try_camera(camera: Camera, words: Words, stop: threading.Event) -> Tried:
    """Looks until there is a face. Raises `CAMERA_ABSENT`, `FACE_MODEL_WRONG`."""
    detector, ends = Detector(), time.monotonic() + WAIT_S
    for frame in camera.frames():
        if detector.find(from_bytes(frame.width, frame.height, frame.bgr)):
            return Tried(True, words["camera.good"])
        if stop.is_set() or time.monotonic() > ends:
            break
    return Tried(False, words["camera.no_face"])


def try_service(made: Configuration, clock: Clock, words: Words) -> Tried:
    """Goes the way to the service hop by hop, and names the broken one."""
    checks = [service_check(made.eligibility, clock)]
    if made.eligibility.service is not ServiceKind.FOLDER:
        checks.insert(0, Check((Hop.LAN,), lambda: [check_lan()], _LAN_S))
    blamed = run_round(checks).to_blame
    if blamed is None:
        return Tried(True, words["service.good"])
    said = table()[blamed.cause].sentences[words.language]
    where = words.format("service.hop", hop=hop_name(blamed.hop, words.language), said=said)
    return Tried(blamed.grade is not Grade.RED, f"{where} ({blamed.detail})" if blamed.detail else where)
