"""Japanese eras: a day as the people of the desk say it, 令和8年11月22日. Pure.

The first day of each era by the Gregorian calendar; year 1 is 元年. Before Meiji 6 (1873) Japan used another calendar.
"""

from datetime import date

ERAS = (
    ("令和", date(2019, 5, 1)),
    ("平成", date(1989, 1, 8)),
    ("昭和", date(1926, 12, 25)),
    ("大正", date(1912, 7, 30)),
    ("明治", date(1873, 1, 1)),
)


def era_date(day: date) -> str:
    """A day in its era; the Western date for days before the eras known here."""
    for name, first in ERAS:
        if day >= first:
            year = day.year - _first_year(name, first) + 1
            return f"{name}{'元' if year == 1 else year}年{day.month}月{day.day}日"
    return f"{day.year}年{day.month}月{day.day}日"


def _first_year(name: str, first: date) -> int:
    return 1868 if name == "明治" else first.year
