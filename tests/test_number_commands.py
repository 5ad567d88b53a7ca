"""`uketsuke eligibility ask` and `uketsuke bookings` against the practice service, over real HTTPS and a real store."""

import json
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from offline_cache.beside import open_beside
from offline_cache.keys.seals import PracticeSeal
from offline_cache.outbox import open_outbox
from offline_cache.store import read_store
from terminal.__main__ import main
from terminal.access_log.entry import read_entry
from terminal.clock import SystemClock
from terminal.eligibility.https import HttpsEligibility
from terminal.eligibility.number_query import Insured
from terminal.outbox.queued import Queued, read_queued
from terminal.problems import Problem, TerminalError

P01 = ("--insurer", "990010", "--symbol", "12", "--number", "345678", "--branch", "01", "--born", "19920412")
INSURED = Insured("00990010", "12", "345678", "01", date(1992, 4, 12))
BOOKINGS = """予約時刻,氏名,生年月日,保険者番号,記号,番号,枝番
9:00,見本　花子,1992-04-12,990010,12,345678,01
10:00,見本　花子,1992-04-12,990010,12,345679,01
11:00,見本　花子,1992-04-12,990011,12,345678,01
"""


def queued_in(home: Path) -> list[Queued]:
    """What waits, the newest last."""
    with closing(open_outbox(home, PracticeSeal(home), SystemClock())) as outbox:
        rows = outbox._database.rows("SELECT question, attempts FROM outbox WHERE stage = 'waiting' ORDER BY asked_at")
        return [read_queued(question, attempts) for question, attempts in rows]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("practice")


def test_a_person_of_the_deck_is_confirmed_by_number(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["eligibility", "ask", "--practice", "--home", str(home), *P01, "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["outcome"], said["state"]) == ("confirmed", "in_force")
    assert said["coverages"][0]["insurer_number"] == "00990010"
    assert "花子" not in json.dumps(said, ensure_ascii=False)


def test_numbers_that_cannot_be_right_go_nowhere(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = ["--insurer", "00990011", "--number", "345678"]
    assert main(["eligibility", "ask", "--practice", "--home", str(home), *wrong]) == 2
    said = capsys.readouterr().err
    assert "insurer_number_check_digit" in said
    assert "birth_date_missing" in said


def test_bookings_are_asked_about_kept_and_listed_once(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "bookings.csv"
    file.write_text(BOOKINGS, "cp932")
    asking = ["bookings", str(file), "--practice", "--home", str(home)]
    assert main([*asking, "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["outcomes"] == {"in_force": 1, "not_found": 1}
    assert [call["line"] for call in said["calls"]] == [3, 4]

    assert main(asking) == 1
    assert "--resume" in capsys.readouterr().err
    sheet = tmp_path / "calls.pdf"
    assert main([*asking, "--resume", "--lang", "en", "--list", str(sheet)]) == 0
    assert "bookings to call about (2)" in capsys.readouterr().out
    assert sheet.read_bytes().startswith(b"%PDF-")
    assert sheet.stat().st_mode & 0o777 == 0o600
    assert main([*asking, "--resume", "--list", str(tmp_path / "nowhere" / "calls.pdf")]) == 1
    assert "paper_not_written" in capsys.readouterr().err

    with closing(open_beside(home, None, SystemClock())) as store:
        recalled = store.tokens.recall_by_number(INSURED, datetime.now(UTC))
    assert recalled is not None
    assert recalled.coverage.branch == "01"
    with closing(read_store(home, None)) as log:
        asked = [entry for each in log.entries() if (entry := read_entry(each.line)).action == "eligibility_asked"]
    assert len({entry.subject for entry in asked}) == 2


def test_a_desk_without_configuration_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    missing = str(tmp_path / "desk.toml")
    assert main(["eligibility", "ask", "--config", missing, *P01]) == 1
    assert "configuration_wrong" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bookings", str(tmp_path / "none.csv"), "--practice"]) == 1
    assert "bookings_unreadable" in capsys.readouterr().err


def test_a_cut_line_serves_what_was_kept_and_says_until_when(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def silent(*_: object) -> None:
        raise TerminalError(Problem.LINE_DOWN)

    assert main(["eligibility", "ask", "--practice", "--home", str(home), *P01, "--json"]) == 0
    monkeypatch.setattr(HttpsEligibility, "ask_message", silent)
    capsys.readouterr()
    assert main(["eligibility", "ask", "--practice", "--home", str(home), *P01, "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["outcome"], said["reason"], said["state"]) == ("provisional", "line_down", "no_answer")
    assert said["ends"]
    assert said["queued"] == queued_in(home)[-1].question.identifier


def test_what_is_asked_in_an_outage_waits_as_a_desks_question_does(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def silent(*_: object) -> None:
        raise TerminalError(Problem.LINE_DOWN)

    monkeypatch.setattr(HttpsEligibility, "ask_message", silent)
    other = [*P01[:-1], "19920413"]
    assert main(["eligibility", "ask", "--practice", "--home", str(home), *other]) == 3
    queued = queued_in(home)[-1]
    assert f"queued as {queued.question.identifier}" in capsys.readouterr().err
    assert queued.shown is None
    assert queued.question.numbers is not None
    assert queued.question.numbers.insured == replace(INSURED, birth_date=date(1992, 4, 13))


def test_what_is_no_outage_is_not_queued_and_says_why(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def untrusted(*_: object) -> None:
        raise TerminalError(Problem.SERVICE_UNTRUSTED)

    before = queued_in(home)
    monkeypatch.setattr(HttpsEligibility, "ask_message", untrusted)
    assert main(["eligibility", "ask", "--practice", "--home", str(home), *P01]) == 1
    said = capsys.readouterr().err
    assert "not queued" in said
    assert "service_untrusted" in said
    assert queued_in(home) == before
