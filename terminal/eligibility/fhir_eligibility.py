"""FHIR R4 `CoverageEligibilityResponse` to the same `Reply` as an XmlMsg. Pure.

Outcome and `inforce` are never filled in: what a response does not say out loud is unreadable, and only "complete" with
one insurance in force, of an active Coverage that came along, is in force.
"""

from datetime import date

from terminal.coverage import InForce, NotFound, NotInForce, Refused, Reply, SeveralFound, StillRunning
from terminal.eligibility.fhir_coverage import read_fhir_coverage, read_fhir_date, read_patient
from terminal.eligibility.fhir_resources import Resources
from terminal.eligibility.untrusted_json import Object, section, sections, text
from terminal.eligibility.untrusted_xml import unreadable

RESPONSE = "CoverageEligibilityResponse"


def read_fhir_reply(resources: Resources) -> Reply:
    """The answer of the one response. Raises `SERVICE_UNREADABLE` for whatever is not one whole answer."""
    responses = resources.of_type(RESPONSE)
    if len(responses) != 1:
        unreadable(f"{RESPONSE} stands {len(responses)} times")
    response = responses[0]
    if text(response, "status") != "active":
        unreadable("status is not active")
    match text(response, "outcome"):
        case "queued":
            return StillRunning()
        case "error":
            return _refused(response)
        case "partial":
            return SeveralFound() if len(sections(response, "insurance")) > 1 else _refused(response)
        case "complete":
            if sections(response, "error"):
                unreadable("outcome is complete beside an error")
            return _complete(response, resources)
        case _:
            return unreadable("outcome is not a known code")


def _complete(response: Object, resources: Resources) -> Reply:
    insurances = sections(response, "insurance")
    in_force = [_is_in_force(insurance) for insurance in insurances]
    if not insurances:
        return NotFound()
    patient = resources.find(section(response, "patient"))
    record = read_patient(patient)
    note = text(response, "disposition")
    if not any(in_force):
        return NotInForce(record if patient else None, newer_exists=False, service_note=note)
    if len(insurances) > 1:
        # one ended and one in force is OQS 3; which of several in force applies is not ours to choose
        if sum(in_force) == 1:
            return NotInForce(record if patient else None, newer_exists=True, service_note=note)
        return SeveralFound()
    coverage = resources.find(section(insurances[0], "coverage"))
    if text(coverage, "resourceType") != "Coverage":
        unreadable("the Coverage is missing")
    if text(coverage, "status") != "active":
        unreadable("inforce is true of a Coverage that is not active")
    return InForce(record, read_fhir_coverage(coverage, resources), note)


def _is_in_force(insurance: Object) -> bool:
    said = insurance.get("inforce")
    return said if isinstance(said, bool) else unreadable("inforce is missing or neither true nor false")


def _refused(response: Object) -> Refused:
    """The service's own words: the first error's code, and every text beside it."""
    codes, words = [], [text(response, "disposition")]
    for error in sections(response, "error"):
        concept = section(error, "code")
        words.append(text(concept, "text"))
        for coding in sections(concept, "coding"):
            codes.append(text(coding, "code"))
            words.append(text(coding, "display"))
    return Refused(next(iter(codes), ""), " ".join(filter(None, words)))


def refuse_another_request(resources: Resources, identifier: str, reference: str, day: date) -> None:
    """Raises `SERVICE_UNREADABLE` where a response does not name our request, by its identifier or by where it is."""
    for response in resources.of_type(RESPONSE):
        request = section(response, "request")
        named = text(request, "reference").partition("/_history/")[0]
        known_as = text(section(request, "identifier"), "value")
        is_there = not named or named == reference or named.endswith(f"/{reference}")
        if not is_there or known_as not in ("", identifier) or not (named or known_as):
            unreadable("request is another one")
        if text(response, "servicedDate") and read_fhir_date(response, "servicedDate") != day:
            unreadable("servicedDate is another day")


def read_operation_outcome(resources: Resources) -> Refused:
    """Why a server will not take a request, in its own words. Raises `SERVICE_UNREADABLE` where that is not said."""
    outcomes = resources.of_type("OperationOutcome")
    issues = sections(outcomes[0], "issue") if outcomes else []
    if not issues:
        unreadable("OperationOutcome is missing")
    words = [text(section(issue, "details"), "text") or text(issue, "diagnostics") for issue in issues]
    return Refused(text(issues[0], "code"), " ".join(filter(None, words)))
