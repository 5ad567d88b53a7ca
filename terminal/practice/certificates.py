"""How the certificates of the practice set are made (X.509, RFC 5280): authorities, and the two ends of the line.

Every one has PRACTICE in its name.
"""

from datetime import datetime, timedelta
from ipaddress import IPv4Address
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHENTICATION: Final = "JPKI for user authentication"
SIGNATURE: Final = "JPKI for digital signature"

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
_YEAR: Final = timedelta(days=365)
_TLS_NAMES: Final = (x509.DNSName("localhost"), x509.IPAddress(IPv4Address("127.0.0.1")))


def key_usage(*uses: str) -> x509.KeyUsage:
    """A key usage extension (RFC 5280, 4.2.1.3) with just these bits, by their names in `cryptography`."""
    names = (
        *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement"),
        *("key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
    )
    return x509.KeyUsage(**{name: name in uses for name in names})


def key_pem(key: PrivateKey) -> bytes:
    """A key in plain (PKCS #8)."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def digest_for(key: PrivateKey) -> SHA256 | SHA384:
    """What this kind of key signs over in certificates: as strong as the key."""
    return SHA384() if isinstance(key, ec.EllipticCurvePrivateKey) and key.key_size > 256 else SHA256()


def jpki_ca(unit: str, key: PrivateKey, now: datetime) -> x509.Certificate:
    """An authority for holders' certificates, shaped as the real one; its O says that it is not."""
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
    return _ca(name, key, now - 11 * _YEAR, now + 10 * _YEAR)  # cards of the deck were issued years ago


def make_tls(now: datetime) -> dict[str, bytes]:
    """The line's authority, and certificate and key of service and desk: PEM by file name.

    The service has a second one, `server_ended`, that nobody should take any more.
    """
    ca_key = ec.generate_private_key(ec.SECP256R1())
    ca = _ca(_common_name("PRACTICE line"), ca_key, now - timedelta(days=1), now + _YEAR)
    files = {"ca.crt": ca.public_bytes(Encoding.PEM)}
    ends, ended = ca.not_valid_after_utc, ca.not_valid_before_utc + timedelta(hours=1)
    for name, subject, purpose, last in (
        ("server", "PRACTICE eligibility service", ExtendedKeyUsageOID.SERVER_AUTH, ends),
        ("server_ended", "PRACTICE eligibility service", ExtendedKeyUsageOID.SERVER_AUTH, ended),
        ("client", "PRACTICE desk", ExtendedKeyUsageOID.CLIENT_AUTH, ends),
    ):
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = (
            _begun(_common_name(subject), ca.subject, key, ca.not_valid_before_utc, last)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(key_usage("digital_signature"), critical=True)
            .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
            .add_extension(x509.SubjectAlternativeName(_TLS_NAMES), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False)
            .sign(ca_key, digest_for(ca_key))
        )
        files |= {f"{name}.crt": certificate.public_bytes(Encoding.PEM), f"{name}.key": key_pem(key)}
    return files


def _ca(name: x509.Name, key: PrivateKey, begins: datetime, ends: datetime) -> x509.Certificate:
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    return (
        _begun(name, name, key, begins, ends)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(key_usage("key_cert_sign", "crl_sign"), critical=True)
        .add_extension(identifier, critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False)
        .sign(key, digest_for(key))
    )


def _common_name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _begun(
    subject: x509.Name, issuer: x509.Name, key: PrivateKey, begins: datetime, ends: datetime
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
