"""Nothing but what is in the table reaches a card, and nothing of what it says reaches a log."""

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.card import apdu
from device.card.gate import CHECK_IN, Gate
from device.card.profile import NEXT, JpkiProfile, SurfaceProfile, TextProfile
from terminal.problems import Problem, TerminalError

JPKI, SURFACE, TEXT = JpkiProfile(), SurfaceProfile(), TextProfile()
REGISTRY = bytes.fromhex("D3921000310001010401")
COMMON = bytes.fromhex("D3921000310001010100")


class Card:
    """Takes every command, and so would a card that hides nothing."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []

    def __call__(self, command: bytes) -> bytes:
        self.heard.append(command)
        return b"secret!\x90\x00"


@pytest.fixture
def card() -> Card:
    return Card()


FORBIDDEN = {
    "the resident registry": (None, apdu.select_application(REGISTRY)),
    "the common application with its serial number": (None, apdu.select_application(COMMON)),
    "a part of a name": (None, apdu.select_application(JPKI.aid[:6])),
    "the 12-digit number": (TEXT, apdu.select_file(0x0001)),
    "the 12-digit number by its short id": (TEXT, apdu.read_by_short_id(0x0001, 17)),
    "the 12-digit number as an image": (SURFACE, apdu.select_file(0x0005)),
    "the image by its short id": (SURFACE, apdu.read_by_short_id(0x0005, 0)),
    "the PIN that opens the number": (TEXT, apdu.select_file(0x0011)),
    "that PIN by its short id": (TEXT, bytes.fromhex("0020009104") + b"1234"),
    "code A of the text": (TEXT, apdu.select_file(0x0014)),
    "code A of the surface": (SURFACE, apdu.select_file(0x0013)),
    "code A of the surface by its short id": (SURFACE, bytes.fromhex("002000930C") + b"0" * 12),
    "the birth key": (SURFACE, apdu.select_file(0x0011)),
    "the age record": (SURFACE, apdu.select_file(0x0001)),
    "the signing certificate": (JPKI, apdu.select_file(0x0001)),
    "the signing key": (JPKI, apdu.select_file(0x001A)),
    "the signing key by its short id": (JPKI, apdu.sign(0x9A, b"x")),
    "the signing password": (JPKI, apdu.select_file(0x001B)),
    "an own key where there is none": (TEXT, apdu.sign(0x00, b"x")),
    "a change of the PIN": (JPKI, bytes.fromhex("0024018004") + b"1234"),
    "the next card's signing key": (NEXT.jpki, apdu.select_file(0x001A)),
    "the next card's signing password": (NEXT.jpki, apdu.select_file(0x001B)),
    "the next card's 12-digit number": (NEXT.surface, apdu.read_by_short_id(0x0005, 0)),
    "the code that opens the next card's number": (NEXT.surface, apdu.select_file(0x0013)),
    "a file of today's in the next card's place": (NEXT.surface, apdu.select_file(0x0015)),
    "a record": (SURFACE, bytes.fromhex("00B2010400")),
    "a data object": (None, bytes.fromhex("00CA004500")),
    "an answer's rest that there is not": (JPKI, bytes.fromhex("00C0000000")),
    "a terminal's certificate": (JPKI, bytes.fromhex("80A206C100")),
    "reading with nothing selected": (None, apdu.read_binary(0, 256)),
    "reading with no file selected": (JPKI, apdu.read_binary(0, 256)),
    "an extended command": (JPKI, bytes.fromhex("00B08600000000")),
    "nothing": (None, b""),
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_what_is_not_in_the_table_is_never_sent(card: Card, what: str) -> None:
    application, command = FORBIDDEN[what]
    gate = Gate(card)
    if application is not None:
        gate(apdu.select_application(application.aid))
    card.heard.clear()
    with pytest.raises(TerminalError) as caught:
        gate(command)
    assert caught.value.problem is Problem.APDU_FORBIDDEN
    assert card.heard == []


@pytest.mark.parametrize(("application", "file"), [(TEXT, 0x0015), (SURFACE, 0x0012), (JPKI, 0x0018), (JPKI, 0x0017)])
def test_secrets_and_keys_cannot_be_read(card: Card, application: type, file: int) -> None:
    gate = Gate(card)
    gate(apdu.select_application(application.aid))  # type: ignore[attr-defined]  # one of three profiles
    gate(apdu.select_file(file))
    with pytest.raises(TerminalError):
        gate(apdu.read_binary(0, 256))


def test_a_file_that_the_card_did_not_select_is_not_the_current_one() -> None:
    gate = Gate(lambda command: b"\x6a\x82" if command == apdu.select_file(0x0012) else b"\x90\x00")
    gate(apdu.select_application(SURFACE.aid))
    gate(apdu.select_file(0x0012))
    with pytest.raises(TerminalError):
        gate(apdu.verify("0" * 14))


def test_after_a_lost_connection_everything_must_be_selected_anew() -> None:
    def transmit(command: bytes) -> bytes:
        if command[1] == 0xB0:
            raise TerminalError(Problem.CARD_REMOVED)
        return b"\x90\x00"

    gate = Gate(transmit)
    gate(apdu.select_application(SURFACE.aid))
    with pytest.raises(TerminalError):
        gate(apdu.read_by_short_id(0x0004, 256))
    with pytest.raises(TerminalError) as caught:
        gate(apdu.select_file(0x0012))
    assert caught.value.problem is Problem.APDU_FORBIDDEN


@given(st.lists(st.binary(min_size=4, max_size=8).map(lambda end: b"\x00" + end) | st.binary(max_size=12), max_size=30))
def test_no_sequence_of_commands_selects_or_reads_anything_else(commands: list[bytes]) -> None:
    card = Card()
    gate = Gate(card)
    for application in (JPKI, SURFACE, TEXT, NEXT.jpki, NEXT.surface):
        gate(apdu.select_application(application.aid))
        for command in commands:
            before = len(card.heard)
            try:
                gate(command)
            except TerminalError:
                assert len(card.heard) == before
            else:
                if command[1] == 0xA4:
                    assert (application.name, int.from_bytes(command[5:])) in CHECK_IN
                elif command[1] == 0xB0 and command[2] & 0x80:
                    assert (application.name, command[2] & 0x1F) in CHECK_IN or command[2] == 0x80


def test_the_log_holds_no_data_of_either_side(card: Card, caplog: pytest.LogCaptureFixture) -> None:
    gate = Gate(card)
    with caplog.at_level(logging.DEBUG):
        gate(apdu.select_application(SURFACE.aid))
        gate(apdu.select_file(0x0012))
        gate(apdu.verify("55021720352285"))
    assert "INS 20, card surface, file 0012: 9000, 7 bytes" in caplog.text
    for secret in ("55021720352285", "secret", b"55021720352285".hex(), b"secret".hex()):
        assert secret.lower() not in caplog.text.lower()
