"""A desk killed with -9 at any line of the folder service: whatever follows, `req` was asked once at most."""

import contextlib
import json
import os
import select
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import Any

from terminal.card_token import TokenKind
from terminal.coverage import NotFound, Question
from terminal.eligibility import folder_waiting
from terminal.eligibility.folder import FolderEligibility
from terminal.eligibility.folder_files import BEING_WRITTEN
from terminal.eligibility.folder_names import reply_name
from terminal.eligibility.folder_requests import LEFT_OVER_AFTER
from terminal.eligibility.folder_waiting import LAST_LOOK_SECONDS
from terminal.people import Card, Holder, IssuerTrust, Sex, VerificationMethod, Verified
from terminal.practice.answers import Asked, write_answer
from terminal.problems import TerminalError

NOW = datetime(2026, 11, 21, 1, 15, tzinfo=UTC)
INSTITUTION = "1319999999"
HOLDER = Holder("見本　花子", "架空区", date(1992, 4, 12), Sex.FEMALE, None, date(2034, 4, 12), IssuerTrust.CHECKED)
CARD = Card("insertion-1", TokenKind.PLASTIC, b"the certificate", NOW, 10, 3)
QUESTION = Question("20261121101500-1", Verified(CARD, HOLDER, VerificationMethod.FACE), frozenset(), NOW.date(), NOW)
REPLY = write_answer(Asked(QUESTION.identifier, INSTITUTION, "20261121", b""), None, NOW)
WATCHED = (
    "folder.py",
    "folder_files.py",
    "folder_sync.py",
    "folder_requests.py",
)  # not the record: it changes in single statements
MOST_KILLS = 1000
PATIENT, HASTY = timedelta(seconds=60), timedelta(seconds=LAST_LOOK_SECONDS)


class Later:
    """A clock by which the desk comes back when what it left behind is old."""

    def __init__(self, later: timedelta) -> None:
        self._later = later

    def now(self) -> datetime:
        return NOW + self._later


def desk(base: Path, later: timedelta, budget: timedelta) -> FolderEligibility:
    return FolderEligibility(base / "OQS", INSTITUTION, record=base / "jobs.db", clock=Later(later), budget=budget)


def ask_and_be_killed(base: Path, line_number: int) -> None:
    """Asks, and dies before the given line of those that it runs through; the link software answers as it takes."""
    lines_left = line_number

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal lines_left
        if os.path.basename(frame.f_code.co_filename) not in WATCHED:
            return None
        if event == "line":
            lines_left -= 1
            if lines_left < 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace

    threading.settrace(trace)
    sys.settrace(trace)
    desk(base, timedelta(), PATIENT).ask(QUESTION)


def take(base: Path) -> int:
    """The link software's part: takes what lies in `req`, answers it, and says how many there were."""
    requests = list((base / "OQS" / "req").iterdir())
    for request in requests:
        request.unlink()
        (base / "OQS" / "res" / reply_name(request.name)).write_bytes(REPLY)
    return len(requests)


def in_a_fork(base: Path, work: Callable[[], object]) -> tuple[bool, int]:
    """Whether the child was killed, and how many requests the link software took and answered while it lived."""
    if (child := os.fork()) == 0:  # only ever in a process that has one thread
        work()
        os._exit(0)
    ended, taken = os.pidfd_open(child), 0
    try:
        while not select.select([ended], [], [], 0.002)[0]:
            taken += take(base)
    finally:
        os.close(ended)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1]), taken + take(base)


def come_back(base: Path, later: timedelta, budget: timedelta) -> tuple[str, int]:
    """What a desk is told that asks the same again, and how many requests were taken; its record outlives it."""
    told = base / "told"

    def work() -> None:
        try:
            told.write_text(type(desk(base, later, budget).ask(QUESTION)).__name__)
        except TerminalError as error:
            told.write_text(error.problem)

    _, taken = in_a_fork(base, work)
    return told.read_text(), taken


def is_lost(base: Path, put: int) -> bool:
    """Whether a question is on record and was never put, so that nobody will answer it."""
    with contextlib.closing(sqlite3.connect(base / "jobs.db")) as record:
        try:
            return not put and record.execute("SELECT count(*) FROM jobs").fetchone()[0] == 1
        except sqlite3.OperationalError:  # killed before there was a table
            return False


def life_and_death(base: Path, line_number: int) -> dict[str, Any]:
    """One desk killed while the link software works; then it comes back: at once, and when what it left is old."""
    for name in ("req", "res"):
        (base / "OQS" / name).mkdir(parents=True)
    killed, put = in_a_fork(base, lambda: ask_and_be_killed(base, line_number))
    lost = is_lost(base, put)
    said = []
    for later in (timedelta(seconds=1), LEFT_OVER_AFTER * 2)[: 2 if lost else 1]:
        told, taken = come_back(base, later, HASTY if lost else PATIENT)
        said.append(told)
        put += taken
    fresh = base / "OQS" / BEING_WRITTEN
    left = len(list(fresh.iterdir())) if fresh.exists() else 0
    return {"killed": killed, "put": put, "lost": lost, "said": said, "left": left}


def main(base: Path) -> None:
    """Kills at one line after the other, until a desk comes through alive; one JSON line each."""
    folder_waiting.POLL_SECONDS = 0.005  # the waits between looks make up most of the time
    for line_number in range(MOST_KILLS):
        outcome = life_and_death(base / str(line_number), line_number)
        print(json.dumps(outcome), flush=True)
        if not outcome["killed"]:
            return


def test_req_is_asked_once_at_most_wherever_the_desk_is_killed() -> None:
    quick = "/dev/shm" if Path("/dev/shm").is_dir() else None  # a kill is no power cut: no disk is needed
    with tempfile.TemporaryDirectory(dir=quick) as base:
        done = subprocess.run([sys.executable, __file__, base], capture_output=True, timeout=110, check=False)
    assert done.returncode == 0, done.stderr.decode()
    outcomes = [json.loads(line) for line in done.stdout.splitlines()]
    assert not outcomes[-1]["killed"]
    assert len(outcomes) > 40  # so many lines lie between the first and the answer
    for line_number, outcome in enumerate(outcomes):
        assert outcome["put"] == (0 if outcome["lost"] else 1), line_number
        assert outcome["left"] == 0, line_number
        assert (NotFound.__name__ in outcome["said"]) is not outcome["lost"], line_number
    assert any(outcome["lost"] for outcome in outcomes)  # the price: a question on record and not put is asked anew


if __name__ == "__main__":
    main(Path(sys.argv[1]))
