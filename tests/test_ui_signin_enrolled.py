"""What is enrolled while the desk runs is taken at the next look: somebody's first sign-in, a key, a card, a rule."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from authenticator import Authenticator, enrol
from pytestqt.qtbot import QtBot
from signin_desk import Reception
from staff_roster import HANAKO, PASSWORD

from terminal.staff.policy import Policy


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Reception]:
    reception = Reception(qtbot)
    yield reception
    reception.gate.close()


def test_a_key_that_was_just_enrolled_can_be_shown(desk: Reception) -> None:
    assert not desk.page.key.isVisible()
    desk.roster.people["hanako"] = replace(HANAKO, key=enrol(Authenticator()).write())
    desk.gate.look()
    assert desk.page.key.isVisible()


def test_the_staffs_reader_is_used_once_a_card_is_enrolled(desk: Reception) -> None:
    was = desk.cards.tell
    desk.gate.look()
    assert desk.cards.tell == was
    desk.roster.people["hanako"] = replace(HANAKO, card=b"hash")
    desk.roster.rules = Policy(is_card_factor=True)
    desk.gate.look()
    desk.cards.tell(b"hash")
    desk.qtbot.waitUntil(lambda: desk.page.id.text() == "hanako", timeout=30_000)
    desk.page.password.setText(PASSWORD)
    desk.page.go.click()
    desk.qtbot.waitUntil(lambda: not desk.gate.is_closed, timeout=30_000)


def test_the_first_person_who_is_enrolled_ends_the_machines_login(qtbot: QtBot) -> None:
    desk = Reception(qtbot, people=())
    assert not desk.gate.is_closed
    desk.roster.people["hanako"] = HANAKO
    desk.gate.look()
    assert desk.gate.is_closed
    desk.gate.close()


def test_a_changed_rule_counts_at_once(desk: Reception) -> None:
    desk.sign_in("hanako")
    assert desk.shift.is_remembered("hanako")
    desk.roster.rules = Policy(shift=timedelta(0))
    assert not desk.shift.is_remembered("hanako")
