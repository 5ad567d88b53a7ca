"""Faults of the desk's own parts put in one at a time: the doctor names the right one. Run with `-s` to see the matrix.

The card process that hangs and the stores are real; the machine's PC/SC service, camera and disk are stood in for.
"""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from device.camera import SharedCamera
from device.card.reader import SupervisedCardReader
from offline_cache.database import open_to_write
from offline_cache.journal_end import FILE as JOURNAL
from offline_cache.keys import PracticeSeal, unwrap
from offline_cache.store import KEY_FILE, open_store
from terminal.access_log.access import Access, Action
from terminal.card_news import CardNews, CardRemoved, ReaderLost, ReaderReady
from terminal.clock import SystemClock
from terminal.commands.doctor_store import check_store
from terminal.doctor.desk_parts import check_camera, check_disk, check_face, check_folders, check_reader, store_failure
from terminal.doctor.hops import Cause, Finding, Grade, Hop
from terminal.doctor.rounds import Check, run_round
from terminal.eligibility.folder_files import SharedFolders
from terminal.people import Picture
from terminal.problems import Problem, TerminalError

MOST_SECONDS = 20.0


@dataclass(frozen=True)
class Told:
    """A reader of which this is told, or nothing at all."""

    news: CardNews | None

    def listen(self, tell: Callable[[CardNews], None]) -> None:
        if self.news is not None:
            tell(self.news)


class NoCamera:
    def read(self) -> Picture | None:
        return None

    def close(self) -> None:
        pass


@dataclass(frozen=True)
class Fault:
    name: str
    hop: Hop | None
    checks: Sequence[Check]


def one(
    hops: tuple[Hop, ...], look: Callable[[], Iterable[Finding]], late: Cause = Cause.CHECK_TOO_SLOW
) -> list[Check]:
    return [Check(hops, look, 15)]


def reader(news: CardNews | None) -> list[Check]:
    return one((Hop.READER_SERVICE, Hop.READER), lambda: check_reader(Told(news), 0.5))


def stopped_card_process(cleared: ExitStack) -> list[Check]:
    reader = SupervisedCardReader(loopback=True)
    cleared.callback(reader.close)
    assert reader.port
    assert reader.pid
    os.kill(reader.pid, signal.SIGSTOP)
    return one((Hop.READER_SERVICE, Hop.READER), lambda: check_reader(reader, 2.0))


def no_camera(cleared: ExitStack) -> list[Check]:
    camera = SharedCamera(NoCamera(), absent_seconds=0.3)
    cleared.callback(camera.close)
    return one((Hop.CAMERA,), lambda: [check_camera(camera)])


def store(folder: Path, spoil: Callable[[Path], object]) -> list[Check]:
    folder.mkdir(mode=0o700)
    begun = open_store(folder, PracticeSeal(folder), SystemClock(), "practice")
    for _ in range(3):
        begun.journal.record(Access(Action.SECURITY_EVENT, "", "practice"))
    begun.close()
    spoil(folder)
    return one((Hop.STORE, Hop.JOURNAL), lambda: check_store(folder))


def fails(problem: Problem) -> Callable[[], None]:
    def reach() -> None:
        raise TerminalError(problem)

    return reach


def lose_key(folder: Path) -> None:
    (folder / PracticeSeal.FILE).unlink()


def overwrite(folder: Path) -> None:
    (folder / JOURNAL).write_bytes(b"x" * 8192)


def edit_an_entry(folder: Path) -> None:
    """As somebody does who has the keys: the file opens as ever."""
    keys = unwrap((folder / KEY_FILE).read_bytes(), PracticeSeal(folder))
    opened = open_to_write(folder / JOURNAL, keys.journal, create=False, failed=Problem.STORE_UNREADABLE)
    with closing(opened) as database:
        database.rows("DROP TRIGGER entry_stays")
        database.rows("UPDATE entry SET line = CAST(line || ' ' AS BLOB) WHERE seq = 1")


def faults(folder: Path, cleared: ExitStack) -> Iterator[Fault]:
    ended = threading.Event()
    cleared.callback(ended.set)
    yield Fault("all is well", None, reader(ReaderReady()))
    yield Fault("all is well, no card lies there", None, reader(CardRemoved()))
    yield Fault("no reader", Hop.READER, reader(ReaderLost(Problem.READER_ABSENT)))
    yield Fault("PC/SC service stopped", Hop.READER_SERVICE, reader(ReaderLost(Problem.READER_SERVICE_DOWN)))
    yield Fault("reader held by another", Hop.READER, reader(ReaderLost(Problem.READER_BUSY)))
    yield Fault("card process died", Hop.READER, reader(ReaderLost(Problem.READER_PROCESS_ENDED)))
    yield Fault("reader says nothing", Hop.READER, reader(None))
    yield Fault("card process hung", Hop.READER, stopped_card_process(cleared))
    yield Fault("no camera", Hop.CAMERA, no_camera(cleared))
    spoilt = fails(Problem.FACE_MODEL_WRONG)
    yield Fault("face model changed", Hop.FACE, one((Hop.FACE,), lambda: [check_face(spoilt)]))
    yield Fault("disk full", Hop.DISK, one((Hop.DISK,), lambda: [check_disk(folder, lambda _: 1000)]))
    locked = store_failure(TerminalError(Problem.STORE_BUSY))
    yield Fault("store locked", Hop.STORE, one((Hop.STORE,), lambda: [locked]))
    yield Fault("store's key missing", Hop.STORE, store(folder / "1", lose_key))
    yield Fault("store is not one", Hop.STORE, store(folder / "2", overwrite))
    yield Fault("no store yet", Hop.STORE, one((Hop.STORE, Hop.JOURNAL), lambda: check_store(folder / "none")))
    yield Fault("journal broken", Hop.JOURNAL, store(folder / "3", edit_an_entry))
    away = SharedFolders(folder / "share").reach

    def waits() -> None:
        ended.wait(30)

    hung = Check((Hop.GATEWAY,), lambda: [check_folders(waits)], 0.3, Cause.FOLDERS_HUNG)
    yield Fault("shared folders hang", Hop.GATEWAY, [hung])
    yield Fault("shared folders away", Hop.GATEWAY, one((Hop.GATEWAY,), lambda: [check_folders(away)]))


def test_the_right_part_is_named_for_each_of_the_faults(tmp_path: Path) -> None:
    with ExitStack() as cleared:
        results = []
        for fault in faults(tmp_path, cleared):
            began = time.monotonic()
            results.append((fault, run_round(fault.checks), time.monotonic() - began))
    for fault, made, seconds in results:
        said = f"{made.to_blame.hop} {made.grade} {made.to_blame.cause}" if made.to_blame else "all is well"
        print(f"{seconds:5.1f} s  {fault.name:<32} {said}")
    for fault, made, seconds in results:
        assert (made.to_blame.hop if made.to_blame else None) is fault.hop, fault.name
        assert (made.grade is Grade.GREEN) is (fault.hop is None), fault.name
        assert seconds < MOST_SECONDS
