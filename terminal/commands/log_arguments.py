"""What the arguments of `uketsuke log` may say: days, reasons, keys, heads, fields.

Law: what is wrong in them is found before anything is opened, so that nothing of it gets on record.
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, TypeVar

from terminal.access_log.checkpoint import LogKey
from terminal.access_log.entry import MASKABLE
from terminal.access_log.reason import FEWEST_REASON, MOST_REASON, is_reason
from terminal.access_log.verify import Head
from terminal.access_log.witness import WitnessKey

FIRST_YEAR: Final = 1970  # before it the system's own local time ends, and no log began
Read = TypeVar("Read")


@dataclass(frozen=True)
class Days:
    """The days from one to another, both included, here; None: without an end on that side."""

    first: date | None = None
    last: date | None = None

    def __bool__(self) -> bool:
        return bool(self.first or self.last)

    def __contains__(self, moment: datetime) -> bool:
        day = moment.astimezone().date()
        return (self.first or date.min) <= day <= (self.last or date.max)

    @property
    def begin(self) -> datetime | None:
        """The first moment."""
        return _midnight(self.first) if self.first else None

    @property
    def end(self) -> datetime | None:
        """The first moment that is not of them any more."""
        return _midnight(self.last + timedelta(days=1)) if self.last and self.last < date.max else None


def add_days(parser: argparse.ArgumentParser) -> None:
    """Adds `--from` and `--to`, which give `first_day` and `last_day`."""
    parser.add_argument("--from", type=_day, metavar="DAY", dest="first_day", help="YYYY-MM-DD, here")
    parser.add_argument("--to", type=_day, metavar="DAY", dest="last_day", help="that day included")


def are_backwards(asked: argparse.Namespace) -> bool:
    """Whether a verb was given days that end before they begin."""
    first, last = getattr(asked, "first_day", None), getattr(asked, "last_day", None)
    return bool(first and last and first > last)


def reason(text: str) -> str:
    """Why something is done, as the log will say it."""
    if not is_reason(text):
        raise argparse.ArgumentTypeError(
            f"{FEWEST_REASON} to {MOST_REASON} letters, or half as many Japanese ones, are wanted on one line"
        )
    return text.strip()


def recipient(text: str) -> str:
    """Who gets something, as the log will say it."""
    if not text.strip() or not is_reason(text.strip().ljust(FEWEST_REASON, ".")):  # a name may be short
        raise argparse.ArgumentTypeError(f"1 to {MOST_REASON} letters on one line are wanted")
    return text.strip()


def fields(text: str) -> frozenset[str]:
    """The fields that are to be left out."""
    named = frozenset(filter(None, (name.strip() for name in text.split(","))))
    if unknown := named - MASKABLE:
        known = ", ".join(sorted(MASKABLE))
        raise argparse.ArgumentTypeError(f"{', '.join(sorted(unknown))}: only {known} can be masked")
    return named


def head(text: str) -> Head:
    """A head that was noted."""
    return _read(Head.of_text, text, "a head is SIZE:ROOT, as `verify` prints it")


def log_key(text: str) -> LogKey:
    """A log's key."""
    return _read(LogKey.of_vkey, text.strip(), "a log's key is one line, NAME+ID+KEY, as in a bundle's log.vkey")


def witness_key(text: str) -> WitnessKey:
    """A witness's key."""
    return _read(WitnessKey.of_vkey, text, "a witness's key is one line, NAME+ID+KEY")


def _day(text: str) -> date:
    day = _read(date.fromisoformat, text, "a day is YYYY-MM-DD")
    if day.year < FIRST_YEAR:
        raise argparse.ArgumentTypeError(f"no log is older than {FIRST_YEAR}")
    return day


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time()).astimezone()


def _read(read: Callable[[str], Read], text: str, wanted: str) -> Read:
    try:
        return read(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(wanted) from error
