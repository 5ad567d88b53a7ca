"""What signing in needs of the world, as Protocols. A call blocks within its own time limit, raises `TerminalError`."""

from typing import Protocol

from terminal.access_log.access import Access
from terminal.staff.emergency import Emergency
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


class SecurityKey(Protocol):
    """A security key (FIDO2) plugged into the desk. An adapter keeps in a credential what it needs to know it again."""

    def enrol(self, id: str) -> bytes:  # noqa: A002  # the field's word
        """Waits for a touch, and gives the new credential."""

    def proves(self, credential: bytes) -> bytes | None:
        """Waits for a touch. The credential as it is to be kept from now on, its counter gone on; None: another key."""


class StaffCards(Protocol):
    """The reader, for a staff card: anything that shows one and the same opaque id."""

    def tapped(self) -> bytes | None:
        """A keyed hash of the id of the card that lies there now; the id itself is kept nowhere. None: no card."""
