"""A small run of the torture: 30 cards, 3 kills of the service, 3 unpluggings; all ready in time, and nothing leaks."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from device.virtual.pcsc_service import PcscService
from terminal.problems import TerminalError

SCRIPT = Path(__file__).parent / "torture" / "reader_cycles.py"


@pytest.fixture
def own_service() -> None:
    try:
        service = PcscService()
    except TerminalError as error:
        pytest.skip(error.detail)
    is_ours = service.pid is not None
    service.close()
    if not is_ours:
        pytest.skip("the service that runs here is not ours to kill")


@pytest.mark.timeout(300)
@pytest.mark.usefixtures("own_service")
def test_cards_come_and_go_the_service_dies_the_reader_is_unplugged_and_all_is_ready_again(tmp_path: Path) -> None:
    done = subprocess.run(
        [
            sys.executable,
            str(SCRIPT),
            "--cards",
            "30",
            "--kills",
            "3",
            "--unplugs",
            "3",
            "--json",
            str(tmp_path / "numbers.json"),
        ],
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    numbers = json.loads((tmp_path / "numbers.json").read_text())
    assert (numbers["cards"], numbers["kills"], numbers["unplugs"]) == (30, 3, 3)
