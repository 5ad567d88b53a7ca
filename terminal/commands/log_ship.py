"""`uketsuke log ship`: brings a collector up to date with a store's log, once: PostgreSQL, or syslog over TLS.

To be called again and again, by a timer: each run goes on from what the collector confirmed. The first one hands over
the whole log and is an entry, as an export is. The logs of epochs that are over come first, to their ends: each is a
log of its own to a collector.
"""

import json
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from offline_cache.epochs import epochs_in, home_of
from offline_cache.journal_end import FILE
from offline_cache.journal_reader import JournalReader
from terminal.access_log.access import Access, Action, Purpose
from terminal.access_log.shipping import Collector, ship
from terminal.access_log.shipping_postgresql import PostgresCollector
from terminal.access_log.shipping_syslog import PORT, SyslogCollector, Trust
from terminal.access_log.verify import StoredEntry
from terminal.commands.log_outcome import INTACT, WRONG, say
from terminal.commands.log_store import append_to_store, read_store
from terminal.commands.staff_export import authorised_to_export
from terminal.durable import write_durably
from terminal.problems import Problem, TerminalError

SYSLOG = "syslog+tls"
SCHEMES = ("postgresql", "postgres", SYSLOG)


@dataclass(frozen=True)
class Shipment:
    """Where to, for whom and why. `trust` is for syslog; PostgreSQL has its own words for that in the address."""

    to: str
    reason: str
    recipient: str
    trust: Trust | None = None


def ship_store(folder: Path, credentials: Path | None, shipment: Shipment) -> int:
    """Ships what is missing and gives the exit code. Raises `TerminalError`, `OSError`."""
    address = urlsplit(shipment.to)
    if address.scheme not in SCHEMES or not address.hostname:
        return say("a log is shipped to postgresql://… or syslog+tls://HOST[:PORT]", WRONG)
    if address.scheme == SYSLOG and shipment.trust is None:
        return say("for syslog, --ca says who may have signed the receiver's certificate", WRONG)
    home = home_of(folder)
    for place in (*(epochs_in(home).values() if home == folder else ()), folder):
        if (place / FILE).exists():
            _ship_log(place, credentials, shipment)
    return INTACT


def _ship_log(place: Path, credentials: Path | None, shipment: Shipment) -> None:
    try:
        with closing(read_store(place, credentials)) as log, closing(_collector(place, log, shipment)) as collector:
            is_first, name = collector.confirmed() == 0, log.keys.log.name
        if is_first:
            _put_on_record(place, credentials, shipment, name)
        with closing(read_store(place, credentials)) as log, closing(_collector(place, log, shipment)) as collector:
            before = confirmed = collector.confirmed()
            for confirmed in ship(log.entries, collector):  # noqa: B007  # the last is what counts
                pass
    except TerminalError as error:
        if error.problem is not Problem.STORE_UNREADABLE or home_of(place) == place:
            raise
        say(f"{place}: {error.detail}; what could be read was shipped", INTACT)
        return
    over = "" if home_of(place) == place else f" of {name}, which is over"
    print(f"shipped: {confirmed - before} entries{over}, the collector has {confirmed}")


def _put_on_record(place: Path, credentials: Path | None, shipment: Shipment, name: str) -> None:
    """The first time that a log is handed over is an export of it, in the log of today."""
    actor, second = authorised_to_export(place, credentials)
    details = [("format", urlsplit(shipment.to).scheme), ("recipient", shipment.recipient)]
    details += [("host", urlsplit(shipment.to).hostname or "")]
    details += [("second_person", second)] if second else []
    details += [("log", name)] if home_of(place) != place else []
    access = Access(Action.LOG_EXPORTED, "", "", reason=shipment.reason, details=tuple(details), purpose=Purpose.AUDIT)
    with closing(append_to_store(place, credentials)) as journal:
        journal.record(access.by(actor))


def _collector(folder: Path, log: JournalReader, shipment: Shipment) -> Collector:
    name = log.keys.log.name
    if not shipment.to.startswith(SYSLOG):
        return PostgresCollector(shipment.to, name, lambda number: _stored(log, number))
    if shipment.trust is None:
        raise TerminalError(Problem.SHIPPING_FAILED, "syslog: no certificates")
    address = urlsplit(shipment.to)
    kept = home_of(folder) / f"shipped-{sha256(shipment.to.encode()).hexdigest()[:16]}.json"

    def note(seen: int) -> None:
        write_durably(kept, json.dumps(_all_seen(kept) | {name: seen}).encode())

    host = address.hostname or ""
    return SyslogCollector(
        (host, address.port or PORT), shipment.trust, name, seen=_all_seen(kept).get(name, 0), note=note
    )


def _all_seen(kept: Path) -> dict[str, int]:
    """How far earlier runs got, by log; nowhere where that cannot be told, for twice is better than never."""
    try:
        return {str(log): int(seen) for log, seen in json.loads(kept.read_bytes()).items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}


def _stored(log: JournalReader, number: int) -> StoredEntry | None:
    found = next(log.entries(number), None)
    return found if found and found.seq == number else None
