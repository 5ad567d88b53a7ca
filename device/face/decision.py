"""Whether the living face is the face of the chip photo, decided from embeddings alone. Pure; keeps nothing.

Only one person, seen in several frames, can be accepted: whoever changes between frames goes to a person who looks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from device.face.pixels import Floats
from terminal.people import FaceDecision


@dataclass(frozen=True)
class FacePolicy:
    """Where the lines are: cosines of SFace embeddings, measured on LFW (1,680 people) against chip-like photos.

    `accept` 0.45 on the mean of 3 frames: false accepts 3.4e-5, false rejects 1.3 % of 610 people (single frame: 1.6e-5
    and 5 %; among East-Asian faces false accepts are some ten times more frequent, 1.8e-4, with few pairs measured).
    `doubtful` 0.363 is OpenCV's own line for SFace: false accepts 7e-4, so a person looks.
    `same_in_frames`: frames are moments apart, so two of one person are far more alike than photo and frame: 0.83 and
    more on rendered faces, where the most similar strangers reach 0.63. That figure, and each bound on quality or
    attacks in this package, rests on rendered faces, which are no sample of any population.

    `frames_at_most` are looked at when the first `frames` leave a doubt; `changes_at_most` is how often somebody else
    may step in before a person is called; with `always_ask_turn` everyone turns the head, not only who looks like a
    print or a screen.
    """

    accept: float = 0.45
    doubtful: float = 0.363
    frames: int = 3
    same_in_frames: float = 0.65
    frames_at_most: int = 5
    changes_at_most: int = 2
    always_ask_turn: bool = False


@dataclass(frozen=True)
class Verdict:
    """What the comparison came to; `similarity` is the cosine of the portrait and the mean of the frames."""

    decision: FaceDecision
    similarity: float


POLICY = FacePolicy()


def decide(portrait: Floats, frames: Sequence[Floats], policy: FacePolicy = POLICY) -> Verdict | None:
    """The verdict on embeddings of good, distinct frames with one person at the desk; None while more are needed."""
    if not frames:
        return None
    similarity = cosine(portrait, mean(frames))
    if not all(cosine(one, other) >= policy.same_in_frames for one, other in combinations(frames, 2)):
        return Verdict(FaceDecision.DOUBTFUL, similarity)
    if len(frames) < policy.frames:
        return None
    if similarity >= policy.accept:
        return Verdict(FaceDecision.ACCEPTED, similarity)
    return Verdict(FaceDecision.DOUBTFUL if similarity >= policy.doubtful else FaceDecision.DIFFERENT, similarity)


def mean(embeddings: Sequence[Floats]) -> Floats:
    """The mean direction: each embedding counts the same, however long it is."""
    directions = np.stack([_direction(embedding) for embedding in embeddings])
    return np.asarray(directions.mean(axis=0), np.float32)


def cosine(one: Floats, other: Floats) -> float:
    """How alike two embeddings are: 1 the same direction, 0 unrelated; -1 also when one of them has no direction."""
    value = float(_direction(one) @ _direction(other))
    return value if np.isfinite(value) and np.any(one) and np.any(other) else -1.0


def _direction(embedding: Floats) -> Floats:
    exact = embedding.astype(np.float64)
    length = float(np.linalg.norm(exact))
    return np.asarray(exact / length if length > 0 else exact, np.float32)
