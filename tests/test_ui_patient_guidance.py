"""The patient's window by ear: each screen is read aloud, four keys and the digits do it all, and nobody is hurried."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from terminal.card_token import TokenKind
from terminal.configuration.settings import Keys
from terminal.coverage import Coverage, Record, Relation
from terminal.events import (
    Cancelled,
    CardCodeEntered,
    ConsentGiven,
    Dismissed,
    FaceDeclined,
    FaceRetried,
    LastTryConfirmed,
    LastTryDeclined,
    PinEntered,
    StillThere,
)
from terminal.failure_book.book import Audience, sentence
from terminal.people import Card, Consent, Holder, IssuerTrust, Picture, Sex, VerificationMethod, Verified
from terminal.problems import Problem
from terminal.states import (
    AwaitingCardCode,
    AwaitingConsent,
    AwaitingOperator,
    AwaitingPhonePin,
    CheckingEligibility,
    Confirmed,
    ConfirmingLastTry,
    Ended,
    Idle,
    MatchingFace,
    Provisional,
    ReadingCard,
    ReadingHolder,
    State,
    Stopped,
    Unconfirmed,
    patience,
)
from ui.patient.bar import Bar
from ui.patient.guidance import next_voice
from ui.patient.patience import ASKED_BEFORE
from ui.patient.window import PatientWindow
from ui.speech.line import Hearing, Line
from ui.speech.recordings import VOICES, recording_of
from ui.words.catalogue import PATIENT_LANGUAGES, Words

NOW = datetime(2026, 11, 20, 0, 30, tzinfo=UTC)
CARD = Card("i1", TokenKind.PLASTIC, b"der", NOW + timedelta(days=900), 10, 3)
HOLDER = Holder(
    "見本 花子", "見本県見本市1-1", date(1983, 4, 1), Sex.FEMALE, b"jp2", date(2030, 4, 1), IssuerTrust.CHECKED
)
VERIFIED = Verified(CARD, HOLDER, VerificationMethod.FACE)
RECORD = Record("見本 花子", "ミホン ハナコ", date(1983, 4, 1), Sex.FEMALE, "見本県見本市1-1")
COVERAGE = Coverage("01130012", "見本健康保険組合", "12", "3456", "01", Relation.SUBSCRIBER, 30, date(2020, 4, 1), None)
PHONE = replace(CARD, token=TokenKind.ANDROID, certificate=b"", card_code_tries=None)
ASKING_CODE, ASKING_PHONE = AwaitingCardCode(CARD), AwaitingPhonePin(PHONE)
ASKING_PIN = AwaitingOperator(CARD, HOLDER, Problem.FACE_DECLINED)
LAST_TRY = ConfirmingLastTry(ReadingHolder(CARD, "58040120301234"))
CONFIRMED = Confirmed(VERIFIED, RECORD, COVERAGE, NOW, (Problem.CERTIFICATE_ENDS_SOON,))
CODE, PIN = "58040120301234", "4071"
STATES: tuple[State, ...] = (
    Idle(),
    Idle(Problem.READER_ABSENT),
    ReadingCard("i1"),
    ASKING_CODE,
    AwaitingCardCode(replace(CARD, card_code_tries=2), Problem.CARD_CODE_WRONG),
    ReadingHolder(CARD, CODE),
    ASKING_PHONE,
    LAST_TRY,
    MatchingFace(CARD, HOLDER),
    MatchingFace(CARD, HOLDER, 2),
    ASKING_PIN,
    replace(ASKING_PIN, card=replace(CARD, pin_tries=0), refused=Problem.PIN_LOCKED),
    replace(ASKING_PIN, holder=replace(HOLDER, portrait=None)),
    AwaitingConsent(VERIFIED),
    CheckingEligibility(VERIFIED, frozenset()),
    CONFIRMED,
    Provisional(VERIFIED, COVERAGE, NOW, date(2026, 11, 30), Problem.SERVICE_SILENT),
    Unconfirmed(CARD, VERIFIED, Problem.COVERAGE_ENDED),
    Stopped(Problem.CARD_REMOVED, CARD),
)
AGAIN, NO, CALL = Qt.Key.Key_Plus, Qt.Key.Key_Minus, Qt.Key.Key_Asterisk
YES = Qt.Key.Key_Enter


class DarkCamera:
    """A camera without a picture."""

    def latest(self) -> Picture | None:
        return None

    def frames(self) -> Iterator[Picture]:
        yield from ()

    def close(self) -> None:
        pass


class Ears:
    """A speaker that notes what it is to say."""

    def __init__(self) -> None:
        self.said: list[Line] = []
        self.told: Callable[[Hearing], None] = lambda _: None

    def say(self, lines: Sequence[Line]) -> None:
        self.said += lines

    def add(self, lines: Sequence[Line]) -> None:
        self.said += lines

    def listen(self, told: Callable[[Hearing], None]) -> None:
        self.told = told

    def close(self) -> None:
        pass


class Desk:
    """A window, the ears of who stands before it, and what left it."""

    def __init__(self, qtbot: QtBot, language: str = "ja", keys: Keys | None = None) -> None:
        self.ears = Ears()
        self.window = PatientWindow(
            DarkCamera(), language=language, is_practice=True, clinic_name="見本内科", speaker=self.ears, keys=keys
        )
        qtbot.addWidget(self.window)
        self.events: list[tuple[object, object]] = []
        self.window.happened.connect(lambda event, state: self.events.append((event, state)))
        self.window.resize(1280, 800)
        self.window.show()
        self.words = Words("patient", language)

    def show(self, state: State) -> None:
        self.window.show_state(state)
        QApplication.processEvents()

    def press(self, *keys: Qt.Key | str) -> None:
        for key in keys:
            focused = self.window.focusWidget()
            assert focused is not None
            if isinstance(key, str):
                QTest.keyClicks(focused, key)
            else:
                QTest.keyClick(focused, key)

    def heard(self) -> list[str]:
        """What was said since the last time."""
        said, self.ears.said = self.ears.said, []
        return [line.text for line in said]

    def told(self, *keys: str) -> list[str]:
        return [self.words[key] for key in keys]

    def bar(self) -> str:
        [bar] = self.window.findChildren(Bar)
        return " ".join(label.text() for label in bar.findChildren(QLabel)) if bar.isVisible() else ""


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return Desk(qtbot)


@pytest.fixture
def guided(desk: Desk) -> Desk:
    desk.press(AGAIN)
    desk.heard()
    return desk


# --- how it begins and ends -------------------------------------------------------------------------------------------


def test_nothing_is_said_unasked(desk: Desk) -> None:
    for state in STATES:
        desk.show(state)
    assert desk.heard() == []
    assert desk.bar() == ""


@pytest.mark.parametrize("key", [AGAIN, NO, YES])
def test_the_first_of_the_four_keys_begins_the_guidance(desk: Desk, key: Qt.Key) -> None:
    desk.press(key)
    heard = desk.heard()
    assert heard[:3] == desk.told("ear.began", "ear.keys", "idle.title")
    assert heard[3:] == [Words("patient", "en")["ear.other"]]
    assert desk.events == []


def test_a_sentence_about_keys_is_said_only_where_it_is_true(qtbot: QtBot) -> None:
    desk = Desk(qtbot, keys=Keys(yes="/", again="#"))
    desk.press("#")
    assert desk.words["ear.keys"] not in desk.heard()
    desk.show(CONFIRMED)
    desk.press("/")
    assert desk.events == [(Dismissed(), CONFIRMED)]


def test_the_guidance_can_be_pressed_on_and_off(desk: Desk) -> None:
    [chip] = [part for part in desk.window.findChildren(QPushButton) if part.text() == desk.words["ear.chip"]]
    chip.click()
    assert desk.words["idle.title"] in desk.heard()
    assert chip.isChecked()
    chip.click()
    desk.show(ASKING_CODE)
    assert desk.heard() == []
    assert desk.bar() == ""


def test_the_next_patient_is_not_talked_to(guided: Desk) -> None:
    guided.show(CONFIRMED)
    guided.show(Idle())
    guided.heard()
    guided.show(ASKING_CODE)
    assert guided.heard() == []


def test_by_ear_another_language_is_one_key_away(guided: Desk) -> None:
    guided.press(NO)
    english = Words("patient", "en")
    assert guided.heard() == [english["idle.title"], guided.words["ear.other"]]
    guided.press(NO)
    assert guided.heard()[0] == guided.words["idle.title"]


@pytest.mark.parametrize("language", PATIENT_LANGUAGES)
def test_from_every_language_a_voice_can_be_reached(language: str) -> None:
    assert next_voice(language) in VOICES
    assert next_voice("ja") == "en"
    assert next_voice("en") == "ja"


# --- every screen is heard --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", VOICES)
def test_everything_that_is_said_has_a_recording(qtbot: QtBot, language: str) -> None:
    desk = Desk(qtbot, language)
    desk.press(AGAIN)
    for state in STATES:
        desk.show(state)
        desk.press("1", YES, NO, YES, YES, NO, CALL)
        desk.window.show_hint("come_closer")
        if isinstance(state, Idle):
            desk.window.set_guided(True)
    assert len(desk.ears.said) > 150
    assert {line.text for line in desk.ears.said if recording_of(line) is None} == set()


def test_a_screen_is_read_from_its_title_to_what_can_be_pressed_and_again_on_the_key(desk: Desk) -> None:
    for state in STATES:
        desk.show(state)
        desk.heard()
        desk.window.set_guided(True)
        began, _, *heard = desk.heard()
        assert began == desk.words["ear.began"]
        assert len(heard) >= 2, state
        desk.press(AGAIN)
        assert desk.heard() == heard
        assert heard[-1] == desk.bar()


def test_what_is_about_this_person_is_for_earphones(desk: Desk) -> None:
    personal = {sentence(problem, Audience.PATIENT, "ja") for problem in Problem} | {
        desk.words.format("code.tries", tries=tries) for tries in range(11)
    }
    heard = set()
    for state in STATES:
        if not isinstance(state, Idle | Stopped):  # what is wrong with the reader, and what lay on it, all may hear
            desk.show(state)
            desk.window.set_guided(True)
            heard |= {line.text for line in desk.ears.said} & personal
            assert all(line.is_personal for line in desk.ears.said if line.text in personal), state
    assert len(heard) >= 8


# --- the keys on each screen ------------------------------------------------------------------------------------------


def test_of_a_pin_only_the_number_of_digits_is_heard(guided: Desk) -> None:
    guided.show(ASKING_PHONE)
    guided.heard()
    guided.press(*PIN[:3])
    assert guided.heard() == [guided.words.format("ear.digit", typed=typed) for typed in (1, 2, 3)]
    guided.press(NO, YES)
    typed = guided.words.format("code.typed", typed=2, all=4)
    assert guided.heard() == [guided.words.format("ear.digit", typed=2), typed, guided.words["ear.send"]]
    guided.press(*PIN[2:])
    assert guided.heard()[-1] == guided.words.format("ear.complete", all=4)
    guided.press(YES)
    assert guided.events == [(PinEntered(PIN), ASKING_PHONE)]


@pytest.mark.parametrize(("answer", "keep"), [(YES, True), (NO, False)])
def test_a_card_code_is_guided_number_by_number_and_kept_only_on_a_yes(
    guided: Desk, answer: Qt.Key, keep: bool
) -> None:
    guided.show(ASKING_CODE)
    assert guided.words["card_code.where_birth"] in guided.heard()
    guided.press(*CODE[:6])
    assert guided.heard()[-1] == guided.words["card_code.where_expiry"]
    guided.press(*CODE[6:10])
    assert guided.heard()[-1] == guided.words["card_code.where_security"]
    guided.press(*CODE[10:], YES)
    assert guided.heard()[-3:] == guided.told("ear.keep", "card_code.keep_how", "ear.yes_or_no")
    assert guided.events == []
    guided.press(answer)
    assert guided.events == [(CardCodeEntered(CODE, keep=keep), ASKING_CODE)]


def test_consent_is_asked_one_question_at_a_time_read_back_and_can_be_taken_back(guided: Desk) -> None:
    asked = AwaitingConsent(VERIFIED)
    what = {key: guided.words[f"consent.{key}"] for key in ("medicines", "checkups", "limit_amount")}
    chosen = [
        guided.words.format(f"consent.{answer}_to", what=what[key])
        for answer, key in (("yes", "medicines"), ("no", "checkups"), ("yes", "limit_amount"))
    ]
    guided.show(asked)
    assert guided.heard()[-3:] == [what["medicines"], *guided.told("consent.medicines_note", "ear.yes_or_no")]
    guided.press(YES)
    assert guided.heard() == [chosen[0], what["checkups"], *guided.told("consent.checkups_note", "ear.yes_or_no")]
    guided.press(NO)
    assert guided.heard()[:2] == [chosen[1], what["limit_amount"]]
    guided.press(YES)
    assert guided.heard() == [*chosen, guided.words["ear.chosen_again"]]
    guided.press(NO)  # all over again
    assert guided.heard()[0] == what["medicines"]
    guided.press(NO, YES, NO, YES)
    assert guided.events == [(ConsentGiven(frozenset({Consent.CHECKUPS})), asked)]


def test_yes_and_no_are_said_in_one_breath_and_both_are_one_key(guided: Desk) -> None:
    asked = guided.words["ear.yes_or_no"]
    assert "はい" in asked
    assert "いいえ" in asked
    for key, event in ((YES, LastTryConfirmed()), (NO, LastTryDeclined())):
        guided.show(ReadingCard("i1"))
        guided.show(replace(LAST_TRY))
        assert guided.heard()[-1] == asked
        guided.press(key)
        assert guided.events.pop()[0] == event


@pytest.mark.parametrize(
    ("state", "key", "event"),
    [
        (MatchingFace(CARD, HOLDER), NO, FaceDeclined()),
        (ASKING_PIN, YES, FaceRetried()),
        (replace(ASKING_PIN, refused=Problem.PIN_LOCKED), YES, FaceRetried()),
        (CONFIRMED, YES, Dismissed()),
    ],
    ids=lambda value: type(value).__name__,
)
def test_one_key_tells_its_event(guided: Desk, state: State, key: Qt.Key, event: object) -> None:
    guided.show(state)
    guided.press(key)
    assert guided.events == [(event, state)]


def test_the_check_in_is_stopped_only_after_a_second_yes(guided: Desk) -> None:
    state = ReadingCard("i1")
    guided.show(state)
    guided.heard()
    guided.press(NO)
    assert guided.heard() == [guided.words["ear.stop"]]
    guided.press(NO)
    assert guided.heard()[0] == guided.words["ear.going_on"]
    guided.press(YES)
    assert guided.heard() == [guided.words["ear.nothing"]]
    assert guided.events == []
    guided.press(NO, YES)
    assert guided.events == [(Cancelled(), state)]


def test_a_question_about_stopping_is_not_answered_on_the_next_screen(guided: Desk) -> None:
    guided.show(ReadingCard("i1"))
    guided.press(NO)
    guided.show(ASKING_CODE)
    guided.press(YES)
    assert guided.events == []


def test_staff_can_be_called_from_everywhere_guided_or_not(desk: Desk) -> None:
    calls: list[State] = []
    desk.window.help_called.connect(lambda: calls.append(desk.window._state))
    for at, state in enumerate((*STATES, *reversed(STATES[1:]))):
        desk.show(state)
        desk.window.set_guided(at % 2 == 0)
        desk.press(CALL)
        assert desk.words["ear.called"] in desk.heard()
    assert calls == [*STATES, *reversed(STATES[1:-1])]  # the last was called for once


def test_the_keys_answer_the_screen_and_not_what_lay_over_it(guided: Desk) -> None:
    guided.show(CONFIRMED)
    [languages] = [
        part for part in guided.window.findChildren(QPushButton) if part.text() == guided.words["window.language"]
    ]
    languages.click()
    guided.press(YES)
    assert guided.events == [(Dismissed(), CONFIRMED)]


def test_enter_presses_what_has_the_focus(desk: Desk) -> None:
    desk.show(ASKING_CODE)
    [stop] = [part for part in desk.window.findChildren(QPushButton) if part.text() == "やめる"]
    stop.setFocus()
    desk.press(YES)
    assert desk.events == [(Cancelled(), ASKING_CODE)]
    assert desk.heard() == []


def test_a_hint_for_the_camera_is_heard_after_the_screen_and_never_twice_running(guided: Desk) -> None:
    guided.show(MatchingFace(CARD, HOLDER))
    guided.heard()
    for hint in ("come_closer", "", "come_closer", "look_ahead"):
        guided.window.show_hint(hint)
    assert guided.heard() == guided.told("face_hint.come_closer")


# --- where nothing can be heard ---------------------------------------------------------------------------------------


def test_a_language_without_a_voice_says_so_and_guides_in_writing(guided: Desk) -> None:
    for language in PATIENT_LANGUAGES:
        guided.window.set_language(language)
        guided.show(replace(CONFIRMED))
        words = Words("patient", language)
        assert (words["ear.no_voice"] in guided.bar()) == (language not in VOICES)
        assert words["ear.finish"] in guided.bar()


def test_a_machine_without_sound_says_so_until_it_sounds(guided: Desk, qtbot: QtBot) -> None:
    guided.show(CONFIRMED)
    guided.ears.told(Hearing.NOWHERE)
    qtbot.waitUntil(lambda: guided.words["ear.silent"] in guided.bar(), timeout=30_000)
    guided.ears.told(Hearing.EARPHONES)
    qtbot.waitUntil(lambda: guided.bar() == guided.words["ear.finish"], timeout=30_000)


@pytest.mark.parametrize(
    ("language", "size"), [("ja", (1280, 800)), ("ne", (1280, 800)), ("ja-easy", (1080, 1920))], ids=str
)
def test_the_bar_cuts_nothing_off(qtbot: QtBot, language: str, size: tuple[int, int]) -> None:
    desk = Desk(qtbot, language)
    desk.window.resize(*size)
    desk.press(AGAIN)
    desk.ears.told(Hearing.NOWHERE)
    for state in STATES:
        desk.show(state)
        for part in desk.window.findChildren(QWidget):
            if part.isVisible():
                place = QRect(part.mapTo(desk.window, QPoint(0, 0)), part.size())
                assert desk.window.rect().contains(place), (type(state).__name__, type(part).__name__)
        assert desk.window._has_room(), type(state).__name__


# --- nobody is hurried ------------------------------------------------------------------------------------------------

WAITS = [state for state in STATES if patience(state) and not isinstance(state, Ended)]


@pytest.mark.parametrize("is_guided", [True, False])
def test_before_a_screen_ends_more_time_is_offered_and_one_press_gives_it(desk: Desk, is_guided: bool) -> None:
    [go_on] = [part for part in desk.window.findChildren(QPushButton) if part.text() == desk.words["ear.go_on"]]
    timer = desk.window._patience._timer
    for state in WAITS:
        desk.show(state)
        desk.window.set_guided(is_guided)
        limit = patience(state)
        assert limit is not None
        before = limit - timedelta(milliseconds=timer.interval())
        assert timer.isActive()
        assert timedelta(seconds=20) <= before <= ASKED_BEFORE  # WCAG 2.2, 2.2.1
        desk.heard()
        timer.timeout.emit()
        asked = desk.words["ear.still_there"]
        assert desk.bar() == asked
        assert desk.heard() == ([asked] if is_guided else [])
        assert go_on.isVisible()
        go_on.click()
        assert desk.events.pop() == (StillThere(), state)
        assert asked not in desk.bar()
        assert timer.isActive()  # and so on, as often as it takes


@pytest.mark.parametrize("key", ["1", AGAIN])
def test_any_key_gives_more_time_too(guided: Desk, key: str | Qt.Key) -> None:
    guided.show(ASKING_CODE)
    guided.window._patience._timer.timeout.emit()
    guided.press(key)
    assert guided.events == [(StillThere(), ASKING_CODE)]


def test_what_was_typed_or_answered_outlives_the_question(guided: Desk) -> None:
    guided.show(ASKING_CODE)
    guided.press(*CODE[:5])
    guided.window._patience._timer.timeout.emit()
    guided.press(*CODE[5:], YES, NO)
    assert guided.events[-1] == (CardCodeEntered(CODE), ASKING_CODE)


def test_the_machines_work_and_an_ending_ask_nothing(desk: Desk) -> None:
    for state in (CONFIRMED, ReadingCard("i1"), MatchingFace(CARD, HOLDER), Idle()):
        desk.show(ASKING_CODE)
        desk.show(state)
        assert not desk.window._patience._timer.isActive()


def test_who_began_and_went_away_before_laying_a_card_is_not_talked_to_for_ever(guided: Desk) -> None:
    guided.window._patience._timer.timeout.emit()
    guided.show(ASKING_CODE)
    assert guided.heard() == []
