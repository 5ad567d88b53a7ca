"""Keeps a signed APT repository of three rings, and makes USB folders to repair a machine from.

Law: a version comes into a ring only from the ring before it, so that no kiosk gets what a smaller ring has not run.
The repository is plain files (Debian's repository format): any web server, or none, serves it.
"""

import argparse
import gzip
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

RINGS: Final = ("test", "early", "stable")
COMPONENT: Final = "main"
PACKAGE: Final = "uketsuke"
KEPT: Final = 3  # versions of a ring, so that there is always one to go back to
GOOD_FOR: Final = timedelta(days=30)  # a mirror that is kept back is noticed by then; `refresh` before
RFC_2822: Final = "%a, %d %b %Y %H:%M:%S UTC"
Stanza = Mapping[str, str]


class RefusedError(Exception):
    """What was asked for goes against the rings' order, or there is no such version."""


def main(arguments: list[str] | None = None) -> int:
    """Does one thing to a repository; exit code 1 with a sentence when it is refused."""
    parser = argparse.ArgumentParser(prog="publish_package.py", description=__doc__)
    parser.add_argument("--repository", type=Path, required=True, metavar="DIR")
    parser.add_argument("--key", required=True, help="gpg's name of the key that signs")
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("add", help="a new version, into the first ring").add_argument("deb", type=Path)
    for verb, what in (
        ("promote", "gives a ring the version that the ring before it has"),
        ("withdraw", "takes it back"),
    ):
        moving = verbs.add_parser(verb, help=what)
        moving.add_argument("version")
        moving.add_argument("ring", choices=RINGS[1:] if verb == "promote" else RINGS)
    verbs.add_parser("refresh", help="signs all rings anew, for another 30 days")
    verbs.add_parser("list", help="which versions each ring has")
    usb = verbs.add_parser("usb", help="a signed folder for a USB stick")
    usb.add_argument("version")
    usb.add_argument("folder", type=Path)
    options = parser.parse_args(arguments)
    try:
        _do(options)
    except (RefusedError, OSError, subprocess.CalledProcessError) as error:
        print(f"publish_package.py: {error}", file=sys.stderr)
        return 1
    return 0


def _do(options: argparse.Namespace) -> None:
    repository: Path = options.repository
    match options.verb:
        case "add":
            add(repository, options.deb, options.key)
        case "promote":
            promote(repository, options.version, options.ring, options.key)
        case "withdraw":
            withdraw(repository, options.version, options.ring, options.key)
        case "refresh":
            for ring in RINGS:
                _write(repository, ring, versions(repository, ring), options.key)
        case "usb":
            make_usb(repository, options.version, options.folder, options.key)
        case "list":
            for ring in RINGS:
                print(f"{ring}: {', '.join(versions(repository, ring)) or 'nothing'}")


def add(repository: Path, deb: Path, key: str) -> None:
    """Takes a package in. Raises `RefusedError` for another package, and for other bytes under a known number."""
    stanza = _stanza(_said("dpkg-deb", "--field", str(deb)))
    if stanza["Package"] != PACKAGE:
        raise RefusedError(f"{deb.name} is {stanza['Package']}")
    version = stanza["Version"]
    name = f"pool/{COMPONENT}/{PACKAGE}_{version}_{stanza['Architecture']}.deb"
    if (repository / name).exists() and _digest(repository / name) != _digest(deb):
        raise RefusedError(f"{version} is there, with other bytes; a version is never made twice")
    (repository / name).parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(deb, repository / name)
    told = {**stanza, "Filename": name, "Size": str(deb.stat().st_size), "SHA256": _digest(deb)}
    _write(repository, RINGS[0], {**versions(repository, RINGS[0]), version: told}, key)
    for ring in RINGS[1:]:
        if not _release(repository, ring).exists():
            _write(repository, ring, {}, key)


def promote(repository: Path, version: str, ring: str, key: str) -> None:
    """Gives a ring what the ring before it has. Raises `RefusedError`."""
    before = RINGS[RINGS.index(ring) - 1]
    told = versions(repository, before).get(version)
    if told is None:
        raise RefusedError(f"{before} has no {version}: it goes {' → '.join(RINGS)}")
    _write(repository, ring, {**versions(repository, ring), version: told}, key)


def withdraw(repository: Path, version: str, ring: str, key: str) -> None:
    """Takes a version out of a ring and of those behind it; kiosks that have it are told to go back (docs)."""
    for each in RINGS[RINGS.index(ring) :]:
        left = versions(repository, each)
        left.pop(version, None)
        _write(repository, each, left, key)


def versions(repository: Path, ring: str) -> dict[str, Stanza]:
    """What a ring has, the oldest first."""
    found = sorted(_release(repository, ring).parent.glob(f"{COMPONENT}/binary-*/Packages"))
    stanzas = [_stanza(each) for file in found for each in file.read_text("utf-8").split("\n\n") if each.strip()]
    return {each["Version"]: each for each in stanzas}


def make_usb(repository: Path, version: str, folder: Path, key: str) -> None:
    """A folder from which `repair` installs. Raises `RefusedError`: only what reached the last ring goes on a stick."""
    told = versions(repository, RINGS[-1]).get(version)
    if told is None:
        raise RefusedError(f"{RINGS[-1]} has no {version}")
    deb = repository / told["Filename"]
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(deb, folder / deb.name)
    (folder / "SHA256SUMS").write_text(f"{_digest(deb)}  {deb.name}\n")
    _sign(key, "--detach-sign", folder / "SHA256SUMS", folder / "SHA256SUMS.gpg")


def _write(repository: Path, ring: str, told: Mapping[str, Stanza], key: str) -> None:
    """A ring's lists and its signed release file; the newest versions stay."""
    release = _release(repository, ring)
    kept = sorted(told.items(), key=lambda row: _sortable(row[0], list(told)))[-KEPT:]
    architecture = next((stanza["Architecture"] for _, stanza in kept), None) or _said("dpkg", "--print-architecture")
    lists = release.parent / COMPONENT / f"binary-{architecture}"
    lists.mkdir(parents=True, exist_ok=True)
    packages = "\n".join("".join(f"{name}: {value}\n" for name, value in stanza.items()) for _, stanza in kept).encode()
    (lists / "Packages").write_bytes(packages)
    (lists / "Packages.gz").write_bytes(gzip.compress(packages, mtime=0))
    now = datetime.now(UTC)
    head = {
        "Origin": "Uketsuke",
        "Label": "Uketsuke",
        "Suite": ring,
        "Codename": ring,
        "Date": now.strftime(RFC_2822),
        "Valid-Until": (now + GOOD_FOR).strftime(RFC_2822),
        "Architectures": architecture,
        "Components": COMPONENT,
    }
    lines = [f"{name}: {value}" for name, value in head.items()]
    files = sorted(path for path in release.parent.rglob("Packages*") if path.is_file())
    sums = [f" {_digest(path)} {path.stat().st_size} {path.relative_to(release.parent)}" for path in files]
    release.write_text("\n".join([*lines, "SHA256:", *sums]) + "\n", "utf-8")
    _sign(key, "--clear-sign", release, release.with_name("InRelease"))
    _sign(key, "--detach-sign", release, release.with_name("Release.gpg"))


def _sortable(version: str, others: list[str]) -> int:
    """How many of the others a version is newer than (Debian Policy, 5.6.12)."""
    return sum(
        subprocess.run(["dpkg", "--compare-versions", version, "gt", other], check=False).returncode == 0
        for other in others
    )


def _stanza(text: str) -> dict[str, str]:
    """A paragraph of fields (Debian Policy, 5.1), continued lines kept as they are."""
    stanza: dict[str, str] = {}
    for line in text.strip().splitlines():
        if line[0].isspace():
            stanza[next(reversed(stanza))] += f"\n{line}"
        else:
            name, _, value = line.partition(":")
            stanza[name] = value.strip()
    return stanza


def _release(repository: Path, ring: str) -> Path:
    return repository / "dists" / ring / "Release"


def _sign(key: str, how: str, file: Path, signed: Path) -> None:
    fresh = signed.with_name(f".{signed.name}.new")
    subprocess.run(
        [
            "gpg",
            "--batch",
            "--yes",
            "--quiet",
            "--local-user",
            key,
            "--digest-algo",
            "SHA512",
            "--output",
            fresh,
            how,
            file,
        ],
        check=True,
    )
    os.replace(fresh, signed)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _said(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
