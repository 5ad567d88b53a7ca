"""To the receipt computer: read back as written, whole, once, taken when it is gone; no character changed unseen."""

import csv
import io
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.card_token import TokenKind
from terminal.configuration.reading import parse_configuration
from terminal.configuration.settings import Receipt, ReceiptCharset
from terminal.coverage import Certificate, Coverage, InForce, InForceUnregistered, Record, Relation
from terminal.eligibility.codes import ConsentFlag, ReferenceClassification
from terminal.eligibility.receipt_output import ReceiptResult, Untaken, respelled, result_of, to_csv, to_xml, untaken_in
from terminal.eligibility.receipt_output_folder import FRESH, ReceiptFolder
from terminal.eligibility.result_file import read_result_file
from terminal.people import Card, Sex, VerificationMethod, Verified
from terminal.problems import Problem, TerminalError
from terminal.states import Confirmed

NOW = datetime(2026, 11, 22, 0, 15, tzinfo=UTC)
DAY = date(2026, 11, 22)
RECORD = Record("見本　花子", "ﾐﾎﾝ ﾊﾅｺ", date(1992, 4, 12), Sex.FEMALE, "架空県架空市見本町１－２－３")
COVERAGE = Coverage("00990010", "架空市", "１２", "３４５", "01", Relation.SUBSCRIBER, None, date(2024, 4, 1), None)
RESULT = ReceiptResult("visit-1", "1319999999", ReferenceClassification.CARD, DAY, NOW, InForce(RECORD, COVERAGE))

WORDS = st.text(st.sampled_from("架空市見本花子ミホンﾐﾎﾝ１２a1&<>\"'"), min_size=1, max_size=8)
DAYS = st.none() | st.dates(date(1900, 1, 1), date(2100, 1, 1))
RECORDS = st.builds(
    Record, WORDS | st.none(), WORDS | st.none(), DAYS, st.sampled_from([None, Sex.MALE, Sex.FEMALE]), WORDS | st.none()
)
COVERAGES = st.builds(
    Coverage,
    st.sampled_from(["00990010", "39990015"]),
    WORDS,
    WORDS,
    WORDS,
    st.sampled_from(["", "01", "12"]),
    st.none() | st.sampled_from(Relation),
    st.none() | st.integers(0, 100),
    DAYS,
    DAYS,
    limit_certificate=st.none()
    | st.builds(Certificate, DAYS, DAYS, category=WORDS, category_code=WORDS, issued=DAYS, long_term=DAYS),
)
REPLIES = st.builds(InForce, RECORDS, COVERAGES) | st.builds(InForceUnregistered, RECORDS, COVERAGES)


def settings_in(home: Path, **more: object) -> Receipt:
    (home / "share").mkdir(exist_ok=True)
    return replace(Receipt(home / "share", home / "receipt.db"), **more)  # type: ignore[arg-type]  # fields by name


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def folder(home: Path) -> Iterator[ReceiptFolder]:
    opened = ReceiptFolder(settings_in(home, csv=True))
    yield opened
    opened.close()


def in_share(home: Path) -> list[str]:
    return sorted(file.name for file in (home / "share").iterdir() if file.is_file())


@given(REPLIES, st.sampled_from(ReceiptCharset))
def test_a_result_is_read_back_as_it_was_written(reply: InForce | InForceUnregistered, charset: ReceiptCharset) -> None:
    result = replace(RESULT, reply=reply)
    assert untaken_in(result, charset) == ()
    found = read_result_file(to_xml(result, charset))
    assert found.reply == reply
    assert found.day == DAY


def test_a_check_in_that_ended_confirmed_is_handed_over_under_its_visit() -> None:
    card = Card("visit-1", TokenKind.PLASTIC, b"", NOW, None, None)
    verified = Verified(card, None, VerificationMethod.PIN)
    assert result_of(Confirmed(verified, RECORD, COVERAGE, NOW), "1319999999") == RESULT


def test_the_table_of_the_configuration_says_where_to(home: Path) -> None:
    table = {
        "clinic": {"name": "見本", "institution_code": "1319999999", "terminal": "desk-1"},
        "eligibility": {"service": "folder", "folder": {"folder": str(home)}},
        "receipt": {"folder": str(home), "charset": "jis_x_0208", "csv": True},
    }
    receipt = parse_configuration(table, "desk.toml").receipt
    assert receipt is not None
    assert (receipt.folder, receipt.charset, receipt.xml) == (home, ReceiptCharset.JIS_X_0208, True)


def test_a_row_of_csv_says_the_same() -> None:
    heading, row = csv.reader(io.StringIO(to_csv(RESULT, ReceiptCharset.CP932).decode("cp932"), newline=""))
    found = dict(zip(heading, row, strict=True))
    assert (found["name"], found["number"], found["confirmed_at"]) == (
        "見本　花子",
        "３４５",
        "2026-11-22T09:15:00+09:00",
    )
    assert (found["copay_percent"], found["ends"]) == ("", "")


def test_a_limit_certificate_goes_with_it_and_its_words_are_looked_at_as_the_rest() -> None:
    limit = Certificate(DAY, None, category="区分𠮷", category_code="A02", issued=DAY)
    result = replace(RESULT, reply=InForce(RECORD, replace(COVERAGE, limit_certificate=limit)))
    assert untaken_in(result, ReceiptCharset.CP932) == (Untaken("limit_category", "𠮷"),)
    spelt = respelled(result, {"𠮷": "吉"})
    heading, row = csv.reader(io.StringIO(to_csv(spelt, ReceiptCharset.CP932).decode("cp932"), newline=""))
    found = dict(zip(heading, row, strict=True))
    assert (found["limit_category"], found["limit_category_code"]) == ("区分吉", "A02")
    assert (found["limit_starts"], found["limit_ends"]) == ("2026-11-22", "")
    assert read_result_file(to_xml(spelt, ReceiptCharset.CP932)).consents == {"limit_amount": ConsentFlag.YES}
    assert "A02" not in repr(result)


@pytest.mark.parametrize(
    ("charset", "name", "listed"),
    [
        (ReceiptCharset.CP932, "𠮷田", "𠮷"),
        (ReceiptCharset.CP932, "髙田①", ""),
        (ReceiptCharset.JIS_X_0208, "髙田①", "髙①"),
        (ReceiptCharset.JIS_X_0208, "田－〜●", ""),
        (ReceiptCharset.UTF_8, "𠮷髙①", ""),
    ],
)
def test_what_the_target_cannot_take_is_listed(charset: ReceiptCharset, name: str, listed: str) -> None:
    result = replace(RESULT, reply=InForce(replace(RECORD, name=name), COVERAGE))
    assert untaken_in(result, charset) == tuple(Untaken("name", character) for character in listed)


@given(st.text(max_size=6), st.sampled_from(ReceiptCharset))
def test_nothing_is_replaced_and_nothing_fails_that_was_not_listed(name: str, charset: ReceiptCharset) -> None:
    result = replace(RESULT, reply=InForce(replace(RECORD, name=name), COVERAGE))
    if untaken_in(result, charset):
        return
    reply = read_result_file(to_xml(result, charset)).reply
    assert isinstance(reply, InForce)
    same = str.maketrans("〜−‖¢£¬", "～－∥￠￡￢") if charset is not ReceiptCharset.UTF_8 else {}
    assert (reply.record.name or "") == name.translate(same).strip()


def test_an_untaken_character_keeps_the_file_back_until_a_person_spells_it(folder: ReceiptFolder, home: Path) -> None:
    result = replace(RESULT, reply=InForce(replace(RECORD, name="𠮷田"), COVERAGE))
    assert folder.hand_over(result) == (Untaken("name", "𠮷"),)
    assert in_share(home) == []
    assert folder.hand_over(result, {"𠮷": "吉"}) == ()
    assert "吉田" in (home / "share" / in_share(home)[1]).read_text("cp932")


def test_spelling_leaves_numbers_alone() -> None:
    spelt = respelled(RESULT, {"１": "９", "花": "華"})
    assert spelt.reply.record.name == "見本　華子"
    assert spelt.reply.coverage.symbol == "１２"


def test_a_result_is_handed_over_once(folder: ReceiptFolder, home: Path) -> None:
    folder.hand_over(RESULT)
    assert [Path(name).suffix for name in in_share(home)] == [".csv", ".xml"]
    for name in in_share(home):
        (home / "share" / name).unlink()
    folder.hand_over(RESULT)
    assert in_share(home) == []


def test_what_is_gone_was_taken_and_what_is_there_waits(folder: ReceiptFolder, home: Path) -> None:
    folder.hand_over(RESULT)
    assert sorted(folder.waiting()) == in_share(home)
    (home / "share" / in_share(home)[0]).unlink()
    assert folder.waiting() == in_share(home)


def test_an_empty_mount_point_is_not_taken_for_a_folder_that_was_emptied(folder: ReceiptFolder, home: Path) -> None:
    folder.hand_over(RESULT)
    (home / "share").rename(home / "away")
    (home / "share").mkdir()
    for look in (folder.waiting, folder.finish):
        with pytest.raises(TerminalError) as raised:
            look()
        assert raised.value.problem is Problem.RECEIPT_FOLDER_AWAY
    (home / "share").rmdir()
    (home / "away").rename(home / "share")
    assert sorted(folder.waiting()) == in_share(home)


def test_a_folder_that_is_away_is_told_and_goes_on_when_it_is_back(folder: ReceiptFolder, home: Path) -> None:
    (home / "share").rmdir()
    with pytest.raises(TerminalError):
        folder.hand_over(RESULT)
    (home / "share").mkdir()
    assert folder.hand_over(RESULT) == ()
    assert len(in_share(home)) == 2


def test_old_records_of_taken_files_go(folder: ReceiptFolder, home: Path) -> None:
    folder.hand_over(RESULT)
    for name in in_share(home):
        (home / "share" / name).unlink()
    assert folder.waiting() == []
    folder.purge(NOW + timedelta(days=36))
    (home / "share" / FRESH).rmdir()
    folder.finish()


KILLED_AT = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, {tests!r})
import terminal.eligibility.receipt_output_folder as subject
from test_receipt_output import RESULT, settings_in

steps = 0

def counting(function):
    def step(*arguments, **named):
        global steps
        steps += 1
        if steps == {step}:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*arguments, **named)
    return step

subject._write_synced = counting(subject._write_synced)
subject.sync_folder = counting(subject.sync_folder)
subject.ReceiptFolder._mark = counting(subject.ReceiptFolder._mark)
subject.ReceiptFolder(settings_in(Path({home!r}), csv=True)).hand_over(RESULT)
"""


@pytest.mark.parametrize("step", [1, 2, 3, 4, 6])
def test_killed_at_any_step_it_goes_on_and_hands_nothing_over_twice(home: Path, step: int) -> None:
    code = KILLED_AT.format(tests=str(Path(__file__).parent), home=str(home), step=step)
    killed = subprocess.run([sys.executable, "-c", code], check=False, cwd=Path(__file__).parent.parent)
    assert killed.returncode == -signal.SIGKILL
    settings = settings_in(home, csv=True)
    taken = in_share(home)
    for name in taken:
        os.unlink(settings.folder / name)  # the other side is quick
    folder = ReceiptFolder(settings)
    folder.hand_over(RESULT)
    folder.close()
    assert len(taken) + len(in_share(home)) == 2
    assert not set(taken) & set(in_share(home))
    assert list((settings.folder / FRESH).iterdir()) == []
