"""The reception window without a card: a form that looks while one types, ladder, declaration, hand-over."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from reception_window import reception

from terminal.aftermath import begun
from terminal.card_token import TokenKind
from terminal.checkin import advance
from terminal.coverage import Coverage, LastVisit, Record, Relation
from terminal.events import DeclarationPrinted, FullPriceCharged, NumbersEntered, ProofSeen, SpellingChosen, WayShown
from terminal.handing_over import HandedOver, HandingOver, HeldBack, NotHandedOver
from terminal.people import Card, Consent, Holder, IssuerTrust, Sex, VerificationMethod, Verified
from terminal.problems import Problem
from terminal.proof_ladder import FullChargeReason, Way
from terminal.states import Confirmed, Idle, ReadingCard, State, Stopped, TurnedAway, Unconfirmed
from ui.receptionist.find import FindField
from ui.receptionist.number_form import ERAS, NumberForm
from ui.receptionist.sheet import Sheet
from ui.receptionist.window import ReceptionWindow
from ui.words.catalogue import LANGUAGES, Words

NOW = datetime(2026, 11, 20, 0, 30, tzinfo=UTC)
CARD = Card("v1", TokenKind.PLASTIC, b"der", NOW + timedelta(days=900), 10, 3)
HOLDER = Holder("見本　花子", "架空区", date(1983, 4, 1), Sex.FEMALE, None, date(2034, 4, 1), IssuerTrust.CHECKED)
VERIFIED = Verified(CARD, HOLDER, VerificationMethod.FACE)
COVERAGE = Coverage("01130012", "見本健保", "12", "3456", "01", Relation.SUBSCRIBER, 30, date(2020, 4, 1), None)
RECORD = Record("見本　花子", None, HOLDER.birth_date, Sex.FEMALE, "架空区")
CONFIRMED = Confirmed(VERIFIED, RECORD, COVERAGE, NOW)
NOT_FOUND = Unconfirmed(CARD, VERIFIED, Problem.COVERAGE_NOT_FOUND)


@pytest.fixture
def window(qtbot: QtBot) -> ReceptionWindow:
    return reception(qtbot, clinic_name="見本医院")


@pytest.fixture
def form(window: ReceptionWindow) -> NumberForm:
    window.show_number_form()
    (found,) = window.findChildren(NumberForm)
    return found


def fill(form: NumberForm, insurer: str = "00990010", number: str = "345678", born: str = "平成 4 4 12") -> None:
    form.fields["insurer_number"].setText(insurer)
    form.fields["symbol"].setText("12")
    form.fields["number"].setText(number)
    era, *parts = born.split()
    form.era.setCurrentIndex(ERAS.index(era if era in ERAS else ""))
    for part, typed in zip(form.birth, parts, strict=True):
        part.setText(typed)


def texts(part: QWidget) -> str:
    said = [each.text() for each in part.findChildren(QLabel) if each.isVisibleTo(part)]
    return "\n".join((*said, *(each.text() for each in part.findChildren(QPushButton) if each.isVisibleTo(part))))


def pressed(window: ReceptionWindow, qtbot: QtBot, words: str) -> list[object]:
    found = next(each for each in window.findChildren(QPushButton) if words in each.text() and each.isVisible())
    with qtbot.waitSignal(window.happened, timeout=30_000) as heard:
        found.click()
    return list(heard.args or [])


def test_what_is_right_is_asked_about_with_what_the_patient_agreed_to(
    window: ReceptionWindow, form: NumberForm, qtbot: QtBot
) -> None:
    fill(form)
    form.limit_amount.setChecked(True)
    with qtbot.waitSignal(window.happened, timeout=30_000) as heard:
        form.send.click()
    event, state = heard.args or [None, None]
    assert isinstance(event, NumbersEntered)
    insured = event.paper.insured
    assert (insured.insurer_number, insured.number, insured.birth_date) == ("00990010", "345678", date(1992, 4, 12))
    assert (event.consents, state) == (frozenset({Consent.LIMIT_AMOUNT}), Idle())


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ({"insurer": "00990011"}, "insurer_number_check_digit"),
        ({"number": "123456789018"}, "number_is_my_number"),
        ({"born": "昭和 64 2 3"}, "birth_date_not_a_day"),
        ({"born": "西暦 2027 1 1"}, "birth_date_to_come"),
    ],
)
def test_what_cannot_be_right_is_told_while_it_is_typed_and_goes_nowhere(
    form: NumberForm, typed: dict[str, str], word: str
) -> None:
    fill(form, **typed)
    assert Words("receptionist", "ja")[f"wrong.{word}"] in form.told.text()
    assert not form.send.isEnabled()


def test_nobody_is_asked_about_while_a_card_is_checked_in(window: ReceptionWindow, form: NumberForm) -> None:
    fill(form)
    assert form.send.isEnabled()
    window.show_state(ReadingCard("v1"))
    assert not form.send.isEnabled()
    window.show_state(Idle())
    assert form.send.isEnabled()


def test_a_closed_form_keeps_nothing(window: ReceptionWindow, form: NumberForm) -> None:
    fill(form)
    form.reject()
    window.show_number_form()
    newest = window.findChildren(NumberForm)[-1]
    assert newest.fields["number"].text() == ""


@pytest.mark.parametrize("language", LANGUAGES[:2])
@pytest.mark.parametrize(
    "state", [NOT_FOUND, TurnedAway(CARD, Problem.OPERATOR_REFUSED), Stopped(Problem.READER_ABSENT)]
)
def test_the_next_way_stands_there_first_and_the_full_price_only_after_the_last(
    window: ReceptionWindow, state: State, language: str
) -> None:
    window.set_language(language)
    words = Words("receptionist", language)
    for way in Way:
        window.show_state(state)
        said = texts(window)
        assert words[f"do.{way}"] in said
        assert all(words[f"full_charge.{reason}"] not in said for reason in FullChargeReason)
        state = advance(state, WayShown(way))
    window.show_state(state)
    assert all(words[f"full_charge.{reason}"] in texts(window) for reason in FullChargeReason)


def test_what_is_pressed_on_the_ladder_is_told_with_the_state_that_was_shown(
    window: ReceptionWindow, qtbot: QtBot
) -> None:
    window.show_state(NOT_FOUND)
    assert pressed(window, qtbot, "F2") == [ProofSeen(Way.CERTIFICATE), NOT_FOUND]
    assert pressed(window, qtbot, "F4") == [WayShown(Way.CERTIFICATE), NOT_FOUND]
    ladder = begun(NOT_FOUND)
    for way in Way:
        ladder = ladder.show(way)
    all_shown = replace(NOT_FOUND, ladder=ladder)
    window.show_state(all_shown)
    charge = FullPriceCharged(FullChargeReason.NOT_COVERED_TREATMENT)
    assert pressed(window, qtbot, "保険の対象でない診療") == [charge, all_shown]


def test_a_declaration_is_written_once_it_is_on_record_and_not_before(
    window: ReceptionWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    sheet = window.findChild(Sheet)
    assert sheet is not None
    window.show_state(NOT_FOUND)
    path = tmp_path / "sheet.pdf"
    with qtbot.waitSignal(window.happened, timeout=30_000) as heard:
        sheet.choose(path, NOT_FOUND)
    assert heard.args == [DeclarationPrinted(), NOT_FOUND]
    assert not path.exists()
    window.show_state(advance(NOT_FOUND, DeclarationPrinted()))
    assert path.read_bytes().startswith(b"%PDF")


def test_a_declaration_of_a_visit_that_is_over_is_not_written(window: ReceptionWindow, tmp_path: Path) -> None:
    sheet = window.findChild(Sheet)
    assert sheet is not None
    sheet.choose(tmp_path / "sheet.pdf", NOT_FOUND)
    window.show_state(Idle())
    window.show_state(advance(NOT_FOUND, DeclarationPrinted()))
    assert not (tmp_path / "sheet.pdf").exists()


def test_a_sheet_that_cannot_be_written_is_told(window: ReceptionWindow, tmp_path: Path) -> None:
    sheet = window.findChild(Sheet)
    assert sheet is not None
    sheet.choose(tmp_path / "none" / "sheet.pdf", NOT_FOUND)
    window.show_state(advance(NOT_FOUND, DeclarationPrinted()))
    assert "別のフォルダー" in texts(window)


@pytest.mark.parametrize(
    ("standing", "words"),
    [
        (HandingOver(), "渡しています"),
        (HandedOver(), "渡しました"),
        (NotHandedOver(Problem.RECEIPT_FOLDER_AWAY), "渡せていません"),
        (HeldBack((("name", "𠮷"), ("address", "𠮷"))), "𠮷"),
    ],
)
def test_how_it_stands_with_the_receipt_computer_is_said(window: ReceptionWindow, standing: object, words: str) -> None:
    window.show_state(replace(CONFIRMED, receipt=standing))  # type: ignore[arg-type]  # one of them
    assert words in texts(window)


def test_a_person_spells_what_cannot_be_written(window: ReceptionWindow, qtbot: QtBot) -> None:
    state = replace(CONFIRMED, receipt=HeldBack((("name", "𠮷"), ("address", "𠮷"))))
    window.show_state(state)
    fields = window.findChildren(QLineEdit)
    (typed,) = [each for each in fields if each.isVisible() and not isinstance(each, FindField)]
    typed.setText("吉")
    assert pressed(window, qtbot, "この書き方で渡す") == [SpellingChosen((("𠮷", "吉"),)), state]


def test_a_share_that_is_not_the_last_visits_is_warned_of_and_stays(window: ReceptionWindow) -> None:
    window.show_state(replace(CONFIRMED, last=LastVisit(date(2026, 10, 1), 20)))
    said = texts(window)
    assert "前回と負担割合が違います" in said
    assert "3割" in said
