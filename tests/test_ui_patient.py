"""The patient's window: what a finger and a keyboard do there."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from terminal.card_token import TokenKind
from terminal.events import (
    Cancelled,
    CardCodeEntered,
    ConsentGiven,
    FaceDeclined,
    FaceRetried,
    LastTryConfirmed,
    LastTryDeclined,
    PinEntered,
)
from terminal.failure_book.book import Audience, sentence
from terminal.people import Card, Consent, Holder, IssuerTrust, Picture, Sex, VerificationMethod, Verified
from terminal.problems import Problem
from terminal.states import (
    AwaitingCardCode,
    AwaitingConsent,
    AwaitingOperator,
    AwaitingPhonePin,
    CheckingPin,
    ConfirmingLastTry,
    Idle,
    MatchingFace,
    OpeningPhone,
    ReadingHolder,
    State,
    Stopped,
)
from ui.patient.card_code import CardCodeScreen
from ui.patient.last_try import LastTryScreen
from ui.patient.window import PatientWindow

NOW = datetime(2026, 11, 20, 0, 30, tzinfo=UTC)
CARD = Card("i1", TokenKind.PLASTIC, b"der", NOW + timedelta(days=900), 10, 3)
HOLDER = Holder(
    "見本 花子", "見本県見本市1-1", date(1983, 4, 1), Sex.FEMALE, b"jp2", date(2030, 4, 1), IssuerTrust.CHECKED
)
VERIFIED = Verified(CARD, HOLDER, VerificationMethod.FACE)
ASKING_CODE = AwaitingCardCode(CARD)
ASKING_PIN = AwaitingOperator(CARD, HOLDER, Problem.FACE_DECLINED)
CODE, PIN = "58040120301234", "4071"


class DarkCamera:
    """A camera without a picture."""

    def latest(self) -> Picture | None:
        return None

    def frames(self) -> Iterator[Picture]:
        yield from ()

    def close(self) -> None:
        pass


class Seen:
    """A window with what left it."""

    def __init__(self, qtbot: QtBot, language: str = "ja") -> None:
        self.qtbot = qtbot
        self.window = PatientWindow(DarkCamera(), language=language, is_practice=True, clinic_name="見本内科クリニック")
        qtbot.addWidget(self.window)
        self.events: list[tuple[object, object]] = []
        self.window.happened.connect(lambda event, state: self.events.append((event, state)))
        self.window.resize(1280, 800)
        self.window.show()

    def show(self, state: State) -> None:
        self.window.show_state(state)
        QApplication.processEvents()

    def parts(self) -> list[QWidget]:
        return [part for part in self.window.findChildren(QWidget) if part.isVisible()]

    def buttons(self) -> list[QPushButton]:
        return [part for part in self.parts() if isinstance(part, QPushButton)]

    def texts(self) -> list[str]:
        """Everything that can be read or heard."""
        said = [text for part in self.parts() for text in (part.accessibleName(), part.accessibleDescription())]
        said += [part.text() for part in self.parts() if isinstance(part, QLabel | QPushButton)]
        return [text for text in said if text]

    def press(self, text: str) -> None:
        found = [part for part in self.buttons() if text in (part.text(), part.accessibleName())]
        assert len(found) == 1, (text, [part.text() for part in self.buttons()])
        QTest.mouseClick(found[0], Qt.MouseButton.LeftButton)

    def type(self, keys: str) -> None:
        QTest.keyClicks(self.focused(), keys)

    def focused(self) -> QWidget:
        focused = self.window.focusWidget()
        assert focused is not None
        return focused

    def key(self, key: Qt.Key) -> None:
        QTest.keyClick(self.focused(), key)


@pytest.fixture
def seen(qtbot: QtBot) -> Seen:
    return Seen(qtbot)


# --- typing -----------------------------------------------------------------------------------------------------------


def test_a_card_code_typed_on_the_keyboard_is_told_with_the_state_that_asked(seen: Seen) -> None:
    seen.show(ASKING_CODE)
    seen.type(CODE)
    seen.key(Qt.Key.Key_Return)
    assert seen.events == [(CardCodeEntered(CODE), ASKING_CODE)]
    assert seen.events[0][1] is ASKING_CODE


def test_a_card_code_typed_on_the_keypad_is_told(seen: Seen) -> None:
    seen.show(ASKING_CODE)
    for digit in CODE:
        seen.press(digit)
    seen.press("確かめる")
    assert seen.events == [(CardCodeEntered(CODE), ASKING_CODE)]


def test_a_card_code_is_sent_only_when_it_is_whole(seen: Seen) -> None:
    seen.show(ASKING_CODE)
    seen.type(CODE[:-1])
    seen.key(Qt.Key.Key_Return)
    seen.press("確かめる")
    assert seen.events == []


def test_digits_can_be_taken_back_and_no_more_fit_than_there_are_boxes(seen: Seen) -> None:
    seen.show(ASKING_CODE)
    seen.type("999x-")
    seen.key(Qt.Key.Key_Delete)
    seen.type("5")
    seen.key(Qt.Key.Key_Backspace)
    seen.type(CODE + "77")
    seen.press("1つ消す")
    seen.press("4")
    seen.press("確かめる")
    assert seen.events == [(CardCodeEntered(CODE), ASKING_CODE)]


def test_the_card_code_can_be_typed_without_the_picture_and_keeps_its_digits(seen: Seen) -> None:
    seen.show(ASKING_CODE)
    seen.type(CODE[:6])
    seen.press("14桁だけ入力")
    seen.type(CODE[6:])
    seen.key(Qt.Key.Key_Enter)
    assert seen.events == [(CardCodeEntered(CODE), ASKING_CODE)]


def test_the_window_says_where_the_next_number_is_printed(seen: Seen) -> None:
    seen.show(ASKING_CODE)
    parts = (
        ("", "生年月日"),
        (CODE[:6], "有効期限の年"),
        (CODE[6:10], "セキュリティコード"),
        (CODE[10:], "そろいました"),
    )
    for typed, asked in parts:
        seen.type(typed)
        assert any(asked in part.text() for part in seen.parts() if isinstance(part, QLabel))


def test_a_pin_is_told_with_the_state_that_asked(seen: Seen) -> None:
    seen.show(ASKING_PIN)
    seen.type(PIN)
    seen.key(Qt.Key.Key_Return)
    assert seen.events == [(PinEntered(PIN), ASKING_PIN)]


@pytest.mark.parametrize(("tries", "refused"), [(0, None), (0, Problem.PIN_LOCKED), (None, Problem.PIN_LOCKED)])
def test_no_pin_can_be_typed_where_it_is_locked(seen: Seen, tries: int | None, refused: Problem | None) -> None:
    seen.show(replace(ASKING_PIN, card=replace(CARD, pin_tries=tries), refused=refused))
    seen.type(PIN)
    seen.key(Qt.Key.Key_Return)
    assert seen.events == []
    assert "1" not in [part.text() for part in seen.buttons()]


@pytest.mark.parametrize("work", [ReadingHolder(CARD, CODE), CheckingPin(ASKING_PIN, PIN), OpeningPhone(CARD, PIN)])
def test_the_last_try_is_asked_about_once_more_with_equal_weight_for_yes_and_no(
    seen: Seen, work: ReadingHolder | CheckingPin | OpeningPhone
) -> None:
    asked = ConfirmingLastTry(work)
    seen.show(asked)
    screen = seen.window.findChild(LastTryScreen)
    assert screen is not None
    assert screen.use.property("kind") == screen.keep.property("kind")
    assert screen.use.size() == screen.keep.size()
    screen.use.click()
    screen.keep.click()
    assert seen.events == [(LastTryConfirmed(), asked), (LastTryDeclined(), asked)]


def test_a_phone_is_opened_with_its_pin(seen: Seen) -> None:
    asked = AwaitingPhonePin(CARD)
    seen.show(asked)
    seen.type(PIN)
    seen.key(Qt.Key.Key_Return)
    assert seen.events == [(PinEntered(PIN), asked)]


@pytest.mark.parametrize("keep", [False, True])
def test_the_code_is_remembered_only_at_the_patients_wish(seen: Seen, keep: bool) -> None:
    seen.show(ASKING_CODE)
    screen = seen.window.findChild(CardCodeScreen)
    assert screen is not None
    assert not screen.keep.isChecked()
    if keep:
        screen.keep.click()
    seen.type(CODE)
    seen.key(Qt.Key.Key_Return)
    assert seen.events == [(CardCodeEntered(CODE, keep=keep), ASKING_CODE)]


@pytest.mark.parametrize(("state", "tries"), [(ASKING_CODE, "10"), (ASKING_PIN, "3")])
def test_the_tries_left_are_said_before_anything_is_sent(seen: Seen, state: State, tries: str) -> None:
    seen.show(state)
    assert any(f"あと{tries}回" in text for text in seen.texts())


def test_why_a_code_is_asked_again_is_said_kindly(seen: Seen) -> None:
    seen.show(AwaitingCardCode(CARD, Problem.CARD_CODE_WRONG))
    assert sentence(Problem.CARD_CODE_WRONG, Audience.PATIENT, "ja") in seen.texts()
    seen.show(replace(ASKING_PIN, refused=Problem.PIN_WRONG))
    assert sentence(Problem.PIN_WRONG, Audience.PATIENT, "ja") in seen.texts()


# --- what is typed stays hidden --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("state", "typed"), [(ASKING_CODE, "9876543"), (ASKING_PIN, "987")])
def test_typed_digits_are_in_no_text_that_can_be_read_or_heard(seen: Seen, state: State, typed: str) -> None:
    seen.show(state)
    before = seen.window.grab().toImage()
    seen.type(typed)
    assert not any(typed[at : at + 2] in text for text in seen.texts() for at in range(len(typed) - 1))
    assert f"{len(typed)}桁を入力しました" in " ".join(seen.texts())
    assert seen.window.grab().toImage() != before  # yet the dots are there


def test_masked_digits_look_alike_until_they_are_asked_for(seen: Seen) -> None:
    def picture(typed: str) -> tuple[object, object]:
        seen.show(replace(ASKING_PIN))
        seen.type(typed)
        masked = seen.window.grab().toImage()
        seen.press("数字を見る")
        return masked, seen.window.grab().toImage()

    (masked, shown), (other_masked, other_shown) = picture("987"), picture("123")
    assert masked == other_masked
    assert shown != other_shown


def test_the_next_state_leaves_nothing_of_what_was_typed(seen: Seen) -> None:
    seen.show(ASKING_CODE)
    seen.type(CODE)
    left = seen.window._screen
    seen.show(AwaitingCardCode(CARD, Problem.CARD_CODE_WRONG))
    assert left.code.digits == ""  # type: ignore[attr-defined]
    assert "0桁を入力しました" in " ".join(seen.texts())
    seen.key(Qt.Key.Key_Return)
    assert seen.events == []


# --- the other screens ------------------------------------------------------------------------------------------------


def test_consent_is_told_once_every_question_is_answered(seen: Seen) -> None:
    asked = AwaitingConsent(VERIFIED)
    seen.show(asked)
    for answer in ("いいえ：お薬と診療の情報", "はい：健診の情報"):
        seen.press(answer)
        seen.press("次へ")
        assert seen.events == []
    seen.press("はい：限度額の情報")
    seen.press("いいえ：限度額の情報")
    seen.press("はい：限度額の情報")
    seen.press("次へ")
    assert seen.events == [(ConsentGiven(frozenset({Consent.CHECKUPS, Consent.LIMIT_AMOUNT})), asked)]


def test_yes_and_no_weigh_the_same_and_nothing_is_chosen_beforehand(seen: Seen) -> None:
    seen.show(AwaitingConsent(VERIFIED))
    answers = [part for part in seen.buttons() if part.text() in ("はい", "いいえ")]
    assert len(answers) == 6
    assert not any(part.isChecked() for part in answers)
    assert len({(part.property("kind"), part.font().pixelSize()) for part in answers}) == 1
    assert max(part.width() for part in answers) - min(part.width() for part in answers) <= 1


@pytest.mark.parametrize(
    ("state", "text", "event"),
    [
        (MatchingFace(CARD, HOLDER), "暗証番号を使う", FaceDeclined()),
        (ASKING_PIN, "カメラでもう一度", FaceRetried()),
        (ASKING_CODE, "やめる", Cancelled()),
        (AwaitingConsent(VERIFIED), "やめる", Cancelled()),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_a_press_tells_its_event(seen: Seen, state: State, text: str, event: object) -> None:
    seen.show(state)
    seen.press(text)
    assert seen.events == [(event, state)]


def test_the_language_changes_at_once_and_what_was_typed_stays(seen: Seen) -> None:
    seen.show(ASKING_CODE)
    seen.type(CODE)
    with seen.qtbot.waitSignal(seen.window.language_changed, timeout=30_000) as changed:
        seen.press("言語 Language")
        seen.press("English")
    assert changed.args == ["en"]
    japanese = [text for text in seen.texts() if any("ぁ" <= character <= "ん" for character in text)]
    assert japanese == []
    seen.press("Check")
    assert seen.events == [(CardCodeEntered(CODE), ASKING_CODE)]


def test_the_next_patient_finds_the_language_and_look_of_the_site(seen: Seen) -> None:
    seen.show(ASKING_CODE)
    seen.window.set_language("vi")
    seen.window.set_high_contrast(True)
    seen.show(Idle())
    assert "マイナンバーカードを置いてください" in seen.texts()


def test_a_screen_comes_back_when_no_language_is_chosen(seen: Seen) -> None:
    seen.show(ASKING_CODE)
    seen.type(CODE)
    seen.press("言語 Language")
    assert "照合番号を入力してください" not in seen.texts()
    seen.press("言語 Language")
    seen.press("確かめる")
    assert seen.events == [(CardCodeEntered(CODE), ASKING_CODE)]


def test_an_ending_is_never_hidden_behind_the_languages(seen: Seen) -> None:
    seen.show(ASKING_CODE)
    seen.press("言語 Language")
    seen.show(Stopped(Problem.CARD_REMOVED, CARD))
    assert sentence(Problem.CARD_REMOVED, Audience.PATIENT, "ja") in seen.texts()


def test_the_same_state_shown_again_changes_nothing(seen: Seen) -> None:
    seen.show(ASKING_CODE)
    seen.type(CODE[:3])
    seen.show(ASKING_CODE)
    assert "3桁を入力しました" in " ".join(seen.texts())
