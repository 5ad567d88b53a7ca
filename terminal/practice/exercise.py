"""Exercises for new receptionists: a situation, what a good receptionist does, and what is checked. Pure.

One TOML file an exercise in `exercises/`. A check looks at what was shown and done, never at how it was said; what a
machine cannot see (kind words, a look at the face) stands among the advice, and earns no points.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import Any, Final

from terminal.failure_book.book import LANGUAGES
from terminal.practice.faults import Fault
from terminal.practice.session import Kind, Moment

EXERCISES: Final = files("terminal.practice") / "exercises"
PASSED_FROM: Final = 0.8  # of all points, and no must missed


@dataclass(frozen=True)
class Text:
    """An exercise in one language."""

    title: str
    situation: str
    good: tuple[str, ...]


@dataclass(frozen=True)
class Seen:
    """Something that was shown or done: a type's name, and words that must be with it."""

    name: str
    words: frozenset[str] = frozenset()

    def is_in(self, moment: Moment) -> bool:
        """Whether this moment is such a one."""
        return moment.kind is not Kind.HAND and moment.name == self.name and self.words <= set(moment.words)


@dataclass(frozen=True)
class Check:
    """One thing looked at. `is_never`: it must not have happened; `within` seconds after `after`, else whenever."""

    says: Mapping[str, str]  # by language
    seen: Seen
    points: int
    is_must: bool = False
    is_never: bool = False
    after: Seen | None = None
    within: float | None = None

    def is_met(self, moments: Sequence[Moment]) -> bool:
        """Whether it holds of a whole practice."""
        if self.after is None:
            return any(map(self.seen.is_in, moments)) is not self.is_never
        began = next((at for at, moment in enumerate(moments) if self.after.is_in(moment)), None)
        if began is None:
            return False
        found = next((moment for moment in moments[began:] if self.seen.is_in(moment)), None)
        is_found = found is not None and (self.within is None or found.at - moments[began].at <= self.within)
        return is_found is not self.is_never


@dataclass(frozen=True)
class Exercise:
    """One exercise. With `confirmed_yesterday` the person was checked in the day before, with the line."""

    number: int
    person: str
    texts: Mapping[str, Text]
    checks: tuple[Check, ...]
    fault: Fault = Fault.NONE
    is_line_cut: bool = False
    is_camera_unplugged: bool = False
    confirmed_yesterday: bool = False


@dataclass(frozen=True)
class Score:
    """How a practice did. `met` says of each check, in its order, whether it holds."""

    exercise: Exercise
    met: tuple[bool, ...]

    @property
    def points(self) -> int:
        """Earned."""
        return sum(check.points for check, is_met in zip(self.exercise.checks, self.met, strict=True) if is_met)

    @property
    def most(self) -> int:
        """That can be earned."""
        return sum(check.points for check in self.exercise.checks)

    @property
    def is_passed(self) -> bool:
        """Whether every must holds, and most of the rest."""
        musts = (met for check, met in zip(self.exercise.checks, self.met, strict=True) if check.is_must)
        return all(musts) and self.points >= PASSED_FROM * self.most


def scored(exercise: Exercise, moments: Sequence[Moment]) -> Score:
    """The score of a practice."""
    return Score(exercise, tuple(check.is_met(moments) for check in exercise.checks))


def load_exercise(toml: str) -> Exercise:
    """Reads one. Raises `TypeError`, `KeyError` or `ValueError` for unknown or missing fields."""
    table = tomllib.loads(toml)
    texts = {language: _text(table.pop(language)) for language in LANGUAGES}
    checks = tuple(_check(each) for each in table.pop("checks"))
    return Exercise(**table | {"texts": texts, "checks": checks, "fault": Fault(table.get("fault", Fault.NONE))})


def load_exercises() -> dict[int, Exercise]:
    """All exercises by their number, in its order."""
    found = [load_exercise(entry.read_text("utf-8")) for entry in EXERCISES.iterdir() if entry.name.endswith(".toml")]
    return {exercise.number: exercise for exercise in sorted(found, key=lambda exercise: exercise.number)}


def score_lines(score: Score, language: str) -> Iterator[str]:
    """The score for a person to read."""
    text = score.exercise.texts[language]
    match language:
        case "ja":
            verdict = "合格" if score.is_passed else "もう一度"
            yield f"練習{score.exercise.number} {text.title}: {score.points} / {score.most}点 {verdict}"
        case _:
            verdict = "passed" if score.is_passed else "once more"
            yield f"Exercise {score.exercise.number}, {text.title}: {score.points} of {score.most} points, {verdict}"
    for check, is_met in zip(score.exercise.checks, score.met, strict=True):
        yield f"  {'○' if is_met else '×'} {check.says[language]}"


def score_as_json(score: Score, at: datetime) -> dict[str, Any]:
    """The score for machines. It names nobody: who practised knows it, and whoever keeps it may write that beside."""
    return {
        "exercise": score.exercise.number,
        "at": at.isoformat(timespec="seconds"),
        "points": score.points,
        "most": score.most,
        "is_passed": score.is_passed,
        "checks": [
            {"says": check.says["en"], "is_met": is_met}
            for check, is_met in zip(score.exercise.checks, score.met, strict=True)
        ],
    }


def _text(table: dict[str, Any]) -> Text:
    return Text(**table | {"good": tuple(table["good"])})


def _check(table: dict[str, Any]) -> Check:
    says = {language: table.pop(language) for language in LANGUAGES}
    after = table.pop("after", None)
    return Check(says, seen=_seen(table.pop("seen")), after=_seen(after) if after else None, **table)


def _seen(text: str) -> Seen:
    """`Confirmed`, or `Unconfirmed coverage_ended`: a type's name and the words with it."""
    name, *words = text.split()
    return Seen(name, frozenset(words))
