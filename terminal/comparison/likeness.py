"""How like two attributes are, and what follows from five of them. Pure."""

from dataclasses import dataclass
from enum import StrEnum, auto


class Attribute(StrEnum):
    """The five that a record is held against."""

    NAME = auto()
    KANA = auto()
    BIRTH_DATE = auto()
    SEX = auto()
    ADDRESS = auto()


class Likeness(StrEnum):
    """`MISSING` on either side is never a match."""

    EQUAL = auto()
    EQUIVALENT = auto()
    DIFFERENT = auto()
    MISSING = auto()


@dataclass(frozen=True)
class Comparison:
    """Each attribute's likeness with the rule that gave it, such as "● stands for one character"."""

    attributes: tuple[tuple[Attribute, Likeness, str], ...]

    def likeness(self, attribute: Attribute) -> Likeness:
        """The likeness of one attribute."""
        return next(likeness for name, likeness, _ in self.attributes if name is attribute)
