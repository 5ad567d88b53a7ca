"""Codes in the check-in: no try is spent unasked, the last one only after a second yes. A phone has a PIN alone."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from checkin_walk import CARD, HOLDER, NOW
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.card_token import TokenKind
from terminal.checkin import advance
from terminal.coverage import Coverage, InForce, Record, Relation
from terminal.events import (
    CardCodeEntered,
    CardCodeRefused,
    CardIdentified,
    CardRemoved,
    ConsentGiven,
    EligibilityAnswered,
    Event,
    LastTryConfirmed,
    LastTryDeclined,
    PhoneOpened,
    PinEntered,
    PinRefused,
    WaitedTooLong,
    WorkFailed,
)
from terminal.people import Card, Sex, VerificationMethod
from terminal.problems import Problem
from terminal.recording import accesses
from terminal.states import (
    AwaitingCardCode,
    AwaitingConsent,
    AwaitingOperator,
    AwaitingPhonePin,
    CheckingPin,
    Confirmed,
    ConfirmingLastTry,
    Idle,
    OpeningPhone,
    ReadingCard,
    ReadingHolder,
    State,
    Stopped,
    Unconfirmed,
)
from terminal.visits import seen

PHONE = replace(CARD, token=TokenKind.ANDROID, certificate=b"", card_code_tries=None)
CODE = "04041220342285"
ASKED = AwaitingOperator(replace(CARD, pin_tries=1), HOLDER, Problem.FACE_DOUBTFUL)


def run(state: State, *events: Event) -> State:
    for event in events:
        state = advance(state, event)
    return state


@pytest.mark.parametrize(
    ("state", "event", "work"),
    [
        (AwaitingCardCode(replace(CARD, card_code_tries=1)), CardCodeEntered(CODE), ReadingHolder),
        (ASKED, PinEntered("1234"), CheckingPin),
        (AwaitingPhonePin(replace(PHONE, pin_tries=1)), PinEntered("1234"), OpeningPhone),
    ],
)
def test_the_last_try_is_spent_only_after_a_second_yes(state: State, event: Event, work: type[State]) -> None:
    asked = run(state, event)
    assert isinstance(asked, ConfirmingLastTry)
    assert isinstance(run(asked, LastTryConfirmed()), work)
    assert not isinstance(run(asked, LastTryDeclined(), LastTryConfirmed()), work)
    assert isinstance(run(asked, WaitedTooLong()), Stopped)
    assert "1234" not in repr(asked)
    assert CODE not in repr(asked)


def test_who_keeps_the_last_try_of_the_pin_is_back_with_the_receptionist() -> None:
    assert run(ASKED, PinEntered("1234"), LastTryDeclined()) is ASKED


def test_who_keeps_the_last_try_of_the_card_code_keeps_it() -> None:
    card = replace(CARD, card_code_tries=1)
    state = run(ReadingCard("visit-1"), CardIdentified(card, NOW))
    assert state == AwaitingCardCode(card, Problem.CARD_CODE_NEARLY_LOCKED)
    assert run(state, CardCodeEntered(CODE), LastTryDeclined()) == Stopped(Problem.LAST_TRY_KEPT, card)


@pytest.mark.parametrize("tries", [2, 3])
def test_a_try_that_is_not_the_last_is_spent_at_once(tries: int) -> None:
    state = AwaitingCardCode(replace(CARD, card_code_tries=tries))
    assert isinstance(run(state, CardCodeEntered(CODE)), ReadingHolder)


def test_a_locked_code_is_not_asked_for() -> None:
    locked = replace(CARD, card_code_tries=0)
    assert run(ReadingCard("visit-1"), CardIdentified(locked, NOW)) == Stopped(Problem.CARD_CODE_LOCKED, locked)
    refused = run(ReadingHolder(replace(CARD, card_code_tries=1), CODE), CardCodeRefused(0))
    assert refused == Stopped(Problem.CARD_CODE_LOCKED, locked)


def test_a_code_waiting_for_its_second_yes_is_not_in_the_days_list() -> None:
    asked = run(AwaitingCardCode(replace(CARD, card_code_tries=1)), CardCodeEntered(CODE))
    (visit,) = seen((), asked, NOW)
    assert isinstance(visit.state, ReadingHolder)
    assert visit.state.code == ""


def test_a_remembered_code_spares_the_typing() -> None:
    state = run(ReadingCard("visit-1"), CardIdentified(CARD, NOW, CODE))
    assert state == ReadingHolder(CARD, CODE, is_recalled=True)


@pytest.mark.parametrize("tries", [None, 0, 1, 9])
def test_a_remembered_code_is_never_sent_by_itself_to_a_card_that_had_a_miss(tries: int | None) -> None:
    card = replace(CARD, card_code_tries=tries)
    state = run(ReadingCard("visit-1"), CardIdentified(card, NOW, CODE))
    assert isinstance(state, AwaitingCardCode | Stopped)


def test_a_remembered_code_that_does_not_fit_is_asked_for_and_not_guessed_again() -> None:
    state = run(ReadingCard("visit-1"), CardIdentified(CARD, NOW, CODE), CardCodeRefused(9))
    assert state == AwaitingCardCode(replace(CARD, card_code_tries=9), Problem.CARD_CODE_CHANGED)


def test_what_is_kept_and_where_a_code_came_from_is_on_record() -> None:
    typed = run(AwaitingCardCode(CARD), CardCodeEntered(CODE, keep=True))
    (entry,) = accesses(AwaitingCardCode(CARD), CardCodeEntered(CODE, keep=True), typed, "practice")
    assert dict(entry.details) == {"source": "typed", "keep": "yes"}
    recalled = run(ReadingCard("visit-1"), CardIdentified(CARD, NOW, CODE))
    entries = accesses(ReadingCard("visit-1"), CardIdentified(CARD, NOW, CODE), recalled, "practice")
    assert dict(entries[-1].details) == {"source": "remembered", "keep": "no"}


def test_an_android_phone_is_opened_with_its_pin_and_the_receptionist_is_told_to_ask_the_name() -> None:
    opened = replace(PHONE, certificate=b"of the phone")
    record = Record("見本　花子", "ﾐﾎﾝ ﾊﾅｺ", date(1992, 4, 12), Sex.FEMALE, None)
    coverage = Coverage("00138057", "架空区国民健康保険", "", "1", "", Relation.SUBSCRIBER, 30, None, None)
    state = run(ReadingCard("visit-1"), CardIdentified(PHONE, NOW))
    assert state == AwaitingPhonePin(PHONE)
    state = run(state, PinEntered("1234"), PhoneOpened(opened))
    assert isinstance(state, AwaitingConsent)
    assert (state.verified.card, state.verified.holder, state.verified.method) == (
        opened, None, VerificationMethod.PIN,
    )  # fmt: skip
    state = run(state, CardRemoved(), ConsentGiven(frozenset()), EligibilityAnswered(InForce(record, coverage), NOW))
    assert isinstance(state, Confirmed)
    assert Problem.HOLDER_NOT_COMPARED in state.notes


def test_a_phone_whose_pin_is_wrong_is_asked_again_until_it_is_locked() -> None:
    state = run(AwaitingPhonePin(PHONE), PinEntered("0000"), PinRefused(2))
    assert state == AwaitingPhonePin(replace(PHONE, pin_tries=2), Problem.PIN_WRONG)
    state = run(state, PinEntered("0000"), PinRefused(1))
    assert state == AwaitingPhonePin(replace(PHONE, pin_tries=1), Problem.PIN_NEARLY_LOCKED)
    state = run(state, PinEntered("0000"), LastTryConfirmed(), PinRefused(0))
    assert state == Stopped(Problem.PIN_LOCKED, replace(PHONE, pin_tries=0))


def test_a_phones_certificate_has_no_grace() -> None:
    state = run(OpeningPhone(PHONE, "1234"), WorkFailed(Problem.CERTIFICATE_EXPIRED))
    assert state == Unconfirmed(PHONE, None, Problem.CERTIFICATE_EXPIRED)


def test_an_iphone_is_named_and_nothing_is_asked_of_it() -> None:
    iphone = replace(PHONE, token=TokenKind.IPHONE)
    assert run(ReadingCard("visit-1"), CardIdentified(iphone, NOW)) == Stopped(Problem.CARD_IS_PHONE, iphone)


codes = st.sampled_from([None, CODE])
tokens = st.sampled_from(TokenKind)
tries = st.sampled_from([None, 0, 1, 2, 9, 10])
events: st.SearchStrategy[Event] = st.one_of(
    st.builds(
        CardIdentified,
        st.builds(Card, st.just("visit-1"), tokens, st.just(b"one"), st.just(NOW + timedelta(days=900)), tries, tries),
        st.just(NOW),
        codes,
    ),
    st.builds(CardCodeEntered, st.just(CODE), st.booleans()),
    st.builds(CardCodeRefused, st.integers(0, 10)),
    st.builds(PinEntered, st.just("0000")),
    st.builds(PinRefused, st.integers(0, 3)),
    st.sampled_from([LastTryConfirmed(), LastTryDeclined(), CardRemoved(), WaitedTooLong()]),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(events, max_size=30))
def test_no_try_is_spent_but_one_that_somebody_asked_for(sequence: list[Event]) -> None:
    state: State = ReadingCard("visit-1")
    for event in sequence:
        before, state = state, advance(state, event)
        if state is not before and isinstance(state, ReadingHolder | OpeningPhone | CheckingPin):
            spends = state.card if not isinstance(state, CheckingPin) else state.asked.card
            left = spends.card_code_tries if isinstance(state, ReadingHolder) else spends.pin_tries
            match event:
                case CardCodeEntered() | PinEntered():
                    assert left != 1
                case LastTryConfirmed():
                    assert left == 1
                case CardIdentified():
                    assert left == 10
                case _:
                    pytest.fail(f"{event} spent a try")
        if isinstance(state, Stopped):
            state = run(state, CardRemoved())
            state = ReadingCard("visit-1") if isinstance(state, Idle) else state
