"""The auditor's window: nothing is seen before somebody has signed in, and nothing happens that is not on record."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Iterator
from contextlib import closing

import pytest
from audited_window import KEY, REASON, Audit, FakeArchive
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from terminal.access_log.access import Action
from terminal.access_log.review_find import Kind
from terminal.access_log.verify import Broken, Finding
from terminal.problems import Problem
from terminal.staff.people import Role
from ui.auditor.archive import Damaged


@pytest.fixture
def audit(qtbot: QtBot) -> Iterator[Audit]:
    with closing(Audit(qtbot, FakeArchive())) as audit:
        yield audit


def test_nothing_of_the_log_is_there_before_an_auditor_has_signed_in(audit: Audit) -> None:
    assert audit.window.is_closed_to_all
    assert audit.room.index is None
    audit.sign_in("hanako")
    assert audit.window.is_closed_to_all
    assert audit.words["refused.role"] in audit.seen()
    audit.sign_in("kansa", shown="")
    assert audit.room.index is None


def test_looking_at_the_log_is_on_record_before_anything_is_shown(audit: Audit) -> None:
    audit.sign_in()
    (looked,) = audit.done(Action.LOG_OPENED)
    assert (looked.actor, looked.role, looked.sign_in) == ("kansa", Role.AUDITOR, "password")
    assert audit.room.index
    assert audit.room.index.end == len(audit.archive.rows)
    assert audit.words["action.log_opened"] in audit.seen()


def test_a_log_that_cannot_be_written_shows_nothing(qtbot: QtBot) -> None:
    audit = Audit(qtbot, FakeArchive(failing=Problem.JOURNAL_FAILED))
    audit.sign_in()
    assert audit.room.index is None
    assert audit.room.entries.table.rows.rowCount() == 0
    audit.window.close()


def test_the_state_of_the_log_is_always_in_sight(audit: Audit) -> None:
    audit.archive.gate.clear()
    audit.window.page.id.setText("kansa")
    audit.window.page.password.setText("some words")
    audit.window.page.go.click()
    audit.until(lambda: audit.room.state.bar.isVisible() and audit.room.index is not None)
    assert "Verifying" in audit.room.state.said.text() or "Reading" in audit.room.state.said.text()
    audit.archive.gate.set()
    audit.until(audit.room.state.again.isEnabled)
    for page in range(3):
        audit.room.turn_to(page)
        assert audit.room.state.isVisible()
        assert "Verified to entry 16 at 2026-11-20 12:00" in audit.room.state.said.text()
        assert KEY.id.hex() in audit.room.state.key.text()


@pytest.mark.parametrize(
    ("report", "said"),
    [
        (Broken(4, 4, Finding.CHANGED), "BROKEN at entry 4: its bytes are not those that were written."),
        (Broken(4, 9, Finding.NOT_AS_SIGNED), "BROKEN at an entry from 4 to 9:"),
        (Damaged(7), "BROKEN: the file is damaged at entry 7"),
    ],
)
def test_a_broken_log_says_where_and_can_still_be_looked_at(qtbot: QtBot, report: Broken | Damaged, said: str) -> None:
    audit = Audit(qtbot, FakeArchive(report=report))
    audit.sign_in()
    assert said in audit.room.state.said.text()
    assert audit.room.entries.table.rows.rowCount() == 17
    audit.window.close()


def test_what_came_after_the_verification_is_said_to_be_unverified(audit: Audit) -> None:
    audit.sign_in()
    audit.unseal()
    audit.until(lambda: "1 came later" in audit.room.state.said.text())
    QTest.keyClick(audit.window, Qt.Key.Key_F5)
    audit.until(lambda: "to entry 17" in audit.room.state.said.text())


def test_entries_are_found_by_kind_and_person(audit: Audit) -> None:
    audit.sign_in()
    seeking, rows = audit.room.entries.seeking, audit.room.entries.table.rows
    seeking.kind.setCurrentIndex(seeking.kind.findData(f"kind.{Kind.OVERRIDE}"))
    assert rows.rowCount() == 1
    assert "1 of 17 entries" in audit.seen()
    seeking.kind.setCurrentIndex(seeking.kind.findData(f"action.{Action.ELIGIBILITY_ASKED}"))
    assert rows.rowCount() == 15
    seeking.kind.setCurrentIndex(0)
    seeking.actor.setCurrentIndex(seeking.actor.findData("kansa"))
    assert rows.rowCount() == 1
    seeking.ask_for_all()
    assert rows.rowCount() == 17


def test_a_patient_is_sealed_until_a_second_person_signs_in_with_a_reason(audit: Audit) -> None:
    audit.sign_in()
    pseudonyms = [access.subject.hex() * 8 for access in audit.archive.accesses if access.subject]
    audit.room.entries.table.selectRow(1)
    assert not any(each in audit.seen() for each in pseudonyms)
    audit.unseal()
    audit.until(lambda: audit.room.entries.seeking.patient.isEnabled())
    (word,) = audit.done(Action.PATIENT_UNSEALED)
    assert (word.actor, word.reason) == ("kansa", REASON)
    assert ("second_person", "taro") in word.details
    shown = {audit.room.entries.table.rows.entry(row) for row in range(audit.room.entries.table.rows.rowCount())}
    assert len({entry.subject for entry in shown if entry}) == 1
    assert audit.words.format("patient.unsealed", number=1) in audit.seen()


def test_with_the_auditors_key_a_patient_has_a_name_and_the_passphrase_is_not_kept(audit: Audit) -> None:
    audit.sign_in()
    audit.unseal(key="/media/key.pem")
    audit.until(lambda: "架空 花子 words of the key" in audit.seen())
    assert audit.room.unsealing.phrase.text() == ""


@pytest.mark.parametrize("second", ["kansa", "nobody"])
def test_one_person_alone_unseals_nobody(audit: Audit, second: str) -> None:
    audit.sign_in()
    audit.unseal(second)
    audit.until(lambda: audit.room.unsealing.second.go.isEnabled())
    assert audit.done(Action.PATIENT_UNSEALED) == []
    assert not audit.room.entries.seeking.patient.isEnabled()


def test_without_a_reason_nobody_can_be_asked_to_unseal(audit: Audit) -> None:
    audit.sign_in()
    audit.unseal(reason="why")
    assert not audit.room.unsealing.second.go.isEnabled()
    assert audit.done(Action.PATIENT_UNSEALED) == []


def test_locking_seals_every_patient_again_and_signs_out(audit: Audit) -> None:
    audit.sign_in()
    audit.unseal()
    audit.until(lambda: audit.room.entries.seeking.patient.isEnabled())
    QTest.keyClick(audit.window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert audit.window.is_closed_to_all
    assert not audit.room.isVisible()
    audit.until(lambda: [each.reason for each in audit.done(Action.SIGNED_OUT)] == ["locked"])
    audit.sign_in()
    assert not audit.room.entries.seeking.patient.isEnabled()
    assert audit.words.format("patient.unsealed", number=1) not in audit.seen()
    assert len(audit.done(Action.LOG_OPENED)) == 2


def test_a_window_that_nobody_touches_is_locked(audit: Audit) -> None:
    audit.sign_in()
    audit.seconds = 14 * 60.0
    audit.window.look()
    assert not audit.window.is_closed_to_all
    audit.room.entries.table.selectRow(3)  # somebody is there
    audit.seconds = 28 * 60.0
    audit.window.look()
    assert not audit.window.is_closed_to_all
    audit.seconds = 30 * 60.0
    audit.window.look()
    assert audit.window.is_closed_to_all


def test_what_stands_out_is_signed_off_by_an_entry(audit: Audit) -> None:
    audit.sign_in()
    audit.room.turn_to(2)
    review = audit.room.review
    before = review.open_items
    item = next(item for item in review.list.rows.items if item.concern == "override")
    review.list.selectRow(review.list.rows.items.index(item))
    review.reason.setText("short")
    assert not review.conclude["in_order"].isEnabled()  # type: ignore[index]  # a StrEnum's key
    review.reason.setText("the photo was torn")
    review.conclude["in_order"].click()  # type: ignore[index]
    audit.until(lambda: review.open_items == before - 1)
    (word,) = audit.done(Action.ENTRIES_REVIEWED)
    assert (word.actor, word.outcome, word.reason) == ("kansa", "in_order", "the photo was torn")
    assert item not in review.list.rows.items
    review.is_open_only.setChecked(False)
    assert item in review.list.rows.items


def test_the_entries_of_what_stands_out_are_shown_alone(audit: Audit) -> None:
    audit.sign_in()
    audit.room.turn_to(2)
    item = audit.room.review.list.rows.items[0]
    audit.room.review.list.selectRow(0)
    audit.room.review.entries.click()
    assert audit.room.stack.currentIndex() == 0
    assert audit.room.entries.table.rows.rowCount() == len(item.entries)
    audit.room.entries.only.click()
    assert audit.room.entries.table.rows.rowCount() == 17


def test_a_failure_to_sign_off_is_said(audit: Audit) -> None:
    audit.sign_in()
    audit.archive.failing = Problem.JOURNAL_FAILED
    audit.room.turn_to(2)
    audit.room.review.list.selectRow(0)
    audit.room.review.reason.setText("the photo was torn")
    next(iter(audit.room.review.conclude.values())).click()
    audit.until(lambda: bool(audit.room.said.text()))
    audit.archive.failing = None
