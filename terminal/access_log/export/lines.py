"""The access log as JSON lines: each entry's own bytes.

Pure, and streams.
"""

from collections.abc import Iterable, Iterator


def json_lines(lines: Iterable[bytes]) -> Iterator[bytes]:
    """One entry on each line."""
    return (line + b"\n" for line in lines)
