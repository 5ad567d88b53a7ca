"""Who vouches for what in the practice set: authorities made afresh, in place of the state's and the payers'.

Every certificate has PRACTICE in its name and nobody else trusts it. Keys are kept in plain, readable by their owner
alone, because what they protect is invented.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import Final, cast

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from terminal.practice.private_file import write_private

_CardKey = rsa.RSAPrivateKey
_PrivateKey = _CardKey | ec.EllipticCurvePrivateKey
_YEAR: Final = timedelta(days=365)
_TLS_NAMES: Final = (x509.DNSName("localhost"), x509.IPAddress(IPv4Address("127.0.0.1")))
_AUTHENTICATION: Final = "JPKI for user authentication"
_SIGNATURE: Final = "JPKI for digital signature"


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

    @classmethod
    def make(cls, now: datetime) -> "Authority":
        """Makes all keys and certificates; some 0.3 s. `now` is aware."""
        jpki_key = _rsa_key()
        return cls(
            jpki_key,
            _jpki_ca(_AUTHENTICATION, jpki_key, now),
            _jpki_ca(_SIGNATURE, jpki_key, now),
            CardRoot(card_key_identifier(b"9000023"), _rsa_key()),
            CardRoot(card_key_identifier(b"9000033"), _rsa_key()),
            _rsa_key(),
            _make_tls(now),
        )

    def save(self, folder: Path) -> None:
        """Writes `anchors/` (what a terminal trusts), `tls/` (the line) and `keys/` (what cards are issued with)."""
        for name in ("anchors", "tls", "keys"):
            (folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private(folder / "anchors/practice.crt", self.authentication_ca.public_bytes(Encoding.PEM))
        for name, root in (("surface", self.surface_root), ("text", self.text_root)):
            write_private(folder / f"anchors/{name}.cvroot.json", _card_root_json(root))
            write_private(folder / f"keys/{name}.key", _key_pem(root.key))
        for name, content in self.tls.items():
            write_private(folder / "tls" / name, content)
        write_private(folder / "keys/signature_ca.crt", self.signature_ca.public_bytes(Encoding.PEM))
        write_private(folder / "keys/jpki.key", _key_pem(self.jpki_key))
        write_private(folder / "keys/municipality.key", _key_pem(self.municipality_key))

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
        )


def card_key_identifier(digits: bytes) -> bytes:
    """A key id as cards have it, 16 bytes: 7 digits, `08 05`, 3 digits, filler. Practice ids begin with 9."""
    return (digits + b"\x08\x05" + b"001").ljust(16, b"\x00")


def key_usage(*uses: str) -> x509.KeyUsage:
    """A key usage extension (RFC 5280, 4.2.1.3) with just these bits, by their names in `cryptography`."""
    names = (
        *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement"),
        *("key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
    )
    return x509.KeyUsage(**{name: name in uses for name in names})


def _rsa_key() -> _CardKey:
    return rsa.generate_private_key(65537, 2048)


def _key_pem(key: _PrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _card_root_json(root: CardRoot) -> bytes:
    numbers = root.key.public_key().public_numbers()
    anchor = {"issuer": root.identifier.hex(), "modulus": f"{numbers.n:x}", "exponent": numbers.e}
    return json.dumps(anchor, indent=1).encode()


def _jpki_ca(unit: str, key: _CardKey, now: datetime) -> x509.Certificate:
    """Shaped as the real authority: country, O, two OU; the O says that it is not."""
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "PRACTICE"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, unit),
            x509.NameAttribute(
                NameOID.ORGANIZATIONAL_UNIT_NAME, "PRACTICE Agency for Local Authority Information Systems"
            ),
        ]
    )
    return _ca(name, key, now - 7 * _YEAR, now + 10 * _YEAR)  # cards of the deck were issued years ago


def _ca(name: x509.Name, key: _PrivateKey, begins: datetime, ends: datetime) -> x509.Certificate:
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    return (
        _begun(name, name, key, begins, ends)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(key_usage("key_cert_sign", "crl_sign"), critical=True)
        .add_extension(identifier, critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False)
        .sign(key, SHA256())
    )


def _make_tls(now: datetime) -> dict[str, bytes]:
    ca_key = ec.generate_private_key(ec.SECP256R1())
    ca = _ca(_common_name("PRACTICE line"), ca_key, now - timedelta(days=1), now + _YEAR)
    files = {"ca.crt": ca.public_bytes(Encoding.PEM)}
    for name, subject, purpose in (
        ("server", "PRACTICE eligibility service", ExtendedKeyUsageOID.SERVER_AUTH),
        ("client", "PRACTICE desk", ExtendedKeyUsageOID.CLIENT_AUTH),
    ):
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = (
            _begun(_common_name(subject), ca.subject, key, ca.not_valid_before_utc, ca.not_valid_after_utc)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(key_usage("digital_signature"), critical=True)
            .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
            .add_extension(x509.SubjectAlternativeName(_TLS_NAMES), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False)
            .sign(ca_key, SHA256())
        )
        files |= {f"{name}.crt": certificate.public_bytes(Encoding.PEM), f"{name}.key": _key_pem(key)}
    return files


def _common_name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _begun(
    subject: x509.Name, issuer: x509.Name, key: _PrivateKey, begins: datetime, ends: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
    )
