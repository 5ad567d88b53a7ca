"""A bundle verifies with three verifiers that share no code, and each finds whatever was done to it."""

import json
import re
import shutil
import subprocess
import sys
from base64 import b64decode, b64encode
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from log_bundles import (
    FOR,
    OURS,
    SIZE,
    VERIFIERS,
    VERIFY,
    Files,
    Verifier,
    build_checker,
    bundled,
    edited,
    lines_of,
    record,
    sound_bundle,
    verifier_of,
    with_manifest,
    with_tiles,
    zipped,
)

from terminal.access_log.bundle import tile_path
from terminal.access_log.checkpoint import Checkpoint, LogKey, log_key, sign
from terminal.access_log.tree import leaf_hash, root_of
from terminal.commands.log import run


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return sound_bundle(tmp_path_factory.mktemp("bundle"))


@pytest.fixture(scope="module")
def checker(tmp_path_factory: pytest.TempPathFactory) -> Path | None:
    return build_checker(tmp_path_factory.mktemp("go"))


@pytest.fixture(params=VERIFIERS)
def verifier(request: pytest.FixtureRequest, checker: Path | None) -> Verifier:
    return verifier_of(request.param, checker)


def key_of(files: Files) -> str:
    return files["log.vkey"].decode().strip()


def head_of(files: Files) -> str:
    _, size, root = files["checkpoint"].decode().split("\n")[:3]
    return f"{size}:{b64decode(root).hex()}"


def test_a_bundle_as_exported_is_intact(sound: Files, tmp_path: Path, verifier: Verifier) -> None:
    path = zipped(tmp_path / "log.zip", sound)
    for options in ({}, {"key": key_of(sound)}, {"key": key_of(sound), "head": head_of(sound)}):
        code, said = verifier(path, **options)
        assert code == 0, said
        assert f"intact: {SIZE} entries, head {head_of(sound)}" in said


@pytest.mark.parametrize("count", [0, 1, 256])
def test_a_small_log_is_bundled_and_intact(tmp_path: Path, verifier: Verifier, count: int) -> None:
    record(tmp_path / "store", count)
    bundled(tmp_path / "store", tmp_path / "log.zip")
    code, said = verifier(tmp_path / "log.zip")
    assert code == 0, said
    assert f"intact: {count} entries" in said


def test_a_log_written_anew_with_another_key_is_found(tmp_path: Path, sound: Files, verifier: Verifier) -> None:
    lines = lines_of(edited(sound))
    other = Ed25519PrivateKey.generate()
    name = LogKey.of_vkey(key_of(sound)).name
    note = sign(Checkpoint(name, SIZE, root_of(leaf_hash(line) for line in lines)), other)
    forged = edited(sound) | {
        "checkpoint": note.encode(),
        "checkpoints": b"",
        "log.vkey": log_key(name, other).vkey().encode(),
    }
    code, _ = verifier(zipped(tmp_path / "log.zip", with_manifest(with_tiles(forged))), key=key_of(sound))
    assert code == 1


@pytest.mark.parametrize("name", ["checkpoint", "checkpoints"])
def test_a_forged_checkpoint_is_found(sound: Files, tmp_path: Path, verifier: Verifier, name: str) -> None:
    forged = re.sub(rb"\n([1-9]00)\n", lambda found: b"\n%d\n" % (int(found[1]) - 1), sound[name])
    assert forged != sound[name]
    code, said = verifier(zipped(tmp_path / "log.zip", with_manifest(sound | {name: forged})))
    assert code == 1
    assert "signed" in said


def test_a_fork_and_an_older_state_are_found_with_a_noted_head(tmp_path: Path, verifier: Verifier) -> None:
    store = tmp_path / "store"
    record(store, 120)
    older = bundled(store, tmp_path / "older.zip")
    shutil.copytree(store, tmp_path / "copy")
    record(store, 30)
    newer = bundled(store, tmp_path / "newer.zip")
    record(tmp_path / "copy", 40, "another")
    fork = bundled(tmp_path / "copy", tmp_path / "fork.zip")
    assert verifier(tmp_path / "newer.zip", head=head_of(older))[0] == 0
    for path, noted in (("older.zip", newer), ("fork.zip", newer), ("newer.zip", fork)):
        assert verifier(tmp_path / path)[0] == 0  # nothing in the file can tell
        code, said = verifier(tmp_path / path, head=head_of(noted))
        assert code == 1
        assert "the first bad entry is" in said


@pytest.mark.parametrize("name", ["entries.jsonl", "checkpoint", "log.vkey", "tile/0/001"])
def test_a_bundle_without_a_part_is_refused(sound: Files, tmp_path: Path, verifier: Verifier, name: str) -> None:
    files = {each: content for each, content in sound.items() if each != name}
    assert verifier(zipped(tmp_path / "log.zip", files))[0] == 1


def test_what_is_no_bundle_is_refused(tmp_path: Path, verifier: Verifier) -> None:
    (tmp_path / "log.zip").write_bytes(b"PK\x03\x04 and nothing more")
    assert verifier(tmp_path / "log.zip")[0] == 1


@pytest.mark.parametrize("name", ["tile/1/000.p/2", "README.txt"])
def test_our_verifiers_find_a_changed_part_that_proves_nothing(sound: Files, tmp_path: Path, name: str) -> None:
    path = zipped(tmp_path / "log.zip", sound | {name: b"x" + sound[name][1:]})
    for which in OURS:
        code, said = verifier_of(which, None)(path)
        assert code == 1
        assert name in said


def test_the_one_file_needs_nothing_of_the_program() -> None:
    source = (VERIFY / "verify_log.py").read_text("utf-8")
    imported = set(re.findall(r"^(?:import|from) ([a-z0-9_]+)", source, re.MULTILINE))
    assert imported - set(sys.stdlib_module_names) == {"cryptography"}


@pytest.mark.skipif(not shutil.which("openssl"), reason="needs openssl")
def test_openssl_accepts_the_signature_and_rejects_another_text(sound: Files, tmp_path: Path) -> None:
    text, _, signatures = sound["checkpoint"].decode().partition("\n\n")
    signature = b64decode(signatures.split(" ")[2])[4:]
    key = LogKey.of_vkey(key_of(sound)).public
    pem = b64encode(bytes.fromhex("302a300506032b6570032100") + key).decode()  # RFC 8410, section 4
    (tmp_path / "key.pem").write_text(f"-----BEGIN PUBLIC KEY-----\n{pem}\n-----END PUBLIC KEY-----\n")
    (tmp_path / "signature").write_bytes(signature)
    for content, code in ((f"{text}\n", 0), (f"{text} \n", 1)):
        (tmp_path / "text").write_text(content)
        command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "key.pem", "-rawin", "-in", "text"]
        done = subprocess.run([*command, "-sigfile", "signature"], cwd=tmp_path, capture_output=True, check=False)
        assert done.returncode == code


def test_the_manifest_tells_what_for_whom_and_why(sound: Files) -> None:
    manifest = json.loads(sound["manifest.json"])
    assert (manifest["size"], manifest["recipient"], manifest["reason"]) == (SIZE, "the auditor", "yearly review")
    for name, about in manifest["files"].items():
        assert about == {"bytes": len(sound[name]), "sha256": sha256(sound[name]).hexdigest()}


def test_a_bundle_is_the_whole_log(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record(tmp_path / "store", 1)
    out = tmp_path / "log.zip"
    assert (
        run(["export", str(tmp_path / "store"), "--format", "bundle", "--out", str(out), *FOR, "--from", "2026-11-21"])
        == 2
    )
    assert "a bundle is the whole log" in capsys.readouterr().err
    assert not out.exists()


@pytest.mark.parametrize(
    ("level", "place", "width", "path"),
    [
        (0, 0, 256, "tile/0/000"),
        (0, 1234067, 256, "tile/0/x001/x234/067"),
        (1, 999, 7, "tile/1/999.p/7"),
        (2, 1000, 256, "tile/2/x001/000"),
    ],
)
def test_tiles_lie_where_the_format_says(level: int, place: int, width: int, path: str) -> None:
    assert tile_path(level, place, width) == path
