"""`uketsuke log open`: the auditor's window on a store, the desk running or not."""

import argparse
from contextlib import ExitStack, closing
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from device.child import forbid_core_dumps
from device.staff.keys import FidoKeys
from offline_cache.staff import open_roster_of
from terminal.access_log.review_rules import Measure
from terminal.clock import SystemClock
from terminal.commands.log_archive import StoreArchive
from terminal.commands.log_outcome import FAILED, say
from terminal.commands.secret_phrase import typed
from terminal.commands.staff_showing import configuration_of, staff_reader_of
from terminal.problems import Problem, TerminalError
from terminal.staff.held import HeldFactors
from terminal.staff.policy import Act, may
from ui.auditor.app import show_auditor_window
from ui.opening import has_screen
from ui.words.catalogue import LANGUAGES

if TYPE_CHECKING:
    Verbs = argparse._SubParsersAction[argparse.ArgumentParser]

OPEN: Final = "open"
NO_AUDITOR: Final = (
    "nobody is enrolled as auditor, and only an auditor may look: uketsuke staff add ID --name NAME --role auditor"
)


def open_window(folder: Path, credentials: Path | None, asked: argparse.Namespace) -> int:
    """Shows the window until it is closed, and gives the exit code. Raises `TerminalError`."""
    if not has_screen():
        raise TerminalError(Problem.SCREEN_ABSENT, "log in to a desktop, or use `ssh -X`")
    forbid_core_dumps()
    opens, closes = asked.hours
    ask = cache(typed("Passphrase of the store"))
    with ExitStack() as opened:
        roster = opened.enter_context(closing(open_roster_of(folder, credentials, SystemClock(), ask)))
        if not any(may(member, Act.AUDIT) for member in roster.members()):
            return say(NO_AUDITOR, FAILED)
        cards = staff_reader_of(configuration_of(folder), roster.card_key)
        if cards is not None:
            opened.callback(cards.close)
        held = HeldFactors(roster, FidoKeys(cards), cards)
        archive = StoreArchive(folder, credentials, roster, held=held)
        return show_auditor_window(archive, asked.language, Measure(opens=opens, closes=closes))


def add_open(verbs: "Verbs", store: str, folder: str) -> None:
    """Adds its arguments."""
    opening = verbs.add_parser(OPEN, help="the auditor's window: who looked at what, and what should be looked at")
    opening.add_argument("path", type=Path, metavar="PATH", nargs="?", default=Path(folder), help=store)
    opening.add_argument("--language", choices=LANGUAGES, default="ja")
    opening.add_argument(
        "--hours", type=_hours, metavar="FROM-TO", default=(7, 21), help="when the clinic works, such as 7-21"
    )


def _hours(text: str) -> tuple[int, int]:
    try:
        opens, closes = map(int, text.split("-"))
    except ValueError as error:
        raise argparse.ArgumentTypeError("hours are FROM-TO, such as 7-21") from error
    if not 0 <= opens < closes <= 24:
        raise argparse.ArgumentTypeError("hours are FROM-TO, from 0 to 24")
    return opens, closes
