"""Accesses of invented days, and the index an auditor reviews."""

from datetime import UTC, datetime, timedelta

from terminal.access_log.access import Access
from terminal.access_log.entry import enter, write_entry
from terminal.access_log.masking import seal
from terminal.access_log.review_index import Index
from terminal.access_log.review_rules import Concern, Item, Measure, items_of

JST = timedelta(hours=9)
NOON = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)  # a Friday, 12:00 in Japan
Row = tuple[int, bytes, bytes]


def row(access: Access, seq: int, at: datetime = NOON) -> Row:
    subject = access.subject.hex() if access.subject else ""
    return seq, seal(write_entry(enter(access, seq=seq, at=at, terminal="t1", subject=subject)), bytes(16)), b""


def index_of(*accesses: Access, at: datetime = NOON, first: int = 0) -> Index:
    return Index(JST, first).grown([row(access, first + seq, at) for seq, access in enumerate(accesses)])


def concerns(index: Index, measure: Measure | None = None) -> dict[Concern, list[Item]]:
    found: dict[Concern, list[Item]] = {}
    for item in items_of(index, measure):
        found.setdefault(item.concern, []).append(item)
    return found
