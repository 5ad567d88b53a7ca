"""Attacks drawn from rendered faces: what gives itself away is never accepted, and rendered faces are not suspected."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count, islice

import numpy as np
import pytest

from device.face.attack import AttackHint, signs
from device.face.challenge import Progress, Side
from device.face.comparison import Comparison, Finding
from device.face.detection import Detector
from device.face.embedding import Embedder
from device.face.pixels import Pixels, from_bytes
from device.face.policy import POLICY, FacePolicy
from device.face.portrait import decode
from device.face.quality import Hint
from device.opencv import cv2
from device.virtual.attacks import Attack, attack_frames
from device.virtual.camera import PORTRAITS, VirtualSource, camera_pictures
from terminal.people import FaceDecision
from ui.words.catalogue import LANGUAGES, load

ROOM = np.full((480, 640, 3), 180, np.uint8)
PEOPLE = ("p01", "p05", "p12", "p20")
Networks = tuple[Detector, Embedder]


@pytest.fixture(scope="module")
def networks() -> Networks:
    return Detector(), Embedder()


def comparison_with(networks: Networks, face_id: str, policy: FacePolicy = POLICY) -> Comparison:
    """A comparison with the chip photo of `face_id`, and a clock that ticks half a second a frame."""
    photo = decode((PORTRAITS / f"{face_id}.jp2").read_bytes())
    detector, embedder = networks
    ticks = count()
    portrait = embedder.embed(embedder.align(photo, detector.find(photo)[0]))
    return Comparison(1, portrait, networks, policy, lambda: next(ticks) / 2)


def findings(comparison: Comparison, frames: Iterator[Pixels]) -> list[Finding]:
    """Until there is a verdict, or for 60 frames."""
    seen = []
    for frame in islice(frames, 60):
        seen.append(comparison.look(frame.copy()))
        if seen[-1].verdict is not None:
            break
    return seen


def decided(found: list[Finding]) -> FaceDecision | None:
    return found[-1].verdict.decision if found[-1].verdict else None


def camera_frames(face_id: str) -> Iterator[Pixels]:
    source = VirtualSource(frames_per_second=1000)
    source.stand(face_id)
    while picture := source.read():
        yield from_bytes(picture.width, picture.height, picture.bgr)


def held(attack: Attack, face_id: str) -> Iterator[Pixels]:
    return attack_frames(attack, camera_pictures(face_id)[0], ROOM, seed=3)


@pytest.mark.parametrize("face_id", PEOPLE)
@pytest.mark.parametrize(
    ("attack", "sign"),
    [
        (Attack.PRINT, AttackHint.BORDER),
        (Attack.SCREEN, AttackHint.BORDER),
        (Attack.SCREEN_CLOSE, AttackHint.GRID),
    ],
)
def test_a_print_or_screen_that_is_seen_is_never_accepted(
    networks: Networks, attack: Attack, sign: AttackHint, face_id: str
) -> None:
    found = findings(comparison_with(networks, face_id), held(attack, face_id))
    assert decided(found) is FaceDecision.DOUBTFUL
    assert {sign, AttackHint.DID_NOT_TURN} <= found[-1].attack
    assert any(one.asks_turn for one in found)


def test_a_print_of_someone_else_is_no_doubt_but_different(networks: Networks) -> None:
    assert decided(findings(comparison_with(networks, "p20"), held(Attack.PRINT, "p12"))) is FaceDecision.DIFFERENT


@pytest.mark.parametrize("attack", [Attack.PRINT_CLOSE, Attack.CUT_OUT, Attack.REPLAY])
def test_what_gives_no_sign_is_told_when_everybody_turns_the_head(networks: Networks, attack: Attack) -> None:
    always = replace(POLICY, always_ask_turn=True)
    found = findings(comparison_with(networks, "p05", always), held(attack, "p05"))
    assert decided(found) is FaceDecision.DOUBTFUL
    assert AttackHint.DID_NOT_TURN in found[-1].attack


@pytest.mark.parametrize("face_id", PEOPLE)
def test_a_face_before_the_camera_is_not_suspected(networks: Networks, face_id: str) -> None:
    found = findings(comparison_with(networks, face_id), camera_frames(face_id))
    assert decided(found) is FaceDecision.ACCEPTED
    assert not found[-1].attack
    assert not any(one.asks_turn for one in found)


@pytest.mark.parametrize("face_id", PEOPLE)
def test_the_blocks_of_a_camera_that_sends_jpeg_are_no_grid(networks: Networks, face_id: str) -> None:
    frame = camera_pictures(face_id)[0]
    again = cv2.imdecode(cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, 60])[1], cv2.IMREAD_COLOR)
    assert again is not None
    pixels = np.asarray(again, np.uint8)
    assert signs(pixels, networks[0].find(pixels)[0]) == frozenset()


def test_a_poster_behind_the_head_that_the_body_breaks_is_no_border(networks: Networks) -> None:
    frame = camera_pictures("p05")[0].copy()
    face = networks[0].find(frame)[0]
    cv2.line(frame, (60, 20), (60, 479), (20, 20, 20), 4)
    cv2.line(frame, (600, 20), (600, 479), (20, 20, 20), 4)
    cv2.line(frame, (60, 20), (600, 20), (20, 20, 20), 4)
    assert signs(frame, face) == frozenset()


def test_while_the_head_is_asked_to_turn_another_person_may_not_do_it(networks: Networks) -> None:
    comparison = comparison_with(networks, "p05", replace(POLICY, always_ask_turn=True))
    frames = camera_frames("p05")
    found: list[Finding] = []
    while not any(one.asks_turn for one in found):
        found.append(comparison.look(next(frames)))
    challenge = comparison.challenge
    assert challenge is not None
    comparison.challenge = replace(challenge, is_coming_back=True)  # whoever is looked at now must still be the same
    assert decided([comparison.look(next(camera_frames("p12")))]) is FaceDecision.DOUBTFUL


def test_who_turns_as_asked_is_accepted(networks: Networks) -> None:
    comparison = comparison_with(networks, "p05", replace(POLICY, always_ask_turn=True))
    frames = camera_frames("p05")
    finding = Finding()
    while not finding.asks_turn:
        finding = comparison.look(next(frames))
    challenge = comparison.challenge
    assert challenge is not None
    comparison.challenge = replace(challenge, sides=(), is_coming_back=True)  # as if turned
    assert comparison.look(camera_pictures("p05")[0].copy()).verdict is not None
    assert Progress.FOLLOWED is comparison.challenge.progress


def test_the_turn_is_told_by_a_hint(networks: Networks) -> None:
    comparison = comparison_with(networks, "p05", replace(POLICY, always_ask_turn=True))
    finding = findings(comparison, islice(camera_frames("p05"), 3))[-1]
    assert finding.hint in (Hint.TURN_LEFT, Hint.TURN_RIGHT)
    challenge = comparison.challenge
    assert challenge is not None
    assert (finding.hint is Hint.TURN_LEFT) == (challenge.sides[0] is Side.LEFT)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_hint_has_its_words(language: str) -> None:
    for area in ("patient", "receptionist"):
        assert {f"face_hint.{hint}" for hint in Hint} <= set(load(area, language))
    assert {f"attack_hint.{hint}" for hint in AttackHint} <= set(load("receptionist", language))
