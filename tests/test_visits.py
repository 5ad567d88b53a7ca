"""Today's list: what is promised of it for any sequence of states."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import checkin_walk
from checkin_walk import CARD, COVERAGE, NOW, RECORD
from hypothesis import given
from hypothesis import strategies as st

from terminal.certificate import JST
from terminal.comparison.compare import compare
from terminal.people import (
    Card,
    FaceComparison,
    FaceDecision,
    Picture,
    VerificationMethod,
    Verified,
)
from terminal.problems import Problem
from terminal.states import (
    AwaitingCardCode,
    AwaitingConsent,
    AwaitingOperator,
    CheckingEligibility,
    CheckingPin,
    Confirmed,
    Ended,
    Idle,
    MatchingFace,
    Provisional,
    ReadingCard,
    ReadingHolder,
    State,
    Stopped,
    TurnedAway,
    Unconfirmed,
    Withheld,
    card_of,
)
from terminal.visits import Visit, is_next, seen

PHOTO, PIXELS, CODE, PIN = b"chip photo", b"pix" * 4, "04041220342285", "4321"
HOLDER = replace(checkin_walk.HOLDER, portrait=PHOTO)
CARDS = [CARD, replace(CARD, insertion="visit-2"), replace(CARD, insertion="visit-3")]
PICTURE = Picture(2, 2, PIXELS)
FACE = FaceComparison(FaceDecision.DOUBTFUL, 0.3, 3, 2.0, 60.0, portrait=PICTURE, live=PICTURE)


def states_of(card: Card) -> list[State]:
    verified = Verified(card, HOLDER, VerificationMethod.FACE)
    asked = AwaitingOperator(card, HOLDER, Problem.FACE_DOUBTFUL, FACE)
    return [
        AwaitingCardCode(card),
        ReadingHolder(card, CODE),
        MatchingFace(card, HOLDER),
        asked,
        CheckingPin(asked, PIN),
        AwaitingConsent(verified),
        CheckingEligibility(verified, frozenset()),
        Confirmed(verified, RECORD, COVERAGE, NOW),
        Provisional(verified, COVERAGE, NOW, date(2026, 12, 1), Problem.LINE_DOWN),
        Unconfirmed(card, verified, Problem.COVERAGE_NOT_FOUND),
        Unconfirmed(card, None, Problem.CERTIFICATE_EXPIRED),
        Withheld(verified, compare(HOLDER, replace(RECORD, birth_date=date(1961, 8, 30)))),
        TurnedAway(card, Problem.OPERATOR_REFUSED),
        Stopped(Problem.CANCELLED, card),
    ]


CARDLESS: list[State] = [Idle(), Idle(Problem.READER_ABSENT), ReadingCard("visit-9"), Stopped(Problem.JOURNAL_FAILED)]
states = st.sampled_from([*CARDLESS, *(state for card in CARDS for state in states_of(card))])
moments = st.integers(0, 3 * 24 * 60).map(lambda minutes: NOW + timedelta(minutes=minutes))
shown = st.lists(st.tuples(states, moments), max_size=30).map(lambda pairs: sorted(pairs, key=lambda pair: pair[1]))
shown_today = st.lists(states, max_size=30)


def folded(*sequence: State, at: datetime = NOW) -> tuple[Visit, ...]:
    visits: tuple[Visit, ...] = ()
    for state in sequence:
        visits = seen(visits, state, at)
    return visits


def test_a_visit_goes_on_with_its_card_and_keeps_when_it_began() -> None:
    waiting, stopped = AwaitingCardCode(CARD), Stopped(Problem.CANCELLED, CARD)
    begun = seen((), waiting, NOW)
    assert begun == (Visit("visit-1", NOW, waiting),)
    assert seen(begun, stopped, NOW + timedelta(minutes=1)) == (
        Visit("visit-1", NOW, stopped, ended_at=NOW + timedelta(minutes=1)),
    )


def test_the_newest_visit_is_last() -> None:
    visits = folded(*(Stopped(Problem.CANCELLED, card) for card in CARDS))
    assert [visit.insertion for visit in visits] == ["visit-1", "visit-2", "visit-3"]


def test_an_ended_visit_keeps_its_answer_when_the_next_card_comes() -> None:
    answer = TurnedAway(CARD, Problem.OPERATOR_REFUSED)
    assert folded(answer, Idle(), ReadingCard("visit-2"), AwaitingCardCode(CARDS[1]))[0] == Visit(
        "visit-1", NOW, answer, ended_at=NOW
    )


def test_a_visit_is_left_when_another_card_is_laid_or_the_desk_turns_to_something_else() -> None:
    waiting = AwaitingCardCode(CARD)
    for state in (*CARDLESS, AwaitingCardCode(CARDS[1])):
        is_laid_over = isinstance(state, ReadingCard)
        assert folded(waiting, state)[0] == Visit("visit-1", NOW, waiting, is_left=True, is_laid_over=is_laid_over)


def test_the_next_patient_comes_with_an_empty_desk_or_a_card_laid_over_another() -> None:
    consent = AwaitingConsent(Verified(CARD, HOLDER, VerificationMethod.FACE))
    for before in (consent, TurnedAway(CARD, Problem.OPERATOR_REFUSED), MatchingFace(CARD, HOLDER)):
        assert is_next(before, Idle())
        assert is_next(before, ReadingCard("visit-2"))
        assert not is_next(before, Stopped(Problem.CARD_REMOVED, CARD))
    for begun in (Idle(), ReadingCard("visit-1"), Stopped(Problem.CARD_REMOVED, CARD)):
        assert not is_next(begun, ReadingCard("visit-2"))


def test_yesterdays_visits_are_gone_at_midnight_in_japan() -> None:
    visits = folded(Stopped(Problem.CANCELLED, CARD))
    midnight = datetime(2026, 11, 23, tzinfo=JST)
    assert seen(visits, Idle(), midnight - timedelta(seconds=1)) == visits
    assert seen(visits, Idle(), midnight) == ()


@given(shown_today)
def test_every_card_that_was_shown_is_listed_once_in_the_order_of_its_coming(sequence: list[State]) -> None:
    cards = [card.insertion for card in map(card_of, sequence) if card]
    assert [visit.insertion for visit in folded(*sequence)] == list(dict.fromkeys(cards))


@given(shown_today, states)
def test_a_state_without_a_card_adds_nothing(sequence: list[State], state: State) -> None:
    before = folded(*sequence)
    assert len(seen(before, state, NOW)) - len(before) in ((0, 1) if card_of(state) else (0,))


@given(shown_today, shown_today)
def test_what_is_over_stays_over_and_keeps_its_end_though_a_doubt_of_it_may_be_settled(
    earlier: list[State], later: list[State]
) -> None:
    visits = before = folded(*earlier)
    for state in later:
        visits = seen(visits, state, NOW)
    for then, now in zip(before, visits, strict=False):
        if then.is_over:
            assert now.is_over
            assert (now.insertion, now.started_at, now.is_left, now.ended_at) == (
                *(then.insertion, then.started_at, then.is_left, then.ended_at),
            )


@given(shown_today)
def test_only_the_card_of_the_state_that_shows_has_an_open_visit(sequence: list[State]) -> None:
    card = card_of(sequence[-1]) if sequence else None
    for visit in folded(*sequence):
        assert visit.is_over or (card and visit.insertion == card.insertion)
        assert not (visit.is_left and isinstance(visit.state, Ended))


@given(shown)
def test_only_todays_visits_are_listed(sequence: list[tuple[State, datetime]]) -> None:
    visits: tuple[Visit, ...] = ()
    for state, at in sequence:
        visits = seen(visits, state, at)
        assert all(visit.started_at.astimezone(JST).date() == at.astimezone(JST).date() for visit in visits)
        assert [visit.started_at for visit in visits] == sorted(visit.started_at for visit in visits)


@given(states)
def test_the_list_tells_the_state_but_keeps_no_code_pin_or_picture(state: State) -> None:
    for visit in folded(state):
        assert type(visit.state) is type(state)
        assert card_of(visit.state) == card_of(state)
        values = list(everything_in(visit))
        for secret in (PHOTO, PIXELS, CODE, PIN):
            assert secret not in values


def everything_in(value: object) -> list[object]:
    inner = [
        part for name in getattr(value, "__dataclass_fields__", ()) for part in everything_in(getattr(value, name))
    ]
    return [value, *inner]


def test_an_answer_in_the_list_is_whole_but_for_the_photo() -> None:
    verified = Verified(CARD, HOLDER, VerificationMethod.FACE)
    (visit,) = folded(Confirmed(verified, RECORD, COVERAGE, NOW))
    unpictured = replace(verified, holder=replace(HOLDER, portrait=None))
    assert visit.state == Confirmed(unpictured, RECORD, COVERAGE, NOW)
