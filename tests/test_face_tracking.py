"""One person's frames over time: pauses lose nothing, a second person is never mixed in, and nothing stays."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from device.face.attack import AttackHint
from device.face.pixels import Floats, Pixels
from device.face.policy import POLICY
from device.face.tracking import Sighting, Track
from terminal.people import FaceDecision

AXES = np.eye(8, dtype=np.float32)


def at_cosine(similarity: float, person: int = 0) -> Floats:
    return np.asarray(similarity * AXES[person] + np.sqrt(1 - similarity**2) * AXES[person + 1], np.float32)


def seen(embedding: Floats, goodness: float = 1.0, signs: frozenset[AttackHint] = frozenset()) -> Sighting:
    picture: Pixels = np.full((4, 4, 3), 9, np.uint8)
    return Sighting(picture, embedding.copy(), goodness, 0.0, signs)


def decision(track: Track) -> FaceDecision | None:
    verdict = track.verdict()
    return verdict.decision if verdict else None


def track_of(*sightings: Sighting) -> Track:
    track = Track(AXES[0].copy())
    for sighting in sightings:
        track.add(sighting)
    return track


def test_three_frames_of_the_holder_are_accepted() -> None:
    frames = [seen(at_cosine(0.8)) for _ in range(3)]
    assert decision(track_of(*frames[:2])) is None
    assert decision(track_of(*frames)) is FaceDecision.ACCEPTED


def test_between_the_lines_more_frames_are_looked_at_before_a_person_is_called() -> None:
    track = Track(AXES[0].copy())
    outcomes = []
    for _ in range(POLICY.frames_at_most):
        track.add(seen(at_cosine(0.4)))
        outcomes.append(decision(track))
    assert outcomes == [None, None, None, None, FaceDecision.DOUBTFUL]


def test_the_best_frames_decide() -> None:
    poor = [seen(at_cosine(0.37), goodness=0.1) for _ in range(2)]
    good = [seen(at_cosine(0.6), goodness=0.9) for _ in range(3)]
    assert decision(track_of(*poor, seen(at_cosine(0.37), goodness=0.1))) is None
    assert decision(track_of(*poor, *good)) is FaceDecision.ACCEPTED


def test_a_stranger_is_told_at_once() -> None:
    assert decision(track_of(*[seen(AXES[4])] * 3)) is FaceDecision.DIFFERENT


def test_who_steps_in_begins_anew_and_is_doubtful_at_best() -> None:
    track = track_of(seen(AXES[4]), seen(AXES[4]))
    track.add(seen(at_cosine(0.8)))
    assert track.used == 1
    for _ in range(2):
        track.add(seen(at_cosine(0.8)))
    assert decision(track) is FaceDecision.DOUBTFUL


def test_a_stranger_who_steps_in_is_still_different() -> None:
    track = track_of(seen(at_cosine(0.9)), *[seen(AXES[4])] * 3)
    assert decision(track) is FaceDecision.DIFFERENT


def test_people_who_keep_changing_places_come_to_an_end() -> None:
    track = Track(AXES[0].copy())
    changes = 0
    while decision(track) is None:
        track.add(seen(AXES[4] if changes % 2 else AXES[0]))
        changes += 1
    assert decision(track) is FaceDecision.DOUBTFUL
    assert changes <= POLICY.changes_at_most + 2


@given(st.lists(st.sampled_from([0, 2, 4, 6]), min_size=1, max_size=12))
def test_whoever_was_not_alone_is_never_accepted(people: list[int]) -> None:
    track = Track(AXES[0].copy())
    for at, person in enumerate(people):
        track.add(seen(AXES[person]))
        if decision(track) is FaceDecision.ACCEPTED:
            assert set(people[: at + 1]) == {0}


def test_a_sign_counts_when_two_frames_show_it() -> None:
    border = frozenset({AttackHint.BORDER})
    assert track_of(seen(AXES[0], signs=border), seen(AXES[0])).hints() == frozenset()
    assert track_of(seen(AXES[0], signs=border), seen(AXES[0], signs=border)).hints() == border


def test_the_signs_of_the_one_before_are_not_held_against_the_next() -> None:
    border = frozenset({AttackHint.BORDER})
    assert track_of(*[seen(AXES[4], signs=border)] * 2, seen(AXES[0])).hints() == frozenset()


def test_a_repeated_picture_is_known() -> None:
    sighting = seen(AXES[0])
    track = track_of(sighting)
    assert track.has(sighting.aligned)
    assert not track.has(np.asarray(sighting.aligned + 1, np.uint8))


def test_what_was_seen_of_the_one_before_is_overwritten() -> None:
    one = seen(AXES[4])
    track = track_of(one, seen(AXES[0]))
    assert not one.aligned.any()
    assert not one.embedding.any()
    held = list(track.held())
    track.erase()
    assert not any(array.any() for array in held)
