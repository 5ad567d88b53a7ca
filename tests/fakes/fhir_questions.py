"""Questions and answers of an invented patient in FHIR, and the lines that carry them."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from fhir.resources.R4B.coverageeligibilityresponse import CoverageEligibilityResponse

from terminal.card_token import TokenKind
from terminal.coverage import Question
from terminal.eligibility.fhir import FhirEligibility
from terminal.eligibility.fhir_coverage import INSURED_PERSON, INSURER_NUMBER, MEMBER_ID
from terminal.eligibility.https_line import LineCertificates
from terminal.people import Card, Consent, Holder, IssuerTrust, Sex, VerificationMethod, Verified

NOW = datetime(2026, 11, 22, 1, 15, tzinfo=UTC)
INSTITUTION = "1319999999"
BUDGET = timedelta(seconds=20)  # for answers that do come
HOLDER = Holder("見本　花子", "架空区", date(1992, 4, 12), Sex.FEMALE, None, date(2034, 4, 12), IssuerTrust.CHECKED)
CARD = Card("insertion-1", TokenKind.PLASTIC, b"\x30\x82certificate", NOW, 10, 3)
VERIFIED = Verified(CARD, HOLDER, VerificationMethod.FACE)
RESPONSE = "CoverageEligibilityResponse"
numbers = count(1)
Resource = dict[str, Any]
Connect = Callable[..., FhirEligibility]


def question(consents: frozenset[Consent] = frozenset()) -> Question:
    return Question(f"q-{os.getpid()}-{next(numbers)}", VERIFIED, consents, NOW.date(), NOW)


def response_to(asked: Resource, **changes: object) -> Resource:
    """A whole answer, in force, that points to the request."""
    response: Resource = {
        "resourceType": RESPONSE,
        "status": "active",
        "purpose": ["validation"],
        "patient": {"reference": "#p1"},
        "servicedDate": asked["servicedDate"],
        "created": "2026-11-22",
        "request": {"reference": f"CoverageEligibilityRequest/{asked['id']}"},
        "insurer": {"reference": "#o1"},
        "outcome": "complete",
        "insurance": [{"coverage": {"reference": "#c1"}, "inforce": True}],
        "contained": [
            {"resourceType": "Patient", "id": "p1", "name": [{"text": "見本　花子"}], "birthDate": "1992-04-12"},
            {
                "resourceType": "Coverage",
                "id": "c1",
                "status": "active",
                "extension": [{"url": f"{INSURED_PERSON}Number", "valueString": "３４５６７８"}],
                "identifier": [{"system": MEMBER_ID, "value": "00138057::３４５６７８:"}],
                "beneficiary": {"reference": "#p1"},
                "payor": [{"reference": "#o1"}],
            },
            {
                "resourceType": "Organization",
                "id": "o1",
                "name": "架空区",
                "identifier": [{"system": INSURER_NUMBER, "value": "00138057"}],
            },
        ],
    }
    CoverageEligibilityResponse.model_validate(response | changes)  # what the tests say is FHIR
    return response | changes


@contextmanager
def lines_from(home: Path) -> Iterator[Connect]:
    """Begins lines with the certificates at `home`, and closes them at the end."""
    with ExitStack() as lines:

        def connect(url: str, budget: timedelta = BUDGET) -> FhirEligibility:
            certificates = LineCertificates.in_folder(home / "tls")
            return lines.enter_context(closing(FhirEligibility(url, INSTITUTION, certificates, budget=budget)))

        yield connect
