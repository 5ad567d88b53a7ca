"""The lock files: each package at one version with its hashes and from no address; and what is installed is just that.

Law: pip installs nothing without a hash (`--require-hashes`); this looks at what pip cannot know, and changes nothing.
"""

import base64
import hashlib
import importlib.metadata
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

_LINE: Final = re.compile(
    r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>[A-Za-z0-9.+!]+)(?: ; (?P<marker>.+?))?(?P<rest>(?: --hash=.*)?)"
)
_HASH: Final = re.compile(r"--hash=sha256:[0-9a-f]{64}")
_ADDRESS: Final = re.compile(r"\w+://|--(?:extra-)?index-url|--find-links|--trusted-host| @ ")
_PROJECT: Final = "run"  # the lock of the project's own dependencies; the others are groups


@dataclass(frozen=True)
class Locked:
    """One package of a lock file."""

    name: str
    version: str
    marker: str
    hashes: int


def read_lock(text: str) -> list[Locked]:
    """The packages of a lock file. Raises `ValueError` for a line that is none, has no hash or names an address."""
    lines = [" ".join(line.split()) for line in text.replace("\\\n", " ").splitlines()]
    return [_locked(line) for line in lines if line and not line.startswith("#")]


def lock_findings(root: Path) -> Iterator[str]:
    """What is wrong with the lock files of a checkout."""
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    wanted = {_PROJECT: project["project"]["dependencies"], **project["dependency-groups"]}
    folder = root / "packaging" / "requirements"
    for name, requirements in wanted.items():
        try:
            locked = {each.name: each for each in read_lock((folder / f"{name}.txt").read_text("utf-8"))}
        except (OSError, ValueError) as error:
            yield f"{name}.txt: {error}"
            continue
        for requirement in map(Requirement, requirements):
            found = locked.get(canonicalize_name(requirement.name))
            if found is None:
                yield f"{name}.txt: {requirement.name} is not locked"
            elif not requirement.specifier.contains(found.version):
                yield f"{name}.txt: {found.name} {found.version} is not what pyproject.toml asks for"
    for extra in sorted(
        path for path in folder.glob("*.txt") if path.stem not in wanted
    ):  # a tool's, in a place of its own
        try:
            read_lock(extra.read_text("utf-8"))
        except ValueError as error:
            yield f"{extra.name}: {error}"


def installed_findings(root: Path) -> Iterator[str]:
    """What is installed here and is not, byte for byte, what was locked and what its package lists (PEP 376)."""
    for name in (_PROJECT, "models"):
        for locked in read_lock((root / "packaging" / "requirements" / f"{name}.txt").read_text("utf-8")):
            if locked.marker and not Marker(locked.marker).evaluate():
                continue
            try:
                distribution = importlib.metadata.distribution(locked.name)
            except importlib.metadata.PackageNotFoundError:
                yield f"{locked.name} is not installed"
                continue
            if distribution.version != locked.version:
                yield f"{locked.name}: {distribution.version} is installed, {locked.version} is locked"
            for file in distribution.files or ():
                if (
                    file.hash
                    and file.suffix != ".pyc"
                    and _digest(Path(str(file.locate())), file.hash.mode) != file.hash.value
                ):
                    yield f"{locked.name}: {file} is not as its package lists it"


def _locked(line: str) -> Locked:
    if _ADDRESS.search(line):
        raise ValueError(f"an address or a registry is named: {line[:60]}")
    match = _LINE.fullmatch(line)
    if match is None:
        raise ValueError(f"this is no package at one version: {line[:60]}")
    hashes = match["rest"].split()
    if not hashes or not all(map(_HASH.fullmatch, hashes)):
        raise ValueError(f"{match['name']} has no SHA-256, or something else in its place")
    return Locked(canonicalize_name(match["name"]), match["version"], match["marker"] or "", len(hashes))


def _digest(path: Path, algorithm: str) -> str:
    try:
        with path.open("rb") as file:
            made = hashlib.file_digest(file, algorithm).digest()
    except OSError:
        return ""
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()
