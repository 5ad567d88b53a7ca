"""What is no My Number card is named for what it is, so that whoever is at the desk knows what to take away."""

import queue
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from real_pcscd import real_pcscd

from device.card import strangers
from device.card.reader import SupervisedCardReader
from device.card.readers import Readers
from device.virtual.card_image import JPKI, CardImage, File
from device.virtual.insertion import InsertedCard
from device.virtual.pcsc_service import VPCD_PORT, VPCD_READER, PcscService
from device.virtual.quirks import PLAIN, Quirks
from terminal.events import CardLaid
from terminal.ports import CardNews
from terminal.problems import Problem, TerminalError

LICENCE = bytes.fromhex("3B888001000000009181C100D8")
FELICA = bytes.fromhex("3B8F8001804F0CA00000030611003B0000000042")
MIFARE = bytes.fromhex("3B8F8001804F0CA000000306030001000000006A")
MY_NUMBER = bytes.fromhex("3B888001004B51FFB381D1000F")
WITHIN = 15.0

CASES = pytest.mark.parametrize(
    ("atr", "quirks", "problem"),
    [
        (LICENCE, PLAIN, Problem.CARD_IS_LICENCE),
        (FELICA, PLAIN, Problem.CARD_IS_FELICA),
        (MIFARE, PLAIN, Problem.CARD_NOT_MY_NUMBER),
        (MY_NUMBER, Quirks(is_dead=True), Problem.CARD_SILENT),
    ],
    ids=["licence", "transit card", "another card", "dead chip"],
)


def problem_of(reader: SupervisedCardReader, port: int, image: CardImage, quirks: Quirks, folder: Path) -> Problem:
    image.save(folder / "card.json")
    news: queue.SimpleQueue[CardNews] = queue.SimpleQueue()
    reader.listen(news.put)
    with InsertedCard(folder / "card.json", "127.0.0.1", port, quirks):
        while not isinstance(told := news.get(timeout=WITHIN), CardLaid):
            pass
        with pytest.raises(TerminalError) as caught:
            reader.identify(told.insertion)
    return caught.value.problem


@CASES
def test_a_stranger_is_named(atr: bytes, quirks: Quirks, problem: Problem, tmp_path: Path) -> None:
    with closing(SupervisedCardReader(loopback=True)) as reader:
        assert problem_of(reader, reader.port, CardImage(atr, {}), quirks, tmp_path) is problem


@pytest.fixture(scope="module")
def pcscd() -> Iterator[PcscService]:
    with real_pcscd() as service:
        yield service


@CASES
def test_a_stranger_is_named_through_the_real_service(
    pcscd: PcscService, atr: bytes, quirks: Quirks, problem: Problem, tmp_path: Path
) -> None:
    with closing(SupervisedCardReader(readers=Readers(VPCD_READER))) as reader:
        assert problem_of(reader, VPCD_PORT, CardImage(atr, {}), quirks, tmp_path) is problem


def test_the_atr_never_overrules_what_the_card_says(tmp_path: Path) -> None:
    phone = CardImage(LICENCE, {JPKI: {0x0006: File(b"JPKIAPIOSTOKEN".ljust(160))}})
    phone.save(tmp_path / "card.json")
    news: queue.SimpleQueue[CardNews] = queue.SimpleQueue()
    with closing(SupervisedCardReader(loopback=True)) as reader:
        reader.listen(news.put)
        with InsertedCard(tmp_path / "card.json", "127.0.0.1", reader.port):
            while not isinstance(told := news.get(timeout=WITHIN), CardLaid):
                pass
            assert reader.identify(told.insertion).token == "iphone"


@given(st.binary(max_size=33))
def test_any_atr_has_a_name_or_none(atr: bytes) -> None:
    assert strangers.name(atr) in {None, Problem.CARD_IS_FELICA, Problem.CARD_IS_LICENCE, Problem.CARD_SILENT}
    assert (strangers.name(atr) is Problem.CARD_SILENT) == (atr[:1] not in (b"\x3b", b"\x3f"))
