"""`uketsuke bookings`: asks about a day's bookings, keeps the answers for an outage, prints whom to call.

Exit code 0: all were asked about; 1: not, with a sentence, and `--resume` goes on; 2: wrong arguments.
"""

import argparse
import hashlib
import json
import sys
import time
from collections import Counter
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

from terminal.access_log.access import Access, Action
from terminal.certificate import JST
from terminal.clock import SystemClock
from terminal.commands.bookings_paper import write_call_list
from terminal.commands.eligibility_ask import add_room_arguments, open_room
from terminal.commands.failure import tell_failure
from terminal.commands.number_room import NumberRoom
from terminal.eligibility.bookings import Asking, BulkService, ask_bookings
from terminal.eligibility.bookings_call_list import LANGUAGES, Call, call_list, lines
from terminal.eligibility.bookings_file import MOST_BYTES, Booking, read_bookings
from terminal.eligibility.bookings_outcome import Outcome
from terminal.eligibility.bookings_progress import FILE, Progress
from terminal.problems import Problem, TerminalError

BAR_WIDTH = 40


def run(arguments: list[str]) -> int:
    """Runs the verb."""
    parser = argparse.ArgumentParser(prog="uketsuke bookings", description=__doc__)
    parser.add_argument("file", type=Path, metavar="FILE.csv", help="with a heading: 予約時刻, 氏名, 保険者番号 …")
    parser.add_argument("--resume", action="store_true", help="go on where an earlier run of this file ended")
    parser.add_argument("--day", type=date.fromisoformat, metavar="YYYY-MM-DD", help="their day, else tomorrow")
    parser.add_argument("--lang", choices=LANGUAGES, default="ja", help="the list's language")
    parser.add_argument("--json", action="store_true", help="print counts and lines as one JSON object, without names")
    parser.add_argument("--list", type=Path, metavar="FILE.pdf", help="write the call list for printing as well")
    add_room_arguments(parser)
    options = parser.parse_args(arguments)
    try:
        return _run(options)
    except TerminalError as error:
        tell_failure(error)
        return 1


def _run(options: argparse.Namespace) -> int:
    today = SystemClock().now().astimezone(JST).date()
    day = options.day or today + timedelta(days=1)
    untrusted = _bytes_of(options.file)
    bookings = read_bookings(untrusted, today)
    with closing(open_room(options)) as room:
        with closing(Progress(room.folder / FILE, hashlib.sha256(untrusted).digest(), day)) as progress:
            if progress.is_begun and not options.resume:
                print("uketsuke bookings: this file was begun before for that day; add --resume", file=sys.stderr)
                return 1
            ask_bookings(bookings, day, progress, _asking(room))
            outcomes = {line: Outcome(answered.outcome) for line, answered in progress.outcomes().items()}
        calls = call_list(bookings, outcomes, options.lang)
        room.store.journal.record_all([_shown(call, room.actor) for call in calls if call.booking.insured])
    listed = list(lines(calls, day, options.lang))
    if options.list:
        write_call_list(listed, options.list)
    print(_as_json(bookings, outcomes, calls, day) if options.json else "\n".join(listed))
    return 0


def _asking(room: NumberRoom) -> Asking:
    if not isinstance(room.service, BulkService):
        raise TerminalError(Problem.CONFIGURATION_WRONG, "many questions at once go to folders or to https")
    return Asking(
        service=room.service,
        cache=room.store.tokens,
        clock=room.clock,
        institution_code=room.institution_code,
        actor=room.actor,
        record=room.store.journal.record_all,
        wait=time.sleep,
        tell=_tell,
    )


def _bytes_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise TerminalError(Problem.BOOKINGS_UNREADABLE, f"{path}: {error.strerror}") from error


def _shown(call: Call, actor: str) -> Access:
    subject = call.booking.insured.key if call.booking.insured else None
    reason = call.outcome or ""
    return Access(Action.ANSWER_SHOWN, "bookings", actor, subject, outcome="unconfirmed", reason=reason)


def _as_json(bookings: tuple[Booking, ...], outcomes: dict[int, Outcome], calls: tuple[Call, ...], day: date) -> str:
    return json.dumps(
        {
            "day": day.isoformat(),
            "bookings": len(bookings),
            "outcomes": dict(Counter(outcomes.values())),
            "not_asked": sum(booking.line not in outcomes for booking in bookings),
            "calls": [{"line": call.booking.line, "outcome": call.outcome} for call in calls],
        }
    )


def _tell(done: int, total: int) -> None:
    """A bar on a terminal, else a line now and then."""
    if sys.stderr.isatty():
        filled = BAR_WIDTH * done // max(total, 1)
        end = "\n" if done >= total else ""
        bar = f"\r[{'#' * filled}{' ' * (BAR_WIDTH - filled)}] {done}/{total}"
        print(bar, end=end, file=sys.stderr, flush=True)
    else:
        print(f"{done}/{total}", file=sys.stderr, flush=True)
