"""What happened in a practice, moment by moment, to be judged and to be gone through again.

A moment holds names of our own types, words of a few closed sets and ids of the deck, and nothing else: no code that
was typed, no name, no picture can be in one.
"""

import json
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, fields, is_dataclass
from enum import StrEnum, auto
from typing import Any, Final

from terminal.card_token import TokenKind
from terminal.coverage import SecondSource
from terminal.events import Event
from terminal.people import Consent, FaceDecision, VerificationMethod
from terminal.problems import Problem, TerminalError
from terminal.proof_ladder import FullChargeReason, Way
from terminal.states import State

VERSION: Final = 1
MOST_MOMENTS: Final = 2000
MOST_BYTES: Final = 1 << 20
MOST_DEEP: Final = 4
MOST_ID: Final = 4
_SETS: Final = (Problem, VerificationMethod, Consent, FaceDecision, TokenKind, SecondSource, Way, FullChargeReason)
WORDS: Final = frozenset(str(word) for kind in _SETS for word in kind)


class Kind(StrEnum):
    """What a moment is."""

    SHOWN = auto()  # a state, on the windows
    DONE = auto()  # an event, by someone at a window
    HAND = auto()  # something of the practice box


@dataclass(frozen=True)
class Moment:
    """`at` is seconds since the practice began; `name` a state's or an event's type, or a hand's act.

    `words` are of closed sets; of a hand, whose card it laid.
    """

    at: float
    kind: Kind
    name: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Recording:
    """One practice: whose card, by the deck's id; which exercise, 0 for none."""

    person: str
    exercise: int
    moments: tuple[Moment, ...]


class Session:
    """Takes moments down, from any thread. `seconds` is a clock that only goes forward."""

    def __init__(self, seconds: Callable[[], float], heard: Callable[[Moment], None] | None = None) -> None:
        self._seconds = seconds
        self._began = seconds()
        self._heard = heard
        self._lock = threading.Lock()
        self._moments: list[Moment] = []

    @property
    def moments(self) -> tuple[Moment, ...]:
        """All so far, in their order."""
        with self._lock:
            return tuple(self._moments)

    def shown(self, state: State) -> None:
        """A state was shown."""
        self._take(Kind.SHOWN, type(state).__name__, words_in(state))

    def done(self, event: Event) -> None:
        """Somebody at a window did something."""
        self._take(Kind.DONE, type(event).__name__, words_in(event))

    def hand(self, act: str, *words: str) -> None:
        """The practice box did something: `words` is whose card was laid, by the deck's id."""
        self._take(Kind.HAND, act, words)

    def _take(self, kind: Kind, name: str, words: Iterable[str]) -> None:
        with self._lock:
            if len(self._moments) >= MOST_MOMENTS:
                return
            moment = Moment(round(self._seconds() - self._began, 1), kind, name, tuple(words))
            self._moments.append(moment)
        if self._heard is not None:
            self._heard(moment)


def words_in(value: object, deep: int = MOST_DEEP) -> Iterator[str]:
    """The words of closed sets in a state or an event, each once; what they say of a person is none of them."""
    found: dict[str, None] = {}
    for word in _walked(value, deep):
        found.setdefault(word)
    return iter(found)


def as_json(recording: Recording) -> str:
    """A recording's file."""
    return json.dumps({"v": VERSION, "practice": True, **asdict(recording)}, indent=1) + "\n"


def from_json(untrusted: bytes) -> Recording:
    """What a file holds, of words that we know. Raises `CONFIGURATION_WRONG` for what is no recording."""
    try:
        content: dict[str, Any] = json.loads(untrusted[:MOST_BYTES])  # a longer one is cut, and so no JSON
        _check((content.pop("v"), content.pop("practice")) == (VERSION, True))
        moments = tuple(_moment(**each) for each in content.pop("moments"))
        return Recording(_word(content.pop("person")), int(content.pop("exercise")), moments)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise TerminalError(Problem.CONFIGURATION_WRONG, "that is no recording of a practice") from error


def _walked(value: object, deep: int) -> Iterator[str]:
    if isinstance(value, _SETS):
        yield value
    elif deep and is_dataclass(value):
        for each in fields(value):
            yield from _walked(getattr(value, each.name), deep - 1)
    elif deep and isinstance(value, tuple | frozenset):
        yield from sorted(word for each in value for word in _walked(each, deep - 1))


def _moment(at: float, kind: str, name: str, words: list[str]) -> Moment:
    is_hand = kind == Kind.HAND  # its words are ids of the deck
    _check(set(words) <= WORDS or (is_hand and len(words) == 1 and words[0].isalnum() and len(words[0]) <= MOST_ID))
    return Moment(float(at), Kind(kind), _word(name), tuple(map(_word, words)))


def _word(untrusted: str) -> str:
    _check(len(untrusted) <= 60 and untrusted.isascii() and untrusted.replace("_", "").isalnum())
    return untrusted


def _check(is_so: bool) -> None:
    if not is_so:
        raise ValueError
