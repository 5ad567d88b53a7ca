"""Japanese eras: the year that a day lies in, and a day as the people of the desk say it, 令和8年11月22日. Pure."""

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


def _era(day: date) -> tuple[str, int]:
    for name, first in ERAS:
        if day >= first:
            return name, day.year - first.year + 1
    raise ValueError("no era is known for this day")
