"""`uketsuke support bundle`: what whoever supports this desk needs to see, and nothing about anybody.

Its content is shown before it is written. Exit code 0: written; 1: not written; 2: wrong arguments or configuration.
"""

import argparse
import os
import platform
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import closing
from importlib import import_module
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from pkgutil import walk_packages
from typing import Final

from terminal.access_log.entry import EntryUnreadable, read_entry
from terminal.clock import SystemClock
from terminal.commands.doctor import CONFIGURATION as CONFIGURATION_FILE
from terminal.commands.doctor import look
from terminal.commands.doctor_store import open_log
from terminal.commands.failure import tell_failure
from terminal.configuration.reading import read_configuration
from terminal.doctor.bundle import (
    CONFIGURATION,
    COUNTS,
    LOG,
    OTHER,
    REPORT,
    SBOM,
    VERSIONS,
    Happened,
    as_json,
    configuration_shape,
    contents_lines,
    counted,
    zipped,
)
from terminal.doctor.hops import Finding
from terminal.doctor.log_tail import MOST_LINES, filtered
from terminal.doctor.report import as_json as report_as_json
from terminal.problems import Problem, TerminalError

SBOM_FILE: Final = Path("/usr/share/doc/uketsuke/uketsuke.cdx.json")
DISTRIBUTION: Final = "uketsuke"
WRITTEN, NOT_WRITTEN, UNUSABLE = 0, 1, 2
_PACKAGES: Final = ("terminal", "device", "offline_cache", "ui")


def run(arguments: list[str]) -> int:
    """Collects, shows, asks, writes."""
    parser = argparse.ArgumentParser(prog="uketsuke support", description="A bundle without personal data.")
    acts = parser.add_subparsers(dest="act", required=True, metavar="bundle")
    bundle = acts.add_parser("bundle", help="shows what it holds, asks, and writes it")
    bundle.add_argument("--out", type=Path, required=True, metavar="FILE.zip", help="a new file")
    bundle.add_argument("--config", type=Path, default=CONFIGURATION_FILE, metavar="FILE")
    bundle.add_argument("--log", type=Path, metavar="FILE", help="a technical log (`journalctl -u … -o short-iso`)")
    bundle.add_argument("--sbom", type=Path, default=SBOM_FILE, metavar="FILE", help=f"else {SBOM_FILE}, if there")
    bundle.add_argument("--morning", action="store_true", help="with the whole morning check, some 20 s")
    bundle.add_argument("--yes", action="store_true", help="write without asking")
    options = parser.parse_args(arguments)
    try:
        files = collect(options)
    except TerminalError as error:
        tell_failure(error)
        return UNUSABLE
    print("\n".join(contents_lines(files)))
    if not options.yes and not _is_agreed(options.out):
        print("uketsuke support: nothing was written", file=sys.stderr)
        return NOT_WRITTEN
    try:
        with os.fdopen(os.open(options.out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(zipped(files))
    except OSError as error:
        print(f"uketsuke support: {options.out}: {error.strerror}", file=sys.stderr)
        return NOT_WRITTEN
    return WRITTEN


def collect(options: argparse.Namespace) -> dict[str, bytes]:
    """The bundle's files by name. Raises `CONFIGURATION_WRONG`."""
    configuration = read_configuration(options.config)
    made = look(configuration, is_morning=options.morning)
    files = {
        VERSIONS: as_json(_versions()),
        CONFIGURATION: as_json(configuration_shape(configuration)),
        REPORT: as_json(report_as_json(made, SystemClock().now())),
        COUNTS: as_json(_counts(configuration.store.folder)),
    }
    if options.log is not None:
        files[LOG] = "\n".join([*_log_tail(options.log), ""]).encode()
    if options.sbom.is_file():
        files[SBOM] = options.sbom.read_bytes()
    return files


def _is_agreed(out: Path) -> bool:
    """Whether a person says so; without one at a terminal nobody does."""
    if not sys.stdin.isatty():
        return False
    return input(f"Write this to {out}? [y/N] ").strip().lower() in ("y", "yes")


def _versions() -> dict[str, object]:
    return {
        "program": _version(DISTRIBUTION),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "libraries": {name: _version(name) for name in sorted(_libraries())},
    }


def _libraries() -> Iterator[str]:
    try:
        for needed in requires(DISTRIBUTION) or ():
            yield needed.split(";")[0].split("[")[0].rstrip("<>=~!.0123456789 ")
    except PackageNotFoundError:  # frozen without its metadata; the SBOM tells
        return


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "unknown"


def _counts(folder: Path) -> dict[str, object]:
    """What the journal counts, or the code that says why it cannot be read here."""
    log = open_log(folder)
    if isinstance(log, Finding):
        return {"unopened": log.cause}
    with closing(log):
        try:
            return dict(counted(_happened(line) for _, line, _ in log.rows()))
        except TerminalError as error:
            return {"unopened": error.problem}


def _happened(line: bytes) -> Happened:
    try:
        entry = read_entry(line)
    except EntryUnreadable:
        return Happened(OTHER, "", "")
    return Happened(entry.action, entry.outcome, entry.reason)


def _log_tail(path: Path) -> Iterator[str]:
    modules = frozenset(
        each.name for package in _PACKAGES for each in walk_packages(import_module(package).__path__, f"{package}.")
    )
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            yield from filtered(deque(file, MOST_LINES), modules)
    except OSError as error:
        raise TerminalError(Problem.CONFIGURATION_WRONG, f"--log: {error.strerror}") from error
