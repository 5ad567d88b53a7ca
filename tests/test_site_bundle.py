"""A site bundle makes an identical desk in one command, holds no key, and is not taken when anybody changed it."""

import json
import os
import tomllib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from device.card.anchors import load_anchors
from offline_cache.keys.recovery import write_private
from terminal.__main__ import main
from terminal.configuration.bundle import SiteBundle, as_bytes, certificates, from_bytes
from terminal.configuration.bundle_seal import (
    fingerprint,
    opened,
    seal_to_recovery_key,
    seal_with_passphrase,
)
from terminal.configuration.reading import parse_configuration, read_configuration
from terminal.configuration.settings import (
    Clinic,
    Configuration,
    Eligibility,
    HttpsService,
    Limits,
    Reader,
    ServiceKind,
    Store,
    Support,
    Windows,
)
from terminal.configuration.writing import written
from terminal.practice.authority import Authority
from terminal.problems import Problem, TerminalError
from terminal.sealing.passphrase import Cost

PHRASE = "いつもの 受付 あさの ことば 四つ"
CHEAP = Cost(memory_kib=64, passes=1, lanes=1)
SIGNER = Ed25519PrivateKey.generate()
SIGNED_BY = fingerprint(SIGNER.public_key().public_bytes_raw())
RECOVERY = X25519PrivateKey.generate()


def nobody() -> X25519PrivateKey:
    raise AssertionError("nobody is to be asked")


def unasked() -> str:
    raise AssertionError("nobody is to be asked")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk's configuration, with the practice authorities as those whom it trusts, and its own key."""
    home = tmp_path_factory.mktemp("site")
    Authority.make(datetime.now(UTC)).save(home)
    made = Configuration(
        Clinic("見本内科クリニック", "1319999999", "desk-1"),
        Eligibility(
            ServiceKind.HTTPS,
            https=HttpsService(
                "https://gateway.example/eligibility",
                home / "tls/ca.crt",
                home / "tls/client.crt",
                home / "tls/client.key",
            ),
        ),
        Reader(name="見本リーダー 00", anchors=home / "anchors"),
        store=Store(folder=home / "store"),
        support=Support(upstream="見本センター 03-0000-0000"),
    )
    (home / "desk.toml").write_text(written(made), "utf-8")
    return home


def test_what_is_written_reads_back_as_the_same_configuration(site: Path) -> None:
    made = read_configuration(site / "desk.toml")
    assert parse_configuration(tomllib.loads(written(made)), "again") == made
    assert all("  # " in line for line in written(made).splitlines() if line)


@given(name=st.text(st.characters(exclude_categories=["Cs"])), minutes=st.floats(0, 1e6), is_kiosk=st.booleans())
def test_any_text_and_number_reads_back(name: str, minutes: float, is_kiosk: bool) -> None:
    base = Configuration(
        Clinic(name, "1319999999", "desk-1"),
        Eligibility(ServiceKind.FHIR, fhir=None),
        limits=Limits(offline_warned_days=minutes),
        windows=Windows(kiosk=is_kiosk),
    )
    table = tomllib.loads(written(base))
    assert table["clinic"]["name"] == name
    assert table["limits"]["offline_warned_days"] == minutes
    assert table["windows"]["kiosk"] is is_kiosk


def test_a_passphrase_or_a_recovery_key_opens_it_and_full_width_letters_are_the_same() -> None:
    for sealed in (
        seal_with_passphrase(b"content", "sixteen letters!", SIGNER, CHEAP),
        seal_to_recovery_key(b"content", RECOVERY.public_key().public_bytes_raw(), SIGNER),
    ):
        assert opened(sealed, SIGNED_BY, lambda: "ｓｉｘｔｅｅｎ letters!", lambda: RECOVERY) == b"content"
        assert b"content" not in sealed


def test_the_fingerprint_is_read_as_people_type_it() -> None:
    sealed = seal_with_passphrase(b"content", PHRASE, SIGNER, CHEAP)
    typed = SIGNED_BY.upper().replace(" ", ":")
    assert opened(sealed, typed, lambda: PHRASE, nobody) == b"content"


def problem_of(sealed: bytes, signed_by: str = SIGNED_BY, phrase: str = PHRASE) -> Problem:
    with pytest.raises(TerminalError) as caught:
        opened(sealed, signed_by, lambda: phrase, X25519PrivateKey.generate)
    return caught.value.problem


def test_each_way_of_being_wrong_has_its_own_word() -> None:
    closed = seal_with_passphrase(b"content", PHRASE, SIGNER, CHEAP)
    to_recovery = seal_to_recovery_key(b"content", RECOVERY.public_key().public_bytes_raw(), SIGNER)
    assert problem_of(closed, phrase="another sixteen or so") is Problem.KEY_PASSPHRASE_WRONG
    assert problem_of(to_recovery) is Problem.KEY_MISSING
    assert problem_of(closed, signed_by="0000 " * 8) is Problem.BUNDLE_UNTRUSTED
    assert problem_of(b"{}") is Problem.BUNDLE_UNTRUSTED
    with pytest.raises(TerminalError) as caught:
        seal_with_passphrase(b"content", "short", SIGNER, CHEAP)
    assert caught.value.problem is Problem.KEY_PASSPHRASE_WRONG


def test_someone_elses_signature_over_it_is_not_the_sites() -> None:
    stranger = Ed25519PrivateKey.generate()
    assert problem_of(seal_with_passphrase(b"content", PHRASE, stranger, CHEAP)) is Problem.BUNDLE_UNTRUSTED


@given(st.data())
def test_any_changed_byte_is_noticed_before_anybody_is_asked_for_a_secret(data: st.DataObject) -> None:
    sealed = bytearray(CLOSED)
    at = data.draw(st.integers(0, len(sealed) - 2))  # the last is the line's end
    sealed[at] ^= data.draw(st.integers(1, 255))
    try:
        is_same = json.loads(bytes(sealed)) == json.loads(CLOSED)  # the same hex digit, written large
    except ValueError:
        is_same = False
    if not is_same and bytes(sealed).lower() != CLOSED:
        with pytest.raises(TerminalError) as caught:
            opened(bytes(sealed), SIGNED_BY, unasked, nobody)
        assert caught.value.problem is Problem.BUNDLE_UNTRUSTED


CLOSED = seal_with_passphrase(b"content", PHRASE, SIGNER, CHEAP)


@pytest.mark.parametrize(
    "way",
    [
        {"kdf": "argon2id", "memory_kib": 1 << 24, "passes": 1, "lanes": 1, "salt": "00" * 16},
        {"kdf": "argon2id", "memory_kib": 64, "passes": 1, "lanes": 1, "salt": "zz"},
        {"kdf": "argon2id", "memory_kib": 64, "passes": 1, "lanes": 1, "salt": 7},
        {"kdf": "none"},
        [],
    ],
)
def test_what_the_signer_itself_wrote_wrongly_is_refused_as_well(way: object) -> None:
    said = json.loads(CLOSED)
    del said["signature"]
    said["way"] = way
    told = json.dumps(said, sort_keys=True, separators=(",", ":")).encode()
    said["signature"] = SIGNER.sign(b"uketsuke/site bundle/1\0" + told).hex()
    assert problem_of(json.dumps(said).encode()) is Problem.BUNDLE_UNTRUSTED


def test_a_key_beside_a_certificate_stays_where_it_is(site: Path) -> None:
    both = (site / "tls/ca.crt").read_bytes() + (site / "tls/client.key").read_bytes()
    assert b"PRIVATE KEY" in both
    assert certificates("ca.crt", both) == certificates("ca.crt", (site / "tls/ca.crt").read_bytes())
    with pytest.raises(TerminalError, match="no certificate"):
        certificates("ca.crt", (site / "tls/client.key").read_bytes())


@pytest.mark.parametrize("name", ["../desk.toml", "a/b.crt", ".crt", "", "a\0.crt"])
def test_a_files_name_is_never_a_path(site: Path, name: str) -> None:
    made = read_configuration(site / "desk.toml")
    pem = (site / "tls/ca.crt").read_bytes()
    with pytest.raises(TerminalError) as caught:
        as_bytes(SiteBundle(made, {"https": pem}, {name: pem}))
    assert caught.value.problem is Problem.CONFIGURATION_WRONG
    content = json.loads(as_bytes(SiteBundle(made, {"https": pem}, {})))
    content["anchors"] = {name: pem.decode()}
    with pytest.raises(TerminalError):
        from_bytes(json.dumps(content).encode())


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"v":2}', b'{"v":1,"settings":1,"services":{},"anchors":{}}'])
def test_a_content_that_is_none_of_ours_is_refused(content: bytes) -> None:
    with pytest.raises(TerminalError) as caught:
        from_bytes(content)
    assert caught.value.problem is Problem.BUNDLE_UNTRUSTED


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
