"""Where a user certificate stands on a day: in force, soon ending, in its 3 months of grace, ended. Pure.

Days are Japan's: a certificate ends with the last second of one.
"""

from calendar import monthrange
from datetime import date, datetime, timedelta, timezone

from terminal.card_token import TokenKind
from terminal.people import Card
from terminal.problems import Problem

JST = timezone(timedelta(hours=9), "JST")
WARN_STEPS_DAYS = (90, 60, 30)  # the nearer the end, the more is said
GRACE_MONTHS = 3  # eligibility only, to the end of the third month after the month of expiry; plastic cards only


def days_left(card: Card, at: datetime) -> int:
    """Days until the certificate's last one, which has 0; negative once it has ended."""
    return (_last_day_in_force(card) - at.astimezone(JST).date()).days


def warning_step(card: Card, at: datetime) -> int | None:
    """Which of `WARN_STEPS_DAYS` an end that is near has come within; None when it is far, or past."""
    left = days_left(card, at)
    return min((step for step in WARN_STEPS_DAYS if 0 <= left <= step), default=None)


def grace_ends(ends: date) -> date:
    """The last day on which an ended certificate still serves for eligibility (as two insurers quote the ministry)."""
    years, month = divmod(ends.month - 1 + GRACE_MONTHS, 12)
    if (year := ends.year + years) > date.max.year:
        return date.max  # a certificate without end, which X.509 writes as the year 9999 (RFC 5280, 4.1.2.5)
    return date(year, month + 1, monthrange(year, month + 1)[1])


def serves_until(card: Card) -> date:
    """The last day on which a check-in with this card can be asked about online; for phones there is no grace."""
    last_day = _last_day_in_force(card)
    return grace_ends(last_day) if card.token is TokenKind.PLASTIC else last_day


def certificate_problem(card: Card, at: datetime) -> Problem | None:
    """What is to be said of the card's certificate at a moment; None while all is well."""
    if at <= card.certificate_ends:
        return None if warning_step(card, at) is None else Problem.CERTIFICATE_ENDS_SOON
    in_grace = card.token is TokenKind.PLASTIC and at.astimezone(JST).date() <= serves_until(card)
    return Problem.CERTIFICATE_IN_GRACE if in_grace else Problem.CERTIFICATE_EXPIRED


def _last_day_in_force(card: Card) -> date:
    return card.certificate_ends.astimezone(JST).date()
