"""The head turn: asked at random, left or right, and followed by the nose or not. Pure; time and pose are handed in.

The nose of a flat picture wanders little, however it is held. A sheet that is bent, or a film that happens to turn as
asked, can pass: a person looks all the same.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum, auto
from math import inf
from statistics import median

# Nose off where it was, in eye distances: 0.14 to 0.6 of rendered heads turned by 35 degrees. A sheet that a hand tilts
# by 30 degrees reaches 0.17 at most; how often to the sides that were asked, `device.face.measured` tells.
TURN_AT_LEAST = 0.13
TURN_AT_MOST = 0.8  # further than that a face is no longer known again: such frames count for nothing
BACK_WITHIN = 0.12  # nobody comes back quite to where the head was: rendered people 0.11 off when ten degrees off
RESTS_WITHIN = 0.05  # a head that is held still wanders by less
RESTS_SECONDS = 3.5  # the slowest need three to begin to come back
FRAMES_TURNED = 2  # one after the other: a single point may be off
TURNS = 2  # a film that turns by chance is right once in four
TURNS_AGAIN = 3  # after a mistake: a film's second chance is one in eight
WITHIN_SECONDS = 8.0  # for each thing asked: old people need three to begin


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
    """What is asked, and how far it was followed. `ahead` is the turn of the head when nothing was asked.

    Who turns to the wrong side is asked anew, once, to turn to the sides `again`: people mistake one side for the
    other, but a film that turns to both by turns must not just be waited for.
    """

    sides: tuple[Side, ...]
    ahead: float
    until: float  # on the clock of `look`, for what is asked now
    again: tuple[Side, ...] = ()
    turned: int = 0  # frames in a row
    astray: int = 0  # frames in a row, to the wrong side
    is_coming_back: bool = False
    rests: tuple[float, float] = field(default=(inf, inf), compare=False)  # coming back: where, and since when; no step

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
    return Challenge(_sides(TURNS), median(turns_ahead), now + WITHIN_SECONDS, _sides(TURNS_AGAIN))


def look(challenge: Challenge, turn: float, now: float) -> Challenge:
    """The challenge after a frame in which the head is turned by `turn` (`device.face.pose.Pose.turn`).

    The time begins anew with each thing asked; a second turn to the wrong side ends it.
    """
    away = turn - challenge.ahead
    if not abs(away) <= TURN_AT_MOST:  # nor is what is no number
        return challenge
    if challenge.is_coming_back:
        return _look_ahead(challenge, turn, now)
    if not challenge.sides:
        return challenge
    towards = away if challenge.sides[0] is Side.LEFT else -away
    turned = challenge.turned + 1 if towards >= TURN_AT_LEAST else 0
    astray = challenge.astray + 1 if towards <= -TURN_AT_LEAST else 0
    if turned == FRAMES_TURNED:
        return _to_come_back(challenge, challenge.sides[1:], challenge.again, now)
    if astray == FRAMES_TURNED:
        return _to_come_back(challenge, challenge.again, (), now) if challenge.again else replace(challenge, until=now)
    return replace(challenge, turned=turned, astray=astray)


def _look_ahead(challenge: Challenge, turn: float, now: float) -> Challenge:
    """Back is where the head was, or where it rests for a while, looking ahead: turns are measured from there, then."""
    ahead = challenge.ahead
    if abs(turn - ahead) > BACK_WITHIN:
        ahead, since = challenge.rests
        if not abs(turn - ahead) <= RESTS_WITHIN:
            return replace(challenge, rests=(turn, now))
        if abs(turn) > BACK_WITHIN or now < since + RESTS_SECONDS:
            return challenge
    return Challenge(challenge.sides, ahead, now + WITHIN_SECONDS, challenge.again)


def _to_come_back(challenge: Challenge, sides: tuple[Side, ...], again: tuple[Side, ...], now: float) -> Challenge:
    return Challenge(sides, challenge.ahead, now + WITHIN_SECONDS, again, is_coming_back=True)


def _sides(count: int) -> tuple[Side, ...]:
    return tuple(secrets.choice(tuple(Side)) for _ in range(count))
