"""What no first screen asks for is loaded later: when it is needed, or once the windows are there."""

import gc
import subprocess
import sys
from collections.abc import Iterator

import pytest

from terminal import later
from terminal.later import Later, load_what_was_put_off, settle

NOT_AT_FIRST = (
    "cv2",
    "device.virtual",
    "fido2",
    "numpy",
    "terminal.commands.doctor_room",
    "terminal.practice.deck",
)


@pytest.fixture
def unsettled() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_a_desk_loads_nothing_that_its_first_screen_does_not_show() -> None:
    asked = (
        "import sys, terminal.commands.desk, terminal.commands.desk_windows; "
        f"print([name for name in sys.modules if name.startswith({NOT_AT_FIRST!r})])"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, timeout=60)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


def test_what_was_put_off_is_loaded_when_something_is_asked_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(later, "_put_off", [])
    put_off = Later("colorsys")
    assert put_off.rgb_to_hsv(0, 0, 0) == (0.0, 0.0, 0)


def test_all_that_was_put_off_can_be_loaded_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(later, "_put_off", [])
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    Later("colorsys")
    assert "colorsys" not in sys.modules
    load_what_was_put_off()
    assert "colorsys" in sys.modules


def test_a_settled_program_is_not_looked_through_again(unsettled: None) -> None:
    gc.disable()
    settle()
    assert gc.isenabled()
    assert gc.get_freeze_count() > 0
