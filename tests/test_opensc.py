"""Someone else's client agrees: OpenSC takes the virtual card, through the real PC/SC service, for what it imitates."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from device.virtual.card_image import CardImage
from device.virtual.insertion import InsertedCard
from device.virtual.issuing import issue
from device.virtual.pcsc_service import VPCD_PORT, VPCD_READER, PcscService
from terminal.certificate import JST
from terminal.clock import SystemClock
from terminal.practice.authority import Authority
from terminal.practice.deck import load_deck

PERSON = load_deck()["p01"]
MESSAGE = b"what OpenSC has the card sign"
MODULE = next(Path("/usr/lib").glob("*/opensc-pkcs11.so"), None)

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 or MODULE is None or shutil.which("pkcs15-tool") is None or shutil.which("pcscd") is None,
    reason="needs root and the Debian packages pcscd, vsmartcard-vpcd, opensc and opensc-pkcs11",
)


@pytest.fixture(scope="module")
def image() -> CardImage:
    now = SystemClock().now()
    return issue(PERSON, Authority.make(now), now.astimezone(JST).date())


@pytest.fixture
def card(image: CardImage, tmp_path: Path) -> Iterator[Path]:
    """The memory of a fresh card that lies on the reader."""
    image.save(tmp_path / "card.json")
    service = PcscService()
    try:
        with InsertedCard(tmp_path / "card.json", "127.0.0.1", VPCD_PORT):
            opensc("opensc-tool", "--wait", "--atr")
            yield tmp_path / "card.json"
    finally:
        service.close()


def run(*command: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)


def opensc(tool: str, *arguments: str) -> str:
    done = run(tool, "--reader", VPCD_READER, *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def sign(folder: Path, pin: str) -> "subprocess.CompletedProcess[str]":
    (folder / "message").write_bytes(MESSAGE)
    return run(
        *("pkcs11-tool", "--module", str(MODULE), "--token-label", "JPKI (User Authentication PIN)"),
        *("--login", "--pin", pin, "--sign", "--mechanism", "SHA256-RSA-PKCS", "--id", "01"),
        *("--input-file", str(folder / "message"), "--output-file", str(folder / "signature")),
    )


def test_it_knows_the_card_by_name(card: Path) -> None:
    assert opensc("opensc-tool", "--name").strip() == "jpki"


def test_it_lists_two_pins_two_keys_and_four_certificates(card: Path) -> None:
    listed = opensc("pkcs15-tool", "--dump")
    titles = [line.partition(" [")[0] for line in listed.splitlines() if line.endswith("]")]
    assert (titles.count("PIN"), titles.count("Private RSA Key"), titles.count("X.509 Certificate")) == (2, 2, 4)
    tries = [int(line.partition(":")[2]) for line in listed.splitlines() if "Tries left" in line]
    assert tries == [3, 5]


def test_it_reads_the_very_certificate_that_was_issued(card: Path, image: CardImage) -> None:
    read = x509.load_pem_x509_certificate(opensc("pkcs15-tool", "--read-certificate", "01").encode())
    assert read == x509.load_der_x509_certificate(image.certificate)


def test_it_does_not_get_the_signing_certificate_without_its_password(card: Path) -> None:
    refused = run("pkcs15-tool", "--reader", VPCD_READER, "--read-certificate", "02")
    assert (refused.returncode, refused.stdout) == (1, "")


def test_a_signature_that_it_has_the_card_make_verifies(card: Path, image: CardImage) -> None:
    done = sign(card.parent, PERSON.card.pin)
    assert done.returncode == 0, done.stderr
    key = x509.load_der_x509_certificate(image.certificate).public_key()
    assert isinstance(key, RSAPublicKey)
    signature = (card.parent / "signature").read_bytes()
    key.verify(signature, MESSAGE, PKCS1v15(), SHA256())
    with pytest.raises(InvalidSignature):
        key.verify(signature, MESSAGE + b"!", PKCS1v15(), SHA256())


def test_a_wrong_pin_costs_one_try_and_the_right_one_gives_it_back(card: Path) -> None:
    assert "CKR_PIN_INCORRECT" in sign(card.parent, "9876").stderr
    assert "Tries left     : 2" in opensc("pkcs15-tool", "--dump")
    assert sign(card.parent, PERSON.card.pin).returncode == 0
    assert "Tries left     : 3" in opensc("pkcs15-tool", "--dump")
