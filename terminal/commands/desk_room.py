"""A real desk's parts, wired as its configuration says: reader, camera, face process, service, encrypted store."""

import os
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import assert_never

from device.camera import OpenCvSource, SharedCamera
from device.card.reader import SupervisedCardReader
from device.face.matcher import SupervisedFaceMatcher
from offline_cache.keys import CredentialSeal, Seal
from offline_cache.store import open_store
from terminal.clock import SystemClock
from terminal.configuration.settings import Configuration, Eligibility, SealKind, ServiceKind
from terminal.eligibility.https import HttpsEligibility
from terminal.ports import EligibilityService, Ports
from terminal.problems import Problem, TerminalError


class DeskRoom:
    """A desk's `ports`. Close it at the end. Raises `TerminalError`, with all closed again."""

    def __init__(self, configuration: Configuration) -> None:
        self.clock = SystemClock()
        with ExitStack() as furniture:
            matcher = SupervisedFaceMatcher()
            furniture.callback(matcher.close)
            matcher.start()  # the models load beside all that follows
            reader = SupervisedCardReader(reader=configuration.reader.name, anchors=configuration.reader.anchors)
            furniture.callback(reader.close)
            camera = SharedCamera(OpenCvSource(configuration.camera.device))
            furniture.callback(camera.close)
            service = service_of(configuration.eligibility, configuration.clinic.institution_code)
            furniture.callback(service.close)
            seal = seal_of(configuration.store.seal)
            store = open_store(configuration.store.folder, seal, self.clock, configuration.clinic.terminal)
            furniture.callback(store.close)
            codes = store.cache.card_codes
            self.ports = Ports(reader, camera, matcher, service, store.cache, codes, store.journal, self.clock)
            self._furniture = furniture.pop_all()

    def close(self) -> None:
        """Ends every process and closes every file, the last begun first."""
        self._furniture.close()


def service_of(eligibility: Eligibility, institution_code: str) -> EligibilityService:
    """Whom the configuration says to ask. Raises `CONFIGURATION_WRONG`, or what the files named there give."""
    match eligibility.service:
        case ServiceKind.HTTPS if (https := eligibility.https) is not None:
            return HttpsEligibility(
                https.url,
                institution_code,
                ca_file=https.ca_file,
                client_certificate=https.client_certificate,
                client_key=https.client_key,
                budget=timedelta(seconds=https.budget_seconds),
            )
        case ServiceKind.HTTPS | ServiceKind.FOLDER | ServiceKind.FHIR:
            raise TerminalError(
                Problem.CONFIGURATION_WRONG, f"this version cannot ask a service of kind {eligibility.service}"
            )
        case _:
            assert_never(eligibility.service)


def seal_of(kind: SealKind) -> Seal:
    """Who keeps the store's key. There is no way to a key that lies in plain beside real data."""
    match kind:
        case SealKind.CREDENTIAL:
            folder = os.environ.get("CREDENTIALS_DIRECTORY")
            return CredentialSeal(Path(folder) if folder else None)
        case SealKind.PASSPHRASE | SealKind.DPAPI:
            raise TerminalError(Problem.CONFIGURATION_WRONG, f"this version cannot keep the key by {kind}")
        case _:
            assert_never(kind)
