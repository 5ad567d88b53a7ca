"""One ResultOfQualificationConfirmation: whom the insurer knows, and the coverage. Pure.

Elements that are not known are left alone, for every version of the layout adds some. What is known must be right:
a date that is none or a code in no table makes the answer unreadable instead of being passed over.
"""

import unicodedata
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeVar
from xml.etree.ElementTree import Element

from terminal.coverage import Certificate, Coverage, Record, Relation
from terminal.eligibility.codes import SEXES
from terminal.eligibility.untrusted_xml import only, text, unreadable
from terminal.people import Sex

OPEN_ENDS = ("99999999", "99991231")

Code = TypeVar("Code", bound=StrEnum)


def code(table: type[Code], parent: Element, name: str) -> Code:
    """A code that must be there and in its table."""
    found = text(parent, name)
    return table(found) if found in table._value2member_map_ else unreadable(f"{name} is not a known code")


def read_record(result: Element) -> Record:
    """Whom the answer is about."""
    return Record(
        name=text(result, "Name") or None,
        kana=text(result, "NameKana") or None,
        birth_date=_birth_date(result),
        sex=_sex(result, "Sex1") or _sex(result, "Sex2"),  # Sex2 is filled where the first is not to be shown on a card
        address=text(result, "Address") or None,
    )


def read_coverage(result: Element) -> Coverage:
    """The coverage. Insurer number and the person's number must be there: nothing can be billed without them."""
    relation = text(result, "PersonalFamilyClassification")  # absent from the age of 75
    return Coverage(
        insurer_number=read_insurer_number(result),
        insurer_name=text(result, "InsurerName"),
        symbol=text(result, "InsuredCardSymbol"),
        subscriber_id=text(result, "InsuredIdentificationNumber")
        or unreadable("InsuredIdentificationNumber is missing"),
        branch=read_branch(result),
        relation=code(Relation, result, "PersonalFamilyClassification") if relation else None,
        copay_percent=_copay_percent(result),
        starts=read_date(result, "QualificationDate") or read_date(result, "InsuredCardValidDate"),
        ends=_last_day(result),
        elderly_certificate=_certificate(result, "ElderlyRecipientCertificateInfo", "ElderlyRecipient"),
        limit_certificate=_certificate(result, "LimitApplicationCertificateRelatedInfo", "LimitApplicationCertificate"),
    )


def read_date(parent: Element, name: str) -> date | None:
    """A date as YYYYMMDD; None if absent or open."""
    digits = text(parent, name)
    if not digits or digits in OPEN_ENDS:
        return None
    if len(digits) != 8 or not _is_digits(digits):
        unreadable(f"{name} is not a date")
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return unreadable(f"{name} is not a date")


def _birth_date(result: Element) -> date | None:
    """None also where the register itself knows no month or day, written 00."""
    digits = text(result, "Birthdate")
    is_partly_known = len(digits) == 8 and _is_digits(digits) and "00" in (digits[4:6], digits[6:])
    return None if is_partly_known else read_date(result, "Birthdate")


def _sex(result: Element, name: str) -> Sex | None:
    found = text(result, name)
    if found and found not in SEXES:
        unreadable(f"{name} is not a known code")
    return SEXES.get(found)


def read_insurer_number(result: Element) -> str:
    """Eight digits; services pad shorter numbers with spaces, others with zeros."""
    digits = unicodedata.normalize("NFKC", text(result, "InsurerNumber")).strip()
    return digits.zfill(8) if _is_digits(digits) and len(digits) <= 8 else unreadable("InsurerNumber is not 8 digits")


def read_branch(result: Element) -> str:
    """Two digits, or empty."""
    digits = unicodedata.normalize("NFKC", text(result, "InsuredBranchNumber"))
    if not digits:
        return ""
    return (
        digits.zfill(2)
        if _is_digits(digits) and len(digits) <= 2
        else unreadable("InsuredBranchNumber is not 2 digits")
    )


def _copay_percent(result: Element) -> int | None:
    """From 75 on and from 70 to 74 the answer holds a ratio, "010" for 10 percent; under 70 it holds none."""
    percent = _percent(result, "InsuredPartialContributionRatio")
    from_70_to_74 = only(result, "ElderlyRecipientCertificateInfo")
    if percent is not None or from_70_to_74 is None:
        return percent
    return _percent(from_70_to_74, "ElderlyRecipientContributionRatio")


def _certificate(result: Element, name: str, prefix: str) -> Certificate | None:
    """None also where neither a day nor a category is said: a ratio alone is the coverage's."""
    found = only(result, name)
    if found is None:
        return None
    certificate = Certificate(
        starts=read_date(found, f"{prefix}ValidStartDate"),
        ends=read_date(found, f"{prefix}ValidEndDate"),
        percent=_percent(found, f"{prefix}ContributionRatio"),
        category=text(found, f"{prefix}Classification"),
        category_code=text(found, f"{prefix}ClassificationFlag"),
        issued=read_date(found, f"{prefix}Date"),
        long_term=read_date(found, f"{prefix}LongTermDate"),
    )
    is_one = certificate.starts or certificate.ends or certificate.category or certificate.category_code
    return certificate if is_one else None


def _percent(parent: Element, name: str) -> int | None:
    digits = text(parent, name)
    if not digits:
        return None
    return (
        int(digits)
        if _is_digits(digits) and len(digits) <= 3 and int(digits) <= 100
        else unreadable(f"{name} is not a ratio")
    )


def _last_day(result: Element) -> date | None:
    """The earlier of the card's last day and the day before the qualification is lost."""
    lost = read_date(result, "DisqualificationDate")
    days = (read_date(result, "InsuredCardExpirationDate"), lost and lost - timedelta(days=1))
    return min((day for day in days if day), default=None)


def _is_digits(digits: str) -> bool:
    return digits.isascii() and digits.isdecimal()
