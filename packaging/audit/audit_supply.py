"""`./run audit`: lock files, licences, known vulnerabilities, and whether the list of parts is whole.

Exit code 0: nothing is wrong; 1: something is; what could not be looked at is said, and fails only with `--strict`.
"""

import argparse
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent.parent
sys.path.insert(1, str(ROOT / "packaging" / "sbom"))

from frozen_archive import frozen_modules  # noqa: E402  (the neighbours' folder, as above)
from frozen_parts import Part, parts_of  # noqa: E402
from lock_files import installed_findings, lock_findings  # noqa: E402
from part_rules import ended_findings, licence_findings, list_findings, unlocked  # noqa: E402
from vulnerabilities import (  # noqa: E402
    ACCEPTED,
    KNOWN_KINDS,
    Accepted,
    DatabaseAwayError,
    ask,
    is_accepted,
    look_up,
    read_accepted,
)

BUILT: Final = ROOT / "build" / "dist" / "uketsuke"
SBOM: Final = "uketsuke.cdx.json"


@dataclass
class Report:
    """What was found, as it is printed."""

    wrong: int = 0
    unseen: list[str] = field(default_factory=list)

    def tell(self, subject: str, findings: Iterable[str]) -> None:
        """A line for each finding, or one that all is well."""
        lines = list(findings)
        self.wrong += len(lines)
        print(f"{'×' if lines else '○'} {subject}" + "".join(f"\n    {line}" for line in lines))

    def not_seen(self, subject: str, why: str) -> None:
        """What nobody could look at."""
        self.unseen.append(subject)
        print(f"－ {subject}: NOT LOOKED AT: {why}")


def main() -> int:
    """Looks at everything, and prints what it finds."""
    parser = argparse.ArgumentParser(prog="./run audit", description=__doc__)
    parser.add_argument("--folder", type=Path, default=BUILT, help="the built program; else that of ./run package")
    parser.add_argument("--database", type=Path, metavar="DIR", help="a copy of osv.dev's records, asked instead")
    parser.add_argument("--strict", action="store_true", help="fail, too, when something could not be looked at")
    options = parser.parse_args()
    report, today = Report(), datetime.now(UTC).date()
    report.tell("lock files: one version each, hashes, no address", lock_findings(ROOT))
    report.tell("installed packages are what was locked, byte for byte", installed_findings(ROOT))
    if not (options.folder / SBOM).exists():
        report.not_seen("licences, vulnerabilities, list of parts", "there is no built program; ./run package makes it")
        return int(report.wrong > 0 or options.strict)
    found = parts_of(options.folder, frozen_modules(options.folder / "uketsuke"))
    accepted = read_accepted(ACCEPTED.read_text("utf-8"))
    report.tell(
        f"the list of parts names all of the program: {len(found.parts)}",
        list_findings(found, (options.folder / SBOM).read_text("utf-8")),
    )
    report.tell("what is shipped of Python was locked", unlocked(found.parts, ROOT))
    report.tell("licences: all may be shipped", licence_findings(found.parts))
    report.tell("parts that nobody repairs any more", ended_findings(found.parts, accepted, today))
    _tell_vulnerabilities(report, found.parts, options.database, accepted, today)
    return int(report.wrong > 0 or (options.strict and bool(report.unseen)))


def _tell_vulnerabilities(
    report: Report, parts: Sequence[Part], records: Path | None, accepted: Sequence[Accepted], today: date
) -> None:
    everything = [*parts, *(crate for part in parts for crate in part.crates)]
    known = [part for part in everything if part.purl.startswith(KNOWN_KINDS)]
    others = [f"{part.name} {part.version}" for part in everything if part not in known and "@" in part.purl]
    subject = f"known vulnerabilities of {len(known)} parts"
    python = {part.name: part.version for part in known if part.purl.startswith("pkg:pypi/")}
    try:
        told = list(look_up(python, records) if records else ask([part.purl for part in known]))
    except DatabaseAwayError as error:
        report.not_seen(subject, f"no database was reached ({error}); give --database, or ask where one may be")
        return
    if records:
        report.not_seen("vulnerabilities of libraries and crates", "a folder is asked about Python only")
    report.tell(subject, [f"{name}: {which}" for name, which in told if not is_accepted(which, accepted, today)])
    report.not_seen("libraries that no database knows by such names", ", ".join(others))


if __name__ == "__main__":
    sys.exit(main())
