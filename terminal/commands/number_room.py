"""What questions without a card need, wired: the service, and the store beside a desk that may be running.

As the configuration says, or on the practice set: a service of ours and a store in a folder, without a desk.
"""

import getpass
import os
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from device.child import command
from offline_cache.beside import StoreBeside, open_beside
from offline_cache.keys.passphrase_seal import Ask
from offline_cache.keys.seals import PracticeSeal
from offline_cache.outbox import SqlOutbox, open_outbox
from offline_cache.rotation import own_seal
from offline_cache.store import open_store
from terminal.clock import SystemClock
from terminal.commands.configured import number_service_of, service_of
from terminal.commands.practice_room import INSTITUTION_CODE, OPERATOR
from terminal.commands.secret_phrase import typed
from terminal.configuration.settings import Configuration
from terminal.eligibility.https import HttpsEligibility
from terminal.eligibility.https_line import LineCertificates
from terminal.ports import NumberService
from terminal.practice.authority import Authority
from terminal.practice.service import PracticeService


@dataclass(frozen=True)
class NumberRoom:
    """Close it at the end. `folder` is the store's, `actor` is who asks, as the journal names them."""

    service: NumberService
    store: StoreBeside
    outbox: SqlOutbox
    folder: Path
    institution_code: str
    actor: str
    clock: SystemClock
    furniture: ExitStack

    def close(self) -> None:
        """Closes the store, then the line."""
        self.furniture.close()


def open_configured(configuration: Configuration) -> NumberRoom:
    """The service and the store of a desk. Raises `CONFIGURATION_WRONG` for a service that takes no such questions."""
    code, folder = configuration.clinic.institution_code, configuration.store.folder
    credentials, clock = os.environ.get("CREDENTIALS_DIRECTORY"), SystemClock()
    with ExitStack() as furniture:
        service = service_of(configuration.eligibility, code)
        furniture.callback(service.close)
        numbers = number_service_of(service)
        ask = cache(typed("Passphrase of the store"))
        store, outbox = _open(folder, Path(credentials) if credentials else None, clock, ask, furniture)
        return NumberRoom(numbers, store, outbox, folder, code, getpass.getuser(), clock, furniture.pop_all())


def open_practice(home: Path) -> NumberRoom:
    """A practice service with the deck's people, and a store in `home`, an existing folder."""
    clock = SystemClock()
    with ExitStack() as furniture:
        tls = home / "tls"
        if not tls.exists():
            Authority.make(clock.now()).save(home)
        open_store(home, PracticeSeal(home), clock, "practice").close()
        practice = PracticeService(home, command)
        furniture.callback(practice.close)
        practice.start()
        service = HttpsEligibility(
            practice.url,
            INSTITUTION_CODE,
            LineCertificates.in_folder(tls),
        )
        furniture.callback(service.close)
        store, outbox = _open(home, None, clock, None, furniture)
        return NumberRoom(service, store, outbox, home, INSTITUTION_CODE, OPERATOR, clock, furniture.pop_all())


def _open(
    folder: Path, credentials: Path | None, clock: SystemClock, ask: Ask | None, furniture: ExitStack
) -> tuple[StoreBeside, SqlOutbox]:
    store = open_beside(folder, credentials, clock, ask)
    furniture.callback(store.close)
    seal = own_seal(folder, credentials, ask)
    outbox = open_outbox(folder, seal, clock)
    furniture.callback(outbox.close)
    return store, outbox
