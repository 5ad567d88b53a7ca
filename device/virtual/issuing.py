"""Issues a practice card: a person of the deck, vouched for by the practice authority, becomes a `CardImage`.

Keys, the 12-digit number and the codes that the deck does not name are invented anew for each card. A card without a
photo has no object DF27, its offset is 0, and the digest that the signature holds for it is that of nothing.
"""

import secrets
from datetime import date
from importlib.resources import files
from typing import Final, assert_never

from cryptography.hazmat.primitives.asymmetric import rsa

from device.virtual.card_image import (
    COMMON,
    JPKI,
    NEXT_AUTHENTICATION,
    NEXT_SURFACE,
    REGISTRY,
    SURFACE,
    TEXT,
    Application,
    CardImage,
    Code,
    RecordFile,
)
from device.virtual.issuing_attributes import Secrets, surface_application, text_application
from device.virtual.issuing_jpki import jpki_application, private_key
from device.virtual.issuing_next import authentication_application, next_surface_application
from terminal.card_token import Generation, TokenKind
from terminal.practice.authority import Authority
from terminal.practice.deck import Person
from terminal.practice.reaction import card_code

PORTRAITS = files("device.virtual") / "portraits"
MUNICIPALITY: Final = b"99001"  # there is no prefecture 99

_ATR: Final = bytes.fromhex("3B888001004B51FFB381D1000F")  # contactless, as current cards show themselves
_PHONE_ATR: Final = bytes.fromhex("3B80800101")  # contactless without a word about itself (PC/SC part 3, 3.1.3.2.3.1)
_SERIAL_DIGITS: Final = 15


def issue(person: Person, authority: Authority, today: date) -> CardImage:
    """A card or phone as it would lie on the reader on `today`. Takes some 0.2 s, for its keys."""
    if person.card.token is not TokenKind.PLASTIC:
        return CardImage(_PHONE_ATR, {JPKI: jpki_application(person, authority, today)})
    codes = Secrets(_number(), card_code(person), text_pin=_digits(4), municipality=MUNICIPALITY)
    portrait = (PORTRAITS / f"{person.portrait}.jp2").read_bytes() if person.portrait else None
    match person.card.generation:
        case Generation.PRESENT:
            return CardImage(_ATR, _present(person, authority, today, codes, portrait))
        case Generation.NEXT:
            authentication = authentication_application(person, authority.next_generation, today)
            surface = next_surface_application(person, authority.next_generation, codes, portrait)
            return CardImage(_ATR, {NEXT_AUTHENTICATION: authentication, NEXT_SURFACE: surface})
        case _:
            assert_never(person.card.generation)


def _present(
    person: Person, authority: Authority, today: date, codes: Secrets, portrait: bytes | None
) -> dict[bytes, Application]:
    chip_key = rsa.generate_private_key(65537, 2048)
    surface = surface_application(person, authority, chip_key.public_key(), codes, portrait)
    text = text_application(person, authority, chip_key.public_key(), codes)
    return {
        JPKI: jpki_application(person, authority, today),
        SURFACE: surface | {0x001A: private_key(chip_key, None)},
        TEXT: text | {0x0013: private_key(chip_key, None)},
        COMMON: {0x0001: RecordFile((_common_record(person),)), 0x001C: _pin()},
        REGISTRY: {0x001C: _pin()},
    }


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
