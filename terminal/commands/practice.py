"""`uketsuke practice`: the desk on the practice set, with windows or without."""

import argparse
import json
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from device.child import forbid_core_dumps
from terminal.commands.failure import tell_failure
from terminal.commands.practice_home import practice_home
from terminal.failure_book.book import Audience, sentence
from terminal.practice.deck import Person, load_deck
from terminal.practice.exercise import Exercise, load_exercises
from terminal.practice.faults import Fault
from terminal.practice.reaction import card_code
from terminal.problems import Problem, TerminalError


def run(arguments: list[str]) -> int:
    """Runs the verb. Gives 0 when a check-in came to an answer, 1 for a failure, 2 for bad arguments."""
    parser = argparse.ArgumentParser(prog="uketsuke practice", description="The desk on the practice set.")
    parser.add_argument("--lang", choices=["ja", "en"], default="ja", help="the language to begin with")
    parser.add_argument("--list", action="store_true", help="the people of the deck, one line each")
    parser.add_argument("--headless", action="store_true", help="one check-in without windows")
    parser.add_argument("--person", metavar="ID", help="who checks in; see --list")
    parser.add_argument("--pcsc", action="store_true", help="lay the cards on the machine's PC/SC service")
    parser.add_argument("--cut-line", action="store_true", help="confirmed yesterday, the line is down today")
    parser.add_argument(
        "--fault",
        metavar="NAME",
        type=Fault,
        choices=list(Fault),
        default=Fault.NONE,
        help=f"what the practice service does wrong: {', '.join(Fault)}",
    )
    parser.add_argument("--seed", metavar="N", type=int, default=0, help="decides what a fault leaves to chance")
    parser.add_argument("--drill", action="store_true", help="an outage drill: the deck, or --person, with evidence")
    parser.add_argument("--exercise", metavar="N", type=int, help="an exercise for receptionists, with a score")
    parser.add_argument("--exercises", action="store_true", help="the exercises, one line each")
    parser.add_argument("--replay", metavar="FILE", type=Path, help="a recorded practice, step by step")
    parser.add_argument("--json", action="store_true", help="print the result as one JSON object")
    parser.add_argument("--home", metavar="DIR", type=Path, help="where this practice's files go; else a new folder")
    options = parser.parse_args(arguments)
    if options.list:
        print("\n".join(_line(person, options.lang) for person in load_deck().values()))
        return 0
    exercises = load_exercises() if options.exercises or options.exercise is not None else {}
    if options.exercises:
        print("\n".join(_exercise_line(exercise, options.lang) for exercise in exercises.values()))
        return 0
    if options.exercise is not None and options.exercise not in exercises:
        parser.error(f"there is no exercise {options.exercise}; there are {', '.join(map(str, exercises))}")
    if options.exercise is not None and (options.headless or options.drill or options.fault is not Fault.NONE):
        parser.error("--exercise goes with --lang, --pcsc and --home alone")
    if options.replay is not None:
        return _replay(options)
    if not options.drill and options.headless != bool(options.person):
        parser.error("--headless and --person ID belong together")
    if options.drill and (options.headless or options.pcsc or options.cut_line or options.fault is not Fault.NONE):
        parser.error("--drill goes with --person and --home alone")
    if options.person and options.person not in load_deck():
        parser.error(f"nobody is called {options.person!r}; the people are {', '.join(load_deck())}")
    if options.cut_line and options.fault is not Fault.NONE:
        parser.error("a line that is cut has no other fault")
    if not options.headless and (options.json or options.cut_line):
        parser.error("--json and --cut-line need --headless")
    forbid_core_dumps()
    try:
        home = practice_home(options.home)
        if options.drill:
            people = [load_deck()[options.person]] if options.person else list(load_deck().values())
            return int(_module("drill").run_drill(home, people))
        if options.headless:
            return _headless(home, load_deck()[options.person], options)
        with import_module("ui.opening").opening(options.lang):  # first: all that follows takes its time
            return int(
                _module("practice_windows").run(
                    home,
                    pcsc=options.pcsc,
                    language=options.lang,
                    fault=options.fault,
                    seed=options.seed,
                    exercise=exercises.get(options.exercise),
                )
            )
    except TerminalError as error:
        tell_failure(error)
        return 1


def _module(name: str) -> ModuleType:
    """What carries out what was asked for; only that is loaded."""
    return import_module(f"terminal.commands.{name}")


def _replay(options: argparse.Namespace) -> int:
    """With `--headless` on the terminal, else in a window."""
    try:
        return int(_module("practice_replay").run(options.replay, options))
    except TerminalError as error:
        tell_failure(error)
        return 1


def _headless(home: Path, person: Person, options: argparse.Namespace) -> int:
    room = _module("practice_room").PracticeRoom(home, pcsc=options.pcsc)
    try:
        room.service.set_fault(options.fault, options.seed)
        result = _module("headless").check_in(room, person, cut_line=options.cut_line)
    finally:
        room.close()
    if options.json:
        print(json.dumps(result, ensure_ascii=False))
    else:
        print(_line(person, options.lang))
        for name, value in _flat(result):
            print(f"  {name:<14}{value}")
        if result["reason"]:
            print(f"  {'':<14}{sentence(Problem(result['reason']), Audience.RECEPTIONIST, options.lang)}")
    return 0


def _flat(result: dict[str, Any]) -> list[tuple[str, str]]:
    """The result's lines for a person: what is empty is left out."""
    coverage, log, receipt = result["coverage"], result["log"], result["receipt"]
    shown = [
        ("outcome", result["outcome"]),
        ("reason", result["reason"]),
        ("verified by", result["verified_by"]),
        ("insurer", f"{coverage['insurer_number']} {coverage['insurer_name']}" if coverage else ""),
        ("as of", result["as_of"]),
        ("milliseconds", ", ".join(f"{step} {spent:.0f}" for step, spent in result["timings_ms"].items())),
        ("receipt", f"{receipt['folder']} ({receipt['standing']})" if receipt else ""),
        ("log", f"{log['path']} ({log['entries']} entries)"),
    ]
    return [(name, str(value)) for name, value in shown if value]


def _exercise_line(exercise: Exercise, language: str) -> str:
    return f"{exercise.number:>2}  {exercise.person}  {exercise.texts[language].title}"


def _line(person: Person, language: str) -> str:
    title = person.title_ja if language == "ja" else person.title_en
    return f"{person.id}  {person.outcome:<12} {title}  (card code {card_code(person)}, PIN {person.card.pin})"
