"""Kills a store's writer 300 times, and cuts the power of 1,000 recorded moments. Not a test: it takes minutes.

python tests/torture/store_cycles.py [--kills N] [--cuts N] [--seed N]
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path
from random import Random

from store_kills import kill_wrongs
from store_power_cuts import ROOT, cut_wrongs, images, new_credentials, recorded_life

SESSIONS, ENTRIES = 4, 120


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--cuts", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=20261122)
    asked = parser.parse_args()
    random = Random(asked.seed)
    (ROOT / "build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=ROOT / "build") as place:
        home = Path(place)
        credentials = new_credentials(home)
        began = time.monotonic()
        killed, acknowledged = kill_wrongs(asked.kills, home, credentials, random)
        took = time.monotonic() - began
        print(
            f"{asked.kills} kills: {acknowledged} entries there, {len(killed)} kills left something wrong, {took:.0f} s"
        )
        began = time.monotonic()
        life = recorded_life(home, credentials, SESSIONS, ENTRIES)
        cut = cut_wrongs(images(life, asked.cuts, random), home, credentials)
        took = time.monotonic() - began
        print(f"{asked.cuts} power cuts in {len(life)} calls: {len(cut)} left something wrong, {took:.0f} s")
    for wrong in (*killed, *cut):
        print(wrong, file=sys.stderr)
    return int(bool(killed or cut))


if __name__ == "__main__":
    sys.exit(main())
