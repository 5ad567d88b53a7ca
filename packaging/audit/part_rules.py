"""What is wrong with the parts of a built program: with the list of them, their origin, licences and ends. Pure."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Final

from frozen_parts import UNKNOWN, Found, Part
from licence_rules import LIST, allowed_licences, is_allowed
from lock_files import read_lock
from vulnerabilities import Accepted, is_accepted

OURS: Final = frozenset({"uketsuke"})


def list_findings(found: Found, sbom: str) -> Iterator[str]:
    """How the folder and the list in it differ."""
    yield from (f"belongs to nobody that is known: {name}" for name in found.unclaimed)
    told = json.loads(sbom)
    listed = [*told["components"], told["metadata"]["component"]]
    named = {(each["name"], each.get("purl", "")) for each in listed}
    there = {(part.name, part.purl) for part in found.parts}
    yield from (f"not on the list: {name} {purl}" for name, purl in sorted(there - named))
    yield from (f"on the list, and not in the folder: {name} {purl}" for name, purl in sorted(named - there))


def unlocked(parts: Iterable[Part], root: Path) -> Iterator[str]:
    """Python packages in the build that no lock file names, or names at another version."""
    locked: set[str] = set()
    for name in ("run", "models"):
        lines = read_lock((root / "packaging" / "requirements" / f"{name}.txt").read_text("utf-8"))
        locked |= {f"{each.name} {each.version}" for each in lines}
    for part in parts:
        if part.purl.startswith("pkg:pypi/") and part.name not in OURS and f"{part.name} {part.version}" not in locked:
            yield f"{part.name} {part.version} is in the program and in no lock of what it runs on"


def licence_findings(parts: Iterable[Part]) -> Iterator[str]:
    """Parts, and the crates in them, whose licence is not on the list."""
    allowed = allowed_licences(LIST.read_text("utf-8"))
    for part in parts:
        if not is_allowed(part.licence, allowed):
            yield f"{part.name} {part.version}: {part.licence}"
        for crate in part.crates:
            inherits = crate.licence == UNKNOWN  # a piece of the package itself
            if not inherits and not is_allowed(crate.licence, allowed):
                yield f"{crate.name} {crate.version} in {part.name}: {crate.licence}"


def ended_findings(parts: Iterable[Part], accepted: Sequence[Accepted], today: date) -> Iterator[str]:
    """Parts past their end, unless that is lived with until a day to come."""
    for part in parts:
        if part.ended and part.ended <= today and not is_accepted(f"{part.name} {part.version}", accepted, today):
            yield f"{part.name} {part.version}: since {part.ended}"
