"""A practice card of the next generation: two applications, two secrets that the holder sets, keys on P-384.

Its names, ids and tags are the placeholders of `device.card.profile.NEXT`, taken from there; what else is in it is as
on the present card. It says nothing about what real ones will be.
"""

import secrets
from datetime import date
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP384R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from device.card.profile import CV_CERTIFICATE, NEXT
from device.card.suites import SUITES
from device.virtual.card_image import Code, Entry, File
from device.virtual.issuing_attributes import CODE_TRIES, Secrets
from device.virtual.issuing_jpki import (
    PIN_TRIES,
    SIGNATURE_KEY,
    SIGNATURE_PASSWORD,
    certificate_file,
    holder_certificate,
    may_sign,
    private_key,
    signature_password,
    token_info,
    validity,
)
from device.virtual.signing import plain_signature
from device.virtual.tlv_writing import padded, tlv, with_offsets
from terminal.practice.authority_next import ROOT_IDENTIFIER, NextAuthority
from terminal.practice.deck import Person

NUMBER_FILE, NUMBER_CODE, CHIP_KEY = 0x0005, 0x0013, 0x001A  # the first two are in no allow-list

_YEARS: Final = 10
_POINT: Final = 0x86
_OFFSETS: Final = 0xDF21


def authentication_application(person: Person, authority: NextAuthority, today: date) -> dict[int, Entry]:
    """The holder's certificates and keys; one PIN, and one password for who may sign."""
    profile = NEXT.jpki
    begins, ends = validity(person, today, _YEARS)
    key = generate_private_key(SECP384R1())
    certificate = holder_certificate(authority.authentication_ca, authority.jpki_key, key, begins, ends)
    (label,) = profile.labels
    application: dict[int, Entry] = {
        profile.token_file: File(token_info(label)),
        profile.certificate_file: certificate_file(certificate),
        profile.key_file: private_key(key, (profile.pin.file,)),
        profile.pin.file: Code(person.card.pin.encode(), person.card.pin_tries, PIN_TRIES),
    }
    if may_sign(person, today):
        key = generate_private_key(SECP384R1())
        certificate = holder_certificate(authority.signature_ca, authority.jpki_key, key, begins, ends)
        application |= {
            0x0001: certificate_file(certificate, (SIGNATURE_PASSWORD,)),
            SIGNATURE_KEY: private_key(key, (SIGNATURE_PASSWORD,)),
            SIGNATURE_PASSWORD: signature_password(),
        }
    return application


def next_surface_application(
    person: Person, authority: NextAuthority, codes: Secrets, portrait: bytes | None
) -> dict[int, Entry]:
    """What is printed and the four attributes in one file. `portrait` is JPEG 2000 in its JP2 container."""
    profile = NEXT.surface
    (layout,) = profile.layouts
    chip_key = generate_private_key(SECP384R1())
    objects: dict[int, bytes | None] = {
        profile.birth_date_tag: f"{person.birth_date:%Y%m%d}".encode(),
        profile.sex_tag: person.sex.encode(),
        profile.card_key_tag: _public_key(chip_key.public_key()),
        profile.name_tag: person.name.encode(),
        profile.address_tag: person.address.encode(),
        profile.portrait_tag: portrait,
        profile.card_expires_tag: f"{person.card.expires:%Y%m%d}".encode(),
    }
    (together,) = profile.signed
    signed = b"".join(tlv(tag, value) for tag in together if (value := objects[tag]) is not None)
    objects[profile.signature_tag] = _signed(authority.municipality_key, signed)
    only_card_code = (profile.card_code.file,)
    return {
        profile.face_file: File(padded(with_offsets(profile.face_tag, _OFFSETS, objects)), only_card_code),
        profile.basic_file: File(tlv(profile.basic_tag, tlv(profile.layout_tag, layout))),
        profile.cv_certificate_file: File(_cv_certificate(authority)),
        NUMBER_FILE: File(tlv(0xFF10, codes.number.encode()), (NUMBER_CODE,)),
        profile.card_code.file: Code(codes.card_code.encode(), person.card.card_code_tries, CODE_TRIES),
        NUMBER_CODE: Code(codes.number.encode(), CODE_TRIES, CODE_TRIES),
        CHIP_KEY: private_key(chip_key, None),
    }


def _cv_certificate(authority: NextAuthority) -> bytes:
    subject = secrets.token_bytes(CV_CERTIFICATE.key_id_size)
    body = ROOT_IDENTIFIER + subject + _public_key(authority.municipality_key.public_key())
    signature = tlv(CV_CERTIFICATE.signature_tag, _signed(authority.surface_root, body))
    return tlv(CV_CERTIFICATE.tag, tlv(CV_CERTIFICATE.body_tag, body) + signature)


def _public_key(key: EllipticCurvePublicKey) -> bytes:
    return tlv(_POINT, key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def _signed(key: EllipticCurvePrivateKey, message: bytes) -> bytes:
    return plain_signature(key, SUITES[NEXT.suite].digest(message))
