"""`uketsuke eligibility ask`: a question without a card, with the numbers of a 資格確認書, through the service.

Exit code 0: answered, whatever the answer, or by a stored one; 1: not answered; 2: wrong arguments, or numbers that
cannot be right; 3: not answered in an outage, and queued. What is asked in an outage is queued as the desk does it.
"""

import argparse
import secrets
import sys
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from terminal.certificate import JST
from terminal.checkin import advance
from terminal.clock import SystemClock
from terminal.commands.failure import tell_failure
from terminal.commands.number_room import NumberRoom, open_configured, open_practice
from terminal.commands.practice_home import practice_home
from terminal.configuration.reading import read_configuration
from terminal.coverage import Coverage, InForceUnregistered, Question, Reply
from terminal.eligibility.check import OUTAGES, check_by_number
from terminal.eligibility.number_query import Typed, look
from terminal.eligibility.result_file import ResultFile
from terminal.events import EligibilityAnswered, EligibilityUnanswered, Event, NumbersEntered
from terminal.insured import Insured, NumberQuestion
from terminal.people import Paper, VerificationMethod, Verified
from terminal.ports import Outbox
from terminal.problems import Problem, TerminalError
from terminal.recording import accesses
from terminal.states import Answer, Confirmed, Idle, Provisional, State, Unconfirmed, Withheld

CONFIGURATION = Path("/etc/uketsuke/desk.toml")
QUEUED = 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's arguments."""
    parser.add_argument("--insurer", default="", metavar="NUMBER", help="保険者番号, 8 digits (6 for municipalities)")
    parser.add_argument("--symbol", default="", help="記号, where there is one")
    parser.add_argument("--number", required=True, help="番号")
    parser.add_argument("--branch", default="", help="枝番, 2 digits, where it is known")
    parser.add_argument("--born", default="", metavar="YYYYMMDD", help="birth date")
    parser.add_argument("--day", type=date.fromisoformat, metavar="YYYY-MM-DD", help="the day asked about, else today")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    add_room_arguments(parser)


def add_room_arguments(parser: argparse.ArgumentParser) -> None:
    """Which service and store a question goes through."""
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--config", type=Path, default=CONFIGURATION, metavar="FILE", help=f"else {CONFIGURATION}")
    where.add_argument("--practice", action="store_true", help="ask a practice service about invented people")
    parser.add_argument("--home", type=Path, metavar="DIR", help="where the practice's files go; else a new folder")


def open_room(options: argparse.Namespace) -> NumberRoom:
    """The room that the arguments ask for."""
    if options.practice:
        return open_practice(practice_home(options.home))
    return open_configured(read_configuration(options.config))


@dataclass(frozen=True)
class Asked:
    """What was answered, and what a desk makes of it: the same as with its windows."""

    reply: Reply | None  # None: a stored answer stands in
    ended: Answer
    day: date
    queued: str = ""  # under which name it is asked again; empty: it is not

    @property
    def result(self) -> ResultFile:
        """For printing; of a withheld answer nothing."""
        shown = self.ended.coverage if isinstance(self.ended, Confirmed | Provisional) else None
        if isinstance(self.reply, InForceUnregistered) and isinstance(self.ended, Unconfirmed):
            shown = self.reply.coverage
        reply = None if isinstance(self.ended, Withheld) else self.reply
        return ResultFile(reply, (shown,) if shown else (), {}, self.day, {})


def ask(options: argparse.Namespace) -> Asked | int:
    """What comes of it; the exit code where nothing does, with a sentence on standard error."""
    today = SystemClock().now().astimezone(JST).date()
    typed = Typed(options.insurer, options.symbol, options.number, options.branch, options.born)
    seen = look(typed, today)
    if seen.insured is None:
        for word in (*seen.wrong, *(f"{part}_missing" for part in seen.missing)):
            print(f"uketsuke: {word}", file=sys.stderr)
        return 2
    try:
        with closing(open_room(options)) as room:
            return _ask(seen.insured, options.day or today, room)
    except TerminalError as error:
        tell_failure(error)
        return 1


def _ask(insured: Insured, day: date, room: NumberRoom) -> Asked | int:
    """The desk's own steps: on record first, then asked; on record again, then shown."""
    paper = Paper(secrets.token_hex(16), insured)
    asking = _step(Idle(), NumbersEntered(paper, frozenset()), room)
    now, numbers = room.clock.now(), NumberQuestion(f"number-{secrets.token_hex(12)}", insured, day)
    verified = Verified(paper, None, VerificationMethod.PAPER)
    queue = _Queue(room.outbox, Question(numbers.identifier, verified, frozenset(), day, now))
    event = check_by_number(numbers, room.service.ask_by_number, room.store.tokens, now, queue.put)
    ended = _step(asking, event, room)
    if isinstance(event, EligibilityUnanswered):
        _tell_whether_queued(event.problem, queue.name)
        if event.recalled is None:
            tell_failure(TerminalError(event.problem))
            return QUEUED if queue.name else 1
    if not isinstance(ended, Answer):
        raise TerminalError(Problem.PROGRAM_ERROR, type(ended).__name__)
    return Asked(event.reply if isinstance(event, EligibilityAnswered) else None, ended, day, queue.name)


@dataclass
class _Queue:
    """The outbox for one question; `name` is the question's once it lies there."""

    outbox: Outbox
    question: Question
    name: str = ""

    def put(self, shown: Coverage | None, reason: Problem) -> None:
        self.outbox.queue(self.question, shown, reason)
        self.name = self.question.identifier


def _tell_whether_queued(problem: Problem, name: str) -> None:
    if name:
        said = f"queued as {name}: a desk of this store asks again once the line is back; see `uketsuke outbox`"
    elif problem in OUTAGES:
        said = "not queued, for the store took nothing: ask again when the line is back"
    else:
        said = "not queued, for this is no outage that will pass: see to its cause, then ask again"
    print(f"uketsuke: {said}", file=sys.stderr)


def _step(before: State, event: Event, room: NumberRoom) -> State:
    after = advance(before, event)
    for access in accesses(before, event, after, room.actor):
        room.store.journal.record(access)
    return after
