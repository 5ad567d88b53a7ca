"""The command `uketsuke practice` as its users call it: a process, its exit status, and what it prints."""

import contextlib
import csv
import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from real_pcscd import real_pcscd

from device.virtual.pcsc_service import PcscService
from terminal.practice.deck import load_deck

DECK = load_deck()
UKETSUKE = [sys.executable, "-m", "terminal"]


def uketsuke(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([*UKETSUKE, *arguments], capture_output=True, text=True, timeout=60, check=False)


def checked_in(*arguments: str) -> dict[str, Any]:
    done = uketsuke("practice", "--headless", "--json", *arguments)
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def test_the_list_has_a_line_for_everyone() -> None:
    lines = uketsuke("practice", "--list", "--lang", "en").stdout.splitlines()
    assert [line.split()[0] for line in lines] == list(DECK)


def test_the_json_has_what_the_readme_says(tmp_path: Path) -> None:
    result = checked_in("--person", "p01", "--home", str(tmp_path))
    assert (result["outcome"], result["reason"], result["verified_by"]) == ("confirmed", None, "face")
    assert result["coverage"]["insurer_number"]
    assert result["as_of"]
    assert set(result["timings_ms"]) == {"card", "decode", "face", "online", "store", "total"}
    assert all(result["timings_ms"][step] > 0 for step in result["timings_ms"])
    assert (set(result["log"]), result["log"]["entries"]) == ({"path", "entries", "head"}, 8)
    assert result["receipt"] == {"folder": str(tmp_path / "practice-receipt"), "standing": "handed_over"}
    results = [file for file in (tmp_path / "practice-receipt").iterdir() if file.suffix == ".xml"]
    assert len(results) == 1
    assert b"1319999999" in results[0].read_bytes()  # the practice's own institution
    assert "練習" in (tmp_path / "practice-receipt" / "PRACTICE.txt").read_text("utf-8")


def test_its_log_verifies_and_a_spreadsheet_can_be_had_of_it(tmp_path: Path) -> None:
    log = checked_in("--person", "p01", "--cut-line", "--home", str(tmp_path))["log"]
    assert uketsuke("log", "verify", log["path"], "--head", f"{log['entries']}:{log['head']}").returncode == 0
    out = tmp_path / "access.csv"
    why = ("--reason", "a review", "--recipient", "auditor")
    assert uketsuke("log", "export", log["path"], "--format", "csv", "--out", str(out), *why).returncode == 0
    rows = list(csv.reader(out.read_text("utf-8-sig").splitlines()))
    assert len(rows) == 1 + log["entries"]
    assert "provisional" in rows[-1]


def test_a_person_reads_the_outcome_and_the_next_step() -> None:
    done = uketsuke("practice", "--headless", "--person", "p04", "--lang", "en")
    assert done.returncode == 0
    assert "coverage_ended" in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["--person", "p01"],
        ["--headless"],
        ["--headless", "--person", "nobody"],
        ["--json"],
        ["--lang", "xx"],
        ["--what"],
    ],
    ids=" ".join,
)
def test_bad_arguments_are_named_and_end_with_2(arguments: list[str]) -> None:
    done = uketsuke("practice", *arguments)
    assert done.returncode == 2
    assert done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_verb_is_named() -> None:
    done = uketsuke("chekin")
    assert (done.returncode, "chekin" in done.stderr) == (2, True)


def test_a_home_that_cannot_be_made_is_named() -> None:
    done = uketsuke("practice", "--headless", "--person", "p01", "--home", "/proc/practice")
    assert done.returncode == 1
    assert "/proc/practice" in done.stderr
    assert "Traceback" not in done.stderr


def test_without_a_screen_it_says_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    done = uketsuke("practice")
    assert done.returncode == 1
    assert "xvfb-run" in done.stderr
    assert "--headless" in done.stderr


def test_nobody_outlives_a_desk_that_is_killed(tmp_path: Path) -> None:
    desk = subprocess.Popen(
        [*UKETSUKE, "practice", "--headless", "--person", "p01", "--home", str(tmp_path)], stdout=subprocess.PIPE
    )
    deadline = time.monotonic() + 60
    while len(family := children_of(desk.pid)) < 4:  # card, face, service, practice card
        assert time.monotonic() < deadline
    endings = [os.pidfd_open(pid) for pid in family]
    desk.kill()
    desk.communicate(timeout=30)
    for ending in endings:
        assert select.select([ending], [], [], 20)[0], "a process outlived its desk"
        os.close(ending)


def children_of(pid: int) -> list[int]:
    children: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(FileNotFoundError):  # a thread that has just ended
            children += map(int, task.read_text().split())
    return children


@pytest.fixture(scope="module")
def pcscd() -> Iterator[PcscService]:
    with real_pcscd() as service:
        yield service


def one_of_each_kind() -> list[str]:
    """A person for each kind of card and for each outcome: everybody else meets the same bytes on our own reader."""
    kinds: dict[object, str] = {}
    for person in DECK.values():
        kinds.setdefault((person.card.token, person.card.generation), person.id)
        kinds.setdefault(person.outcome, person.id)
    return sorted(set(kinds.values()))


@pytest.mark.parametrize("person_id", one_of_each_kind())
def test_over_the_real_pcsc_service_each_kind_of_card_comes_to_the_promised_outcome(
    pcscd: PcscService, person_id: str
) -> None:
    result = checked_in("--pcsc", "--person", person_id)
    assert (result["outcome"], result["reason"] or "") == (DECK[person_id].outcome, DECK[person_id].reason)
