"""Who vouches for what in the practice set: authorities made afresh, in place of the state's and the payers'.

Every certificate has PRACTICE in its name and nobody else trusts it. Keys are kept in plain, readable by their owner
alone, because what they protect is invented.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import cast

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

from terminal.practice.authority_next import NextAuthority
from terminal.practice.certificates import AUTHENTICATION, SIGNATURE, jpki_ca, key_pem, make_tls
from terminal.practice.private_file import write_private

_CardKey = rsa.RSAPrivateKey


@dataclass(frozen=True)
class CardRoot:
    """The key that vouches for a municipality's key in one application; `identifier` is its 16-byte key id."""

    identifier: bytes
    key: _CardKey = field(repr=False)


@dataclass(frozen=True)
class Authority:
    """Everything that practice cards and the practice line are vouched for with."""

    jpki_key: _CardKey = field(repr=False)
    authentication_ca: x509.Certificate  # one key under two names, as the holder's two certificates want it
    signature_ca: x509.Certificate
    surface_root: CardRoot
    text_root: CardRoot
    municipality_key: _CardKey = field(repr=False)  # signs what cards hold, in both applications
    tls: dict[str, bytes] = field(repr=False)  # PEM by file name
    next_generation: NextAuthority

    @classmethod
    def make(cls, now: datetime, tls: dict[str, bytes] | None = None) -> "Authority":
        """Makes all keys and certificates, or around those of a line that is there already; 0.3 s. `now` is aware."""
        jpki_key = _rsa_key()
        return cls(
            jpki_key,
            jpki_ca(AUTHENTICATION, jpki_key, now),
            jpki_ca(SIGNATURE, jpki_key, now),
            CardRoot(card_key_identifier(b"9000023"), _rsa_key()),
            CardRoot(card_key_identifier(b"9000033"), _rsa_key()),
            _rsa_key(),
            tls or make_tls(now),
            NextAuthority.make(now),
        )

    def save(self, folder: Path) -> None:
        """Writes `anchors/` (what a terminal trusts), `tls/` (the line) and `keys/` (what cards are issued with)."""
        for name in ("anchors", "keys"):
            (folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private(folder / "anchors/practice.crt", self.authentication_ca.public_bytes(Encoding.PEM))
        for name, root in (("surface", self.surface_root), ("text", self.text_root)):
            write_private(folder / f"anchors/{name}.cvroot.json", _card_root_json(root))
            write_private(folder / f"keys/{name}.key", key_pem(root.key))
        save_tls(self.tls, folder)
        write_private(folder / "keys/signature_ca.crt", self.signature_ca.public_bytes(Encoding.PEM))
        write_private(folder / "keys/jpki.key", key_pem(self.jpki_key))
        write_private(folder / "keys/municipality.key", key_pem(self.municipality_key))
        self.next_generation.save(folder)

    @classmethod
    def load(cls, folder: Path) -> "Authority":
        """Reads what `save` wrote. Raises `OSError`, `ValueError` or `KeyError`: the files are our own."""

        def certificate(name: str) -> x509.Certificate:
            return x509.load_pem_x509_certificate((folder / name).read_bytes())

        def key(name: str) -> _CardKey:
            return cast(_CardKey, load_pem_private_key((folder / "keys" / name).read_bytes(), None))

        def root(name: str) -> CardRoot:
            anchor = json.loads((folder / f"anchors/{name}.cvroot.json").read_bytes())
            return CardRoot(bytes.fromhex(anchor["issuer"]), key(f"{name}.key"))

        return cls(
            key("jpki.key"),
            certificate("anchors/practice.crt"),
            certificate("keys/signature_ca.crt"),
            root("surface"),
            root("text"),
            key("municipality.key"),
            {file.name: file.read_bytes() for file in sorted((folder / "tls").iterdir())},
            NextAuthority.load(folder),
        )


def save_tls(tls: dict[str, bytes], folder: Path) -> None:
    """Writes `tls/`: all that the line needs."""
    (folder / "tls").mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, content in tls.items():
        write_private(folder / "tls" / name, content)


def card_key_identifier(digits: bytes) -> bytes:
    """A key id as cards have it, 16 bytes: 7 digits, `08 05`, 3 digits, filler. Practice ids begin with 9."""
    return (digits + b"\x08\x05" + b"001").ljust(16, b"\x00")


def _rsa_key() -> _CardKey:
    return rsa.generate_private_key(65537, 2048)


def _card_root_json(root: CardRoot) -> bytes:
    numbers = root.key.public_key().public_numbers()
    anchor = {"issuer": root.identifier.hex(), "modulus": f"{numbers.n:x}", "exponent": numbers.e}
    return json.dumps(anchor, indent=1).encode()
