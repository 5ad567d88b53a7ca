"""One check-in without windows: the same desk and loop, with a person of the deck who answers by themselves."""

import queue
import time
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from device.virtual.quirks import PLAIN, Quirks
from terminal.commands.practice_room import RECEPTIONIST, PracticeRoom
from terminal.desk import Desk
from terminal.handing_over import HandedOver, HeldBack, is_under_way
from terminal.people import VerificationMethod
from terminal.practice.deck import Person
from terminal.practice.reaction import reaction
from terminal.problems import Problem, TerminalError
from terminal.recording import outcome_of
from terminal.states import Confirmed, Ended, Idle, Provisional, ReadingCard, State
from terminal.stopwatch import Stopwatch

WITHIN_SECONDS = 60.0  # for one whole check-in; every port has its own, shorter limit


def check_in(room: PracticeRoom, person: Person, *, cut_line: bool = False, quirks: Quirks = PLAIN) -> dict[str, Any]:
    """What one check-in came to, as `--json` prints it. With `cut_line`: confirmed yesterday, the line is down today.

    Raises `WAITED_TOO_LONG` when it came to nothing.
    """
    stopwatch = Stopwatch()
    states: queue.SimpleQueue[State] = queue.SimpleQueue()
    desk = Desk(stopwatch.timed(room.ports), states.put, RECEPTIONIST)
    with desk.running():
        if cut_line:
            room.clock.shift = timedelta(days=-1)
            _one_visit(room, person, quirks, desk, states)
            room.take_away()
            room.clock.shift = timedelta()
            room.cut_line(True)
            stopwatch.milliseconds.clear()
        ended, total_ms = _one_visit(room, person, quirks, desk, states)
    return _summary(room, ended, {**stopwatch.milliseconds, "total": total_ms})


def _one_visit(
    room: PracticeRoom, person: Person, quirks: Quirks, desk: Desk, states: "queue.SimpleQueue[State]"
) -> tuple[Ended, float]:
    """Lays the card and reacts until the check-in has ended, and its answer is handed over as far as it goes by itself.

    With it the milliseconds from the card's being seen to the answer.
    """
    out_of_time = time.monotonic() + WITHIN_SECONDS
    began = total_ms = 0.0
    room.lay(person.id, quirks)
    while True:
        try:
            state = states.get(timeout=max(0.0, out_of_time - time.monotonic()))
        except queue.Empty:
            raise TerminalError(Problem.WAITED_TOO_LONG) from None
        match state:
            case ReadingCard():
                began = time.perf_counter()
            case Idle(Problem() as problem):
                raise TerminalError(problem)
            case _ if isinstance(state, Ended) and began:
                total_ms = total_ms or (time.perf_counter() - began) * 1000
                if not isinstance(state, Confirmed) or not is_under_way(state.receipt):
                    return state, total_ms
            case _:
                if event := reaction(person, state):
                    desk.post(event, answering=state)


def _summary(room: PracticeRoom, ended: Ended, milliseconds: dict[str, float]) -> dict[str, Any]:
    outcome, reason = outcome_of(ended)
    answer = ended if isinstance(ended, Confirmed | Provisional) else None
    verified = getattr(ended, "verified", None)
    method: VerificationMethod | None = verified.method if verified else None
    entries, head = room.journal.head()
    return {
        "outcome": outcome,
        "reason": reason or None,
        "verified_by": method,
        "coverage": {name: _plain(value) for name, value in asdict(answer.coverage).items()} if answer else None,
        "as_of": answer.as_of.isoformat() if answer else None,
        "receipt": _receipt(room, ended),
        "timings_ms": {
            step: round(milliseconds.get(step, 0.0), 1)
            for step in ("card", "decode", "face", "online", "store", "total")
        },
        "log": {"path": str(room.home / "journal.db"), "entries": entries, "head": head},
    }


def _receipt(room: PracticeRoom, ended: Ended) -> dict[str, str] | None:
    """Where what was confirmed went, or did not go, for the receipt computer."""
    if not isinstance(ended, Confirmed):
        return None
    match ended.receipt:
        case HandedOver():
            standing = "handed_over"
        case HeldBack():
            standing = "held_back"
        case _:
            standing = "not_handed_over"
    return {"folder": str(room.receipt.folder), "standing": standing}


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date | datetime) else value
