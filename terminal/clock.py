"""The time, as the desk takes it: from the machine, or shifted for practice."""

from datetime import UTC, datetime, timedelta


class SystemClock:
    """The machine's own clock, plus `shift`: practice sets it to live through yesterday."""

    def __init__(self) -> None:
        self.shift = timedelta()

    def now(self) -> datetime:
        """The moment, in UTC."""
        return datetime.now(UTC) + self.shift
