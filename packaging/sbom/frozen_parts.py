"""What a built folder consists of: each Python package, library, model and font in it, with version, licence and files.

Law: every file and every frozen module belongs to a part; what nobody claims is told and never passed over.
"""

import functools
import importlib.metadata
import json
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

TABLE: Final = Path(__file__).with_name("components.toml")
UNKNOWN: Final = "NOASSERTION"
DESCRIBED: Final = ("../NOTICES.txt", "../uketsuke.cdx.json")  # what is written about the folder, into it
_SYSTEM: Final = (Path("/usr/lib"), Path("/lib"))
_LEGAL: Final = re.compile(r"(licen[cs]e|notice|copying|authors)", re.IGNORECASE)
_OWN_STARTERS: Final = ("pyi", "launch_uketsuke", "struct", "PYZ", "_pyi_rth_utils")
_BUILT_IN: Final = ("_sysconfigdata",)


@dataclass(frozen=True)
class Part:
    """`files` are below `_internal/`, `notices` texts on the building machine; `inside` holds what is compiled in."""

    name: str
    version: str
    licence: str
    purl: str
    kind: str = "library"
    files: tuple[str, ...] = ()
    notices: tuple[Path, ...] = ()
    copyright: str = ""
    source: str = ""
    inside: str = ""
    ended: date | None = None
    crates: tuple["Part", ...] = ()


@dataclass(frozen=True)
class Found:
    """The parts by name, and the files and modules that belong to none."""

    parts: tuple[Part, ...]
    unclaimed: tuple[str, ...]


def parts_of(folder: Path, modules: Iterable[str], table_file: Path = TABLE) -> Found:
    """Everything in a built folder, whose program can import `modules`.

    Python packages and Debian's libraries are looked up where this runs: on the machine that built it.
    """
    table = tomllib.loads(table_file.read_text("utf-8"))
    internal = folder / "_internal"
    claimed: dict[str, list[str]] = {}
    unclaimed: list[str] = []
    libraries: dict[int, list[str]] = {}
    names = list(_files(folder))
    systems = _debian_of([name for name in names if "/" not in name])
    for name in names:
        number = next((i for i, row in enumerate(table["library"]) if _is_of(name, row.get("files", ()))), None)
        if number is not None:
            libraries.setdefault(number, []).append(name)
        elif owner := _distribution_of(name.split("/")[0]) or systems.get(name):
            claimed.setdefault(owner, []).append(name)
        elif name not in DESCRIBED:
            unclaimed.append(name)
    for module in sorted(modules):
        if owner := _distribution_of(module):
            claimed.setdefault(owner, [])
        elif not _is_pythons(module):
            unclaimed.append(f"module {module}")
    parts = [_library(row, libraries.get(i, []), internal) for i, row in enumerate(table["library"])]
    parts += [_owned(owner, tuple(files), table) for owner, files in claimed.items()]
    present = [part for part in parts if part is not None]
    return Found(tuple(sorted(present, key=lambda part: (part.name, part.version, part.inside))), tuple(unclaimed))


def canonical(name: str) -> str:
    """A package's name as it is compared (PyPA, name normalisation)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _files(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            below = path.relative_to(folder)
            yield "/".join(below.parts[1:]) if below.parts[0] == "_internal" else f"../{below.as_posix()}"


def _is_of(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatch(name, pattern) for pattern in patterns)


def _library(row: Mapping[str, Any], files: Sequence[str], internal: Path) -> Part | None:
    """The part of a row; None where the folder has none of it."""
    inside = row.get("inside", "")
    holders = [path.relative_to(internal).as_posix() for path in sorted(internal.glob(inside))] if inside else []
    if not files and not holders:
        return None
    looked_at = [row["within"]] if "within" in row else [*holders, *files]
    version = row.get("fixed") or _version([internal / name for name in looked_at], row.get("version"))
    if row.get("of"):
        version = importlib.metadata.version(row["of"])
    return Part(
        row["name"],
        version,
        row["licence"],
        f"pkg:generic/{row['name']}" + (f"@{version}" if re.fullmatch(r"[\w.+-]+", version) else ""),
        row.get("kind", "library"),
        tuple(files),
        (*(_legal_texts(row["of"]) if row.get("of") else ()), *_texts_at(row.get("texts", ()))),
        row.get("copyright", ""),
        row.get("source", ""),
        holders[0] if holders else "",
        row.get("ended"),
    )


def _version(files: Sequence[Path], pattern: str | None) -> str:
    if pattern is not None:
        for file in files:
            if match := re.search(pattern.encode(), file.read_bytes()):
                return next(group for group in match.groups() if group).decode()
    return UNKNOWN


def _owned(owner: str, files: tuple[str, ...], table: Mapping[str, Any]) -> Part:
    kind, _, name = owner.partition(":")
    if kind == "debian":
        licence = next((row["licence"] for row in table["debian"] if name in row["packages"]), UNKNOWN)
        version = _said("dpkg-query", "--show", "--showformat=${Version}", name)
        notice = Path("/usr/share/doc") / name / "copyright"
        notices = (notice,) if notice.exists() else ()
        return Part(
            name,
            version,
            licence,
            f"pkg:deb/debian/{quote(name)}@{quote(version, safe=':~')}",
            files=files,
            notices=notices,
        )
    told = importlib.metadata.metadata(name)
    row = next((row for row in table["python"] if row["name"] == canonical(name)), {})
    licence = row.get("licence") or told.get("License-Expression") or UNKNOWN
    version = importlib.metadata.version(name)
    made = Part(canonical(name), version, licence, f"pkg:pypi/{canonical(name)}@{version}", files=files)
    texts = {"copyright": row.get("copyright", ""), "source": row.get("source", "")}
    return replace(made, notices=_legal_texts(name), crates=tuple(_crates(name)), **texts)


def _crates(distribution: str) -> Iterator[Part]:
    """What is compiled in from Rust, as the package's own list says (PEP 770)."""
    for file in importlib.metadata.files(distribution) or ():
        if "sboms" not in file.parts:
            continue
        for told in json.loads(file.read_text()).get("components", ()):
            if str(told.get("purl", "")).startswith("pkg:cargo/"):
                expressions = [each["expression"] for each in told.get("licenses", ()) if "expression" in each]
                purl = told["purl"].split("?")[0]
                yield Part(told["name"], told["version"], expressions[0] if expressions else UNKNOWN, purl)


def _legal_texts(distribution: str) -> tuple[Path, ...]:
    files = importlib.metadata.files(distribution) or ()
    inside = [each for each in files if ".dist-info" in each.parts[0] and _LEGAL.search("/".join(each.parts[1:]))]
    return tuple(Path(str(each.locate())) for each in inside if "sboms" not in each.parts)


def _texts_at(places: Iterable[str]) -> tuple[Path, ...]:
    """The first of the places that is there."""
    stdlib = sysconfig.get_path("stdlib")
    return tuple(path for place in places if (path := Path(place.replace("@STDLIB@", stdlib))).exists())[:1]


@functools.cache
def _distributions() -> Mapping[str, Sequence[str]]:
    return importlib.metadata.packages_distributions()


def _distribution_of(top: str) -> str | None:
    """The Python package that a module, or a folder of the build, comes from."""
    if ".dist-info" in top:
        return f"python:{canonical(top.rsplit('.dist-info')[0].rsplit('-', 1)[0])}"
    owners = _distributions().get(top.split(".")[0].removesuffix("_libs"))
    return f"python:{canonical(owners[0])}" if owners else None


def _debian_of(names: Iterable[str]) -> Mapping[str, str]:
    """The Debian packages of libraries that PyInstaller took from the system; none for those that are not Debian's."""
    roots = [root / middle for root in _SYSTEM for middle in ("x86_64-linux-gnu", "aarch64-linux-gnu", "")]
    places = {str(path): name for name in names for root in roots for path in _both(root / name)}
    if not places or shutil.which("dpkg-query") is None:
        return {}
    done = subprocess.run(["dpkg-query", "--search", *places], capture_output=True, text=True, check=False)
    rows = [line.split(": ", 1) for line in done.stdout.splitlines() if ": " in line]
    return {places[path]: f"debian:{packages.split(':')[0]}" for packages, path in rows if path in places}


def _both(path: Path) -> set[Path]:
    """A library by its name, and by the file that the name stands for."""
    return {path, path.resolve()} if path.exists() else set()


def _is_pythons(module: str) -> bool:
    return module in sys.stdlib_module_names or module.startswith((*_OWN_STARTERS, *_BUILT_IN))


def _said(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
