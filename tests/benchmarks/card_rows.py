"""What reading a card costs: commands against the least, time against what the card takes, and all against OpenSC."""

import queue
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from math import ceil
from pathlib import Path
from statistics import median

from read_certificate import insertion_on, read_certificate
from row import ROUNDS, Row, median_ms

from device.card import reading
from device.card.anchors import Anchors
from device.card.apdu import MOST_READ, Carries
from device.card.pcsc import PcscSlot
from device.card.reader import SupervisedCardReader
from device.card.readers import Readers
from device.virtual.card import VirtualCard
from device.virtual.card_image import CardImage
from device.virtual.insertion import InsertedCard
from device.virtual.issuing import issue
from device.virtual.pcsc_service import VPCD_PORT, VPCD_READER, PcscService
from device.virtual.quirks import Quirks
from terminal.card_news import CardLaid, CardNews
from terminal.practice.authority import Authority
from terminal.practice.deck import Person, load_deck
from terminal.practice.reaction import card_code
from terminal.problems import TerminalError

PERSON = "p01"
DELAY_MS = 20  # before each answer; real cards take 10 to 40
OURS = Path(__file__).with_name("read_certificate.py")


class CountedCard:
    """A virtual card that counts what is sent to it, and what could not be spared with answers of 256 bytes."""

    def __init__(self, image: CardImage) -> None:
        self.card = VirtualCard(image)
        self.commands = 0
        self._selections = self._others = self._file = 0
        self._read: defaultdict[tuple[int, int], int] = defaultdict(int)  # bytes, by selection and short file id

    def transmit(self, command: bytes) -> bytes:
        answer = self.card.transmit(command)
        self.commands += 1
        match command[1], command[2]:
            case 0xA4, p1:
                self._selections += p1 == 0x04  # a file needs no selection of its own
            case 0xB0, p1:
                self._file = p1 & 0x1F if p1 & 0x80 else self._file
                self._read[self._selections, self._file] += len(answer) - 2
            case _:
                self._others += 1
        return answer

    @property
    def least(self) -> int:
        """Applications selected, files read in answers of 256 bytes, tries asked for, codes given, signatures made."""
        return self._selections + sum(ceil(size / MOST_READ) for size in self._read.values()) + self._others


def count(image: CardImage, person: Person, anchors: Anchors, carries: Carries) -> tuple[int, int]:
    """The commands of one whole check-in without a PIN, and the least that 256-byte answers allow."""
    card = CountedCard(image)
    seen = reading.identify(card.transmit, "bench", carries)
    card.card.power_off()
    today = datetime.now(UTC).date()
    reading.read_holder(card.transmit, card_code(person), seen.card_code_tries, anchors, today, carries)
    return card.commands, card.least


def rows() -> Iterable[Row]:
    now, person = datetime.now(UTC), load_deck()[PERSON]
    image = issue(person, Authority.make(now), now.date())
    short, least = count(image, person, Anchors(), Carries(long_answers=False))
    long, _ = count(image, person, Anchors(), Carries())
    least_is = "the least that answers of 256 bytes allow"
    yield Row("commands to a card, short answers", short, least, "", 1.1, least_is)
    yield Row("commands to a card, long answers", long, least, "", 1.1, least_is)
    with tempfile.TemporaryDirectory() as folder:
        image_file = Path(folder) / "card.json"
        image.save(image_file)
        yield whole_read_row(image_file, person, long)
        if shutil.which("pkcs15-tool") is None:
            return
        try:
            service = PcscService()
        except TerminalError as error:
            print(f"without OpenSC: {error.detail}", file=sys.stderr)
            return
        with closing(service), InsertedCard(image_file, "127.0.0.1", VPCD_PORT, Quirks(delay_ms=DELAY_MS)):
            yield from opensc_rows(image.certificate)


def whole_read_row(image_file: Path, person: Person, commands: int) -> Row:
    """A whole card through the running card process, over our own virtual reader."""
    with closing(SupervisedCardReader(loopback=True)) as reader, laid(reader, image_file) as insertion:

        def read() -> None:
            reader.read_holder(reader.identify(insertion), card_code(person))

        read()
        limit = commands * DELAY_MS
        ours = median_ms(read)
    return Row(f"a card read at {DELAY_MS} ms a command", ours, limit, "ms", 1.1, f"{commands} x {DELAY_MS} ms")


@contextmanager
def laid(reader: SupervisedCardReader, image_file: Path) -> Iterator[str]:
    news: queue.SimpleQueue[CardNews] = queue.SimpleQueue()
    reader.listen(news.put)
    with InsertedCard(image_file, "127.0.0.1", reader.port, Quirks(delay_ms=DELAY_MS)):
        while not isinstance(told := news.get(timeout=10), CardLaid):
            pass
        yield told.insertion


def opensc_rows(certificate: bytes) -> Iterable[Row]:
    """Token and certificate through the PC/SC service, one of ours and one of theirs in turns."""
    slot = PcscSlot(Readers(VPCD_READER))
    insertion = insertion_on(slot)
    assert read_certificate(slot, insertion) == certificate
    theirs = ["pkcs15-tool", "--reader", VPCD_READER, "--read-certificate", "01"]
    cold, running, opensc = [], [], []
    for _ in range(ROUNDS):
        cold.append(median_ms(lambda: printed([sys.executable, str(OURS), VPCD_READER]), 1))
        running.append(median_ms(lambda: read_certificate(slot, insertion), 1))
        opensc.append(median_ms(lambda: printed(theirs), 1))
    other_is = f"pkcs15-tool, at {DELAY_MS} ms a command, medians of {ROUNDS}"
    other = median(opensc)
    yield Row("a certificate, cold process", median(cold), other, "ms", 1 / 3, other_is)
    yield Row("a certificate, running desk", median(running), other, "ms", 1 / 10, other_is)


def printed(command: list[str]) -> None:
    """Runs a program that must print a certificate."""
    done = subprocess.run(command, capture_output=True, check=True, timeout=30)
    assert b"BEGIN CERTIFICATE" in done.stdout
