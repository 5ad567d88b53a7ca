"""The windows in a whole practice check-in: how long the GUI thread stalls, how fast they come up, how much they take.

Run offscreen on the machine's own processor, so that what is measured is ours and not a screen's.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from row import Row

PROBE = Path(__file__).with_name("window_probe.py")
MOST_STALL_MS, MOST_UP_S, MOST_MIB, LEAST_FRAMES = 50.0, 2.0, 400.0, 15.0


def measured() -> dict[str, float]:
    """One check-in with windows, in a process of its own.

    `stall_ms`, `up_s`, `desk_mib`, `frames` a second; `work_ms` and `up_work_s` are the GUI thread's own work,
    in processor time, which a busy machine makes little longer.
    """
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run([sys.executable, PROBE], env=environment, capture_output=True, text=True, timeout=180)
    if done.returncode != 0:
        raise RuntimeError(done.stderr[-2000:])
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told


def rows() -> Iterable[Row]:
    load = os.getloadavg()[0]
    told, machine = measured(), f"limit; {os.cpu_count()} cores at load {load:.1f}"
    yield Row("GUI thread's longest stall in a check-in", told["stall_ms"], MOST_STALL_MS, "ms", 1.0, machine)
    yield Row("of a stall, the GUI thread's own work", told["work_ms"], MOST_STALL_MS, "ms", 1.0, machine)
    yield Row("windows up, the GUI thread's own work", told["up_work_s"], MOST_UP_S, "s", 1.0, machine)
    yield Row("windows up, from the program's start", told["up_s"], MOST_UP_S, "s", 1.0, machine)
    yield Row("desk's own process, resident", told["desk_mib"], MOST_MIB, "MiB", 1.0, machine)
    yield Row("time between two preview pictures", 1000 / told["frames"], 1000 / LEAST_FRAMES, "ms", 1.0, machine)
