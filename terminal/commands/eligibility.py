"""`uketsuke eligibility`: what a result file says, or the service about the numbers of a 資格確認書.

`read` asks nothing of any service. Exit code 0: read or answered, whatever it says; 1: a file that cannot be taken, no
answer; 2: wrong arguments; 3: no answer in an outage, and the question is queued.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any, Final, assert_never

from terminal.commands import eligibility_ask
from terminal.coverage import (
    Certificate,
    Coverage,
    InForce,
    InForceUnregistered,
    NotFound,
    NotInForce,
    Refused,
    Reply,
    SeveralFound,
    StillRunning,
)
from terminal.eligibility.result_file import ResultFile, read_result_file
from terminal.eligibility.untrusted_xml import MOST_BYTES
from terminal.outbox.coverage_json import coverage_fields
from terminal.problems import TerminalError
from terminal.recording import outcome_of
from terminal.states import Provisional

CONFIRMED: Final = "confirmed"
UNCONFIRMED: Final = "unconfirmed"


def run(arguments: list[str]) -> int:
    """Reads one file, or asks, and prints what that says."""
    parser = argparse.ArgumentParser(prog="uketsuke eligibility", description="What a file or the service says.")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="read|ask")
    reading = verbs.add_parser("read", help="reads an OQS-style XML or a FHIR R4 JSON file")
    reading.add_argument("path", type=Path, metavar="FILE")
    reading.add_argument("--json", action="store_true", help="print one JSON object")
    asking = verbs.add_parser("ask", help="asks the service by insurer, symbol, number, branch and birth date")
    eligibility_ask.add_arguments(asking)
    asked = parser.parse_args(arguments)
    result = eligibility_ask.ask(asked) if asked.verb == "ask" else _read(asked.path)
    if isinstance(result, int):
        return result
    shown = as_json(result) if isinstance(result, ResultFile) else asked_as_json(result)
    print(json.dumps(shown, ensure_ascii=False) if asked.json else "\n".join(lines(shown)))
    return 0


def _read(path: Path) -> ResultFile | int:
    try:
        with path.open("rb") as file:
            return read_result_file(file.read(MOST_BYTES + 1))
    except TerminalError as error:
        return _refuse(f"{path}: this is no result that can be taken ({error.detail})")
    except OSError as error:
        return _refuse(f"{path}: {error.strerror}")


def as_json(result: ResultFile) -> dict[str, Any]:
    """What `--json` prints."""
    return {
        "outcome": CONFIRMED if isinstance(result.reply, InForce) else UNCONFIRMED,
        "state": state_of(result.reply),
        "coverages": [_plain(coverage) for coverage in result.coverages],
        "consent": {consent: flag.name.lower() for consent, flag in result.consents.items()},
        "warnings": list(result.warnings),
    }


def asked_as_json(asked: eligibility_ask.Asked) -> dict[str, Any]:
    """The same of an answer, with what the desk makes of it: a stored one has its moment and its end."""
    outcome, reason = outcome_of(asked.ended)
    told = as_json(asked.result) | {"outcome": outcome, "reason": reason or None, "queued": asked.queued or None}
    if isinstance(asked.ended, Provisional):
        told |= {"as_of": asked.ended.as_of.isoformat(), "ends": asked.ended.ends.isoformat()}
    return told


def lines(shown: dict[str, Any]) -> list[str]:
    """The same in words, for a person."""
    coverages = [(name, value) for coverage in shown["coverages"] for name, value in coverage.items() if value]
    return [
        f"{name.replace('_', ' '):<18}{'' if value is None else value}"
        for name, value in (
            ("outcome", shown["outcome"]),
            ("state", shown["state"].replace("_", " ")),
            *((name, shown[name]) for name in ("reason", "as_of", "ends", "queued") if shown.get(name)),
            *coverages,
            *((f"consent, {consent}", flag.replace("_", " ")) for consent, flag in shown["consent"].items()),
            *(("look at", warning) for warning in shown["warnings"]),
        )
    ]


def state_of(reply: Reply | None) -> str:
    """The code of what was answered; no two answers share one."""
    match reply:
        case None:
            return "no_answer"
        case InForce():
            return "in_force"
        case NotInForce(newer_exists=newer_exists):
            return "ended_newer_exists" if newer_exists else "ended"
        case NotFound():
            return "not_found"
        case SeveralFound():
            return "several_found"
        case InForceUnregistered():
            return "in_force_unregistered"
        case StillRunning():
            return "still_running"
        case Refused():
            return "refused"
        case _:
            assert_never(reply)


def _plain(coverage: Coverage) -> dict[str, Any]:
    return coverage_fields(coverage) | {
        "relation": coverage.relation and coverage.relation.name.lower(),
        "elderly_certificate": _days(coverage.elderly_certificate),
        "limit_certificate": _days(coverage.limit_certificate),
    }


def _days(certificate: Certificate | None) -> str | None:
    """An interval as ISO 8601 has it; an end that is open is `..`."""
    return f"{certificate.starts or '..'}/{certificate.ends or '..'}" if certificate else None


def _refuse(sentence: str) -> int:
    print(f"uketsuke eligibility: {sentence}", file=sys.stderr)
    return 1
