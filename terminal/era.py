"""Japanese eras: the year that a day lies in, and a day as the people of the desk say it, 令和8年11月22日. Pure."""

import unicodedata
from datetime import date

ERAS = (  # first day of each era; an era's first year is 1, said 元年, and eras change within a year
    ("令和", date(2019, 5, 1)),
    ("平成", date(1989, 1, 8)),
    ("昭和", date(1926, 12, 25)),
    ("大正", date(1912, 7, 30)),
    ("明治", date(1868, 1, 25)),
)
GREGORIAN_SINCE = date(1873, 1, 1)  # before, Japan's months and days were those of another calendar


def era_year(day: date) -> int:
    """The year of the Japanese era that a day lies in. Raises `ValueError` before Meiji."""
    return _era(day)[1]


def era_date(day: date) -> str:
    """A day in its era; the Western date for days that the eras count by another calendar."""
    if day < GREGORIAN_SINCE:
        return f"{day.year}年{day.month}月{day.day}日"
    name, year = _era(day)
    return f"{name}{'元' if year == 1 else year}年{day.month}月{day.day}日"


def western_digits(era: str, year: str, month: str, day: str) -> str:
    """A day that was typed in parts, as YYYYMMDD; without an era the year is Western. Unfinished parts stay unfinished.

    元 is the year 1. A day that lies in another era than was said becomes 00000000, which is no day.
    """
    parts = [unicodedata.normalize("NFKC", part).strip() for part in ("1" if year == "元" else year, month, day)]
    if not all(part.isascii() and part.isdecimal() for part in parts):
        return "".join(parts)
    if not era:
        return f"{parts[0]}{parts[1]:0>2}{parts[2]:0>2}"
    first = dict(ERAS)[era]
    western = first.year + int(parts[0]) - 1
    try:
        is_of_era = _era(date(western, int(parts[1]), int(parts[2]))) == (era, int(parts[0]))
    except ValueError:
        is_of_era = False
    return f"{western:04d}{parts[1]:0>2}{parts[2]:0>2}" if is_of_era else "0" * 8


def _era(day: date) -> tuple[str, int]:
    for name, first in ERAS:
        if day >= first:
            return name, day.year - first.year + 1
    raise ValueError("no era is known for this day")
