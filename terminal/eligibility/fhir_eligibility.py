"""FHIR R4 `CoverageEligibilityResponse` to the same `Reply` as an XmlMsg. Pure.

Outcome and `inforce` are never filled in: what a response does not say out loud is unreadable, and only "complete" with
one insurance in force, of an active Coverage that came along, is in force.
"""

from terminal.coverage import InForce, NotFound, NotInForce, Refused, Reply, SeveralFound, StillRunning
from terminal.eligibility.fhir_coverage import read_fhir_coverage, read_patient
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
