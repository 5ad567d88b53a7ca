"""`uketsuke canary`: plants secrets in a practice card, checks in, lets things fail and crash, and looks for traces.

The 12-digit number must be nowhere, ever. PIN, card code and photo must be nowhere once the patient has gone: not in a
file, not in a log, not in the memory of the desk or of any process of its. Takes root, to look into that memory.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from device.virtual.insertion import InsertedCard
from device.virtual.quirks import Quirks
from terminal.commands.canary_card import FOUR_DIGITS, PERSON, Planted, plant
from terminal.commands.canary_hands import ExaminedDesk
from terminal.commands.traces import Trace, in_file
from terminal.problems import TerminalError

_MID_READ: Final = 15  # APDUs of a visit: after the code was accepted, before the photo is read through
_CARD, _FACE, _SERVICE = "device.card.process", "device.face.process", "terminal.practice.service_process"


def run(arguments: list[str]) -> int:
    """Runs the verb. Gives 0 when nothing was found, 1 when something was or the check could not be made."""
    parser = argparse.ArgumentParser(prog="uketsuke canary", description="Looks for traces of secrets after check-ins.")
    parser.add_argument("--quick", action="store_true", help="whole check-ins only, without failures and crashes")
    options = parser.parse_args(arguments)
    if os.geteuid() != 0:
        print("uketsuke: the canary looks into the memory of processes, which takes root", file=sys.stderr)
        return 1
    try:
        found = _found(is_quick=options.quick)
        if found and all(trace.secret in FOUR_DIGITS for trace in found):
            print("four digits were found, which comes up by chance: all once more, with other digits")
            seen = {trace.secret for trace in found}
            found = {trace for trace in _found(is_quick=options.quick) if trace.secret not in FOUR_DIGITS - seen}
    except TerminalError as error:
        print(f"uketsuke: the check could not be made: {error}", file=sys.stderr)
        return 1
    for trace in sorted(found):
        print(f"found: {trace.secret}, as {trace.form}, in {trace.place}")
    if not found:
        print("nothing found")
    return 1 if found else 0


def _found(*, is_quick: bool) -> set[Trace]:
    with tempfile.TemporaryDirectory(prefix="uketsuke-canary-") as folder:
        return {*_examine(Path(folder), is_quick=is_quick)}


def _examine(folder: Path, *, is_quick: bool) -> Iterator[Trace]:
    """Every trace of what was planted, from check-ins of one desk that is killed at last."""
    home = folder / "home"
    home.mkdir()
    with ExaminedDesk(home) as desk:
        planted = plant(folder / "card.json", home, desk.is_unknown)
        print("one check-in by the PIN, one by the face, a wrong code and a wrong PIN")
        yield from _whole_check_ins(desk, planted)
        if not is_quick:
            print("a card pulled out; the card process, the face process and the service crash")
            _failures(desk, planted)
        yield from desk.look(planted.secrets)
        yield from desk.look_in_log(planted.secrets)
        if not is_quick:
            print("the desk crashes")
            _crash_of_the_desk(desk, planted)
    for file in sorted(path for path in home.rglob("*") if path.is_file()):
        yield from in_file(file, planted.secrets)


def _whole_check_ins(desk: ExaminedDesk, planted: Planted) -> Iterator[Trace]:
    with InsertedCard(planted.image_file, *desk.reader):  # nobody stands before the camera
        desk.do("code", planted.wrong_code, after="AwaitingCardCode")
        desk.do("code", planted.code, after="AwaitingCardCode")
        desk.do("decline", after="MatchingFace")
        desk.do("pin", planted.wrong_pin, after="AwaitingOperator")
        desk.do("pin", planted.pin, after="AwaitingOperator")
        desk.expect("AwaitingConsent")
        yield from desk.look(planted.number)
        desk.require_sight_of(planted.photo)
        desk.do("consent")
        desk.do("dismiss", after="Confirmed")  # the receipt computer may want something of a person
    desk.expect("Idle")
    desk.do("stand", PERSON)
    with InsertedCard(planted.image_file, *desk.reader):
        desk.do("code", planted.code, after="AwaitingCardCode")
        desk.do("consent", after="AwaitingConsent")
        desk.do("dismiss", after="Confirmed")  # the receipt computer may want something of a person
    desk.expect("Idle")
    desk.do("stand")


def _failures(desk: ExaminedDesk, planted: Planted) -> None:
    with InsertedCard(planted.image_file, *desk.reader, Quirks(remove_after_apdus=_MID_READ)):
        desk.do("code", planted.code, after="AwaitingCardCode")
        desk.do("dismiss", after="Stopped")
    desk.expect("Idle")
    with InsertedCard(planted.image_file, *desk.reader, Quirks(hang_after_apdus=_MID_READ)):
        desk.do("code", planted.code, after="AwaitingCardCode")
        desk.expect("ReadingHolder")
        desk.crash(_CARD)
        desk.do("dismiss", after="Stopped")
    desk.expect("Idle")
    with InsertedCard(planted.image_file, *desk.reader):
        desk.do("code", planted.code, after="AwaitingCardCode")
        desk.expect("MatchingFace")
        desk.crash(_FACE)
        desk.do("recognise", after="AwaitingOperator")
        desk.expect("AwaitingConsent")
        desk.crash(_SERVICE)
        desk.do("consent")
        desk.expect("Provisional")
    desk.expect("Idle")


def _crash_of_the_desk(desk: ExaminedDesk, planted: Planted) -> None:
    with InsertedCard(planted.image_file, *desk.reader):
        desk.do("code", planted.code, after="AwaitingCardCode")
        desk.expect("MatchingFace")
        desk.kill()
