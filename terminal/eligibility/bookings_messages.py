"""Many questions in one message and their answers in another, as XmlMsg bytes: the two phases of a bulk query. Pure.

OQS-style (`OQSmuquc01`, `OQSmuquc02`): the questions are answered by a reception number, the reception number by the
answers. An answer counts when the search that stands beside it is the one that was asked under its identifier.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from xml.etree.ElementTree import Element, SubElement

from terminal.coverage import Refused, Reply
from terminal.eligibility.codes import SegmentOfResult
from terminal.eligibility.number_query import Insured
from terminal.eligibility.plain_xml import as_bytes
from terminal.eligibility.result import code
from terminal.eligibility.untrusted_xml import parse, section, text, unreadable
from terminal.eligibility.xmlmsg import (
    RESULT,
    SEARCH,
    begin_question,
    read_answer,
    read_search,
    refuse_another,
    write_search,
)

UNIT = "BulkConfirmUnit"
MOST_QUESTIONS = 50  # in one message: its answers stay well within the size that is read


@dataclass(frozen=True)
class Search:
    """One of many: who is asked about, and the identifier under which the answer comes."""

    identifier: str
    insured: Insured = field(repr=False)


@dataclass(frozen=True)
class Envelope:
    """What a message and its answer share: identifier, institution, and the day asked about."""

    identifier: str
    institution_code: str
    day: date


def encode_many(envelope: Envelope, searches: Iterable[Search]) -> bytes:
    """The questions as UTF-8 (`OQSmuquc01req`)."""
    message = begin_question(envelope.identifier, envelope.institution_code, envelope.day)
    write_searches(SubElement(message, "MessageBody"), searches)
    return as_bytes(message)


def encode_fetch(envelope: Envelope, reception: str) -> bytes:
    """The question for the answers (`OQSmuquc02req`)."""
    message = begin_question(envelope.identifier, envelope.institution_code, envelope.day)
    SubElement(SubElement(message, "MessageBody"), "ReceptionNumber").text = reception
    return as_bytes(message)


def decode_reception(untrusted_body: bytes, envelope: Envelope) -> str | Refused:
    """The reception number. Raises `SERVICE_UNREADABLE` for whatever is neither that nor a refusal."""
    message = _answer_to(untrusted_body, envelope)
    header = section(message, "MessageHeader")
    if code(SegmentOfResult, header, "SegmentOfResult") is SegmentOfResult.ABNORMAL:
        return _refused(header)
    return text(header, "ReceptionNumber") or unreadable("ReceptionNumber is missing")


def decode_answers(
    untrusted_body: bytes, envelope: Envelope, asked: Mapping[str, Insured]
) -> dict[str, Reply] | Refused | None:
    """Each answer by its question's identifier; None while the service is at work.

    Raises `SERVICE_UNREADABLE` when an answer belongs to no question, is about other numbers than were asked with, or
    stands there twice. A question without an answer is left out: that it has none is for the caller to see.
    """
    message = _answer_to(untrusted_body, envelope)
    header = section(message, "MessageHeader")
    match code(SegmentOfResult, header, "SegmentOfResult"):
        case SegmentOfResult.RUNNING:
            return None
        case SegmentOfResult.ABNORMAL:
            return _refused(header)
        case _:
            return _answers(section(message, "MessageBody"), asked)


def write_searches(parent: Element, searches: Iterable[Search]) -> None:
    """Each search under its identifier."""
    for search in searches:
        SubElement(write_search(parent, search.insured), "ArbitraryIdentifier").text = search.identifier


def read_searches(body: Element) -> tuple[Search, ...]:
    """The searches that stand under identifiers; none where a message asks about one person alone."""
    found = []
    for element in body.findall(SEARCH):
        if identifier := text(element, "ArbitraryIdentifier"):
            holding = Element("search")
            holding.append(element)
            found.append(Search(identifier, read_search(holding)))
    return tuple(found)


def _answers(body: Element, asked: Mapping[str, Insured]) -> dict[str, Reply]:
    replies: dict[str, Reply] = {}
    for unit in body.findall(UNIT):
        identifier = text(section(unit, SEARCH), "ArbitraryIdentifier")
        if identifier not in asked:
            unreadable("ArbitraryIdentifier is of no question")
        if identifier in replies:
            unreadable("two answers to one question")
        if not read_search(unit).agrees_with(asked[identifier]):
            unreadable(f"{SEARCH} is not what was asked")
        replies[identifier] = read_answer(unit, unit.findall(RESULT))
    return replies


def _answer_to(untrusted_body: bytes, envelope: Envelope) -> Element:
    message = parse(untrusted_body)
    if message.tag != "XmlMsg":
        unreadable("XmlMsg is missing")
    header = section(message, "MessageHeader")
    refuse_another(header, envelope.identifier, envelope.institution_code, envelope.day)
    return message


def _refused(header: Element) -> Refused:
    return Refused(text(header, "ErrorCode"), text(header, "ErrorMessage"))
