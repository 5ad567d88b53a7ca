"""What the gateway costs for 200 kiosks at once, over a bare ASGI echo behind the same HTTPS server."""

import asyncio
import os
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from kiosks import INSTITUTION, NOW, Answered, Site, ask_all, person_of, record_of
from row import Row

from device.clean_memory import CLEAN_MEMORY
from terminal.eligibility.xmlmsg import decode_reply

KIOSKS, ROUNDS = 200, 10
LEAST_A_SECOND = 300.0
MOST_MS = 100.0
SERVER = Path(__file__).parent / "gateway_server.py"


def rows() -> Iterable[Row]:
    Path("build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir="build") as folder:  # on a disk, not in memory
        site = Site(Path(folder) / "site")
        kiosks = [site.client(f"kiosk-{number}") for number in range(KIOSKS)]
        rate, at_rate = {}, {}
        for what in ("gateway", "echo"):
            with running(what, site, Path(folder) / what) as port:
                seconds, answers = asyncio.run(ask_all(port, kiosks, ROUNDS))
                rate[what] = KIOSKS * ROUNDS / seconds
                check(what, answers)
            with running(what, site, Path(folder) / f"{what} at a rate") as port:
                at_rate[what] = p99_ms(port, kiosks)
    echo_is = f"a bare ASGI echo: {rate['echo']:.0f}/s, {rate['echo'] / rate['gateway']:.2f} times as many"
    limit = f"{LEAST_A_SECOND:.0f} queries/s; {rate['gateway']:.0f}/s for {KIOSKS} kiosks at once; {echo_is}"
    yield Row("gateway, a query", 1000 / rate["gateway"], 1000 / LEAST_A_SECOND, "ms", 1.0, limit)
    over = f"the limit; at {LEAST_A_SECOND:.0f}/s p99 {at_rate['gateway']:.1f} ms, echo {at_rate['echo']:.1f} ms"
    yield Row("gateway, p99 over an echo", at_rate["gateway"] - at_rate["echo"], MOST_MS, "ms", 1.0, over)


def p99_ms(port: int, kiosks: Sequence[ssl.SSLContext]) -> float:
    _, answers = asyncio.run(ask_all(port, kiosks, ROUNDS, LEAST_A_SECOND))
    times = sorted(answer.ms for of_one in answers for answer in of_one)
    return times[len(times) * 99 // 100]


def check(what: str, answers: list[list[Answered]]) -> None:
    """Each kiosk has its own records, and nobody else's."""
    for kiosk, of_one in enumerate(answers):
        for turn, answer in enumerate(of_one):
            assert answer.status == 200
            if what == "gateway":
                reply = decode_reply(answer.body, f"q-{turn}", INSTITUTION, NOW.date())
                assert reply == record_of(person_of(kiosk, turn))


@contextmanager
def running(what: str, site: Site, folder: Path) -> Iterator[int]:
    arguments = [what, folder, *site.certify("gateway"), site.ca_file]
    process = subprocess.Popen(
        [sys.executable, SERVER, *map(str, arguments)],
        env=os.environ | CLEAN_MEMORY,  # as `uketsuke gateway` runs
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline().removeprefix("listening "))
    finally:
        process.stdin.close()
        process.wait(60)
        process.stdout.close()
