"""A real desk's parts, wired as its configuration says: reader, camera, face process, service, encrypted store."""

import getpass
from contextlib import ExitStack
from typing import TYPE_CHECKING

from device.camera import LateSource, SharedCamera
from device.card.reader import SupervisedCardReader
from device.face.matcher import SupervisedFaceMatcher
from device.staff.keys import FidoKeys
from offline_cache.outbox import open_outbox
from offline_cache.staff import open_roster
from offline_cache.store import open_store
from terminal.clock import SystemClock
from terminal.commands.asking_again import ask_again
from terminal.commands.configured import auditors_of, guarded, number_service_of, readers_of, seal_of, service_of
from terminal.commands.outage_room import Kept, watch_desk
from terminal.commands.staff_showing import staff_reader_of
from terminal.configuration.settings import Configuration, ServiceKind
from terminal.eligibility.receipt_desk import DeskReceipt
from terminal.later import Later
from terminal.ports import ByNumber, Ports
from terminal.staff.shift import Shift

if TYPE_CHECKING:
    from device import frame_source
else:
    frame_source = Later("device.frame_source")


class DeskRoom:
    """A desk's `ports`. Close it at the end. Raises `TerminalError`, with all closed again."""

    def __init__(self, configuration: Configuration) -> None:
        self.clock = SystemClock()
        with ExitStack() as furniture:
            self.matcher = matcher = SupervisedFaceMatcher()
            furniture.callback(matcher.close)
            readers = readers_of(configuration.reader)
            reader = SupervisedCardReader(readers=readers, anchors=configuration.reader.anchors)
            furniture.callback(reader.close)
            camera = SharedCamera(LateSource(lambda: frame_source.OpenCvSource(configuration.camera.device)))
            furniture.callback(camera.close)
            self._later = (matcher.start, camera.start)
            asked = service_of(configuration.eligibility, configuration.clinic.institution_code)
            service = guarded(asked, self.clock)
            furniture.callback(service.close)
            seal = seal_of(configuration.store)
            folder, noted_at = configuration.store.folder, configuration.store.noted_at
            auditors, desk = auditors_of(configuration.log), configuration.clinic.terminal
            store = open_store(folder, seal, self.clock, desk, noted_at=noted_at, auditors=auditors)
            furniture.callback(store.close)
            outbox = open_outbox(configuration.store.folder, seal, self.clock)
            furniture.callback(outbox.close)
            code = configuration.clinic.institution_code
            numbers = number_service_of(service)
            line, line_numbers = asked, numbers  # the folders' record is for one asker, and nobody waits for another
            if configuration.eligibility.service is not ServiceKind.FOLDER:
                line = service_of(configuration.eligibility, code)
                furniture.callback(line.close)
                line_numbers = number_service_of(line)
            ask_again(furniture, line, line_numbers, outbox, store.cache, self.clock)
            receipt = DeskReceipt(configuration.receipt, code) if configuration.receipt else None
            if receipt:
                furniture.callback(receipt.close)
            roster = open_roster(folder, seal, self.clock)
            furniture.callback(roster.close)
            cards = staff_reader_of(configuration, roster.card_key)
            if cards:
                furniture.callback(cards.close)
            self.shift = Shift(roster, self.clock, getpass.getuser(), FidoKeys(cards), cards)
            codes = store.cache.card_codes
            self.ports = Ports(
                reader,
                camera,
                matcher,
                service,
                store.cache,
                codes,
                store.journal,
                self.clock,
                outbox,
                by_number=ByNumber(numbers, outbox.tokens),
                receipt=receipt,
            )
            kept = Kept(configuration.store.folder, seal, store, outbox)
            self.outage = watch_desk(furniture, configuration, self.ports, kept, asked)
            self.ports = self.outage.ports
            self._furniture = furniture.pop_all()

    def warm_up(self) -> None:
        """Starts what the first patient would else wait for, and no window does: the face's models, and the camera."""
        for start in self._later:
            start()

    def close(self) -> None:
        """Ends every process and closes every file, the last begun first."""
        self._furniture.close()
