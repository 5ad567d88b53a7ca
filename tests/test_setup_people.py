"""What belongs here: keys made and people enrolled in the set-up's window, and nothing typed left in it."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from setup_windows import DRAFT, PHRASE, FakeTrials, entry, opened, press, said

from terminal.configuration.draft import Step
from terminal.staff.people import Role
from ui.setup.qr_picture import QrPicture
from ui.setup.trying import NewKeys


@pytest.fixture
def trials(qtbot: QtBot) -> FakeTrials:
    return FakeTrials()


def test_the_seal_that_was_found_is_taken_and_the_keys_are_made_with_its_passphrase(
    qtbot: QtBot, trials: FakeTrials, tmp_path: Path
) -> None:
    window = opened(qtbot, trials, dict(DRAFT), Step.KEYS)
    qtbot.waitUntil(lambda: window.sitting.draft.get("store.seal") == "passphrase", timeout=20_000)
    for key, typed in (("passphrase", PHRASE), ("again", PHRASE), ("recovery", str(tmp_path / "away.pem"))):
        entry(window, key).setText(typed)
    press(window, "keys.make")
    qtbot.waitUntil(lambda: "keys were made" in said(window), timeout=20_000)
    assert trials.keys == [NewKeys(tmp_path / "away.pem", PHRASE, PHRASE)]
    assert PHRASE not in repr(trials.keys)
    assert entry(window, "passphrase").text() == ""
    assert Step.KEYS in window.sitting.good
    window.close()
    trials.close()


def test_people_are_enrolled_with_a_code_on_the_screen_and_nothing_typed_is_left(
    qtbot: QtBot, trials: FakeTrials
) -> None:
    window = opened(qtbot, trials, dict(DRAFT), Step.ROLES)
    picture = window.findChildren(QrPicture)[0]
    assert not picture.isVisible()
    assert not entry(window, "by").isVisible()
    for key, typed in (("id", "sys.op"), ("name", "見本 技師"), ("password", PHRASE), ("again", PHRASE)):
        entry(window, key).setText(typed)
    assert picture.isVisible()
    press(window, "role.it")
    entry(window, "code").setText("123456")
    press(window, "roles.enrol")
    qtbot.waitUntil(lambda: "somebody was enrolled" in said(window), timeout=20_000)
    person = trials.people[0]
    assert (person.id, person.roles, person.password, person.code) == ("sys.op", frozenset({Role.IT}), PHRASE, "123456")
    assert person.secret not in repr(person)
    assert (entry(window, "password").text(), entry(window, "id").text()) == ("", "")
    assert entry(window, "by").isVisible()  # from now on somebody of IT signs in
    window.close()
    trials.close()


def test_a_key_is_enrolled_for_somebody_who_is_there_and_nothing_typed_is_left(
    qtbot: QtBot, trials: FakeTrials
) -> None:
    window = opened(qtbot, trials, dict(DRAFT), Step.ROLES)
    for key, typed in (("whose", "hanako"), ("own_password", PHRASE), ("key_pin", "1234")):
        entry(window, key).setText(typed)
    press(window, "held.key")
    qtbot.waitUntil(lambda: "a key was enrolled" in said(window), timeout=20_000)
    (held,) = trials.held
    assert (held.id, held.is_card, held.password, held.pin) == ("hanako", False, PHRASE, "1234")
    assert PHRASE not in repr(held)
    assert (entry(window, "own_password").text(), entry(window, "key_pin").text()) == ("", "")
    press(window, "held.card")
    qtbot.waitUntil(lambda: len(trials.held) == 2, timeout=20_000)
    assert trials.held[1].is_card
    window.close()
    trials.close()
