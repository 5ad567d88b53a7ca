"""How long somebody waits after failing to sign in: nothing at first, then longer each time. Pure.

It is never for ever, so that nobody can lock a colleague out for good; and it survives a restart, for it is kept.
"""

from datetime import datetime, timedelta
from typing import Final

FREE: Final = 3
FIRST: Final = timedelta(seconds=10)
MOST: Final = timedelta(minutes=15)


def delay_after(failures: int) -> timedelta:
    """The whole wait after so many failures in a row."""
    if failures < FREE:
        return timedelta(0)
    return min(MOST, FIRST * (1 << min(failures - FREE, 16)))


def wait(failures: int, failed_at: datetime | None, now: datetime) -> timedelta:
    """What is left of it.

    A clock that was set back makes nobody wait longer than the whole delay, and one must not hope for less: the caller
    keeps `now` as the moment of the failure then.
    """
    if failed_at is None:
        return timedelta(0)
    return max(timedelta(0), min(delay_after(failures), failed_at + delay_after(failures) - now))
