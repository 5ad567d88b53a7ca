"""The real windows on a real X screen, from card to result, driven by mouse and keys through the X server."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from virtual_screen import virtual_screen

ROBOT = Path(__file__).parent / "xvfb" / "desk_robot.py"


@pytest.fixture
def display() -> Iterator[str]:
    with virtual_screen("xdotool") as display:
        yield display


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
