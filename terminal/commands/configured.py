"""What a configuration names, made: the eligibility service that is asked, and the seal that keeps the store's key."""

import os
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import assert_never

from device.card.readers import Readers
from offline_cache.keys.choice import seal_in
from offline_cache.keys.identity_key import IdentityKey, read_identity_key
from offline_cache.keys.seals import Seal
from terminal.clock import SystemClock
from terminal.commands.secret_phrase import typed
from terminal.configuration.settings import CardChecks, Eligibility, FolderService, Log, Reader, ServiceKind, Store
from terminal.eligibility.breaker import GuardedEligibility
from terminal.eligibility.fhir import FhirEligibility
from terminal.eligibility.folder import FolderEligibility
from terminal.eligibility.folder_beside_reader import FoldersBesideReader
from terminal.eligibility.folder_card_checks import CardCheckEligibility
from terminal.eligibility.https import HttpsEligibility
from terminal.eligibility.https_line import LineCertificates
from terminal.ports import Clock, EligibilityService, NumberService
from terminal.problems import Problem, TerminalError


def service_of(eligibility: Eligibility, institution_code: str) -> EligibilityService:
    """Whom the configuration says to ask. Raises `CONFIGURATION_WRONG`, or what the files named there give."""
    match eligibility.service:
        case ServiceKind.HTTPS if (https := eligibility.https) is not None:
            return HttpsEligibility(
                https.url,
                institution_code,
                LineCertificates(https.ca_file, https.client_certificate, https.client_key),
                budget=timedelta(seconds=https.budget_seconds),
            )
        case ServiceKind.FOLDER if (folder := eligibility.folder) is not None:
            return folder_service_of(folder, institution_code)
        case ServiceKind.FHIR if (fhir := eligibility.fhir) is not None:
            return FhirEligibility(
                fhir.url,
                institution_code,
                LineCertificates(fhir.ca_file, fhir.client_certificate, fhir.client_key),
                budget=timedelta(seconds=fhir.budget_seconds),
            )
        case ServiceKind.HTTPS | ServiceKind.FOLDER | ServiceKind.FHIR:
            raise TerminalError(Problem.CONFIGURATION_WRONG, f"the table eligibility.{eligibility.service} is missing")
        case _:
            assert_never(eligibility.service)


def readers_of(reader: Reader) -> Readers:
    """Which readers the configuration gives to patients."""
    return Readers(patient=reader.name, desk=reader.desk, staff=reader.staff)


def guarded(service: EligibilityService, clock: Clock) -> EligibilityService:
    """The service behind a breaker, where it is one that can be looked for; folders are always there."""
    return GuardedEligibility(service, clock) if isinstance(service, HttpsEligibility | FhirEligibility) else service


def folder_service_of(folder: FolderService, institution_code: str) -> EligibilityService:
    """The link software's folders, in one of the two ways in which they tell of a card."""
    match folder.card_checks:
        case CardChecks.FACE:
            budget, most_age = timedelta(seconds=folder.budget_seconds), timedelta(minutes=folder.most_age_minutes)
            card_checks = CardCheckEligibility(folder.folder, institution_code, budget=budget, most_age=most_age)
            return FoldersBesideReader(card_checks, folder_questions_of(folder, institution_code))
        case CardChecks.REQ:
            return folder_questions_of(folder, institution_code)
        case _:
            assert_never(folder.card_checks)


def number_service_of(service: EligibilityService) -> NumberService:
    """The same service, asked without a card. Raises `CONFIGURATION_WRONG` for one that takes no such questions."""
    if not isinstance(service, NumberService):
        raise TerminalError(Problem.CONFIGURATION_WRONG, f"no question by number goes to {type(service).__name__}")
    return service


def folder_questions_of(folder: FolderService, institution_code: str) -> FolderEligibility:
    """The link software's folders for questions that we put, as those by number are, however cards are checked."""
    budget = timedelta(seconds=folder.budget_seconds)
    return FolderEligibility(folder.folder, institution_code, record=folder.record, clock=SystemClock(), budget=budget)


def auditors_of(log: Log) -> IdentityKey | None:
    """Whom the log seals to who a patient is. Raises `CONFIGURATION_WRONG` for a key that cannot be read."""
    try:
        return read_identity_key(log.identity_key) if log.identity_key else None
    except TerminalError as error:
        raise TerminalError(Problem.CONFIGURATION_WRONG, f"log.identity_key: {error.detail}") from error


def sealing_of(log: Log) -> str:
    """To whom the log seals who patients are, in words. Raises as `auditors_of` does."""
    auditors = auditors_of(log)
    return f"names sealed to auditors' key {auditors.id}" if auditors else "names sealed to nobody: no log.identity_key"


def seal_of(store: Store) -> Seal:
    """Who keeps the store's key. There is no way to a key that lies in plain beside real data."""
    credentials = os.environ.get("CREDENTIALS_DIRECTORY")
    return seal_in(
        store.folder, store.seal, Path(credentials) if credentials else None, cache(typed("Passphrase of the store"))
    )
