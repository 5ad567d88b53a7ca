"""A store's log and people, as the auditor's window needs them: read in short moments, written through the roster.

A desk may be running beside. Each reading opens the file anew and closes it: a snapshot held for hours would keep the
desk's write-ahead log from ever being taken in.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final

from offline_cache.journal_reader import JournalReader
from offline_cache.keys.identity_key import read_private
from offline_cache.staff import SqlRoster
from terminal.access_log.access import Access
from terminal.access_log.retention import DeletionWatch
from terminal.access_log.review_index import Index, Told
from terminal.access_log.verify import Broken, Intact, verify
from terminal.certificate import JST
from terminal.clock import SystemClock
from terminal.commands.log_store import read_store
from terminal.commands.log_unseal import named, named_in, shown
from terminal.problems import TerminalError
from terminal.staff.held import HeldFactors
from terminal.staff.policy import Act, Policy
from terminal.staff.signing_in import Claim, Verdict, sign_in
from ui.auditor.archive import Damaged, GivenKey, ToldOf, Verification

MOST_LISTED: Final = 500_000  # entries, some 700 bytes each in memory; all are verified, the newest are listed
TOLD_EVERY: Final = 1_000
Row = tuple[int, bytes, bytes]


class StoreArchive:
    """The port `Archive`, of one store; for use from any thread."""

    def __init__(
        self,
        folder: Path,
        credentials: Path | None,
        roster: SqlRoster,
        *,
        held: HeldFactors | None = None,
        most: int = MOST_LISTED,
    ) -> None:
        """`roster`, and what `held` shows things to, is closed by whoever opened it. Raises `STORE_UNREADABLE`."""
        self._held = held or HeldFactors(roster)
        self._folder, self._credentials, self._roster, self._most = folder, credentials, roster, most
        self._clock = SystemClock()
        with closing(self._open()) as log:
            self._terminal = log.terminal

    @property
    def terminal(self) -> str:
        """The desk that the log is of."""
        return self._terminal

    @property
    def held(self) -> HeldFactors:
        """What people may show at this machine beside a password and a one-time code."""
        return self._held

    def now(self) -> datetime:
        """The time."""
        return self._clock.now()

    def policy(self) -> Policy:
        """The clinic's rules."""
        return self._roster.policy()

    def names(self) -> dict[str, str]:
        """How the people of the desk are called, by id."""
        return {member.id: member.name for member in self._roster.members()}

    def sign_in(self, claim: Claim, act: Act) -> Verdict:
        """Signs somebody in to do `act`, on record."""
        return sign_in(self._roster, claim, self.now(), act)

    def record(self, accesses: Sequence[Access]) -> None:
        """Puts what the auditor does on record."""
        for access in accesses:
            self._roster.record(access)

    def unseal(self, access: Access, pseudonym: str, key: GivenKey | None) -> str:
        """Puts an unsealing on record, then gives the patient's name, where a key is given that opens it."""
        if key is None:
            self.record([access])
            return ""
        private = read_private(key.path, lambda: key.phrase)
        self.record([named(access)])
        with closing(self._open()) as log:
            return " / ".join(dict.fromkeys(shown(each) for each in named_in(log, pseudonym, private) if each.identity))

    def read(self, known: Index | None, told: Told) -> Index:
        """The log as it is now; with `known`, the same and what has come since. Of a long log, the newest entries."""
        with closing(self._open()) as log:
            if known is None:
                end = log.end()
                known = Index(JST.utcoffset(None), max(0, (end.size if end else 0) - self._most))
            return known.grown(((each.seq, each.line, each.tag) for each in log.entries(known.end)), told)

    def verify(self, told: ToldOf) -> Verification:
        """Holds the whole log against its key, as it is now."""
        with closing(self._open()) as log:
            end = log.end()
            total = end.size if end else 0
            deletions, read = DeletionWatch(), _Counted(lambda done: told(done, total))
            try:
                stored = replace(log.stored(), entries=read.through(log.rows()))
                report: Intact | Broken | Damaged = verify(stored, log.keys, deletions=deletions)
                log.check_beside()
            except TerminalError:  # it opened, so key and path are right: the file itself was changed
                report = Damaged(read.count)
            return Verification(report, log.keys.log, self.now(), deletions.count)

    def _open(self) -> JournalReader:
        return read_store(self._folder, self._credentials)


class _Counted:
    """Counts rows on their way, and tells of them now and then."""

    def __init__(self, told: Callable[[int], None]) -> None:
        self.count = 0
        self._told = told

    def through(self, rows: Iterator[Row]) -> Iterator[Row]:
        for row in rows:
            self.count += 1
            if self.count % TOLD_EVERY == 0:
                self._told(self.count)
            yield row
