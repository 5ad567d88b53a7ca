"""Who may take a copy of the log away: one person, or two in two roles where the clinic's policy says so."""

from contextlib import closing
from functools import cache
from pathlib import Path

from offline_cache.staff import open_roster_of
from terminal.access_log.access import Actor
from terminal.clock import SystemClock
from terminal.commands.secret_phrase import typed
from terminal.commands.staff_asking import Hearing, authorise
from terminal.commands.staff_showing import configuration_of
from terminal.staff.policy import Act


def authorised_to_export(folder: Path, credentials: Path | None) -> tuple[Actor, str]:
    """Who exports, and the second person's id or nothing. Raises `SIGN_IN_REFUSED`, and what opening a store raises."""
    clock = SystemClock()
    with closing(open_roster_of(folder, credentials, clock, cache(typed("Passphrase of the store")))) as roster:
        return authorise(Hearing(roster, clock, typed, configuration_of(folder)), Act.EXPORT_LOG)
