"""A whole check-in with both windows keeps the GUI thread free, within bounds that a busy machine can keep, too."""

import pytest
from window_rows import MOST_MIB, measured, opened

MOST_WORK_MS = 250.0  # in one piece; `./run bench windows` has the goal, 50 ms, which a busy machine misses
MOST_OPENING_WORK_S = 3.0  # until there is something to see; 0.7 s on a quiet machine


@pytest.mark.timeout(240)
def test_no_piece_of_work_holds_the_windows_up_for_long_and_the_desk_stays_small() -> None:
    told = measured()
    assert told["work_ms"] < MOST_WORK_MS
    assert told["desk_mib"] < MOST_MIB
    assert told["frames"] > 3


@pytest.mark.timeout(240)
def test_something_is_on_the_screen_before_the_rest_of_the_program_is_loaded() -> None:
    told = opened()
    assert told["first_work_s"] < MOST_OPENING_WORK_S
    assert told["first_work_s"] < told["desk_work_s"] / 2
