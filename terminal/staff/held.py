"""What people may show at a machine beside a password and a one-time code: a security key, or a staff card laid down.

Law: nothing of the people is remembered here. A key or a card that was enrolled a moment ago is taken at once, and one
that was taken away is not, whatever program it was that changed it.
"""

import hmac
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from terminal.later import Later
from terminal.staff.key_words import KeyFault, Touch
from terminal.staff.policy import Act, may
from terminal.staff.ports import Roster, SecurityKeys, StaffCards
from terminal.staff.signing_in import Claim

if TYPE_CHECKING:
    from terminal.staff import security_key
else:
    security_key = Later("terminal.staff.security_key")


class HeldFactors:
    """`keys` and `cards` are what this machine has to show them to. From any thread; raises as `Roster` does."""

    def __init__(self, roster: Roster, keys: SecurityKeys | None = None, cards: StaffCards | None = None) -> None:
        self.cards = cards
        self._roster = roster
        self._keys = keys

    @property
    def takes_keys(self) -> bool:
        """Whether anybody may sign in by a security key here."""
        return self._keys is not None and any(member.is_enabled and member.key for member in self._roster.members())

    @property
    def wants_reader(self) -> bool:
        """Whether anybody has something to lay on the staff's reader; until then it is left to other programs."""
        return self.cards is not None and any(each.card or each.key for each in self._roster.members())

    def owner_of(self, card: bytes, act: Act) -> str:
        """The id of whoever may do an act and has the staff card of this hash; empty: nobody."""
        owners = (each for each in self._roster.members() if each.card and may(each, act))
        return next((each.id for each in owners if hmac.compare_digest(each.card, card)), "")

    def touched(self, claim: Claim, pin: str, stop: threading.Event) -> Claim | KeyFault:
        """The claim with the answer of its person's security key, once that was touched; blocks until then."""
        member = self._roster.member(claim.id)
        if self._keys is None or member is None or not member.key:
            return KeyFault.FOREIGN
        question = security_key.question_to(member.key, must_verify=self._roster.policy().is_key_verified)
        answer = self._keys.prove(question, pin, stop)
        return answer if isinstance(answer, KeyFault) else replace(claim, touch=Touch(question, answer))
