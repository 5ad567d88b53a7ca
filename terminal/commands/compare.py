"""`uketsuke compare`: whether two records are about one person, attribute by attribute, with the rules that say so.

Exit code 0: compared, whatever the verdict; 2: wrong arguments, or a file that is not a record.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from terminal.comparison.compare import compare_records, verdict
from terminal.comparison.likeness import Comparison
from terminal.comparison.record_file import KEYS, RecordUnreadable, read_record
from terminal.coverage import Record


def run(arguments: list[str]) -> int:
    """Compares two files and prints the verdict; no value of a record is printed."""
    parser = argparse.ArgumentParser(
        prog="uketsuke compare",
        description="Whether two records are about one person.",
        epilog=f"A record is a JSON object; each key may be left out: {', '.join(KEYS)}.",
    )
    parser.add_argument("records", type=Path, nargs=2, metavar="RECORD.json")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    asked = parser.parse_args(arguments)
    try:
        ours, theirs = (_read(path) for path in asked.records)
    except RecordUnreadable as error:
        print(f"uketsuke compare: {error}", file=sys.stderr)
        return 2
    comparison = compare_records(ours, theirs)
    print(json.dumps(as_json(comparison)) if asked.json else "\n".join(lines(comparison)))
    return 0


def as_json(comparison: Comparison) -> dict[str, Any]:
    """The verdict, each attribute's likeness, and its rules by their codes."""
    return {
        "verdict": verdict(comparison),
        "attributes": {attribute: likeness for attribute, likeness, _ in comparison.attributes},
        "rules": {attribute: [rule.name.lower() for rule in rules] for attribute, _, rules in comparison.attributes},
    }


def lines(comparison: Comparison) -> list[str]:
    """The same in words, for a person."""
    return [
        f"{'verdict':<12}{verdict(comparison)}",
        *(
            f"{attribute.replace('_', ' '):<12}{likeness:<12}{'; '.join(rules)}"
            for attribute, likeness, rules in comparison.attributes
        ),
    ]


def _read(path: Path) -> Record:
    """Raises `RecordUnreadable` with a sentence that names the file."""
    try:
        return read_record(path.read_bytes())
    except RecordUnreadable as error:
        raise RecordUnreadable(f"{path}: {error}") from error
    except OSError as error:
        raise RecordUnreadable(f"{path}: {error.strerror}") from error
