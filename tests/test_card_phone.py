"""A phone opens with its PIN alone, once; an iPhone is named, and nothing more is said to it."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import card_office
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as st

from device.card import apdu, reading
from device.card.anchors import Anchors, load_anchors
from device.virtual.card import VirtualCard
from device.virtual.card_image import AUTHENTICATION_CERTIFICATE, JPKI, CardImage, Code, File
from device.virtual.issuing import issue
from device.virtual.issuing_jpki import AUTHENTICATION_KEY, AUTHENTICATION_PIN
from device.virtual.quirks import PLAIN, Quirks
from terminal.card_token import CodeRefused, TokenKind
from terminal.certificate import certificate_problem
from terminal.people import Card
from terminal.practice.authority import Authority
from terminal.practice.certificates import key_usage
from terminal.practice.deck import load_deck
from terminal.problems import Problem, TerminalError

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
PLASTIC = load_deck(NOW.date())["p01"]
PERSON = replace(PLASTIC, card=replace(PLASTIC.card, token=TokenKind.ANDROID))
PIN = PERSON.card.pin


class Line(card_office.Line):
    """The way to a phone."""

    @property
    def pins(self) -> list[bytes]:
        return [command for command in self.sent if command[1] == 0x20 and len(command) > 4]


@dataclass(frozen=True)
class Office:
    authority: Authority
    anchors: Anchors
    phone: CardImage = field(repr=False)
    twin: CardImage = field(repr=False)

    def issue(self, token: TokenKind, days: int = 900) -> CardImage:
        card = replace(PERSON.card, token=token, certificate_ends_in_days=days)
        return issue(replace(PERSON, card=card), self.authority, NOW.date())


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    folder: Path = tmp_path_factory.mktemp("office")
    authority = Authority.make(NOW)
    authority.save(folder)
    phone, twin = (issue(PERSON, authority, NOW.date()) for _ in range(2))
    return Office(authority, load_anchors(folder / "anchors"), phone, twin)


def laid(image: CardImage, quirks: Quirks = PLAIN) -> tuple[Line, Card]:
    """A phone on the reader, identified, and without power since."""
    line = Line(VirtualCard(image, quirks))
    card = reading.identify(line, "1")
    line.card.power_off()
    line.sent.clear()
    return line, card


def with_pin(image: CardImage, tries: int) -> CardImage:
    return image.with_entry(JPKI, AUTHENTICATION_PIN, Code(PIN.encode(), tries, 3))


def refused(line: Line, card: Card, office: Office, pin: str = PIN, now: datetime = NOW) -> Problem:
    with pytest.raises(TerminalError) as caught:
        reading.open_phone(line, card, pin, office.anchors, now)
    assert PIN not in str(caught.value)
    return caught.value.problem


def tries_left(line: Line) -> int:
    entry = line.card.image.applications[JPKI][AUTHENTICATION_PIN]
    assert isinstance(entry, Code)
    return entry.tries


# --- what it shows ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("token", "tries"), [(TokenKind.ANDROID, 3), (TokenKind.IPHONE, None)])
def test_a_phone_tells_what_it_is_and_no_certificate(office: Office, token: TokenKind, tries: int | None) -> None:
    line = Line(VirtualCard(office.issue(token)))
    card = reading.identify(line, "1")
    assert card == Card("1", token, b"", reading.NEVER_VALID, card_code_tries=None, pin_tries=tries)
    assert not line.pins
    assert line.card.image.applications.keys() == {JPKI}


def test_an_iphone_is_asked_for_its_label_and_nothing_else(office: Office) -> None:
    line = Line(VirtualCard(office.issue(TokenKind.IPHONE)))
    card = reading.identify(line, "1")
    assert line.sent == [apdu.select_application(JPKI), apdu.read_by_short_id(0x06, 32)]
    line.sent.clear()
    assert refused(line, card, office) is Problem.CARD_IS_PHONE
    assert line.sent == []


def test_a_plastic_card_is_no_phone_to_open(office: Office) -> None:
    line, card = laid(office.issue(TokenKind.PLASTIC))
    assert refused(line, card, office) is Problem.CARD_IS_PHONE
    assert line.sent == []


def test_a_phones_certificate_is_closed_until_the_pin(office: Office) -> None:
    card = VirtualCard(office.phone)
    commands = [apdu.select_application(JPKI), apdu.read_by_short_id(0x0A, 0)]
    assert [card.transmit(command)[-2:].hex() for command in commands] == ["9000", "6982"]


def test_a_phone_has_no_card_code_to_give(office: Office) -> None:
    line, _ = laid(office.phone)
    with pytest.raises(TerminalError) as caught:
        reading.read_holder(line, "0" * 14, None, office.anchors, NOW.date())
    assert caught.value.problem is Problem.CARD_LAYOUT_UNKNOWN
    assert not line.pins


# --- opened -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("quirks", [PLAIN, Quirks(first_command_6f00=True), Quirks(short_apdus_only=True)], ids=repr)
def test_the_right_pin_opens_it(office: Office, quirks: Quirks) -> None:
    line, card = laid(office.phone, quirks)
    opened = reading.open_phone(line, card, PIN, office.anchors, NOW)
    assert isinstance(opened, Card)
    assert opened.certificate == office.phone.certificate
    assert opened.certificate_ends == x509.load_der_x509_certificate(opened.certificate).not_valid_after_utc
    assert replace(opened, certificate=b"", certificate_ends=card.certificate_ends) == card
    assert certificate_problem(opened, NOW) is None
    assert len(line.pins) == 1
    assert tries_left(line) == 3


def test_a_wrong_pin_costs_one_try_and_gets_no_certificate(office: Office) -> None:
    line, card = laid(office.phone)
    assert reading.open_phone(line, card, "0000", office.anchors, NOW) == CodeRefused(2)
    assert tries_left(line) == 2
    assert not any(command[1] == 0xB0 and command[2] == 0x8A for command in line.sent)


def test_a_pin_that_was_shown_other_tries_is_not_sent(office: Office) -> None:
    line, card = laid(office.phone)
    line.card.image = with_pin(office.phone, 2)
    assert refused(line, card, office) is Problem.TRIES_CHANGED
    assert not line.pins


def test_a_locked_pin_is_not_sent(office: Office) -> None:
    line, card = laid(with_pin(office.phone, 0))
    assert card.pin_tries == 0
    assert refused(line, card, office) is Problem.PIN_LOCKED
    assert not line.pins


@settings(deadline=None, max_examples=40)
@given(pin=st.text(max_size=8).filter(lambda pin: not (len(pin) == 4 and pin.isascii() and pin.isdigit())))
def test_what_is_no_pin_is_not_sent(office: Office, pin: str) -> None:
    line, card = laid(office.phone)
    assert refused(line, card, office, pin) is Problem.PIN_WRONG
    assert not line.pins


def test_a_card_laid_in_its_place_gets_no_pin(office: Office) -> None:
    _, card = laid(office.phone)
    line = Line(VirtualCard(office.issue(TokenKind.PLASTIC)))
    assert refused(line, card, office) is Problem.CARD_REMOVED
    assert not line.pins


# --- believed ---------------------------------------------------------------------------------------------------------


def test_a_phone_has_no_grace(office: Office) -> None:
    line, card = laid(office.issue(TokenKind.ANDROID, days=-1))
    assert refused(line, card, office) is Problem.CERTIFICATE_EXPIRED
    line, card = laid(office.issue(TokenKind.ANDROID, days=0))
    last_moment = datetime(2026, 11, 22, 14, 59, 59, tzinfo=UTC)  # of the day in Japan
    opened = reading.open_phone(line, card, PIN, office.anchors, last_moment)
    assert isinstance(opened, Card)
    assert certificate_problem(opened, last_moment) is Problem.CERTIFICATE_ENDS_SOON
    line.card.power_off()
    assert refused(line, card, office, now=last_moment + timedelta(seconds=1)) is Problem.CERTIFICATE_EXPIRED


def test_a_certificate_of_an_authority_that_nobody_imported_is_wrong(office: Office) -> None:
    stranger = Anchors((Authority.make(NOW).authentication_ca,))
    line, card = laid(office.phone)
    assert refused(line, card, replace(office, anchors=stranger)) is Problem.CERTIFICATE_WRONG


def test_a_certificate_for_another_use_is_wrong(office: Office) -> None:
    usual = x509.load_der_x509_certificate(office.phone.certificate)
    key = usual.public_key()
    assert isinstance(key, RSAPublicKey)
    other = x509.CertificateBuilder(
        usual.issuer, usual.subject, key, 1, usual.not_valid_before_utc, usual.not_valid_after_utc
    ).add_extension(key_usage("content_commitment"), critical=True)
    der = other.sign(office.authority.jpki_key, SHA256()).public_bytes(Encoding.DER)
    file = File(der, (AUTHENTICATION_PIN,))
    line, card = laid(office.phone.with_entry(JPKI, AUTHENTICATION_CERTIFICATE, file))
    assert refused(line, card, office) is Problem.CERTIFICATE_WRONG


def test_a_copied_certificate_without_its_key_is_not_believed(office: Office) -> None:
    key = office.twin.applications[JPKI][AUTHENTICATION_KEY]
    line, card = laid(office.phone.with_entry(JPKI, AUTHENTICATION_KEY, key))
    assert refused(line, card, office) is Problem.CARD_NOT_GENUINE


@pytest.mark.parametrize("content", [None, b"", bytes(2048)])
def test_a_phone_without_a_certificate_says_so(office: Office, content: bytes | None) -> None:
    file = None if content is None else File(content or b"\x00", (AUTHENTICATION_PIN,))
    line, card = laid(office.phone.with_entry(JPKI, AUTHENTICATION_CERTIFICATE, file))
    assert refused(line, card, office) is Problem.CERTIFICATE_ABSENT


# --- refusals ---------------------------------------------------------------------------------------------------------


def test_a_plastic_card_that_keeps_its_certificate_closed_is_of_a_kind_that_we_do_not_know(office: Office) -> None:
    plastic = office.issue(TokenKind.PLASTIC)
    entry = plastic.applications[JPKI][AUTHENTICATION_CERTIFICATE]
    assert isinstance(entry, File)
    closed = plastic.with_entry(JPKI, AUTHENTICATION_CERTIFICATE, replace(entry, opened_by=(AUTHENTICATION_PIN,)))
    with pytest.raises(TerminalError) as caught:
        reading.identify(VirtualCard(closed).transmit, "1")
    assert caught.value.problem is Problem.CARD_LAYOUT_UNKNOWN
    assert caught.value.detail == "file 000A of JPKI wants a code first"


@pytest.mark.parametrize("status", ["6982", "6985", "6A80", "6F00", "6581"])
@pytest.mark.parametrize("at", range(9))
def test_any_refusal_at_any_point_is_a_problem_with_a_name(office: Office, status: str, at: int) -> None:
    line, card = laid(office.phone)

    def transmit(command: bytes) -> bytes:
        answer = line(command)
        return bytes.fromhex(status) if len(line.sent) > at else answer

    with pytest.raises(TerminalError) as caught:
        reading.open_phone(transmit, card, PIN, office.anchors, NOW)
    assert caught.value.problem in {
        Problem.CARD_UNREADABLE,
        Problem.CARD_MALFORMED,
        Problem.CARD_LAYOUT_UNKNOWN,
    }
    assert len(line.pins) <= 1
