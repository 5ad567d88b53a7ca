"""Who vouches for practice cards of the next generation: the same offices as today's, with keys on P-384.

Kept as `authority` keeps its own: in plain, because what they protect is invented.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final, cast

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP384R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from terminal.practice.certificates import AUTHENTICATION, SIGNATURE, jpki_ca, key_pem
from terminal.practice.private_file import write_private

ROOT_IDENTIFIER: Final = (b"9000043" + b"\x08\x05" + b"001").ljust(16, b"\x00")  # a key id, as cards have it


@dataclass(frozen=True)
class NextAuthority:
    """Everything that practice cards of the next generation are vouched for with."""

    jpki_key: EllipticCurvePrivateKey = field(repr=False)
    authentication_ca: x509.Certificate  # one key under two names, as today
    signature_ca: x509.Certificate
    surface_root: EllipticCurvePrivateKey = field(repr=False)  # vouches for the municipality's key
    municipality_key: EllipticCurvePrivateKey = field(repr=False)  # signs what cards hold

    @classmethod
    def make(cls, now: datetime) -> "NextAuthority":
        """Makes all keys and certificates. `now` is aware."""
        jpki_key, root, municipality_key = (generate_private_key(SECP384R1()) for _ in range(3))
        return cls(
            jpki_key, jpki_ca(AUTHENTICATION, jpki_key, now), jpki_ca(SIGNATURE, jpki_key, now), root, municipality_key
        )

    def save(self, folder: Path) -> None:
        """Writes into `anchors/` and `keys/`, which are there."""
        point = self.surface_root.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        anchor = {"issuer": ROOT_IDENTIFIER.hex(), "p384": point.hex()}
        write_private(folder / "anchors/next.crt", self.authentication_ca.public_bytes(Encoding.PEM))
        write_private(folder / "anchors/next.cvroot.json", json.dumps(anchor, indent=1).encode())
        write_private(folder / "keys/next_signature_ca.crt", self.signature_ca.public_bytes(Encoding.PEM))
        for name, key in (
            ("jpki", self.jpki_key),
            ("surface", self.surface_root),
            ("municipality", self.municipality_key),
        ):
            write_private(folder / f"keys/next_{name}.key", key_pem(key))

    @classmethod
    def load(cls, folder: Path) -> "NextAuthority":
        """Reads what `save` wrote. Raises `OSError` or `ValueError`: the files are our own."""

        def key(name: str) -> EllipticCurvePrivateKey:
            pem = (folder / f"keys/next_{name}.key").read_bytes()
            return cast(EllipticCurvePrivateKey, load_pem_private_key(pem, None))

        return cls(
            key("jpki"),
            x509.load_pem_x509_certificate((folder / "anchors/next.crt").read_bytes()),
            x509.load_pem_x509_certificate((folder / "keys/next_signature_ca.crt").read_bytes()),
            key("surface"),
            key("municipality"),
        )
