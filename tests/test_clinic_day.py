"""A small day of the torture: the line is cut, the booked are served with the right label, and all is asked again."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent / "torture" / "clinic_day.py"


@pytest.mark.timeout(120)
def test_booked_patients_are_served_while_the_line_is_cut() -> None:
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "--patients", "15", "--booked", "10", "--hanging", "0"],
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    measured = json.loads(done.stdout)
    assert measured["booked_served_rightly"] == 10
    assert measured["sent_more_than_once"] == 0
