"""The auditor's window over a log in memory, and what a test presses and reads in it."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot
from staff_roster import roster_of

from terminal.access_log.access import Access, Action
from terminal.access_log.checkpoint import log_key
from terminal.access_log.entry import enter, write_entry
from terminal.access_log.review_index import Index, Told
from terminal.access_log.verify import Broken, Head, Intact
from terminal.problems import Problem, TerminalError
from terminal.staff.held import HeldFactors
from terminal.staff.people import Member, Role
from terminal.staff.policy import Act, Policy, may
from terminal.staff.signing_in import Accepted, Claim, Factor, Refusal, Refused, Verdict
from ui.auditor.archive import Damaged, GivenKey, ToldOf, Verification
from ui.auditor.window import AuditorWindow
from ui.words.catalogue import Words

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
KEY = log_key("desk/access/aa", Ed25519PrivateKey.from_private_bytes(bytes(32)))
KANSA = Member("kansa", "架空　監子", frozenset({Role.AUDITOR}), "")
TARO = Member("taro", "見本　太郎", frozenset({Role.SHIFT_LEAD}), "")
HANAKO = Member("hanako", "見本　花子", frozenset({Role.RECEPTIONIST}), "")
REASON = "a patient asked who looked"
PATIENTS = 5


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
        self.held = HeldFactors(roster_of(KANSA, TARO, HANAKO))
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

    def close(self) -> None:
        self.archive.gate.set()
        self.window.close()

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
