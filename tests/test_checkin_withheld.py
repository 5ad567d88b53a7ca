"""A withheld record stays before the receptionist when its card is taken: it has yet to be settled or reported."""

from dataclasses import replace

from sample_states import CONFIRMED, WITHHELD

from terminal.checkin import advance
from terminal.coverage import SecondSource
from terminal.events import CardLaid, CardRemoved, Dismissed, DoubtSettled, PatientLeft
from terminal.states import Idle, ReadingCard


def test_what_is_withheld_stays_when_the_patient_takes_the_card_as_told() -> None:
    assert advance(WITHHELD, CardRemoved()) is WITHHELD
    assert advance(WITHHELD, PatientLeft()) is WITHHELD


def test_a_doubt_can_still_be_settled_after_the_card_was_taken() -> None:
    doubtful = replace(WITHHELD, held=CONFIRMED)
    settled = advance(doubtful, DoubtSettled(SecondSource.CERTIFICATE))
    assert advance(advance(doubtful, CardRemoved()), DoubtSettled(SecondSource.CERTIFICATE)) == settled


def test_what_is_withheld_goes_with_the_receptionist_or_the_next_card() -> None:
    assert advance(WITHHELD, Dismissed()) == Idle()
    assert advance(WITHHELD, CardLaid("next")) == ReadingCard("next")
