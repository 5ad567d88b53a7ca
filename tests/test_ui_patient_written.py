"""Guidance in writing, where nothing can be heard: what "yes or no" answers stands beside it."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from guided_desk import AGAIN, CALL, NO, YES, Desk
from pytestqt.qtbot import QtBot
from sample_states import ASKING_CODE, CODE, VERIFIED

from terminal.states import AwaitingConsent
from ui.words.catalogue import Words


@pytest.fixture
def silent(qtbot: QtBot) -> Desk:
    """In Vietnamese, which has no voice."""
    return Desk(qtbot, "vi").guided()


def test_each_consent_is_named_where_it_is_asked_for(silent: Desk) -> None:
    words = Words("patient", "vi")
    silent.show(AwaitingConsent(VERIFIED))
    for asked, key in (("medicines", NO), ("checkups", YES), ("limit_amount", NO)):
        assert words[f"consent.{asked}"] in silent.bar()
        assert words["ear.yes_or_no"] in silent.bar()
        silent.press(key)
    assert words["ear.chosen_again"] in silent.bar()


def test_whether_to_keep_the_code_is_asked_in_writing(silent: Desk) -> None:
    words = Words("patient", "vi")
    silent.show(ASKING_CODE)
    silent.press(CODE, YES)
    assert words["ear.keep"] in silent.bar()
    assert words["ear.yes_or_no"] in silent.bar()
    silent.press(CALL)
    assert words["ear.keep"] not in silent.bar()
    silent.press(AGAIN)
    assert words["ear.keep"] in silent.bar()
