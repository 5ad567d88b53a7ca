"""`uketsuke eligibility ask`: a question without a card, with the numbers of a 資格確認書, through the service.

Exit code 0: answered, whatever the answer; 1: not answered; 2: wrong arguments, or numbers that cannot be right.
"""

import argparse
import secrets
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

from terminal.access_log.access import Access, Action
from terminal.certificate import JST
from terminal.clock import SystemClock
from terminal.commands.failure import tell_failure
from terminal.commands.number_room import NumberRoom, open_configured, open_practice
from terminal.commands.practice_home import practice_home
from terminal.configuration.reading import read_configuration
from terminal.coverage import Coverage, InForce, InForceUnregistered, Reply
from terminal.eligibility.number_query import NumberQuestion, Typed, look
from terminal.eligibility.result_file import ResultFile
from terminal.eligibility.xmlmsg import encode_number_question
from terminal.problems import TerminalError

CONFIGURATION = Path("/etc/uketsuke/desk.toml")


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


def ask(options: argparse.Namespace) -> ResultFile | int:
    """What the service says; the exit code where it says nothing, with a sentence on standard error."""
    today = SystemClock().now().astimezone(JST).date()
    typed = Typed(options.insurer, options.symbol, options.number, options.branch, options.born)
    seen = look(typed, today)
    if seen.insured is None:
        for word in (*seen.wrong, *(f"{part}_missing" for part in seen.missing)):
            print(f"uketsuke: {word}", file=sys.stderr)
        return 2
    question = NumberQuestion(f"number-{secrets.token_hex(12)}", seen.insured, options.day or today)
    try:
        with closing(open_room(options)) as room:
            reply = _ask(question, room)
    except TerminalError as error:
        tell_failure(error)
        return 1
    return ResultFile(reply, tuple(_coverages(reply)), {}, question.day, {})


def _ask(question: NumberQuestion, room: NumberRoom) -> Reply:
    """On record first, as everything is that is asked."""
    subject = question.insured.key
    visit, details = question.identifier, (("by", "number"),)
    room.store.journal.record(Access(Action.ELIGIBILITY_ASKED, visit, room.actor, subject, details=details))
    body = encode_number_question(question, room.institution_code)
    reply = room.service.ask_message(question.identifier, question.day, body)
    outcome = "confirmed" if isinstance(reply, InForce) else "unconfirmed"
    room.store.journal.record(Access(Action.ANSWER_SHOWN, visit, room.actor, subject, outcome=outcome, details=details))
    return reply


def _coverages(reply: Reply) -> Iterator[Coverage]:
    if isinstance(reply, InForce | InForceUnregistered):
        yield reply.coverage
