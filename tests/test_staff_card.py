"""The staff's reader: a card's number leaves it as a keyed hash alone, and of a My Number card nothing is ever read."""

import hmac
import os
import queue
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.card.profile import GENERATIONS
from device.card.readers import Readers
from device.staff import messages
from device.staff.card import Laid, read
from device.staff.reader import StaffReader
from terminal.staff.key_words import Answer, KeyFault, Question
from terminal.staff.ports import CardDoubt, LaidCard

KEY = bytes(range(32))
NUMBER = bytes.fromhex("04A1B2C3D4E5F6")
ATR = bytes.fromhex("3B8880010000000033818100")
STORAGE = bytes.fromhex("3B8F8001804F0CA0000003060300030000000068")  # PC/SC part 3: a card without applications
FELICA = bytes.fromhex("3B8F8001804F0CA0000003061100 3B0000000042".replace(" ", ""))
SELECT, GET_UID = 0xA4, bytes.fromhex("FFCA000000")


@dataclass
class Card:
    """Whatever lies there: it takes the applications named, and a reader tells its number."""

    number: bytes = NUMBER
    applications: tuple[bytes, ...] = ()
    asked: list[bytes] = field(default_factory=list)

    def transmit(self, command: bytes) -> bytes:
        self.asked.append(command)
        if command[1] == SELECT:
            name = command[5 : 5 + command[4]]
            return b"\x90\x00" if name in self.applications else b"\x6a\x82"
        return self.number + b"\x90\x00" if command == GET_UID and self.number else b"\x6a\x81"


def hash_of(number: bytes) -> bytes:
    return hmac.digest(KEY, number, "sha256")


@pytest.mark.parametrize("atr", [ATR, STORAGE, FELICA])
@pytest.mark.parametrize("size", [4, 7, 8, 10])
def test_a_cards_number_is_given_as_a_keyed_hash(atr: bytes, size: int) -> None:
    number = bytes(range(0x10, 0x10 + size))
    assert read(Card(number).transmit, atr, KEY) == hash_of(number)
    assert read(Card(number).transmit, atr, bytes(32)) != hash_of(number)


@pytest.mark.parametrize("card", GENERATIONS)
@pytest.mark.parametrize("part", ["jpki", "surface"])
def test_a_my_number_card_is_recognised_and_nothing_of_it_is_read(card: object, part: str) -> None:
    application = getattr(card, part)
    laid = Card(applications=(application.aid,))
    assert read(laid.transmit, ATR, KEY) is CardDoubt.MY_NUMBER
    assert {command[1] for command in laid.asked} == {SELECT}  # of applications, by name: no file, no number
    assert all(command[2] == 0x04 for command in laid.asked)
    assert laid.asked[-1][5:] == application.aid  # and after it, nothing more


def test_a_security_key_is_no_card_with_a_number() -> None:
    laid = Card(applications=(bytes.fromhex("A0000006472F0001"),))
    assert read(laid.transmit, ATR, KEY) is Laid.SECURITY_KEY
    assert GET_UID not in laid.asked


def test_a_card_without_applications_is_asked_for_its_number_alone() -> None:
    laid = Card()
    read(laid.transmit, FELICA, KEY)
    assert laid.asked == [GET_UID]


@pytest.mark.parametrize(
    ("number", "doubt"),
    [
        (bytes.fromhex("08A1B2C3"), CardDoubt.CHANGING),  # a phone
        (b"", CardDoubt.NO_NUMBER),
        (bytes(5), CardDoubt.NO_NUMBER),
    ],
)
def test_a_number_that_changes_or_is_none_shows_nobody(number: bytes, doubt: CardDoubt) -> None:
    assert read(Card(number).transmit, ATR, KEY) is doubt


@given(st.one_of(st.binary(max_size=32), st.sampled_from(CardDoubt), st.none()))
def test_what_the_process_tells_arrives_as_it_was(laid: LaidCard) -> None:
    assert messages.parse_laid(messages.write_laid(laid)) == laid


def test_no_reader_is_in_both_hands() -> None:
    readers = Readers(patient="ACS Patient", staff="ACS Staff")
    staff = readers.of_staff
    assert staff
    for name in ("ACS Patient 00", "ACS Staff 01", "ACS Other 02", ""):
        assert not (readers.take(name) and staff.take(name))
    assert staff.take("ACS Staff 01")
    assert Readers().of_staff is None
    assert Readers(staff="A").of_staff == Readers(patient="A")


# the process, over a virtual reader's wire


class VirtualCard:
    """Lies on the loopback until it is taken away; speaks vpcd's wire."""

    def __init__(self, port: int, card: Card, atr: bytes = ATR) -> None:
        self._wire = socket.create_connection(("127.0.0.1", port), timeout=30)
        self._card, self._atr = card, atr
        self._lying = threading.Thread(target=self._lie)
        self._lying.start()

    def take_away(self) -> None:
        with suppress(OSError):
            self._wire.shutdown(socket.SHUT_RDWR)
        self._lying.join()
        self._wire.close()

    def _lie(self) -> None:
        with suppress(OSError, struct.error):
            while True:
                (size,) = struct.unpack(">H", self._receive(2))
                message = self._receive(size)
                if size > 1 or message == b"\x04":  # other bytes alone are words of power
                    answer = self._card.transmit(message) if size > 1 else self._atr
                    self._wire.sendall(struct.pack(">H", len(answer)) + answer)

    def _receive(self, size: int) -> bytes:
        return self._wire.recv(size, socket.MSG_WAITALL)


@dataclass
class Desk:
    reader: StaffReader
    port: int
    news: "queue.SimpleQueue[LaidCard]" = field(default_factory=queue.SimpleQueue)

    def lay(self, card: Card, atr: bytes = ATR) -> VirtualCard:
        for _ in range(600):  # until the process listens
            with suppress(ConnectionRefusedError):
                return VirtualCard(self.port, card, atr)
            threading.Event().wait(0.05)
        raise AssertionError("the staff's reader does not listen")

    def next(self) -> LaidCard:
        return self.news.get(timeout=60)


@pytest.fixture
def desk() -> Iterator[Desk]:
    with socket.socket() as reserved:
        reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        reserved.bind(("127.0.0.1", 0))
        port = reserved.getsockname()[1]
        with closing(StaffReader(KEY, loopback=port)) as reader:
            made = Desk(reader, port)
            reader.listen(made.news.put)
            yield made


def test_a_security_key_that_lies_there_is_asked_and_tells_nobodys_number(desk: Desk) -> None:
    laid = desk.lay(key := Card(applications=(bytes.fromhex("A0000006472F0001"),)))
    question = Question("x", b"y")
    said: Answer | KeyFault = KeyFault.ABSENT
    for _ in range(600):  # until it was found to be one
        if (said := desk.reader.prove(question, "")) is not KeyFault.ABSENT:
            break
        threading.Event().wait(0.05)
    assert said is KeyFault.GARBLED  # it takes the application's name, and speaks no CTAP
    laid.take_away()
    assert desk.next() is None
    assert GET_UID not in key.asked
    assert desk.reader.prove(question, "") is KeyFault.ABSENT


def test_cards_are_told_laid_and_taken_also_by_a_process_begun_anew(desk: Desk) -> None:
    card = desk.lay(Card())
    assert desk.next() == hash_of(NUMBER)
    card.take_away()
    assert desk.next() is None
    jpki = GENERATIONS[0].jpki.aid
    card = desk.lay(stranger := Card(applications=(jpki,)))
    assert desk.next() is CardDoubt.MY_NUMBER
    assert GET_UID not in stranger.asked
    assert desk.reader.prove(Question("x", b"y"), "") is KeyFault.ABSENT
    card.take_away()
    assert desk.next() is None
    assert desk.reader.pid
    os.kill(desk.reader.pid, 9)
    assert desk.next() is None
    card = desk.lay(Card(), FELICA)
    assert desk.next() == hash_of(NUMBER)
    card.take_away()
