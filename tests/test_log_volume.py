"""Every form of a copy has as many entries as the log: `tests/torture/log_exports.py` in little."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_five_forms_have_the_same_entries() -> None:
    command = [sys.executable, str(ROOT / "tests" / "torture" / "log_exports.py"), "700"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
