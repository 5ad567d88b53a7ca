"""What the practice service says: a question's bytes to an answer's bytes, OQS-style. Pure.

It stands where an upstream would stand, so it reads and writes XmlMsg and shares only the code tables with the desk.
"""

import base64
import binascii
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import assert_never
from xml.etree.ElementTree import Element, SubElement, tostring

from terminal.eligibility.bookings_messages import Search, read_searches
from terminal.eligibility.codes import (
    CharacterCode,
    ProcessingResultStatus,
    QualificationValidity,
    ReferenceClassification,
    SegmentOfResult,
)
from terminal.eligibility.number_query import Insured
from terminal.eligibility.untrusted_xml import only, parse, section, text, unreadable
from terminal.eligibility.xmlmsg import read_search, write_search
from terminal.practice.deck import Person, PracticeRecord, Service

_WITH_RESULT = (
    QualificationValidity.IN_FORCE,
    QualificationValidity.ENDED,
    QualificationValidity.ENDED_NEWER_EXISTS,
    QualificationValidity.IN_FORCE_UNREGISTERED,
)


@dataclass(frozen=True)
class Asked:
    """A question as the service reads it: about a card, about an insured's number, or of the two for many at once."""

    identifier: str
    institution_code: str
    day: str
    certificate: bytes = field(default=b"", repr=False)
    insured: Insured | None = field(default=None, repr=False)
    many: tuple[Search, ...] = field(default=(), repr=False)
    reception: str = ""  # of the many that were asked about before


def read_question(untrusted_body: bytes) -> Asked:
    """Raises `SERVICE_UNREADABLE` for whatever is none of those questions."""
    message = parse(untrusted_body)
    header, body = section(message, "MessageHeader"), section(message, "MessageBody")
    asked = Asked(
        identifier=text(header, "ArbitraryFileIdentifier") or unreadable("ArbitraryFileIdentifier is missing"),
        institution_code=text(header, "MedicalInstitutionCode"),
        day=text(header, "QualificationConfirmationDate"),
    )
    if reception := text(body, "ReceptionNumber"):
        return replace(asked, reception=reception)
    if many := read_searches(body):
        return replace(asked, many=many)
    if only(body, "QualificationConfirmSearchInfo") is not None:
        return replace(asked, insured=read_search(body))
    return replace(asked, certificate=_certificate(section(body, "CardConfirmSearchInfo")))


def _certificate(card: Element) -> bytes:
    try:
        return base64.b64decode(text(card, "UserCertificate"), validate=True)
    except (binascii.Error, ValueError):
        unreadable("UserCertificate is not base64")


def write_answer(asked: Asked, person: Person | None, now: datetime) -> bytes:
    """What the service says about a person; someone that it does not know is "nobody matches"."""
    match person.service if person else Service.ANSWERS:
        case Service.STILL_RUNNING:
            return write_running(asked, now)
        case Service.REFUSES:
            return write_refusal(asked, now)
        case Service.ANSWERS:
            return _write_records(asked, person.records if person else (), now)
        case never:
            assert_never(never)


def write_running(asked: Asked, now: datetime) -> bytes:
    """The service is still looking."""
    return to_bytes(begin_message(asked, SegmentOfResult.RUNNING, now))


def write_error(asked: Asked, now: datetime) -> bytes:
    """The service itself failed; code and words are invented."""
    message = begin_message(asked, SegmentOfResult.ABNORMAL, now)
    header = section(message, "MessageHeader")
    SubElement(header, "ErrorCode").text = "PRACTICE-9"
    SubElement(header, "ErrorMessage").text = "練習用のエラーです。しばらくしてから、もう一度照会してください。"
    return to_bytes(message)


def write_refusal(asked: Asked, now: datetime) -> bytes:
    """The service works, and will not take this question; code and words are invented."""
    message = begin_message(asked, SegmentOfResult.NORMAL, now)
    body = SubElement(message, "MessageBody")
    SubElement(body, "ProcessingResultStatus").text = ProcessingResultStatus.ERROR
    SubElement(body, "ProcessingResultCode").text = "PRACTICE-2"
    SubElement(body, "ProcessingResultMessage").text = "練習用のエラーです。この照会は受け付けられません。"
    return to_bytes(message)


def _write_records(asked: Asked, records: tuple[PracticeRecord, ...], now: datetime) -> bytes:
    message = begin_message(asked, SegmentOfResult.NORMAL, now)
    body = SubElement(message, "MessageBody")
    SubElement(body, "ProcessingResultStatus").text = ProcessingResultStatus.NORMAL
    SubElement(body, "QualificationValidity").text = validity_of(records)
    if asked.insured:
        write_search(body, asked.insured)
    write_results(SubElement(body, "ResultList"), records)
    return to_bytes(message)


def write_results(parent: Element, records: tuple[PracticeRecord, ...]) -> None:
    """Each record with which an answer shows a person."""
    for record in records:
        if record.validity in _WITH_RESULT:
            _write_result(parent, record)


def validity_of(records: tuple[PracticeRecord, ...]) -> str:
    """The answer's code: the first record's, or "nobody matches"."""
    return records[0].validity if records else QualificationValidity.NOT_FOUND


def begin_message(asked: Asked, segment: SegmentOfResult, now: datetime) -> Element:
    """A message with its header."""
    message = Element("XmlMsg")
    header = SubElement(message, "MessageHeader")
    SubElement(header, "ProcessExecutionTime").text = f"{now:%Y%m%d%H%M%S}"
    SubElement(header, "QualificationConfirmationDate").text = asked.day
    SubElement(header, "MedicalInstitutionCode").text = asked.institution_code
    SubElement(header, "ArbitraryFileIdentifier").text = asked.identifier
    SubElement(header, "ReferenceClassification").text = (
        ReferenceClassification.CARD if asked.certificate else ReferenceClassification.NUMBER
    )
    SubElement(header, "SegmentOfResult").text = segment
    SubElement(header, "CharacterCodeIdentifier").text = CharacterCode.UTF_8
    return message


def _write_result(results: Element, record: PracticeRecord) -> None:
    """The certificate of those aged 70 to 74 is a section of its own in the layout; the deck lists it flat."""
    result = SubElement(results, "ResultOfQualificationConfirmation")
    from_70_to_74 = {name: value for name, value in record.elements.items() if name.startswith("ElderlyRecipient")}
    for name, value in record.elements.items():
        if name not in from_70_to_74:
            SubElement(result, name).text = value
    if from_70_to_74:
        certificate = SubElement(result, "ElderlyRecipientCertificateInfo")
        for name, value in from_70_to_74.items():
            SubElement(certificate, name).text = value


def to_bytes(message: Element) -> bytes:
    """The message as UTF-8."""
    encoded: bytes = tostring(message, encoding="utf-8", xml_declaration=True)
    return encoded
