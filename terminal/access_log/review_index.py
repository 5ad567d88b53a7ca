"""A log's entries in memory, to be found, counted and looked through while a window waits for nothing.

Pure but for memory: some 700 bytes an entry. The exact bytes are kept, and read anew for what is looked at; beside them
stands, as numbers in columns, what entries are found and counted by. Nothing here says that the bytes are as they were
written: that is for `verify`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from terminal.access_log.access import Action
from terminal.access_log.entry import Entry, EntryUnreadable, read_verified
from terminal.access_log.masking import is_emptied, plain_of

ACTIONS: Final = tuple(Action)
DELETED: Final = -1
"""In the column of actions: the entry's bytes were deleted by retention."""
UNREADABLE: Final = -2
"""In the column of actions: the bytes are no entry."""
NONE: Final = 0
"""In the columns of names: the empty text, always the first."""
TOLD_EVERY: Final = 500
_CHUNK: Final = 512
_DAY_MS: Final = 86_400_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)

Numbers = npt.NDArray[np.int64]
Places = npt.NDArray[np.intp]
Told = Callable[[int], None]
"""Hears now and then how many entries were read."""
NAMED: Final = ("actor", "subject", "visit", "method", "outcome", "reason")


@dataclass(frozen=True, eq=False)
class Index:
    """The entries from number `first` on. `places` are those of the columns: an entry's number less `first`.

    Days and hours are those of a clock that is `offset` ahead of UTC, as the clinic's is.
    """

    offset: timedelta
    first: int = 0
    chunks: tuple[tuple[bytes, ...], ...] = field(default=(), repr=False)  # in one, each search for garbage is a stall
    at_ms: Numbers = field(default_factory=lambda: np.zeros(0, np.int64), repr=False)
    actions: Numbers = field(default_factory=lambda: np.zeros(0, np.int64), repr=False)
    provisional: npt.NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, np.bool_), repr=False)
    columns: dict[str, Numbers] = field(
        default_factory=lambda: {name: np.zeros(0, np.int64) for name in NAMED}, repr=False
    )
    names: dict[str, dict[str, int]] = field(default_factory=lambda: {name: {"": NONE} for name in NAMED}, repr=False)

    @property
    def end(self) -> int:
        """The number of the entry after the last one here."""
        return self.first + len(self)

    def __len__(self) -> int:
        return len(self.at_ms)

    def line(self, place: int) -> bytes:
        """An entry's own bytes."""
        return self.chunks[place // _CHUNK][place % _CHUNK]

    def entry(self, place: int) -> Entry | None:
        """An entry; None for one that was deleted, or is none."""
        try:
            return read_verified(self.line(place)) if self.actions[place] >= 0 else None
        except EntryUnreadable:
            return None

    def texts(self, column: str) -> list[str]:
        """The names that a column's numbers stand for."""
        return list(self.names[column])

    def code(self, column: str, name: str) -> int:
        """The number of a name; -1 for one that stands nowhere."""
        return self.names[column].get(name, -1)

    def days(self) -> Numbers:
        """Each entry's day, counted from 1 January 1970."""
        return self._days

    @cached_property
    def _days(self) -> Numbers:
        return (self.at_ms + self.offset // _MILLISECOND) // _DAY_MS

    def hours(self) -> Numbers:
        """Each entry's hour of the day, 0 to 23."""
        return (self.at_ms + self.offset // _MILLISECOND) % _DAY_MS // 3_600_000

    def is_action(self, *actions: Action) -> npt.NDArray[np.bool_]:
        """Which entries are of these actions."""
        return np.isin(self.actions, [ACTIONS.index(action) for action in actions])

    def is_named(self, column: str, *names: str) -> npt.NDArray[np.bool_]:
        """In which entries one of these names stands."""
        return np.isin(self.columns[column], [self.code(column, name) for name in names])

    def is_about_somebody(self) -> npt.NDArray[np.bool_]:
        """Which entries are about a patient."""
        return np.not_equal(self.columns["subject"], NONE)

    def grown(self, stored: Iterable[tuple[int, bytes, bytes]], told: Told = lambda _: None) -> "Index":
        """The index with more entries, the first of them number `end`; `told` hears how many, now and then."""
        whole = len(self) // _CHUNK
        chunks = list(self.chunks[:whole])
        lines = [line for chunk in self.chunks[whole:] for line in chunk]
        rows: list[tuple[int, ...]] = []
        pieces = [np.zeros((0, 3 + len(NAMED)), np.int64)]  # small ones: while NumPy makes one, nothing else runs
        names = {column: dict(known) for column, known in self.names.items()}
        for count, (_, line, _) in enumerate(stored, 1):
            lines.append(plain_of(line))
            rows.append(_row(lines[-1], names))
            if len(lines) == _CHUNK:
                chunks.append(tuple(lines))
                lines.clear()
            if count % TOLD_EVERY == 0:
                pieces.append(np.array(rows, np.int64))
                rows.clear()
                told(count)
        added = np.concatenate((*pieces, np.array(rows, np.int64).reshape(len(rows), 3 + len(NAMED))))
        return Index(
            self.offset,
            self.first,
            (*chunks, tuple(lines)),
            _filled(np.concatenate((self.at_ms, added[:, 0]))),
            np.concatenate((self.actions, added[:, 1])),
            np.concatenate((self.provisional, added[:, 2].astype(np.bool_))),
            {name: np.concatenate((self.columns[name], added[:, 3 + at])) for at, name in enumerate(NAMED)},
            names,
        )


def day_of(number: int) -> date:
    """The day of a number of `Index.days`."""
    return (_EPOCH + timedelta(days=number)).date()


def number_of(day: date) -> int:
    """The number of a day in `Index.days`."""
    return (datetime.combine(day, time(), UTC) - _EPOCH).days


def _row(plain: bytes, names: dict[str, dict[str, int]]) -> tuple[int, ...]:
    if is_emptied(plain):
        return (0, DELETED, 0, *(NONE,) * len(NAMED))
    try:
        entry = read_verified(plain)
        at = (entry.at - _EPOCH) // _MILLISECOND
        found = (getattr(entry, name) for name in NAMED)
        codes = [names[name].setdefault(text, len(names[name])) for name, text in zip(NAMED, found, strict=True)]
        return (at, ACTIONS.index(entry.action), int(entry.is_provisional), *codes)
    except (EntryUnreadable, TypeError, AttributeError):  # somebody wrote into the file
        return (0, UNREADABLE, 0, *(NONE,) * len(NAMED))


def _filled(at_ms: Numbers) -> Numbers:
    """An entry without a time stands where the one before it does."""
    if not len(at_ms):
        return at_ms
    return at_ms[np.maximum.accumulate(np.where(at_ms > 0, np.arange(len(at_ms)), 0))]
