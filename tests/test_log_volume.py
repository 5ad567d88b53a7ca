"""A log of many entries, in little: every form of a copy has as many as the log, and proofs stay cheap."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_a_long_log_is_verified_and_its_entries_proved_within_the_bounds() -> None:
    """`tests/torture/log_at_scale.py` in little."""
    run_torture("log_at_scale.py", 10_000)


def test_five_forms_have_the_same_entries() -> None:
    run_torture("log_exports.py", 700)


def run_torture(script: str, entries: int) -> None:
    command = [sys.executable, str(ROOT / "tests" / "torture" / script), str(entries)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
