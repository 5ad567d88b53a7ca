"""Whether a copay ratio can be right: against the age, the certificates' dates and the last visit. Pure.

It warns before billing and changes nothing: what the service said stays what it said, and a person decides.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum, auto

from terminal.coverage import Certificate, Coverage
from terminal.coverage import LastVisit as LastVisit

LATE_ELDERLY = "39"  # 法別番号: 後期高齢者医療, from 75, or from 65 with a recognised disability
MEDICAL_AID = "12"  # 生活保護: nothing is paid at the desk
REVISION = (8, 1)  # each year the ratios from 70 on are set anew on 1 August


class Band(StrEnum):
    """What the ratio follows from (健康保険法 74条・110条, 高齢者医療確保法 67条)."""

    BEFORE_SCHOOL = auto()
    UNDER_70 = auto()
    FROM_70 = auto()
    LATE_ELDERLY = auto()
    MEDICAL_AID = auto()


PERCENTS = {
    Band.BEFORE_SCHOOL: frozenset({20}),
    Band.UNDER_70: frozenset({30}),
    Band.FROM_70: frozenset({20, 30}),
    Band.LATE_ELDERLY: frozenset({10, 20, 30}),
    Band.MEDICAL_AID: frozenset({0}),
}


class CopayWarning(StrEnum):
    """What to look at before billing."""

    RATIO_MISSING = auto()  # from 70 on the answer should hold one
    RATIO_NOT_OF_AGE = auto()
    NOT_YET_LATE_ELDERLY = auto()  # insured as 後期高齢者 below 65
    STILL_NOT_LATE_ELDERLY = auto()  # 75 or older, and insured elsewhere
    CERTIFICATE_NOT_YET = auto()  # of the ratio, from 70 to 74
    CERTIFICATE_ENDED = auto()
    CERTIFICATE_NOT_OF_AGE = auto()  # it reaches beyond the years from 70 to 74
    RATIO_NOT_OF_CERTIFICATE = auto()  # the answer holds two ratios
    LIMIT_NOT_YET = auto()  # of 限度額適用認定証: what is paid in a month would not end at it
    LIMIT_ENDED = auto()
    CHANGED_SINCE_LAST_VISIT = auto()
    CHANGED_AT_REVISION = auto()  # the same, with an August between: likely right, and often the place of errors


@dataclass(frozen=True)
class CopayFacts:
    """What is looked at: a coverage, whose it is, the day of the visit, and what else is known."""

    coverage: Coverage
    birth_date: date = field(repr=False)
    day: date
    last_visit: LastVisit | None = None


def copay_warnings(facts: CopayFacts) -> tuple[CopayWarning, ...]:
    """Everything that speaks against the ratio; empty where nothing does, which proves nothing."""
    return (
        *_of_insurer(facts),
        *_of_ratio(facts),
        *_of_certificate(facts),
        *_of_dates(facts.coverage.limit_certificate, facts.day, CopayWarning.LIMIT_NOT_YET, CopayWarning.LIMIT_ENDED),
        *_of_last_visit(facts),
    )


def band_of(coverage: Coverage, birth_date: date, day: date) -> Band:
    """The band on a day. Who has a 後期 or medical aid number is in that band whatever their age."""
    if coverage.insurer_number.startswith(MEDICAL_AID):
        return Band.MEDICAL_AID
    if coverage.insurer_number.startswith(LATE_ELDERLY):
        return Band.LATE_ELDERLY
    if day <= last_day_before_school(birth_date):
        return Band.BEFORE_SCHOOL
    return Band.FROM_70 if day >= from_70(birth_date) else Band.UNDER_70


def percent_to_bill(facts: CopayFacts) -> int | None:
    """The ratio that the answer gives or that follows from the band; None where only a certificate could say."""
    if facts.coverage.copay_percent is not None:
        return facts.coverage.copay_percent
    possible = PERCENTS[band_of(facts.coverage, facts.birth_date, facts.day)]
    return min(possible) if len(possible) == 1 else None


def last_day_before_school(birth_date: date) -> date:
    """31 March after the sixth birthday. Whoever is born on 1 April is six on 31 March (年齢計算ニ関スル法律)."""
    turns_six = _birthday(birth_date, 6) - timedelta(days=1)
    year = turns_six.year if (turns_six.month, turns_six.day) <= (3, 31) else turns_six.year + 1
    return date(year, 3, 31)


def from_70(birth_date: date) -> date:
    """The first of the month after the day on which 70 is reached, which is the eve of the birthday."""
    reached = _birthday(birth_date, 70) - timedelta(days=1)
    return (reached.replace(day=1) + timedelta(days=32)).replace(day=1)


def _of_insurer(facts: CopayFacts) -> tuple[CopayWarning, ...]:
    band = band_of(facts.coverage, facts.birth_date, facts.day)
    if band is Band.LATE_ELDERLY and facts.day < _birthday(facts.birth_date, 65):
        return (CopayWarning.NOT_YET_LATE_ELDERLY,)
    is_75 = facts.day >= _birthday(facts.birth_date, 75)
    if is_75 and band not in (Band.LATE_ELDERLY, Band.MEDICAL_AID):
        return (CopayWarning.STILL_NOT_LATE_ELDERLY,)
    return ()


def _of_ratio(facts: CopayFacts) -> tuple[CopayWarning, ...]:
    possible = PERCENTS[band_of(facts.coverage, facts.birth_date, facts.day)]
    percent = facts.coverage.copay_percent
    if percent is None:
        return () if len(possible) == 1 else (CopayWarning.RATIO_MISSING,)
    return () if percent in possible else (CopayWarning.RATIO_NOT_OF_AGE,)


def _of_certificate(facts: CopayFacts) -> Iterator[CopayWarning]:
    """高齢受給者証: from the month after 70 is reached to the eve of the 75th birthday, and never beside 後期."""
    certificate, percent = facts.coverage.elderly_certificate, facts.coverage.copay_percent
    if certificate is None:
        return
    yield from _of_dates(certificate, facts.day, CopayWarning.CERTIFICATE_NOT_YET, CopayWarning.CERTIFICATE_ENDED)
    is_too_early = certificate.starts is not None and certificate.starts < from_70(facts.birth_date)
    is_too_late = certificate.ends is not None and certificate.ends >= _birthday(facts.birth_date, 75)
    is_of_band = band_of(facts.coverage, facts.birth_date, facts.day) is Band.FROM_70
    if is_too_early or is_too_late or not is_of_band:
        yield CopayWarning.CERTIFICATE_NOT_OF_AGE
    if certificate.percent is not None and certificate.percent != percent:
        yield CopayWarning.RATIO_NOT_OF_CERTIFICATE


def _of_dates(
    certificate: Certificate | None, day: date, not_yet: CopayWarning, ended: CopayWarning
) -> tuple[CopayWarning, ...]:
    if certificate is None:
        return ()
    if certificate.starts and day < certificate.starts:
        return (not_yet,)
    return (ended,) if certificate.ends and certificate.ends < day else ()


def _of_last_visit(facts: CopayFacts) -> tuple[CopayWarning, ...]:
    """A change of age band explains another ratio; a revision only makes it likely."""
    last, percent = facts.last_visit, percent_to_bill(facts)
    if last is None or percent is None or percent == last.percent:
        return ()
    band = band_of(facts.coverage, facts.birth_date, facts.day)
    if band is not band_of(facts.coverage, facts.birth_date, last.day):
        return ()
    is_revised = band in (Band.FROM_70, Band.LATE_ELDERLY) and _revision_between(last.day, facts.day)
    return (CopayWarning.CHANGED_AT_REVISION if is_revised else CopayWarning.CHANGED_SINCE_LAST_VISIT,)


def _revision_between(before: date, day: date) -> bool:
    return any(before < date(year, *REVISION) <= day for year in range(before.year, day.year + 1))


def _birthday(birth_date: date, age: int) -> date:
    """The birthday; for 29 February in other years 1 March, whose eve is the day on which the age is reached."""
    try:
        return birth_date.replace(year=birth_date.year + age)
    except ValueError:
        return date(birth_date.year + age, 3, 1)
