"""A million entries, exported five ways and counted equal. Not a test: it takes minutes.

python tests/torture/log_exports.py [ENTRIES]
"""

import csv
import json
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from subprocess import run

ROOT = Path(__file__).parent.parent.parent
ENTRIES = 1_000_000


def uketsuke(*arguments: str) -> float:
    began = time.monotonic()
    run([sys.executable, "-m", "terminal", "log", *arguments], cwd=ROOT, check=True)
    return time.monotonic() - began


def numbers(form: str, out: Path) -> Iterator[int]:
    """The numbers of the entries in a copy, as whoever got it would find them."""
    match form:
        case "csv":
            with out.open(encoding="utf-8-sig", newline="") as rows:
                yield from (int(row["number"]) for row in csv.DictReader(rows))
        case "jsonl":
            with out.open("rb") as lines:
                yield from (json.loads(line)["seq"] for line in lines)
        case "fhir":
            with out.open("rb") as lines:
                for line in lines:
                    details = json.loads(line)["entity"][-1]["detail"]
                    yield next(int(each["valueString"]) for each in details if each["type"] == "seq")
        case "dicom":
            with out.open("rb") as lines:  # a message on each line
                yield from range(sum(line.startswith(b"<AuditMessage>") for line in lines))
        case _:
            with zipfile.ZipFile(out) as bundle, bundle.open("fields.jsonl") as lines:
                yield from (int(json.loads(line)["seq"][1]) for line in lines)


def main() -> int:
    entries = int(sys.argv[1]) if len(sys.argv) > 1 else ENTRIES
    (ROOT / "build").mkdir(exist_ok=True)
    wrong = 0
    with tempfile.TemporaryDirectory(dir=ROOT / "build") as home:
        store = Path(home) / "store"
        took = uketsuke("simulate", "--entries", str(entries), "--out", str(store))
        print(f"simulated {entries / took:,.0f} a second")
        for place, form in enumerate(("csv", "jsonl", "fhir", "dicom", "bundle")):
            out = Path(home) / form
            reasons = ("--reason", "a torture test", "--recipient", "nobody")
            took = uketsuke("export", str(store), "--format", form, "--out", str(out), *reasons)
            expected = entries + place  # each export before is an entry, too
            is_equal = all(number == at for at, number in enumerate(numbers(form, out)))
            count = sum(1 for _ in numbers(form, out))
            wrong += not is_equal or count != expected
            peak = getrusage(RUSAGE_CHILDREN).ru_maxrss // 1024
            size = out.stat().st_size // 1_000_000
            print(f"{form:<8}{count:>10} entries, {expected / took:>9,.0f} a second, {size} MB, peak memory {peak} MB")
            out.unlink()
    print("all are equal" if not wrong else f"{wrong} differ")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
