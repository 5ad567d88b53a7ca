"""What reception is told is true: how long a check-in took, and why a case cannot be chosen."""

from dataclasses import replace
from datetime import timedelta

from sample_states import CARD, CONFIRMED, NOW, VERIFIED

from terminal.problems import Problem
from terminal.states import AwaitingConsent, Idle, Stopped
from terminal.visits import Visit
from ui.receptionist.day import numbers
from ui.receptionist.what_now import CASES, choices, waits_for


def test_a_card_that_was_taken_away_shortens_no_average() -> None:
    stopped = Visit("v1", NOW, Stopped(Problem.CARD_REMOVED, CARD), ended_at=NOW + timedelta(seconds=2))
    assert numbers((stopped,))["seconds"] == 0
    took_a_minute = Visit("v2", NOW, CONFIRMED, ended_at=NOW + timedelta(seconds=60))
    assert numbers((stopped, replace(stopped, insertion="v3"), took_a_minute))["seconds"] == 60


def test_a_case_that_comes_too_late_is_not_said_to_come_too_early() -> None:
    state = AwaitingConsent(VERIFIED)
    late = {case for case in CASES if waits_for(case, state) == "verified"}
    assert late == {"look", "proxy"}  # an emergency can come at any time
    assert not any(choices(case, state) for case in late)
    assert all(waits_for(case, Idle()) == case for case in CASES)
