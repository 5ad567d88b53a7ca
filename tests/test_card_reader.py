"""The reader on its own process: asked, killed or hung, it comes back; a swapped card is never the same one."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import pytest
from raised import problem_of
from reader_news import CODE, PERSON, News, office_in

from device import child as child_module
from device.card import reader as reader_module
from device.card.reader import SupervisedCardReader
from device.virtual.insertion import InsertedCard
from device.virtual.issuing import issue
from device.virtual.quirks import PLAIN, Quirks
from terminal.card_token import CodeRefused, Generation, TokenKind
from terminal.events import CardRemoved, ReaderLost, ReaderReady
from terminal.people import Card, Holder, IssuerTrust
from terminal.practice.authority import Authority
from terminal.problems import Problem


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return office_in(tmp_path_factory.mktemp("office"))


@pytest.fixture
def news() -> News:
    return News()


@pytest.fixture
def reader(office: Path, news: News) -> Iterator[SupervisedCardReader]:
    reader = SupervisedCardReader(loopback=True, anchors=office / "anchors")
    reader.listen(news)
    yield reader
    reader.close()
    assert reader.pid is None


@pytest.fixture
def lay(office: Path, tmp_path: Path, reader: SupervisedCardReader) -> Iterator[Callable[..., InsertedCard]]:
    laid: list[InsertedCard] = []
    image = tmp_path / "card.json"
    image.write_bytes((office / "card.json").read_bytes())

    def lay(quirks: Quirks = PLAIN) -> InsertedCard:
        laid.append(InsertedCard(image, "127.0.0.1", reader.port, quirks))
        return laid[-1]

    yield lay
    for card in laid:
        card.remove()


Lay = Callable[..., InsertedCard]


def test_a_whole_visit(reader: SupervisedCardReader, news: News, lay: Lay) -> None:
    news.next_of(ReaderReady)
    laid = lay()
    insertion = news.insertion()
    card = reader.identify(insertion)
    assert (card.insertion, card.card_code_tries, card.pin_tries) == (insertion, 10, 3)
    holder = reader.read_holder(card, CODE)
    assert isinstance(holder, Holder)
    assert (holder.name, holder.issuer) == (PERSON.name, IssuerTrust.CHECKED)
    assert reader.verify_pin(card, PERSON.card.pin) is None
    assert reader.read_holder(card, "0" * 14) == CodeRefused(9)
    assert problem_of(lambda: reader.read_holder(card, "0" * 14)) is Problem.TRIES_CHANGED
    laid.remove()
    news.next_of(CardRemoved)


def test_a_phone_is_opened_with_its_pin(reader: SupervisedCardReader, news: News, office: Path, tmp_path: Path) -> None:
    person = replace(PERSON, card=replace(PERSON.card, token=TokenKind.ANDROID))
    image = issue(person, Authority.load(office), datetime.now(UTC).date())
    image.save(tmp_path / "phone.json")
    with InsertedCard(tmp_path / "phone.json", "127.0.0.1", reader.port):
        card = reader.identify(news.insertion())
        assert (card.token, card.certificate, card.pin_tries) == (TokenKind.ANDROID, b"", 3)
        opened = reader.open_phone(card, PERSON.card.pin)
        assert isinstance(opened, Card)
        assert (opened.insertion, opened.certificate) == (card.insertion, image.certificate)
        assert reader.open_phone(card, "0000") == CodeRefused(2)
        assert problem_of(lambda: reader.open_phone(card, "0000")) is Problem.TRIES_CHANGED


def test_a_card_of_the_next_generation_is_read_by_the_same_reader(
    reader: SupervisedCardReader, news: News, office: Path, tmp_path: Path
) -> None:
    person = replace(PERSON, card=replace(PERSON.card, generation=Generation.NEXT))
    issue(person, Authority.load(office), datetime.now(UTC).date()).save(tmp_path / "next.json")
    with InsertedCard(tmp_path / "next.json", "127.0.0.1", reader.port):
        card = reader.identify(news.insertion())
        holder = reader.read_holder(card, CODE)
        assert isinstance(holder, Holder)
        assert (holder.name, holder.issuer) == (PERSON.name, IssuerTrust.CHECKED)
        assert reader.verify_pin(card, PERSON.card.pin) is None


def test_a_card_laid_anew_is_not_the_one_identified(reader: SupervisedCardReader, news: News, lay: Lay) -> None:
    first = lay()
    card = reader.identify(news.insertion())
    first.remove()
    lay()
    assert news.insertion() != card.insertion
    assert problem_of(lambda: reader.read_holder(card, CODE)) is Problem.CARD_REMOVED


def test_a_card_taken_amid_a_read_is_removed(reader: SupervisedCardReader, news: News, lay: Lay) -> None:
    lay(Quirks(remove_after_apdus=4))
    insertion = news.insertion()
    assert problem_of(lambda: reader.identify(insertion)) is Problem.CARD_REMOVED
    news.next_of(CardRemoved)


def test_a_hung_card_is_given_up_and_the_reader_is_ready_within_3_s(
    reader: SupervisedCardReader, news: News, lay: Lay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader_module, "IDENTIFY_S", 0.3)
    news.next_of(ReaderReady)
    hung = lay(Quirks(hang_after_apdus=2))
    insertion = news.insertion()
    before = time.monotonic()
    assert problem_of(lambda: reader.identify(insertion)) is Problem.READER_HUNG
    news.next_of(ReaderReady)
    assert time.monotonic() - before < 0.3 + 3
    hung.remove()
    monkeypatch.undo()
    lay()
    assert reader.identify(news.insertion()).pin_tries == 3


def test_a_process_killed_while_idle_comes_back_on_the_same_port(
    reader: SupervisedCardReader, news: News, lay: Lay
) -> None:
    port = reader.port
    news.next_of(ReaderReady)
    assert reader.pid is not None
    os.kill(reader.pid, signal.SIGKILL)
    assert news.next_of(ReaderLost) == ReaderLost(Problem.READER_PROCESS_ENDED)
    news.next_of(ReaderReady, within=3)
    assert reader.port == port
    lay()
    assert reader.identify(news.insertion()).pin_tries == 3


def test_who_listens_late_is_told_what_lies_there(reader: SupervisedCardReader, news: News, lay: Lay) -> None:
    lay()
    insertion = news.insertion()
    late = News()
    reader.listen(late)
    assert late.next_of(ReaderReady) == ReaderReady()
    assert late.insertion() == insertion


def test_anchors_that_cannot_be_read_are_told_before_a_code_is_given(office: Path, tmp_path: Path) -> None:
    (tmp_path / "broken.crt").write_text("no certificate")
    news = News()
    reader = SupervisedCardReader(loopback=True, anchors=tmp_path)
    reader.listen(news)
    try:
        with InsertedCard(office / "card.json", "127.0.0.1", reader.port):
            card = reader.identify(news.insertion())
            assert problem_of(lambda: reader.read_holder(card, CODE)) is Problem.PROGRAM_ERROR
            assert reader.identify(card.insertion).card_code_tries == 10
    finally:
        reader.close()


def test_a_reader_that_is_closed_while_it_starts_ends_without_a_word(
    monkeypatch: pytest.MonkeyPatch, news: News
) -> None:
    reader = SupervisedCardReader(loopback=True)
    closing, is_closing = threading.Thread(target=reader.close), threading.Event()
    write = child_module._write  # the moment between "it runs" and "it is asked"

    def write_too_late(stream: BinaryIO, *message: object) -> None:
        closing.start()
        is_closing.set()
        while not stream.closed:
            closing.join(0.01)
        write(stream, *message)  # type: ignore[arg-type]  # handed on as it came

    monkeypatch.setattr(child_module, "_write", write_too_late)
    reader.listen(news)
    assert is_closing.wait(30)
    closing.join(30)  # with the thread that starts it: had that raised, pytest would say so
    assert reader.pid is None
