"""One person's good frames, kept through pauses, moves and going away; another person's begin anew. No I/O.

Whoever changes between frames can be accepted no more: at best a person looks.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from device.face.attack import SIGNS_AT_LEAST, AttackHint
from device.face.decision import Verdict, cosine, decide, mean
from device.face.pixels import Floats, Pixels, erase
from device.face.policy import POLICY, FacePolicy
from device.opencv import cv2
from terminal.people import FaceDecision

SAME_PICTURE_AT_MOST = 0.5  # mean difference of two aligned faces in grey levels: repeated 0, with sensor noise over 1


@dataclass(frozen=True)
class Sighting:
    """A good frame: the aligned face, its embedding, how good it is (0 to 1), the head's turn, what it shows."""

    aligned: Pixels = field(repr=False)
    embedding: Floats = field(repr=False)
    goodness: float
    turn: float
    signs: frozenset[AttackHint]


class Track:
    """The frames of whoever is before the camera, as long as it is one person."""

    def __init__(self, portrait: Floats, policy: FacePolicy = POLICY) -> None:
        self._portrait = portrait
        self._policy = policy
        self._sightings: list[Sighting] = []
        self._changes = 0

    @property
    def used(self) -> int:
        """How many frames are held."""
        return len(self._sightings)

    @property
    def turns(self) -> list[float]:
        """The head's turn in each."""
        return [one.turn for one in self._sightings]

    def has(self, aligned: Pixels) -> bool:
        """Whether this very picture is held already: a repeated one is no second look."""
        return any(_is_same_picture(aligned, one.aligned) for one in self._sightings)

    def is_of(self, embedding: Floats) -> bool:
        """Whether an embedding agrees with every frame held."""
        return all(cosine(embedding, one.embedding) >= self._policy.same_in_frames for one in self._sightings)

    def resembles(self, embedding: Floats) -> bool:
        """Whether an embedding may be the same person's from another side: as alike as a photo must be."""
        return cosine(mean([one.embedding for one in self._sightings]), embedding) >= self._policy.accept

    def add(self, sighting: Sighting) -> None:
        """Takes a frame in; of someone else, in place of all before."""
        if not self.is_of(sighting.embedding):
            self.changed()
        self._sightings.append(sighting)

    def changed(self) -> None:
        """Someone else stands there: what was seen of the one before is nothing of theirs."""
        self._forget()
        self._changes += 1

    def verdict(self) -> Verdict | None:
        """The decision on the best frames; None while more are needed.

        Between the lines `frames_at_most` are looked at before a person is called.
        """
        by_goodness = sorted(self._sightings, key=lambda one: -one.goodness)
        best = [one.embedding for one in by_goodness[: self._policy.frames]]
        if best and self._changes > self._policy.changes_at_most:
            return Verdict(FaceDecision.DOUBTFUL, cosine(self._portrait, mean(best)))
        verdict = decide(self._portrait, best, self._policy)
        if verdict is None or (verdict.decision is FaceDecision.DOUBTFUL and self.used < self._policy.frames_at_most):
            return None
        return at_most_doubtful(verdict) if self._changes else verdict

    def hints(self) -> frozenset[AttackHint]:
        """The signs of an attack that enough of the frames show."""
        shown = [sign for one in self._sightings for sign in one.signs]
        return frozenset(sign for sign in AttackHint if shown.count(sign) >= SIGNS_AT_LEAST)

    def erase(self) -> None:
        """Overwrites all that is held."""
        self._forget()
        erase(self._portrait)

    def held(self) -> Iterator[Pixels | Floats]:
        """Every array that is held."""
        yield self._portrait
        for one in self._sightings:
            yield from (one.aligned, one.embedding)

    def _forget(self) -> None:
        for one in self._sightings:
            erase(one.aligned, one.embedding)
        self._sightings.clear()


def at_most_doubtful(verdict: Verdict) -> Verdict:
    """The same, but never an accept."""
    return replace(verdict, decision=FaceDecision.DOUBTFUL) if verdict.decision is FaceDecision.ACCEPTED else verdict


def _is_same_picture(one: Pixels, other: Pixels) -> bool:
    return cv2.norm(one, other, cv2.NORM_L1) <= SAME_PICTURE_AT_MOST * one.size
