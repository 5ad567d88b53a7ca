"""Whether the living face is the face of the chip photo, decided from embeddings alone. Pure; keeps nothing.

Only one person, seen in several frames, can be accepted: whoever changes between frames goes to a person who looks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from device.face.pixels import Floats
from device.face.policy import POLICY, FacePolicy
from terminal.people import FaceDecision


@dataclass(frozen=True)
class Verdict:
    """What the comparison came to; `similarity` is the cosine of the portrait and the mean of the frames."""

    decision: FaceDecision
    similarity: float


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
