"""The practice room: a whole desk on virtual parts, and the hands that lay cards, cut the line and pull plugs.

What it needs it makes in its own folder: certification authorities, cards, the encrypted store. All invented.
"""

import time
from contextlib import ExitStack
from datetime import datetime
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import TYPE_CHECKING, Final

from device.camera import LateSource, SharedCamera
from device.card.reader import SupervisedCardReader
from device.card.readers import Readers
from device.child import command
from device.face.matcher import SupervisedFaceMatcher
from device.virtual.insertion import InsertedCard
from device.virtual.pcsc_service import VPCD_POLL_SECONDS, VPCD_PORT, VPCD_READER, PcscService
from device.virtual.quirks import PLAIN, Quirks
from offline_cache.keys import PracticeSeal
from offline_cache.keys.identity_key import practice_identity_key
from offline_cache.outbox import open_outbox
from offline_cache.store import open_store
from terminal.access_log.access import Actor
from terminal.certificate import JST
from terminal.clock import SystemClock
from terminal.commands.asking_again import ask_again
from terminal.commands.outage_room import Kept, OutageRoom
from terminal.commands.practice_home import practice_receipt
from terminal.eligibility.https import HttpsEligibility
from terminal.eligibility.https_line import LineCertificates
from terminal.eligibility.receipt_desk import DeskReceipt
from terminal.later import Later
from terminal.ports import ByNumber, Ports
from terminal.practice.authority import Authority, save_tls
from terminal.practice.certificates import make_tls
from terminal.practice.deck import load_deck
from terminal.practice.registry import register
from terminal.practice.service import PracticeService
from terminal.staff.people import Role

if TYPE_CHECKING:
    from device.virtual import camera as virtual_camera
    from device.virtual import issuing
else:
    virtual_camera, issuing = Later("device.virtual.camera"), Later("device.virtual.issuing")

INSTITUTION_CODE: Final = "1319999999"
OPERATOR: Final = "practice-receptionist"
RECEPTIONIST: Final = Actor(OPERATOR, Role.RECEPTIONIST, "practice")
"""Signed in by the practice set itself; every entry says so."""


class PracticeRoom:
    """A desk's `ports`, and what hands do around it; each act returns when it is done. Close it at the end.

    With `pcsc` cards lie on the virtual reader of the machine's PC/SC service, else on a reader of our own. `home` is
    an existing folder; what is made there stays, but for the cards. With `is_windowed` the windows come first, and
    `warm_up` is for their owner to call. Raises `TerminalError`, with all closed again.
    """

    def __init__(self, home: Path, *, pcsc: bool = False, is_windowed: bool = False) -> None:
        self.home = home
        self.people = load_deck()
        self.clock = SystemClock()
        self._card: InsertedCard | None = None
        self._is_pcsc = pcsc
        with ExitStack() as furniture:
            self._cards = Path(furniture.enter_context(TemporaryDirectory(prefix="cards-", dir=home)))
            self.matcher = matcher = SupervisedFaceMatcher()
            furniture.callback(matcher.close)
            self._tls = make_tls(self.clock.now())
            save_tls(self._tls, home)
            self._authority: Authority | None = None
            self._founding = Lock()
            if pcsc:
                furniture.callback(PcscService().close)
            self.reader = SupervisedCardReader(
                loopback=not pcsc, readers=Readers(VPCD_READER if pcsc else ""), anchors=home / "anchors"
            )
            furniture.callback(self.reader.close)
            camera = SharedCamera(LateSource(lambda: self.source))
            furniture.callback(camera.close)
            self._later = (matcher.start, camera.start, self._founded)
            if not is_windowed:
                self.warm_up()

            self.service = PracticeService(home, command)
            furniture.callback(self.service.close)
            self.service.start()
            eligibility = self._line()
            furniture.callback(eligibility.close)

            seal = PracticeSeal(home)
            store = open_store(home, seal, self.clock, "practice", auditors=practice_identity_key(home))
            furniture.callback(store.close)
            outbox = open_outbox(home, seal, self.clock)
            furniture.callback(outbox.close)
            again = self._line()
            furniture.callback(again.close)
            ask_again(furniture, again, again, outbox, store.cache, self.clock)
            self.journal = store.journal
            self.receipt = practice_receipt(home)
            receipt = DeskReceipt(self.receipt, INSTITUTION_CODE)
            furniture.callback(receipt.close)
            furniture.callback(self.take_away)
            codes = store.cache.card_codes
            self.ports = Ports(
                self.reader,
                camera,
                matcher,
                eligibility,
                store.cache,
                codes,
                store.journal,
                self.clock,
                outbox,
                by_number=ByNumber(eligibility, outbox.tokens),
                receipt=receipt,
            )
            looking = self._line()  # nobody else's, or a patient would wait behind it
            furniture.callback(looking.close)
            kept = Kept(home, seal, store, outbox)

            def service_now() -> datetime | None:  # where practice lives through yesterday, so does the service
                told = eligibility.service_now()
                return told and told + self.clock.shift

            self.outage = OutageRoom(furniture, self.ports, kept, probe=looking.probe, service_now=service_now)
            self.ports = self.outage.ports
            self._furniture = furniture.pop_all()

    @cached_property
    def source(self) -> "virtual_camera.VirtualSource":
        """What the camera sees."""
        return virtual_camera.VirtualSource()

    def warm_up(self) -> None:
        """Has ready what the first patient would else wait for, and no window does: face models, camera, card keys."""
        for start in self._later:
            start()

    @property
    def reader_port(self) -> int:
        """Where virtual cards connect. Waits until somebody listens there."""
        return VPCD_PORT if self._is_pcsc else self.reader.port

    def lay(self, person_id: str, quirks: Quirks = PLAIN) -> None:
        """Lays the person's card on the reader in place of any other, and stands whoever brings it before the camera.

        A card is issued when it is first laid, and remembers what was done to it until the room is closed.
        """
        if self.take_away() and self._is_pcsc:
            time.sleep(VPCD_POLL_SECONDS)  # or the swap would go unseen
        person = self.people[person_id]
        image_file = self._cards / f"{person_id}.json"
        if not image_file.exists():
            image = issuing.issue(person, self._founded(), self.clock.now().astimezone(JST).date())
            image.save(image_file)
            register(self.home, image.certificate, person_id)
        self.source.stand(person.behaviour.face or person.portrait or person_id)
        self._card = InsertedCard(image_file, "127.0.0.1", self.reader_port, quirks)

    def take_away(self) -> bool:
        """Takes the card away, and whoever brought it; whether there was one."""
        card, self._card = self._card, None
        if card is not None:
            card.remove()
        if "source" in vars(self):  # it was looked at, or somebody stood there
            self.source.stand(None)
        return card is not None

    def cut_line(self, is_cut: bool) -> None:
        """Cuts the line to the practice service, or mends it."""
        if is_cut:
            self.service.cut()
        else:
            self.service.mend()

    def unplug_camera(self, is_unplugged: bool) -> None:
        """Pulls the camera's plug, or puts it back."""
        if is_unplugged:
            self.source.unplug()
        else:
            self.source.plug()

    def close(self) -> None:
        """Ends every process and closes every file, the last begun first."""
        self._furniture.close()

    def _founded(self) -> Authority:
        """Who vouches for the cards: made once, by whoever asks first, and trusted by the terminal from then on."""
        with self._founding:
            if self._authority is None:
                self._authority = Authority.make(self.clock.now(), self._tls)
                self._authority.save(self.home)
            return self._authority

    def _line(self) -> HttpsEligibility:
        return HttpsEligibility(
            self.service.url,
            INSTITUTION_CODE,
            LineCertificates.in_folder(self.home / "tls"),
        )
