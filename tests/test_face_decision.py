"""The decision: nobody is accepted on too few frames, on too little likeness, or as two people."""

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from device.face.decision import Verdict, cosine, decide, mean
from device.face.pixels import Floats
from device.face.policy import POLICY, FacePolicy
from terminal.people import FaceDecision

finite = st.floats(-10, 10, width=32)
embeddings = arrays(np.float32, 8, elements=finite).filter(lambda embedding: float(np.linalg.norm(embedding)) > 1e-3)
anything = arrays(np.float32, 8, elements=st.floats(width=32))  # infinities and what is not a number included
PERSON = np.eye(8, dtype=np.float32)[0]


def at_cosine(similarity: float, to: Floats = PERSON) -> Floats:
    """An embedding with this cosine to `to`, which is one of the axes."""
    aside = np.roll(to, 1)
    return np.asarray(similarity * to + np.sqrt(1 - similarity**2) * aside, np.float32)


@given(embeddings, st.lists(embeddings, max_size=POLICY.frames - 1))
def test_too_few_frames_never_accept(portrait: Floats, frames: list[Floats]) -> None:
    verdict = decide(portrait, frames)
    assert verdict is None or verdict.decision is not FaceDecision.ACCEPTED


@given(embeddings, st.lists(embeddings, min_size=1, max_size=6))
def test_accepted_means_alike_enough_and_one_person_throughout(portrait: Floats, frames: list[Floats]) -> None:
    verdict = decide(portrait, frames)
    if verdict and verdict.decision is FaceDecision.ACCEPTED:
        assert len(frames) >= POLICY.frames
        assert cosine(portrait, mean(frames)) >= POLICY.accept
        assert all(cosine(one, other) >= POLICY.same_in_frames for one in frames for other in frames)


@given(embeddings, st.permutations(range(4)), st.lists(embeddings, min_size=4, max_size=4))
def test_the_order_of_frames_does_not_matter(portrait: Floats, order: list[int], frames: list[Floats]) -> None:
    one, other = decide(portrait, frames), decide(portrait, [frames[index] for index in order])
    assert one is not None
    assert other is not None
    assume(all(abs(one.similarity - line) > 1e-5 for line in (POLICY.accept, POLICY.doubtful)))
    assert one.decision is other.decision


@given(anything, st.lists(anything, min_size=1, max_size=4))
def test_embeddings_that_are_no_numbers_are_never_accepted(portrait: Floats, frames: list[Floats]) -> None:
    assume(not all(np.all(np.isfinite(embedding)) for embedding in (portrait, *frames)))
    with np.errstate(all="ignore"):
        verdict = decide(portrait, frames)
    assert verdict is None or verdict.decision is not FaceDecision.ACCEPTED


@given(st.floats(-1, 1))
def test_the_lines_are_where_the_policy_draws_them(similarity: float) -> None:
    assume(all(abs(similarity - line) > 1e-5 for line in (POLICY.accept, POLICY.doubtful)))
    verdict = decide(PERSON, [at_cosine(similarity)] * 3)
    assert verdict is not None
    assert abs(verdict.similarity - similarity) < 1e-5
    expected = (
        FaceDecision.ACCEPTED
        if similarity >= POLICY.accept
        else FaceDecision.DOUBTFUL
        if similarity >= POLICY.doubtful
        else FaceDecision.DIFFERENT
    )
    assert verdict.decision is expected


def test_someone_else_stepping_in_between_frames_is_doubtful_at_once() -> None:
    other = np.roll(PERSON, 3)
    assert decide(PERSON, [PERSON, other]) == Verdict(FaceDecision.DOUBTFUL, cosine(PERSON, mean([PERSON, other])))


def test_a_stricter_policy_accepts_less() -> None:
    frames = [at_cosine(0.5)] * 3
    assert decide(PERSON, frames, FacePolicy(accept=0.6)) == Verdict(FaceDecision.DOUBTFUL, cosine(PERSON, frames[0]))


def test_no_frame_decides_nothing() -> None:
    assert decide(PERSON, []) is None
