"""The two applications that tell who the holder is: 券面確認 (as printed, with the photo) and 券面入力補助 (as text).

Both are signed with the municipality's key, which a card-verifiable certificate in each of them vouches for. Pure but
for random filler.
"""

import hashlib
import secrets
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.utils import NoDigestInfo
from cryptography.hazmat.primitives.hashes import SHA256

from device.virtual.card_image import Code, Entry, File
from device.virtual.printing import blank_png, digits_png
from device.virtual.tlv_writing import padded, public_key, tlv, with_offsets
from terminal.practice.authority import Authority, CardRoot, card_key_identifier
from terminal.practice.deck import Person

BIRTH_KEY, SURFACE_CODE_B, SURFACE_CODE_A = 0x0011, 0x0012, 0x0013
TEXT_PIN, TEXT_LOCKED, TEXT_CODE_A, TEXT_CODE_B = 0x0011, 0x0012, 0x0014, 0x0015
CODE_TRIES, PIN_TRIES = 10, 3

_THREE_DIGESTS_INFO = bytes.fromhex("3071300D06096086480165030402010500") + b"\x04\x60"  # 96 bytes where 32 are usual


@dataclass(frozen=True)
class Secrets:
    """What opens the two applications. `number` (個人番号) is code A, and no program of ours ever asks for it."""

    number: str = field(repr=False)
    card_code: str = field(repr=False)
    text_pin: str = field(repr=False)
    municipality: bytes  # 5 digits


def surface_application(
    person: Person, authority: Authority, chip_key: RSAPublicKey, codes: Secrets, portrait: bytes | None
) -> dict[int, Entry]:
    """券面確認AP. `portrait` is JPEG 2000 in its JP2 container."""
    key = authority.municipality_key
    birth_date = _day(person)
    chip = public_key(chip_key)
    age_record = tlv(0xDF11, birth_date) + tlv(0xDF12, chip)
    number_picture = tlv(0xDF41, digits_png(codes.number)) + tlv(0xDF42, chip)
    basic = (
        tlv(0xDF31, bytes.fromhex("06030E01"))
        + tlv(0xDF32, card_key_identifier(b"9300001"))
        + tlv(0xDF33, b"\x01")
        + tlv(0xDF34, codes.municipality)
        + tlv(0xDF35, secrets.token_bytes(16 + 256))
    )
    return {
        0x0001: File(_signed(0xFF10, age_record, 0xDF13, key), (BIRTH_KEY,)),
        0x0002: File(padded(_surface(person, key, chip, portrait)), (SURFACE_CODE_A, SURFACE_CODE_B)),
        0x0003: File(tlv(0xFF30, basic)),
        0x0004: File(_cv_certificate(authority.surface_root, key.public_key())),
        0x0005: File(_signed(0xFF40, number_picture, 0xDF43, key), (SURFACE_CODE_A,)),
        BIRTH_KEY: _code(codes.card_code[:6]),
        SURFACE_CODE_B: _code(codes.card_code, person.card.card_code_tries),
        SURFACE_CODE_A: _code(codes.number),
    }


def text_application(person: Person, authority: Authority, chip_key: RSAPublicKey, codes: Secrets) -> dict[int, Entry]:
    """券面入力補助AP, without its secure messaging."""
    key = authority.municipality_key
    number = tlv(0xFF10, codes.number.encode()) + b"\xff\xff"
    attributes = {0xDF22: person.name.encode(), 0xDF23: person.address.encode(), 0xDF24: _day(person)}
    attributes |= {0xDF25: person.sex.encode()}
    covered = b"".join(tlv(tag, value) for tag, value in attributes.items())
    digests = tlv(0xDF31, _sha256(number)) + tlv(0xDF32, _sha256(covered))
    basic = tlv(0xDF41, bytes.fromhex("01030E01")) + tlv(0xDF42, card_key_identifier(b"9400001"))
    basic += tlv(0xDF43, secrets.token_bytes(128), is_wide=True)
    anyone_known = (TEXT_PIN, TEXT_CODE_A, TEXT_CODE_B)
    return {
        0x0001: File(number, (TEXT_PIN, TEXT_CODE_A)),
        0x0002: File(padded(with_offsets(0xFF20, 0xDF21, attributes)), (TEXT_PIN, TEXT_CODE_B)),
        0x0003: File(_signed(0xFF30, digests, 0xDF33, key), anyone_known),
        0x0004: File(_cv_certificate(authority.text_root, key.public_key())),
        0x0005: File(tlv(0xFF40, basic, is_wide=True)),
        0x0007: File(_signed(0xFF50, tlv(0xDF51, public_key(chip_key)), 0xDF52, key), anyone_known),
        TEXT_PIN: Code(codes.text_pin.encode(), PIN_TRIES, PIN_TRIES),
        TEXT_LOCKED: Code(b"", 0, PIN_TRIES),
        TEXT_CODE_A: _code(codes.number),
        TEXT_CODE_B: _code(codes.card_code),
    }


def _surface(person: Person, key: RSAPrivateKey, chip: bytes, portrait: bytes | None) -> bytes:
    objects: dict[int, bytes | None] = {
        0xDF22: _day(person),
        0xDF23: person.sex.encode(),
        0xDF24: chip,
        0xDF25: blank_png(240, 24),
        0xDF26: blank_png(320, 48),
        0xDF27: portrait,
    }

    def digest(*tags: int) -> bytes:
        return _sha256(b"".join(tlv(tag, value) for tag in tags if (value := objects[tag]) is not None))

    digests = digest(0xDF22, 0xDF23, 0xDF24) + digest(0xDF25, 0xDF26) + digest(0xDF27)
    objects[0xDF28] = key.sign(_THREE_DIGESTS_INFO + digests, PKCS1v15(), NoDigestInfo())
    objects[0xDF29] = f"{person.card.expires:%Y%m%d}".encode()
    objects[0xDF2A] = digits_png(person.card.security_code)
    return with_offsets(0xFF20, 0xDF21, objects)


def _cv_certificate(root: CardRoot, municipality: RSAPublicKey) -> bytes:
    """568 bytes: who vouches, for whom, their key, signed."""
    body = root.identifier + card_key_identifier(b"9990010") + public_key(municipality)
    return tlv(0x7F21, tlv(0x5F4E, body) + tlv(0x5F37, root.key.sign(body, PKCS1v15(), SHA256())))


def _signed(outer: int, objects: bytes, signature_tag: int, key: RSAPrivateKey) -> bytes:
    return tlv(outer, objects + tlv(signature_tag, key.sign(objects, PKCS1v15(), SHA256())))


def _code(value: str, tries: int = CODE_TRIES) -> Code:
    return Code(value.encode(), tries, CODE_TRIES)


def _day(person: Person) -> bytes:
    return f"{person.birth_date:%Y%m%d}".encode()


def _sha256(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()
