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

from device.clean_memory import CLEAN_MEMORY

MOST_STALL_MS, MOST_UP_S, MOST_MIB, LEAST_FRAMES = 50.0, 2.0, 400.0, 15.0
BYTECODE = Path(__file__).resolve().parents[2] / "build" / "bytecode"


def measured() -> dict[str, float]:
    """One check-in with windows, in a process of its own.

    `stall_ms`, `desk_mib`, `frames` a second; `work_ms` is the GUI thread's own work in a stall, in processor time,
    which a busy machine makes little longer.
    """
    return _told_by("window_probe.py")


def opened() -> dict[str, float]:
    """One start of `uketsuke practice`, its bytecode written, in a process of its own.

    `first_s` and `desk_s` until there is something to see and until the desk's windows are there, `first_work_s` and
    `desk_work_s` what was computed until then.
    """
    if not BYTECODE.exists():
        _told_by("opening_probe.py")  # the first start writes the bytecode, which an installed program has
    return _told_by("opening_probe.py")


def _told_by(probe: str) -> dict[str, float]:
    environment = {**os.environ, **CLEAN_MEMORY, "QT_QPA_PLATFORM": "offscreen"}  # as the desk itself runs
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment["PYTHONPYCACHEPREFIX"] = str(BYTECODE)
    file = Path(__file__).with_name(probe)
    done = subprocess.run([sys.executable, file], env=environment, capture_output=True, text=True, timeout=180)
    if done.returncode != 0:
        raise RuntimeError(done.stderr[-2000:])
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told


def rows() -> Iterable[Row]:
    load = os.getloadavg()[0]
    told, up, machine = measured(), opened(), f"limit; {os.cpu_count()} cores at load {load:.1f}"
    yield Row("GUI thread's longest stall in a check-in", told["stall_ms"], MOST_STALL_MS, "ms", 1.0, machine)
    yield Row("of a stall, the GUI thread's own work", told["work_ms"], MOST_STALL_MS, "ms", 1.0, machine)
    warm = f"{machine}; bytecode warm"
    yield Row("first window up, from the program's start", up["first_s"], MOST_UP_S, "s", 1.0, warm)
    yield Row("first window up, processor time", up["first_work_s"], MOST_UP_S, "s", 1.0, warm)
    yield Row("desk's windows up, from the program's start", up["desk_s"], MOST_UP_S, "s", 1.0, warm)
    yield Row("desk's windows up, processor time", up["desk_work_s"], MOST_UP_S, "s", 1.0, warm)
    yield Row("desk's own process, resident", told["desk_mib"], MOST_MIB, "MiB", 1.0, machine)
    yield Row("time between two preview pictures", 1000 / told["frames"], 1000 / LEAST_FRAMES, "ms", 1.0, machine)
