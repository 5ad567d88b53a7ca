"""The command's own manners: what it prints may be cut short, have no room, or meet a terminal that lacks letters."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from terminal.__main__ import UNREAD, main


def run(*arguments: str, stdout: int, encoding: str = "utf-8") -> tuple[int, str]:
    """Exit status and standard error of the command, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "terminal", *arguments],
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONIOENCODING": encoding},
        timeout=60,
    )
    return done.returncode, done.stderr.decode()


def test_a_reader_that_has_read_enough_is_not_told_of_a_failure() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        assert run("explain", stdout=writing) == (UNREAD, "")
    finally:
        os.close(writing)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has a disk that is always full")
def test_no_room_for_what_it_says_is_a_failure_in_one_sentence() -> None:
    with Path("/dev/full").open("wb") as full:
        status, said = run("--help", stdout=full.fileno())
    assert status == 1
    assert said.splitlines() == ["uketsuke: what it says could not be written: No space left on device"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has a disk that is always full")
def test_no_room_for_what_the_log_says_is_told_alike(tmp_path: Path) -> None:
    assert main(["log", "simulate", "--entries", "200", "--out", str(tmp_path / "new")]) == 0
    with Path("/dev/full").open("wb") as full:  # `show` writes more than is held back, and says so in the midst
        status, said = run("log", "show", str(tmp_path / "new"), stdout=full.fileno())
    assert status == 1
    assert said.splitlines() == ["uketsuke: what it says could not be written: No space left on device"]


def test_a_letter_that_the_terminal_lacks_is_written_as_its_number(tmp_path: Path) -> None:
    with (tmp_path / "said").open("wb") as file:
        assert run("explain", "card_unreadable", stdout=file.fileno(), encoding="ascii") == (0, "")
    assert b"\\u" in (tmp_path / "said").read_bytes()


@pytest.mark.parametrize(("arguments", "status"), [(["--help"], 0), (["-h"], 0), ([], 0), (["no-such-verb"], 2)])
def test_help_is_no_failure_and_an_unknown_verb_is(arguments: list[str], status: int) -> None:
    assert main(arguments) == status


def test_a_log_of_fewer_than_no_entries_is_a_wrong_argument(tmp_path: Path) -> None:
    assert main(["log", "simulate", "--entries", "-1", "--out", str(tmp_path / "new")]) == 2
    assert not (tmp_path / "new").exists()
