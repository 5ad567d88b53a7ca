"""The receptionist's window: what it shows of each state, and that nothing of a withheld answer is there."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from dataclasses import replace
from datetime import date, timedelta

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QTableView, QWidget
from pytestqt.qtbot import QtBot
from reception_window import reception, texts
from sample_states import CARD, CONFIRMED, COVERAGE, HOLDER, NOW, OTHER, RECORD, VERIFIED
from standing import DarkCamera, FixedClock

from terminal.commands.about import about_facts
from terminal.comparison.compare import compare
from terminal.events import (
    Cancelled,
    CardCodeEntered,
    Dismissed,
    Event,
    FaceRetried,
    OperatorRecognised,
    OperatorRefused,
)
from terminal.failure_book.book import Audience, sentence
from terminal.people import (
    FaceComparison,
    FaceDecision,
    Picture,
    VerificationMethod,
    Verified,
)
from terminal.problems import Problem
from terminal.states import (
    AwaitingCardCode,
    AwaitingConsent,
    AwaitingOperator,
    AwaitingPhonePin,
    CheckingEligibility,
    CheckingPin,
    ConfirmingLastTry,
    Ended,
    Idle,
    MatchingFace,
    OpeningPhone,
    Provisional,
    ReadingCard,
    ReadingHolder,
    State,
    Stopped,
    TurnedAway,
    Unconfirmed,
    Withheld,
)
from ui.receptionist.about import About
from ui.receptionist.window import ReceptionWindow
from ui.theme.parts import Painted
from ui.theme.rolling import Rolling
from ui.words.catalogue import LANGUAGES, Words

MOVED = replace(RECORD, address="見本県旧住所町９")
PHOTO = Picture(2, 2, bytes(12))
OPERATOR = AwaitingOperator(
    CARD, HOLDER, Problem.FACE_DOUBTFUL, FaceComparison(FaceDecision.DOUBTFUL, 0.4, 3, 1.0, 1.0, PHOTO, PHOTO)
)
STATES: list[State] = [
    Idle(),
    Idle(Problem.READER_ABSENT),
    ReadingCard("v1"),
    AwaitingCardCode(CARD),
    AwaitingCardCode(replace(CARD, card_code_tries=8), Problem.CARD_CODE_WRONG),
    ReadingHolder(CARD, "0" * 14),
    MatchingFace(CARD, HOLDER),
    OPERATOR,
    CheckingPin(OPERATOR, "0000"),
    AwaitingConsent(VERIFIED),
    CheckingEligibility(VERIFIED, frozenset()),
    CONFIRMED,
    Provisional(VERIFIED, COVERAGE, NOW - timedelta(hours=14), date(2026, 12, 1), Problem.LINE_DOWN),
    Unconfirmed(CARD, VERIFIED, Problem.SERVICE_REFUSED, "E01", "ただいま混み合っています"),
    Withheld(VERIFIED, compare(HOLDER, OTHER)),
    TurnedAway(CARD, Problem.OPERATOR_REFUSED),
    Stopped(Problem.CARD_REMOVED, CARD),
    replace(OPERATOR, card=replace(CARD, pin_tries=2), refused=Problem.PIN_WRONG),
    AwaitingPhonePin(CARD),
    AwaitingPhonePin(replace(CARD, pin_tries=1), Problem.PIN_NEARLY_LOCKED),
    OpeningPhone(CARD, "0000"),
    ConfirmingLastTry(CheckingPin(OPERATOR, "0000")),
    Withheld(VERIFIED, compare(HOLDER, MOVED), held=replace(CONFIRMED, record=MOVED)),
    replace(CONFIRMED, verified=Verified(CARD, None, VerificationMethod.PIN)),
]


@pytest.fixture
def window(qtbot: QtBot) -> ReceptionWindow:
    return reception(qtbot)


def placed(window: QWidget, part: QWidget) -> QRect:
    """Where a part lies in its window, as far as it is rolled into sight."""
    whole = part.rect().translated(part.mapTo(window, part.rect().topLeft()))
    rolling = [each for each in window.findChildren(Rolling) if each is not part and each.isAncestorOf(part)]
    return whole & placed(window, rolling[0]) if rolling else whole


def pressed(window: ReceptionWindow, qtbot: QtBot, key: Qt.Key) -> list[object]:
    with qtbot.waitSignal(window.happened, timeout=30_000) as heard:
        QTest.keyClick(window, key)
    arguments: list[object] = heard.args or []
    return arguments


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("state", STATES, ids=lambda state: type(state).__name__)
def test_every_state_says_what_it_is_and_what_comes_next(window: ReceptionWindow, state: State, language: str) -> None:
    window.set_language(language)
    window.show_state(state)
    named = (getattr(state, name, None) for name in ("refused", "reason", "problem"))
    reason = next(filter(None, named), None)
    said = texts(window)
    assert said.strip()
    if reason:
        assert sentence(reason, Audience.RECEPTIONIST, language) in said


def test_a_confirmed_answer_shows_what_billing_needs(window: ReceptionWindow) -> None:
    window.show_state(CONFIRMED)
    said = texts(window)
    for fact in ("見本健康保険組合", "01130012", "12 ・ 3456 ・ 01", "3割", "2026-11-20 09:30", "昭和58年4月1日"):
        assert fact in said


def test_a_provisional_answer_says_its_age_and_end_and_never_that_it_is_confirmed(window: ReceptionWindow) -> None:
    window.show_state(STATES[12])
    said = texts(window)
    assert "14時間" in said
    assert "令和8年12月1日" in said
    assert "仮確認" in said
    assert "✓" not in said
    assert "資格あり" not in said


def test_nothing_of_a_withheld_record_is_anywhere_in_the_window(window: ReceptionWindow) -> None:
    window.show_state(STATES[14])
    said = texts(window)
    assert "違う" in said
    for secret in ("他人", "ﾀﾆﾝ", "1950", "別の町", "昭和25"):
        assert secret not in said


def test_the_services_own_words_are_shown_as_they_came(window: ReceptionWindow) -> None:
    window.show_state(STATES[13])
    assert "E01 ただいま混み合っています" in texts(window)


@pytest.mark.parametrize(
    ("state", "key", "event"),
    [
        (OPERATOR, Qt.Key.Key_F2, OperatorRecognised()),
        (OPERATOR, Qt.Key.Key_F4, OperatorRefused()),
        (OPERATOR, Qt.Key.Key_F6, FaceRetried()),
        (MatchingFace(CARD, HOLDER), Qt.Key.Key_F10, Cancelled()),
        (CONFIRMED, Qt.Key.Key_F9, Dismissed()),
    ],
)
def test_a_key_gives_its_event_with_the_state_that_was_shown(
    window: ReceptionWindow, qtbot: QtBot, state: State, key: Qt.Key, event: Event
) -> None:
    window.show_state(state)
    assert pressed(window, qtbot, key) == [event, state]


def test_a_card_without_a_photo_offers_no_camera(window: ReceptionWindow) -> None:
    window.show_state(replace(OPERATOR, holder=replace(HOLDER, portrait=None), face=None))
    said = texts(window)
    assert "F2" in said
    assert "F6" not in said


def test_the_card_code_can_be_typed_here_and_is_masked(window: ReceptionWindow, qtbot: QtBot) -> None:
    state = AwaitingCardCode(CARD)
    window.show_state(state)
    field = window.findChildren(QLineEdit)[-1]
    QTest.keyClicks(field, "58040120342285x9")
    assert field.echoMode() is QLineEdit.EchoMode.Password
    with qtbot.waitSignal(window.happened, timeout=30_000) as heard:
        QTest.keyClick(field, Qt.Key.Key_Return)
    assert heard.args == [CardCodeEntered("58040120342285"), state]


def test_a_patient_who_calls_is_shown_until_someone_goes(window: ReceptionWindow) -> None:
    assert "呼んでいます" not in texts(window)
    window.show_help_call()
    assert "呼んでいます" in texts(window)
    next(button for button in window.findChildren(QPushButton) if button.text() == "行きます").click()
    assert "呼んでいます" not in texts(window)


def test_a_call_ends_with_the_visit_of_whoever_called(window: ReceptionWindow) -> None:
    window.show_help_call()
    window.show_state(ReadingCard("v1"))
    window.show_state(AwaitingCardCode(CARD))
    window.show_state(Stopped(Problem.CANCELLED, CARD))
    assert "呼んでいます" in texts(window)
    window.show_state(Idle())
    assert "呼んでいます" not in texts(window)
    window.show_state(AwaitingCardCode(CARD))
    window.show_help_call()
    window.show_state(ReadingCard("v2"))
    assert "呼んでいます" not in texts(window)


def test_a_refused_pin_is_told_with_the_tries_that_are_left(window: ReceptionWindow) -> None:
    window.show_state(replace(OPERATOR, card=replace(CARD, pin_tries=2), refused=Problem.PIN_WRONG))
    said = texts(window)
    assert sentence(Problem.PIN_WRONG, Audience.RECEPTIONIST, "ja") in said
    assert "残りの回数\n2" in said


def test_the_tries_that_are_left_are_seen_before_a_card_code_is_typed(window: ReceptionWindow) -> None:
    window.show_state(AwaitingCardCode(replace(CARD, card_code_tries=7)))
    assert "残りの回数\n7" in texts(window)


def test_no_button_has_the_focus_unasked(window: ReceptionWindow, qtbot: QtBot) -> None:
    qtbot.waitActive(window)
    assert window.focusWidget() is window
    window.show_state(AwaitingCardCode(CARD))
    window.findChildren(QLineEdit)[-1].setFocus()
    window.show_state(Idle())
    assert window.focusWidget() is window


@pytest.mark.parametrize("state", STATES, ids=lambda state: type(state).__name__)
def test_whatever_takes_the_focus_has_a_name(window: ReceptionWindow, state: State) -> None:
    window.show_state(state)
    for part in window.findChildren(QWidget):
        if part.isVisible() and part.focusPolicy() & Qt.FocusPolicy.TabFocus and isinstance(part, QPushButton):
            assert part.text() or part.accessibleName()
        if part.isVisible() and isinstance(part, QLineEdit | QTableView):
            assert part.accessibleName()


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("size", [(1190, 1000), (1280, 800), (1920, 1080)])
@pytest.mark.parametrize("state", STATES, ids=lambda state: type(state).__name__)
def test_nothing_is_cut_off(window: ReceptionWindow, state: State, size: tuple[int, int], language: str) -> None:
    window.set_language(language)
    window.resize(*size)
    window.show_state(state)
    layout = window.layout()
    assert layout is not None
    layout.activate()
    assert (window.width(), window.height()) == size
    inside = window.rect()
    pictures = [placed(window, part) for part in window.findChildren(Painted) if part.isVisible()]
    for part in window.findChildren(QWidget):
        if part.isVisible() and isinstance(part, QPushButton | QLabel):
            seen = placed(window, part)
            assert inside.contains(seen) or seen.isEmpty()  # rolled out of sight
            assert not any(picture.intersects(seen) for picture in pictures)
            if isinstance(part, QPushButton):
                assert part.width() >= part.fontMetrics().horizontalAdvance(part.text())
    assert not isinstance(state, Ended) or "F9" in texts(window)


def test_signs_of_an_attack_are_told_to_the_receptionist_who_looks(window: ReceptionWindow) -> None:
    assert OPERATOR.face is not None
    window.show_state(replace(OPERATOR, face=replace(OPERATOR.face, attack=("border", "did_not_turn"))))
    words = Words("receptionist", "ja")
    said = " ".join(each.text() for each in window.findChildren(QLabel))
    assert words["attack_hint.border"] in said
    assert words["attack_hint.did_not_turn"] in said


def test_the_about_box_says_what_is_checked_and_what_is_not(qtbot: QtBot) -> None:
    for language in LANGUAGES:
        facts = about_facts()
        window = ReceptionWindow(DarkCamera(), FixedClock(NOW), language=language, is_practice=True, about=facts)
        qtbot.addWidget(window)
        window.show()
        [opens] = [
            each
            for each in window.findChildren(QPushButton)
            if each.text() == Words("receptionist", language)["about.open"]
        ]
        opens.click()
        [box] = window.findChildren(About)
        said = " ".join(each.text() for each in box.findChildren(QLabel))
        assert all(fact in said for fact in (*facts.values(), "OQS", "LFW"))
        assert all(each.heightForWidth(each.width()) <= each.height() for each in box.findChildren(QLabel))
        box.accept()
