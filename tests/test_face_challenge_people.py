"""Rendered heads that turn before the camera: who turns as asked is accepted; at anybody else a person looks."""

from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from itertools import islice

import pytest
from remembering import RememberingDetector, RememberingEmbedder
from turn_rows import ALWAYS, FRAMES_A_SECOND, Room
from turning_head import TURNED, Head, Manner, Sitter, people, turned_pictures

from device.face.challenge import Side
from device.face.comparison import Comparison, Finding
from device.face.detection import Detector
from device.face.embedding import Embedder
from device.face.pixels import Pixels
from device.face.portrait import decode
from device.virtual.camera import PORTRAITS
from terminal.people import FaceDecision

PERSON = "p29"  # with glasses
SIDES = (Side.LEFT, Side.RIGHT)
AGAIN = (Side.RIGHT, Side.RIGHT, Side.LEFT)
YAWS = [-35, -25, -15, 0, 15, 25, 35]


@pytest.fixture(scope="module")
def room() -> Room:
    return Room(PERSON, Detector(), Embedder())


@pytest.fixture(scope="module")
def sitter() -> Sitter:
    return Sitter.of(PERSON)


@pytest.mark.parametrize("manner", Manner)
def test_who_turns_slowly_little_or_wrongly_at_first_is_accepted(room: Room, sitter: Sitter, manner: Manner) -> None:
    assert room.accepts(sitter, Head(manner, 1), ALWAYS, (SIDES, AGAIN), 1)


def test_who_does_not_turn_is_for_a_person_to_look_at(room: Room, sitter: Sitter) -> None:
    still = replace(sitter, frames={0: sitter.frames[0]})
    assert not room.accepts(still, Head(Manner.FOLLOWS, 1), ALWAYS, (SIDES, AGAIN), 1)


def test_another_head_that_turns_for_it_is_for_a_person_to_look_at(room: Room, sitter: Sitter) -> None:
    other = replace(sitter, frames=sitter.frames | Sitter.of("p23").frames | {0: sitter.frames[0]})
    assert not room.accepts(other, Head(Manner.FOLLOWS, 1), ALWAYS, (SIDES, AGAIN), 1)


def test_each_thing_asked_gives_time_anew() -> None:
    now = 0.0
    detector, embedder = RememberingDetector(Detector()), RememberingEmbedder(Embedder())
    photo = decode((PORTRAITS / f"{PERSON}.jp2").read_bytes())
    portrait = embedder.embed(embedder.align(photo, detector.find(photo)[0]))
    comparison = Comparison(1, portrait, (detector, embedder), ALWAYS, lambda: now)
    head, found = Head(Manner.FOLLOWS, 2), list[Finding]()

    def yaws() -> Iterator[float]:
        while True:
            yield head.yaw(now, comparison.challenge.progress if comparison.challenge else None)

    frames: Iterator[Pixels] = Sitter.of(PERSON).seen(yaws(), 2)
    for frame in islice(frames, 60 * FRAMES_A_SECOND):
        found.append(comparison.look(frame))
        if found[-1].verdict is not None:
            break
        now += 1 / FRAMES_A_SECOND
    assert found[-1].verdict is not None
    assert found[-1].verdict.decision is FaceDecision.ACCEPTED
    assert sum(one.asks_turn for one in found) == 4  # a side, back, a side, back


def test_the_pictures_are_those_of_the_index_and_small() -> None:
    lines = [line.split() for line in (TURNED / "SHA256SUMS").read_text().splitlines()]
    index = {file_name: digest for digest, file_name in lines}
    assert index == {path.name: sha256(path.read_bytes()).hexdigest() for path in TURNED.glob("*.jpg")}
    sizes = [path.stat().st_size for path in TURNED.glob("*.jpg")]
    assert max(sizes) <= 25_000
    assert sum(sizes) <= 2_000_000


def test_everybody_was_rendered_at_each_angle() -> None:
    assert len(people()) >= 12
    for face_id in people():
        pictures = dict(turned_pictures(face_id))
        assert sorted(pictures) == YAWS
    assert pictures[0].shape == (480, 640, 3)
