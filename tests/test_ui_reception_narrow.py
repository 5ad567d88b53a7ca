"""Today's list in a narrow window: a name can be read, whatever else has to make room."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from dataclasses import replace

import pytest
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QLabel, QTableView
from pytestqt.qtbot import QtBot
from reception_window import reception
from sample_states import CARD, CONFIRMED, PROVISIONAL, VERIFIED

from terminal.people import VerificationMethod
from terminal.problems import Problem
from terminal.states import AwaitingCardCode, AwaitingConsent, ReadingCard
from ui.receptionist.current import Current
from ui.receptionist.rows import COLUMNS

NAME, METHOD = COLUMNS.index("name"), COLUMNS.index("method")
GUARDED = replace(VERIFIED, method=VerificationMethod.GUARDIAN)
BESIDE_THE_PATIENTS = 1190, 788  # the practice's two windows on a screen of 1920 × 1080


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_name_is_not_cut_by_how_somebody_was_verified(qtbot: QtBot, language: str) -> None:
    window = reception(qtbot)
    window.set_language(language)
    window.resize(*BESIDE_THE_PATIENTS)
    for number in range(12):
        verified = replace(GUARDED, card=replace(CARD, insertion=f"laid-{number}"))
        window.show_state(replace(CONFIRMED, verified=verified))
    window.show_state(AwaitingCardCode(replace(CARD, insertion="next")))
    table = window.findChildren(QTableView)[0]
    qtbot.waitUntil(lambda: table.columnWidth(NAME) >= table.sizeHintForColumn(NAME), timeout=10_000)


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("left", [1, 2])
def test_the_tries_are_in_sight_where_a_code_is_typed_whatever_is_told_besides(
    qtbot: QtBot, language: str, left: int
) -> None:
    window = reception(qtbot)
    window.set_language(language)
    window.resize(*BESIDE_THE_PATIENTS)
    window.show_state(PROVISIONAL)  # the line is down
    window.show_state(AwaitingConsent(VERIFIED))
    window.show_state(ReadingCard("next"))  # laid over it
    window.show_help_call()
    refused = Problem.CARD_CODE_NEARLY_LOCKED if left == 1 else Problem.CARD_CODE_WRONG
    window.show_state(AwaitingCardCode(replace(CARD, insertion="next", card_code_tries=left), refused))
    window.show_mirror(QPixmap(730, 1026))
    [current] = [part for part in window.findChildren(Current) if part.isVisible()]
    [tries] = [told for told in current.findChildren(QLabel) if told.text() == str(left)]
    qtbot.waitUntil(lambda: tries.visibleRegion().boundingRect() == tries.rect(), timeout=30_000)


def test_a_wide_window_shows_how_everybody_was_verified(qtbot: QtBot) -> None:
    window = reception(qtbot)
    window.resize(*BESIDE_THE_PATIENTS)
    window.show_state(replace(CONFIRMED, verified=GUARDED))
    window.show_state(AwaitingCardCode(replace(CARD, insertion="next")))
    window.resize(1600, 1000)
    table = window.findChildren(QTableView)[0]
    qtbot.waitUntil(lambda: not table.isColumnHidden(METHOD), timeout=30_000)
