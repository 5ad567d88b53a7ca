"""An epoch of a desk's access log: what the first entry of a new log says of the one whose file was replaced. Pure.

Law: a log that begins anew says so itself, under its own name, and names the end of the log before as far as anybody
knows it. So a file that was replaced in silence shows: the log before it is named nowhere.
"""

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from terminal.access_log.access import Access, Action, Actor, Purpose
from terminal.access_log.checkpoint import LogKey
from terminal.access_log.entry import Entry
from terminal.access_log.verify import Head

_ACCESS = "/access/"


@dataclass(frozen=True)
class LogName:
    """What a log signs under: `desk-1/access/3f2a9c04`, and from the second epoch on `desk-1/access/3f2a9c04/2`.

    A path, as C2SP tlog-checkpoint wants an origin to be. Each epoch is a log of its own to a witness or a collector.
    """

    terminal: str
    id: str
    epoch: int = 1

    def __str__(self) -> str:
        return f"{self.terminal}{_ACCESS}{self.id}" + (f"/{self.epoch}" if self.epoch > 1 else "")

    @classmethod
    def of_text(cls, text: str) -> "LogName":
        """Reads a log's name. Raises `ValueError`."""
        terminal, found, rest = text.partition(_ACCESS)
        id, _, epoch = rest.partition("/")  # noqa: A001  # the field's word
        name = cls(terminal, id, int(epoch or 1))
        if not found or str(name) != text:
            raise ValueError("not the name of an access log")
        return name


def following_epoch(name: str, known: Iterable[LogKey]) -> LogKey | None:
    """The key of a log by that name, where it is a later epoch of one that is known, signed with the same key."""
    try:
        wanted = LogName.of_text(name)
    except ValueError:
        return None
    for log in known:
        with contextlib.suppress(ValueError):
            earlier = LogName.of_text(log.name)
            if replace(earlier, epoch=wanted.epoch) == wanted and earlier.epoch < wanted.epoch:
                return LogKey(name, log.public)
    return None


class PutAside(StrEnum):
    """How the file before was found when it was put aside."""

    INTACT = "intact"
    DAMAGED = "damaged"  # opens, and is not as it was written
    UNREADABLE = "unreadable"
    MISSING = "missing"


@dataclass(frozen=True)
class Before:
    """The log before: its last end that anybody signed and `source`, who had kept that; hashes of its files, in hex.

    `log` and `head` are None where nobody knew them; a hash is empty where there was no such file.
    """

    epoch: int
    log: str | None
    head: Head | None
    source: str
    found: PutAside
    sha256: str
    wal_sha256: str


@dataclass(frozen=True)
class Carried:
    """What of the old file stands in the new one: rows by table, and tables that could not be read to the end."""

    rows: tuple[tuple[str, int], ...] = ()
    unread: tuple[str, ...] = ()


def epoch_begun(before: Before, carried: Carried, reason: str, actor: Actor) -> Access:
    """The access that a new epoch begins with."""
    also = {
        "epoch": str(before.epoch + 1),
        "carried": " ".join(f"{table}:{count}" for table, count in carried.rows),
        "unread": " ".join(carried.unread),
    }
    told = {**told_of(before), **{name: value for name, value in also.items() if value}}
    details = tuple(told.items())
    return Access(Action.EPOCH_BEGUN, "", "", reason=reason, details=details, purpose=Purpose.OPERATION).by(actor)


def told_of(before: Before) -> dict[str, str]:
    """The log before, as a new one's first entry and a bundle tell of it; what nobody knows is left out."""
    head = before.head
    told = {
        "before": before.log or "",
        "before_size": str(head.size) if head else "",
        "before_root": head.root.hex() if head else "",
        "before_known_by": before.source,
        "before_found": before.found,
        "before_sha256": before.sha256,
        "before_wal_sha256": before.wal_sha256,
    }
    return {name: value for name, value in told.items() if value}


def read_epoch(first: Entry) -> Before | None:
    """What a log's first entry says of the log before; None in a first epoch. Raises `ValueError`."""
    if first.action is not Action.EPOCH_BEGUN:
        return None
    told = dict(first.details)
    size, root = told.get("before_size"), told.get("before_root")
    return Before(
        int(told.get("epoch", "")) - 1,
        told.get("before"),
        Head.of_text(f"{size}:{root}") if size and root else None,
        told.get("before_known_by", ""),
        PutAside(told.get("before_found", "")),
        told.get("before_sha256", ""),
        told.get("before_wal_sha256", ""),
    )
