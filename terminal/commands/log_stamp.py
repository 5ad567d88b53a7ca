"""`uketsuke log stamp`: has the last checkpoint stamped by a time-stamp authority (RFC 3161), once a day or so.

What is sent is a hash. Note and stamp are kept beside the journal, and `openssl ts -verify` reads both.
"""

import errno
import http.client
from pathlib import Path
from urllib.parse import urlsplit

from offline_cache.journal_reader import JournalReader
from terminal.access_log.timestamp import MOST_BYTES, QUERY_TYPE, StampWrong, check_stamp, stamp_request
from terminal.commands.log_outcome import BROKEN, FAILED, INTACT, say
from terminal.commands.log_prove import signed_end

STAMPS = "stamps"
_SECONDS = 15.0


def stamp(log: JournalReader, folder: Path, url: str, roots: Path) -> int:
    """Gets, checks and keeps a stamp, and gives the exit code. Raises `TerminalError`, `OSError`."""
    note, last = signed_end(log)
    roots_pem = roots_in(roots)
    try:
        answer = _ask(url, stamp_request(note))
    except (OSError, http.client.HTTPException) as error:
        return say(f"{url}: the authority does not answer ({type(error).__name__})", FAILED)
    try:
        at = check_stamp(answer, note, roots_pem)
    except StampWrong as error:
        return say(f"{url}: {error}", BROKEN)
    kept = folder / STAMPS
    kept.mkdir(mode=0o700, exist_ok=True)
    (kept / f"{last.size}.note").write_text(note, "utf-8")
    (kept / f"{last.size}.tsr").write_bytes(answer)
    print(f"stamped: {last.size} entries at {at:%Y-%m-%dT%H:%M:%SZ}, {kept / f'{last.size}.tsr'}")
    return INTACT


def roots_in(path: Path) -> bytes:
    """An authority's roots, PEM. Raises `OSError`, also for a file without any."""
    pem = path.read_bytes()
    if b"-----BEGIN CERTIFICATE-----" not in pem:
        raise OSError(errno.EINVAL, "there is no certificate (PEM) in it", str(path))
    return pem


def _ask(url: str, request: bytes) -> bytes:
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.netloc, timeout=_SECONDS)
    try:
        path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
        connection.request("POST", path, request, {"Content-Type": QUERY_TYPE})
        answer = connection.getresponse()
        body = answer.read(MOST_BYTES)
    finally:
        connection.close()
    if answer.status != http.HTTPStatus.OK:
        raise http.client.HTTPException(f"status {answer.status}")
    return body
