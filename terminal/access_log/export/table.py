"""The access log as a table for people: CSV that Excel opens with a double click, and that cannot act there.

Pure, and streams: one piece of bytes a row. UTF-8 with a byte-order mark, lines ended by CR LF (RFC 4180), all quoted.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator

from terminal.access_log.entry import Entry

HEADER = (
    "number",
    "when (UTC)",
    "terminal",
    "who",
    "what",
    "whose record (pseudonym)",
    "how verified",
    "outcome",
    "reason",
    "details",
    "visit",
)
_BYTE_ORDER_MARK = "\ufeff".encode()
# What a spreadsheet would take for a formula (the full-width forms in Japanese Excel), as OWASP "CSV Injection" has it.
_FORMULA = re.compile(r"[=+\-@\t\r\n\0＝＋－＠]")
# Digits that it would take for a number and shorten: a pseudonym may look like 12e34.
_NUMBER = re.compile(r"[0-9]{16,}|[0-9]+[eE][0-9]+")


def csv_rows(entries: Iterable[Entry]) -> Iterator[bytes]:
    """The header's bytes, then each entry's."""
    yield _BYTE_ORDER_MARK + _row(HEADER)
    for entry in entries:
        yield _row(
            (
                str(entry.seq),
                f"{entry.at:%Y-%m-%d %H:%M:%S}.{entry.at.microsecond // 1000:03}",
                entry.terminal,
                entry.actor,
                entry.action,
                entry.subject,
                entry.method,
                entry.outcome,
                entry.reason,
                "; ".join(f"{name}={value}" for name, value in entry.details),
                entry.visit,
            )
        )


def neutral(cell: str) -> str:
    """The cell as text that no spreadsheet computes or shortens: an apostrophe before what it might."""
    return f"'{cell}" if _FORMULA.match(cell) or _NUMBER.fullmatch(cell) else cell


def _row(cells: Iterable[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow([neutral(cell) for cell in cells])
    return line.getvalue().encode()
