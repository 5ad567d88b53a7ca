"""Questions to bytes, and untrusted bytes to exactly one answer or `SERVICE_UNREADABLE`."""

import base64
import random
from datetime import UTC, date, datetime
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st
from qualification_result import RESULT

from terminal.card_token import TokenKind
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
from terminal.eligibility.xmlmsg import decode_reply, encode_question
from terminal.people import Card, Consent, Holder, IssuerTrust, Sex, VerificationMethod, Verified
from terminal.problems import Problem, TerminalError

NOW = datetime(2026, 11, 21, 1, 15, tzinfo=UTC)
DAY = date(2026, 11, 21)
IDENTIFIER, INSTITUTION = "20261121101500-a1b2", "1319999999"

HEADER = {
    "QualificationConfirmationDate": "20261121",
    "MedicalInstitutionCode": INSTITUTION,
    "ArbitraryFileIdentifier": IDENTIFIER,
    "SegmentOfResult": "1",
    "CharacterCodeIdentifier": "0",
}
BODY = {"ProcessingResultStatus": "1", "QualificationValidity": "1"}


def elements(values: dict[str, str]) -> str:
    return "".join(f"<{name}>{value}</{name}>" for name, value in values.items())


def reply(
    *,
    header: dict[str, str] | None = None,
    body: dict[str, str] | None = None,
    results: tuple[dict[str, str], ...] = (RESULT,),
    more: str = "",
    declaration: str = '<?xml version="1.0" encoding="UTF-8" standalone="no"?>',
) -> str:
    found = "".join(
        f"<ResultOfQualificationConfirmation>{elements(r)}{more}</ResultOfQualificationConfirmation>" for r in results
    )
    return (
        f"{declaration}<XmlMsg><MessageHeader>{elements(HEADER | (header or {}))}</MessageHeader>"
        f"<MessageBody>{elements(BODY | (body or {}))}<ResultList>{found}</ResultList></MessageBody></XmlMsg>"
    )


def decode(message: str | bytes) -> Reply:
    return decode_reply(message.encode() if isinstance(message, str) else message, IDENTIFIER, INSTITUTION, DAY)


def refusal(message: str | bytes) -> str:
    with pytest.raises(TerminalError) as raised:
        decode(message)
    assert raised.value.problem is Problem.SERVICE_UNREADABLE
    return raised.value.detail


def in_force(message: str | bytes) -> InForce:
    answer = decode(message)
    assert isinstance(answer, InForce)
    return answer


# --- the question -----------------------------------------------------------------------------------------------------


def test_a_question_says_the_certificate_the_verification_and_each_consent() -> None:
    holder = Holder("見本　花子", "架空区", date(1992, 4, 12), Sex.FEMALE, None, date(2034, 4, 12), IssuerTrust.CHECKED)
    card = Card("insertion-1", TokenKind.PLASTIC, b"\x30\x82certificate", NOW, 10, 3)
    verified = Verified(card, holder, VerificationMethod.FACE)
    message = encode_question(Question(IDENTIFIER, verified, frozenset({Consent.MEDICINES}), DAY, NOW), INSTITUTION)

    root = fromstring(message)
    header = {element.tag: element.text for element in root[0]}
    assert header == {name: value for name, value in HEADER.items() if name != "SegmentOfResult"}
    asked = {element.tag: element.text for element in root[1][0]}
    assert asked == {
        "UserCertificate": base64.b64encode(card.certificate).decode(),
        "HolderVerification": "face",
        "AskedAt": "2026-11-21T01:15:00+00:00",
        "LimitApplicationCertificateRelatedConsFlg": "0",
        "PharmacistsInfoConsFlg": "1",
        "SpecificHealthCheckupsInfoConsFlg": "0",
    }
    assert holder.name not in message.decode()


# --- each answer apart ------------------------------------------------------------------------------------------------


def test_in_force_holds_the_record_and_the_coverage() -> None:
    answer = in_force(reply())
    assert (answer.record.name, answer.record.birth_date) == ("髙﨑　●子", date(1992, 4, 12))
    assert (answer.coverage.insurer_number, answer.coverage.subscriber_id) == ("00138057", "３４５６７８")


def test_an_answer_with_a_wrong_value_in_it_is_refused_as_a_whole() -> None:
    assert "Birthdate" in refusal(reply(results=({**RESULT, "Birthdate": "19920231"},)))


@pytest.mark.parametrize(
    ("validity", "expected"),
    [
        ("1", InForce),
        ("2", NotInForce),
        ("3", NotInForce),
        ("4", NotFound),
        ("5", SeveralFound),
        ("6", InForceUnregistered),
    ],
)
def test_each_validity_is_an_answer_of_its_own(validity: str, expected: type[Reply]) -> None:
    answer = decode(reply(body={"QualificationValidity": validity}))
    assert type(answer) is expected
    if isinstance(answer, NotInForce):
        assert answer.newer_exists is (validity == "3")


def test_an_ended_coverage_needs_no_record() -> None:
    assert decode(reply(body={"QualificationValidity": "2"}, results=())) == NotInForce(None, newer_exists=False)


def test_two_records_in_force_are_several_and_never_the_first() -> None:
    assert decode(reply(results=(RESULT, RESULT))) == SeveralFound()


def test_still_running_is_neither_yes_nor_no() -> None:
    assert decode(reply(header={"SegmentOfResult": "2"})) == StillRunning()


def test_errors_of_the_header_and_of_the_body_are_told_in_the_services_own_words() -> None:
    abnormal = {"SegmentOfResult": "9", "ErrorCode": "X1", "ErrorMessage": "閉局中"}
    assert decode(reply(header=abnormal)) == Refused("X1", "閉局中")
    failed = {"ProcessingResultStatus": "2", "ProcessingResultCode": "Y2", "ProcessingResultMessage": "照会誤り"}
    assert decode(reply(body=failed)) == Refused("Y2", "照会誤り")


def test_a_note_beside_a_good_answer_is_kept() -> None:
    assert in_force(reply(body={"ProcessingResultMessage": "証明書の期限が近づいています"})).service_note != ""


@pytest.mark.parametrize(
    "name", ["SegmentOfResult", "MedicalInstitutionCode", "ArbitraryFileIdentifier", "QualificationConfirmationDate"]
)
@pytest.mark.parametrize("value", ["7", ""])
def test_a_header_that_is_not_ours_is_refused(name: str, value: str) -> None:
    assert name in refusal(reply(header={name: value}))


@pytest.mark.parametrize("name", ["ProcessingResultStatus", "QualificationValidity"])
@pytest.mark.parametrize("value", ["0", "7", "１", "11", ""])
def test_a_code_that_is_in_no_table_is_refused(name: str, value: str) -> None:
    assert name in refusal(reply(body={name: value}))


def test_in_force_without_a_result_is_refused() -> None:
    assert "ResultOfQualificationConfirmation" in refusal(reply(results=()))


# --- tolerant and strict ---------------------------------------------------------------------------------------------


def test_elements_that_nobody_knows_yet_are_left_alone() -> None:
    assert in_force(reply(more="<NewIn2027><Deep>1</Deep></NewIn2027>")) == in_force(reply())


@given(st.randoms(use_true_random=False))
def test_the_order_of_elements_does_not_matter(order: random.Random) -> None:
    shuffled = dict(order.sample(list(RESULT.items()), len(RESULT)))
    header = dict(order.sample(list(HEADER.items()), len(HEADER)))
    message = reply(results=(shuffled,)).replace(elements(HEADER), elements(header))
    assert in_force(message) == in_force(reply())


def decode_or_none(message: bytes) -> Reply | None:
    try:
        return decode(message)
    except TerminalError:
        return None


# --- hostile ----------------------------------------------------------------------------------------------------------


SINGLE = [*HEADER, *BODY, *RESULT, "MessageHeader", "MessageBody", "ResultList"]
SINGLE.remove("CharacterCodeIdentifier")  # only guides how bytes are read


@pytest.mark.parametrize("name", SINGLE)
def test_a_single_valued_element_that_stands_twice_is_refused(name: str) -> None:
    message = reply()
    start = message.index(f"<{name}>")
    end = message.index(f"</{name}>") + len(f"</{name}>")
    assert name in refusal(message[:end] + message[start:end] + message[end:])


@pytest.mark.parametrize("message", ["<html><body>502</body></html>", "<XmlMsg/>", "<a>" * 9_000 + "</a>" * 9_000])
def test_xml_that_is_no_answer_is_refused(message: str) -> None:
    refusal(message)


@pytest.mark.parametrize("value", ["&a;", "<b>1</b>"])
def test_a_code_is_plain_text(value: str) -> None:
    refusal(reply(body={"QualificationValidity": value}))


@given(st.binary(max_size=300))
def test_no_bytes_whatever_become_an_answer_by_chance(untrusted_body: bytes) -> None:
    refusal(untrusted_body)


@given(st.data())
def test_a_damaged_answer_is_in_force_only_while_it_is_whole_and_says_so(data: st.DataObject) -> None:
    whole = bytearray(reply(body={"QualificationValidity": data.draw(st.sampled_from("123456"))}).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(whole)))
        whole[start : start + data.draw(st.integers(0, 40))] = data.draw(
            st.binary(max_size=6) | st.sampled_from((b"<", b"1", b"9"))
        )
    answer = decode_or_none(bytes(whole))
    if isinstance(answer, InForce):
        assert b"<QualificationValidity>1</QualificationValidity>" in b"".join(bytes(whole).split())
        assert IDENTIFIER.encode() in whole
        assert len(answer.coverage.insurer_number) == 8
        assert answer.coverage.subscriber_id
