"""The verbs of `uketsuke log` by which entries leave: shipped to a collector, deleted by retention, or held."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Final

from terminal.access_log.retention import DEFAULT_YEARS
from terminal.access_log.shipping_syslog import Trust
from terminal.commands.log_arguments import Days, add_days, reason, recipient
from terminal.commands.log_retention import hold, purge, release
from terminal.commands.log_retention_rule import Place
from terminal.commands.log_ship import Shipment, ship_store

if TYPE_CHECKING:
    Verbs = argparse._SubParsersAction[argparse.ArgumentParser]

LEAVING: Final = ("ship", "purge", "hold", "release")
OF_TODAY: Final = ("purge", "hold", "release")
"""What is done to a log itself, and so not to one that is over."""


def leave(place: Place, asked: argparse.Namespace) -> int:
    """Carries out one of the verbs and gives the exit code. Raises `TerminalError`, `OSError`."""
    match asked.verb:
        case "ship":
            trust = Trust(asked.ca, asked.cert, asked.cert_key) if asked.ca else None
            return ship_store(place.folder, place.credentials, Shipment(asked.to, asked.reason, asked.recipient, trust))
        case "purge":
            return purge(place, asked.years, asked.reason)
        case "hold":
            return hold(place, asked.visit, Days(asked.first_day, asked.last_day), asked.reason)
        case _:
            return release(place, asked.hold, asked.reason)


def add_leaving_verbs(verbs: "Verbs", store: str, folder: str) -> None:
    """Adds their arguments."""

    def verb(name: str, what: str) -> argparse.ArgumentParser:
        parser = verbs.add_parser(name, help=what)
        parser.add_argument("path", type=Path, metavar="PATH", nargs="?", default=Path(folder), help=store)
        told = "why; the log says so, name no patient"
        parser.add_argument("--reason", type=reason, metavar="TEXT", required=True, help=told)
        return parser

    shipping = verb("ship", "sends what a collector does not have yet")
    shipping.add_argument(
        "--to",
        metavar="ADDRESS",
        required=True,
        help="postgresql://ROLE@HOST/DATABASE (the password in ~/.pgpass, never here) or syslog+tls://HOST[:PORT]",
    )
    told = "who gets it; goes into the log"
    shipping.add_argument("--recipient", type=recipient, metavar="TEXT", required=True, help=told)
    shipping.add_argument(
        "--ca", type=Path, metavar="FILE", help="syslog: PEM of who signed the receiver's certificate"
    )
    shipping.add_argument("--cert", type=Path, metavar="FILE", help="syslog: PEM of the desk's own certificate")
    shipping.add_argument("--cert-key", type=Path, metavar="FILE", help="syslog: PEM of its key")
    purging = verb("purge", "deletes accesses that were kept long enough; what proves the rest stays")
    purging.add_argument("--years", type=int, default=DEFAULT_YEARS, metavar="N", help=f"default {DEFAULT_YEARS}")
    holding = verb("hold", "keeps entries from being deleted: of a visit, of days, or all")
    holding.add_argument("--visit", default="", metavar="VISIT")
    add_days(holding)
    releasing = verb("release", "ends a hold")
    releasing.add_argument("--hold", type=int, metavar="ENTRY", required=True, help="the entry that placed it")
