"""Issued practice cards: layouts as published, signatures that hold, nothing that would last or be anybody's."""

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers
from cryptography.hazmat.primitives.hashes import SHA256

from device.opencv import cv2
from device.virtual.card_image import COMMON, JPKI, SURFACE, TEXT, CardImage, Code, File, RecordFile
from device.virtual.issuing import issue
from terminal.card_token import Generation
from terminal.certificate import JST
from terminal.practice.authority import Authority, CardRoot
from terminal.practice.deck import Person, load_deck
from terminal.practice.reaction import card_code

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
TODAY = NOW.astimezone(JST).date()
DECK = load_deck()
ADULT, CHILD, BABY, ENDED = DECK["p01"], DECK["p04"], DECK["p16"], DECK["p10"]

Objects = dict[int, bytes]


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority.make(NOW)


@pytest.fixture(scope="module")
def adult(authority: Authority) -> CardImage:
    return issue(ADULT, authority, TODAY)


@pytest.fixture(scope="module")
def baby(authority: Authority) -> CardImage:
    return issue(BABY, authority, TODAY)


def content(image: CardImage, aid: bytes, file_id: int) -> bytes:
    entry = image.applications[aid][file_id]
    assert isinstance(entry, File)
    return entry.content


def code(image: CardImage, aid: bytes, code_id: int) -> Code:
    entry = image.applications[aid][code_id]
    assert isinstance(entry, Code)
    return entry


def objects(data: bytes) -> Objects:
    """The data objects that stand one after another, up to filler. Tags of one byte are those of keys."""
    found: Objects = {}
    at = 0
    while at < len(data) and data[at] != 0xFF:
        tag_size = 1 if data[at] in (0x90, 0x91) else 2
        tag = int.from_bytes(data[at : at + tag_size])
        at += tag_size
        more = data[at] & 0x7F if data[at] & 0x80 else 0
        size = int.from_bytes(data[at + 1 : at + 1 + more]) if more else data[at]
        at += 1 + more
        found[tag] = data[at : at + size]
        at += size
    return found


def template(data: bytes) -> tuple[int, Objects]:
    """The outer tag, and what is in it. All outer lengths here have three bytes."""
    assert data[2] == 0x82
    return int.from_bytes(data[:2]), objects(data[5 : 5 + int.from_bytes(data[3:5])])


def written(tag: int, value: bytes) -> bytes:
    size = len(value)
    length = bytes([size]) if size < 128 else bytes([0x81, size]) if size < 256 else b"\x82" + size.to_bytes(2)
    return tag.to_bytes(2) + length + value


def key_in(value: bytes) -> RSAPublicKey:
    parts = objects(value)
    return RSAPublicNumbers(int.from_bytes(parts[0x90]), int.from_bytes(parts[0x91])).public_key()


def municipality(image: CardImage, aid: bytes, root: CardRoot) -> RSAPublicKey:
    """The key that a card-verifiable certificate vouches for, after its signature was checked."""
    tag, parts = template(content(image, aid, 0x0004))
    body = parts[0x5F4E]
    root.key.public_key().verify(parts[0x5F37], body, PKCS1v15(), SHA256())
    assert (tag, body[:16]) == (0x7F21, root.identifier)
    return key_in(body[32:])


# --- layouts ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("aid", "file_id", "size"),
    [(JPKI, 6, 160), (TEXT, 1, 17), (TEXT, 3, 336), (TEXT, 4, 568), (TEXT, 7, 536), (SURFACE, 4, 568)],
    ids=["token", "number", "integrity", "text certificate", "public key", "surface certificate"],
)
def test_files_have_their_published_sizes(adult: CardImage, aid: bytes, file_id: int, size: int) -> None:
    assert len(content(adult, aid, file_id)) == size


@pytest.mark.parametrize(
    ("aid", "tags"), [(SURFACE, range(0xDF22, 0xDF2B)), (TEXT, range(0xDF22, 0xDF26))], ids=["surface", "text"]
)
def test_the_table_of_offsets_points_at_each_object(adult: CardImage, aid: bytes, tags: range) -> None:
    data = content(adult, aid, 0x0002)
    offsets = template(data)[1][0xDF21]
    places = [int.from_bytes(offsets[i : i + 2]) for i in range(0, len(offsets), 2)]
    assert [int.from_bytes(data[place : place + 2]) for place in places] == list(tags)


def test_the_attributes_are_the_persons(adult: CardImage) -> None:
    tag, parts = template(content(adult, TEXT, 0x0002))
    assert tag == 0xFF20
    assert [parts[tag].decode() for tag in (0xDF22, 0xDF23, 0xDF24, 0xDF25)] == [
        ADULT.name,
        ADULT.address,
        f"{ADULT.birth_date:%Y%m%d}",
        "2",
    ]


def test_what_is_printed_is_pictures(adult: CardImage) -> None:
    parts = template(content(adult, SURFACE, 0x0002))[1]
    shapes = [_decoded(parts[tag]).shape for tag in (0xDF25, 0xDF26, 0xDF27, 0xDF2A)]
    assert shapes == [(24, 240), (48, 320), (225, 180), (12, 24)]
    assert _decoded(parts[0xDF2A]).min() == 0
    assert parts[0xDF27].startswith(bytes.fromhex("0000000C6A5020200D0A870A"))
    assert len(content(adult, SURFACE, 0x0002)) < 32768


def _decoded(picture: bytes) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
    decoded = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert decoded is not None
    return np.asarray(decoded, np.uint8)


def test_lengths_longer_than_needed_occur_as_on_real_cards(adult: CardImage) -> None:
    assert content(adult, TEXT, 0x0005).startswith(bytes.fromhex("FF4082009F"))


def test_files_end_in_filler(adult: CardImage) -> None:
    assert content(adult, JPKI, 0x000A)[-1] == 0
    assert content(adult, TEXT, 0x0002)[-1] == 0xFF
    assert len(adult.certificate) < len(content(adult, JPKI, 0x000A))


def test_the_record_tells_expiry_and_an_invented_municipality(adult: CardImage) -> None:
    entry = adult.applications[COMMON][0x0001]
    assert isinstance(entry, RecordFile)
    assert entry.records[0][:2] == b"\x01\x1c"
    assert entry.records[0][17:] == b"99001" + f"{ADULT.card.expires:%Y%m%d}".encode()


# --- signatures -------------------------------------------------------------------------------------------------------


def test_the_surface_is_signed_with_three_digests_in_place_of_one(adult: CardImage, authority: Authority) -> None:
    key = municipality(adult, SURFACE, authority.surface_root)
    assert key.recover_data_from_signature(
        template(content(adult, SURFACE, 0x0002))[1][0xDF28], PKCS1v15(), None
    ) == bytes.fromhex("3071300D060960864801650304020105000460") + _three_digests(adult)


def _three_digests(image: CardImage) -> bytes:
    parts = template(content(image, SURFACE, 0x0002))[1]
    groups = ((0xDF22, 0xDF23, 0xDF24), (0xDF25, 0xDF26), (0xDF27,))
    return b"".join(
        hashlib.sha256(b"".join(written(tag, parts[tag]) for tag in group if tag in parts)).digest() for group in groups
    )


def test_the_text_is_signed_over_its_digests(adult: CardImage, authority: Authority) -> None:
    key = municipality(adult, TEXT, authority.text_root)
    parts = template(content(adult, TEXT, 0x0003))[1]
    digests = written(0xDF31, parts[0xDF31]) + written(0xDF32, parts[0xDF32])
    key.verify(parts[0xDF33], digests, PKCS1v15(), SHA256())
    attributes = template(content(adult, TEXT, 0x0002))[1]
    covered = b"".join(written(tag, attributes[tag]) for tag in range(0xDF22, 0xDF26))
    assert parts[0xDF32] == hashlib.sha256(covered).digest()
    assert parts[0xDF31] == hashlib.sha256(content(adult, TEXT, 0x0001)).digest()


def test_the_certificate_is_the_authoritys_and_says_nothing_of_the_person(
    adult: CardImage, authority: Authority
) -> None:
    certificate = x509.load_der_x509_certificate(adult.certificate)
    certificate.verify_directly_issued_by(authority.authentication_ca)
    country, opaque = certificate.subject
    assert (country.value, len(opaque.value)) == ("JP", 20)
    assert certificate.issuer.rfc4514_string().count("PRACTICE") >= 1
    assert not any(ADULT.name.encode() in content(adult, JPKI, file_id) for file_id in (0x000A, 0x0001))


# --- dates ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("person", DECK.values(), ids=list(DECK))
def test_a_certificate_ends_as_many_days_from_today_as_the_deck_says(person: Person, authority: Authority) -> None:
    certificate = x509.load_der_x509_certificate(issue(person, authority, TODAY).certificate)
    ends = certificate.not_valid_after_utc.astimezone(JST)
    assert ends.date() == TODAY + timedelta(days=person.card.certificate_ends_in_days)
    assert (ends.hour, ends.minute, ends.second) == (23, 59, 59)
    begins = certificate.not_valid_before_utc
    assert begins < NOW
    assert begins >= authority.authentication_ca.not_valid_before_utc
    years = 5 if person.card.generation is Generation.PRESENT else 10
    assert ends - begins <= timedelta(days=years * 366)
    assert begins.astimezone(JST).date() >= person.birth_date


def test_a_certificate_may_end_on_a_leap_day(authority: Authority) -> None:
    person = replace(ADULT, card=replace(ADULT.card, certificate_ends_in_days=0))
    certificate = x509.load_der_x509_certificate(issue(person, authority, date(2028, 2, 29)).certificate)
    assert certificate.not_valid_before_utc.astimezone(JST).date() == date(2023, 2, 28)


# --- whose card it is -------------------------------------------------------------------------------------------------


def test_a_card_without_a_photo_has_no_photo_object_and_a_right_signature(
    baby: CardImage, authority: Authority
) -> None:
    parts = template(content(baby, SURFACE, 0x0002))[1]
    assert 0xDF27 not in parts
    assert parts[0xDF21][10:12] == b"\x00\x00"
    key = municipality(baby, SURFACE, authority.surface_root)
    block = key.recover_data_from_signature(parts[0xDF28], PKCS1v15(), None)
    assert block[-96:] == _three_digests(baby)
    assert block[-32:] == hashlib.sha256(b"").digest()


def test_who_is_under_15_has_no_signing_certificate(adult: CardImage, baby: CardImage) -> None:
    assert content(adult, JPKI, 0x0008) == bytes.fromhex("8F8F00")
    assert content(baby, JPKI, 0x0008) == bytes.fromhex("008F00")
    assert not {0x0001, 0x001A, 0x001B} & set(baby.applications[JPKI])


def test_tries_left_are_those_of_the_deck(authority: Authority) -> None:
    locked = issue(DECK["p12"], authority, TODAY)
    assert (code(locked, SURFACE, 0x0012).tries, code(locked, TEXT, 0x0015).tries) == (0, 10)
    assert code(locked, JPKI, 0x0018).tries == 3


def test_the_number_is_new_on_each_card_and_its_last_digit_checks_it(adult: CardImage, authority: Authority) -> None:
    numbers = [code(image, SURFACE, 0x0013).value for image in (adult, issue(ADULT, authority, TODAY))]
    assert numbers[0] != numbers[1]
    for number in numbers:
        digits = [digit - ord("0") for digit in number]
        weighted = sum(digit * weight for digit, weight in zip(digits, (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2), strict=False))
        assert digits[11] == (0 if weighted % 11 <= 1 else 11 - weighted % 11)


def test_no_two_cards_share_a_key_or_a_certificate(adult: CardImage, authority: Authority) -> None:
    again = issue(ADULT, authority, TODAY)
    for aid, key_id in ((JPKI, 0x0017), (JPKI, 0x001A), (SURFACE, 0x001A)):
        assert adult.applications[aid][key_id] != again.applications[aid][key_id]
    assert adult.certificate != again.certificate


# --- as a file --------------------------------------------------------------------------------------------------------


def test_a_card_comes_back_as_it_was_saved_and_only_its_owner_may_read_it(adult: CardImage, tmp_path: Path) -> None:
    file = tmp_path / "card.json"
    adult.save(file)
    assert CardImage.load(file) == adult
    assert file.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["card.json"]


def test_a_card_shows_no_codes_in_its_text_and_no_digits_of_the_number_in_its_file(
    adult: CardImage, tmp_path: Path
) -> None:
    number = code(adult, SURFACE, 0x0013).value.decode()
    adult.save(tmp_path / "card.json")
    assert number not in (tmp_path / "card.json").read_text("ascii")
    text = repr(adult) + repr(adult.applications)
    assert not any(secret in text for secret in (number, card_code(ADULT), ADULT.name, f"b'{ADULT.card.pin}'"))
