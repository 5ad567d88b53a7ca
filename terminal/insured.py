"""Whom an insurer knows under a number, as a 資格確認書 has it, and the question about them. Pure."""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date

SEPARATORS = re.compile(r"[\s・･\u2010-\u2015\u2212\uff0d\u30fc\uff70-]+")


@dataclass(frozen=True)
class Insured:
    """Whom an insurer knows under a number, as it is sent and billed: symbol and number stay as they were written."""

    insurer_number: str = field(repr=False)  # 8 digits, zero-padded
    symbol: str = field(repr=False)
    number: str = field(repr=False)
    branch: str = field(repr=False)  # 2 digits, or empty
    birth_date: date = field(repr=False)

    @property
    def key(self) -> bytes:
        """The same for every way of writing one number: for finding and comparing, never for sending.

        The branch is in it as it was asked: an answer without one was the only one that matched, and with one it is
        that person's, so that of twins neither is found by the other's.
        """
        return "\0".join((*self._without_branch(), self.branch)).encode()

    def agrees_with(self, other: "Insured") -> bool:
        """Whether both may be one person's: the same but for writing, and no branch against another."""
        is_other_branch = bool(self.branch and other.branch and self.branch != other.branch)
        return self._without_branch() == other._without_branch() and not is_other_branch

    def _without_branch(self) -> tuple[str, ...]:
        return self.insurer_number, fold(self.symbol), fold_number(self.number), f"{self.birth_date:%Y%m%d}"


@dataclass(frozen=True)
class NumberQuestion:
    """Is this coverage in force on `day`? `identifier` is the same in every retry of one question."""

    identifier: str
    insured: Insured
    day: date
    limit_amount: bool = False  # whether the patient lets the clinic see it


def fold(text: str) -> str:
    """A symbol for comparing: one width, without spaces, hyphens and middle dots."""
    return SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).casefold()


def fold_number(text: str) -> str:
    """A number for comparing: zeros before it count for nothing."""
    folded = fold(text)
    return folded.lstrip("0") or folded[:1]
