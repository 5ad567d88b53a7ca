"""The question to the eligibility service and its answer, as XmlMsg bytes. Pure.

OQS-style, after public traces and not after the official layout: `MessageHeader`, the result and its codes. Ours:
`CardConfirmSearchInfo`, the question that carries a card's certificate, for no public interface takes one.
"""

import base64
from datetime import date
from typing import assert_never
from xml.etree.ElementTree import Element, SubElement

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
from terminal.eligibility.number_query import Insured, NumberQuestion
from terminal.eligibility.plain_xml import as_bytes
from terminal.eligibility.result import (
    code,
    read_branch,
    read_coverage,
    read_date,
    read_insurer_number,
    read_record,
)
from terminal.eligibility.untrusted_xml import only, parse, section, text, unreadable

RESULT = "ResultOfQualificationConfirmation"
SEARCH = "QualificationConfirmSearchInfo"
LIMIT_AMOUNT = "LimitApplicationCertificateRelatedConsFlg"


def encode_question(question: Question, institution_code: str) -> bytes:
    """The question as UTF-8. Of a person it says the certificate, how they were verified, and what they consent to."""
    message = begin_question(question.identifier, institution_code, question.day)
    card = SubElement(SubElement(message, "MessageBody"), "CardConfirmSearchInfo")
    SubElement(card, "UserCertificate").text = base64.b64encode(question.card.certificate).decode("ascii")
    SubElement(card, "HolderVerification").text = question.verified.method
    SubElement(card, "AskedAt").text = question.asked_at.isoformat(timespec="seconds")
    for consent, name in CONSENT_ELEMENTS.items():
        SubElement(card, name).text = "1" if consent in question.consents else "0"
    return as_bytes(message)


def encode_number_question(question: NumberQuestion, institution_code: str) -> bytes:
    """The question without a card as UTF-8 (`OQSsiquc01req`)."""
    message = begin_question(question.identifier, institution_code, question.day)
    write_search(SubElement(message, "MessageBody"), question.insured, limit_amount=question.limit_amount)
    return as_bytes(message)


def begin_question(identifier: str, institution_code: str, day: date) -> Element:
    """A message with its header."""
    message = Element("XmlMsg")
    header = SubElement(message, "MessageHeader")
    SubElement(header, "QualificationConfirmationDate").text = f"{day:%Y%m%d}"
    SubElement(header, "MedicalInstitutionCode").text = institution_code
    SubElement(header, "ArbitraryFileIdentifier").text = identifier
    SubElement(header, "CharacterCodeIdentifier").text = CharacterCode.UTF_8
    return message


def write_search(body: Element, insured: Insured, *, limit_amount: bool = False) -> Element:
    """What a search is made with; symbol and branch are left out where there are none."""
    search = SubElement(body, SEARCH)
    SubElement(search, "InsurerNumber").text = insured.insurer_number
    for name, text_or_none in (
        ("InsuredCardSymbol", insured.symbol),
        ("InsuredIdentificationNumber", insured.number),
        ("InsuredBranchNumber", insured.branch),
    ):
        if text_or_none:
            SubElement(search, name).text = text_or_none
    SubElement(search, "Birthdate").text = f"{insured.birth_date:%Y%m%d}"
    SubElement(search, LIMIT_AMOUNT).text = "1" if limit_amount else "0"
    return search


def read_search(parent: Element) -> Insured:
    """What a search was made with. Raises `SERVICE_UNREADABLE` where a part that must be there is not."""
    search = section(parent, SEARCH)
    return Insured(
        read_insurer_number(search),
        text(search, "InsuredCardSymbol"),
        text(search, "InsuredIdentificationNumber") or unreadable("InsuredIdentificationNumber is missing"),
        read_branch(search),
        read_date(search, "Birthdate") or unreadable("Birthdate is missing"),
    )


def decode_reply(untrusted_body: bytes, identifier: str, institution_code: str, day: date) -> Reply:
    """The answer to one question. Raises `SERVICE_UNREADABLE` for whatever is not a whole answer to just that one."""
    message = parse(untrusted_body)
    reply = read_reply(message)
    refuse_another(section(message, "MessageHeader"), identifier, institution_code, day)
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


def refuse_another(header: Element, identifier: str, institution_code: str, day: date) -> None:
    """Raises `SERVICE_UNREADABLE` when a header is not that of the answer to one's own question."""
    if text(header, "ArbitraryFileIdentifier") != identifier:
        unreadable("ArbitraryFileIdentifier is of another question")
    if text(header, "MedicalInstitutionCode") != institution_code:
        unreadable("MedicalInstitutionCode is of another institution")
    if read_date(header, "QualificationConfirmationDate") != day:
        unreadable("QualificationConfirmationDate is another day")


def _answer(body: Element) -> Reply:
    results = only(body, "ResultList")
    return read_answer(body, [] if results is None else results.findall(RESULT))


def read_answer(answered: Element, found: list[Element]) -> Reply:
    """The answer to one question, alone in its message or one of many in it, with the results that belong to it."""
    message = text(answered, "ProcessingResultMessage")
    match code(ProcessingResultStatus, answered, "ProcessingResultStatus"):
        case ProcessingResultStatus.ERROR:
            return Refused(text(answered, "ProcessingResultCode"), message)
        case ProcessingResultStatus.NORMAL:
            return _validity(code(QualificationValidity, answered, "QualificationValidity"), found, message)
        case never:
            assert_never(never)


def _validity(validity: QualificationValidity, found: list[Element], note: str) -> Reply:
    """`note` is what the service adds to a good answer, such as a certificate that ends soon."""
    match validity:
        case QualificationValidity.IN_FORCE | QualificationValidity.IN_FORCE_UNREGISTERED:
            if not found:
                unreadable(f"{RESULT} is missing")
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
