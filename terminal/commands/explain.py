"""`uketsuke explain`: what the failure book says of a code, to the patient, to the receptionist and to IT."""

import argparse

from terminal.failure_book.audit import audit_class
from terminal.failure_book.book import LANGUAGES, PATIENT_LANGUAGES, Audience, sentence, title
from terminal.problems import Problem

STAFF = "en"
HEADINGS = {
    "ja": {"patient": "患者さんへ", "receptionist": "受付の次の一手", "it": "ITの方へ", "audit": "監査の分類"},
    "en": {"patient": "Patient", "receptionist": "Receptionist", "it": "IT", "audit": "Audit class"},
}


def run(arguments: list[str]) -> int:
    """Runs the verb. Gives 0; argparse ends it with 2 for a code or a language that there is not."""
    parser = argparse.ArgumentParser(prog="uketsuke explain", description=__doc__)
    parser.add_argument("code", nargs="?", type=_code, metavar="CODE", help="without one: all codes")
    parser.add_argument(
        "--language", choices=PATIENT_LANGUAGES, default=STAFF, help="the patient's; the staff's are ja and en"
    )
    options = parser.parse_args(arguments)
    staff = options.language if options.language in LANGUAGES else STAFF
    if options.code is None:
        print("\n".join(f"{problem:<30}{title(problem, staff)}" for problem in Problem))
        return 0
    print("\n".join(_page(options.code, options.language, staff)))
    return 0


def _code(typed: str) -> Problem:
    try:
        return Problem(typed.lower())
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{typed!r} is no code; uketsuke explain lists them") from error


def _page(problem: Problem, language: str, staff: str) -> list[str]:
    headings = HEADINGS[staff]
    said = {
        headings["patient"]: sentence(problem, Audience.PATIENT, language),
        headings["receptionist"]: sentence(problem, Audience.RECEPTIONIST, staff),
        headings["it"]: sentence(problem, Audience.IT, staff),
        headings["audit"]: audit_class(problem),
    }
    return [f"{problem}: {title(problem, staff)}", *(f"  {heading}: {text}" for heading, text in said.items())]
