"""What the check-in promises for any sequence of events."""

from dataclasses import replace

import pytest
from checkin_walk import events, run
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.attendance import (
    Guardian,
)
from terminal.card_token import TokenKind
from terminal.checkin import advance
from terminal.comparison.compare import verdict
from terminal.comparison.likeness import Verdict
from terminal.coverage import (
    InForce,
)
from terminal.events import (
    CardLaid,
    DoubtSettled,
    EligibilityAnswered,
    EligibilityUnanswered,
    Event,
    FaceCompared,
    OperatorRecognised,
    PhoneOpened,
    PinAccepted,
    Vouched,
    WaitedTooLong,
)
from terminal.people import (
    FaceDecision,
    Paper,
    VerificationMethod,
)
from terminal.problems import Problem
from terminal.states import (
    AwaitingConsent,
    CheckingEligibility,
    Confirmed,
    Ended,
    Idle,
    Provisional,
    ReadingCard,
    State,
    Unconfirmed,
    Withheld,
    Work,
    card_of,
    patience,
)


def walk(sequence: list[Event]) -> list[tuple[State, Event, State]]:
    steps: list[tuple[State, Event, State]] = []
    state: State = Idle()
    for event in sequence:
        after = advance(state, event)
        steps.append((state, event, after))
        state = after
    return steps


@settings(max_examples=400, deadline=None)
@given(st.lists(events, max_size=40))
def test_nobody_is_verified_but_by_face_pin_or_the_receptionist(sequence: list[Event]) -> None:
    for before, event, after in walk(sequence):
        if isinstance(after, AwaitingConsent) and not isinstance(before, AwaitingConsent):
            match event:
                case FaceCompared(compared):
                    assert compared.decision is FaceDecision.ACCEPTED
                    assert after.verified.method is VerificationMethod.FACE
                case PinAccepted() | PhoneOpened():
                    assert after.verified.method is VerificationMethod.PIN
                case OperatorRecognised():
                    assert after.verified.method is VerificationMethod.VISUAL
                    assert after.verified.holder is not None
                    assert after.verified.holder.portrait is not None  # else there is nothing to look at
                case Vouched(Guardian()):
                    assert after.verified.method is VerificationMethod.GUARDIAN
                    assert after.verified.holder is not None
                    assert after.verified.holder.portrait is None
                case _:
                    pytest.fail(f"{event} verified someone")
        if isinstance(after, Confirmed | Provisional | Withheld) and after is not before:
            assert isinstance(before, CheckingEligibility | Withheld | Confirmed)  # the last: on to the receipt
            assert after.verified == before.verified


@settings(max_examples=400, deadline=None)
@given(st.lists(events, max_size=40))
def test_what_was_confirmed_is_about_the_holder_and_was_said_by_the_service(sequence: list[Event]) -> None:
    for before, event, after in walk(sequence):
        if isinstance(after, Confirmed) and after is not before:
            if isinstance(before, Confirmed):  # nothing but how it stands with the receipt computer
                assert replace(after, receipt=before.receipt) == before
                continue
            if isinstance(before, Withheld):  # a second source settled a doubt, and nothing but a doubt
                assert isinstance(event, DoubtSettled)
                assert verdict(before.comparison) is Verdict.DOUBTFUL
                assert Problem.RECORD_SETTLED in after.notes
                continue
            assert isinstance(event, EligibilityAnswered)
            assert isinstance(event.reply, InForce)
            if isinstance(after.verified.card, Paper):  # the receptionist is told to compare the name
                assert Problem.PAPER_NOT_COMPARED in after.notes
                assert after.record.birth_date == after.verified.card.insured.birth_date
                continue
            if after.verified.holder is None:  # a phone names nobody: the receptionist is told to ask
                assert after.verified.card.token is TokenKind.ANDROID
                assert Problem.HOLDER_NOT_COMPARED in after.notes
                continue
            assert after.record.birth_date == after.verified.holder.birth_date
            assert after.record.name is not None


@settings(max_examples=400, deadline=None)
@given(st.lists(events, max_size=40))
def test_no_answer_of_the_service_is_lost_or_blank(sequence: list[Event]) -> None:
    for before, event, after in walk(sequence):
        if isinstance(before, CheckingEligibility) and isinstance(event, EligibilityAnswered | EligibilityUnanswered):
            assert isinstance(after, Confirmed | Provisional | Unconfirmed | Withheld)
            if isinstance(event, EligibilityUnanswered):
                assert not isinstance(after, Confirmed)


@settings(max_examples=400, deadline=None)
@given(st.lists(events, max_size=40), st.sampled_from(["visit-1", "visit-2"]))
def test_a_new_card_finds_nothing_of_the_one_before(sequence: list[Event], insertion: str) -> None:
    assert run(*sequence, CardLaid(insertion)) == ReadingCard(insertion)


@settings(max_examples=200, deadline=None)
@given(st.lists(events, max_size=40))
def test_every_state_either_works_waits_or_ends_and_none_waits_for_ever_with_data(sequence: list[Event]) -> None:
    state = run(*sequence)
    if not isinstance(state, Work):
        assert patience(state) is not None or card_of(state) is None
    if isinstance(state, Ended):
        assert run(WaitedTooLong(), state=state) == Idle()


@given(st.lists(events, max_size=20))
def test_no_name_number_or_code_shows_in_a_states_text(sequence: list[Event]) -> None:
    text = repr(run(*sequence))
    for secret in ("見本", "架空", "1992", "0" * 14, "３４５", "certificate'"):
        assert secret not in text
