"""When the journal is reminded that a checkpoint is due: an alarm, and the one that a desk uses."""

import threading
from collections.abc import Callable
from typing import Protocol


class Alarm(Protocol):
    """A call that is due later, once."""

    def start(self) -> None:
        """Begins to wait."""

    def cancel(self) -> None:
        """Calls it off."""


SetAlarm = Callable[[float, Callable[[], None]], Alarm]
"""An alarm that goes off, on a thread of its own, so many seconds after its start."""


class _NoAlarm:
    def start(self) -> None: ...

    def cancel(self) -> None: ...


def no_alarm(seconds: float, call: Callable[[], None]) -> Alarm:
    """An alarm that never goes off, for a connection beside the desk's: that one signs, and so does closing."""
    return _NoAlarm()


def daemon_alarm(seconds: float, call: Callable[[], None]) -> Alarm:
    """An alarm that keeps no process from ending."""
    timer = threading.Timer(seconds, call)
    timer.daemon = True
    return timer
