"""A day's bookings out of a CSV file, as appointment books export it: one row a booking, columns told by the heading.

Pure. A file is read whole or refused; a row whose numbers cannot be asked with is kept, with what is wrong with it.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from terminal.eligibility.number_query import Insured, Look, Typed, look
from terminal.problems import Problem, TerminalError

MOST_BYTES = 16 * 1024 * 1024
_BOM = b"\xef\xbb\xbf"
COLUMNS = {  # ours, and as Japanese appointment books head them
    "reference": ("患者番号", "予約番号", "カルテ番号"),
    "time": ("予約時刻", "予約時間", "時刻"),
    "name": ("氏名", "患者氏名"),
    "birth_date": ("生年月日",),
    "insurer_number": ("保険者番号",),
    "symbol": ("記号", "被保険者証記号"),
    "number": ("番号", "被保険者証番号"),
    "branch": ("枝番",),
}
MUST_HAVE = ("birth_date", "insurer_number", "number")
_NAMES = {heading: ours for ours, theirs in COLUMNS.items() for heading in (ours, *theirs)}


@dataclass(frozen=True)
class Booking:
    """One row; `line` is where it stands in the file, from 1 with the heading. `look` says if it can be asked about."""

    line: int
    reference: str = field(repr=False)
    time: str
    name: str = field(repr=False)
    look: Look

    @property
    def insured(self) -> Insured | None:
        """Whom to ask about; None where the numbers cannot be right."""
        return self.look.insured


def read_bookings(untrusted: bytes, today: date) -> tuple[Booking, ...]:
    """The bookings, in the order of the file; UTF-8 or Windows code page 932.

    Raises `BOOKINGS_UNREADABLE`; the detail names a column or a line and never what stands there.
    """
    if len(untrusted) > MOST_BYTES:
        raise TerminalError(Problem.BOOKINGS_UNREADABLE, "too long")
    rows = csv.reader(io.StringIO(_text(untrusted), newline=""), strict=True)
    try:
        places = _places(next(rows, []))
        return tuple(_bookings(rows, places, today))
    except csv.Error as error:
        raise TerminalError(Problem.BOOKINGS_UNREADABLE, f"line {rows.line_num}: not CSV") from error


def _bookings(rows: Iterator[list[str]], places: dict[str, int], today: date) -> Iterator[Booking]:
    for line, row in enumerate(rows, 2):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) <= max(places.values()):
            raise TerminalError(Problem.BOOKINGS_UNREADABLE, f"row {line}: fewer columns than the heading")
        cells = {name: row[place].strip() for name, place in places.items()}
        typed = Typed(**{name: cells.get(name, "") for name in Typed.__dataclass_fields__})
        seen = look(typed, today)
        yield Booking(line, cells.get("reference", ""), cells.get("time", ""), cells.get("name", ""), seen)


def _places(heading: list[str]) -> dict[str, int]:
    """Where each known column stands; what else is in the file is left alone."""
    places: dict[str, int] = {}
    for place, title in enumerate(heading):
        name = _NAMES.get(title.strip().lower())
        if name in places:
            raise TerminalError(Problem.BOOKINGS_UNREADABLE, f"two columns for {name}")
        if name:
            places[name] = place
    if missing := [name for name in MUST_HAVE if name not in places]:
        raise TerminalError(Problem.BOOKINGS_UNREADABLE, f"no column for {', '.join(missing)}")
    return places


def _text(untrusted: bytes) -> str:
    for encoding in ("utf-8", "cp932"):
        try:
            return untrusted.removeprefix(_BOM).decode(encoding)
        except UnicodeDecodeError:
            continue
    raise TerminalError(Problem.BOOKINGS_UNREADABLE, "neither UTF-8 nor Shift_JIS")
