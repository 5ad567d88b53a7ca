"""What the reader on the desk tells unasked. Pure, and small: who only reads cards loads no more of a check-in."""

from dataclasses import dataclass

from terminal.problems import Problem


@dataclass(frozen=True)
class ReaderLost:
    """The reader cannot be used; said again and again while it lasts."""

    problem: Problem


@dataclass(frozen=True)
class ReaderReady:
    """The reader can be used again."""


@dataclass(frozen=True)
class CardLaid:
    """A card lies on the reader; `insertion` is new each time."""

    insertion: str


@dataclass(frozen=True)
class CardRemoved:
    """No card lies on the reader any more."""


CardNews = CardLaid | CardRemoved | ReaderLost | ReaderReady
