"""How days, ages, shares and verifications are written at reception. Pure."""

from datetime import date, timedelta

from terminal.card_token import TokenKind
from terminal.coverage import Coverage
from terminal.era import era_date
from terminal.people import Card, VerificationMethod, Verified
from ui.words.catalogue import Words


def day(moment: date, words: Words) -> str:
    """A day in its era and by the Western calendar, or only the latter in English."""
    western = f"{moment:%Y-%m-%d}"
    return f"{era_date(moment)}({western})" if words.language == "ja" else western


def born(moment: date, words: Words) -> str:
    """A birth date in a narrow column: in Japanese its era as on forms, 昭58.4.1, with the Western year."""
    if words.language != "ja":
        return f"{moment:%Y-%m-%d}"
    era = era_date(moment)
    in_era = f"{era[0]}{era[2:]}".replace("年", ".").replace("月", ".").removesuffix("日")
    return f"{in_era}({moment:%Y})"


def age(since: timedelta, words: Words) -> str:
    """How long ago, in the largest unit that is one or more."""
    minutes = max(0, int(since.total_seconds() // 60))
    for key, size in (("age.days", 24 * 60), ("age.hours", 60)):
        if minutes >= size:
            return words.format(key, number=minutes // size)
    return words.format("age.minutes", number=minutes)


def copay(coverage: Coverage, words: Words) -> str:
    """The patient's share; said to be unsaid where the answer has none."""
    if coverage.copay_percent is None:
        return words["copay.unsaid"]
    return words.format("copay.percent", percent=coverage.copay_percent, tenths=coverage.copay_percent // 10)


def method(verified: Verified, words: Words) -> str:
    """What the patient came with, and how they were found to be themselves."""
    match verified:
        case Verified(card=Card(token=TokenKind.ANDROID), method=VerificationMethod.PIN):
            return words["method.phone"]
        case _:
            return words[f"method.{verified.method}"]
