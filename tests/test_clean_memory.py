"""What is freed is overwritten, also in a program that heeds no `PYTHONMALLOC`, as a frozen one does."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from device.clean_memory import CLEAN_MEMORY

ROOT = Path(__file__).parent.parent
SECRETS = 1000
# Isolated as a frozen program is (-I). Strings of their own, held and let go; how many of them this process still has.
FREEING = """
import os, sys
sys.path.insert(0, sys.argv[1])
from device.clean_memory import take_memory_from_glibc
if sys.argv[2] == "glibc":
    take_memory_from_glibc()
begin = "let-" + "go-"
secrets = [f"{begin}{number:06}" for number in range(1000)]
def still_there():
    needle, found = begin.encode() + b"000", 0
    with open("/proc/self/mem", "rb", buffering=0) as memory, open("/proc/self/maps") as maps:
        for line in maps.read().splitlines():
            addresses, permissions, *_ = line.split()
            first, end = (int(each, 16) for each in addresses.split("-"))
            if permissions.startswith("rw"):
                try:
                    memory.seek(first)
                    found += memory.read(end - first).count(needle)
                except OSError:
                    pass
    return found
held = still_there()
secrets.clear()
print(held, still_there())
"""
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="glibc does it")


def held_and_left(way: str) -> tuple[int, int]:
    done = subprocess.run(
        [sys.executable, "-I", "-c", FREEING, ROOT, way],
        env={**os.environ, **CLEAN_MEMORY},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    held, left = map(int, done.stdout.split())
    return held, left


def test_what_an_isolated_program_frees_is_overwritten_once_it_takes_its_memory_from_glibc() -> None:
    held, left = held_and_left("glibc")
    assert held >= SECRETS
    assert left < SECRETS / 100


def test_without_it_most_of_what_was_freed_is_still_there() -> None:
    _, left = held_and_left("python")
    assert left > SECRETS / 2


def test_the_desks_unit_gives_what_the_desk_would_begin_anew_for() -> None:
    unit = (ROOT / "packaging" / "systemd" / "uketsuke-desk.service").read_text()
    given = dict(re.findall(r"(?:^Environment=|[ ])([A-Z]+(?:_[A-Z]+)*)=(\S+)", unit, re.MULTILINE))
    assert given.items() >= CLEAN_MEMORY.items()
