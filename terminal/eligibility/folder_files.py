"""The link software's shared folders `req`, `res` and `face`: the only file that touches them.

Law: what is written appears whole, by a rename, and once; what others write is opened for reading alone, and nothing in
`res` and `face` is ever locked, moved or deleted, for the link software clears them itself and others read them too.
"""

import contextlib
import errno
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from terminal.eligibility.folder_names import is_card_check, reply_name
from terminal.eligibility.folder_sync import sync_folder
from terminal.eligibility.untrusted_xml import MOST_BYTES, unreadable
from terminal.problems import Problem, TerminalError

BEING_WRITTEN = (
    "uketsuke"  # beside `req`, on the same share, so that a rename is one step; the software polls `req` alone
)

_BOM = b"\xef\xbb\xbf"
_END = b"</XmlMsg>"
_HELD_BY_ANOTHER = (errno.EACCES, errno.EBUSY, errno.ETXTBSY)  # how a share says that somebody is still writing


class SharedFolders:
    """The folders under `root`. Raises `LINE_DOWN` while they are out of reach, `SERVICE_REFUSED` without the right."""

    def __init__(self, root: Path) -> None:
        self._req, self._res, self._face = root / "req", root / "res", root / "face"
        self._fresh = root / BEING_WRITTEN

    def reach(self) -> None:
        """Returns when a question could be put and its reply read."""
        for folder in (self._req, self._res):
            with _reaching(folder.name), os.scandir(folder):
                pass

    def prepare(self, request: str, body: bytes) -> None:
        """Writes a request to disk where nobody looks."""
        with _reaching("the shared folder"):
            self._fresh.mkdir(mode=0o700, exist_ok=True)
            _write_synced(self._fresh / request, body)

    def put(self, request: str) -> None:
        """Moves a prepared request into `req`, whole and in one step. Whether a failed move was made is unknown."""
        with _reaching("req"):
            (self._fresh / request).rename(self._req / request)
            sync_folder(self._req)  # undone by a power cut, a question is lost and never asked twice

    def drop(self, request: str) -> bool:
        """Removes a request that was prepared and not put; whether there was one."""
        with _reaching("the shared folder"):
            self._req.stat()  # or a share that is away would look like one without that file
            try:
                (self._fresh / request).unlink()
            except FileNotFoundError:
                return False
            return True

    def is_untaken(self, request: str) -> bool:
        """Whether a request still lies in `req`."""
        return _is_there(self._req / request)

    def has_reply(self, request: str) -> bool:
        """Whether there is a reply, be it half."""
        return _is_there(self._res / reply_name(request))

    def reply(self, request: str) -> bytes | None:
        """The reply, None until it is whole. Raises `SERVICE_UNREADABLE` for what will never be a message."""
        with _reaching("res"):
            return _read_whole(self._res / reply_name(request))

    def card_checks(self, since: datetime) -> list[str]:
        """The names of the results in `face` that were written since then."""
        with _reaching("face"), os.scandir(self._face) as entries:
            return [
                entry.name for entry in entries if is_card_check(entry.name) and _changed_at(entry) >= since.timestamp()
            ]

    def card_check(self, name: str) -> bytes | None:
        """One of those results, as in `reply`."""
        with _reaching("face"):
            return _read_whole(self._face / name)


@contextlib.contextmanager
def _reaching(place: str) -> Iterator[None]:
    """What the system says of a share, as one of two problems: nobody is there, or we may not."""
    try:
        yield
    except OSError as error:
        is_forbidden = error.errno in (errno.EACCES, errno.EPERM, errno.EROFS)
        problem = Problem.SERVICE_REFUSED if is_forbidden else Problem.LINE_DOWN
        raise TerminalError(problem, f"{place}: {errno.errorcode.get(error.errno or 0, 'unknown')}") from error


def _write_synced(path: Path, body: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o640)
    with os.fdopen(descriptor, "wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())


def _changed_at(entry: os.DirEntry[str]) -> float:
    try:
        return entry.stat().st_mtime
    except FileNotFoundError:  # cleared between two looks
        return 0.0


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False


def _read_whole(path: Path) -> bytes | None:
    """A message up to its end tag. The writers use no rename, so a name says nothing about how much is there."""
    try:
        with path.open("rb") as file:
            body = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno in _HELD_BY_ANOTHER:
            return None
        raise
    if len(body) > MOST_BYTES:
        unreadable("too long")
    begin = body.removeprefix(_BOM).lstrip()[:1]
    if begin not in (b"", b"\0", b"<"):  # some systems give a growing file its length first, and zeros for content
        unreadable("no XML: is encryption on in the link software's encrypt.conf?")
    return body if body.rstrip().endswith(_END) else None
