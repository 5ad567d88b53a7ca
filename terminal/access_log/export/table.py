"""The access log as a table for people: CSV that Excel opens with a double click, and that cannot act there.

Pure, and streams: one piece of bytes a row. UTF-8 with a byte-order mark, lines ended by CR LF (RFC 4180), all quoted.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

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
    "role",
    "how signed in",
    "who helps the patient",
    "purpose",
    "what of it",
    "consent",
    "question's key",
    "provisional",
    "clock",
)
_BYTE_ORDER_MARK = "\ufeff".encode()
# What a spreadsheet would take for a formula (the full-width forms in Japanese Excel), as OWASP "CSV Injection" has it;
# and digits that it would take for a number and shorten: a pseudonym may look like 12e34.
_ACTING = r"(?:[=+\-@\t\r\n\0＝＋－＠]|(?:[0-9]{16,}|[0-9]+[eE][0-9]+)%s)"
_ACTS = re.compile(_ACTING % r"\Z")
_BETWEEN = '","'
_ANY_ACTS = re.compile(_BETWEEN + _ACTING % r'(?:"|\Z)')


def csv_rows(entries: Iterable[Entry]) -> Iterator[bytes]:
    """The header's bytes, then each entry's."""
    yield _BYTE_ORDER_MARK + _row(HEADER)
    for entry in entries:
        yield _row(
            (
                str(entry.seq),
                entry.at.replace(tzinfo=None).isoformat(" ", "milliseconds"),
                entry.terminal,
                entry.actor,
                entry.action,
                entry.subject,
                entry.method,
                entry.outcome,
                entry.reason,
                "; ".join([f"{name}={value}" for name, value in entry.details]),
                entry.visit,
                entry.role,
                entry.sign_in,
                entry.helper,
                entry.purpose,
                entry.items,
                "; ".join([f"{name}={value}" for name, value in entry.consent]),
                entry.upstream,
                "yes" if entry.is_provisional else "",
                entry.clock,
            )
        )


def neutral(cell: str) -> str:
    """The cell as text that no spreadsheet computes or shortens: an apostrophe before what it might."""
    return f"'{cell}" if _ACTS.match(cell) else cell


def _row(cells: Sequence[str]) -> bytes:
    joined = _BETWEEN.join(("", *cells))
    if joined.count('"') > 2 * len(cells) or _ANY_ACTS.search(joined):  # seldom: nearly every row is quick to write
        joined = _BETWEEN.join(["", *(neutral(cell).replace('"', '""') for cell in cells)])
    return (joined[2:] + '"\r\n').encode()
