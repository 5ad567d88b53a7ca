"""FHIR R4 `Coverage` as JP Core profiles it, with its insurer, and `Patient`: to our `Coverage` and `Record`. Pure.

Number, symbol and branch may stand in extensions, in the identifier, or in both; where both are there they must agree,
for a choice between two numbers is not ours. Systems and URLs are those of JP Core 1.x (jpfhir.jp).
"""

import unicodedata
from datetime import date

from terminal.coverage import Coverage, Record, Relation
from terminal.eligibility.fhir_resources import Resources
from terminal.eligibility.untrusted_json import Object, only, section, sections, text
from terminal.eligibility.untrusted_xml import unreadable
from terminal.people import Sex

MEMBER_ID = "http://jpfhir.jp/fhir/clins/Idsystem/JP_Insurance_memberID"  # insurer:symbol:number:branch
INSURER_NUMBER = "http://jpfhir.jp/fhir/core/mhlw/IdSystem/InsurerNumber"
INSURED_PERSON = "http://jpfhir.jp/fhir/core/Extension/StructureDefinition/JP_Coverage_InsuredPerson"
CATEGORY = "http://jpfhir.jp/fhir/core/mhlw/CodeSystem/InsuredPersonCategory"
NAME_FORM = "http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation"  # IDE kanji, SYL kana

_SEXES = {"male": Sex.MALE, "female": Sex.FEMALE, "other": None, "unknown": None, "": None}
_RELATIONS = {"self": Relation.SUBSCRIBER, "spouse": Relation.DEPENDANT, "child": Relation.DEPENDANT}


def read_fhir_coverage(coverage: Object, resources: Resources) -> Coverage:
    """The coverage. Insurer number and the person's number must be there; a wrong or contradicting value is refused."""
    insurer_of_id, *of_id = _member_id(coverage)
    symbol, number, branch = (
        _agreed(part, _extension(coverage, f"{INSURED_PERSON}{part}"), said)
        for part, said in zip(("Symbol", "Number", "SubNumber"), of_id, strict=True)
    )
    insurer = only(coverage, "payor")
    organization = resources.find(insurer)
    identifiers = [*sections(organization, "identifier"), *filter(None, [section(insurer, "identifier")])]
    insurer_number = _agreed("InsurerNumber", _identified(identifiers, INSURER_NUMBER), insurer_of_id)
    period = section(coverage, "period")
    return Coverage(
        insurer_number=_insurer_number(insurer_number),
        insurer_name=text(organization, "name") or text(insurer, "display"),
        symbol=symbol,
        subscriber_id=_agreed("subscriberId", number, text(coverage, "subscriberId"))
        or unreadable("JP_Coverage_InsuredPersonNumber is missing"),
        branch=_branch(_agreed("dependent", branch, text(coverage, "dependent"))),
        relation=_relation(section(coverage, "relationship")),
        copay_percent=_copay_percent(coverage),
        starts=read_fhir_date(period, "start"),
        ends=read_fhir_date(period, "end"),
    )


def read_patient(patient: Object) -> Record:
    """Whom the answer is about; of an empty patient nothing is known."""
    kanji, kana = _names(patient)
    gender = text(patient, "gender")
    return Record(
        name=kanji,
        kana=kana,
        birth_date=read_fhir_date(patient, "birthDate"),
        sex=_SEXES[gender] if gender in _SEXES else unreadable("gender is not a known code"),
        address=_address(patient),
    )


def read_fhir_date(parent: Object, key: str) -> date | None:
    """A whole day; None if absent or open. A year or a month alone is refused (FHIR R4, 2.24.0.1)."""
    digits = text(parent, key)[:10]
    if not digits or digits == "9999-12-31":
        return None
    try:
        return date.fromisoformat(digits) if len(digits) == 10 else unreadable(f"{key} is not a day")
    except ValueError:
        return unreadable(f"{key} is not a day")


def _member_id(coverage: Object) -> list[str]:
    said = _identified(sections(coverage, "identifier"), MEMBER_ID)
    if not said:
        return ["", "", "", ""]
    parts = said.split(":")
    return parts if len(parts) == 4 else unreadable("JP_Insurance_memberID has not four parts")


def _identified(identifiers: list[Object], system: str) -> str:
    found = [text(identifier, "value") for identifier in identifiers if text(identifier, "system") == system]
    return found[0] if len(set(found)) == 1 else unreadable(f"{system} stands twice") if found else ""


def _extension(resource: Object, url: str) -> str:
    found = [extension for extension in sections(resource, "extension") if text(extension, "url") == url]
    if len(found) > 1:
        unreadable(f"{url} stands {len(found)} times")
    return text(found[0], "valueString") if found else ""


def _agreed(name: str, first: str, second: str) -> str:
    """The first that says anything. Raises `SERVICE_UNREADABLE` where two say different things."""
    if first and second and _compared(first) != _compared(second):
        unreadable(f"{name} is given twice and differs")
    return first or second


def _compared(number: str) -> str:
    return unicodedata.normalize("NFKC", number).replace(" ", "").lstrip("0")


def _insurer_number(number: str) -> str:
    digits = unicodedata.normalize("NFKC", number).strip()
    is_number = digits.isascii() and digits.isdecimal() and len(digits) <= 8
    return digits.zfill(8) if is_number else unreadable("InsurerNumber is not 8 digits")


def _branch(number: str) -> str:
    digits = unicodedata.normalize("NFKC", number)
    if not digits:
        return ""
    is_branch = digits.isascii() and digits.isdecimal() and len(digits) <= 2
    return digits.zfill(2) if is_branch else unreadable("JP_Coverage_InsuredPersonSubNumber is not 2 digits")


def _relation(relationship: Object) -> Relation | None:
    found = {_RELATIONS.get(text(coding, "code")) for coding in sections(relationship, "coding")}
    for coding in sections(relationship, "coding"):
        if text(coding, "system") == CATEGORY:
            said = text(coding, "code")
            found.add(Relation(said) if said in list(Relation) else unreadable("relationship is not a known code"))
    found.discard(None)
    return found.pop() if len(found) == 1 else unreadable("relationship is given twice and differs") if found else None


def _copay_percent(coverage: Object) -> int | None:
    shares = [
        section(cost, "valueQuantity").get("value")
        for cost in sections(coverage, "costToBeneficiary")
        if any(text(coding, "code") == "copaypct" for coding in sections(section(cost, "type"), "coding"))
    ]
    if not shares:
        return None
    share = shares[0]
    if len(shares) > 1 or isinstance(share, bool) or not isinstance(share, int | float):
        unreadable("copaypct is not one number")
    return int(share) if share == int(share) and 0 <= share <= 100 else unreadable("copaypct is not a ratio")


def _names(patient: Object) -> tuple[str | None, str | None]:
    """The name in kanji and in kana, each once; a name of no form is the one in kanji."""
    kanji: list[str] = []
    kana: list[str] = []
    for name in sections(patient, "name"):
        forms = [text(form, "valueCode") for form in sections(name, "extension") if text(form, "url") == NAME_FORM]
        (kana if "SYL" in forms else kanji).append(_written(name))
    if len(set(kanji)) > 1 or len(set(kana)) > 1:
        unreadable("name stands twice and differs")
    return (kanji[0] or None) if kanji else None, (kana[0] or None) if kana else None


def _written(name: Object) -> str:
    given = name.get("given", [])
    if not isinstance(given, list) or not all(isinstance(part, str) for part in given):
        unreadable("given is not a list of texts")
    return text(name, "text") or "　".join(filter(None, (text(name, "family"), *given)))


def _address(patient: Object) -> str | None:
    address = only(patient, "address")
    lines = address.get("line", [])
    if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
        unreadable("line is not a list of texts")
    return text(address, "text") or "".join((text(address, "state"), text(address, "city"), *lines)) or None
