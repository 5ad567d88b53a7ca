"""A sentence to be heard, and who can hear it. Pure: what is personal is for the ears of one person alone."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from ui.words.catalogue import Words


class Hearing(StrEnum):
    """Where sound comes out just now."""

    EARPHONES = "earphones"  # one person hears it
    LOUDSPEAKER = "loudspeaker"  # so does everyone around
    NOWHERE = "nowhere"  # no device, or none that plays


@dataclass(frozen=True)
class Line:
    """A sentence of the catalogue or the failure book; never what someone typed or what a card holds."""

    text: str
    language: str
    is_personal: bool = False


def line(words: Words, key: str, **values: object) -> Line:
    """What the catalogue says under a key, to be heard by anyone."""
    return Line(words.format(key, **values), words.language)


def audible(lines: Sequence[Line], hearing: Hearing) -> list[Line]:
    """What is said of the lines: through a loudspeaker nothing personal, and once where the rest can be heard."""
    if hearing is Hearing.EARPHONES:
        return list(lines)
    said: list[Line] = []
    for one in lines:
        spoken = replace(_by_ear_only(one.language), is_personal=False) if one.is_personal else one
        if spoken not in said:
            said.append(spoken)
    return said


def _by_ear_only(language: str) -> Line:
    return line(Words("patient", language), "ear.private")
