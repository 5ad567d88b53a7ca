"""The patient's window by ear: each screen is read aloud, four keys and the digits do it all, and nobody is hurried."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from dataclasses import replace

import pytest
from guided_desk import AGAIN, CALL, NO, STATES, YES, Desk
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot
from sample_states import ASKING_CODE, CONFIRMED

from terminal.configuration.settings import Keys
from terminal.events import (
    PatientLeft,
)
from terminal.failure_book.book import Audience, sentence
from terminal.problems import Problem
from terminal.states import (
    Idle,
    Stopped,
)
from ui.patient.guidance import next_voice
from ui.speech.line import Hearing
from ui.speech.recordings import VOICES, recording_of
from ui.words.catalogue import PATIENT_LANGUAGES, Words


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return Desk(qtbot)


@pytest.fixture
def guided(desk: Desk) -> Desk:
    return desk.guided()


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
    assert desk.events == [(PatientLeft(), CONFIRMED)]


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
