"""The auditor's window: nothing is seen before somebody has signed in, and nothing happens that is not on record."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count, pairwise

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit, QTableView, QWidget
from pytestqt.qtbot import QtBot

from terminal.access_log.access import Access, Action
from terminal.access_log.checkpoint import log_key
from terminal.access_log.entry import enter, write_entry
from terminal.access_log.review_find import Kind
from terminal.access_log.review_index import Index, Told
from terminal.access_log.verify import Broken, Finding, Head, Intact
from terminal.problems import Problem, TerminalError
from terminal.staff.people import Member, Role
from terminal.staff.policy import Act, Policy, may
from terminal.staff.signing_in import Accepted, Claim, Factor, Refusal, Refused, Verdict
from ui.auditor.archive import Damaged, GivenKey, ToldOf, Verification
from ui.auditor.plots import top_of
from ui.auditor.window import AuditorWindow
from ui.words.catalogue import LANGUAGES, Words, load

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
KEY = log_key("desk/access/aa", Ed25519PrivateKey.from_private_bytes(bytes(32)))
KANSA = Member("kansa", "架空　監子", frozenset({Role.AUDITOR}), "")
TARO = Member("taro", "見本　太郎", frozenset({Role.SHIFT_LEAD}), "")
HANAKO = Member("hanako", "見本　花子", frozenset({Role.RECEPTIONIST}), "")
REASON = "a patient asked who looked"
PATIENTS = 5
LONGEST_WORK_S = 0.05


def accesses_of_a_day() -> list[Access]:
    asked = [Access(Action.ELIGIBILITY_ASKED, f"v{at}", "hanako", b"p%d" % (at % PATIENTS)) for at in range(15)]
    override = Access(Action.HOLDER_VERIFIED, "v3", "hanako", b"p3", method="visual")
    return [*asked, override]


@dataclass
class FakeArchive:
    """The port in memory, for whoever types a known id; verifying waits until `gate` is open."""

    accesses: list[Access] = field(default_factory=accesses_of_a_day)
    report: Intact | Broken | Damaged | None = None
    failing: Problem | None = None
    terminal: str = "desk"

    def __post_init__(self) -> None:
        self.rows: list[tuple[int, bytes, bytes]] = []
        self.recorded: list[Access] = []
        self.gate = threading.Event()
        self.gate.set()
        for access in self.accesses:
            self._append(access)

    def now(self) -> datetime:
        return NOW

    def policy(self) -> Policy:
        return Policy(idle=timedelta(minutes=15))

    def names(self) -> dict[str, str]:
        return {each.id: each.name for each in (KANSA, TARO, HANAKO)}

    def sign_in(self, claim: Claim, act: Act) -> Verdict:
        for member in (KANSA, TARO, HANAKO):
            if member.id == claim.id and claim.password:
                is_allowed = may(member, act)
                return Accepted(member, frozenset({Factor.PASSWORD})) if is_allowed else Refused(Refusal.ROLE)
        return Refused(Refusal.WRONG)

    def record(self, accesses: Sequence[Access]) -> None:
        if self.failing:
            raise TerminalError(self.failing, "no room")
        for access in accesses:
            self.recorded.append(access)
            self._append(access)

    def unseal(self, access: Access, pseudonym: str, key: GivenKey | None) -> str:
        self.record([access])
        return f"架空 花子 {key.phrase}" if key and pseudonym else ""

    def read(self, known: Index | None, told: Told) -> Index:
        known = known or Index(timedelta(hours=9))
        return known.grown(self.rows[known.end :], told)

    def verify(self, told: ToldOf) -> Verification:
        told(1, len(self.rows))
        assert self.gate.wait(60)
        told(len(self.rows), len(self.rows))
        return Verification(self.report or Intact(Head(len(self.rows), bytes(32)), 0), KEY, NOW)

    def _append(self, access: Access) -> None:
        seq = len(self.rows)
        subject = access.subject.hex() * 8 if access.subject else ""
        self.rows.append((seq, write_entry(enter(access, seq=seq, at=NOW, terminal="desk", subject=subject)), b""))


@dataclass
class Audit:
    """A window over a fake archive, and hands."""

    qtbot: QtBot
    archive: FakeArchive
    language: str = "en"

    def __post_init__(self) -> None:
        self.seconds = 0.0
        self.window = AuditorWindow(self.archive, self.language, seconds=lambda: self.seconds)
        self.qtbot.addWidget(self.window)
        self.room = self.window.room
        self.words = Words("auditor", self.language)
        self.window.show()

    def sign_in(self, id_: str = "kansa", shown: str = "some words") -> None:
        page = self.window.page
        page.id.setText(id_)
        page.password.setText(shown)
        page.go.click()
        if id_ == "kansa" and shown:
            self.until(lambda: not self.window.is_closed_to_all and self.room.state.again.isEnabled())
        else:
            self.until(page.go.isEnabled)

    def unseal(self, second: str = "taro", reason: str = REASON, key: str = "") -> None:
        row = next(row for row in range(99) if (entry := self.room.entries.table.rows.entry(row)) and entry.subject)
        self.room.entries.table.selectRow(row)
        self.room.entries.unseal.click()
        self.room.unsealing.reason.setText(reason)
        self.room.unsealing.key.setText(key)
        self.room.unsealing.phrase.setText("words of the key")
        self.room.unsealing.second.id.setText(second)
        self.room.unsealing.second.password.setText("other words")
        self.room.unsealing.second.go.click()

    def until(self, is_so: object) -> None:
        self.qtbot.waitUntil(is_so, timeout=30_000)  # type: ignore[arg-type]  # a callable

    def done(self, action: Action) -> list[Access]:
        return [access for access in self.archive.recorded if access.action is action]

    def seen(self) -> str:
        labels = [each.text() for each in self.window.findChildren(QLabel) if each.isVisible()]
        rows = self.room.entries.table.rows
        cells = [
            str(rows.index(row, column).data())
            for row in range(rows.rowCount() if self.room.entries.table.isVisible() else 0)
            for column in range(rows.columnCount())
        ]
        details = self.room.entries.details
        return "\n".join([*labels, *cells, *(details.item(at).text() for at in range(details.count()))])


@pytest.fixture
def audit(qtbot: QtBot) -> Iterator[Audit]:
    made = Audit(qtbot, FakeArchive())
    yield made
    made.archive.gate.set()
    made.window.close()


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


def test_figures_are_told_in_words_too(audit: Audit) -> None:
    audit.sign_in()
    audit.room.turn_to(1)
    audit.until(lambda: "12: 16" in audit.room.figures.hours.accessibleDescription())
    assert "見本　花子" in audit.room.figures.people.accessibleDescription()


def test_the_whole_window_works_with_the_keyboard(audit: Audit) -> None:
    audit.sign_in()
    for at in (2, 1, 0):
        QTest.keyClick(audit.window, Qt.Key(Qt.Key.Key_1.value + at), Qt.KeyboardModifier.ControlModifier)
        assert audit.room.stack.currentIndex() == at
    table = audit.room.entries.table
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(table, Qt.Key.Key_Down)
    assert audit.room.entries.details.count() > 4


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_can_be_operated_has_a_name(qtbot: QtBot, language: str) -> None:
    audit = Audit(qtbot, FakeArchive(), language)
    audit.sign_in()
    for kind in (QAbstractButton, QComboBox, QLineEdit, QTableView):
        for part in audit.window.findChildren(kind):
            assert isinstance(part, QWidget)
            is_inner = part.parent() is not None and isinstance(part.parent(), QComboBox | QTableView)
            is_inner = is_inner or part.objectName().startswith("qt_") or not part.isVisible()
            text = part.text() if isinstance(part, QAbstractButton) else ""
            assert is_inner or part.accessibleName() or text, part
    audit.window.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_fits_into_the_smallest_screen_in_each_language(qtbot: QtBot, language: str) -> None:
    audit = Audit(qtbot, FakeArchive(), language)
    audit.sign_in()
    least = audit.window.minimumSizeHint()
    assert least.width() <= 1280
    assert least.height() <= 800
    audit.window.close()


def test_the_language_is_changed_while_the_window_is_open(audit: Audit) -> None:
    audit.sign_in()
    audit.window.language.click()
    assert "17 件" in audit.seen()
    assert Words("auditor", "ja")["field.actor"] == audit.room.entries.table.rows.headerData(
        2, Qt.Orientation.Horizontal
    )


def test_every_action_and_finding_has_its_words() -> None:
    for language in LANGUAGES:
        words = load("auditor", language)
        assert [action for action in Action if f"action.{action}" not in words] == []
        assert [finding for finding in Finding if f"finding.{finding.name.lower()}" not in words] == []


def test_what_could_deceive_the_eye_is_not_shown(qtbot: QtBot) -> None:
    audit = Audit(qtbot, FakeArchive([Access(Action.LOG_EXPORTED, "", "ta\u202ero", reason="a\u0007b")]))
    audit.sign_in()
    assert "\u202e" not in audit.seen()
    assert "\u0007" not in audit.seen()
    audit.window.close()


def test_the_window_goes_on_living_while_a_long_log_is_read_and_verified(qtbot: QtBot) -> None:
    many = [Access(Action.ELIGIBILITY_ASKED, f"v{at}", "hanako", b"p%d" % (at % 300)) for at in range(4_000)]
    audit = Audit(qtbot, FakeArchive(many))
    audit.archive.gate.clear()  # the work goes on until the window has beaten so often
    beats = count(1)
    heart = QTimer()
    heart.timeout.connect(lambda: audit.archive.gate.set() if next(beats) == 20 else None)
    heart.start(5)
    audit.sign_in()
    heart.stop()
    assert next(beats) > 20
    assert audit.room.entries.table.rows.rowCount() == 4_001
    audit.window.close()


def test_no_work_of_the_window_on_a_long_log_takes_it_longer_than_an_eye_notices(qtbot: QtBot) -> None:
    """In the thread's own CPU time, so that whatever else the machine does is not counted."""
    many = [Access(Action.ELIGIBILITY_ASKED, f"v{at}", "hanako", b"p%d" % (at % 300)) for at in range(20_000)]
    audit = Audit(qtbot, FakeArchive(many))
    audit.sign_in()
    beats = [time.thread_time()]
    heart = QTimer()
    heart.timeout.connect(lambda: beats.append(time.thread_time()))
    heart.start(1)
    longest = []
    for _ in range(3):  # the best of them counts: a busy machine and the tests before this one only add
        beats[:] = [time.thread_time()]
        for act in (
            audit.room.read_again,
            audit.room.entries.seeking.spans["week"].click,
            audit.room.entries.seeking.spans["all"].click,
            audit.room.entries.table.scrollToBottom,
        ):
            act()
            began = len(beats)
            audit.until(lambda began=began: len(beats) > began + 5 and audit.room.state.again.isEnabled())
        longest.append(max(after - before for before, after in pairwise(beats)))
    heart.stop()
    assert min(longest) < LONGEST_WORK_S
    audit.window.close()


def test_closing_ends_all_work_and_signs_out(audit: Audit) -> None:
    audit.sign_in()
    audit.window.close()
    assert [each.reason for each in audit.done(Action.SIGNED_OUT)] == ["closed"]
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("audit")]


@pytest.mark.parametrize(("most", "top"), [(0, 1), (1, 1), (3, 5), (5, 5), (11, 20), (1999, 2000), (0.4, 1)])
def test_a_scale_ends_at_a_round_number(most: float, top: int) -> None:
    assert top_of(most) == top
