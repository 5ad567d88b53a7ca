"""One entry as a syslog message (RFC 5424), framed for TLS (RFC 5425: octet counting).

Pure. The number is in the structured data, so that a collector finds gaps and drops what comes twice; the message is
the entry's own JSON. Facility 10 (security), severity 5 (notice), as DICOM PS3.15 A.6 has it for audit messages.
"""

import re
from typing import Final

from terminal.access_log.entry import time_of
from terminal.access_log.masking import is_emptied, plain_of
from terminal.access_log.verify import StoredEntry

PRIORITY: Final = 10 * 8 + 5
ENTERPRISE: Final = 32473  # RFC 5612: for examples and for those who have no number of their own
_NOT_PRINTABLE_ASCII = re.compile(r"[^!-~]")


def message(entry: StoredEntry, log: str) -> bytes:
    """The message for an entry of the log of that name. Raises `EntryUnreadable`."""
    when = "-" if is_emptied(entry.line) else time_of(entry.line).isoformat(timespec="milliseconds")
    host = _NOT_PRINTABLE_ASCII.sub("-", log.partition("/")[0])[:255] or "-"
    data = f'[log@{ENTERPRISE} name="{_quoted(log)}" seq="{entry.seq}"]'
    head = f"<{PRIORITY}>1 {when.replace('+00:00', 'Z')} {host} uketsuke - access {data} "
    return head.encode() + plain_of(entry.line)


def frame(content: bytes) -> bytes:
    """The message with its length before it (RFC 5425, section 4.3)."""
    return b"%d %b" % (len(content), content)


def _quoted(value: str) -> str:
    """A parameter's value (RFC 5424, section 6.3.3)."""
    return re.sub(r'(["\\\]])', r"\\\1", value)
