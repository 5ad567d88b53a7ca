"""Over a real PC/SC service: cards come and go, the service dies and comes back, others hold the card meanwhile.

Needs to be root, pcscd with vpcd, and that nobody else's pcscd runs; else these tests are skipped.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from raised import problem_of
from reader_news import CODE, PERSON, News, office_in
from real_pcscd import real_pcscd
from smartcard import scard  # type: ignore[import-untyped]  # pyscard has no stubs

from device.card.reader import SupervisedCardReader
from device.card.readers import Readers
from device.virtual.insertion import InsertedCard
from device.virtual.pcsc_service import SECOND_VPCD_PORT, SECOND_VPCD_READER, VPCD_PORT, VPCD_READER, PcscService
from device.virtual.quirks import PLAIN, Quirks
from terminal.card_news import CardLaid, CardRemoved, ReaderLost, ReaderReady
from terminal.people import Holder
from terminal.problems import Problem


@pytest.fixture
def service() -> Iterator[PcscService]:
    with real_pcscd() as service:
        if service.pid is None:
            pytest.skip("the service that runs here is not ours to kill")
        yield service


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return office_in(tmp_path_factory.mktemp("office"))


@pytest.fixture
def news() -> News:
    return News()


@pytest.fixture
def reader(service: PcscService, office: Path, news: News) -> Iterator[SupervisedCardReader]:
    reader = SupervisedCardReader(readers=Readers(VPCD_READER), anchors=office / "anchors")
    reader.listen(news)
    yield reader
    reader.close()


@contextmanager
def laid(office: Path, quirks: Quirks = PLAIN) -> Iterator[None]:
    with InsertedCard(office / "card.json", "127.0.0.1", VPCD_PORT, quirks):
        yield


@contextmanager
def held_by_another(mode: int) -> Iterator[None]:
    _, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    code, card, _ = scard.SCardConnect(context, VPCD_READER, mode, scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1)
    assert code == scard.SCARD_S_SUCCESS
    yield
    scard.SCardDisconnect(card, scard.SCARD_LEAVE_CARD)
    scard.SCardReleaseContext(context)


def test_cards_are_read_and_the_service_may_die_and_come_back(
    service: PcscService, reader: SupervisedCardReader, news: News, office: Path
) -> None:
    news.next_of(ReaderReady)
    with laid(office):
        card = reader.identify(news.insertion())
        assert isinstance(reader.read_holder(card, CODE), Holder)
        assert reader.verify_pin(card, PERSON.card.pin) is None
    news.next_of(CardRemoved)
    assert problem_of(lambda: reader.identify(card.insertion)) is Problem.CARD_REMOVED
    service.kill()
    assert news.next_of(ReaderLost) == ReaderLost(Problem.READER_SERVICE_DOWN)
    service.start()
    news.next_of(ReaderReady)
    with laid(office):
        assert reader.identify(news.insertion()).pin_tries == 3


def test_a_card_on_the_receptionists_reader_is_read_and_one_on_a_reader_for_staff_is_left_alone(
    service: PcscService, office: Path
) -> None:
    patients, staffs = News(), News()
    beside = Readers(VPCD_READER, desk=SECOND_VPCD_READER)
    apart = Readers(staff=SECOND_VPCD_READER)
    with (
        closing(SupervisedCardReader(readers=beside)) as both,
        closing(SupervisedCardReader(readers=apart)) as one,
    ):
        both.listen(patients)
        one.listen(staffs)
        staffs.next_of(ReaderReady)
        with InsertedCard(office / "card.json", "127.0.0.1", SECOND_VPCD_PORT):
            assert both.identify(patients.insertion()).pin_tries == 3
        patients.next_of(CardRemoved)
        with laid(office):
            assert one.identify(staffs.insertion()).pin_tries == 3
        assert staffs.has_no(CardLaid), "the card on the reader for staff was told"


def test_the_service_may_come_back_without_the_reader_and_the_reader_be_plugged_in_later(
    service: PcscService, reader: SupervisedCardReader, news: News, office: Path, tmp_path: Path
) -> None:
    news.next_of(ReaderReady)
    service.kill()
    service.start(drivers=tmp_path)
    while news.next_of(ReaderLost) != ReaderLost(Problem.READER_ABSENT):
        pass
    service.kill()
    service.start()
    news.next_of(ReaderReady)
    with laid(office):
        assert reader.identify(news.insertion()).pin_tries == 3


def test_another_program_may_share_the_card_but_not_keep_it_from_us_unnoticed(
    reader: SupervisedCardReader, news: News, office: Path
) -> None:
    with laid(office):
        insertion = news.insertion()
        with held_by_another(scard.SCARD_SHARE_SHARED):
            assert reader.identify(insertion).pin_tries == 3
        with held_by_another(scard.SCARD_SHARE_EXCLUSIVE):
            assert problem_of(lambda: reader.identify(insertion)) is Problem.READER_BUSY
        assert reader.identify(insertion).pin_tries == 3


def test_a_card_taken_amid_a_read_is_removed(reader: SupervisedCardReader, news: News, office: Path) -> None:
    with laid(office, Quirks(remove_after_apdus=3)):
        insertion = news.insertion()
        assert problem_of(lambda: reader.identify(insertion)) is Problem.CARD_REMOVED
        news.next_of(CardRemoved)
