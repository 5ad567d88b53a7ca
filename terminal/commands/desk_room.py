"""A real desk's parts, wired as its configuration says: reader, camera, face process, service, encrypted store."""

import os
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import assert_never

from device.camera import OpenCvSource, SharedCamera
from device.card.reader import SupervisedCardReader
from device.face.matcher import SupervisedFaceMatcher
from offline_cache.keys.choice import seal_in
from offline_cache.keys.seals import Seal
from offline_cache.store import open_store
from terminal.clock import SystemClock
from terminal.commands.secret_phrase import typed
from terminal.configuration.settings import CardChecks, Configuration, Eligibility, FolderService, ServiceKind, Store
from terminal.eligibility.folder import FolderEligibility
from terminal.eligibility.folder_card_checks import CardCheckEligibility
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
            seal = seal_of(configuration.store)
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
        case ServiceKind.FOLDER if (folder := eligibility.folder) is not None:
            return folder_service_of(folder, institution_code)
        case ServiceKind.HTTPS | ServiceKind.FOLDER | ServiceKind.FHIR:
            raise TerminalError(
                Problem.CONFIGURATION_WRONG, f"this version cannot ask a service of kind {eligibility.service}"
            )
        case _:
            assert_never(eligibility.service)


def folder_service_of(folder: FolderService, institution_code: str) -> EligibilityService:
    """The link software's folders, in one of the two ways in which they tell of a card."""
    match folder.card_checks:
        case CardChecks.FACE:
            budget, most_age = timedelta(seconds=folder.budget_seconds), timedelta(minutes=folder.most_age_minutes)
            return CardCheckEligibility(folder.folder, institution_code, budget=budget, most_age=most_age)
        case CardChecks.REQ:
            return folder_questions_of(folder, institution_code)
        case _:
            assert_never(folder.card_checks)


def folder_questions_of(folder: FolderService, institution_code: str) -> FolderEligibility:
    """The link software's folders for questions that we put, as those by number are, however cards are checked."""
    budget = timedelta(seconds=folder.budget_seconds)
    return FolderEligibility(folder.folder, institution_code, record=folder.record, clock=SystemClock(), budget=budget)


def seal_of(store: Store) -> Seal:
    """Who keeps the store's key. There is no way to a key that lies in plain beside real data."""
    credentials = os.environ.get("CREDENTIALS_DIRECTORY")
    return seal_in(
        store.folder, store.seal, Path(credentials) if credentials else None, typed("Passphrase of the store")
    )
