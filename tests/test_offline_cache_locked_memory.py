"""What keeps a store's pages out of swap and off the heap: the whole process's memory, or else SQLCipher's own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from device.clean_memory import CLEAN_MEMORY

OPEN = """
import sys
from pathlib import Path
from offline_cache.database import open_to_write
from terminal.problems import Problem
path = Path(sys.argv[1]) / "cache.db"
database = open_to_write(path, bytes(32), create=True, failed=Problem.STORE_UNREADABLE)
locked = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmLck"))
print(database.rows("PRAGMA cipher_memory_security")[0][0], int(locked.split()[1]) > 10_000)
"""


def opened_in(folder: Path, environment: dict[str, str], *limit: str) -> list[str]:
    done = subprocess.run(
        [*limit, sys.executable, "-c", OPEN, str(folder)],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout.split()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may lock memory without a limit here")
def test_where_all_memory_is_locked_and_wiped_sqlcipher_need_not_do_it_again(tmp_path: Path) -> None:
    environment = {**os.environ, **CLEAN_MEMORY}
    locked = opened_in(tmp_path, environment)
    if locked[1] == "False":
        pytest.skip("this machine locks no memory, not even for root")
    assert locked == ["0", "True"]


def test_where_freed_memory_is_not_wiped_sqlcipher_does_both_itself(tmp_path: Path) -> None:
    plain = {name: value for name, value in os.environ.items() if name not in CLEAN_MEMORY}
    assert opened_in(tmp_path, plain)[0] == "1"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may become someone else")
def test_where_locking_is_bounded_nothing_is_locked_that_could_run_out(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    code = "from offline_cache.locked_memory import is_locked_and_wiped; print(is_locked_and_wiped())"
    nobody = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--inh-caps=-all"]
    done = subprocess.run(
        ["prlimit", "--memlock=8388608:8388608", *nobody, sys.executable, "-c", code],
        env={**os.environ, **CLEAN_MEMORY},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    if done.returncode != 0:
        pytest.skip("this Python cannot be run by nobody")
    assert done.stdout.strip() == "False"
