"""FHIR R4 responses and Coverages as JP Core writes them, to the same replies, and what is refused in them."""

import copy
import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.coverage import InForce, NotFound, NotInForce, Refused, Relation, Reply, SeveralFound, StillRunning
from terminal.eligibility import untrusted_json
from terminal.eligibility.fhir_coverage import INSURED_PERSON, INSURER_NUMBER, MEMBER_ID, NAME_FORM
from terminal.eligibility.fhir_eligibility import read_fhir_reply
from terminal.eligibility.fhir_resources import resources_of
from terminal.eligibility.untrusted_xml import MOST_BYTES
from terminal.people import Sex
from terminal.problems import Problem, TerminalError

COVERAGE: dict[str, Any] = {
    "resourceType": "Coverage",
    "id": "c1",
    "status": "active",
    "extension": [
        {"url": f"{INSURED_PERSON}Symbol", "valueString": "１２"},
        {"url": f"{INSURED_PERSON}Number", "valueString": "３４５６７８"},
        {"url": f"{INSURED_PERSON}SubNumber", "valueString": "01"},
    ],
    "identifier": [{"system": MEMBER_ID, "value": "00138057:１２:３４５６７８:01"}],
    "beneficiary": {"reference": "#p1"},
    "dependent": "０１",
    "relationship": {
        "coding": [{"code": "2", "system": "http://jpfhir.jp/fhir/core/mhlw/CodeSystem/InsuredPersonCategory"}]
    },
    "period": {"start": "2024-04-01", "end": "2027-07-31"},
    "payor": [{"reference": "#o1"}],
    "costToBeneficiary": [{"type": {"coding": [{"code": "copaypct"}]}, "valueQuantity": {"value": 30, "unit": "%"}}],
}
PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "p1",
    "name": [
        {"extension": [{"url": NAME_FORM, "valueCode": "IDE"}], "text": "髙﨑　●子"},
        {"extension": [{"url": NAME_FORM, "valueCode": "SYL"}], "family": "ﾀｶｻｷ", "given": ["ﾊﾅｺ"]},
    ],
    "birthDate": "1992-04-12",
    "gender": "female",
    "address": [{"text": "東京都架空区見本町１－２－３"}],
}
INSURER: dict[str, Any] = {
    "resourceType": "Organization",
    "id": "o1",
    "identifier": [{"system": INSURER_NUMBER, "value": "  138057"}],
    "name": "架空区国民健康保険",
}
RESPONSE: dict[str, Any] = {
    "resourceType": "CoverageEligibilityResponse",
    "status": "active",
    "purpose": ["validation"],
    "patient": {"reference": "#p1"},
    "servicedDate": "2026-11-22",
    "outcome": "complete",
    "insurance": [{"coverage": {"reference": "#c1"}, "inforce": True}],
    "contained": [COVERAGE, PATIENT, INSURER],
}
GONE = object()


def changed(message: dict[str, Any], *path: str | int, to: object) -> dict[str, Any]:
    """A copy with the value at a path changed, or taken away."""
    copied = copy.deepcopy(message)
    *before, last = path
    place: Any = copied
    for step in before:
        place = place[step]
    if to is GONE:
        del place[last]
    else:
        place[last] = to
    return copied


def read(message: dict[str, Any]) -> Reply:
    return read_fhir_reply(resources_of(untrusted_json.parse(json.dumps(message).encode())))


def refusal(message: dict[str, Any]) -> str:
    with pytest.raises(TerminalError) as raised:
        read(message)
    assert raised.value.problem is Problem.SERVICE_UNREADABLE
    return raised.value.detail


def test_in_force_holds_the_record_and_the_coverage() -> None:
    reply = read(RESPONSE)
    assert isinstance(reply, InForce)
    record, coverage = reply.record, reply.coverage
    assert (record.name, record.kana, record.birth_date) == ("髙﨑　●子", "ﾀｶｻｷ　ﾊﾅｺ", date(1992, 4, 12))
    assert (record.sex, record.address) == (Sex.FEMALE, "東京都架空区見本町１－２－３")
    assert (coverage.insurer_number, coverage.insurer_name) == ("00138057", "架空区国民健康保険")
    assert (coverage.symbol, coverage.subscriber_id, coverage.branch) == ("１２", "３４５６７８", "01")
    assert (coverage.relation, coverage.copay_percent) == (Relation.DEPENDANT, 30)
    assert (coverage.starts, coverage.ends) == (date(2024, 4, 1), date(2027, 7, 31))


def test_a_bundle_says_the_same_as_contained_resources() -> None:
    entries: list[dict[str, Any]] = [
        {"resource": changed(RESPONSE, "contained", to=[])},
        {"fullUrl": "urn:uuid:c", "resource": changed(COVERAGE, "payor", 0, "reference", to="Organization/o1")},
        {"fullUrl": "urn:uuid:p", "resource": PATIENT},
        {"fullUrl": "urn:uuid:o", "resource": INSURER},
    ]
    bundle: dict[str, Any] = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    bundle = changed(bundle, "entry", 0, "resource", "patient", "reference", to="urn:uuid:p")
    bundle = changed(bundle, "entry", 0, "resource", "insurance", 0, "coverage", "reference", to="Coverage/c1")
    assert read(bundle) == read(RESPONSE)


@pytest.mark.parametrize(
    ("path", "to", "expected"),
    [
        (("outcome",), "queued", StillRunning()),
        (("outcome",), "error", Refused("", "")),
        (("outcome",), "partial", Refused("", "")),
        (("insurance",), [], NotFound()),
        (("insurance",), [{"inforce": True}, {"inforce": True}], SeveralFound()),
    ],
)
def test_each_outcome_is_an_answer_of_its_own(path: tuple[str, ...], to: object, expected: Reply) -> None:
    assert read(changed(RESPONSE, *path, to=to)) == expected


@pytest.mark.parametrize(("insurances", "newer"), [([False], False), ([False, False], False), ([False, True], True)])
def test_an_ended_coverage_says_whether_another_is_in_force(insurances: list[bool], newer: bool) -> None:
    reply = read(changed(RESPONSE, "insurance", to=[{"inforce": in_force} for in_force in insurances]))
    assert isinstance(reply, NotInForce)
    assert reply.newer_exists is newer


def test_an_error_is_told_in_the_services_own_words() -> None:
    error = {"code": {"coding": [{"code": "E1", "display": "照会誤り"}], "text": "もう一度"}}
    assert read(changed(changed(RESPONSE, "outcome", to="error"), "error", to=[error])) == Refused(
        "E1", "もう一度 照会誤り"
    )


@pytest.mark.parametrize(
    ("path", "to"),
    [
        (("status",), "entered-in-error"),
        (("status",), GONE),
        (("outcome",), "complete "[:4]),
        (("outcome",), GONE),
        (("insurance", 0, "inforce"), GONE),
        (("insurance", 0, "inforce"), "true"),
        (("insurance", 0, "inforce"), 1),
        (("insurance", 0, "coverage"), GONE),
        (("insurance", 0, "coverage", "reference"), "#p1"),
        (("insurance", 0, "coverage", "reference"), "https://127.0.0.1/Coverage/c1"),
        (("error",), [{"code": {}}]),
        (("contained", 0, "status"), "cancelled"),
        (("contained", 0, "identifier", 0, "value"), "00138057:１２:９９９:01"),
        (("contained", 0, "identifier", 0, "value"), "00138057"),
        (("contained", 0, "dependent"), "02"),
        (("contained", 0, "period", "end"), "2027-07"),
        (("contained", 0, "period", "end"), "2027-02-30"),
        (("contained", 0, "payor"), [{"reference": "#o1"}, {"reference": "#o1"}]),
        (("contained", 0, "costToBeneficiary", 0, "valueQuantity", "value"), 130),
        (("contained", 0, "costToBeneficiary", 0, "valueQuantity", "value"), "30"),
        (("contained", 0, "relationship", "coding", 0, "code"), "7"),
        (("contained", 1, "birthDate"), "1992"),
        (("contained", 1, "gender"), "f"),
        (("contained", 1, "address"), [{}, {}]),
        (("contained", 2, "identifier", 0, "value"), "06990014"),
        (("contained", 2, "id"), "p1"),
    ],
)
def test_what_is_missing_wrong_or_contradicts_itself_is_refused(path: tuple[str | int, ...], to: object) -> None:
    refusal(changed(RESPONSE, *path, to=to))


def test_a_patient_that_did_not_come_along_leaves_the_record_empty() -> None:
    reply = read(changed(RESPONSE, "patient", "reference", to="Patient/elsewhere"))
    assert isinstance(reply, InForce)
    assert (reply.record.name, reply.record.birth_date) == (None, None)


@pytest.mark.parametrize(
    "untrusted_body",
    [
        b"",
        b"[]",
        b"null",
        b'{"a": 1, "a": 1}',
        b'{"a": NaN}',
        b'{"a": "\xff"}',
        b"[" * 100_000,
        b'{"a": ' * 50_000,
        b'{"a": ' + b"9" * 5_000 + b"}",
        b'{"a": "' + b"x" * MOST_BYTES + b'"}',
        json.dumps(RESPONSE).encode()[:-1],
        json.dumps(RESPONSE).encode() * 2,
    ],
)
def test_what_is_not_one_plain_whole_short_object_is_unreadable(untrusted_body: bytes) -> None:
    with pytest.raises(TerminalError) as raised:
        untrusted_json.parse(untrusted_body)
    assert raised.value.problem is Problem.SERVICE_UNREADABLE


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["", "active", "complete", "#c1", "2027-01-01", "1"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["value", "code", "id"]), inner),
    max_leaves=4,
)


def paths(value: Any) -> list[tuple[str | int, ...]]:
    """The path of each value below this one."""
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path for step, inner in steps for path in ((step,), *((step, *rest) for rest in paths(inner)))]


@given(st.sampled_from(paths(RESPONSE)), JSON | st.just(GONE))
@settings(max_examples=400, deadline=None)
def test_a_damaged_response_is_in_force_only_while_it_says_so_and_never_blank(
    path: tuple[str | int, ...], to: object
) -> None:
    message = changed(RESPONSE, *path, to=to)
    try:
        reply = read(message)
    except TerminalError as error:
        assert error.problem is Problem.SERVICE_UNREADABLE  # noqa: PT017  # either this, or an answer
        return
    if isinstance(reply, InForce):
        assert (message["status"], message["outcome"]) == ("active", "complete")
        assert message["insurance"][0]["inforce"] is True
        assert len(reply.coverage.insurer_number) == 8
        assert reply.coverage.subscriber_id
