"""The real windows on a real X screen, from card to result, driven by mouse and keys through the X server."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROBOT = Path(__file__).parent / "xvfb" / "desk_robot.py"


@pytest.fixture
def display() -> Iterator[str]:
    if not shutil.which("Xvfb") or not shutil.which("xdotool"):
        pytest.skip("Xvfb and xdotool are not installed")
    ours, theirs = os.pipe()
    screen = subprocess.Popen(
        ["Xvfb", "-noreset", "-displayfd", str(theirs), "-screen", "0", "1920x1080x24", "-nolisten", "tcp"],
        pass_fds=[theirs],
        stderr=subprocess.DEVNULL,
    )
    os.close(theirs)
    with os.fdopen(ours) as told:
        number = told.readline().strip()
    yield f":{number}"
    screen.terminate()
    screen.wait(10)


def test_a_person_is_checked_in_by_mouse_and_keys_and_once_more_with_the_line_cut(display: str, tmp_path: Path) -> None:
    home, pictures = tmp_path / "home", tmp_path / "pictures"
    home.mkdir()
    pictures.mkdir()
    environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
    done = subprocess.run(
        [sys.executable, ROBOT, home, pictures],
        env=environment,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "仮確認" in done.stdout
    assert len(list(pictures.iterdir())) == 6
