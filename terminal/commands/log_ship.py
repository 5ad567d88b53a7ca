"""`uketsuke log ship`: brings a collector up to date with a store's log, once: PostgreSQL, or syslog over TLS.

To be called again and again, by a timer: each run goes on from what the collector confirmed. The first one hands over
the whole log and is an entry, as an export is.
"""

import json
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from offline_cache.journal_reader import JournalReader
from terminal.access_log.access import Access, Action, Purpose
from terminal.access_log.shipping import Collector, ship
from terminal.access_log.shipping_postgresql import PostgresCollector
from terminal.access_log.shipping_syslog import PORT, SyslogCollector, Trust
from terminal.access_log.verify import StoredEntry
from terminal.commands.log_outcome import INTACT, UNREADABLE, say
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
        return say("a log is shipped to postgresql://… or syslog+tls://HOST[:PORT]", UNREADABLE)
    if address.scheme == SYSLOG and shipment.trust is None:
        return say("for syslog, --ca says who may have signed the receiver's certificate", UNREADABLE)
    with closing(read_store(folder, credentials)) as log, closing(_collector(folder, log, shipment)) as collector:
        is_first = collector.confirmed() == 0
    if is_first:
        actor, second = authorised_to_export(folder, credentials)
        seconds = (("second_person", second),) if second else ()
        details = (*seconds, ("format", address.scheme), ("recipient", shipment.recipient), ("host", address.hostname))
        access = Access(Action.LOG_EXPORTED, "", "", reason=shipment.reason, details=details, purpose=Purpose.AUDIT)
        with closing(append_to_store(folder, credentials)) as journal:
            journal.record(access.by(actor))
    with closing(read_store(folder, credentials)) as log, closing(_collector(folder, log, shipment)) as collector:
        before = confirmed = collector.confirmed()
        for confirmed in ship(log.entries, collector):  # noqa: B007  # the last is what counts
            pass
    print(f"shipped: {confirmed - before} entries, the collector has {confirmed}")
    return INTACT


def _collector(folder: Path, log: JournalReader, shipment: Shipment) -> Collector:
    name = log.keys.log.name
    if not shipment.to.startswith(SYSLOG):
        return PostgresCollector(shipment.to, name, lambda number: _stored(log, number))
    if shipment.trust is None:
        raise TerminalError(Problem.SHIPPING_FAILED, "syslog: no certificates")
    address = urlsplit(shipment.to)
    kept = folder / f"shipped-{sha256(shipment.to.encode()).hexdigest()[:16]}.json"

    def note(seen: int) -> None:
        write_durably(kept, json.dumps({"log": name, "seen": seen}).encode())

    host = address.hostname or ""
    return SyslogCollector((host, address.port or PORT), shipment.trust, name, seen=_seen(kept, name), note=note)


def _seen(kept: Path, name: str) -> int:
    """How far an earlier run got; from the beginning where that cannot be told, for twice is better than never."""
    try:
        content = json.loads(kept.read_bytes())
        return int(content["seen"]) if content["log"] == name else 0
    except (OSError, ValueError, KeyError, TypeError):
        return 0


def _stored(log: JournalReader, number: int) -> StoredEntry | None:
    found = next(log.entries(number), None)
    return found if found and found.seq == number else None
