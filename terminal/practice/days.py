"""The days of the deck that move with today, so that a baby stays a baby and a grace its last month. Pure."""

from calendar import monthrange
from datetime import date, timedelta

from terminal.certificate import GRACE_MONTHS


def born(birth_date: date, age: int | None, today: date) -> date:
    """The birth date; with an `age` its year is such that the person was of that age in full years yesterday.

    Yesterday, for whoever is of age 0 was then born at least a day ago.
    """
    if age is None:
        return birth_date
    yesterday = today - timedelta(days=1)
    latest = in_year(birth_date, yesterday.year - age)
    return latest if in_year(latest, yesterday.year) <= yesterday else in_year(birth_date, latest.year - 1)


def in_year(day: date, year: int) -> date:
    """The same month and day of another year; 29 February becomes the 28th where there is none."""
    return day.replace(year=year, day=min(day.day, monthrange(year, day.month)[1]))


def earliest_end_in_grace(today: date) -> date:
    """The first day on which a certificate may have ended to be in its grace still: grace ends with a month."""
    years, month = divmod(today.year * 12 + today.month - 1 - GRACE_MONTHS, 12)
    return date(years, month + 1, 1)


def certificate_ends_in_days(end: str, today: date) -> int:
    """Either side of the end of grace, in days from today. Raises `KeyError` for any other word."""
    earliest = earliest_end_in_grace(today)
    ends = {"just_in_grace": earliest, "just_out_of_grace": earliest - timedelta(days=1)}
    return (ends[end] - today).days


def days_of(birth_date: date) -> dict[str, str]:
    """The days that a record may name in braces, as YYYYMMDD.

    From 70 to 74 a ratio of one's own holds from the month after the birthday; who is born on the 1st does not wait.
    """
    day_before_70 = in_year(birth_date, birth_date.year + 70) - timedelta(days=1)
    from_70 = day_before_70.replace(day=monthrange(day_before_70.year, day_before_70.month)[1]) + timedelta(days=1)
    days = {"born": birth_date, "from_70": from_70, "turned_75": in_year(birth_date, birth_date.year + 75)}
    return {name: f"{day:%Y%m%d}" for name, day in days.items()}
