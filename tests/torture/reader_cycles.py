"""Lays and takes a card, kills the PC/SC service, unplugs the reader: it must be ready again, and nothing leak.

`./run torture` as root: 1,000 cards, 50 kills and 50 unpluggings of the virtual reader, some 25 minutes. Exit status 1
when the 95th percentile of getting ready again is over 3 s, when a cycle fails, or when processes, threads, files or
memory grow.
"""

import argparse
import json
import queue
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import quantiles
from typing import Final, TypeVar

from device.card.reader import SupervisedCardReader
from device.card.readers import Readers
from device.virtual.insertion import InsertedCard
from device.virtual.issuing import issue
from device.virtual.pcsc_service import VPCD_POLL_SECONDS, VPCD_PORT, VPCD_READER, PcscService
from terminal.certificate import JST
from terminal.clock import SystemClock
from terminal.events import CardLaid, CardRemoved, ReaderLost, ReaderReady
from terminal.ports import CardNews
from terminal.practice.authority import Authority
from terminal.practice.deck import load_deck
from terminal.problems import Problem, TerminalError

WITHIN_S: Final = 15.0
READY_WITHIN_MS: Final = 3000.0
WARM_UP: Final = 5  # cycles before what is held is counted
MOST_GROWTH_KB: Final = 8192

Kind = TypeVar("Kind", bound=CardNews)


@dataclass(frozen=True)
class Held:
    """What the desk and its card process hold together; processes are all that this one has started and not ended."""

    processes: int
    threads: int
    files: int
    memory_kb: int


@dataclass
class Measured:
    """Milliseconds: from the card's coming to its being read, from its going to that being known, and from the start
    of a killed service, or of one that has its reader again, to the card's being read again."""

    laid_ms: list[float] = field(default_factory=list)
    removed_ms: list[float] = field(default_factory=list)
    again_ms: list[float] = field(default_factory=list)
    plugged_ms: list[float] = field(default_factory=list)


class Desk:
    """A reader, listened to as the desk does."""

    def __init__(self, reader: SupervisedCardReader) -> None:
        self._news: queue.SimpleQueue[CardNews] = queue.SimpleQueue()
        self._reader = reader
        reader.listen(self._news.put)
        self.hear(ReaderReady)

    def hear(self, kind: type[Kind]) -> Kind:
        """The next news of a kind."""
        deadline = time.monotonic() + WITHIN_S
        while True:
            try:
                told = self._news.get(timeout=max(deadline - time.monotonic(), 0.0))
            except queue.Empty:
                raise TerminalError(Problem.WAITED_TOO_LONG, f"no {kind.__name__}") from None
            if isinstance(told, kind):
                return told

    def read_the_card(self) -> None:
        """Waits for a card and reads what it shows."""
        self._reader.identify(self.hear(CardLaid).insertion)

    def holds(self) -> Held:
        """Counted just now."""
        children = [child for task in Path("/proc/self/task").glob("*/children") for child in task.read_text().split()]
        counted = [_held("/proc/self"), _held(f"/proc/{self._reader.pid}")]
        threads, files, memory_kb = (sum(column) for column in zip(*counted, strict=True))
        return Held(len(children), threads, files, memory_kb)


def main() -> int:
    """Runs the cycles and says what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cards", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--unplugs", type=int, default=50)
    parser.add_argument("--json", type=Path, metavar="FILE", help="where the numbers go as well")
    options = parser.parse_args()
    measured = Measured()
    try:
        with tempfile.TemporaryDirectory() as folder:
            before, after, same_process = _run(Path(folder), options, measured)
    except TerminalError as error:
        done = ", ".join(f"{name} {len(values)}" for name, values in asdict(measured).items())
        print(f"failed after {done}: {error}", file=sys.stderr)
        return 1
    p95 = {name: round(_p95(values), 1) for name, values in asdict(measured).items() if values}
    grown = {
        name: getattr(after, name) - getattr(before, name) for name in ("processes", "threads", "files", "memory_kb")
    }
    counts = {"cards": options.cards, "kills": options.kills, "unplugs": options.unplugs}
    result = {**counts, "p95": p95, "grown": grown, "held": asdict(after)}
    print("\n".join(f"{name:<8}{value}" for name, value in result.items()))
    if options.json:
        options.json.write_text(json.dumps(result))
    leaks = grown["memory_kb"] > MOST_GROWTH_KB or any(grown[name] > 0 for name in ("processes", "threads", "files"))
    return 1 if leaks or not same_process or max(p95.values(), default=0.0) > READY_WITHIN_MS else 0


def _run(folder: Path, times: argparse.Namespace, measured: Measured) -> tuple[Held, Held, bool]:
    """What was held after the warm-up and at the end, and whether the card process is still the same."""
    now = SystemClock().now()
    issue(load_deck()["p01"], Authority.make(now), now.astimezone(JST).date()).save(folder / "card.json")
    with closing(PcscService()) as service, closing(SupervisedCardReader(readers=Readers(VPCD_READER))) as reader:
        if times.kills + times.unplugs and service.pid is None:
            raise TerminalError(Problem.READER_SERVICE_DOWN, "the service that runs here is not ours to kill")
        desk = Desk(reader)
        _lay_cards(desk, folder, WARM_UP, Measured())
        _kill_service(desk, folder, service, min(times.kills, 1), Measured())
        _unplug_reader(desk, folder, service, min(times.unplugs, 1), Measured())
        before, pid = desk.holds(), reader.pid
        _lay_cards(desk, folder, times.cards, measured)
        _kill_service(desk, folder, service, times.kills, measured)
        _unplug_reader(desk, folder, service, times.unplugs, measured)
        return before, desk.holds(), reader.pid == pid


def _lay_cards(desk: Desk, folder: Path, times: int, measured: Measured) -> None:
    for _ in range(times):
        with InsertedCard(folder / "card.json", "127.0.0.1", VPCD_PORT):
            laid = time.perf_counter()
            desk.read_the_card()
            measured.laid_ms.append(_ms_since(laid))
            taken = time.perf_counter()
        desk.hear(CardRemoved)
        measured.removed_ms.append(_ms_since(taken))


def _kill_service(desk: Desk, folder: Path, service: PcscService, times: int, measured: Measured) -> None:
    if not times:
        return
    with InsertedCard(folder / "card.json", "127.0.0.1", VPCD_PORT):
        desk.read_the_card()
        for _ in range(times):
            service.kill()
            desk.hear(ReaderLost)
            started = time.perf_counter()
            service.start()
            desk.read_the_card()
            measured.again_ms.append(_ms_since(started))
    desk.hear(CardRemoved)
    time.sleep(VPCD_POLL_SECONDS)


def _unplug_reader(desk: Desk, folder: Path, service: PcscService, times: int, measured: Measured) -> None:
    """Debian's service never drops a virtual reader while it runs, so it is started without one, and then with one."""
    if not times:
        return
    no_drivers = folder / "no drivers"
    no_drivers.mkdir(exist_ok=True)
    with InsertedCard(folder / "card.json", "127.0.0.1", VPCD_PORT):
        desk.read_the_card()
        for _ in range(times):
            service.kill()
            service.start(drivers=no_drivers)
            while desk.hear(ReaderLost) != ReaderLost(Problem.READER_ABSENT):
                pass
            service.kill()
            started = time.perf_counter()
            service.start()
            desk.read_the_card()
            measured.plugged_ms.append(_ms_since(started))
    desk.hear(CardRemoved)
    time.sleep(VPCD_POLL_SECONDS)


def _held(process: str) -> tuple[int, int, int]:
    """Threads, open files, resident memory in KiB."""
    status = dict(line.split(":", 1) for line in Path(process, "status").read_text().splitlines())
    return int(status["Threads"]), len(list(Path(process, "fd").iterdir())), int(status["VmRSS"].split()[0])


def _p95(values: list[float]) -> float:
    return quantiles(values, n=20)[-1] if len(values) > 1 else values[0]


def _ms_since(started: float) -> float:
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    sys.exit(main())
