"""Accesses as a busy desk would record them, of invented people, to measure and try the log with.

Pure, and the same for the same seed.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random

from terminal.access_log.access import Access, Action

PEOPLE = 400
OPERATORS = ("reception", "reception-2")
BEGIN = datetime(2026, 1, 5, 0, 0, tzinfo=UTC)


class SimulatedClock:
    """Some seconds pass each time that it is looked at."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)  # noqa: S311  # not for secrets
        self._now = BEGIN

    def now(self) -> datetime:
        """A later moment, in UTC."""
        self._now += timedelta(milliseconds=self._random.randrange(300, 9_000))
        return self._now


def simulated_accesses(seed: int) -> Iterator[Access]:
    """Accesses of one check-in after the other, without end."""
    random = Random(seed)  # noqa: S311  # not for secrets
    while True:
        subject = b"invented certificate %d" % random.randrange(PEOPLE)
        yield from _checkin(random, f"{random.getrandbits(64):016x}", random.choice(OPERATORS), subject)


def _checkin(random: Random, visit: str, actor: str, subject: bytes) -> Iterator[Access]:
    def access(action: Action, *details: tuple[str, str], method: str = "", outcome: str = "") -> Access:
        return Access(action, visit, actor, subject, method, outcome, details=details)

    yield access(Action.CARD_IDENTIFIED, ("token", "plastic"), ("card_code_tries", "10"))
    yield access(Action.CARD_CODE_SENT)
    if random.random() < 0.03:
        yield access(Action.CARD_CODE_REFUSED, ("tries_left", "9"))
        yield access(Action.CARD_CODE_SENT)
    yield access(Action.HOLDER_READ, ("photo", "yes"), ("issuer", "checked"))
    similarity = random.triangular(0.2, 0.95, 0.85)
    decision = "accepted" if similarity > 0.45 else "doubtful"
    yield access(Action.FACE_COMPARED, ("decision", decision), ("similarity", f"{similarity:.2f}"))
    if decision == "doubtful" and random.random() < 0.1:
        yield access(Action.CHECKIN_ENDED, outcome="turned_away")
        return
    method = "face" if decision == "accepted" else "operator"
    yield access(Action.HOLDER_VERIFIED, method=method)
    yield access(Action.ELIGIBILITY_ASKED, ("consents", "medicines" if random.random() < 0.7 else ""), method=method)
    outcome = random.choices(("confirmed", "provisional", "unconfirmed"), (95, 3, 2))[0]
    yield access(Action.ANSWER_SHOWN, method=method, outcome=outcome)
