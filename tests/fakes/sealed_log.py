"""A log of two invented patients whose names are sealed to the auditors."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from standing import FixedClock

from offline_cache.keys import PracticeSeal
from offline_cache.keys.identity_key import (
    IdentityKey,
)
from offline_cache.store import open_store, read_store
from terminal.access_log.access import Access, Action, Identity, Purpose
from terminal.access_log.entry import Entry, read_entry
from terminal.sealing.off_machine import new_private_key

NOW = datetime(2026, 11, 22, 0, 30, tzinfo=UTC)
PRIVATE, OTHERS = new_private_key(), new_private_key()
PHRASE, PASSWORD, SECRET = "words of the auditors", "kaki kusa hon mado", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
HANAKO = Identity("架空　花子", "ｶｸｳ ﾊﾅｺ", date(1980, 4, 1))
TARO = Identity("見本　太郎", "", date(1950, 12, 31))
READ = Access(Action.HOLDER_READ, "visit-1", "tanaka.h", b"certificate of hanako", purpose=Purpose.ELIGIBILITY)
REASON = "a complaint of the patient"


def filled(folder: Path, auditors: IdentityKey | None) -> Path:
    with closing(open_store(folder, PracticeSeal(folder), FixedClock(NOW), "desk 1", auditors=auditors)) as store:
        store.journal.record(replace(READ, action=Action.CARD_IDENTIFIED))
        store.journal.record(replace(READ, identity=HANAKO))
        store.journal.record(replace(READ, visit="visit-2", subject=b"certificate of taro", identity=TARO))
        store.journal.record(replace(READ, action=Action.ANSWER_SHOWN))
    return folder


def entries_of(folder: Path) -> list[Entry]:
    with closing(read_store(folder, None)) as log:
        return [read_entry(each.line) for each in log.entries()]


# unsealing


@contextmanager
def given_lines(*lines: str) -> Iterator[str]:
    reading, writing = os.pipe()
    try:
        os.write(writing, "".join(f"{line}\n" for line in lines).encode())
        os.close(writing)
        yield str(reading)
    finally:
        os.close(reading)
