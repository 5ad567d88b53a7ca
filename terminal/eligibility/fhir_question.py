"""A question as a FHIR R4 `CoverageEligibilityRequest`: of a card by its certificate, of a number by a Coverage. Pure.

Of a card's holder it says the certificate and nothing else, as the XmlMsg does: a `Binary` among the supporting
information. All resources are contained, so that nothing of a question stays on the server under a name of its own.
"""

import base64
import hashlib
import json
import re
import unicodedata
from datetime import date, datetime
from typing import Final

from terminal.coverage import Question
from terminal.eligibility.fhir_coverage import INSURED_PERSON, INSURER_NUMBER, MEMBER_ID
from terminal.eligibility.number_query import Insured, NumberQuestion
from terminal.eligibility.untrusted_json import Object
from terminal.people import Consent

REQUEST: Final = "CoverageEligibilityRequest"
INSTITUTION_NUMBER: Final = "http://jpfhir.jp/fhir/core/IdSystem/insurance-medical-institution-no"
DATA_ABSENT: Final = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
CERTIFICATE_TYPE: Final = "application/pkix-cert"  # RFC 2585

_ID = re.compile(r"[A-Za-z0-9.-]{1,64}")  # FHIR R4, 2.24.0.1
_FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


def request_id(identifier: str) -> str:
    """The resource's id: the same for each retry of one question."""
    return identifier if _ID.fullmatch(identifier) else hashlib.sha256(identifier.encode()).hexdigest()


def encode_fhir_question(question: Question, institution_code: str) -> bytes:
    """Is the coverage of this card's holder in force? Which insurer's it is, nobody knows yet."""
    certificate = base64.b64encode(question.card.certificate).decode("ascii")
    is_limit_asked = Consent.LIMIT_AMOUNT in question.consents
    request = _begun(question.identifier, institution_code, question.day, question.asked_at, is_limit_asked)
    request["contained"] = [
        {"resourceType": "Patient", "id": "patient"},
        {"resourceType": "Binary", "id": "certificate", "contentType": CERTIFICATE_TYPE, "data": certificate},
    ]
    request["insurer"] = {"extension": [{"url": DATA_ABSENT, "valueCode": "unknown"}]}
    request["supportingInfo"] = [{"sequence": 1, "information": {"reference": "#certificate"}}]
    return _bytes(request)


def encode_fhir_number_question(question: NumberQuestion, institution_code: str, asked_at: datetime) -> bytes:
    """Is this coverage, known by its number, in force?"""
    insured = question.insured
    request = _begun(question.identifier, institution_code, question.day, asked_at, question.limit_amount)
    request["contained"] = [
        {"resourceType": "Patient", "id": "patient", "birthDate": insured.birth_date.isoformat()},
        write_fhir_coverage(insured),
    ]
    request["insurer"] = _insurer(insured)
    request["insurance"] = [{"focal": True, "coverage": {"reference": "#coverage"}}]
    return _bytes(request)


def write_fhir_coverage(insured: Insured) -> Object:
    """JP Core's Coverage: symbol and number in full width, the branch's two digits in half width."""
    symbol, number = _full_width(insured.symbol), _full_width(insured.number)
    parts = (("Symbol", symbol), ("Number", number), ("SubNumber", insured.branch))
    return {
        "resourceType": "Coverage",
        "id": "coverage",
        "extension": [{"url": f"{INSURED_PERSON}{part}", "valueString": value} for part, value in parts if value],
        "identifier": [
            {"system": MEMBER_ID, "value": f"{insured.insurer_number}:{symbol}:{number}:{insured.branch}"},
        ],
        "status": "active",
        "beneficiary": {"reference": "#patient"},
        "payor": [_insurer(insured)],
    }


def _begun(identifier: str, institution_code: str, day: date, asked_at: datetime, is_limit_asked: bool) -> Object:
    return {
        "resourceType": REQUEST,
        "id": request_id(identifier),
        "identifier": [{"value": identifier}],
        "status": "active",
        "purpose": ["validation", "benefits"] if is_limit_asked else ["validation"],
        "patient": {"reference": "#patient"},
        "servicedDate": day.isoformat(),
        "created": asked_at.isoformat(timespec="seconds"),
        "provider": {"identifier": {"system": INSTITUTION_NUMBER, "value": institution_code}},
    }


def _insurer(insured: Insured) -> Object:
    return {"identifier": {"system": INSURER_NUMBER, "value": insured.insurer_number}}


def _full_width(number: str) -> str:
    return unicodedata.normalize("NFKC", number).translate(_FULL_WIDTH)


def _bytes(resource: Object) -> bytes:
    return json.dumps(resource, ensure_ascii=False, separators=(",", ":")).encode()
