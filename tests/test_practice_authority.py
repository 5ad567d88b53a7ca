"""The practice authorities: what they write can be read back, trusted where it should be, and by nobody else."""

import json
import ssl
import threading
from datetime import UTC, datetime
from pathlib import Path
from socket import socketpair

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature

from terminal.practice.authority import Authority

NOW = datetime.now(UTC)  # TLS compares with the machine's own clock


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority.make(NOW)


@pytest.fixture(scope="module")
def folder(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("practice")
    authority.save(folder)
    return folder


def test_an_authority_comes_back_as_it_was_saved(authority: Authority, folder: Path) -> None:
    again = Authority.load(folder)
    assert again.tls == authority.tls
    assert (again.authentication_ca, again.signature_ca) == (authority.authentication_ca, authority.signature_ca)
    assert again.text_root.identifier == authority.text_root.identifier
    assert again.municipality_key.private_numbers() == authority.municipality_key.private_numbers()
    ours, theirs = authority.next_generation, again.next_generation
    assert (theirs.authentication_ca, theirs.signature_ca) == (ours.authentication_ca, ours.signature_ca)
    assert theirs.surface_root.private_numbers() == ours.surface_root.private_numbers()


def test_only_the_owner_may_read_anything(folder: Path) -> None:
    assert {entry.stat().st_mode & 0o077 for entry in folder.rglob("*")} == {0}


def test_the_anchors_are_public_parts_alone(authority: Authority, folder: Path) -> None:
    assert {entry.name for entry in (folder / "anchors").iterdir()} == {
        "next.crt",
        "next.cvroot.json",
        "practice.crt",
        "surface.cvroot.json",
        "text.cvroot.json",
    }
    root = json.loads((folder / "anchors/surface.cvroot.json").read_bytes())
    numbers = authority.surface_root.key.public_key().public_numbers()
    assert root == {
        "issuer": authority.surface_root.identifier.hex(),
        "modulus": f"{numbers.n:x}",
        "exponent": numbers.e,
    }
    assert len(authority.surface_root.identifier) == 16


def test_every_certificate_says_that_it_is_for_practice(folder: Path) -> None:
    for file in folder.rglob("*.crt"):
        certificate = x509.load_pem_x509_certificate(file.read_bytes())
        assert "PRACTICE" in certificate.subject.rfc4514_string(), file.name
        assert "PRACTICE" in certificate.issuer.rfc4514_string(), file.name


def test_two_authorities_have_nothing_in_common(authority: Authority) -> None:
    other = Authority.make(NOW)
    assert other.tls["ca.crt"] != authority.tls["ca.crt"]
    with pytest.raises(InvalidSignature):
        other.authentication_ca.verify_directly_issued_by(authority.authentication_ca)


@pytest.fixture
def server_context(folder: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "tls/server.crt", folder / "tls/server.key")
    context.load_verify_locations(folder / "tls/ca.crt")
    context.verify_mode = ssl.CERT_REQUIRED
    return context


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1"])
def test_desk_and_service_trust_each_other_by_both_names(
    folder: Path, server_context: ssl.SSLContext, name: str
) -> None:
    context = ssl.create_default_context(cafile=folder / "tls/ca.crt")
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    context.load_cert_chain(folder / "tls/client.crt", folder / "tls/client.key")
    ours, theirs = socketpair()
    seen: list[bytes | None] = []

    def serve() -> None:
        with server_context.wrap_socket(theirs, server_side=True) as line:
            seen.append(line.getpeercert(binary_form=True))
            line.sendall(b"!")

    serving = threading.Thread(target=serve)
    serving.start()
    with context.wrap_socket(ours, server_hostname=name) as line:
        assert line.recv(1) == b"!"
    serving.join(timeout=30)
    client = x509.load_pem_x509_certificate((folder / "tls/client.crt").read_bytes())
    assert seen[0] is not None
    assert x509.load_der_x509_certificate(seen[0]) == client
