"""A desk's store that is written to: each entry's head stands on standard output once the entry is acknowledged.

python tests/torture/store_writer.py FOLDER CREDENTIALS [SESSIONS ENTRIES]

Without counts it goes on until it is killed.
"""

import sys
from contextlib import closing
from datetime import date
from itertools import count
from pathlib import Path

from offline_cache.keys import CredentialSeal
from offline_cache.store import Store, open_store
from terminal.access_log.access import Access, Action
from terminal.clock import SystemClock
from terminal.coverage import Coverage, Relation

COVERAGE = Coverage(
    "00138057", "架空区国民健康保険", "12", "345678", "01", Relation.SUBSCRIBER, 30, date(2024, 4, 1), None
)
ANSWER_EVERY = 7  # some entries write to the other file, too


def write(store: Store, number: int) -> None:
    certificate = b"invented certificate %d" % (number % 50)
    details = (("note", "x" * (number * 37 % 900)),)  # entries of every length, so that pages fill up unevenly
    store.journal.record(Access(Action.CARD_IDENTIFIED, f"visit {number}", "reception", certificate, details=details))
    print(*store.journal.head(), flush=True)
    if number % ANSWER_EVERY == 0:
        store.cache.remember(certificate, COVERAGE, SystemClock().now())


def main() -> None:
    folder, credentials = Path(sys.argv[1]), Path(sys.argv[2])
    sessions, entries = (int(sys.argv[3]), int(sys.argv[4])) if len(sys.argv) > 3 else (1, None)
    for _ in range(sessions):
        with closing(open_store(folder, CredentialSeal(credentials), SystemClock(), "desk-1")) as store:
            for number in count() if entries is None else range(entries):
                write(store, number)


if __name__ == "__main__":
    main()
