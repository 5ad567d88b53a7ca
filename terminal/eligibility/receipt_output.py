"""A confirmed answer as files for the receipt computer: an OQS-style result, and a row of CSV. Pure.

Only what the service confirmed goes out: a stored answer has no way in here. Reading a result back gives what
was written.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from terminal.certificate import JST
from terminal.configuration.settings import ReceiptCharset
from terminal.coverage import Certificate, Coverage, InForce, InForceUnregistered, Record
from terminal.eligibility.codes import (
    CharacterCode,
    ConsentFlag,
    ProcessingResultStatus,
    QualificationValidity,
    ReferenceClassification,
    SegmentOfResult,
)
from terminal.eligibility.copay import LATE_ELDERLY
from terminal.eligibility.receipt_characters import codec_of, untaken
from terminal.eligibility.result_elements import certificate_sections, coverage_elements, digits, ratio, record_elements
from terminal.eligibility.xmlmsg import LIMIT_AMOUNT, RESULT
from terminal.people import Paper
from terminal.states import Confirmed

_CSV_HEADING = (
    *("identifier", "day", "confirmed_at", "validity", "name", "kana", "birth_date", "sex", "address"),
    *("insurer_number", "insurer_name", "symbol", "number", "branch", "relation", "copay_percent", "starts", "ends"),
    *("limit_category", "limit_category_code", "limit_issued", "limit_starts", "limit_ends", "limit_long_term"),
)


@dataclass(frozen=True)
class ReceiptResult:
    """What is handed over. `identifier` is the visit's: it is handed over once. `confirmed_at` is aware."""

    identifier: str
    institution_code: str
    asked_with: ReferenceClassification
    day: date
    confirmed_at: datetime
    reply: InForce | InForceUnregistered = field(repr=False)


def result_of(confirmed: Confirmed, institution_code: str) -> ReceiptResult:
    """What a check-in that ended confirmed hands over; the visit is named by its card's insertion."""
    is_paper = isinstance(confirmed.verified.card, Paper)
    asked_with = ReferenceClassification.NUMBER if is_paper else ReferenceClassification.CARD
    return ReceiptResult(
        confirmed.verified.card.insertion,
        institution_code,
        asked_with,
        confirmed.as_of.astimezone(JST).date(),
        confirmed.as_of,
        InForce(confirmed.record, confirmed.coverage),
    )


@dataclass(frozen=True)
class Untaken:
    """A character that the receipt computer cannot take, and in which field it stands."""

    field_name: str
    character: str = field(repr=False)


def untaken_in(result: ReceiptResult, charset: ReceiptCharset) -> tuple[Untaken, ...]:
    """Every character of the result that cannot be written; empty when it can be handed over as it is."""
    limit = result.reply.coverage.limit_certificate
    texts = {**_texts(result.reply.record), **_texts(result.reply.coverage)}
    if limit:
        texts |= {"limit_category": limit.category, "limit_category_code": limit.category_code}
    return tuple(Untaken(name, character) for name, text in texts.items() for character in untaken(text, charset))


def respelled(result: ReceiptResult, spelling: Mapping[str, str]) -> ReceiptResult:
    """The result with characters written as a person chose, such as 𠮷 as 吉. Numbers and dates stay as they are."""
    table = str.maketrans(dict(spelling))
    record, coverage = result.reply.record, result.reply.coverage
    limit = coverage.limit_certificate
    reply = replace(
        result.reply,
        record=replace(
            record,
            name=record.name and record.name.translate(table),
            kana=record.kana and record.kana.translate(table),
            address=record.address and record.address.translate(table),
        ),
        coverage=replace(
            coverage,
            insurer_name=coverage.insurer_name.translate(table),
            limit_certificate=limit and replace(limit, category=limit.category.translate(table)),
        ),
    )
    return replace(result, reply=reply)


def to_xml(result: ReceiptResult, charset: ReceiptCharset) -> bytes:
    """The OQS-style result. Raises `UnicodeEncodeError` for what `untaken_in` lists."""
    message = Element("XmlMsg")
    header = SubElement(message, "MessageHeader")
    for name, value in _header(result, charset):
        SubElement(header, name).text = value
    body = SubElement(message, "MessageBody")
    SubElement(body, "ProcessingResultStatus").text = ProcessingResultStatus.NORMAL
    SubElement(body, "QualificationValidity").text = _validity(result)
    found = SubElement(SubElement(body, "ResultList"), RESULT)
    for name, text in (*record_elements(result.reply.record), *coverage_elements(result.reply.coverage)):
        if text:
            SubElement(found, name).text = text
    _put_certificates(found, result.reply.coverage)
    name = "UTF-8" if charset is ReceiptCharset.UTF_8 else "Shift_JIS"
    plain: str = tostring(message, encoding="unicode")
    return f'<?xml version="1.0" encoding="{name}" standalone="no"?>\n{plain}'.encode(codec_of(charset))


def to_csv(result: ReceiptResult, charset: ReceiptCharset) -> bytes:
    """A heading and one row, lines ended by CR LF (RFC 4180). Raises as `to_xml` does."""
    record, coverage = result.reply.record, result.reply.coverage
    limit = coverage.limit_certificate or Certificate(None, None)
    row = (
        *(result.identifier, result.day, result.confirmed_at.astimezone(JST).isoformat(timespec="seconds")),
        *(_validity(result), record.name, record.kana, record.birth_date, record.sex, record.address),
        *(coverage.insurer_number, coverage.insurer_name, coverage.symbol, coverage.subscriber_id, coverage.branch),
        *(coverage.relation, coverage.copay_percent, coverage.starts, coverage.ends),
        *(limit.category, limit.category_code, limit.issued, limit.starts, limit.ends, limit.long_term),
    )
    lines = io.StringIO(newline="")
    writer = csv.writer(lines)
    writer.writerow(_CSV_HEADING)
    writer.writerow("" if cell is None else str(cell) for cell in row)
    return lines.getvalue().encode(codec_of(charset))


def _header(result: ReceiptResult, charset: ReceiptCharset) -> Iterator[tuple[str, str]]:
    yield "ProcessExecutionTime", f"{result.confirmed_at.astimezone(JST):%Y%m%d%H%M%S}"
    yield "QualificationConfirmationDate", digits(result.day)
    yield "MedicalInstitutionCode", result.institution_code
    yield "ArbitraryFileIdentifier", result.identifier
    yield "ReferenceClassification", result.asked_with
    yield "SegmentOfResult", SegmentOfResult.NORMAL
    yield "CharacterCodeIdentifier", CharacterCode.UTF_8 if charset is ReceiptCharset.UTF_8 else CharacterCode.SHIFT_JIS


def _validity(result: ReceiptResult) -> QualificationValidity:
    is_plain = isinstance(result.reply, InForce)
    return QualificationValidity.IN_FORCE if is_plain else QualificationValidity.IN_FORCE_UNREGISTERED


def _put_certificates(found: Element, coverage: Coverage) -> None:
    """The ratio stands by itself from 75 on, from 70 to 74 in its certificate; the limit only where it was shown."""
    if coverage.insurer_number.startswith(LATE_ELDERLY):
        if percent := ratio(coverage.copay_percent):
            SubElement(found, "InsuredPartialContributionRatio").text = percent
    elif coverage.copay_percent is not None:
        elderly = coverage.elderly_certificate or Certificate(None, None)
        coverage = replace(coverage, elderly_certificate=replace(elderly, percent=coverage.copay_percent))
    if coverage.limit_certificate:
        SubElement(found, LIMIT_AMOUNT).text = ConsentFlag.YES
    for name, elements in certificate_sections(coverage):
        section = SubElement(found, name)
        for each, text in elements:
            if text:
                SubElement(section, each).text = text


def _texts(part: Record | Coverage) -> dict[str, str]:
    """The fields that a person wrote."""
    values = {each.name: getattr(part, each.name) for each in fields(part)}
    return {name: value for name, value in values.items() if type(value) is str}
