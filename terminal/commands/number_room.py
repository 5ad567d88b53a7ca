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
from offline_cache.keys.seals import PracticeSeal
from offline_cache.store import open_store
from terminal.clock import SystemClock
from terminal.commands.configured import folder_questions_of, service_of
from terminal.commands.practice_room import INSTITUTION_CODE, OPERATOR
from terminal.commands.secret_phrase import typed
from terminal.configuration.settings import Configuration, ServiceKind
from terminal.eligibility.fhir import FhirEligibility
from terminal.eligibility.folder import FolderEligibility
from terminal.eligibility.https import HttpsEligibility
from terminal.eligibility.https_line import LineCertificates
from terminal.ports import EligibilityService
from terminal.practice.authority import Authority
from terminal.practice.service import PracticeService
from terminal.problems import Problem, TerminalError


@dataclass(frozen=True)
class NumberRoom:
    """Close it at the end. `folder` is the store's, `actor` is who asks, as the journal names them."""

    service: HttpsEligibility | FolderEligibility | FhirEligibility
    store: StoreBeside
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
        asked = configuration.eligibility
        service: EligibilityService
        if asked.service is ServiceKind.FOLDER and asked.folder is not None:
            service = folder_questions_of(asked.folder, code)
        else:
            service = service_of(asked, code)
        furniture.callback(service.close)
        if not isinstance(service, HttpsEligibility | FolderEligibility | FhirEligibility):
            raise TerminalError(Problem.CONFIGURATION_WRONG, f"no question without a card goes to {asked.service}")
        ask = cache(typed("Passphrase of the store"))
        store = open_beside(folder, Path(credentials) if credentials else None, clock, ask)
        furniture.callback(store.close)
        return NumberRoom(service, store, folder, code, getpass.getuser(), clock, furniture.pop_all())


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
        store = open_beside(home, None, clock)
        furniture.callback(store.close)
        return NumberRoom(service, store, home, INSTITUTION_CODE, OPERATOR, clock, furniture.pop_all())
