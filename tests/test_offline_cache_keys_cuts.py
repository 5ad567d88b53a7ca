"""A rotation that is cut off, between two steps or by kill -9, loses nothing: the store opens, with every entry."""

import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from rotated_store import NOW, PRIVATE, filled, holds_all, opened, read_store_is_whole, seal_in

from offline_cache import rotation
from offline_cache.keys import PracticeSeal
from offline_cache.keys.key_file import KeyFile
from offline_cache.rotation import read_keys, recover, rotate
from terminal.problems import Problem, TerminalError

ROOT = Path(__file__).parent.parent


@pytest.fixture
def seal(tmp_path: Path) -> PracticeSeal:
    return seal_in(tmp_path / "seal")


@pytest.fixture
def folder(tmp_path: Path, seal: PracticeSeal) -> Path:
    return filled(tmp_path / "store", seal)


class Cut(BaseException):
    """The power goes."""


def cut_at(monkeypatch: pytest.MonkeyPatch, seal: PracticeSeal, number: int, *, is_before: bool) -> None:
    """Ends the rotation right before or after its step `number`: a write of the key file, the seal's, a file's."""
    steps = 0

    def cutting(step: Callable[..., None]) -> Callable[..., None]:
        def cut(*arguments: object) -> None:
            nonlocal steps
            steps += 1
            if steps == number and is_before:
                raise Cut
            step(*arguments)
            if steps == number:
                raise Cut

        return cut

    monkeypatch.setattr(rotation, "_write", cutting(rotation._write))
    monkeypatch.setattr(rotation, "_rekey", cutting(rotation._rekey))
    monkeypatch.setattr(seal, "keep", cutting(seal.keep))


@pytest.mark.parametrize("is_before", [True, False])
@pytest.mark.parametrize("number", range(1, 7))
def test_a_rotation_that_is_cut_off_between_two_steps_loses_nothing(
    folder: Path, seal: PracticeSeal, number: int, monkeypatch: pytest.MonkeyPatch, *, is_before: bool
) -> None:
    with monkeypatch.context() as patch:
        cut_at(patch, seal, number, is_before=is_before)
        with pytest.raises(Cut):
            rotate(folder, seal, seal, NOW)
    read_store_is_whole(folder, seal)  # beside a desk, changing nothing
    with closing(opened(folder, seal)) as store:
        assert holds_all(store)
    left = read_keys(folder).wraps
    assert left[-1].following is None
    assert len(left) == 1 or number <= 2  # the seal was not changed yet, and may be another process's to change
    rotate(folder, seal, seal, NOW)
    assert len(read_keys(folder).wraps) == 1
    recover(folder, PRIVATE, seal, NOW)
    with closing(opened(folder, seal)) as store:
        assert holds_all(store)


def test_a_rotation_has_no_step_that_is_not_cut_above(
    folder: Path, seal: PracticeSeal, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut_at(monkeypatch, seal, 7, is_before=True)
    rotate(folder, seal, seal, NOW)


def test_a_desk_that_was_handed_the_old_key_takes_nothing_from_the_new(
    folder: Path, seal: PracticeSeal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    old = seal_in(tmp_path / "handed out")
    old.keep(seal.open())
    with monkeypatch.context() as patch:
        cut_at(patch, seal, 2, is_before=False)  # the seal has the new key, the key file both wraps
        with pytest.raises(Cut):
            rotate(folder, seal, seal, NOW)
    for each in (old, seal, seal):
        with closing(opened(folder, each)) as store:
            assert holds_all(store)


def test_on_a_full_disk_a_cut_off_rotation_keeps_nobody_from_opening(
    folder: Path, seal: PracticeSeal, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        cut_at(patch, seal, 4, is_before=False)  # the journal has its new key, the cache its old one
        with pytest.raises(Cut):
            rotate(folder, seal, seal, NOW)

    def full(_folder: Path, _file: KeyFile) -> None:
        raise OSError(28, "No space left on device")

    def refused(_path: Path, _old: bytes, _new: bytes) -> None:
        raise TerminalError(Problem.STORE_UNREADABLE, "SQLITE_FULL")

    for name, fails in (("_rekey", refused), ("_write", full)):
        with monkeypatch.context() as patch:
            patch.setattr(rotation, name, fails)
            with closing(opened(folder, seal)) as store:
                assert holds_all(store)


ROTATE = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from offline_cache.keys import PracticeSeal
from offline_cache.rotation import rotate
folder = Path(sys.argv[1])
print("ready", flush=True)
while True:
    rotate(folder, PracticeSeal(folder), PracticeSeal(folder), datetime.now(UTC))
    print("done", flush=True)
"""


def test_a_rotation_that_is_killed_at_any_moment_loses_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    seal = PracticeSeal(folder)
    filled(folder, seal)
    for turn in range(8):
        with subprocess.Popen(
            [sys.executable, "-c", ROTATE, str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            try:
                process.wait(turn * 0.01)  # a rotation takes some 40 ms: each turn is killed elsewhere
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
        assert process.returncode == -signal.SIGKILL
        with closing(opened(folder, seal)) as store:
            assert holds_all(store), turn
        assert read_keys(folder).wraps[-1].following is None
