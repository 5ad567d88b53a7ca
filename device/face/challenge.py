"""The head turn: asked at random, left or right, and followed by the nose or not. Pure; time and pose are handed in.

The nose of a flat picture wanders little, however it is held. A sheet that is bent, or a film that happens to turn as
asked, can pass: a person looks all the same.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum, auto
from statistics import median

TURN_AT_LEAST = 0.2  # nose off where it was, in eye distances: six rendered heads turned by 30 degrees 0.2 to 0.37
TURN_AT_MOST = 0.5  # further than that a face is no longer known again: such frames count for nothing
BACK_WITHIN = 0.06
FRAMES_TURNED = 2  # one after the other: a single point may be off
TURNS = 2  # a film that turns by chance is right once in four
WITHIN_SECONDS = 8.0


class Side(StrEnum):
    """The person's own left and right."""

    LEFT = auto()
    RIGHT = auto()


class Progress(StrEnum):
    """How far a challenge is: what the person is asked for now, or that it was all followed."""

    TURN_LEFT = auto()
    TURN_RIGHT = auto()
    LOOK_AHEAD = auto()
    FOLLOWED = auto()


@dataclass(frozen=True)
class Challenge:
    """What is asked, and how far it was followed. `ahead` is the turn of the head when nothing was asked."""

    sides: tuple[Side, ...]
    ahead: float
    until: float  # on the clock of `look`
    turned: int = 0  # frames in a row
    is_coming_back: bool = False

    @property
    def progress(self) -> Progress:
        """What to ask for; `FOLLOWED` at the end."""
        if self.is_coming_back:
            return Progress.LOOK_AHEAD
        if not self.sides:
            return Progress.FOLLOWED
        return Progress.TURN_LEFT if self.sides[0] is Side.LEFT else Progress.TURN_RIGHT


def begin(turns_ahead: Sequence[float], now: float) -> Challenge:
    """A challenge nobody can foresee. `turns_ahead` are those of the frames seen so far; at least one."""
    sides = tuple(secrets.choice(tuple(Side)) for _ in range(TURNS))
    return Challenge(sides, median(turns_ahead), now + WITHIN_SECONDS)


def look(challenge: Challenge, turn: float) -> Challenge:
    """The challenge after a frame in which the head is turned by `turn` (`device.face.pose.Pose.turn`)."""
    away = turn - challenge.ahead
    if not abs(away) <= TURN_AT_MOST:  # nor is what is no number
        return challenge
    if challenge.is_coming_back:
        is_coming_back = abs(away) > BACK_WITHIN
        return Challenge(challenge.sides, challenge.ahead, challenge.until, 0, is_coming_back)
    if not challenge.sides:
        return challenge
    towards = away if challenge.sides[0] is Side.LEFT else -away
    turned = challenge.turned + 1 if towards >= TURN_AT_LEAST else 0
    if turned < FRAMES_TURNED:
        return Challenge(challenge.sides, challenge.ahead, challenge.until, turned)
    return Challenge(challenge.sides[1:], challenge.ahead, challenge.until, 0, is_coming_back=True)
