"""Result files and the command that reads them: outcome, state, coverages, consent, warnings, and what is refused."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.commands import eligibility
from terminal.coverage import InForce
from terminal.eligibility.codes import ConsentFlag
from terminal.eligibility.result_file import read_result_file
from terminal.problems import Problem, TerminalError

RESULT = {
    "InsurerNumber": "  138057",
    "InsurerName": "架空区国民健康保険",
    "InsuredCardSymbol": "１２",
    "InsuredIdentificationNumber": "３４５６７８",
    "Name": "髙﨑　花子",
    "Sex1": "2",
    "Birthdate": "19920412",
    "Address": "東京都架空区見本町１－２－３",
    "QualificationDate": "20240401",
    "PharmacistsInfoConsFlg": "1",
    "DiagnosisInfoConsFlg": "2",
}
COVERAGE = {
    "resourceType": "Coverage",
    "status": "active",
    "subscriberId": "３４５６７８",
    "payor": [
        {"identifier": {"system": "http://jpfhir.jp/fhir/core/mhlw/IdSystem/InsurerNumber", "value": "00138057"}}
    ],
}


def message(validity: str = "1", *results: dict[str, str], segment: str = "1", status: str = "1") -> str:
    found = "".join(
        f"<ResultOfQualificationConfirmation>{''.join(f'<{n}>{v}</{n}>' for n, v in result.items())}"
        "</ResultOfQualificationConfirmation>"
        for result in results
    )
    return (
        '<?xml version="1.0" encoding="Shift_JIS"?><XmlMsg><MessageHeader>'
        "<QualificationConfirmationDate>20261122</QualificationConfirmationDate>"
        f"<SegmentOfResult>{segment}</SegmentOfResult><ErrorCode>X1</ErrorCode><ErrorMessage>閉局中</ErrorMessage>"
        f"</MessageHeader><MessageBody><ProcessingResultStatus>{status}</ProcessingResultStatus>"
        f"<QualificationValidity>{validity}</QualificationValidity><ResultList>{found}</ResultList></MessageBody></XmlMsg>"
    )


def told(tmp_path: Path, body: bytes, capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    file = tmp_path / "result"
    file.write_bytes(body)
    assert eligibility.run(["read", str(file), "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert list(shown) == ["outcome", "state", "coverages", "consent", "warnings"]
    assert eligibility.run(["read", str(file)]) == 0
    assert capsys.readouterr().out.startswith("outcome")
    return dict(shown)


def test_a_whole_result_in_shift_jis_is_told_with_its_coverage_and_consents(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = told(tmp_path, message("1", RESULT).encode("cp932"), capsys)
    assert (shown["outcome"], shown["state"], shown["warnings"]) == ("confirmed", "in_force", [])
    assert shown["consent"] == {"medicines": "yes", "diagnoses": "ended"}
    assert shown["coverages"] == [
        {
            "insurer_number": "00138057",
            "insurer_name": "架空区国民健康保険",
            "symbol": "１２",
            "subscriber_id": "３４５６７８",
            "branch": "",
            "relation": None,
            "copay_percent": None,
            "starts": "2024-04-01",
            "ends": None,
            "elderly_certificate": None,
            "limit_certificate": None,
        }
    ]


def test_a_certificate_is_told_as_its_days() -> None:
    info = (
        "<LimitApplicationCertificateRelatedInfo><LimitApplicationCertificateValidStartDate>20260801"
        "</LimitApplicationCertificateValidStartDate></LimitApplicationCertificateRelatedInfo>"
    )
    end = "</ResultOfQualificationConfirmation>"
    whole = message("1", RESULT)
    assert end in whole
    shown = eligibility.as_json(read_result_file(whole.replace(end, info + end).encode()))
    assert json.loads(json.dumps(shown["coverages"]))[0]["limit_certificate"] == "2026-08-01/.."
    assert not shown["warnings"]


@pytest.mark.parametrize(
    ("body", "state"),
    [
        (message("2"), "ended"),
        (message("2", {"Name": "見本　花子"}), "ended"),
        (message("3", RESULT), "ended_newer_exists"),
        (message("4"), "not_found"),
        (message("5"), "several_found"),
        (message("1", RESULT, RESULT), "several_found"),
        (message("6", RESULT), "in_force_unregistered"),
        (message(segment="2"), "still_running"),
        (message(segment="9"), "refused"),
        (message(status="2"), "refused"),
        (json.dumps(COVERAGE), "no_answer"),
    ],
)
def test_whatever_is_not_in_force_is_unconfirmed_and_has_a_state_of_its_own(
    body: str, state: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    encoding = "cp932" if body.startswith("<") else "utf-8"
    shown = told(tmp_path, body.encode(encoding), capsys)
    assert (shown["outcome"], shown["state"]) == ("unconfirmed", state)


@pytest.mark.parametrize(
    ("changed", "warning"),
    [
        ({"InsurerNumber": "00138058"}, "check digit"),
        ({"Name": "●﨑　花子"}, "●"),
        ({"Birthdate": ""}, "birth_date is not given"),
        ({"InsuredCardExpirationDate": "20261121"}, "after its own last day"),
        ({"QualificationDate": "20261123"}, "before its own first day"),
        ({"NewIn2027": "1"}, "NewIn2027"),
    ],
)
def test_what_should_be_looked_at_is_a_warning(changed: dict[str, str], warning: str) -> None:
    (found,) = read_result_file(message("1", RESULT | changed).encode("cp932")).warnings
    assert warning in found


def test_elements_that_are_not_known_are_kept() -> None:
    assert read_result_file(message("1", RESULT | {"NewIn2027": "a"}).encode("cp932")).kept == {"NewIn2027": "a"}


def test_characters_that_only_their_own_system_knows_are_kept_and_warned_of() -> None:
    body = message("1", RESULT | {"Name": "@@　花子"}).encode("cp932").replace(b"@@", b"\xf0\x40")
    result = read_result_file(body)
    assert isinstance(result.reply, InForce)
    assert result.reply.record.name == "\ue000　花子"
    assert "●" in result.warnings[0]


def test_every_consent_flag_of_the_table_is_read() -> None:
    for flag in ConsentFlag:
        body = message("1", RESULT | {"PharmacistsInfoConsFlg": flag}).encode("cp932")
        assert read_result_file(body).consents["medicines"] is flag


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"hello",
        b"<html/>",
        b"{}",
        b'{"resourceType": "Patient"}',
        message("1").encode(),
        message("7", RESULT).encode(),
        message("1", RESULT | {"PharmacistsInfoConsFlg": "7"}).encode(),
        b'<!DOCTYPE a [<!ENTITY b "c">]>' + message("1", RESULT).encode(),
        b" " * 300_000,
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_with_a_sentence_that_names_it(
    body: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "result"
    file.write_bytes(body)
    assert eligibility.run(["read", str(file), "--json"]) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert str(file) in shown.err


def test_a_file_that_is_not_there_is_refused_by_its_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert eligibility.run(["read", str(tmp_path / "absent")]) == 1
    assert "absent" in capsys.readouterr().err


WHOLE = (message("1", RESULT).encode("cp932"), json.dumps(COVERAGE).encode())


@given(st.sampled_from(WHOLE), st.data())
@settings(max_examples=300, deadline=None)
def test_a_damaged_file_is_refused_or_says_in_force_only_while_it_does(whole: bytes, data: st.DataObject) -> None:
    body = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(body)))
        body[start : start + data.draw(st.integers(0, 30))] = data.draw(st.binary(max_size=5))
    try:
        result = read_result_file(bytes(body))
    except TerminalError as error:
        assert error.problem is Problem.SERVICE_UNREADABLE  # noqa: PT017  # either this, or an answer
        return
    if isinstance(result.reply, InForce):
        assert b"<QualificationValidity>1</QualificationValidity>" in b"".join(bytes(body).split())
