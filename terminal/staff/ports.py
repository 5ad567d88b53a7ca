"""What signing in needs of the world, as Protocols. A call blocks within its own time limit, raises `TerminalError`."""

import threading
from collections.abc import Callable
from enum import StrEnum, auto
from typing import Protocol

from terminal.access_log.access import Access
from terminal.staff.emergency import Emergency
from terminal.staff.key_words import Answer, KeyFault, Question
from terminal.staff.people import Member
from terminal.staff.policy import Policy


class Roster(Protocol):
    """The people who may sign in, encrypted on this machine. A change is kept with its entry in the log, or neither."""

    def members(self) -> list[Member]:
        """Everybody who was ever enrolled, by id."""

    def member(self, id: str) -> Member | None:  # noqa: A002  # the field's word
        """One of them."""

    def keep(self, member: Member, access: Access) -> bool:
        """Keeps a person as given; False, and nothing is kept, when the row was changed since that one was read."""

    def emergency(self) -> Emergency | None:
        """The newest emergency code."""

    def keep_emergency(self, emergency: Emergency, access: Access) -> bool:
        """As `keep`."""

    def policy(self) -> Policy:
        """The clinic's rules; the default ones until somebody sets others."""

    def keep_policy(self, policy: Policy, access: Access) -> None:
        """Keeps the clinic's rules."""

    def record(self, access: Access) -> None:
        """Writes an entry alone. Raises `JOURNAL_FAILED`."""


class SecurityKeys(Protocol):
    """The security keys (FIDO2) at this desk.

    A call waits for a touch, half a minute at most, and less when `stop` is set; when the time is over it sets that
    itself. `pin` is the key's own: it is given to the key and kept nowhere. Empty: none was typed.
    """

    def make(self, question: Question, person: str, pin: str, stop: threading.Event) -> Answer | KeyFault:
        """Has the only key there make a new credential for a person, by id."""

    def prove(self, question: Question, pin: str, stop: threading.Event) -> Answer | KeyFault:
        """Has the key that holds the question's credential answer it."""


class CardDoubt(StrEnum):
    """Why what lies on the staff's reader shows nobody."""

    MY_NUMBER = auto()  # recognised by one of its applications, and nothing of it was read
    CHANGING = auto()  # it shows another number each time, as phones and passports do
    NO_NUMBER = auto()  # it shows none: a card with contacts
    UNREADABLE = auto()


LaidCard = bytes | CardDoubt | None
"""The keyed hash of the number of the card that lies there; why there is none; or that no card lies there."""


class StaffCards(Protocol):
    """The staff's own reader. A card's number (UID, IDm) can be copied: it is never enough without a password."""

    def listen(self, tell: Callable[[LaidCard], None]) -> None:
        """From now on `tell` gets, on a thread of its own, what is laid there and that it was taken away."""
