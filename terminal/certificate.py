"""Where a user certificate stands on a day: in force, soon ending, in its 3 months of grace, ended. Pure."""

from calendar import monthrange
from datetime import date, datetime, timedelta, timezone

from terminal.people import Card, TokenKind
from terminal.problems import Problem

JST = timezone(timedelta(hours=9), "JST")
WARN_DAYS = 90
GRACE_MONTHS = 3  # eligibility only, to the end of the third month after the month of expiry; plastic cards only


def grace_ends(ends: date) -> date:
    """The last day on which an ended certificate still serves for eligibility (as two insurers quote the ministry)."""
    years, month = divmod(ends.month - 1 + GRACE_MONTHS, 12)
    return date(ends.year + years, month + 1, monthrange(ends.year + years, month + 1)[1])


def certificate_problem(card: Card, at: datetime) -> Problem | None:
    """What is to be said of the card's certificate at a moment; None while all is well."""
    if at <= card.certificate_ends:
        return Problem.CERTIFICATE_ENDS_SOON if card.certificate_ends - at <= timedelta(days=WARN_DAYS) else None
    last_day = grace_ends(card.certificate_ends.astimezone(JST).date())
    if card.token is TokenKind.PLASTIC and at.astimezone(JST).date() <= last_day:
        return Problem.CERTIFICATE_IN_GRACE
    return Problem.CERTIFICATE_EXPIRED
