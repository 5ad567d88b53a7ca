"""How a confirmed answer stands with the receipt computer. Pure.

Law: it is on record before it goes, and it goes once; what cannot be written is for a person to respell, and nothing is
replaced by itself.
"""

from dataclasses import dataclass, field

from terminal.problems import Problem

Spelling = tuple[tuple[str, str], ...]  # characters, and what a person chose to write for each


@dataclass(frozen=True)
class Looking:
    """Work: see whether every character can be written."""

    spelling: Spelling = field(default=(), repr=False)


@dataclass(frozen=True)
class HeldBack:
    """Waiting for a person: fields, each with a character that the receipt computer cannot take."""

    untaken: tuple[tuple[str, str], ...] = field(repr=False)
    spelling: Spelling = field(default=(), repr=False)  # what was chosen before


@dataclass(frozen=True)
class HandingOver:
    """Work, and on record: the files are on their way."""

    spelling: Spelling = field(default=(), repr=False)


@dataclass(frozen=True)
class HandedOver:
    """They lie where the receipt computer looks, or lay there before."""


@dataclass(frozen=True)
class NotHandedOver:
    """They do not, because of `problem`; a person may have it tried again."""

    problem: Problem
    spelling: Spelling = field(default=(), repr=False)


Standing = Looking | HeldBack | HandingOver | HandedOver | NotHandedOver


def is_under_way(standing: Standing | None) -> bool:
    """Whether the machine is to bring it on; None: nothing was begun yet."""
    return isinstance(standing, Looking | HandingOver | None)
