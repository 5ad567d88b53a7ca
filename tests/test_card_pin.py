"""The PIN is spent only on a certificate that would be believed, and believed only with the key's own answer."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from device.card import apdu, reading
from device.card.anchors import Anchors, load_anchors
from device.virtual.card import VirtualCard
from device.virtual.card_image import JPKI, CardImage, Code, File
from device.virtual.issuing import issue
from terminal.card_token import CodeRefused
from terminal.people import Card
from terminal.practice.authority import Authority
from terminal.practice.certificates import key_usage
from terminal.practice.deck import load_deck
from terminal.problems import Problem, TerminalError

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
PERSON = load_deck()["p01"]
PIN = PERSON.card.pin


@dataclass(frozen=True)
class Office:
    authority: Authority
    anchors: Anchors
    image: CardImage = field(repr=False)
    twin: CardImage = field(repr=False)

    def ending(self, days: int) -> CardImage:
        card = replace(PERSON.card, certificate_ends_in_days=days)
        return issue(replace(PERSON, card=card), self.authority, NOW.date())


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    folder: Path = tmp_path_factory.mktemp("office")
    authority = Authority.make(NOW - timedelta(days=1000))
    authority.save(folder)
    card, twin = (issue(PERSON, authority, NOW.date()) for _ in range(2))
    return Office(authority, load_anchors(folder / "anchors"), card, twin)


def identified(card: VirtualCard) -> Card:
    shown = reading.identify(card.transmit, "1")
    card.power_off()
    return shown


def tries_left(card: VirtualCard) -> int:
    entry = card.image.applications[JPKI][0x0018]
    assert isinstance(entry, Code)
    return entry.tries


def refused(card: VirtualCard, shown: Card, anchors: Anchors, pin: str = PIN, now: datetime = NOW) -> Problem:
    with pytest.raises(TerminalError) as caught:
        reading.verify_pin(card.transmit, shown, pin, anchors, now)
    assert PIN not in str(caught.value)
    return caught.value.problem


def test_the_right_pin_on_a_believed_card_is_accepted(office: Office) -> None:
    card = VirtualCard(office.image)
    assert reading.verify_pin(card.transmit, identified(card), PIN, office.anchors, NOW) is None
    assert tries_left(card) == 3


def test_a_wrong_pin_costs_one_try(office: Office) -> None:
    card = VirtualCard(office.image)
    assert reading.verify_pin(card.transmit, identified(card), "0000", office.anchors, NOW) == CodeRefused(2)
    assert tries_left(card) == 2


def test_tries_that_changed_since_they_were_shown_are_not_spent(office: Office) -> None:
    card = VirtualCard(office.image)
    shown = identified(card)
    reading.verify_pin(card.transmit, shown, "0000", office.anchors, NOW)
    card.power_off()
    assert refused(card, shown, office.anchors) is Problem.TRIES_CHANGED
    assert tries_left(card) == 2


@pytest.mark.parametrize(("tries", "problem"), [(1, Problem.PIN_NEARLY_LOCKED), (0, Problem.PIN_LOCKED)])
def test_the_last_try_is_not_spent_for_who_was_shown_more(office: Office, tries: int, problem: Problem) -> None:
    card = VirtualCard(office.image.with_entry(JPKI, 0x0018, Code(PIN.encode(), tries, 3)))
    shown = replace(identified(card), pin_tries=2)
    assert refused(card, shown, office.anchors) is problem
    assert tries_left(card) == tries


def test_the_last_try_is_spent_for_who_was_shown_that_it_is_the_last(office: Office) -> None:
    card = VirtualCard(office.image.with_entry(JPKI, 0x0018, Code(PIN.encode(), 1, 3)))
    assert reading.verify_pin(card.transmit, identified(card), PIN, office.anchors, NOW) is None
    assert tries_left(card) == 3


@pytest.mark.parametrize("pin", ["", "123", "12345", "１２３４", "abcd"])
def test_what_is_no_pin_is_not_sent(office: Office, pin: str) -> None:
    card = VirtualCard(office.image)
    assert refused(card, identified(card), office.anchors, pin) is Problem.PIN_WRONG
    assert tries_left(card) == 3


def test_a_certificate_that_no_imported_authority_signed_costs_no_try(office: Office) -> None:
    stranger = Authority.make(NOW - timedelta(days=1000))  # of the very same name
    card = VirtualCard(office.image)
    sent: list[bytes] = []
    shown = identified(card)

    def transmit(command: bytes) -> bytes:
        sent.append(command)
        return card.transmit(command)

    with pytest.raises(TerminalError) as caught:
        reading.verify_pin(transmit, shown, PIN, Anchors((stranger.authentication_ca,)), NOW)
    assert caught.value.problem is Problem.CERTIFICATE_WRONG
    assert apdu.verify(PIN) not in sent


def test_the_right_one_of_several_authorities_of_one_name_is_found(office: Office) -> None:
    stranger = Authority.make(NOW - timedelta(days=1000))
    anchors = Anchors((stranger.authentication_ca, *office.anchors.authorities))
    card = VirtualCard(office.image)
    assert reading.verify_pin(card.transmit, identified(card), PIN, anchors, NOW) is None


@pytest.mark.parametrize("usage", [None, key_usage("content_commitment")])
def test_a_certificate_that_is_not_for_challenges_is_wrong(office: Office, usage: x509.KeyUsage | None) -> None:
    usual = x509.load_der_x509_certificate(office.image.certificate)
    key = usual.public_key()
    assert isinstance(key, RSAPublicKey)
    made = x509.CertificateBuilder().subject_name(usual.subject).issuer_name(usual.issuer).public_key(key)
    made = made.serial_number(1).not_valid_before(usual.not_valid_before_utc)
    made = made.not_valid_after(usual.not_valid_after_utc)
    if usage is not None:
        made = made.add_extension(usage, critical=True)
    der = made.sign(office.authority.jpki_key, SHA256()).public_bytes(Encoding.DER)
    card = VirtualCard(office.image.with_entry(JPKI, 0x000A, File(der)))
    assert refused(card, identified(card), office.anchors) is Problem.CERTIFICATE_WRONG


def test_a_copied_certificate_without_its_key_is_not_believed(office: Office) -> None:
    card = VirtualCard(office.image.with_entry(JPKI, 0x0017, office.twin.applications[JPKI][0x0017]))
    assert refused(card, identified(card), office.anchors) is Problem.CARD_NOT_GENUINE


def test_another_card_than_the_one_shown_gets_no_pin(office: Office) -> None:
    shown = identified(VirtualCard(office.image))
    other = VirtualCard(office.twin)
    assert refused(other, shown, office.anchors) is Problem.CARD_REMOVED
    assert tries_left(other) == 3


def test_a_certificate_in_grace_serves_and_one_past_it_does_not(office: Office) -> None:
    card = VirtualCard(office.ending(-30))
    shown = identified(card)
    assert reading.verify_pin(card.transmit, shown, PIN, office.anchors, NOW) is None
    card.power_off()
    much_later = datetime.combine(date(2027, 6, 1), NOW.timetz())
    assert refused(card, shown, office.anchors, now=much_later) is Problem.CERTIFICATE_EXPIRED


def test_a_certificate_that_has_not_begun_is_wrong(office: Office) -> None:
    card = VirtualCard(office.image)
    long_ago = NOW - timedelta(days=365 * 6)
    assert refused(card, identified(card), office.anchors, now=long_ago) is Problem.CERTIFICATE_WRONG
