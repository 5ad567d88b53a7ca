"""What belongs here: how a site bundle is written, closed and opened, holds no key, and is not taken when changed."""

import json
import tomllib
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from sites import PHRASE, made_site

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
    Limits,
    ServiceKind,
    Windows,
)
from terminal.configuration.writing import written
from terminal.problems import Problem, TerminalError
from terminal.sealing.passphrase import Cost

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
    return made_site(tmp_path_factory.mktemp("site"))


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
