"""`uketsuke practice --drill`: an outage on the practice set, and its evidence as JSON and Markdown.

Everybody checks in, the day before, with the line; then it is cut, and everybody comes again.
"""

import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Final

from terminal.commands.headless import check_in
from terminal.commands.practice_room import PracticeRoom
from terminal.practice.deck import Person
from terminal.practice.drill import FAILED, Drill, Turn, as_json, as_markdown
from terminal.problems import Problem, TerminalError

PASSED, NOT_PASSED = 0, 1
_DAY: Final = timedelta(days=1)


def run_drill(home: Path, people: Sequence[Person]) -> int:
    """Holds a drill, keeps its evidence in `home`, says where. Raises `STORE_UNREADABLE`, or what the room raises."""
    room = PracticeRoom(home)
    try:
        held = hold(room, people)
    finally:
        room.close()
    stem = home / f"drill-{held.began:%Y%m%dT%H%M%SZ}"
    texts = {".json": json.dumps(as_json(held), ensure_ascii=False, indent=2), ".md": "\n".join(as_markdown(held))}
    for suffix, text in texts.items():
        try:
            stem.with_suffix(suffix).write_text(f"{text}\n", "utf-8")
        except OSError as error:
            raise TerminalError(Problem.STORE_UNREADABLE, f"{home}: {error.strerror}") from error
    print(f"{texts['.md']}\n\n{stem}.json\n{stem}.md")
    return PASSED if held.is_passed else NOT_PASSED


def hold(room: PracticeRoom, people: Sequence[Person]) -> Drill:
    """The drill itself; the line is mended afterwards, the clock right."""
    began = room.clock.now()
    room.clock.shift = -_DAY
    try:
        before = [_turn(room, person) for person in people]
    finally:
        room.clock.shift = timedelta()
    room.cut_line(True)
    cut_at = room.clock.now()
    try:
        during = [_turn(room, person) for person in people]
    finally:
        room.cut_line(False)
    entries, head = room.journal.head()
    turns = [
        Turn(person.id, earlier, outcome, reason, seconds)
        for person, (earlier, _, _), (outcome, reason, seconds) in zip(people, before, during, strict=True)
    ]
    return Drill(began, cut_at, room.clock.now(), turns, entries, str(head))


def _turn(room: PracticeRoom, person: Person) -> tuple[str, str, float]:
    """Outcome, reason and seconds of one check-in."""
    try:
        result = check_in(room, person)
    except TerminalError as error:
        return FAILED, error.problem, 0.0
    finally:
        room.take_away()
    return str(result["outcome"]), str(result["reason"] or ""), round(result["timings_ms"]["total"] / 1000, 2)
