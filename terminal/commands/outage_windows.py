"""What reception's window can do in an outage, wired: look into what is broken, tell differences, make a paper."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from offline_cache.outbox import SqlOutbox
from terminal.access_log.access import Access, Action, Actor
from terminal.certificate import JST
from terminal.commands.outage_room import OutageRoom
from terminal.configuration.settings import Configuration, Support
from terminal.desk import NOBODY
from terminal.doctor.hops import Diagnosis, Hop
from terminal.doctor.report import as_lines
from terminal.eligibility.outage_paper import OutageNote, outage_note_of
from terminal.later import Later
from terminal.outbox.report import lines, month_to_claim, report_of
from terminal.people import Verified
from terminal.ports import Clock, Journal
from ui.app import Windows
from ui.papers.outage import outage_page
from ui.papers.sheet import Document
from ui.receptionist.doctor import Told
from ui.receptionist.outage import OutageServices

if TYPE_CHECKING:
    from terminal.commands import doctor_room
    from terminal.commands.practice_room import PracticeRoom
else:
    doctor_room = Later("terminal.commands.doctor_room")

Who = Callable[[], Actor | None]


def attend_desk(windows: Windows, outage: OutageRoom, configuration: Configuration, who: Who) -> None:
    """Has a desk's reception told of outages, and lets it act."""
    clinic, support = configuration.clinic.name, configuration.support
    _attend(windows, outage, clinic, lambda: doctor_room.look_at_desk(configuration), support, who)


def attend_practice(windows: Windows, room: "PracticeRoom", clinic: str, who: Who) -> None:
    """The same in practice, where this very room's line is looked at."""
    _attend(windows, room.outage, clinic, lambda: doctor_room.look_at_practice(room), Support(), who)


def _attend(
    windows: Windows, outage: OutageRoom, clinic: str, look: Callable[[], Diagnosis], support: Support, who: Who
) -> None:
    clock = outage.ports.clock
    windows.reception.offer_in_outages(
        OutageServices(
            lambda language: diagnosed(look(), clock, language, doctor_room.contacts(support)),
            lambda language: differences(outage.outbox, clock, language),
            Papers(clinic, clock, outage.ports.journal, who).note,
        )
    )
    outage.watch.listen(windows.tell_situation)


def diagnosed(made: Diagnosis, clock: Clock, language: str, phone: Mapping[Hop, str]) -> Told:
    """The doctor's report as the window shows it. What is copied names nobody."""
    at = clock.now()
    to_copy = list(as_lines(made, at, language, {}))
    shown = list(as_lines(made, at, language, phone))
    heading, sentence, *rest = shown
    told_phone = rest.pop(0).strip() if rest and rest[0] else ""
    return Told(sentence, told_phone, (heading, *rest), "\n".join(to_copy))


def differences(outbox: SqlOutbox, clock: Clock, language: str) -> Told:
    """The difference report of the month whose claims are next. Raises `STORE_UNREADABLE`."""
    month = month_to_claim(clock.now().astimezone(JST).date())
    heading, *rest = lines(report_of(outbox.standings(), month), "ja" if language == "ja" else "en")
    return Told(heading, "", tuple(rest), "\n".join((heading, *rest)))


class Papers:
    """Papers of outages; each is on record before it is made."""

    def __init__(self, clinic: str, clock: Clock, journal: Journal, who: Who) -> None:
        self._clinic = clinic
        self._clock = clock
        self._journal = journal
        self._who = who

    def note(self, verified: Verified | None) -> Document:
        """The note of a person, or a blank one. Raises `JOURNAL_FAILED`."""
        now = self._clock.now()
        note = OutageNote(self._clinic, now)
        if verified is not None:
            visit, subject = verified.card.insertion, verified.card.subject
            actor = self._who() or NOBODY
            access = Access(Action.OUTAGE_NOTE_PRINTED, visit, actor.id, subject, verified.method)
            self._journal.record(access.by(actor))
            if verified.holder is not None:
                note = outage_note_of(verified.holder, self._clinic, now)
        return outage_page(note)
