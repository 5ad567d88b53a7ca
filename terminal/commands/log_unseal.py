"""`uketsuke log unseal`: says who one patient of the log is, to whoever holds the auditors' key and gives a reason.

Law: the unsealing is on record before a name is shown, and no name but that patient's is opened.
"""

import argparse
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from device.child import forbid_core_dumps
from offline_cache.epochs import home_of
from offline_cache.journal_reader import JournalReader
from offline_cache.keys.identity_key import opener, read_private
from offline_cache.staff import open_roster_of
from offline_cache.store import read_store
from terminal.access_log.access import Access
from terminal.access_log.entry import EntryUnreadable, read_entry
from terminal.access_log.identity import Named, identities
from terminal.access_log.masking import is_emptied
from terminal.access_log.review_acts import unsealed
from terminal.clock import SystemClock
from terminal.commands.log_arguments import reason
from terminal.commands.log_outcome import FAILED, INTACT, say
from terminal.commands.secret_phrase import lines_of, typed
from terminal.commands.staff_asking import Hearing, authorise
from terminal.commands.staff_showing import configuration_of
from terminal.staff.policy import Act

if TYPE_CHECKING:
    Verbs = argparse._SubParsersAction[argparse.ArgumentParser]

UNSEAL: Final = "unseal"
_WIDE_SPACE: Final = "\u3000"  # between family and given name; Python does not count it as printable


def unseal(folder: Path, credentials: Path | None, asked: argparse.Namespace) -> int:
    """Shows who the patient of an entry is, and gives the exit code. Raises `TerminalError`."""
    forbid_core_dumps()
    secret = _secret(asked.secrets_fd)
    private = read_private(asked.key, secret("Passphrase of the auditors' key"))
    ask = cache(secret("Passphrase of the store"))
    with closing(read_store(folder, credentials, ask)) as log:
        subject, name = _subject(log, asked.entry), log.keys.log.name
    if not subject:
        return say(f"entry {asked.entry} is about no patient", FAILED)
    clock = SystemClock()
    with closing(open_roster_of(folder, credentials, clock, ask)) as roster:
        hearing = Hearing(roster, clock, secret, configuration_of(folder))
        access = unsealed(*authorise(hearing, Act.UNSEAL_PATIENT), asked.entry, asked.reason)
        where = (("log", name),) if home_of(folder) != folder else ()
        roster.record(named(replace(access, details=(*access.details, *where))))
    with closing(read_store(folder, credentials, ask)) as log:
        return _show(named_in(log, subject, private), subject)


def named_in(log: JournalReader, subject: str, private: X25519PrivateKey) -> list[Named]:
    """What a log says of who one patient is."""
    return list(identities(((each.seq, each.line) for each in log.entries()), subject, opener(private)))


def named(access: Access) -> Access:
    """An unsealing by which a name is seen, too."""
    return replace(access, items=("log", "name", "birth_date"))


def shown(found: Named) -> str:
    """A name as it is shown; what a screen might obey is not."""
    if found.identity is None:
        return "sealed to another key, or damaged"
    kana = f" ({found.identity.kana})" if found.identity.kana else ""
    text = f"{found.identity.name}{kana} {found.identity.birth_date or ''}".strip()
    return "".join(each if each.isprintable() or each == _WIDE_SPACE else "\ufffd" for each in text)


def add_unseal(verbs: "Verbs", store: str, folder: str) -> None:
    """Adds its arguments."""
    parser = verbs.add_parser(UNSEAL, help="says who an entry's patient is, with the auditors' key and two people")
    parser.add_argument("path", type=Path, metavar="PATH", nargs="?", default=Path(folder), help=store)
    parser.add_argument("--entry", type=int, required=True, metavar="N", help="any entry about the patient")
    parser.add_argument("--key", type=Path, required=True, metavar="PRIVATE.pem", help="the auditors', from the safe")
    told = "why; the log says so, name no patient"
    parser.add_argument("--reason", type=reason, metavar="TEXT", required=True, help=told)
    parser.add_argument("--secrets-fd", type=int, metavar="N", help="take what would be typed from it, a line each")


def _show(found: list[Named], subject: str) -> int:
    print(f"patient {subject[:8]}")
    for each in found:
        print(f"entry {each.seq}: {shown(each)}")
    if not found:
        return say("nothing was sealed about this patient: the desk had no auditors' key then", FAILED)
    return INTACT


def _subject(log: JournalReader, number: int) -> str:
    stored = next(log.entries(number), None) if number >= 0 else None
    if stored is None or stored.seq != number or is_emptied(stored.line):
        return ""
    try:
        return read_entry(stored.line).subject
    except EntryUnreadable:
        return ""


def _secret(descriptor: int | None) -> Callable[[str], Callable[[], str]]:
    if descriptor is None:
        return typed
    lines = lines_of(descriptor)
    return lambda _: lines
