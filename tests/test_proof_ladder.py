"""The full price is charged to nobody before every other way was shown, and never without a reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.proof_ladder import (
    STEPS,
    ClaimBy,
    FullCharge,
    FullChargeReason,
    Ladder,
    LadderSkipped,
    Proves,
    Trouble,
    Way,
    claim_by,
    ways,
)

LADDERS = st.builds(
    Ladder, st.sampled_from(Trouble), st.lists(st.sampled_from(Way), unique=True).map(lambda shown: tuple(shown))
)


@given(LADDERS, st.sampled_from(FullChargeReason))
def test_a_full_charge_needs_every_way_there_is(ladder: Ladder, reason: FullChargeReason) -> None:
    if set(ways(ladder.trouble)) <= set(ladder.shown):
        assert FullCharge(ladder, reason).ladder.shown == ladder.shown
    else:
        with pytest.raises(LadderSkipped) as raised:
            FullCharge(ladder, reason)
        assert set(raised.value.not_shown) == set(ways(ladder.trouble)) - set(ladder.shown)


@pytest.mark.parametrize("trouble", Trouble)
def test_whoever_follows_the_steps_comes_to_the_end_and_sees_each_once(trouble: Trouble) -> None:
    ladder = Ladder(trouble)
    while ladder.step:
        ladder = ladder.show(ladder.step.way)
    assert ladder.shown == ways(trouble)
    assert FullCharge(ladder, FullChargeReason.PATIENT_WISHES_TO).ladder == ladder


def test_in_an_outage_nobody_is_asked_by_number() -> None:
    assert Way.NUMBER_QUERY not in ways(Trouble.OUTAGE)
    assert Way.NUMBER_QUERY in ways(Trouble.NOT_REGISTERED_YET)


def test_the_last_way_is_the_patients_own_word_and_all_ways_are_reached() -> None:
    assert {way for trouble in Trouble for way in ways(trouble)} == set(Way) == set(STEPS)
    assert all(STEPS[ways(trouble)[-1]].proves is Proves.PATIENTS_WORD for trouble in Trouble)


def test_a_way_shown_twice_counts_once() -> None:
    ladder = Ladder(Trouble.OUTAGE).show(Way.PORTAL)
    assert ladder.show(Way.PORTAL) == ladder


def test_a_claim_takes_the_best_number_there_is() -> None:
    assert claim_by(has_current_number=True, has_past_number=True) is ClaimBy.CURRENT_NUMBER
    assert claim_by(has_current_number=False, has_past_number=True) is ClaimBy.PAST_NUMBER
    assert claim_by(has_current_number=False, has_past_number=False) is ClaimBy.SEVENS
