"""A check-in without a card, the ladder after no answer, the hand-over: as a table, and as promises for all events."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from checkin_walk import CARD
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.access_log.access import Action
from terminal.checkin import advance
from terminal.comparison.doubt import doubt_about_paper
from terminal.coverage import Coverage, InForce, NotFound, Recalled, Record, Relation, Reply, SecondSource
from terminal.eligibility.receipt_output import result_of
from terminal.events import (
    CardIdentified,
    CardLaid,
    CardRemoved,
    DeclarationPrinted,
    Dismissed,
    DoubtSettled,
    EligibilityAnswered,
    EligibilityUnanswered,
    Event,
    FullPriceCharged,
    HandOverRetried,
    NumbersEntered,
    PatientLeft,
    ProofSeen,
    ReaderLost,
    ResultHandedOver,
    ResultLookedAt,
    SpellingChosen,
    WaitedTooLong,
    WayShown,
    WorkFailed,
)
from terminal.handing_over import HandedOver, HandingOver, HeldBack, Looking, NotHandedOver
from terminal.insured import Insured
from terminal.people import Consent, Paper, VerificationMethod, Verified
from terminal.problems import Problem
from terminal.proof_ladder import FullChargeReason, Trouble, Way, ways
from terminal.recording import accesses
from terminal.states import (
    CheckingEligibility,
    Confirmed,
    Ended,
    Idle,
    Provisional,
    ReadingCard,
    State,
    Stopped,
    TurnedAway,
    Unconfirmed,
    Withheld,
    ladder_of,
    patience,
)

NOW = datetime(2026, 11, 22, 0, 30, tzinfo=UTC)
INSURED = Insured("00990010", "12", "345678", "01", date(1992, 4, 12))
PAPER = Paper("visit-9", INSURED)
VERIFIED = Verified(PAPER, None, VerificationMethod.PAPER)
COVERAGE = Coverage(
    "00990010", "架空国保", "１２", "３４５６７８", "01", Relation.SUBSCRIBER, 30, date(2024, 4, 1), None
)
RECORD = Record("見本　花子", None, INSURED.birth_date, None, None)
ENTERED = NumbersEntered(PAPER, frozenset({Consent.LIMIT_AMOUNT}))
NOT_FOUND = Unconfirmed(CARD, None, Problem.COVERAGE_NOT_FOUND)
CONFIRMED = Confirmed(VERIFIED, RECORD, COVERAGE, NOW, (Problem.PAPER_NOT_COMPARED,))


def run(*events: Event, state: State | None = None) -> State:
    state = state or Idle()
    for event in events:
        state = advance(state, event)
    return state


def actions(before: State, event: Event) -> list[tuple[Action, str]]:
    return [(entry.action, entry.reason) for entry in accesses(before, event, advance(before, event), "practice")]


@pytest.mark.parametrize("before", [Idle(), Idle(Problem.READER_ABSENT), NOT_FOUND])
def test_numbers_that_were_typed_are_asked_about_even_with_a_reader_that_is_broken(before: State) -> None:
    asking = run(ENTERED, state=before)
    assert asking == CheckingEligibility(VERIFIED, ENTERED.consents)
    (entry,) = accesses(before, ENTERED, asking, "practice")
    assert (entry.action, entry.method, entry.subject) == (Action.ELIGIBILITY_ASKED, "paper", INSURED.key)
    assert ("by", "number") in entry.details


def test_numbers_are_not_taken_while_a_card_is_checked_in() -> None:
    for state in (ReadingCard("visit-1"), run(CardLaid("visit-1"), CardIdentified(CARD, NOW))):
        assert run(ENTERED, state=state) is state


def test_an_answer_about_the_numbers_and_birth_date_is_confirmed_and_the_name_is_for_a_persons_eyes() -> None:
    assert run(ENTERED, EligibilityAnswered(InForce(RECORD, COVERAGE), NOW)) == CONFIRMED


@pytest.mark.parametrize(
    ("record", "coverage"),
    [
        (replace(RECORD, birth_date=date(1961, 8, 30)), COVERAGE),
        (replace(RECORD, birth_date=None), COVERAGE),
        (RECORD, replace(COVERAGE, subscriber_id="345679")),
        (RECORD, replace(COVERAGE, branch="02")),
        (RECORD, replace(COVERAGE, insurer_number="06999999")),
    ],
)
def test_an_answer_about_another_day_or_other_numbers_is_withheld(record: Record, coverage: Coverage) -> None:
    state = run(ENTERED, EligibilityAnswered(InForce(record, coverage), NOW))
    assert isinstance(state, Withheld)
    assert doubt_about_paper(INSURED, record, coverage) is not None


def test_another_birth_date_is_another_person_whatever_lies_beside_it() -> None:
    other = EligibilityAnswered(InForce(replace(RECORD, birth_date=date(1961, 8, 30)), COVERAGE), NOW)
    withheld = run(ENTERED, other)
    assert run(DoubtSettled(SecondSource.CHART), state=withheld) is withheld


def test_a_cards_news_is_no_news_of_a_paper() -> None:
    for event in (CardRemoved(), ReaderLost(Problem.READER_ABSENT)):
        assert run(event, state=CONFIRMED) is CONFIRMED
        asking = run(ENTERED)
        assert run(event, state=asking) is asking
    assert run(Dismissed(), state=CONFIRMED) == run(WaitedTooLong(), state=CONFIRMED) == Idle()


def test_a_line_that_is_down_gives_a_stored_answer_as_provisional() -> None:
    recalled = Recalled(COVERAGE, NOW - timedelta(hours=14), date(2026, 12, 1))
    state = run(ENTERED, EligibilityUnanswered(Problem.LINE_DOWN, recalled))
    assert state == Provisional(VERIFIED, COVERAGE, recalled.as_of, recalled.ends, Problem.LINE_DOWN)
    assert run(ENTERED, EligibilityUnanswered(Problem.LINE_DOWN)) == Unconfirmed(PAPER, VERIFIED, Problem.LINE_DOWN)


# --- the ladder -------------------------------------------------------------------------------------------------------

UNPROVED: list[State] = [
    NOT_FOUND,
    TurnedAway(CARD, Problem.OPERATOR_REFUSED),
    Stopped(Problem.READER_ABSENT),
    Unconfirmed(CARD, None, Problem.LINE_DOWN),
]


@pytest.mark.parametrize("state", UNPROVED, ids=lambda state: type(state).__name__)
def test_the_full_price_follows_only_when_every_way_was_shown_and_with_a_reason(state: State) -> None:
    charge = FullPriceCharged(FullChargeReason.PATIENT_WISHES_TO)
    shown = [way for way in Way if state != UNPROVED[3] or way is not Way.NUMBER_QUERY]
    for way in shown:
        assert run(charge, state=state) is state
        assert actions(state, WayShown(way)) == [(Action.WAY_SHOWN, way)]
        state = run(WayShown(way), state=state)
    assert actions(state, charge) == [(Action.FULL_PRICE_CHARGED, "patient_wishes_to")]
    charged = ladder_of(run(charge, state=state))
    assert charged is not None
    assert charged.end is FullChargeReason.PATIENT_WISHES_TO


def test_a_proof_in_hand_ends_the_ladder_and_a_query_is_proved_by_its_answer_alone() -> None:
    assert run(ProofSeen(Way.NUMBER_QUERY), state=NOT_FOUND) is NOT_FOUND
    proved = run(ProofSeen(Way.PORTAL), state=NOT_FOUND)
    assert ladder_of(proved) is not None
    assert run(*(WayShown(way) for way in Way), FullPriceCharged(FullChargeReason.PATIENT_WISHES_TO), state=proved) is (
        proved
    )
    assert actions(NOT_FOUND, ProofSeen(Way.PORTAL)) == [(Action.PROOF_SEEN, "portal")]


def test_each_printed_declaration_is_on_record() -> None:
    assert actions(NOT_FOUND, DeclarationPrinted()) == [(Action.DECLARATION_PRINTED, "")]
    twice = ladder_of(run(DeclarationPrinted(), DeclarationPrinted(), state=NOT_FOUND))
    assert twice is not None
    assert (twice.sheets, twice.shown) == (2, (Way.DECLARATION,))


STOPPED = Stopped(Problem.CARD_UNREADABLE, CARD)


@pytest.mark.parametrize("gone", [CardRemoved(), PatientLeft()], ids=lambda gone: type(gone).__name__)
@pytest.mark.parametrize(
    "state",
    [*UNPROVED[:2], run(WayShown(Way.CERTIFICATE), state=NOT_FOUND), run(WayShown(Way.CERTIFICATE), state=STOPPED)],
    ids=lambda state: type(state).__name__,
)
def test_what_reception_has_yet_to_settle_outlasts_card_and_patient_and_waits_longer(state: State, gone: Event) -> None:
    assert run(gone, state=state) is state  # the patient is told to take the card and come to the desk
    assert run(gone, WayShown(Way.PORTAL), state=state) == run(WayShown(Way.PORTAL), state=state)
    assert (patience(state) or timedelta()) > (patience(STOPPED) or timedelta())
    assert run(Dismissed(), state=state) == Idle()
    assert run(CardLaid("visit-2"), state=state) == ReadingCard("visit-2")


@pytest.mark.parametrize("gone", [CardRemoved(), PatientLeft()], ids=lambda gone: type(gone).__name__)
def test_an_end_that_needs_nobody_goes_with_card_or_patient(gone: Event) -> None:
    assert run(gone, state=STOPPED) == Idle()
    of_card = replace(CONFIRMED, verified=replace(VERIFIED, card=CARD))
    assert run(gone, state=of_card) == run(gone, state=replace(of_card, receipt=HandedOver())) == Idle()
    held_back = replace(of_card, receipt=HeldBack((("name", "𠮷"),)))
    assert run(gone, state=held_back) is held_back


def test_what_was_shown_before_a_query_by_number_counts_after_it() -> None:
    climbing = run(WayShown(Way.CERTIFICATE), WayShown(Way.PORTAL), state=NOT_FOUND)
    ladder = ladder_of(run(ENTERED, EligibilityAnswered(NotFound(), NOW), state=climbing))
    assert ladder is not None
    assert set(ladder.not_shown) == {Way.NOTICE_WITH_CARD, Way.DECLARATION}


# --- the receipt computer ---------------------------------------------------------------------------------------------


def test_a_result_is_looked_at_then_on_record_and_only_then_handed_over() -> None:
    assert actions(CONFIRMED, ResultLookedAt(())) == [(Action.RESULT_SENT, "")]
    handing = run(ResultLookedAt(()), state=CONFIRMED)
    assert handing == replace(CONFIRMED, receipt=HandingOver())
    assert run(ResultHandedOver(), state=handing) == replace(CONFIRMED, receipt=HandedOver())
    assert actions(handing, ResultHandedOver()) == []


def test_characters_that_cannot_be_written_wait_for_a_person_and_are_not_on_record_as_sent() -> None:
    untaken = (("name", "𠮷"),)
    assert actions(CONFIRMED, ResultLookedAt(untaken)) == []
    held = run(ResultLookedAt(untaken), state=CONFIRMED)
    assert held == replace(CONFIRMED, receipt=HeldBack(untaken))
    spelled = run(SpellingChosen((("𠮷", "吉"),)), state=held)
    assert spelled == replace(CONFIRMED, receipt=Looking((("𠮷", "吉"),)))
    assert "𠮷" not in repr(spelled)


def test_a_folder_that_is_away_is_told_and_tried_again_with_the_same_spelling() -> None:
    handing = replace(CONFIRMED, receipt=HandingOver((("𠮷", "吉"),)))
    away = run(WorkFailed(Problem.RECEIPT_FOLDER_AWAY), state=handing)
    assert away == replace(CONFIRMED, receipt=NotHandedOver(Problem.RECEIPT_FOLDER_AWAY, (("𠮷", "吉"),)))
    assert run(HandOverRetried(), state=away) == replace(CONFIRMED, receipt=Looking((("𠮷", "吉"),)))


def test_what_was_asked_by_number_says_so_in_the_result() -> None:
    result = result_of(CONFIRMED, "1319999999")
    assert (result.identifier, result.asked_with) == ("visit-9", "2")


# --- promises for any sequence of events ------------------------------------------------------------------------------

replies: st.SearchStrategy[Reply] = st.sampled_from(
    [NotFound(), InForce(RECORD, COVERAGE), InForce(replace(RECORD, birth_date=date(1961, 8, 30)), COVERAGE)]
)
events: st.SearchStrategy[Event] = st.one_of(
    st.just(ENTERED),
    st.builds(EligibilityAnswered, replies, st.just(NOW)),
    st.builds(EligibilityUnanswered, st.sampled_from([Problem.LINE_DOWN, Problem.SERVICE_UNTRUSTED])),
    st.builds(WayShown, st.sampled_from(Way)),
    st.builds(ProofSeen, st.sampled_from(Way)),
    st.builds(FullPriceCharged, st.sampled_from(FullChargeReason)),
    st.builds(ResultLookedAt, st.sampled_from([(), (("name", "𠮷"),)])),
    st.builds(ResultHandedOver, st.none() | st.just(Problem.RECEIPT_FOLDER_AWAY)),
    st.builds(SpellingChosen, st.just((("𠮷", "吉"),))),
    st.sampled_from([HandOverRetried(), DeclarationPrinted(), CardRemoved(), Dismissed(), WaitedTooLong()]),
    st.sampled_from([CardLaid("visit-1"), WorkFailed(Problem.STORE_BUSY), DoubtSettled(SecondSource.INSURER)]),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(events, max_size=40))
def test_whatever_happens_nothing_is_sent_charged_or_confirmed_out_of_turn(sequence: list[Event]) -> None:
    state: State = Idle()
    for event in sequence:
        before, state = state, advance(state, event)
        if state is before:
            continue
        recorded = [entry.action for entry in accesses(before, event, state, "practice")]
        match state:
            case Confirmed(receipt=HandingOver()):
                assert Action.RESULT_SENT in recorded
            case Confirmed(receipt=HandedOver()):
                assert isinstance(before, Confirmed)
                assert isinstance(before.receipt, HandingOver)
            case Confirmed(receipt=None):
                assert state.record.birth_date == INSURED.birth_date
                assert Action.ANSWER_SHOWN in recorded
            case _:
                assert Action.RESULT_SENT not in recorded
        ladder = ladder_of(state)
        if ladder and isinstance(ladder.end, FullChargeReason):
            assert set(ways(ladder.trouble)) <= set(ladder.shown)
            assert recorded == [Action.FULL_PRICE_CHARGED] or isinstance(before, Ended)
        if isinstance(event, CardLaid):
            assert state == ReadingCard("visit-1")


@given(st.lists(events, max_size=20))
def test_no_number_shows_in_a_states_text(sequence: list[Event]) -> None:
    text = repr(run(*sequence))
    for secret in ("345678", "見本", "1992", "𠮷"):
        assert secret not in text


def test_an_outage_has_no_query_by_number_on_its_ladder() -> None:
    assert Way.NUMBER_QUERY not in ways(Trouble.OUTAGE)
