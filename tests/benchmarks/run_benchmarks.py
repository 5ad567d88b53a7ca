"""Measures, prints a table and writes `build/bench.json`. Not a test: figures are ratios taken in one run.

./run bench          every row
./run bench WORD     the rows whose name holds the word
"""

import json
import statistics
import sys
import tempfile
from collections.abc import Iterable
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import attack_rows
import bookings_rows
import card_rows
import comparison_rows
import face_rows
import gateway_rows
import https_rows
import log_rows
import ship_rows
import store_rows
import turn_rows
import window_rows
from row import ROUNDS, Row, median_ms

from device.card.anchors import load_anchors
from device.card.apdu import Carries
from device.virtual.camera import camera_pictures
from device.virtual.issuing import issue
from device.virtual.quirks import Quirks
from terminal.card_token import TokenKind
from terminal.commands.headless import check_in
from terminal.commands.practice_room import PracticeRoom
from terminal.coverage import Question
from terminal.people import Card, Holder, IssuerTrust, Sex, VerificationMethod, Verified
from terminal.ports import EligibilityService
from terminal.practice.authority import Authority
from terminal.practice.registry import register

PERSON = "p01"


def request_ms(service: EligibilityService, certificate: bytes) -> float:
    """One question on a line that is open already."""
    now = datetime.now(UTC)
    card = Card("bench", TokenKind.PLASTIC, certificate, now, None, None)
    holder = Holder("", "", now.date(), Sex.UNKNOWN, None, now.date(), IssuerTrust.UNKNOWN)
    verified = Verified(card, holder, VerificationMethod.FACE)
    numbers = iter(range(ROUNDS + 1))

    def ask() -> None:
        service.ask(Question(f"bench-{next(numbers)}", verified, frozenset(), now.date(), now))

    ask()
    return median_ms(ask)


def bare_opencv_ms() -> float:
    """Decode, detect and embed the chip photo; detect and embed three frames: what no match can do without."""
    portraits = files("device.virtual") / "portraits"
    match = face_rows.BareMatch((portraits / f"{PERSON}.jp2").read_bytes(), camera_pictures(PERSON))
    match()
    return median_ms(match)


def checkin_rows() -> Iterable[Row]:
    opencv = bare_opencv_ms()
    for delay in (0, 20):
        with tempfile.TemporaryDirectory() as home, closing(PracticeRoom(Path(home))) as room:
            person = room.people[PERSON]
            image = issue(person, Authority.load(room.home), datetime.now(UTC).date())
            register(room.home, image.certificate, person.id)
            apdus, _ = card_rows.count(image, person, load_anchors(room.home / "anchors"), Carries())
            request = request_ms(room.ports.eligibility, image.certificate)
            totals = []
            for _ in range(ROUNDS + 1):  # the first one warms up
                result = check_in(room, person, quirks=Quirks(delay_ms=delay))
                totals.append(result["timings_ms"]["total"])
                room.take_away()
        limit = apdus * delay + request + opencv
        waits = f"{apdus} x {delay} ms + request {request:.1f} + OpenCV {opencv:.1f}"
        yield Row(f"card to answer at {delay} ms an APDU", statistics.median(totals[1:]), limit, "ms", 1.25, waits)


def show(rows: list[Row]) -> None:
    print(f"{'what':<46} {'ours':>10} {'limit/other':>12} {'ratio':>7} {'goal':>6}  met")
    for row in rows:
        ours, other = f"{row.ours:.1f} {row.unit}", f"{row.other:.1f} {row.unit}"
        met = "yes" if row.is_met else "no"
        print(f"{row.what:<46} {ours:>10} {other:>12} {row.ratio:>7.2f} {row.goal:>6.2f}  {met}   ({row.other_is})")


def main() -> None:
    word = sys.argv[1] if len(sys.argv) > 1 else ""
    groups = {
        "attacks": attack_rows.rows,
        "turns": turn_rows.rows,
        "card": card_rows.rows,
        "checkin": checkin_rows,
        "log": log_rows.rows,
        "ship": ship_rows.rows,
        "store": store_rows.rows,
        "face": face_rows.rows,
        "comparison": comparison_rows.rows,
        "bookings": bookings_rows.rows,
        "gateway": gateway_rows.rows,
        "https": https_rows.rows,
        "windows": window_rows.rows,
    }
    rows = [row for name, group in groups.items() if word in name for row in group()]
    show(rows)
    out = Path("build/bench.json")
    out.parent.mkdir(exist_ok=True)
    out.write_text(json.dumps([asdict(row) | {"ratio": row.ratio, "met": row.is_met} for row in rows], indent=1))


if __name__ == "__main__":
    main()
