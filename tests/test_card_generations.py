"""One reader for two generations of cards: which one lies there is told by what it lets be selected."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from device.card import apdu, reading, tlv
from device.card.anchors import Anchors, load_anchors
from device.card.profile import CV_CERTIFICATE, NEXT, PRESENT
from device.virtual.card import VirtualCard
from device.virtual.card_image import TEXT, CardImage, Code, File
from device.virtual.issuing import issue
from device.virtual.issuing_next import CHIP_KEY, NUMBER_CODE, NUMBER_FILE
from device.virtual.quirks import Quirks
from terminal.card_token import CodeRefused, Generation, TokenKind
from terminal.people import Holder, IssuerTrust
from terminal.practice.authority import Authority
from terminal.practice.deck import Person, load_deck
from terminal.practice.reaction import card_code
from terminal.problems import Problem, TerminalError

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
PRESENT_PERSON = load_deck(TODAY)["p01"]
PERSON = replace(PRESENT_PERSON, card=replace(PRESENT_PERSON.card, generation=Generation.NEXT))
CODE, PIN = card_code(PERSON), PERSON.card.pin
SURFACE, JPKI = NEXT.surface.aid, NEXT.jpki.aid
FACE_FILE, LAYOUT_FILE = NEXT.surface.face_file, NEXT.surface.basic_file


@dataclass(frozen=True)
class Office:
    """Whoever issues cards here, and those who trust it."""

    authority: Authority
    anchors: Anchors
    present: CardImage = field(repr=False)
    image: CardImage = field(repr=False)
    twin: CardImage = field(repr=False)

    def issue(self, person: Person) -> CardImage:
        return issue(person, self.authority, TODAY)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    folder: Path = tmp_path_factory.mktemp("office")
    authority = Authority.make(NOW)
    authority.save(folder)
    present, card, twin = (issue(person, authority, TODAY) for person in (PRESENT_PERSON, PERSON, PERSON))
    return Office(authority, load_anchors(folder / "anchors"), present, card, twin)


def read(image: CardImage, office: Office, quirks: Quirks | None = None) -> Holder:
    card = VirtualCard(image, quirks or Quirks())
    holder = reading.read_holder(card.transmit, CODE, 10, office.anchors, TODAY)
    assert isinstance(holder, Holder)
    return holder


def problem_of(question: Callable[[], object]) -> Problem:
    with pytest.raises(TerminalError) as caught:
        question()
    for private in (CODE, PIN, PERSON.name, PERSON.address):
        assert private not in str(caught.value)
    return caught.value.problem


def changed(image: CardImage, file: int, change: Callable[[bytes], bytes]) -> CardImage:
    entry = image.applications[SURFACE][file]
    assert isinstance(entry, File)
    return image.with_entry(SURFACE, file, replace(entry, content=change(entry.content)))


def content(image: CardImage, file: int) -> bytes:
    entry = image.applications[SURFACE][file]
    assert isinstance(entry, File)
    return entry.content


def flip(at: int, bit: int) -> Callable[[bytes], bytes]:
    return lambda before: before[:at] + bytes([before[at] ^ 1 << bit]) + before[at + 1 :]


# --- both are read ----------------------------------------------------------------------------------------------------


def test_the_same_reader_reads_the_same_holder_from_both(office: Office) -> None:
    present, coming = read(office.present, office), read(office.image, office)
    assert present == coming
    assert coming.issuer is IssuerTrust.CHECKED
    assert (coming.name, coming.address, coming.sex) == (PERSON.name, PERSON.address, PERSON.sex)


def test_a_card_of_the_next_generation_identifies_itself(office: Office) -> None:
    card = reading.identify(VirtualCard(office.image).transmit, "1")
    assert (card.token, card.certificate) == (TokenKind.PLASTIC, office.image.certificate)
    assert (card.card_code_tries, card.pin_tries) == (10, 3)
    assert card.certificate_ends.date() == TODAY + timedelta(days=PERSON.card.certificate_ends_in_days)


def test_its_certificate_is_of_the_other_kind_and_lasts_ten_years(office: Office) -> None:
    for image, kind, years in ((office.present, rsa.RSAPublicKey, 5), (office.image, ec.EllipticCurvePublicKey, 10)):
        certificate = x509.load_der_x509_certificate(image.certificate)
        assert isinstance(certificate.public_key(), kind)
        lasts = certificate.not_valid_after_utc - certificate.not_valid_before_utc
        assert timedelta(days=365 * years) <= lasts <= timedelta(days=366 * years)


def test_the_pin_is_proved_by_the_cards_own_kind_of_signature(office: Office) -> None:
    card = VirtualCard(office.image)
    shown = reading.identify(card.transmit, "1")
    card.power_off()
    assert reading.verify_pin(card.transmit, shown, PIN, office.anchors, NOW) is None
    card.power_off()
    assert reading.verify_pin(card.transmit, shown, "0000", office.anchors, NOW) == CodeRefused(2)


def test_its_card_code_is_one_and_a_wrong_one_costs_one_try(office: Office) -> None:
    card = VirtualCard(office.image)
    assert reading.read_holder(card.transmit, "0" * 14, 10, office.anchors, TODAY) == CodeRefused(9)
    codes = [entry for entry in card.image.applications[SURFACE].values() if isinstance(entry, Code)]
    assert sorted(code.tries for code in codes) == [9, 10]  # the other is the 12-digit number's, never given


@pytest.mark.parametrize(
    "quirks",
    [Quirks(first_command_6f00=True), Quirks(short_apdus_only=True), Quirks(select_keeps_codes=True)],
    ids=repr,
)
def test_the_habits_of_single_cards_are_borne(office: Office, quirks: Quirks) -> None:
    assert read(office.image, office, quirks).name == PERSON.name


def test_without_imported_roots_the_issuer_is_unknown(office: Office) -> None:
    holder = reading.read_holder(VirtualCard(office.image).transmit, CODE, 10, Anchors(), TODAY)
    assert isinstance(holder, Holder)
    assert holder.issuer is IssuerTrust.UNKNOWN


def test_a_card_without_a_photo_has_no_portrait(office: Office) -> None:
    assert read(office.issue(replace(PERSON, portrait="")), office).portrait is None


def test_a_card_past_its_date_is_expired(office: Office) -> None:
    late = PERSON.card.expires + timedelta(days=1)
    card = VirtualCard(office.image)
    question = problem_of(lambda: reading.read_holder(card.transmit, CODE, 10, office.anchors, late))
    assert question is Problem.CARD_EXPIRED


# --- and nothing else is ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("generation", ["present", "next"])
def test_an_unknown_layout_is_refused_before_a_try_is_spent(office: Office, generation: str) -> None:
    profile = PRESENT if generation == "present" else NEXT
    image = office.present if generation == "present" else office.image
    (layout,) = profile.surface.layouts
    entry = image.applications[profile.surface.aid][profile.surface.basic_file]
    assert isinstance(entry, File)
    other = replace(entry, content=entry.content.replace(layout, b"\x77" + layout[1:]))
    card = VirtualCard(image.with_entry(profile.surface.aid, profile.surface.basic_file, other))
    sent: list[bytes] = []

    def transmit(command: bytes) -> bytes:
        sent.append(command)
        return card.transmit(command)

    with pytest.raises(TerminalError) as caught:
        reading.read_holder(transmit, CODE, 10, office.anchors, TODAY)
    assert caught.value.problem is Problem.CARD_LAYOUT_UNKNOWN
    assert f"layout 77{layout[1:].hex()}" in caught.value.detail
    assert apdu.verify(CODE) not in sent


def test_one_generations_layout_is_not_the_others(office: Office) -> None:
    (layout,), (other,) = NEXT.surface.layouts, PRESENT.surface.layouts
    image = changed(office.image, LAYOUT_FILE, lambda before: before.replace(layout, other))
    card = VirtualCard(image)
    question = problem_of(lambda: reading.read_holder(card.transmit, CODE, 10, office.anchors, TODAY))
    assert question is Problem.CARD_LAYOUT_UNKNOWN


def test_a_certificate_of_the_other_kind_is_wrong(office: Office) -> None:
    for image, profile, other in ((office.present, PRESENT, office.image), (office.image, NEXT, office.present)):
        mixed = VirtualCard(image.with_entry(profile.jpki.aid, profile.jpki.certificate_file, File(other.certificate)))
        assert problem_of(partial(reading.identify, mixed.transmit, "1")) is Problem.CERTIFICATE_WRONG


def test_a_phones_label_on_the_next_card_is_no_token_that_we_know(office: Office) -> None:
    label = File(b"JPKIAPGPSETOKEN".ljust(160, b" "))
    image = office.image.with_entry(JPKI, NEXT.jpki.token_file, label)
    assert problem_of(lambda: reading.identify(VirtualCard(image).transmit, "1")) is Problem.CARD_NOT_MY_NUMBER


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_signed_bit_of_its_surface_can_be_changed(office: Office, data: st.DataObject) -> None:
    surface = tlv.find(content(office.image, FACE_FILE), NEXT.surface.face_tag, "")
    part = surface.child(data.draw(st.sampled_from([*NEXT.surface.signed[0], NEXT.surface.signature_tag])))
    at = part.offset + data.draw(st.integers(0, len(part.raw) - 1))
    bit = data.draw(st.integers(0, 7))
    image = changed(office.image, FACE_FILE, flip(at, bit))
    assert problem_of(lambda: read(image, office)) in {Problem.CARD_SIGNATURE_WRONG, Problem.CARD_MALFORMED}


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_no_bit_of_its_municipalitys_certificate_can_be_changed(office: Office, data: st.DataObject) -> None:
    file = NEXT.surface.cv_certificate_file
    at, bit = data.draw(st.integers(0, len(content(office.image, file)) - 1)), data.draw(st.integers(0, 7))
    image = changed(office.image, file, flip(at, bit))
    certificate = tlv.find(content(office.image, file), CV_CERTIFICATE.tag, "")
    body = certificate.child(CV_CERTIFICATE.body_tag)
    issuer_at = body.offset + body.header_size
    if issuer_at <= at < issuer_at + CV_CERTIFICATE.key_id_size:  # it names another issuer, whom nobody imported
        assert read(image, office).issuer is IssuerTrust.UNKNOWN
    else:
        assert problem_of(lambda: read(image, office)) in {Problem.CARD_SIGNATURE_WRONG, Problem.CARD_MALFORMED}


def test_a_copy_does_not_answer_the_challenge(office: Office) -> None:
    surface_key, holders_key = (SURFACE, CHIP_KEY), (JPKI, NEXT.jpki.key_file)
    for (aid, key), question in ((surface_key, read_by), (holders_key, proved_by)):
        copy = VirtualCard(office.image.with_entry(aid, key, office.twin.applications[aid][key]))
        assert problem_of(partial(question, copy, office)) is Problem.CARD_NOT_GENUINE


def read_by(card: VirtualCard, office: Office) -> object:
    return reading.read_holder(card.transmit, CODE, 10, office.anchors, TODAY)


def proved_by(card: VirtualCard, office: Office) -> object:
    shown = reading.identify(card.transmit, "1")
    return reading.verify_pin(card.transmit, shown, PIN, office.anchors, NOW)


def test_todays_root_under_the_name_of_the_next_one_did_not_sign(office: Office) -> None:
    roots = dict(office.anchors.card_roots)
    (ours,) = (name for name, key in roots.items() if isinstance(key, ec.EllipticCurvePublicKey))
    (theirs, *_) = (key for key in roots.values() if isinstance(key, rsa.RSAPublicKey))
    anchors = Anchors(card_roots={**roots, ours: theirs})
    card = VirtualCard(office.image)
    question = problem_of(lambda: reading.read_holder(card.transmit, CODE, 10, anchors, TODAY))
    assert question is Problem.CARD_SIGNATURE_WRONG


def test_a_visit_touches_neither_the_number_nor_its_code_nor_the_other_generation(office: Office) -> None:
    card = VirtualCard(office.image)
    sent: list[bytes] = []

    def transmit(command: bytes) -> bytes:
        sent.append(command)
        return card.transmit(command)

    shown = reading.identify(transmit, "1")
    reading.read_holder(transmit, CODE, 10, office.anchors, TODAY)
    reading.verify_pin(transmit, shown, PIN, office.anchors, NOW)
    selected = {command[5:] for command in sent if command[1:3] == b"\xa4\x04"}
    assert selected == {PRESENT.jpki.aid, PRESENT.surface.aid, JPKI, SURFACE}  # today's are asked for first, in vain
    assert TEXT not in selected
    touched = {int.from_bytes(command[5:]) for command in sent if command[1:3] == b"\xa4\x02"}
    touched |= {command[2] & 0x1F for command in sent if command[1] == 0xB0 and command[2] & 0x80}
    assert touched.isdisjoint({NUMBER_FILE, NUMBER_CODE})
