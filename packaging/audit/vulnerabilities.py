"""Known vulnerabilities of what is shipped: from osv.dev, or from a copy of its records in a folder.

Law: what was not looked up is never told as well. Only package names and versions leave the machine.
"""

import json
import tomllib
import urllib.request
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

ADDRESS: Final = "https://api.osv.dev/v1/querybatch"
SECONDS: Final = 20.0
AT_ONCE: Final = 500
KNOWN_KINDS: Final = ("pkg:pypi/", "pkg:deb/", "pkg:cargo/")  # generic ones are in no database by their name
ACCEPTED: Final = Path(__file__).with_name("accepted.toml")


class DatabaseAwayError(Exception):
    """Nobody could be asked."""


@dataclass(frozen=True)
class Accepted:
    """What is lived with until a day: a vulnerability by its identifier, or a part at a version."""

    what: str
    until: date


def read_accepted(toml: str) -> list[Accepted]:
    """The list of what is lived with. Raises `KeyError` for an entry without a reason or a day."""
    rows = tomllib.loads(toml).get("accepted", [])
    return [
        Accepted(row["id"] if "id" in row else f"{row['part']} {row['version']}", row["until"])
        for row in rows
        if row["why"]
    ]


def is_accepted(what: str, accepted: Iterable[Accepted], today: date) -> bool:
    """Whether it is on the list, and its day has not passed."""
    return any(each.what == what and today <= each.until for each in accepted)


def ask(purls: Sequence[str], address: str = ADDRESS) -> Iterator[tuple[str, str]]:
    """What osv.dev knows of each: its purl and an identifier. Raises `DatabaseAwayError`."""
    for start in range(0, len(purls), AT_ONCE):
        some = purls[start : start + AT_ONCE]
        body = json.dumps({"queries": [{"package": {"purl": purl}} for purl in some]}).encode()
        request = urllib.request.Request(address, body, {"Content-Type": "application/json"})  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
                results = json.load(answer)["results"]
        except (OSError, ValueError, LookupError, TypeError) as error:
            raise DatabaseAwayError(type(error).__name__) from error
        if len(results) != len(some):
            raise DatabaseAwayError("an answer of another length")
        for purl, result in zip(some, results, strict=True):
            yield from ((purl, told["id"]) for told in result.get("vulns", ()))


def look_up(packages: Mapping[str, str], records: Path) -> Iterator[tuple[str, str]]:
    """What a folder of OSV records (OSV schema 1.6) knows of Python packages, name to version: name and identifier.

    Raises `DatabaseAwayError` when there is no record in it.
    """
    versions = {canonicalize_name(name): version for name, version in packages.items()}
    count = 0
    for file in sorted(records.rglob("*.json")):
        record = json.loads(file.read_text("utf-8"))
        count += 1
        for affected in record.get("affected", ()) if "withdrawn" not in record else ():
            package = affected.get("package", {})
            name = canonicalize_name(package.get("name", ""))
            if package.get("ecosystem") == "PyPI" and name in versions and _is_affected(versions[name], affected):
                yield name, record["id"]
    if count == 0:
        raise DatabaseAwayError(f"no record in {records}")


def _is_affected(version: str, affected: Mapping[str, Any]) -> bool:
    if version in affected.get("versions", ()):
        return True
    return any(
        _is_in(version, each["events"]) for each in affected.get("ranges", ()) if each.get("type") == "ECOSYSTEM"
    )


def _is_in(version: str, events: Sequence[Mapping[str, str]]) -> bool:
    """Whether a version lies in a range of events, each of which begins or ends it."""
    is_inside = False
    try:
        ours = Version(version)
        for event in sorted(events, key=lambda event: Version(next(iter(event.values())))):
            match event:
                case {"introduced": begins}:
                    is_inside = is_inside or ours >= Version(begins)
                case {"fixed": ends}:
                    is_inside = is_inside and ours < Version(ends)
                case {"last_affected": last}:
                    is_inside = is_inside and ours <= Version(last)
    except InvalidVersion:
        return True  # what cannot be compared is looked at by a person
    return is_inside
