"""Whom the terminal trusts: authorities and card roots that an administrator put into a folder. None is built in.

`*.crt` are X.509 authorities (PEM); `*.cvroot.json` is a root of the municipalities' keys:
`{"issuer": "<16-byte key id, hex>", "modulus": "<hex>", "exponent": 65537}`, or of the next generation of cards
`{"issuer": "<the same>", "p384": "<uncompressed point, hex>"}`.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers

from device.card.profile import CV_CERTIFICATE
from device.card.suites import PublicKey
from terminal.problems import Problem, TerminalError

T = TypeVar("T")


@dataclass(frozen=True)
class Anchors:
    """What was imported; with nothing imported, every issuer is unknown."""

    authorities: tuple[x509.Certificate, ...] = ()
    card_roots: Mapping[bytes, PublicKey] = field(default_factory=dict)


def load_anchors(folder: Path) -> Anchors:
    """Reads the folder. Raises `PROGRAM_ERROR` with the file's name: an anchor half understood is none."""
    try:
        authorities = [_read(path, _authority) for path in sorted(folder.glob("*.crt"))]
        card_roots = [_read(path, _card_root) for path in sorted(folder.glob("*.cvroot.json"))]
        if not folder.is_dir():
            raise FileNotFoundError(folder)
    except OSError as error:
        raise TerminalError(Problem.PROGRAM_ERROR, "the folder of anchors cannot be read") from error
    return Anchors(tuple(authorities), dict(card_roots))


def _authority(content: bytes) -> x509.Certificate:
    return x509.load_pem_x509_certificate(content)


def _card_root(content: bytes) -> tuple[bytes, PublicKey]:
    match json.loads(content):
        case {"issuer": str(issuer), "modulus": str(modulus), "exponent": int(exponent), **rest} if not rest:
            key: PublicKey = RSAPublicNumbers(exponent, int(modulus, 16)).public_key()
        case {"issuer": str(issuer), "p384": str(point), **rest} if not rest:
            key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP384R1(), bytes.fromhex(point))
        case _:
            raise ValueError("another shape")
    if len(issuer) != 2 * CV_CERTIFICATE.key_id_size:
        raise ValueError("a key id of another size")
    return bytes.fromhex(issuer), key


def _read(path: Path, parse: Callable[[bytes], T]) -> T:
    try:
        return parse(path.read_bytes())
    except ValueError as error:
        raise TerminalError(Problem.PROGRAM_ERROR, f"anchor {path.name} cannot be read") from error
