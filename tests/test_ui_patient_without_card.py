"""Who laid a phone, or had a paper's numbers typed, is told nothing of a card: by the window, or by reception."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import re
from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot
from sample_states import ASKING_PHONE, CONFIRMED, PHONE, PIN, PROVISIONAL, VERIFIED, WITHHELD
from standing import DarkCamera

from terminal.insured import Insured
from terminal.people import Paper, VerificationMethod, Verified
from terminal.problems import Problem
from terminal.states import (
    AwaitingConsent,
    CheckingEligibility,
    ConfirmingLastTry,
    Ended,
    OpeningPhone,
    State,
    Stopped,
    Unconfirmed,
)
from ui.patient.ended import ReceptionScreen
from ui.patient.screen import Screen
from ui.patient.screens import screen_for
from ui.receptionist.saying import sentence_to_say
from ui.words.catalogue import LANGUAGES, PATIENT_LANGUAGES, Words, load
from ui.words.laid import of_problem

PAPER = Paper("v2", Insured("01130012", "12", "3456", "01", date(1983, 4, 1)))
OPENED = Verified(PHONE, None, VerificationMethod.PIN)
TYPED = Verified(PAPER, None, VerificationMethod.PAPER)


def after_evidence(verified: Verified) -> list[State]:
    """Each kind of state that comes once it is known who came, and with what."""
    return [
        CheckingEligibility(verified, frozenset()),
        *(replace(answer, verified=verified) for answer in (CONFIRMED, PROVISIONAL, WITHHELD)),
        Unconfirmed(verified.card, verified, Problem.COVERAGE_ENDED),
        Stopped(Problem.CANCELLED, verified.card),
    ]


WITHOUT_CARD: list[State] = [
    ASKING_PHONE,
    OpeningPhone(PHONE, PIN),
    ConfirmingLastTry(OpeningPhone(PHONE, PIN)),
    AwaitingConsent(OPENED),
    replace(CONFIRMED, verified=OPENED, notes=(Problem.CERTIFICATE_ENDS_SOON, Problem.CERTIFICATE_IN_GRACE)),
    *after_evidence(OPENED),
    *after_evidence(TYPED),
]
OF_A_CARD = re.compile("card_(absent|not_my_number|is_|expired|code_|signature_wrong)|photo_|nobody_signed_in")
"""What is met with a plastic card alone, or asks for one. Every other problem may be met with a phone."""
OF_A_READER = re.compile("card_|reader_|certificate_|last_try_|waited_too_long")
"""What is not met with a paper."""
ENDED_WITHOUT_CARD: list[Unconfirmed | Stopped] = [
    *(Stopped(problem, PHONE) for problem in Problem if not OF_A_CARD.match(problem)),
    *(
        Unconfirmed(PAPER, TYPED, problem)
        for problem in Problem
        if not OF_A_CARD.match(problem) and not OF_A_READER.match(problem)
    ),
]

CARDS = {
    "ja": "カード", "ja-easy": "カード", "en": "card", "zh-Hans": "卡", "zh-Hant": "卡", "ko": "카드", "vi": "thẻ",
    "pt": "cart", "ne": "कार्ड", "tl": "card",
}  # fmt: skip
READER = re.compile(
    "カードを ?読む ?(?:機器|きかい)|card reader|读卡器|讀卡機|카드 판독기|कार्ड रिडर|leitor de cartões|máy đọc thẻ"
)
"""The machine's name, whatever is laid on it."""


def names_a_card(text: str, language: str) -> bool:
    return CARDS[language] in READER.sub("", text.lower())


def written_on(screen: Screen, qtbot: QtBot) -> list[str]:
    qtbot.addWidget(screen)
    return [screen.words.said(each.text()) for each in screen.findChildren(QLabel)]


@pytest.mark.parametrize("language", PATIENT_LANGUAGES)
def test_no_problem_is_told_of_a_card_where_none_was_laid(language: str) -> None:
    words = Words("patient", language)
    for state in ENDED_WITHOUT_CARD:
        problem = state.problem if isinstance(state, Stopped) else state.reason
        said = of_problem(problem, state, words)
        assert not names_a_card(said, language), (problem, said)


@pytest.mark.parametrize("language", PATIENT_LANGUAGES)
def test_no_window_names_a_card_where_none_was_laid(qtbot: QtBot, language: str) -> None:
    words = Words("patient", language)
    for state in WITHOUT_CARD:
        screens: list[Screen] = [screen_for(state, words, DarkCamera())]
        if isinstance(state, Ended):
            screens.append(ReceptionScreen(state, words))
        for screen in screens:
            named = [text for text in written_on(screen, qtbot) if names_a_card(text, language)]
            assert named == [], state


@pytest.mark.parametrize("language", LANGUAGES)
def test_reception_says_nothing_of_a_card_where_none_was_laid(language: str) -> None:
    words = Words("receptionist", language)
    for state in (*WITHOUT_CARD, *ENDED_WITHOUT_CARD):
        said = sentence_to_say(state, words)
        assert said
        assert not names_a_card(said, language), (said, state)


def test_who_laid_a_card_reads_of_the_card_and_each_other_word_is_of_a_problem() -> None:
    words = Words("patient", "en")
    for key in load("patient", "en"):
        if key.startswith("problem."):
            problem = Problem(key.removeprefix("problem.").removesuffix("_phone").removesuffix("_paper"))
            assert names_a_card(of_problem(problem, Stopped(problem, VERIFIED.card), words), "en")
