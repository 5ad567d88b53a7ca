"""One comparison of the chip photo with whoever is before the camera: what each frame adds, and how it ends.

Who looks like a print or a screen is asked to turn the head; whoever does not is never accepted: a person looks.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from device.face import challenge as turning
from device.face.attack import AttackHint, signs
from device.face.challenge import Challenge, Progress
from device.face.decision import Verdict
from device.face.detection import Detector, Face
from device.face.embedding import Embedder
from device.face.pixels import Floats, Pixels, erase
from device.face.policy import POLICY, FacePolicy
from device.face.pose import pose_of
from device.face.quality import Hint, hint_for, is_alone, is_covered, measure
from device.face.tracking import Sighting, Track, at_most_doubtful
from terminal.people import FaceDecision

FROZEN_FRAMES = 15  # without anything new in a row: half a second, and no sensor does that

_ASKED = {
    Progress.TURN_LEFT: Hint.TURN_LEFT,
    Progress.TURN_RIGHT: Hint.TURN_RIGHT,
    Progress.LOOK_AHEAD: Hint.LOOK_AHEAD,
}


@dataclass(frozen=True)
class Finding:
    """What a frame led to: what to ask of the person, how many frames count if this one does, the end if it is one."""

    hint: Hint | None = None
    used: int | None = None
    verdict: Verdict | None = None
    attack: frozenset[AttackHint] = frozenset()
    asks_turn: bool = False  # of a challenge, something new: it takes up to `challenge.WITHIN_SECONDS`


class Comparison:
    """One portrait and the frames seen so far. Frames are looked at in turn, until there is a verdict."""

    def __init__(
        self,
        number: int,
        portrait: Floats,
        networks: tuple[Detector, Embedder],
        policy: FacePolicy = POLICY,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.number = number
        self.track = Track(portrait, policy)
        self._detector, self._embedder = networks
        self._policy = policy
        self._clock = clock
        self._repeated = 0
        self.challenge: Challenge | None = None
        self._if_followed: Verdict | None = None

    def look(self, frame: Pixels) -> Finding:
        """Looks at a frame of at most 640 pixels a side; the caller overwrites it. Raises `FACE_ENGINE_FAILED`."""
        faces = self._detector.find(frame)
        if self.challenge is not None and self._clock() >= self.challenge.until:
            return self._not_followed()
        if not is_alone(faces):
            return Finding(Hint.ONE_PERSON_ONLY if faces else Hint.NOBODY)
        aligned = self._embedder.align(frame, faces[0])
        if self.challenge is None:
            return self._collect(frame, faces[0], aligned)
        try:
            return self._follow(self.challenge, faces[0], aligned)
        finally:
            erase(aligned)

    def erase(self) -> None:
        """Overwrites all that is held."""
        self.track.erase()

    def _collect(self, frame: Pixels, face: Face, aligned: Pixels) -> Finding:
        quality = measure(frame, face, aligned)
        if hint := hint_for(quality):
            erase(aligned)
            return Finding(hint)
        if self.track.has(aligned):
            erase(aligned)
            self._repeated += 1
            return Finding(Hint.PICTURE_FROZEN if self._repeated >= FROZEN_FRAMES else None)
        self._repeated = 0
        embedding = self._embedder.embed(aligned)
        self.track.add(Sighting(aligned, embedding, quality.goodness, quality.yaw, signs(frame, face)))
        verdict, used, attack = self.track.verdict(), self.track.used, self.track.hints()
        if verdict is None:
            return Finding(Hint.FACE_COVERED if is_covered(quality) else None, used)
        if verdict.decision is FaceDecision.ACCEPTED and (attack or self._policy.always_ask_turn):
            self._if_followed = verdict
            self.challenge = turning.begin(self.track.turns, self._clock())
            return Finding(_ASKED[self.challenge.progress], used, asks_turn=True)
        return Finding(None, used, verdict, attack)

    def _follow(self, challenge: Challenge, face: Face, aligned: Pixels) -> Finding:
        self.challenge = after = turning.look(challenge, pose_of(face).turn, self._clock())
        if after == challenge:
            return Finding(_ASKED[challenge.progress])
        embedding = self._embedder.embed(aligned)
        is_same_person = self.track.resembles(embedding)
        erase(embedding)
        if not is_same_person:
            return self._not_followed()  # somebody else turns the head for it
        if after.progress is Progress.FOLLOWED:
            return Finding(None, self.track.used, self._if_followed)
        return Finding(_ASKED[after.progress], asks_turn=after.until > challenge.until)

    def _not_followed(self) -> Finding:
        verdict = at_most_doubtful(self._if_followed) if self._if_followed else None
        return Finding(None, self.track.used, verdict, self.track.hints() | {AttackHint.DID_NOT_TURN})
