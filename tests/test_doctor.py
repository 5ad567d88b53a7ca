"""The table of hops, whom it blames, how a round keeps its time, and what its report says and leaves out."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.card_news import CardNews, ReaderLost
from terminal.clock import SystemClock
from terminal.commands import doctor_room
from terminal.commands.doctor import look
from terminal.commands.doctor_room import contacts
from terminal.configuration.reading import example, parse_configuration
from terminal.configuration.settings import Support
from terminal.doctor.hops import (
    EXIT_CODES,
    LANGUAGES,
    Cause,
    Diagnosis,
    Finding,
    Grade,
    Hop,
    diagnosis,
    found,
    read_table,
    table,
)
from terminal.doctor.http_answer import Fetched
from terminal.doctor.line import LineEnd, check_line
from terminal.doctor.moment import compared, said_in
from terminal.doctor.report import as_json, as_lines
from terminal.doctor.rounds import Check, run_round
from terminal.doctor.service_health import judged
from terminal.problems import Problem

NOW = datetime(2026, 11, 21, 1, 15, tzinfo=UTC)
OF_A_HOP = [cause for cause in Cause if table()[cause].hop is not None]
SUPPORT = Support(machine="機器の担当 03-0000-0001", upstream="コールセンター 03-0000-0002")


def test_each_hop_can_be_well_and_can_be_broken() -> None:
    for hop in Hop:
        grades = {ruling.grade for ruling in table().values() if ruling.hop is hop}
        assert grades >= {Grade.GREEN, Grade.RED}


def test_a_table_that_is_not_whole_is_refused() -> None:
    with pytest.raises(ValueError, match="no ruling for"):
        read_table('[disk_full]\nhop = "disk"\ngrade = "red"\nja = "満"\nen = "full"')
    with pytest.raises(ValueError, match="disk_full"):
        read_table('[disk_full]\nhop = "disk"\ngrade = "red"\nja = "満"\nen = ""')


def test_sentences_end_and_are_one_line() -> None:
    for cause, ruling in table().items():
        for sentence in ruling.sentences.values():
            assert sentence.endswith((".", "。")), cause
            assert "\n" not in sentence


@given(st.lists(st.sampled_from(OF_A_HOP), max_size=12))
def test_the_first_of_the_worst_is_to_blame_and_nothing_red_is_hidden(causes: list[Cause]) -> None:
    made = diagnosis(map(found, causes), Hop)
    assert [each.hop for each in made.findings] == [hop for hop in Hop if hop in {each.hop for each in made.findings}]
    assert set(made.unseen) == set(Hop) - {each.hop for each in made.findings}
    assert {found(cause).hop for cause in causes if found(cause).grade is Grade.RED} == {
        each.hop for each in made.findings if each.grade is Grade.RED
    }
    if made.to_blame:
        assert made.to_blame.grade is made.grade
        assert made.to_blame is next(each for each in made.findings if each.grade is made.grade)
    assert made.grade in EXIT_CODES


def test_a_cause_without_a_hop_of_its_own_needs_one() -> None:
    with pytest.raises(ValueError, match="check_too_slow"):
        found(Cause.CHECK_TOO_SLOW)


def test_a_check_that_hangs_is_told_at_the_hop_that_it_was_at_and_the_others_count() -> None:
    ended = threading.Event()

    def look() -> Iterator[Finding]:
        yield found(Cause.STORE_READY)
        ended.wait(30)
        yield found(Cause.JOURNAL_INTACT)

    made = run_round(
        [
            Check((Hop.STORE, Hop.JOURNAL), look, 0.3),
            Check((Hop.DISK,), lambda: [found(Cause.DISK_ROOMY)], 20),
        ]
    )
    ended.set()
    assert made.findings == (
        found(Cause.STORE_READY),
        Finding(Hop.JOURNAL, Cause.CHECK_TOO_SLOW),
        found(Cause.DISK_ROOMY),
    )
    assert made.grade is Grade.AMBER


def test_a_defect_of_a_check_hides_nothing_and_tells_no_more_than_its_kind() -> None:
    def fail() -> Iterator[Finding]:
        raise LookupError("見本　花子")

    made = run_round([Check((Hop.CAMERA,), fail, 20), Check((Hop.DISK,), lambda: [found(Cause.DISK_FULL)], 20)])
    assert made.findings == (
        Finding(Hop.CAMERA, Cause.CHECK_FAILED, "LookupError"),
        found(Cause.DISK_FULL),
    )


@pytest.mark.parametrize(
    ("off", "cause"),
    [
        (timedelta(0), Cause.CLOCK_RIGHT),
        (timedelta(seconds=-30), Cause.CLOCK_RIGHT),
        (timedelta(seconds=31), Cause.CLOCK_A_LITTLE_OFF),
        (timedelta(minutes=-5), Cause.CLOCK_A_LITTLE_OFF),
        (timedelta(minutes=-5, seconds=-1), Cause.CLOCK_WRONG),
        (timedelta(days=1), Cause.CLOCK_WRONG),
    ],
)
def test_clocks_are_compared(off: timedelta, cause: Cause) -> None:
    assert compared(NOW + off, NOW).cause is cause


@pytest.mark.parametrize("header", [None, "", "yesterday", "Sat, 99 Nov 2026 01:15:00 GMT"])
def test_a_date_that_is_none_is_no_time(header: str | None) -> None:
    assert said_in(header) is None


@pytest.mark.parametrize("url", ["https:///", "https://a:b/", f"https://{'a' * 64}.invalid/", "https://[/"])
def test_an_address_that_is_none_is_a_name_that_nobody_knows(url: str, tmp_path: Path) -> None:
    none = tmp_path / "none"
    causes = [each.cause for each in check_line(LineEnd(url, none, none, none), SystemClock())]
    assert causes == [Cause.CERTIFICATE_UNUSABLE, Cause.NAME_UNKNOWN]


@given(st.binary(max_size=200), st.integers(0, 999))
def test_whatever_a_gateway_says_is_some_finding(body: bytes, status: int) -> None:
    assert list(judged(Fetched(status, body=body, has_begun=True)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_report_says_what_is_broken_and_whom_to_phone_first(language: str) -> None:
    made = Diagnosis((found(Cause.READER_READY), found(Cause.UPSTREAM_DOWN)), (Hop.DISK,))
    lines = list(as_lines(made, NOW, language, contacts(SUPPORT)))
    assert "2026-11-21 10:15" in lines[0]
    assert table()[Cause.UPSTREAM_DOWN].sentences[language] in lines[1]
    assert SUPPORT.upstream in lines[2]
    assert [line[0] for line in lines[4:]] == ["○", "×", "－"]
    assert "\x1b" not in "".join(lines)


def test_the_report_to_be_sent_on_names_nobody() -> None:
    made = Diagnosis((found(Cause.READER_ABSENT),), ())
    assert as_json(made, NOW)["hop"] == "reader"
    assert SUPPORT.machine not in json.dumps(as_json(made, NOW), ensure_ascii=False)


def test_the_configuration_explains_whom_to_phone() -> None:
    assert "[support]" in example()
    assert "time_server" in example()


class NoReader:
    """Stands in for the machine's PC/SC service, which is not a test's to use."""

    def __init__(self, *, readers: object) -> None:
        self.readers = readers

    def listen(self, tell: Callable[[CardNews], None]) -> None:
        tell(ReaderLost(Problem.READER_ABSENT))

    def close(self) -> None:
        pass


def test_a_desk_is_looked_at_as_it_is_configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor_room, "SupervisedCardReader", NoReader)
    settings = {
        "clinic": {"name": "見本内科", "institution_code": "1319999999", "terminal": "desk-1"},
        "eligibility": {"service": "folder", "folder": {"folder": str(tmp_path / "share")}},
    }
    made = look(parse_configuration(settings, "desk.toml"), is_morning=False)
    findings = {each.hop: each.cause for each in made.findings}
    assert findings[Hop.READER] is Cause.READER_ABSENT
    assert findings[Hop.READER_SERVICE] is Cause.READER_SERVICE_UP
    assert findings[Hop.GATEWAY] is Cause.FOLDERS_AWAY
    assert made.to_blame == found(Cause.READER_ABSENT)


def test_the_practice_set_is_well_in_the_morning_and_says_so_to_monitoring() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "terminal", "doctor", "--practice", "--morning", "--json"],
        capture_output=True,
        timeout=90,
        check=False,
    )
    report = json.loads(ended.stdout)
    slow = {each["hop"] for each in report["findings"] if each["cause"] == "check_too_slow"}
    others = {each["hop"]: each["grade"] for each in report["findings"] if each["hop"] not in slow}
    assert set(others.values()) == {"green"}, report
    assert slow <= {"card_check"}, report  # on a machine that is busy with much else
    assert ended.returncode == (3 if slow else 0)


def test_a_configuration_that_no_desk_can_run_on_is_told_apart_from_a_broken_hop(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "terminal", "doctor", "--config", str(tmp_path / "none.toml")],
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 2
    assert b"configuration_wrong" in ended.stderr
