"""What the practice service says: a question's bytes to an answer's bytes, OQS-style. Pure.

It stands where an upstream would stand, so it reads and writes XmlMsg and shares only the code tables with the desk.
"""

import base64
import binascii
from dataclasses import dataclass, field
from datetime import datetime
from typing import assert_never
from xml.etree.ElementTree import Element, SubElement, tostring

from terminal.eligibility.codes import (
    CharacterCode,
    ProcessingResultStatus,
    QualificationValidity,
    ReferenceClassification,
    SegmentOfResult,
)
from terminal.eligibility.untrusted_xml import parse, section, text, unreadable
from terminal.practice.deck import Person, PracticeRecord, Service

_WITH_RESULT = (
    QualificationValidity.IN_FORCE,
    QualificationValidity.ENDED,
    QualificationValidity.ENDED_NEWER_EXISTS,
    QualificationValidity.IN_FORCE_UNREGISTERED,
)


@dataclass(frozen=True)
class Asked:
    """A question as the service reads it."""

    identifier: str
    institution_code: str
    day: str
    certificate: bytes = field(repr=False)


def read_question(untrusted_body: bytes) -> Asked:
    """Raises `SERVICE_UNREADABLE` for whatever is not a question about a card."""
    message = parse(untrusted_body)
    header = section(message, "MessageHeader")
    card = section(section(message, "MessageBody"), "CardConfirmSearchInfo")
    try:
        certificate = base64.b64decode(text(card, "UserCertificate"), validate=True)
    except (binascii.Error, ValueError):
        unreadable("UserCertificate is not base64")
    return Asked(
        identifier=text(header, "ArbitraryFileIdentifier") or unreadable("ArbitraryFileIdentifier is missing"),
        institution_code=text(header, "MedicalInstitutionCode"),
        day=text(header, "QualificationConfirmationDate"),
        certificate=certificate,
    )


def write_answer(asked: Asked, person: Person | None, now: datetime) -> bytes:
    """What the service says about a person; someone that it does not know is "nobody matches"."""
    match person.service if person else Service.ANSWERS:
        case Service.STILL_RUNNING:
            return write_running(asked, now)
        case Service.REFUSES:
            return _write_refusal(asked, now)
        case Service.ANSWERS:
            return _write_records(asked, person.records if person else (), now)
        case never:
            assert_never(never)


def write_running(asked: Asked, now: datetime) -> bytes:
    """The service is still looking."""
    return _bytes(_message(asked, SegmentOfResult.RUNNING, now))


def write_error(asked: Asked, now: datetime) -> bytes:
    """The service itself failed; code and words are invented."""
    message = _message(asked, SegmentOfResult.ABNORMAL, now)
    header = section(message, "MessageHeader")
    SubElement(header, "ErrorCode").text = "PRACTICE-9"
    SubElement(header, "ErrorMessage").text = "練習用のエラーです。しばらくしてから、もう一度照会してください。"
    return _bytes(message)


def _write_refusal(asked: Asked, now: datetime) -> bytes:
    """The service works, and will not take this question; code and words are invented."""
    message = _message(asked, SegmentOfResult.NORMAL, now)
    body = SubElement(message, "MessageBody")
    SubElement(body, "ProcessingResultStatus").text = ProcessingResultStatus.ERROR
    SubElement(body, "ProcessingResultCode").text = "PRACTICE-2"
    SubElement(body, "ProcessingResultMessage").text = "練習用のエラーです。この照会は受け付けられません。"
    return _bytes(message)


def _write_records(asked: Asked, records: tuple[PracticeRecord, ...], now: datetime) -> bytes:
    message = _message(asked, SegmentOfResult.NORMAL, now)
    body = SubElement(message, "MessageBody")
    SubElement(body, "ProcessingResultStatus").text = ProcessingResultStatus.NORMAL
    SubElement(body, "QualificationValidity").text = _validity(records)
    results = SubElement(body, "ResultList")
    for record in records:
        if record.validity in _WITH_RESULT:
            _write_result(results, record)
    return _bytes(message)


def _validity(records: tuple[PracticeRecord, ...]) -> str:
    return records[0].validity if records else QualificationValidity.NOT_FOUND


def _message(asked: Asked, segment: SegmentOfResult, now: datetime) -> Element:
    message = Element("XmlMsg")
    header = SubElement(message, "MessageHeader")
    SubElement(header, "ProcessExecutionTime").text = f"{now:%Y%m%d%H%M%S}"
    SubElement(header, "QualificationConfirmationDate").text = asked.day
    SubElement(header, "MedicalInstitutionCode").text = asked.institution_code
    SubElement(header, "ArbitraryFileIdentifier").text = asked.identifier
    SubElement(header, "ReferenceClassification").text = ReferenceClassification.CARD
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


def _bytes(message: Element) -> bytes:
    encoded: bytes = tostring(message, encoding="utf-8", xml_declaration=True)
    return encoded
