"""A result file, OQS-style XML or FHIR JSON: what it says, and what in it should be looked at. Pure.

A file answers no question of ours and takes no part in a check-in: it is read and shown. Elements that are not known
are kept by their names.
"""

from dataclasses import dataclass, field
from datetime import date
from xml.etree.ElementTree import Element

from terminal.comparison.compare import unknown_characters
from terminal.coverage import Coverage, InForce, InForceUnregistered, NotInForce, Record, Refused, Reply
from terminal.eligibility import untrusted_json, untrusted_xml
from terminal.eligibility.check_digits import is_insurer_number
from terminal.eligibility.codes import RESULT_CONSENTS, ConsentFlag
from terminal.eligibility.fhir_coverage import read_fhir_coverage, read_fhir_date
from terminal.eligibility.fhir_eligibility import RESPONSE, read_fhir_reply
from terminal.eligibility.fhir_resources import resources_of
from terminal.eligibility.layout import RESULT_ELEMENTS
from terminal.eligibility.result import code, read_coverage, read_date
from terminal.eligibility.untrusted_xml import unreadable
from terminal.eligibility.xmlmsg import read_reply

_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class ResultFile:
    """What one file says. `reply` is None for a Coverage by itself, which is nobody's answer."""

    reply: Reply | None
    coverages: tuple[Coverage, ...]
    consents: dict[str, ConsentFlag]
    day: date | None  # the day that was asked about
    kept: dict[str, str] = field(repr=False)  # elements that are not known, and their text

    @property
    def warnings(self) -> tuple[str, ...]:
        """What should be looked at, in short sentences; the service's own words are among them."""
        return (
            *_of_reply(self.reply),
            *(warning for coverage in self.coverages for warning in _of_coverage(coverage, self.reply, self.day)),
            *(f"{name} is not known and was kept" for name in self.kept),
        )


def read_result_file(untrusted_body: bytes) -> ResultFile:
    """Reads one file, by what it begins with. Raises `SERVICE_UNREADABLE` for whatever cannot be taken as a whole."""
    is_json = untrusted_body.removeprefix(_BOM).lstrip()[:1] == b"{"
    return _of_fhir(untrusted_body) if is_json else _of_xml(untrusted_body)


def _of_xml(untrusted_body: bytes) -> ResultFile:
    message = untrusted_xml.parse(untrusted_body)
    reply = read_reply(message)
    results = message.findall("MessageBody/ResultList/ResultOfQualificationConfirmation")
    return ResultFile(
        reply,
        tuple(read_coverage(result) for result in results if untrusted_xml.text(result, "InsurerNumber")),
        _consents(results[0]) if len(results) == 1 else {},
        read_date(untrusted_xml.section(message, "MessageHeader"), "QualificationConfirmationDate"),
        {child.tag: child.text or "" for result in results for child in result if child.tag not in RESULT_ELEMENTS},
    )


def _of_fhir(untrusted_body: bytes) -> ResultFile:
    resources = resources_of(untrusted_json.parse(untrusted_body))
    coverages = resources.of_type("Coverage")
    responses = resources.of_type(RESPONSE)
    if not responses and not coverages:
        unreadable(f"neither a {RESPONSE} nor a Coverage")
    reply = read_fhir_reply(resources) if responses else None
    if responses:
        insurances = untrusted_json.sections(responses[0], "insurance")
        found = (resources.find(untrusted_json.section(insurance, "coverage")) for insurance in insurances)
        coverages = [coverage for coverage in found if coverage]
    return ResultFile(
        reply,
        tuple(read_fhir_coverage(coverage, resources) for coverage in coverages),
        {},
        read_fhir_date(responses[0], "servicedDate") if responses else None,
        {},
    )


def _consents(result: Element) -> dict[str, ConsentFlag]:
    return {
        consent: code(ConsentFlag, result, element)
        for consent, element in RESULT_CONSENTS.items()
        if untrusted_xml.text(result, element)
    }


def _of_reply(reply: Reply | None) -> tuple[str, ...]:
    match reply:
        case None:
            return ("a Coverage by itself says nothing of any day",)
        case Refused(refused, message):
            return (f"the service says: {refused} {message}".rstrip(),)
        case InForce(record, _, note):
            return (*_of_record(record), *((f"the service says: {note}",) if note else ()))
        case InForceUnregistered(record):
            return _of_record(record)
        case NotInForce(_, _, note) if note:
            return (f"the service says: {note}",)
        case _:
            return ()


def _of_record(record: Record) -> tuple[str, ...]:
    missing = [name for name in ("name", "birth_date", "sex", "address") if getattr(record, name) is None]
    unknown = ("the name holds ●: keep the characters that you have",) if unknown_characters(record) else ()
    return (*(f"{name} is not given" for name in missing), *unknown)


def _of_coverage(coverage: Coverage, reply: Reply | None, day: date | None) -> tuple[str, ...]:
    warnings = []
    if not is_insurer_number(coverage.insurer_number):
        warnings.append("the insurer number does not end in its check digit")
    if isinstance(reply, InForce | InForceUnregistered) and day:
        if coverage.ends and coverage.ends < day:
            warnings.append("said to be in force, after its own last day")
        if coverage.starts and day < coverage.starts:
            warnings.append("said to be in force, before its own first day")
    return tuple(warnings)
