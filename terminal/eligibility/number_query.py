"""A question without a card: insurer, symbol, number, branch and birth date, as a 資格確認書 has them. Pure.

What is typed is looked at while it is typed, and only what is whole and has its check digit becomes a question. A
12-digit 個人番号 is none of these numbers: it is refused where it is typed and goes nowhere.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum, auto

from terminal.eligibility.check_digits import is_insurer_number
from terminal.insured import SEPARATORS, fold
from terminal.insured import Insured as Insured  # "as": whoever looks at numbers finds these, too
from terminal.insured import NumberQuestion as NumberQuestion

MOST_CHARACTERS = 20  # of symbol and of number
_INSURER_DIGITS = 8  # or 6: municipal insurance, the same as 8 with 00 before
_FIRST_BIRTH_DATE = date(1873, 1, 1)  # Japan's first day in this calendar
_MY_NUMBER_DIGITS = 12


class Wrong(StrEnum):
    """What is wrong with what was typed so far, each of one field: more typing alone will not mend it."""

    INSURER_NUMBER_NOT_DIGITS = auto()
    INSURER_NUMBER_TOO_LONG = auto()
    INSURER_NUMBER_CHECK_DIGIT = auto()
    SYMBOL_TOO_LONG = auto()
    NUMBER_TOO_LONG = auto()
    NUMBER_IS_MY_NUMBER = auto()
    BRANCH_NOT_TWO_DIGITS = auto()
    BIRTH_DATE_NOT_A_DAY = auto()
    BIRTH_DATE_TO_COME = auto()


class Part(StrEnum):
    """The parts of a question that must be there. Symbol and branch are not among them: some insurers have none."""

    INSURER_NUMBER = auto()
    NUMBER = auto()
    BIRTH_DATE = auto()


@dataclass(frozen=True)
class Typed:
    """The five fields as they were typed, in any width; the birth date as YYYYMMDD, with or without separators."""

    insurer_number: str = field(default="", repr=False)
    symbol: str = field(default="", repr=False)
    number: str = field(default="", repr=False)
    branch: str = field(default="", repr=False)
    birth_date: str = field(default="", repr=False)


@dataclass(frozen=True)
class Look:
    """What a glance at the fields gives: what is wrong, what is not there yet, and the insured once all is right."""

    wrong: tuple[Wrong, ...]
    missing: tuple[Part, ...]
    insured: Insured | None = field(repr=False)


def look(typed: Typed, today: date) -> Look:
    """Looks at the fields as they stand. What is only unfinished is missing, not wrong."""
    insurer, branch = _plain(typed.insurer_number), _plain(typed.branch)
    symbol, number = typed.symbol.strip(), typed.number.strip()
    day, born = _plain(typed.birth_date, "/.年月日"), _day(typed.birth_date)
    wrong = (
        *_insurer_wrongs(insurer),
        *_number_wrongs(symbol, number),
        *(() if _is_branch(branch) else (Wrong.BRANCH_NOT_TWO_DIGITS,)),
        *_birth_date_wrongs(day, born, today),
    )
    missing = tuple(
        part
        for part, is_there in (
            (Part.INSURER_NUMBER, is_insurer_number(insurer)),
            (Part.NUMBER, bool(number)),
            (Part.BIRTH_DATE, born is not None),
        )
        if not is_there
    )
    if wrong or missing or born is None:
        return Look(wrong, missing, None)
    return Look((), (), Insured(insurer.zfill(8), symbol, number, branch.zfill(2) if branch else "", born))


def is_my_number(text: str) -> bool:
    """Whether a text is 12 digits that end as a 個人番号 does (総務省令第85号, 5条: weights modulo 11)."""
    digits = fold(text)
    if len(digits) != _MY_NUMBER_DIGITS or not _is_digits(digits):
        return False
    weights = (*range(2, 8), *range(2, 7))  # from the right, the check digit left out
    rest = sum(int(digit) * weight for digit, weight in zip(reversed(digits[:-1]), weights, strict=True)) % 11
    return int(digits[-1]) == (0 if rest <= 1 else 11 - rest)


def _insurer_wrongs(digits: str) -> Iterator[Wrong]:
    if digits and not _is_digits(digits):
        yield Wrong.INSURER_NUMBER_NOT_DIGITS
    elif len(digits) > _INSURER_DIGITS:
        yield Wrong.INSURER_NUMBER_TOO_LONG
    elif len(digits) == _INSURER_DIGITS and not is_insurer_number(digits):  # of 6 digits two may still follow
        yield Wrong.INSURER_NUMBER_CHECK_DIGIT


def _number_wrongs(symbol: str, number: str) -> Iterator[Wrong]:
    if len(symbol) > MOST_CHARACTERS:
        yield Wrong.SYMBOL_TOO_LONG
    if len(number) > MOST_CHARACTERS:
        yield Wrong.NUMBER_TOO_LONG
    if is_my_number(number) or is_my_number(symbol):
        yield Wrong.NUMBER_IS_MY_NUMBER


def _birth_date_wrongs(digits: str, born: date | None, today: date) -> Iterator[Wrong]:
    if not (digits == "" or _is_digits(digits)) or len(digits) > 8 or (len(digits) == 8 and born is None):
        yield Wrong.BIRTH_DATE_NOT_A_DAY
    elif born is not None and born > today:
        yield Wrong.BIRTH_DATE_TO_COME


def _day(text: str) -> date | None:
    digits = _plain(text, "/.年月日")
    if len(digits) != 8 or not _is_digits(digits):
        return None
    try:
        day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
    return day if day >= _FIRST_BIRTH_DATE else None


def _plain(text: str, separators: str = "") -> str:
    folded = SEPARATORS.sub("", unicodedata.normalize("NFKC", text))
    return "".join(character for character in folded if character not in separators)


def _is_branch(digits: str) -> bool:
    return digits == "" or (_is_digits(digits) and len(digits) <= 2)


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdecimal()
