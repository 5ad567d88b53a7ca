"""What belongs here: `uketsuke config export` and `import`, from one desk to the next, by the command alone."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sites import PHRASE, made_site

from device.card.anchors import load_anchors
from offline_cache.keys.recovery import write_private
from terminal.__main__ import main
from terminal.configuration.bundle import certificates
from terminal.configuration.reading import read_configuration

RECOVERY = X25519PrivateKey.generate()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_site(tmp_path_factory.mktemp("site"))


def descriptor_of(*lines: str) -> str:
    ours, theirs = os.pipe()
    os.write(theirs, "".join(f"{line}\n" for line in lines).encode())
    os.close(theirs)
    return str(ours)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("safe")
    public = RECOVERY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (folder / "recovery.pub").write_bytes(public)
    (folder / "recovery.pem").write_bytes(write_private(RECOVERY))
    return folder


def exported(site: Path, keys: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[Path, str]:
    """A bundle and its signer's fingerprint, as the command says it."""
    bundle = tmp_path / "site.bundle"
    to = ["--recovery", str(keys / "recovery.pub"), "--make-signer", str(tmp_path / "signer.pem")]
    assert main(["config", "export", "--config", str(site / "desk.toml"), "--to", str(bundle), *to]) == 0
    said = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("Signed by: "))
    return bundle, said.removeprefix("Signed by: ")


def test_one_command_makes_an_identical_desk_of_another_name(
    site: Path, keys: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle, signed_by = exported(site, keys, tmp_path, capsys)
    file = tmp_path / "etc" / "desk.toml"
    importing = ["config", "import", str(bundle), "--config", str(file), "--key", str(keys / "recovery.pem")]
    assert main([*importing, "--signed-by", signed_by, "--terminal", "desk-2"]) == 0
    said = capsys.readouterr().out
    assert "desk-2 of 見本内科クリニック" in said
    assert "uketsuke keys init" in said
    before, after = read_configuration(site / "desk.toml"), read_configuration(file)
    assert after.clinic == replace(before.clinic, terminal="desk-2")
    assert (after.store, after.support, after.reader.name) == (before.store, before.support, before.reader.name)
    assert after.eligibility.https is not None
    assert before.eligibility.https is not None
    assert after.eligibility.https.ca_file.read_bytes() == certificates(
        "", before.eligibility.https.ca_file.read_bytes()
    )
    assert after.eligibility.https.client_key == before.eligibility.https.client_key
    assert before.reader.anchors is not None
    assert after.reader.anchors is not None
    assert load_anchors(after.reader.anchors) == load_anchors(before.reader.anchors)
    assert not any(b"PRIVATE KEY" in path.read_bytes() for path in (tmp_path / "etc").rglob("*") if path.is_file())

    assert main([*importing, "--signed-by", signed_by, "--terminal", "desk-3"]) == 1
    assert "--replace" in capsys.readouterr().err
    assert main([*importing, "--signed-by", signed_by, "--terminal", "desk-3", "--replace"]) == 0
    assert read_configuration(file).clinic.terminal == "desk-3"


def test_a_bundle_that_was_changed_or_is_another_signers_writes_nothing(
    site: Path, keys: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle, signed_by = exported(site, keys, tmp_path, capsys)
    file = tmp_path / "etc" / "desk.toml"
    importing = ["config", "import", str(bundle), "--config", str(file), "--key", str(keys / "recovery.pem")]
    assert main([*importing, "--signed-by", "0123 " * 8, "--terminal", "desk-2"]) == 1
    assert "bundle_untrusted" in capsys.readouterr().err
    changed = json.loads(bundle.read_bytes())
    changed["sealed"] = changed["sealed"][:-2] + ("00" if changed["sealed"][-2:] != "00" else "11")
    bundle.write_text(json.dumps(changed))
    assert main([*importing, "--signed-by", signed_by, "--terminal", "desk-2"]) == 1
    assert "bundle_untrusted" in capsys.readouterr().err
    assert not file.parent.exists()


def test_the_passphrase_comes_over_a_descriptor_and_the_bundle_is_its_owners_alone(
    site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle, signer = tmp_path / "site.bundle", tmp_path / "signer.pem"
    exporting = ["config", "export", "--config", str(site / "desk.toml"), "--to", str(bundle)]
    assert main([*exporting, "--make-signer", str(signer), "--passphrase-fd", descriptor_of(PHRASE)]) == 0
    said = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("Signed by: "))
    importing = ["config", "import", str(bundle), "--config", str(tmp_path / "desk.toml"), "--terminal", "desk-2"]
    importing += ["--signed-by", said.removeprefix("Signed by: ")]
    assert main([*importing, "--passphrase-fd", descriptor_of(PHRASE)]) == 0
    assert oct(bundle.stat().st_mode & 0o777) == "0o600"


def test_a_signers_key_is_not_left_by_an_export_that_failed(site: Path, tmp_path: Path) -> None:
    bundle, signer = tmp_path / "site.bundle", tmp_path / "signer.pem"
    exporting = ["config", "export", "--config", str(site / "desk.toml"), "--to", str(bundle)]
    exporting += ["--make-signer", str(signer), "--passphrase-fd"]
    assert main([*exporting, descriptor_of("short")]) == 1
    assert not signer.exists()
    assert main([*exporting, descriptor_of(PHRASE)]) == 0


def test_the_same_signer_signs_the_next_bundle_and_no_file_is_overwritten(
    site: Path, keys: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle, signed_by = exported(site, keys, tmp_path, capsys)
    exporting = ["config", "export", "--config", str(site / "desk.toml"), "--recovery", str(keys / "recovery.pub")]
    exporting += ["--signer", str(tmp_path / "signer.pem")]
    assert main([*exporting, "--to", str(bundle)]) == 1
    assert "File exists" in capsys.readouterr().err
    assert main([*exporting, "--to", str(tmp_path / "second.bundle")]) == 0
    assert signed_by in capsys.readouterr().out
