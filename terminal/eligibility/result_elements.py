"""The elements of one result of an XmlMsg, name by name, as they are written for kiosks and receipt computers. Pure.

An element without a text is not written: whoever reads it back finds nothing there, as it was.
"""

from collections.abc import Iterator
from datetime import date

from terminal.coverage import Coverage, Record
from terminal.eligibility.codes import SEXES

_SEX_CODES = {sex: code for code, sex in SEXES.items() if sex}


def record_elements(record: Record) -> Iterator[tuple[str, str | None]]:
    """Whom the result is about."""
    yield "Name", record.name
    yield "NameKana", record.kana
    yield "Sex1", record.sex and _SEX_CODES.get(record.sex)
    yield "Birthdate", digits(record.birth_date)
    yield "Address", record.address


def coverage_elements(coverage: Coverage) -> Iterator[tuple[str, str | None]]:
    """The insurance, but for what is to be paid: where that stands depends on the age."""
    yield "InsurerNumber", coverage.insurer_number
    yield "InsurerName", coverage.insurer_name
    yield "InsuredCardSymbol", coverage.symbol
    yield "InsuredIdentificationNumber", coverage.subscriber_id
    yield "InsuredBranchNumber", coverage.branch
    yield "PersonalFamilyClassification", coverage.relation
    yield "QualificationDate", digits(coverage.starts)
    yield "InsuredCardExpirationDate", digits(coverage.ends)


def digits(day: date | None) -> str:
    """YYYYMMDD; nothing of no day."""
    return f"{day.year:04d}{day.month:02d}{day.day:02d}" if day else ""
