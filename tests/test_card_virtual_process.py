"""The virtual card in its own process: it comes, answers and goes as a card on a reader does."""

import os
import queue
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from device.card.reader import SupervisedCardReader
from device.child import command
from device.virtual.card_image import JPKI, CardImage, Code, File
from device.virtual.insertion import InsertedCard
from device.virtual.issuing import issue
from device.virtual.quirks import PLAIN, Quirks
from terminal.card_token import CodeRefused
from terminal.certificate import JST
from terminal.clock import SystemClock
from terminal.events import CardLaid, CardRemoved
from terminal.people import Holder, IssuerTrust
from terminal.ports import CardNews
from terminal.practice.authority import Authority
from terminal.practice.deck import load_deck
from terminal.practice.reaction import card_code
from terminal.problems import Problem, TerminalError

HOST = "127.0.0.1"
SELECT_JPKI = bytes.fromhex("00A4040C0A") + JPKI
SMALL = CardImage(b"\x3b\x00", {JPKI: {0x000A: File(b"free"), 0x0018: Code(b"0321", 3, 3)}})
WITHIN = 10.0  # seconds; nothing here takes one


class BareReader:
    """The reader's side of the wire, by hand."""

    def __init__(self) -> None:
        self._listening = socket.create_server((HOST, 0))
        self._listening.settimeout(WITHIN)
        self.port = self._listening.getsockname()[1]
        self._line: socket.socket | None = None

    def accept(self) -> None:
        self._line, _ = self._listening.accept()
        self._line.settimeout(WITHIN)

    def say(self, message: bytes) -> None:
        assert self._line is not None
        self._line.sendall(len(message).to_bytes(2) + message)

    def ask(self, message: bytes, within: float = WITHIN) -> bytes:
        assert self._line is not None
        self._line.settimeout(within)
        self.say(message)
        return self.hear(int.from_bytes(self.hear(2)))

    def hear(self, size: int) -> bytes:
        assert self._line is not None
        heard = b""
        while len(heard) < size and (part := self._line.recv(size - len(heard))):
            heard += part
        return heard

    def close(self) -> None:
        self._listening.close()
        if self._line is not None:
            self._line.close()


@pytest.fixture
def image_file(tmp_path: Path) -> Path:
    SMALL.save(tmp_path / "card.json")
    return tmp_path / "card.json"


@contextmanager
def laid(image_file: Path, quirks: Quirks = PLAIN) -> Iterator[tuple[BareReader, InsertedCard]]:
    with closing(BareReader()) as reader, InsertedCard(image_file, HOST, reader.port, quirks) as card:
        reader.accept()
        yield reader, card


def test_a_card_tells_its_atr_and_answers_commands(image_file: Path) -> None:
    with laid(image_file) as (reader, _):
        assert reader.ask(b"\x04") == b"\x3b\x00"
        reader.say(b"\x01")
        assert reader.ask(SELECT_JPKI) == b"\x90\x00"
        assert reader.ask(bytes.fromhex("00B08A0000")) == b"free\x90\x00"
        reader.say(b"\x02")
        assert reader.ask(bytes.fromhex("00B0000000")) == bytes.fromhex("6986")


def test_a_card_that_is_removed_is_gone(image_file: Path) -> None:
    with laid(image_file) as (reader, card):
        card.remove()
        assert reader.hear(1) == b""
        card.remove()


def test_a_spent_try_is_spent_the_next_time_the_card_is_laid(image_file: Path) -> None:
    for expected in ("63C2", "63C1"):
        with laid(image_file) as (reader, _):
            reader.ask(SELECT_JPKI)
            assert reader.ask(bytes.fromhex("00200098") + b"\x049999") == bytes.fromhex(expected)
    assert CardImage.load(image_file).applications[JPKI][0x0018] == Code(b"0321", 1, 3)


def test_a_card_taken_away_in_the_middle_ends_the_line(image_file: Path) -> None:
    with laid(image_file, Quirks(remove_after_apdus=1)) as (reader, _):
        assert reader.ask(SELECT_JPKI) == b"\x90\x00"
        assert reader.ask(SELECT_JPKI) == b""


def test_a_hung_card_lies_there_silent_until_it_is_taken_away(image_file: Path) -> None:
    with laid(image_file, Quirks(hang_after_apdus=0)) as (reader, card):
        with pytest.raises(TimeoutError):
            reader.ask(SELECT_JPKI, within=0.2)
        card.remove()
        assert reader.hear(1) == b""


@pytest.mark.parametrize("quirks", ["{}", '{"hang_after_apdus": 0}'], ids=["plain", "hung"])
def test_a_card_never_outlives_whoever_laid_it(image_file: Path, quirks: str) -> None:
    with closing(BareReader()) as reader:
        arguments = ("--image", str(image_file), "--connect", f"{HOST}:{reader.port}", "--quirks", quirks)
        with subprocess.Popen(
            command("device.virtual.card_process", *arguments), stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as process:
            assert process.stdin is not None
            reader.accept()
            reader.say(SELECT_JPKI)
            process.stdin.close()
            assert process.wait(timeout=WITHIN) == 0


def test_a_card_laid_before_the_reader_listens_is_inserted_when_it_does(image_file: Path) -> None:
    with closing(socket.socket()) as reserved:
        reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        reserved.bind((HOST, 0))
        port = reserved.getsockname()[1]
        arguments = ("--image", str(image_file), "--connect", f"{HOST}:{port}")
        with subprocess.Popen(
            command("device.virtual.card_process", *arguments), stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as process:
            assert process.stdout is not None
            os.set_blocking(process.stdout.fileno(), False)
            assert process.stdout.read() is None
            reserved.listen()
            os.set_blocking(process.stdout.fileno(), True)
            assert process.stdout.readline() == b"inserted\n"
            process.terminate()


def test_a_card_that_cannot_be_laid_is_told_as_such(tmp_path: Path) -> None:
    with closing(BareReader()) as reader, pytest.raises(TerminalError) as raised:
        InsertedCard(tmp_path / "absent.json", HOST, reader.port)
    assert raised.value.problem is Problem.READER_ABSENT


def test_an_answer_does_not_wait_for_the_network_to_acknowledge(image_file: Path) -> None:
    with laid(image_file) as (reader, _):
        reader.ask(SELECT_JPKI)
        started = time.monotonic()
        for _ in range(50):
            reader.ask(bytes.fromhex("00B08A0000"))
        assert time.monotonic() - started < 50 * 0.02  # 0.04 s each where it waits


# --- with the reader of the terminal ----------------------------------------------------------------------------------


def test_a_card_of_the_deck_is_read_whole_by_the_terminals_reader(tmp_path: Path) -> None:
    now = SystemClock().now()
    authority = Authority.make(now)
    authority.save(tmp_path)
    person = load_deck()["p01"]
    issue(person, authority, now.astimezone(JST).date()).save(tmp_path / "card.json")
    news: queue.SimpleQueue[CardNews] = queue.SimpleQueue()
    with closing(SupervisedCardReader(loopback=True, anchors=tmp_path / "anchors")) as reader:
        reader.listen(news.put)
        port = reader.port
        with InsertedCard(tmp_path / "card.json", HOST, port):
            laid = next(told for told in iter(lambda: news.get(timeout=WITHIN), None) if isinstance(told, CardLaid))
            card = reader.identify(laid.insertion)
            assert reader.read_holder(card, "0" * 14) == CodeRefused(9)
            card = reader.identify(laid.insertion)
            holder = reader.read_holder(card, card_code(person))
            assert reader.verify_pin(card, person.card.pin) is None
        while not isinstance(news.get(timeout=WITHIN), CardRemoved):
            pass
    assert isinstance(holder, Holder)
    assert (holder.name, holder.issuer) == (person.name, IssuerTrust.CHECKED)
