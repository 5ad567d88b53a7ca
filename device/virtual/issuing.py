"""Issues a practice card: a person of the deck, vouched for by the practice authority, becomes a `CardImage`.

Keys, the 12-digit number and the codes that the deck does not name are invented anew for each card. A card without a
photo has no object DF27, its offset is 0, and the digest that the signature holds for it is that of nothing.
"""

import secrets
from datetime import date
from importlib.resources import files
from typing import Final

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from device.virtual.card_image import COMMON, JPKI, REGISTRY, SURFACE, TEXT, CardImage, Code, PrivateKey, RecordFile
from device.virtual.issuing_attributes import Secrets, surface_application, text_application
from device.virtual.issuing_jpki import jpki_application
from terminal.card_code import compose
from terminal.practice.authority import Authority
from terminal.practice.deck import Person

PORTRAITS = files("device.virtual") / "portraits"
MUNICIPALITY: Final = b"99001"  # there is no prefecture 99

_ATR: Final = bytes.fromhex("3B888001004B51FFB381D1000F")  # contactless, as current cards show themselves
_SERIAL_DIGITS: Final = 15


def issue(person: Person, authority: Authority, today: date) -> CardImage:
    """A card as it would lie on the reader on `today`. Takes some 0.2 s, for its keys."""
    chip_key = rsa.generate_private_key(65537, 2048)
    chip_key_entry = PrivateKey(chip_key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))
    codes = _invent(person)
    portrait = (PORTRAITS / f"{person.portrait}.jp2").read_bytes() if person.portrait else None
    return CardImage(
        _ATR,
        {
            JPKI: jpki_application(person, authority, today),
            SURFACE: surface_application(person, authority, chip_key.public_key(), codes, portrait)
            | {0x001A: chip_key_entry},
            TEXT: text_application(person, authority, chip_key.public_key(), codes) | {0x0013: chip_key_entry},
            COMMON: {0x0001: RecordFile((_common_record(person),)), 0x001C: _pin()},
            REGISTRY: {0x001C: _pin()},
        },
    )


def _invent(person: Person) -> Secrets:
    number = _number()
    card_code = compose(person.birth_date, person.card.expires.year, person.card.security_code)
    return Secrets(number, card_code, text_pin=_digits(4), municipality=MUNICIPALITY)


def _number() -> str:
    """Twelve random digits, the last of which checks the others (Ordinance No. 85 of 2014, article 5)."""
    digits = _digits(11)
    weighted = sum(int(digit) * (n + 1 if n <= 6 else n - 5) for n, digit in enumerate(reversed(digits), start=1))
    remainder = weighted % 11
    return digits + str(11 - remainder if remainder > 1 else 0)


def _common_record(person: Person) -> bytes:
    """Serial number, municipality, expiry; all free to read on a real card as well."""
    content = _digits(_SERIAL_DIGITS).encode() + MUNICIPALITY + f"{person.card.expires:%Y%m%d}".encode()
    return bytes([0x01, len(content)]) + content


def _pin() -> Code:
    return Code(_digits(4).encode(), tries=3, tries_full=3)


def _digits(count: int) -> str:
    return "".join(secrets.choice("0123456789") for _ in range(count))
