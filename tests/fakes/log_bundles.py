"""Bundles of an invented log, and the three programs that verify one."""

import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from standing import FixedClock

from offline_cache.keys import PracticeSeal
from offline_cache.store import open_store
from terminal.access_log.access import Access, Action
from terminal.access_log.bundle import tiles
from terminal.access_log.masking import commitment
from terminal.commands.log import run

ROOT = Path(__file__).parent.parent.parent
VERIFY = ROOT / "packaging" / "verify"
SIZE = 600  # two whole tiles and a part; checkpoints over 0, 100, … 600
NOW = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
FOR = ("--reason", "yearly review", "--recipient", "the auditor")
Files = dict[str, bytes]
Pair = tuple[bytes, bytes]
Verifier = Callable[..., tuple[int, str]]
OURS = ("program", "one file")
VERIFIERS = (*OURS, "go")


def record(folder: Path, count: int, visit: str = "visit") -> None:
    with closing(open_store(folder, PracticeSeal(folder), FixedClock(NOW), "desk 1")) as store:
        store.journal.record_all([Access(Action.CARD_IDENTIFIED, f"{visit}-{n}", "reception") for n in range(count)])


def bundled(folder: Path, out: Path) -> Files:
    assert run(["export", str(folder), "--format", "bundle", "--out", str(out), *FOR]) == 0
    with zipfile.ZipFile(out) as bundle:
        return {name: bundle.read(name) for name in bundle.namelist()}


def sound_bundle(home: Path) -> Files:
    record(home / "store", SIZE)
    return bundled(home / "store", home / "log.zip")


def zipped(path: Path, files: Files) -> Path:
    with zipfile.ZipFile(path, "w") as bundle:
        for name, content in files.items():
            bundle.writestr(name, content)
    return path


def lines_of(files: Files) -> list[bytes]:
    return files["entries.jsonl"].splitlines()


def with_lines(files: Files, lines: list[bytes]) -> Files:
    return files | {"entries.jsonl": b"".join(line + b"\n" for line in lines)}


def with_tiles(files: Files) -> Files:
    """The tree made anew over whatever the entries are."""
    kept = {name: content for name, content in files.items() if not name.startswith("tile/")}
    return kept | {path: b"".join(hashes) for path, hashes in tiles(lines_of(files))}


def with_manifest(files: Files) -> Files:
    """The manifest made to fit, as whoever changes a bundle would."""
    manifest = json.loads(files["manifest.json"])
    for name in manifest["files"]:
        manifest["files"][name]["sha256"] = sha256(files[name]).hexdigest()
    return files | {"manifest.json": json.dumps(manifest).encode()}


def pairs_of(files: Files) -> list[Pair]:
    """Each entry's leaf, and the fields that it commits to."""
    return list(zip(lines_of(files), files["fields.jsonl"].splitlines(), strict=True))


def with_pairs(files: Files, pairs: list[Pair]) -> Files:
    fields = b"".join(fields + b"\n" for _, fields in pairs)
    return with_lines(files, [leaf for leaf, _ in pairs]) | {"fields.jsonl": fields}


def recommitted(pair: Pair, **values: str) -> Pair:
    """An entry with other values, and commitments that fit them."""
    leaf, fields = json.loads(pair[0]), json.loads(pair[1])
    for name, value in values.items():
        fields[name][1] = value
    commitments = {name: commitment(name, value, bytes.fromhex(salt)) for name, (salt, value) in fields.items()}
    content = "".join(f"{name}\0{commitments[name]}\n" for name in sorted(fields))
    leaf |= {"fields": sha256(content.encode()).hexdigest()}
    return json.dumps(leaf, separators=(",", ":")).encode(), json.dumps(fields, separators=(",", ":")).encode()


def edited(files: Files) -> Files:
    pairs = pairs_of(files)
    pairs[301] = recommitted(pairs[301], visit="visit-103")
    return with_pairs(files, pairs)


def build_checker(home: Path) -> Path | None:
    """The Go checker, built from its sources; None where Go or its package is not installed."""
    if not shutil.which("go") or not Path("/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog").exists():
        return None
    environment = {
        "GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOCACHE": str(home / "cache"), "GOFLAGS": "",
        "PATH": "/usr/bin:/bin", "HOME": str(home),
    }  # fmt: skip
    subprocess.run(["go", "build", "-o", str(home / "verify_log"), "."], cwd=VERIFY, env=environment, check=True)
    return home / "verify_log"


def verifier_of(which: str, checker: Path | None) -> Verifier:
    """Runs one of the verifiers, with options such as `key`, and gives exit code and output; skips where it lacks."""
    match which:
        case "program":
            program = [sys.executable, "-m", "terminal", "log", "verify"]
        case "one file":
            program = [sys.executable, "-I", str(VERIFY / "verify_log.py")]
        case _ if checker:
            program = [str(checker)]
        case _:
            pytest.skip("needs golang-go and golang-golang-x-mod-dev")

    def verify(path: Path, **options: str) -> tuple[int, str]:
        given = [word for name, value in options.items() for word in (f"--{name}", value)]
        command = [*program, *given, str(path)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
        return done.returncode, done.stdout + done.stderr

    return verify


def verdicts(path: Path, checker: Path | None, **options: str) -> list[tuple[int, str]]:
    """What each verifier says, ours and the one in Go where it was built."""
    return [verifier_of(which, checker)(path, **options) for which in (VERIFIERS if checker else OURS)]
