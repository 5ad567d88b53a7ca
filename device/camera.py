"""The port `Camera`: one thread owns the capture; whoever wants a frame takes the newest one from a slot.

Its law: a frame is shown to nobody once it is a second old, and a device that went away is opened again each second.
"""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Protocol

from terminal.people import Picture
from terminal.problems import Problem, TerminalError

STALE_SECONDS = 1.0
ABSENT_SECONDS = 3.0
REOPEN_SECONDS = 1.0
CLOSE_SECONDS = 2.0


class FrameSource(Protocol):
    """Where frames come from. Used by one thread only."""

    def read(self) -> Picture | None:
        """Waits for the next frame, at the source's own pace; opens the device when needed. None: it is gone."""

    def close(self) -> None:
        """Lets go of the device. May be read again."""


class LateSource:
    """A source that is made by the thread that reads it: what it is made of takes a moment to load."""

    def __init__(self, make: Callable[[], FrameSource]) -> None:
        self._make = make
        self._made: FrameSource | None = None

    def read(self) -> Picture | None:
        """As the source."""
        if self._made is None:
            self._made = self._make()
        return self._made.read()

    def close(self) -> None:
        """As the source."""
        if self._made is not None:
            self._made.close()


class SharedCamera:
    """A camera whose frames several may look at, opened when the first does. `close` it, or its thread goes on."""

    def __init__(
        self,
        source: FrameSource,
        *,
        stale_seconds: float = STALE_SECONDS,
        absent_seconds: float = ABSENT_SECONDS,
        reopen_seconds: float = REOPEN_SECONDS,
    ) -> None:
        self._source = source
        self._stale_seconds = stale_seconds
        self._absent_seconds = absent_seconds
        self._reopen_seconds = reopen_seconds
        self._changed = threading.Condition()
        self._newest: Picture | None = None
        self._taken_at = 0.0  # time.monotonic
        self._count = 0
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._capture, name="camera", daemon=True)
        self._is_started = False

    def start(self) -> None:
        """Opens the device ahead of need; does nothing once it is open, or closed."""
        with self._changed:
            if self._is_started or self._closing.is_set():
                return
            self._is_started = True
            self._thread.start()

    def latest(self) -> Picture | None:
        """The newest frame; None when it is over a second old. Never waits."""
        self.start()
        with self._changed:
            is_stale = time.monotonic() - self._taken_at > self._stale_seconds
            return None if is_stale else self._newest

    def frames(self) -> Iterator[Picture]:
        """Each frame taken from now on, the newest when several came meanwhile; ends when the camera is closed.

        Raises `CAMERA_ABSENT` when none comes for three seconds.
        """
        self.start()
        with self._changed:
            seen = self._count
        while True:
            with self._changed:
                waits_until = time.monotonic() + self._absent_seconds
                while self._count == seen and not self._closing.is_set():
                    if not self._changed.wait(waits_until - time.monotonic()):
                        raise TerminalError(Problem.CAMERA_ABSENT)
                seen, frame = self._count, self._newest
            if frame is None:
                return
            yield frame

    def close(self) -> None:
        """Lets go of the device; does not wait for one that hangs."""
        self._closing.set()
        with self._changed:
            self._newest = None
            self._changed.notify_all()
        if self._is_started:
            self._thread.join(CLOSE_SECONDS)

    def _capture(self) -> None:
        while not self._closing.is_set():
            frame = self._source.read()
            if frame is None:
                self._source.close()
                self._closing.wait(self._reopen_seconds)
                continue
            with self._changed:
                if not self._closing.is_set():
                    self._newest, self._taken_at = frame, time.monotonic()
                    self._count += 1
                    self._changed.notify_all()
        self._source.close()
