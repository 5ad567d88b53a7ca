"""Pictures of the auditor's window, over an invented log in memory. The people are invented."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PySide6.QtWidgets import QApplication
from staff_roster import roster_of

from terminal.access_log.access import Access, Action
from terminal.access_log.checkpoint import log_key
from terminal.access_log.entry import enter, write_entry
from terminal.access_log.review_index import Index, Told
from terminal.access_log.simulated import SimulatedClock, simulated_accesses
from terminal.access_log.verify import Broken, Finding, Head, Intact
from terminal.certificate import JST
from terminal.staff.held import HeldFactors
from terminal.staff.people import Member, Role
from terminal.staff.policy import Act, Policy
from terminal.staff.signing_in import Accepted, Claim, Factor, Refusal, Refused, Verdict
from ui.auditor.archive import Damaged, GivenKey, ToldOf, Verification
from ui.auditor.window import AuditorWindow
from ui.theme.fonts import load_fonts

AUDITOR = Member("kansa", "架空 監子", frozenset({Role.AUDITOR}), "")
LEAD = Member("taro", "見本 太郎", frozenset({Role.SHIFT_LEAD}), "")
KEY = log_key("shinjuku-1/access/5f0e11aa", Ed25519PrivateKey.from_private_bytes(bytes(32)))
PEOPLE = {"kansa": AUDITOR.name, "taro": LEAD.name, "reception": "見本 花子", "reception-2": "例示 実"}


@dataclass
class MemoryArchive:
    """The port `Archive` without a store: whoever types a known id is signed in."""

    accesses: Iterator[Access] = field(default_factory=lambda: simulated_accesses(1))
    size: int = 20_000
    report: Intact | Broken | Damaged | None = None
    recorded: list[Access] = field(default_factory=list)
    people: tuple[Member, ...] = (AUDITOR, LEAD)
    terminal: str = "shinjuku-1"

    def __post_init__(self) -> None:
        self.clock = SimulatedClock(1)
        self.held = HeldFactors(roster_of(*self.people))
        self.rows: list[tuple[int, bytes, bytes]] = []
        for _ in range(self.size):
            self._append(next(self.accesses))

    def now(self) -> datetime:
        return self.clock.now()

    def policy(self) -> Policy:
        return Policy()

    def names(self) -> dict[str, str]:
        return PEOPLE

    def sign_in(self, claim: Claim, act: Act) -> Verdict:
        for member in self.people:
            if member.id == claim.id:
                return Accepted(member, frozenset({Factor.PASSWORD, Factor.TOTP}))
        return Refused(Refusal.WRONG)

    def record(self, accesses: Sequence[Access]) -> None:
        for access in accesses:
            self.recorded.append(access)
            self._append(access)

    def unseal(self, access: Access, pseudonym: str, key: GivenKey | None) -> str:
        self.record([access])
        return "架空 花子" if key and pseudonym else ""

    def read(self, known: Index | None, told: Told) -> Index:
        known = known or Index(JST.utcoffset(None))
        return known.grown(list(self.rows)[known.end :], told)

    def verify(self, told: ToldOf) -> Verification:
        size = len(self.rows)
        told(size, size)
        report = self.report or Intact(Head(size, bytes(32)), size)
        return Verification(report, KEY, self.now())

    def _append(self, access: Access) -> None:
        at, seq = self.clock.now(), len(self.rows)
        subject = f"{hash_of(access.subject):032x}" if access.subject else ""
        self.rows.append(
            (seq, write_entry(enter(access, seq=seq, at=at, terminal=self.terminal, subject=subject)), b"")
        )


def hash_of(subject: bytes) -> int:
    """The same for the same person."""
    return int.from_bytes(sha256(subject).digest()[:16])


def lively(count: int) -> Iterator[Access]:
    """An invented log in which something of each kind happens."""
    for at, access in enumerate(simulated_accesses(3)):
        yield access
        if at % 997 == 0:
            yield Access(Action.SIGNED_IN, "", "reception-2", outcome="refused", reason="wrong", role="receptionist")
        if at % 4001 == 17:
            yield Access(Action.EMERGENCY_OPENED, "", "emergency", outcome="opened", sign_in="emergency_code")
        if access.action is Action.HOLDER_READ and at % 613 == 0:
            yield replace(access, details=(*access.details, ("same_surname", "yes")))
        if at > count:
            return


def wait_until(is_so: Callable[[], bool]) -> None:
    """Lets the window live until something is so."""
    ends = time.monotonic() + 60
    while not is_so() and time.monotonic() < ends:
        QApplication.processEvents()


def take(folder: Path) -> None:
    """Takes the pages in both languages."""
    _app = QApplication.instance() or QApplication([])
    load_fonts()
    folder.mkdir(parents=True, exist_ok=True)
    for language in ("ja", "en"):
        _take_in(language, folder)


def _take_in(language: str, folder: Path) -> None:
    archive = MemoryArchive(lively(60_000), 20_000)
    window = AuditorWindow(archive, language)
    window.show()
    _grab(window, folder / f"auditor_sign_in.{language}.png")
    window.page.claimed.emit(Claim("kansa"))
    room = window.room
    wait_until(room.state.again.isEnabled)
    wait_until(lambda: room.index is not None)
    room.entries.table.selectRow(5)
    _grab(window, folder / f"auditor_entries.{language}.png")
    room.turn_to(1)
    wait_until(lambda: room.figures._figures is not None)
    _grab(window, folder / f"auditor_figures.{language}.png")
    room.turn_to(2)
    room.review.list.selectRow(1)
    _grab(window, folder / f"auditor_review.{language}.png")
    room.turn_to(0)
    row = next(row for row in range(200) if (entry := room.entries.table.rows.entry(row)) and entry.subject)
    room.entries.table.selectRow(row)
    room.entries.unseal.click()
    _grab(window, folder / f"auditor_unsealing.{language}.png")
    room.unsealing.reason.setText("患者さんから閲覧者の照会" if language == "ja" else "a patient asks who looked")
    room.unsealing.key.setText("/media/usb/auditors.key")
    room.unsealing.phrase.setText("an invented phrase")
    _grab(window, folder / f"auditor_unsealing_key.{language}.png")
    room.unsealing.asked.emit("a patient asks who looked", Claim("taro"))
    wait_until(lambda: room.stack.currentIndex() == 0)
    room.entries.table.selectRow(0)
    _grab(window, folder / f"auditor_unsealed.{language}.png")
    archive.report = Broken(17_404, 17_404, Finding.CHANGED)
    room.read_again()
    wait_until(room.state.again.isEnabled)
    _grab(window, folder / f"auditor_broken.{language}.png")
    room.state.show_progress("verifying", 7_000, 20_000)
    _grab(window, folder / f"auditor_verifying.{language}.png")
    window.resize(1920, 1080)
    _grab(window, folder / f"auditor_entries_1920.{language}.png")
    window.close()


def _grab(window: AuditorWindow, path: Path) -> None:
    for _ in range(3):
        QApplication.processEvents()  # the layouts settle
    window.grab().save(str(path))
