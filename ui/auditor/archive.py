"""What the auditor's window needs of a store, as a Protocol. Each call blocks; none is made in the windows' thread."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from terminal.access_log.access import Access
from terminal.access_log.checkpoint import LogKey
from terminal.access_log.review_index import Index, Told
from terminal.access_log.verify import Broken, Intact
from terminal.staff.held import HeldFactors
from terminal.staff.policy import Act, Policy
from terminal.staff.signing_in import Claim, Verdict

ToldOf = Callable[[int, int], None]
"""Hears how many entries of how many are done."""


@dataclass(frozen=True)
class GivenKey:
    """Where the auditors' private key lies, and the passphrase that opens it."""

    path: Path
    phrase: str = field(repr=False)


@dataclass(frozen=True)
class Damaged:
    """The file itself cannot be read on at entry `entry`, or at what belongs to it."""

    entry: int


@dataclass(frozen=True)
class Verification:
    """What was found when the whole log was held against `key`, and when; `deleted` entries are gone by retention."""

    report: Intact | Broken | Damaged
    key: LogKey
    at: datetime
    deleted: int = 0


class Archive(Protocol):
    """A store's log and people. Raises `TerminalError` alone."""

    @property
    def terminal(self) -> str:
        """The desk that the log is of."""

    @property
    def held(self) -> HeldFactors:
        """What people may show at this machine beside a password and a one-time code."""

    def now(self) -> datetime:
        """The time."""

    def policy(self) -> Policy:
        """The clinic's rules."""

    def names(self) -> dict[str, str]:
        """How the people of the desk are called, by id."""

    def sign_in(self, claim: Claim, act: Act) -> Verdict:
        """Signs somebody in to do `act`, on record."""

    def record(self, accesses: Sequence[Access]) -> None:
        """Puts what the auditor does on record; on disk when it returns."""

    def unseal(self, access: Access, pseudonym: str, key: GivenKey | None) -> str:
        """Puts an unsealing on record, then gives what the log says the patient is called; "" where nothing is told.

        A key that does not open raises before anything is on record.
        """

    def read(self, known: Index | None, told: Told) -> Index:
        """The log as it is now; with `known`, the same and what has come since."""

    def verify(self, told: ToldOf) -> Verification:
        """Holds the whole log against its key, as it is now."""
