"""What the service said, as the XmlMsg for one kiosk's question. Pure.

Law: it is read back before it leaves, and says to the kiosk just what the service said; all else is unreadable.
"""

from datetime import datetime
from typing import assert_never
from xml.etree.ElementTree import Element, SubElement

from terminal.coverage import (
    Coverage,
    InForce,
    InForceUnregistered,
    NotFound,
    NotInForce,
    Question,
    Record,
    Refused,
    Reply,
    SeveralFound,
    StillRunning,
)
from terminal.eligibility.codes import (
    CharacterCode,
    ProcessingResultStatus,
    QualificationValidity,
    ReferenceClassification,
    SegmentOfResult,
)
from terminal.eligibility.plain_xml import as_bytes
from terminal.eligibility.result_elements import certificate_sections, coverage_elements, digits, ratio, record_elements
from terminal.eligibility.untrusted_xml import unreadable
from terminal.eligibility.xmlmsg import decode_reply
from terminal.gateway.question import Asked


def write_answer(asked: Asked, reply: Reply, now: datetime) -> bytes:
    """The answer as UTF-8. Raises `SERVICE_UNREADABLE` for a reply that XML cannot carry as it is."""
    message = Element("XmlMsg")
    header = SubElement(message, "MessageHeader")
    _put(header, "ProcessExecutionTime", f"{now:%Y%m%d%H%M%S}")
    _put(header, "QualificationConfirmationDate", digits(asked.question.day))
    _put(header, "MedicalInstitutionCode", asked.institution_code)
    _put(header, "ArbitraryFileIdentifier", asked.identifier)
    is_by_card = isinstance(asked.question, Question)
    asked_with = ReferenceClassification.CARD if is_by_card else ReferenceClassification.NUMBER
    _put(header, "ReferenceClassification", asked_with)
    _put(header, "CharacterCodeIdentifier", CharacterCode.UTF_8)
    match reply:
        case StillRunning():
            _put(header, "SegmentOfResult", SegmentOfResult.RUNNING)
        case Refused(code, told):
            _put(header, "SegmentOfResult", SegmentOfResult.ABNORMAL)
            _put(header, "ErrorCode", code)
            _put(header, "ErrorMessage", told)
        case _:
            _put(header, "SegmentOfResult", SegmentOfResult.NORMAL)
            _write_validity(SubElement(message, "MessageBody"), reply)
    encoded = as_bytes(message)
    if decode_reply(encoded, asked.identifier, asked.institution_code, asked.question.day) != reply:
        unreadable("the reply does not survive its writing")
    return encoded


def _write_validity(body: Element, reply: InForce | NotInForce | NotFound | SeveralFound | InForceUnregistered) -> None:
    _put(body, "ProcessingResultStatus", ProcessingResultStatus.NORMAL)
    match reply:
        case InForce(record, coverage, note):
            _put(body, "ProcessingResultMessage", note)
            _write_result(body, QualificationValidity.IN_FORCE, record, coverage)
        case InForceUnregistered(record, coverage):
            _write_result(body, QualificationValidity.IN_FORCE_UNREGISTERED, record, coverage)
        case NotInForce(about, newer_exists, note):
            _put(body, "ProcessingResultMessage", note)
            ended = QualificationValidity.ENDED_NEWER_EXISTS if newer_exists else QualificationValidity.ENDED
            _write_result(body, ended, about, None)
        case NotFound():
            _write_result(body, QualificationValidity.NOT_FOUND, None, None)
        case SeveralFound():
            _write_result(body, QualificationValidity.SEVERAL, None, None)
        case _:
            assert_never(reply)


def _write_result(
    body: Element, validity: QualificationValidity, record: Record | None, coverage: Coverage | None
) -> None:
    _put(body, "QualificationValidity", validity)
    if record is None:
        return
    result = SubElement(SubElement(body, "ResultList"), "ResultOfQualificationConfirmation")
    for name, text in record_elements(record):
        _put(result, name, text)
    if coverage is None:
        return
    for name, text in coverage_elements(coverage):
        _put(result, name, text)
    _put(result, "InsuredPartialContributionRatio", ratio(coverage.copay_percent))
    for name, elements in certificate_sections(coverage):
        section = SubElement(result, name)
        for each, text in elements:
            _put(section, each, text)


def _put(parent: Element, name: str, value: str | None) -> None:
    if value:
        SubElement(parent, name).text = value
