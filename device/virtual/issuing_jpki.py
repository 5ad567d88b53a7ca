"""The JPKI application of a practice card or phone: two certificates, their keys and what guards them."""

import secrets
import string
import struct
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from device.virtual.card_image import AUTHENTICATION_CERTIFICATE, Code, Entry, File, PrivateKey
from terminal.card_token import TokenKind
from terminal.certificate import JST
from terminal.practice.authority import Authority
from terminal.practice.certificates import PrivateKey as SigningKey
from terminal.practice.certificates import digest_for, key_usage
from terminal.practice.deck import Person

AUTHENTICATION_KEY, AUTHENTICATION_PIN = 0x0017, 0x0018
SIGNATURE_KEY, SIGNATURE_PASSWORD = 0x001A, 0x001B
PIN_TRIES, PASSWORD_TRIES = 3, 5

_LABELS: Final = {
    TokenKind.PLASTIC: "JPKIAPICCTOKEN2",
    TokenKind.ANDROID: "JPKIAPGPSETOKEN",
    TokenKind.IPHONE: "JPKIAPIOSTOKEN",
}
_FLAGS: Final = 0x40D  # CKF_RNG, CKF_LOGIN_REQUIRED, CKF_USER_PIN_INITIALIZED, CKF_TOKEN_INITIALIZED
_FILE_SIZE: Final = 2048
_LAST_SECOND: Final = time(23, 59, 59)
_YEARS: Final = 5
_SIGNING_AGE_DAYS: Final = 15 * 365.25  # the signing certificate is for those of 15 years and more


def jpki_application(person: Person, authority: Authority, today: date) -> dict[int, Entry]:
    """公的個人認証AP: who is under 15 on `today` has no signing certificate. A phone's opens with the PIN alone."""
    begins, ends = validity(person, today, _YEARS)
    signs = may_sign(person, today)
    key = rsa.generate_private_key(65537, 2048)
    certificate = holder_certificate(authority.authentication_ca, authority.jpki_key, key, begins, ends)
    opened_by = None if person.card.token is TokenKind.PLASTIC else (AUTHENTICATION_PIN,)
    application: dict[int, Entry] = {
        0x0002: certificate_file(authority.signature_ca),
        0x0006: File(token_info(_LABELS[person.card.token])),
        0x0008: File(bytes([0x8F if signs else 0x00, 0x8F, 0x00])),
        AUTHENTICATION_CERTIFICATE: certificate_file(certificate, opened_by),
        0x000B: certificate_file(authority.authentication_ca),
        AUTHENTICATION_KEY: private_key(key, (AUTHENTICATION_PIN,)),
        AUTHENTICATION_PIN: Code(person.card.pin.encode(), person.card.pin_tries, PIN_TRIES),
    }
    if signs:
        key = rsa.generate_private_key(65537, 2048)
        certificate = holder_certificate(authority.signature_ca, authority.jpki_key, key, begins, ends)
        application |= {
            0x0001: certificate_file(certificate, (SIGNATURE_PASSWORD,)),
            SIGNATURE_KEY: private_key(key, (SIGNATURE_PASSWORD,)),
            SIGNATURE_PASSWORD: signature_password(),
        }
    return application


def validity(person: Person, today: date, years: int) -> tuple[datetime, datetime]:
    """From when and to when the person's certificates are valid, with the last second of a day each."""
    ends_on = today + timedelta(days=person.card.certificate_ends_in_days)
    begins_on = max(_years_before(ends_on, years), person.birth_date)
    begins, ends = (datetime.combine(day, _LAST_SECOND, JST).astimezone(UTC) for day in (begins_on, ends_on))
    return begins, ends


def may_sign(person: Person, today: date) -> bool:
    """Whether the person is old enough for a signing certificate."""
    return (today - person.birth_date).days >= _SIGNING_AGE_DAYS


def holder_certificate(
    ca: x509.Certificate, ca_key: SigningKey, key: SigningKey, begins: datetime, ends: datetime
) -> x509.Certificate:
    """For the holder's `key`: nothing in it but an opaque name, as in the real ones for authentication."""
    opaque = "".join(secrets.choice(string.ascii_uppercase + string.digits) for _ in range(20))
    country = x509.NameAttribute(NameOID.COUNTRY_NAME, "JP")
    authority_key = x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key())
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([country, x509.NameAttribute(NameOID.COMMON_NAME, opaque)]))
        .issuer_name(ca.subject)
        .public_key(key.public_key())
        .serial_number(secrets.randbelow(0x7FFFFFFF) + 1)  # 4 bytes, as real ones are
        .not_valid_before(begins)
        .not_valid_after(ends)
        .add_extension(key_usage("digital_signature"), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(authority_key, critical=False)
        .sign(ca_key, digest_for(ca_key))
    )


def certificate_file(certificate: x509.Certificate, opened_by: tuple[int, ...] | None = None) -> File:
    """A certificate and the filler behind it."""
    return File(certificate.public_bytes(Encoding.DER).ljust(_FILE_SIZE, b"\x00"), opened_by)


def private_key(key: SigningKey, opened_by: tuple[int, ...] | None) -> PrivateKey:
    """A key as it is kept in the card."""
    return PrivateKey(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()), opened_by)


def signature_password() -> Code:
    """Made up, and known to nobody: no clinic asks for it."""
    password = "".join(secrets.choice(string.ascii_uppercase + string.digits) for _ in range(8))
    return Code(password.encode(), PASSWORD_TRIES, PASSWORD_TRIES)


def token_info(label: str) -> bytes:
    """160 bytes: CK_TOKEN_INFO (PKCS #11 v2.40, 3.2) with 32-bit big-endian numbers."""
    texts = (label.encode().ljust(32), b"PRACTICE".ljust(32), b"PRACTICE".ljust(16), b"00000000".ljust(16))
    sessions, pin_lengths, memory, versions = (0, 0, 0, 0), (16, 6), (0, 0, 0, 0), (1, 0, 1, 0)
    numbers = struct.pack(">11I", _FLAGS, *sessions, *pin_lengths, *memory)
    return b"".join(texts) + numbers + bytes(versions) + bytes(16)


def _years_before(day: date, years: int) -> date:
    if (day.month, day.day) == (2, 29):
        day -= timedelta(days=1)
    return day.replace(year=day.year - years)
