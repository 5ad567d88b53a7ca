"""A clinic's day with the line cut: 120 patients, 80 of them booked and asked about the night before. Then it is back.

At least 95 % of the booked must be served within 15 s of the machine's time, with the right label; nothing may look
confirmed; and when the line is back each check is asked again, once. Store, tokens, outbox, log and HTTPS client are
real; the cut line is a port where nobody listens, and for some patients one that takes and never answers.
"""

import argparse
import json
import socket
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from statistics import quantiles
from typing import Final

from offline_cache.keys import PracticeSeal
from offline_cache.outbox import SqlOutbox, open_outbox
from offline_cache.store import Store, open_store
from terminal.card_token import TokenKind
from terminal.certificate import JST
from terminal.checkin import advance
from terminal.clock import SystemClock
from terminal.coverage import Coverage, InForce, Question, Reply
from terminal.eligibility.bookings import Asking, ask_bookings
from terminal.eligibility.bookings_file import read_bookings
from terminal.eligibility.bookings_progress import FILE, Progress
from terminal.eligibility.check import check, check_by_number
from terminal.eligibility.https import HttpsEligibility
from terminal.eligibility.https_line import LineCertificates
from terminal.eligibility.number_query import Insured, NumberQuestion
from terminal.eligibility.xmlmsg import decode_reply, encode_number_question, encode_question
from terminal.outbox.report import lines, report_of
from terminal.people import Card, VerificationMethod, Verified
from terminal.practice.answers import read_question, write_answer
from terminal.practice.authority import Authority
from terminal.practice.deck import Person, load_deck
from terminal.practice.receptions import Receptions
from terminal.reasking import Reasking
from terminal.states import CheckingEligibility, Provisional

INSTITUTION: Final = "1312345670"
WITHIN_SECONDS: Final = 15.0
SHARE: Final = 0.95
BORN: Final = date(1992, 4, 12)
_PERSON: Final = load_deck()["p01"]
HEADING: Final = "予約時刻,氏名,生年月日,保険者番号,記号,番号,枝番"


class Line:
    """The service itself, at the wire: messages in, messages out. The day before, and when it is back."""

    def __init__(self, people: dict[int, Person], home: Path) -> None:
        self.people = people
        self.asked: Counter[str] = Counter()
        self._receptions = Receptions({person.id: person for person in people.values()}, home)

    def exchange(self, identifier: str, body: bytes) -> bytes:
        return self._receptions.answer(read_question(body), body, datetime.now(JST))

    def ask(self, question: Question) -> Reply:
        asked = read_question(encode_question(question, INSTITUTION))
        self.asked[asked.identifier] += 1
        person = self.people[int(asked.certificate.decode().rpartition(" ")[2])]
        answer = write_answer(asked, person, datetime.now(JST))
        return decode_reply(answer, question.identifier, INSTITUTION, question.day)

    def close(self) -> None: ...


class CutLine:
    """The real client, with nobody at the other end, or somebody who never answers."""

    def __init__(self, home: Path, furniture: ExitStack) -> None:
        Authority.make(datetime.now(JST)).save(home)
        self._home, self._furniture = home, furniture
        silent = furniture.enter_context(socket.create_server(("127.0.0.1", 0)))
        with socket.create_server(("127.0.0.1", 0)) as gone:
            port = gone.getsockname()[1]
        self.refusing, self.hanging = self._client(port), self._client(silent.getsockname()[1])

    def _client(self, port: int) -> HttpsEligibility:
        return self._furniture.enter_context(
            closing(
                HttpsEligibility(
                    f"https://127.0.0.1:{port}/eligibility",
                    INSTITUTION,
                    LineCertificates.in_folder(self._home / "tls"),
                )
            )
        )


class Clinic:
    """Patient n of `patients`; the first `booked` have a booking, each tenth of those has lost the insurance.

    Half of the booked who are insured were here with their card three weeks ago; the others give their numbers.
    """

    def __init__(self, folder: Path, patients: int, booked: int, hanging: int, furniture: ExitStack) -> None:
        self.clock = SystemClock()
        self.patients, self.booked, self.hanging = patients, booked, hanging
        self.store: Store = furniture.enter_context(
            closing(open_store(folder, PracticeSeal(folder), self.clock, "desk-1"))
        )
        self.outbox: SqlOutbox = furniture.enter_context(closing(open_outbox(folder, PracticeSeal(folder), self.clock)))
        self.service = Line({n: self._person(n) for n in range(1, patients + 1)}, folder)
        self.cut = CutLine(folder, furniture)
        self._folder = folder
        self.today = self.clock.now().astimezone(JST).date()

    def is_insured(self, n: int) -> bool:
        return n % 10 != 0

    def is_known(self, n: int) -> bool:
        return n <= self.booked and n % 2 == 1

    def earlier_visits(self) -> None:
        now = self.clock.now()
        for n in filter(self.is_known, range(1, self.patients + 1)):
            reply = self.service.ask(self._question(n, now))
            assert isinstance(reply, InForce)
            self.store.cache.remember(_certificate(n), reply.coverage, now - timedelta(days=21))
        self.service.asked.clear()

    def night_before(self) -> None:
        rows = [f"9:{n % 60:02d},見本　花子,1992-04-12,00990010,１２,{n},01" for n in range(1, self.booked + 1)]
        content = "\n".join((HEADING, *rows)).encode()
        self.clock.shift = -timedelta(hours=13)
        with closing(Progress(self._folder / FILE, b"bookings", self.today)) as progress:
            asking = Asking(
                service=self.service,
                cache=self.outbox.tokens,
                clock=self.clock,
                institution_code=INSTITUTION,
                actor="reception",
                record=self.store.journal.record_all,
                wait=lambda seconds: None,
                tell=lambda done, total: None,
            )
            ask_bookings(read_bookings(content, self.today), self.today, progress, asking)
        self.clock.shift = timedelta()

    def serve(self, n: int) -> tuple[float, str, Coverage | None]:
        """Seconds, the label, and what is shown."""
        now, began = self.clock.now(), time.perf_counter()
        line = self.cut.hanging if self.hanging and n % (self.patients // self.hanging) == 2 else self.cut.refusing
        question = self._question(n, now)
        event = check(question, line, self.store.cache, now, self.outbox)
        state = advance(CheckingEligibility(question.verified, question.consents), event)
        label, coverage = type(state).__name__, state.coverage if isinstance(state, Provisional) else None
        if coverage is None and n <= self.booked:  # then the numbers are asked for
            asked = NumberQuestion(f"number-{n}", _insured(n), self.today)
            by_number = check_by_number(asked, lambda each: _ask_number(line, each), self.outbox.tokens, now)
            recalled = getattr(by_number, "recalled", None)
            label, coverage = ("Provisional", recalled.coverage) if recalled else (label, None)
        return time.perf_counter() - began, label, coverage

    def _question(self, n: int, now: datetime) -> Question:
        card = Card(f"visit-{n}", TokenKind.PLASTIC, _certificate(n), now, None, None)
        verified = Verified(card, None, VerificationMethod.PIN)
        return Question(f"day-{n}", verified, frozenset(), now.astimezone(JST).date(), now)

    def _person(self, n: int) -> Person:
        record = _PERSON.records[0]
        elements = record.elements | {"InsuredIdentificationNumber": str(n)}
        validity = "1" if self.is_insured(n) else "2"
        return replace(_PERSON, id=f"n{n}", records=(replace(record, validity=validity, elements=elements),))


def run(folder: Path, patients: int, booked: int, hanging: int) -> dict[str, object]:
    """Lives through the day."""
    with ExitStack() as furniture:
        clinic = Clinic(folder, patients, booked, hanging, furniture)
        clinic.earlier_visits()
        clinic.night_before()
        seconds, served, confirmed = [], 0, 0
        for n in range(1, patients + 1):
            spent, label, coverage = clinic.serve(n)
            seconds.append(spent)
            confirmed += label == "Confirmed"
            right = "Provisional" if n <= booked and clinic.is_insured(n) else "Unconfirmed"
            is_own = coverage is None or coverage.subscriber_id == str(n)
            served += n <= booked and label == right and is_own and spent <= WITHIN_SECONDS
        waiting = len(clinic.outbox.standings())
        Reasking(clinic.service, clinic.outbox, clinic.store.cache, clinic.clock).ask_due()
        report = report_of(clinic.outbox.standings(), clinic.today.replace(day=1))
        return {
            "patients": patients,
            "booked": booked,
            "booked_served_rightly": served,
            "shown_as_confirmed": confirmed,
            "p50_s": round(quantiles(seconds, n=100)[49], 4),
            "p95_s": round(quantiles(seconds, n=100)[94], 4),
            "worst_s": round(max(seconds), 3),
            "queued": waiting,
            "answered_afterwards": report.answered,
            "sent_more_than_once": sum(count > 1 for count in clinic.service.asked.values()),
            "report": lines(report, "en")[0],
            "is_met": served >= SHARE * booked
            and confirmed == 0
            and waiting == report.answered == patients == len(clinic.service.asked),
        }


def _certificate(n: int) -> bytes:
    return f"an invented certificate {n}".encode()


def _insured(n: int) -> Insured:
    return Insured("00990010", "１２", str(n), "01", BORN)


def _ask_number(line: HttpsEligibility, question: NumberQuestion) -> Reply:
    return line.ask_message(question.identifier, question.day, encode_number_question(question, INSTITUTION))


def main() -> int:
    """Prints what was measured as JSON; 1 when it is not good enough."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--patients", type=int, default=120)
    parser.add_argument("--booked", type=int, default=80)
    parser.add_argument("--hanging", type=int, default=6, help="patients who meet a line that never answers")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measured = run(Path(folder), options.patients, options.booked, options.hanging)
    print(json.dumps(measured, ensure_ascii=False, indent=1))
    return 0 if measured["is_met"] else 1


if __name__ == "__main__":
    sys.exit(main())
