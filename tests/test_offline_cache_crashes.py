"""No crash loses what was acknowledged: neither a kill nor a power cut, at whatever moment.

The long run is `tests/torture/store_cycles.py`, with 300 kills and 1,000 cuts.
"""

from pathlib import Path
from random import Random

import pytest
from disk_recording import Call, Disk
from store_kills import kill_wrongs
from store_power_cuts import cut_wrongs, images, new_credentials, recorded_life

SEED = 20261122
KILLS = 30
CUTS = 200


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("crashes")


@pytest.fixture(scope="module")
def credentials(home: Path) -> Path:
    return new_credentials(home)


@pytest.fixture(scope="module")
def life(home: Path, credentials: Path) -> list[Call]:
    return recorded_life(home, credentials, 3, 60)


def test_thirty_kills_lose_no_acknowledged_entry(home: Path, credentials: Path) -> None:
    wrongs, acknowledged = kill_wrongs(KILLS, home, credentials, Random(SEED))
    assert wrongs == []
    assert acknowledged > KILLS


def test_two_hundred_power_cuts_lose_no_acknowledged_entry(
    home: Path, credentials: Path, life: list[Call], tmp_path: Path
) -> None:
    assert cut_wrongs(images(life, CUTS, Random(SEED)), tmp_path, credentials) == []


def test_power_cuts_are_hard_enough_to_find_a_store_that_does_not_sync(
    credentials: Path, life: list[Call], tmp_path: Path
) -> None:
    careless = [call for call in life if (call.kind, call.name) != ("synced", "journal.db-wal")]
    assert len(cut_wrongs(images(careless, 30, Random(SEED)), tmp_path, credentials)) > 15


def test_what_was_synced_outlives_every_cut_and_nothing_else_does() -> None:
    disk = Disk()
    synced = bytes([1]) * 1024
    for call in (
        Call("opened", "a"), Call("written", "a", 0, synced), Call("synced", "a"), Call("synced", "."),
        Call("written", "a", 0, bytes([2]) * 1024), Call("opened", "b"), Call("cut", "a", 512),
    ):  # fmt: skip
        disk.take(call)
    found = [disk.after_cut(Random(seed)) for seed in range(200)]
    one, two = bytes([1]) * 512, bytes([2]) * 512
    assert {files["a"] for files in found} == {first + last for first in (one, two) for last in (one, two, b"")}
    assert {tuple(files) for files in found} == {("a",), ("a", "b")}
