"""The terminal's own reading of issued cards, whatever their quirks; the 12-digit number never leaves the card."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from device.card import reading
from device.card.anchors import Anchors
from device.virtual.card import VirtualCard
from device.virtual.card_image import SURFACE, TEXT, CardImage, Code, File
from device.virtual.issuing import issue
from device.virtual.quirks import Quirks
from terminal.card_token import CodeRefused
from terminal.certificate import JST
from terminal.people import Holder, IssuerTrust
from terminal.practice.authority import Authority
from terminal.practice.deck import load_deck
from terminal.practice.reaction import card_code
from terminal.problems import Problem, TerminalError

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
TODAY = NOW.astimezone(JST).date()
PERSON = load_deck()["p01"]
Transmit = Callable[[bytes], bytes]


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority.make(NOW)


@pytest.fixture(scope="module")
def anchors(authority: Authority) -> Anchors:
    roots = {root.identifier: root.key.public_key() for root in (authority.surface_root, authority.text_root)}
    return Anchors((authority.authentication_ca,), roots)


@pytest.fixture(scope="module")
def image(authority: Authority) -> CardImage:
    return issue(PERSON, authority, TODAY)


def read(card: VirtualCard, anchors: Anchors, transmit: Transmit | None = None) -> Holder | CodeRefused:
    """All three questions, each to a card that has just got power."""
    transmit = transmit or card.transmit
    known = reading.identify(transmit, "one")
    assert known.certificate == card.image.certificate
    card.power_off()
    holder = reading.read_holder(transmit, card_code(PERSON), known.card_code_tries, anchors, TODAY)
    card.power_off()
    assert reading.verify_pin(transmit, known, PERSON.card.pin, anchors, NOW) is None
    card.power_off()
    return holder


@pytest.mark.parametrize(
    "quirks",
    [
        Quirks(),
        Quirks(first_command_6f00=True),
        Quirks(junk_before_text_file=True),
        Quirks(select_keeps_codes=True),
        Quirks(short_apdus_only=True),
        Quirks(delay_ms=1),
    ],
    ids=lambda quirks: next(iter(quirks.changed()), "plain"),
)
def test_a_card_is_read_whole_whatever_its_quirk(image: CardImage, anchors: Anchors, quirks: Quirks) -> None:
    holder = read(VirtualCard(image, quirks), anchors)
    assert isinstance(holder, Holder)
    assert (holder.name, holder.address, holder.birth_date) == (PERSON.name, PERSON.address, PERSON.birth_date)
    assert (holder.card_expires, holder.issuer) == (PERSON.card.expires, IssuerTrust.CHECKED)


@pytest.mark.parametrize("status", [0x6983, 0x6984])
def test_a_locked_code_is_known_as_locked(image: CardImage, anchors: Anchors, status: int) -> None:
    locked = image.with_entry(SURFACE, 0x0012, Code(card_code(PERSON).encode(), 0, 10))
    card = VirtualCard(locked, Quirks(locked_status=0x6983 if status == 0x6983 else 0x6984))
    with pytest.raises(TerminalError) as raised:
        reading.read_holder(card.transmit, card_code(PERSON), 0, anchors, TODAY)
    assert raised.value.problem is Problem.CARD_CODE_LOCKED


def test_the_number_never_leaves_the_card_and_is_never_sent_to_it(image: CardImage, anchors: Anchors) -> None:
    number = image.applications[SURFACE][0x0013]
    picture, text = image.applications[SURFACE][0x0005], image.applications[TEXT][0x0001]
    assert isinstance(number, Code)
    assert isinstance(picture, File)
    assert isinstance(text, File)
    assert number.value in text.content
    said: list[bytes] = []
    card = VirtualCard(image)

    def overheard(command: bytes) -> bytes:
        answer = card.transmit(command)
        said.extend((command, answer))
        return answer

    read(card, anchors, overheard)
    assert len(said) > 100
    assert not any(number.value in message or picture.content[:40] in message for message in said)


def test_an_unknown_municipality_root_is_told_and_a_wrong_one_is_refused(image: CardImage, anchors: Anchors) -> None:
    unknown = reading.read_holder(VirtualCard(image).transmit, card_code(PERSON), 10, Anchors(), TODAY)
    assert isinstance(unknown, Holder)
    assert unknown.issuer is IssuerTrust.UNKNOWN
    other = Authority.make(NOW)
    roots = {root.identifier: root.key.public_key() for root in (other.surface_root, other.text_root)}
    with pytest.raises(TerminalError) as raised:
        reading.read_holder(VirtualCard(image).transmit, card_code(PERSON), 10, Anchors((), roots), TODAY)
    assert raised.value.problem is Problem.CARD_SIGNATURE_WRONG
