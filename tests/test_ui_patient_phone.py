"""Who laid a phone in place of a card reads of a phone, and the words that a phone's holder agreed to are on record."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot
from sample_states import CONFIRMED, LAST_TRY, PHONE, PIN, PROVISIONAL, VERIFIED
from standing import DarkCamera

from terminal.events import ConsentGiven
from terminal.people import ConsentText, VerificationMethod, Verified
from terminal.problems import Problem
from terminal.states import (
    AwaitingConsent,
    CheckingEligibility,
    ConfirmingLastTry,
    OpeningPhone,
    State,
    Unconfirmed,
)
from ui.patient.consent import ConsentScreen
from ui.patient.screens import screen_for
from ui.receptionist.saying import sentence_to_say
from ui.words.catalogue import LANGUAGES, PATIENT_LANGUAGES, Words, load

DIGEST_JA = "6bb3e64c973cf7b9abf3d9a48759f71fb78795dbfabef00673bf0b7231ed4264"
OPENED = Verified(PHONE, None, VerificationMethod.PIN)
OF_A_PHONE: dict[str, State] = {
    "checking_eligibility.note": CheckingEligibility(OPENED, frozenset()),
    "consent.body": AwaitingConsent(OPENED),
    "confirmed.body": replace(CONFIRMED, verified=OPENED),
    "provisional.next": replace(PROVISIONAL, verified=OPENED),
    "refused.next": Unconfirmed(PHONE, OPENED, Problem.COVERAGE_ENDED),
    "last_try.pin": ConfirmingLastTry(OpeningPhone(PHONE, PIN)),
}


@pytest.mark.parametrize("language", PATIENT_LANGUAGES)
def test_who_laid_a_phone_reads_of_a_phone(qtbot: QtBot, language: str) -> None:
    words = Words("patient", language)
    for key, state in OF_A_PHONE.items():
        screen = screen_for(state, words, DarkCamera())
        qtbot.addWidget(screen)
        said = {words.said(each.text()) for each in screen.findChildren(QLabel)}
        assert words[f"{key}_phone"] in said, key
        assert words[key] not in said, key


def test_each_sentence_about_a_phone_is_met() -> None:
    keys = {key for key in load("patient", "ja") if key.endswith("_phone") and not key.startswith("problem.")}
    assert keys == {f"{key}_phone" for key in OF_A_PHONE}


def test_the_last_try_of_a_card_code_is_said_to_be_of_a_card(qtbot: QtBot) -> None:
    words = Words("patient", "ja")
    screen = screen_for(LAST_TRY, words, DarkCamera())
    qtbot.addWidget(screen)
    assert words["last_try.card_code"] in {each.text() for each in screen.findChildren(QLabel)}


def agreed_to(qtbot: QtBot, verified: Verified, language: str) -> ConsentText:
    screen = ConsentScreen(AwaitingConsent(verified), Words("patient", language))
    qtbot.addWidget(screen)
    for _ in screen.answers:
        screen.accept()
    with qtbot.waitSignal(screen.happened) as told:
        screen.accept()
    assert told.args is not None
    [given] = told.args
    assert isinstance(given, ConsentGiven)
    assert given.text is not None
    return given.text


def test_what_a_phones_holder_agreed_to_is_a_text_of_its_own(qtbot: QtBot) -> None:
    for language in PATIENT_LANGUAGES:
        card, phone = (agreed_to(qtbot, verified, language) for verified in (VERIFIED, OPENED))
        assert (card.id, phone.id) == ("consent", "consent_phone")
        assert card.digest != phone.digest
        assert card.language == phone.language == language


def test_what_a_cards_holder_agrees_to_is_the_text_that_older_entries_name(qtbot: QtBot) -> None:
    assert agreed_to(qtbot, VERIFIED, "ja").digest == DIGEST_JA


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_receptionist_says_it_of_a_phone(language: str) -> None:
    words = Words("receptionist", language)
    for say, state in (
        ("asking", OF_A_PHONE["checking_eligibility.note"]),
        ("confirmed", OF_A_PHONE["confirmed.body"]),
    ):
        assert sentence_to_say(state, words) == words[f"say.{say}_phone"]
