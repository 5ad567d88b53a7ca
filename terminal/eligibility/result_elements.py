"""The elements of one result of an XmlMsg, name by name, as they are written for kiosks and receipt computers. Pure.

An element without a text is not written: whoever reads it back finds nothing there, as it was.
"""

from collections.abc import Iterator
from datetime import date

from terminal.coverage import Certificate, Coverage, Record
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


def certificate_sections(coverage: Coverage) -> Iterator[tuple[str, tuple[tuple[str, str | None], ...]]]:
    """Each certificate beside the insurance: its section, and what stands in it."""
    if coverage.elderly_certificate:
        yield "ElderlyRecipientCertificateInfo", _certificate("ElderlyRecipient", coverage.elderly_certificate)
    if coverage.limit_certificate:
        limit = _certificate("LimitApplicationCertificate", coverage.limit_certificate)
        yield "LimitApplicationCertificateRelatedInfo", limit


def ratio(percent: int | None) -> str | None:
    """Three digits, "010" for 10 percent."""
    return None if percent is None else f"{percent:03d}"


def _certificate(prefix: str, certificate: Certificate) -> tuple[tuple[str, str | None], ...]:
    return (
        (f"{prefix}Classification", certificate.category),
        (f"{prefix}ClassificationFlag", certificate.category_code),
        (f"{prefix}Date", digits(certificate.issued)),
        (f"{prefix}ValidStartDate", digits(certificate.starts)),
        (f"{prefix}ValidEndDate", digits(certificate.ends)),
        (f"{prefix}LongTermDate", digits(certificate.long_term)),
        (f"{prefix}ContributionRatio", ratio(certificate.percent)),
    )


def digits(day: date | None) -> str:
    """YYYYMMDD; nothing of no day."""
    return f"{day.year:04d}{day.month:02d}{day.day:02d}" if day else ""
