"""The real PC/SC service with a virtual reader: insertion, reading, removal, and the service killed and started again.

The service runs on this machine only; its virtual reader listens on port 35963. If one runs already it is used, and
then is not killed.
"""

import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TypeVar

import pytest
from real_pcscd import real_pcscd
from smartcard import scard  # type: ignore[import-untyped]  # pyscard has no stubs

from device.card.reader import SupervisedCardReader
from device.card.readers import Readers
from device.virtual.card_image import JPKI
from device.virtual.insertion import InsertedCard
from device.virtual.issuing import issue
from device.virtual.pcsc_service import VPCD_PORT, VPCD_READER, PcscService
from device.virtual.quirks import PLAIN, Quirks
from terminal.card_news import CardLaid, CardNews, CardRemoved, ReaderLost, ReaderReady
from terminal.card_token import CodeRefused
from terminal.certificate import JST
from terminal.clock import SystemClock
from terminal.people import Holder, IssuerTrust
from terminal.practice.authority import Authority
from terminal.practice.deck import Person, load_deck
from terminal.practice.reaction import card_code
from terminal.problems import Problem, TerminalError

WITHIN = 15.0  # seconds

Kind = TypeVar("Kind", bound=CardNews)


@pytest.fixture(scope="module")
def pcscd() -> Iterator[PcscService]:
    with real_pcscd() as service:
        yield service


@pytest.fixture(scope="module")
def person() -> Person:
    return load_deck()["p01"]


@pytest.fixture(scope="module")
def home(person: Person, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `card.json` and `anchors/`."""
    now = SystemClock().now()
    home = tmp_path_factory.mktemp("practice")
    authority = Authority.make(now)
    authority.save(home)
    issue(person, authority, now.astimezone(JST).date()).save(home / "card.json")
    return home


@pytest.fixture
def news() -> "queue.SimpleQueue[CardNews]":
    return queue.SimpleQueue()


@pytest.fixture
def reader(pcscd: PcscService, home: Path, news: "queue.SimpleQueue[CardNews]") -> Iterator[SupervisedCardReader]:
    with closing(SupervisedCardReader(readers=Readers(VPCD_READER), anchors=home / "anchors")) as reader:
        reader.listen(news.put)
        heard(news, ReaderReady)
        yield reader


def until(is_true: Callable[[], bool]) -> None:
    """Waits for a condition that nothing announces."""
    deadline = time.monotonic() + WITHIN
    never = threading.Event()
    while not is_true():
        assert time.monotonic() < deadline, "it did not come true in time"
        never.wait(0.05)


def heard(news: "queue.SimpleQueue[CardNews]", kind: type[Kind]) -> Kind:
    """The next news of a kind."""
    deadline = time.monotonic() + WITHIN
    while True:
        told = news.get(timeout=max(deadline - time.monotonic(), 0.01))
        if isinstance(told, kind):
            return told


@contextmanager
def context() -> Iterator[int]:
    code, service = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    if code != scard.SCARD_S_SUCCESS:
        raise ConnectionError(code)
    yield service
    scard.SCardReleaseContext(service)


def is_present() -> bool:
    with context() as service:
        states = scard.SCardGetStatusChange(service, 0, [(VPCD_READER, scard.SCARD_STATE_UNAWARE)])[1]
        return bool(states[0][1] & scard.SCARD_STATE_PRESENT)


def insert(home: Path, quirks: Quirks = PLAIN) -> InsertedCard:
    return InsertedCard(home / "card.json", "127.0.0.1", VPCD_PORT, quirks)


def test_a_card_is_there_and_answers_through_bare_pcsc(pcscd: PcscService, home: Path) -> None:
    with insert(home), context() as service:
        until(is_present)
        code, card, protocol = scard.SCardConnect(
            service, VPCD_READER, scard.SCARD_SHARE_EXCLUSIVE, scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
        )
        assert code == scard.SCARD_S_SUCCESS

        def transmit(command: str) -> bytes:
            pci = scard.SCARD_PCI_T1 if protocol == scard.SCARD_PROTOCOL_T1 else scard.SCARD_PCI_T0
            code, answer = scard.SCardTransmit(card, pci, list(bytes.fromhex(command)))
            assert code == scard.SCARD_S_SUCCESS
            return bytes(answer)

        assert transmit("00A4040C0A" + JPKI.hex()) == b"\x90\x00"
        assert transmit("00B0860020") == b"JPKIAPICCTOKEN2".ljust(32) + b"\x90\x00"
        extended = transmit("00B08A00000000")
        assert (len(extended), extended[-2:]) == (2048 + 2, b"\x90\x00")
        scard.SCardDisconnect(card, scard.SCARD_UNPOWER_CARD)
    until(lambda: not is_present())


def test_the_terminals_reader_sees_a_card_reads_it_whole_and_sees_it_go(
    reader: SupervisedCardReader, news: "queue.SimpleQueue[CardNews]", home: Path, person: Person
) -> None:
    with insert(home):
        card = reader.identify(heard(news, CardLaid).insertion)
        assert (card.card_code_tries, card.pin_tries) == (10, 3)
        holder = reader.read_holder(card, card_code(person))
        assert isinstance(holder, Holder)
        assert (holder.name, holder.birth_date) == (person.name, person.birth_date)
        assert (holder.portrait is not None, holder.issuer) == (True, IssuerTrust.CHECKED)
        assert reader.verify_pin(card, "9876") == CodeRefused(2)
        card = reader.identify(card.insertion)
        assert reader.verify_pin(card, person.card.pin) is None
    heard(news, CardRemoved)
    with pytest.raises(TerminalError) as raised:
        reader.identify(card.insertion)
    assert raised.value.problem is Problem.CARD_REMOVED


def test_a_card_pulled_while_it_is_read_is_a_card_removed(
    reader: SupervisedCardReader, news: "queue.SimpleQueue[CardNews]", home: Path, person: Person
) -> None:
    with insert(home, Quirks(remove_after_apdus=25)):
        card = reader.identify(heard(news, CardLaid).insertion)
        with pytest.raises(TerminalError) as raised:
            reader.read_holder(card, card_code(person))
        assert raised.value.problem is Problem.CARD_REMOVED
        heard(news, CardRemoved)


def test_a_card_laid_again_is_another_insertion(
    reader: SupervisedCardReader, news: "queue.SimpleQueue[CardNews]", home: Path
) -> None:
    insertions = set()
    for _ in range(2):
        with insert(home):
            insertions.add(heard(news, CardLaid).insertion)
        heard(news, CardRemoved)  # vpcd looks every 0.4 s, and would not notice a swap between two looks
    assert len(insertions) == 2


def test_a_service_that_is_killed_and_started_again_is_ready_again(
    pcscd: PcscService,
    reader: SupervisedCardReader,
    news: "queue.SimpleQueue[CardNews]",
    home: Path,
    person: Person,
) -> None:
    if pcscd.pid is None:
        pytest.skip("the service that runs here is not ours to kill")
    with insert(home):
        heard(news, CardLaid)
        pcscd.kill()
        assert heard(news, ReaderLost).problem is Problem.READER_SERVICE_DOWN
    pcscd.start()
    heard(news, ReaderReady)
    with insert(home):
        card = reader.identify(heard(news, CardLaid).insertion)
        assert isinstance(reader.read_holder(card, card_code(person)), Holder)
