"""The question to the eligibility service and its answer, as XmlMsg bytes. Pure.

OQS-style, after public traces and not after the official layout: `MessageHeader`, the result and its codes. Ours:
`CardConfirmSearchInfo`, the question that carries a card's certificate, for no public interface takes one.
"""

import base64
from datetime import date
from typing import assert_never
from xml.etree.ElementTree import Element, SubElement, tostring

from terminal.coverage import (
    InForce,
    InForceUnregistered,
    NotFound,
    NotInForce,
    Question,
    Refused,
    Reply,
    SeveralFound,
    StillRunning,
)
from terminal.eligibility.codes import (
    CONSENT_ELEMENTS,
    CharacterCode,
    ProcessingResultStatus,
    QualificationValidity,
    SegmentOfResult,
)
from terminal.eligibility.result import code, read_coverage, read_date, read_record
from terminal.eligibility.untrusted_xml import only, parse, section, text, unreadable


def encode_question(question: Question, institution_code: str) -> bytes:
    """The question as UTF-8. Of a person it says the certificate, how they were verified, and what they consent to."""
    message = Element("XmlMsg")
    header = SubElement(message, "MessageHeader")
    SubElement(header, "QualificationConfirmationDate").text = f"{question.day:%Y%m%d}"
    SubElement(header, "MedicalInstitutionCode").text = institution_code
    SubElement(header, "ArbitraryFileIdentifier").text = question.identifier
    SubElement(header, "CharacterCodeIdentifier").text = CharacterCode.UTF_8
    card = SubElement(SubElement(message, "MessageBody"), "CardConfirmSearchInfo")
    SubElement(card, "UserCertificate").text = base64.b64encode(question.verified.card.certificate).decode("ascii")
    SubElement(card, "HolderVerification").text = question.verified.method
    SubElement(card, "AskedAt").text = question.asked_at.isoformat(timespec="seconds")
    for consent, name in CONSENT_ELEMENTS.items():
        SubElement(card, name).text = "1" if consent in question.consents else "0"
    encoded: bytes = tostring(message, encoding="utf-8", xml_declaration=True)
    return encoded


def decode_reply(untrusted_body: bytes, identifier: str, institution_code: str, day: date) -> Reply:
    """The answer to one question. Raises `SERVICE_UNREADABLE` for whatever is not a whole answer to just that one."""
    message = parse(untrusted_body)
    reply = read_reply(message)
    _refuse_another_answer(section(message, "MessageHeader"), identifier, institution_code, day)
    return reply


def read_reply(message: Element) -> Reply:
    """What a message says, whatever it answers. Raises `SERVICE_UNREADABLE` for whatever is not a whole answer."""
    if message.tag != "XmlMsg":
        unreadable("XmlMsg is missing")
    header = section(message, "MessageHeader")
    match code(SegmentOfResult, header, "SegmentOfResult"):
        case SegmentOfResult.NORMAL:
            return _answer(section(message, "MessageBody"))
        case SegmentOfResult.RUNNING:
            return StillRunning()
        case SegmentOfResult.ABNORMAL:
            return Refused(text(header, "ErrorCode"), text(header, "ErrorMessage"))
        case never:
            assert_never(never)


def _refuse_another_answer(header: Element, identifier: str, institution_code: str, day: date) -> None:
    if text(header, "ArbitraryFileIdentifier") != identifier:
        unreadable("ArbitraryFileIdentifier is of another question")
    if text(header, "MedicalInstitutionCode") != institution_code:
        unreadable("MedicalInstitutionCode is of another institution")
    if read_date(header, "QualificationConfirmationDate") != day:
        unreadable("QualificationConfirmationDate is another day")


def _answer(body: Element) -> Reply:
    message = text(body, "ProcessingResultMessage")
    match code(ProcessingResultStatus, body, "ProcessingResultStatus"):
        case ProcessingResultStatus.ERROR:
            return Refused(text(body, "ProcessingResultCode"), message)
        case ProcessingResultStatus.NORMAL:
            return _validity(body, message)
        case never:
            assert_never(never)


def _validity(body: Element, note: str) -> Reply:
    """`note` is what the service adds to a good answer, such as a certificate that ends soon."""
    validity = code(QualificationValidity, body, "QualificationValidity")
    results = only(body, "ResultList")
    found = [] if results is None else results.findall("ResultOfQualificationConfirmation")
    match validity:
        case QualificationValidity.IN_FORCE | QualificationValidity.IN_FORCE_UNREGISTERED:
            if not found:
                unreadable("ResultOfQualificationConfirmation is missing")
            if len(found) > 1:
                return SeveralFound()  # which of them applies is not ours to choose
            record, coverage = read_record(found[0]), read_coverage(found[0])
            if validity is QualificationValidity.IN_FORCE_UNREGISTERED:
                return InForceUnregistered(record, coverage)
            return InForce(record, coverage, note)
        case QualificationValidity.ENDED | QualificationValidity.ENDED_NEWER_EXISTS:
            about = read_record(found[0]) if len(found) == 1 else None
            return NotInForce(about, validity is QualificationValidity.ENDED_NEWER_EXISTS, note)
        case QualificationValidity.NOT_FOUND:
            return NotFound()
        case QualificationValidity.SEVERAL:
            return SeveralFound()
        case never:
            assert_never(never)
