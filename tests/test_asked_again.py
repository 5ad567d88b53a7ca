"""Once a check that was made offline was asked again, reception sees what came of it, beside the provisional answer."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot
from reception_window import reception, texts
from sample_states import ASKING_CODE, CARD, CONFIRMED, COVERAGE, NOW, PROVISIONAL, VERIFIED
from standing import FixedClock

from offline_cache.keys import PracticeSeal
from offline_cache.outbox import SqlOutbox, open_outbox
from offline_cache.store import open_store
from terminal.coverage import Question
from terminal.outage.situation import Figures, Situation
from terminal.outbox.asked_again import AskedAgain
from terminal.outbox.difference import Difference, Finding
from terminal.problems import Problem
from terminal.states import Idle, Provisional, State, Unconfirmed
from terminal.visits import Visit, seen
from ui.receptionist.asked_again import noted, since_of, with_since
from ui.receptionist.day import numbers
from ui.receptionist.facts import shown
from ui.receptionist.rows import row
from ui.receptionist.window import ReceptionWindow
from ui.words.catalogue import Words

LATER = NOW + timedelta(hours=4, minutes=35)  # 14:05 in Japan
SAME = AskedAgain(CARD.insertion, LATER, Difference(Finding.AS_SHOWN))
ENDED = replace(SAME, difference=Difference(Finding.ENDED))
GIVEN_UP = replace(SAME, difference=None)
IN_OUTAGE = Unconfirmed(CARD, VERIFIED, Problem.LINE_DOWN)
JA = Words("receptionist", "ja")


def visits_of(*states: State) -> tuple[Visit, ...]:
    visits: tuple[Visit, ...] = ()
    for state in states:
        visits = seen(visits, state, NOW)
    return visits


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[SqlOutbox]:
    seal, clock = PracticeSeal(tmp_path), FixedClock(LATER)
    with closing(open_store(tmp_path, seal, clock, "desk-1")), closing(open_outbox(tmp_path, seal, clock)) as opened:
        yield opened


def queue(outbox: SqlOutbox, name: str, visit: str, at: timedelta = timedelta()) -> None:
    verified = replace(VERIFIED, card=replace(CARD, insertion=visit))
    outbox.queue(Question(name, verified, frozenset(), NOW.date(), NOW + at), COVERAGE, Problem.LINE_DOWN)


def test_what_is_answered_or_given_up_is_told_with_its_time_and_what_waits_is_not(outbox: SqlOutbox) -> None:
    for number in range(4):
        queue(outbox, f"q-{number}", f"v{number}", timedelta(seconds=number))
    outbox.settle("q-0", Difference(Finding.COVERAGE_DIFFERS, ("copay_percent",)))
    outbox.settle("q-1", Difference(Finding.AS_SHOWN))
    outbox.bury("q-2", "X1")
    assert outbox.asked_again(NOW) == (
        AskedAgain("v0", LATER, Difference(Finding.COVERAGE_DIFFERS, ("copay_percent",))),
        AskedAgain("v1", LATER, Difference(Finding.AS_SHOWN)),
        AskedAgain("v2", LATER, None),
    )
    assert [each.visit for each in outbox.asked_again(NOW + timedelta(seconds=2))] == ["v2"]
    assert outbox.revive("q-2")
    assert [each.visit for each in outbox.asked_again(NOW)] == ["v0", "v1"]


def test_a_visit_that_waits_once_more_has_come_to_nothing_yet(outbox: SqlOutbox) -> None:
    queue(outbox, "q-0", "v0")
    outbox.settle("q-0", Difference(Finding.AS_SHOWN))
    queue(outbox, "q-1", "v0", timedelta(minutes=1))
    assert outbox.asked_again(NOW) == ()


@pytest.mark.parametrize("told", [SAME, ENDED, GIVEN_UP])
def test_nothing_provisional_is_confirmed_by_it(told: AskedAgain) -> None:
    (visit,) = noted(visits_of(PROVISIONAL), [told])
    assert isinstance(visit.state, Provisional)
    assert "資格あり" not in row(visit, JA).cells
    assert row(visit, JA).tone != "confirmed"
    assert with_since(shown(PROVISIONAL, JA, NOW), told, JA).tone != "confirmed"


def test_only_what_was_checked_offline_takes_a_note() -> None:
    ended = replace(IN_OUTAGE, reason=Problem.COVERAGE_ENDED)
    for state, takes in ((PROVISIONAL, True), (IN_OUTAGE, True), (ended, False), (CONFIRMED, False)):
        visits = visits_of(state)
        (visit,) = noted(visits, [ENDED])
        assert visit.since == (ENDED if takes else None)
        assert noted(visits, [])[0] is visits[0]
    (visit,) = noted(seen(noted(visits_of(PROVISIONAL), [SAME]), CONFIRMED, NOW), [SAME])
    assert visit.since is None  # it was asked at the desk since


def test_the_counts_of_the_day_follow() -> None:
    waiting = visits_of(PROVISIONAL)
    counted = {told: numbers(noted(waiting, [told])) for told in (SAME, ENDED, GIVEN_UP)}
    assert (numbers(waiting)["provisional"], numbers(waiting)["attention"]) == (1, 0)
    assert (counted[SAME]["provisional"], counted[SAME]["attention"]) == (0, 0)
    assert all((counted[told]["provisional"], counted[told]["attention"]) == (0, 1) for told in (ENDED, GIVEN_UP))
    assert numbers(noted(visits_of(IN_OUTAGE), [ENDED]))["attention"] == 1


def test_row_and_page_say_when_and_what_to_do() -> None:
    page = with_since(shown(PROVISIONAL, JA, NOW), SAME, JA)
    assert "14:05 にもう一度照会し、同じ内容でした" in page.next_step
    assert "回線が戻ったら" not in page.next_step
    assert row(noted(visits_of(PROVISIONAL), [SAME])[0], JA).cells[4] == "△ 仮確認・一致 14:05"
    page = with_since(shown(PROVISIONAL, JA, NOW), ENDED, JA)
    assert "14:05" in page.title
    assert "新しい保険を患者に確認してください" in page.warnings[0]
    assert row(noted(visits_of(PROVISIONAL), [ENDED])[0], JA).cells[4] == "! 要対応 14:05"
    assert "資格確認端末" in with_since(shown(PROVISIONAL, JA, NOW), GIVEN_UP, JA).warnings[0]
    en = Words("receptionist", "en")
    assert "Ask the patient for the new insurance" in with_since(shown(IN_OUTAGE, en, NOW), ENDED, en).warnings[0]
    assert with_since(page, None, JA) is page
    assert since_of(noted(visits_of(PROVISIONAL), [SAME]), Idle()) is None


def test_the_window_says_it_of_who_is_there_and_of_who_is_looked_at_again(qtbot: QtBot) -> None:
    window: ReceptionWindow = reception(qtbot)
    window.show_state(PROVISIONAL)
    window.show_situation(Situation(asked_again=(SAME,)))
    assert "14:05 にもう一度照会し、同じ内容でした" in texts(window)
    window.show_state(Idle())
    assert "14:05 にもう一度照会し" not in texts(window)
    window._choose(window._visits[0])
    assert "14:05 にもう一度照会し" in texts(window)
    window.show_situation(Situation(asked_again=(ENDED,)))
    assert "新しい保険を患者に確認してください" in texts(window)
    assert window._day._list.selectedIndexes()  # the row is still the one that is looked at


def test_what_is_typed_stays_while_others_are_asked_again(qtbot: QtBot) -> None:
    window = reception(qtbot)
    window.show_state(PROVISIONAL)
    window.show_state(Idle())
    window.show_state(replace(ASKING_CODE, card=replace(CARD, insertion="v2")))
    (typed,) = window._current.findChildren(QLineEdit)
    typed.setText("5804")
    window.show_situation(Situation(figures=Figures(answered=1), asked_again=(SAME,)))
    assert window._current.findChildren(QLineEdit) == [typed]
    assert typed.text() == "5804"
    assert "△ 仮確認・一致 14:05" in texts(window)
