"""What lies on a slot is told once, under a name of its own; the loopback takes what speaks vpcd's wire."""

import socket
import threading
from collections.abc import Iterator

import pytest

from device.card import loopback, slot
from device.card.loopback import LoopbackSlot
from device.card.slot import Presence
from terminal.events import CardLaid, CardRemoved, ReaderLost, ReaderReady
from terminal.ports import CardNews
from terminal.problems import Problem, TerminalError

ATR = bytes.fromhex("3B888001004B51FFB381D1000F")


class News:
    """Everything told, and a wait for more of it."""

    def __init__(self) -> None:
        self.told: list[CardNews] = []
        self._changed = threading.Condition()

    def __call__(self, news: CardNews) -> None:
        with self._changed:
            self.told.append(news)
            self._changed.notify_all()

    def wait(self, count: int) -> list[CardNews]:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.told) >= count, timeout=30), self.told
            return self.told[:count]

    def insertion(self, count: int) -> str:
        laid = self.wait(count)[-1]
        assert isinstance(laid, CardLaid)
        return laid.insertion


class CardOnWire:
    """The card's end of the wire, each message answered by hand."""

    def __init__(self, port: int) -> None:
        self.wire = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.stream = self.wire.makefile("rb")

    def hear(self) -> bytes:
        return self.stream.read(int.from_bytes(self.stream.read(2)))

    def say(self, message: bytes) -> None:
        self.wire.sendall(len(message).to_bytes(2) + message)

    def greet(self) -> None:
        assert [self.hear(), self.hear()] == [b"\x01", b"\x04"]
        self.say(ATR)

    def close(self) -> None:
        self.stream.close()
        self.wire.close()


@pytest.fixture
def news() -> News:
    return News()


@pytest.fixture
def reader(news: News) -> Iterator[LoopbackSlot]:
    reader = LoopbackSlot()
    watching = threading.Thread(target=reader.watch, args=(news,))
    watching.start()
    yield reader
    reader.close()
    watching.join(10)
    assert not watching.is_alive()


def test_a_card_is_laid_asked_and_taken_away(reader: LoopbackSlot, news: News) -> None:
    card = CardOnWire(reader.port)
    card.greet()
    insertion = news.insertion(2)

    def answer() -> None:
        assert [card.hear(), card.hear()] == [b"\x01", b"\x00\xa4\x04\x0c"]
        card.say(b"\x6a\x82")
        assert card.hear() == b"\x00"

    answering = threading.Thread(target=answer)
    answering.start()
    with reader.connect(insertion) as transmit:
        assert transmit(b"\x00\xa4\x04\x0c") == b"\x6a\x82"
    answering.join(10)
    card.close()
    assert news.wait(3) == [ReaderReady(), CardLaid(insertion), CardRemoved()]


def test_each_card_has_an_insertion_of_its_own(reader: LoopbackSlot, news: News) -> None:
    first = CardOnWire(reader.port)
    first.greet()
    before = news.insertion(2)
    second = CardOnWire(reader.port)  # waits until the first is gone
    first.close()
    second.greet()
    after = news.insertion(4)
    assert before != after
    with pytest.raises(TerminalError) as caught, reader.connect(before):
        pass
    assert caught.value.problem is Problem.CARD_REMOVED
    second.close()
    news.wait(5)


def test_a_card_taken_away_amid_an_answer_is_removed(reader: LoopbackSlot, news: News) -> None:
    card = CardOnWire(reader.port)
    card.greet()
    insertion = news.insertion(2)

    def tear() -> None:
        card.hear()
        card.hear()
        card.wire.sendall(b"\x00\x05\x90")
        card.close()

    tearing = threading.Thread(target=tear)
    tearing.start()
    with pytest.raises(TerminalError) as caught, reader.connect(insertion) as transmit:
        transmit(b"\x00\xb0\x00\x00\x00")
    assert caught.value.problem is Problem.CARD_REMOVED
    tearing.join(10)
    assert news.wait(3)[-1] == CardRemoved()


def test_what_connects_and_is_no_card_is_not_laid(
    reader: LoopbackSlot, news: News, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loopback, "_GREETING_S", 0.1)
    stranger = CardOnWire(reader.port)
    card = CardOnWire(reader.port)
    card.greet()
    assert isinstance(news.wait(2)[-1], CardLaid)
    stranger.close()
    card.close()
    news.wait(3)


def test_a_lost_reader_is_told_again_and_again_and_takes_the_card_with_it(
    news: News, monkeypatch: pytest.MonkeyPatch
) -> None:
    presence: Presence[str] = Presence()
    presence.listen(news)
    presence.ready()
    presence.laid("here")
    presence.lost(Problem.READER_ABSENT)
    presence.lost(Problem.READER_ABSENT)
    presence.lost(Problem.READER_SERVICE_DOWN)
    monkeypatch.setattr(slot, "TELL_AGAIN_S", 0.0)
    presence.lost(Problem.READER_SERVICE_DOWN)
    presence.ready()
    presence.ready()
    absent, down = ReaderLost(Problem.READER_ABSENT), ReaderLost(Problem.READER_SERVICE_DOWN)
    assert news.told == [ReaderReady(), CardLaid(news.insertion(2)), absent, down, down, ReaderReady()]
    assert presence.place is None


def test_who_comes_late_is_told_how_things_stand(news: News) -> None:
    presence: Presence[str] = Presence()
    presence.ready()
    presence.laid("here")
    presence.listen(news)
    presence.restate()
    assert news.told[0] == ReaderReady()
    assert presence.find(news.insertion(2)) == "here"
