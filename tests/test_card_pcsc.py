"""Over a real PC/SC service: cards come and go, the service dies and comes back, others hold the card meanwhile.

Needs pcscd with vpcd, and that nobody else's pcscd runs; else these tests are skipped.
"""

import fcntl
import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from smartcard import scard  # type: ignore[import-untyped]  # pyscard has no stubs

from device.card.reader import SupervisedCardReader
from device.virtual.insertion import InsertedCard
from device.virtual.issuing import issue
from device.virtual.quirks import Quirks
from terminal.card_code import compose
from terminal.events import CardLaid, CardRemoved, ReaderLost, ReaderReady
from terminal.people import Holder
from terminal.ports import CardNews
from terminal.practice.authority import Authority
from terminal.practice.deck import load_deck
from terminal.problems import Problem, TerminalError

DRIVER = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
LOCK = Path("/tmp/uketsuke-tests-pcscd.lock")
PERSON = load_deck()["p01"]
CODE = compose(PERSON.birth_date, PERSON.card.expires.year, PERSON.card.security_code)

pytestmark = pytest.mark.skipif(
    not (shutil.which("pcscd") and DRIVER.exists() and os.geteuid() == 0), reason="pcscd with vpcd, as root, is needed"
)


class News:
    """What the reader tells, in order, each taken once."""

    def __init__(self) -> None:
        self._told: list[CardNews] = []
        self._changed = threading.Condition()

    def __call__(self, news: CardNews) -> None:
        with self._changed:
            self._told.append(news)
            self._changed.notify_all()

    def next_of(self, kind: type[CardNews]) -> CardNews:
        with self._changed:
            assert self._changed.wait_for(lambda: any(isinstance(news, kind) for news in self._told), 15), kind
            at = next(at for at, news in enumerate(self._told) if isinstance(news, kind))
            news = self._told[at]
            del self._told[: at + 1]
            return news

    def insertion(self) -> str:
        laid = self.next_of(CardLaid)
        assert isinstance(laid, CardLaid)
        return laid.insertion


class Service:
    """A pcscd of our own, with one virtual reader on a free port."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self._settings = folder
        (folder / "vpcd").write_text(
            f'FRIENDLYNAME "Practice"\nDEVICENAME /dev/null:0x{self.port:04X}\n'
            f"LIBPATH {DRIVER}\nCHANNELID 0x{self.port:04X}\n"
        )
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(
            ["pcscd", "--foreground", "--config", str(self._settings)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)
            self._process = None


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with LOCK.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # one service at a time on this machine
        code, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
        if code == scard.SCARD_S_SUCCESS:
            scard.SCardReleaseContext(context)
            pytest.skip("another pcscd runs")
        settings = tmp_path / "readers"
        settings.mkdir()
        service = Service(settings)
        yield service
        service.stop()


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("office")
    authority = Authority.make(datetime.now(UTC))
    authority.save(folder)
    issue(PERSON, authority, datetime.now(UTC).date()).save(folder / "card.json")
    return folder


@pytest.fixture
def news() -> News:
    return News()


@pytest.fixture
def reader(service: Service, office: Path, news: News) -> Iterator[SupervisedCardReader]:
    reader = SupervisedCardReader(anchors=office / "anchors")
    reader.listen(news)
    yield reader
    reader.close()


@contextmanager
def laid(office: Path, service: Service, quirks: Quirks | None = None) -> Iterator[None]:
    with InsertedCard(office / "card.json", "127.0.0.1", service.port, quirks or Quirks()):
        yield


@contextmanager
def held_by_another(mode: int) -> Iterator[None]:
    _, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    _, readers = scard.SCardListReaders(context, [])
    code, card, _ = scard.SCardConnect(context, readers[0], mode, scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1)
    assert code == scard.SCARD_S_SUCCESS
    yield
    scard.SCardDisconnect(card, scard.SCARD_LEAVE_CARD)
    scard.SCardReleaseContext(context)


def problem_of(question: Callable[[], object]) -> Problem:
    with pytest.raises(TerminalError) as caught:
        question()
    return caught.value.problem


def test_cards_are_read_and_the_service_may_die_and_come_back(
    service: Service, reader: SupervisedCardReader, news: News, office: Path
) -> None:
    assert news.next_of(ReaderLost) == ReaderLost(Problem.READER_SERVICE_DOWN)
    service.start()
    news.next_of(ReaderReady)
    with laid(office, service):
        card = reader.identify(news.insertion())
        assert isinstance(reader.read_holder(card, CODE), Holder)
        assert reader.verify_pin(card, PERSON.card.pin) is None
    news.next_of(CardRemoved)
    assert problem_of(lambda: reader.identify(card.insertion)) is Problem.CARD_REMOVED
    service.stop()
    assert news.next_of(ReaderLost) == ReaderLost(Problem.READER_SERVICE_DOWN)
    service.start()
    news.next_of(ReaderReady)
    with laid(office, service):
        assert reader.identify(news.insertion()).pin_tries == 3


def test_another_program_may_share_the_card_but_not_keep_it_from_us_unnoticed(
    service: Service, reader: SupervisedCardReader, news: News, office: Path
) -> None:
    service.start()
    with laid(office, service):
        insertion = news.insertion()
        with held_by_another(scard.SCARD_SHARE_SHARED):
            assert reader.identify(insertion).pin_tries == 3
        with held_by_another(scard.SCARD_SHARE_EXCLUSIVE):
            assert problem_of(lambda: reader.identify(insertion)) is Problem.READER_BUSY
        assert reader.identify(insertion).pin_tries == 3


def test_a_card_taken_amid_a_read_is_removed(
    service: Service, reader: SupervisedCardReader, news: News, office: Path
) -> None:
    service.start()
    with laid(office, service, Quirks(remove_after_apdus=3)):
        insertion = news.insertion()
        assert problem_of(lambda: reader.identify(insertion)) is Problem.CARD_REMOVED
        news.next_of(CardRemoved)
