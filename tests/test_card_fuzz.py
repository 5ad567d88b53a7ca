"""Whatever bytes a card gives, wherever: they are read or told by `TerminalError`, in time, and by no other exception.

The long run is `tests/torture/fuzz_card.py`; what it found worth keeping is in `tests/corpus` and replayed here.
"""

import runpy
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

TORTURE = Path(__file__).parent / "torture"
PATHS = runpy.run_path(str(TORTURE / "card_paths.py"))  # scripts there are no modules that a test may import
CORPUS: Path = PATHS["CORPUS"]
KEPT = sorted(file for file in CORPUS.glob("*/*") if file.is_file())
IN_TIME_S = 5.0  # some 10 ms, on a machine of which others want much
MOST_BYTES_KEPT = 256 * 1024

EXAMPLES = {"objects": 100, "photo": 60}  # of others, which go over the wire, fewer
TELLING = st.sampled_from([b"\x00", b"\x7f", b"\x80", b"\x81", b"\x82\xff\xff", b"\x84\xff\xff\xff\xff", b"\xff\xff"])


@st.composite
def changes(draw: st.DrawFn, length: int) -> list[tuple[int, int, bytes]]:
    """Places, the bytes taken away there, and those put in their stead."""
    place = st.integers(0, length)
    taken = st.sampled_from([0, 1, 1, 1, 2, 4, 300, length])
    return draw(st.lists(st.tuples(place, taken, TELLING | st.binary(max_size=6)), min_size=1, max_size=5))


def is_told_in_time(path: str, content: bytes) -> str:
    """How it ended; any exception but ours fails the test."""
    started = time.perf_counter()
    how: str = PATHS["outcome"](path, content)
    assert time.perf_counter() - started < IN_TIME_S
    return how


@pytest.mark.parametrize("path", PATHS["PATHS"])
def test_what_an_honest_card_says_is_read(path: str) -> None:
    if path != "answers":  # those end with the card taken away
        assert {is_told_in_time(path, seed) for seed in PATHS["seeds"](path)} == {"read"}


@pytest.mark.parametrize("path", PATHS["PATHS"])
def test_any_bytes_are_read_or_told(path: str) -> None:
    @settings(
        max_examples=EXAMPLES.get(path, 20),
        deadline=None,
        suppress_health_check=[HealthCheck.nested_given],
        database=None,
    )
    @given(st.data())
    def try_one(data: st.DataObject) -> None:
        content = data.draw(st.sampled_from(PATHS["seeds"](path)) | st.binary(max_size=64))
        for at, taken, put in data.draw(changes(len(content))):
            content = content[:at] + put + content[at + taken :]
        is_told_in_time(path, content)

    try_one()


@pytest.mark.parametrize("file", KEPT, ids=[f"{file.parent.name}-{file.name}" for file in KEPT])
def test_what_was_once_worth_keeping_is_read_or_told(file: Path) -> None:
    is_told_in_time(file.parent.name, file.read_bytes())


def test_the_corpus_stays_small() -> None:
    assert KEPT
    assert sum(file.stat().st_size for file in KEPT) < MOST_BYTES_KEPT
    assert {file.parent.name for file in KEPT} <= set(PATHS["PATHS"])


def test_the_long_run_runs() -> None:
    done = subprocess.run(
        [sys.executable, str(TORTURE / "fuzz_card.py"), "--path=objects", "--minutes=0.01", "--seed=1"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("objects: ")
