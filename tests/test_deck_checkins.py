"""Each check-in of the deck comes to what the deck promises, and all together meet what a reception meets.

They run in one process: a real card interpreter, the real face networks and the real codec, without the wires between.
Each runs once; the tests look at its end and at the states on its way.
"""

from collections.abc import Callable

import pytest
from deck_desk import INSERTION, NOW, TODAY, Desk, Faces

from device.card.anchors import load_anchors
from device.virtual.card import VirtualCard
from device.virtual.issuing import issue
from terminal.attendance import Attendance, Helper, Place
from terminal.card_code import TRIES_FULL
from terminal.card_token import TokenKind
from terminal.checkin import advance
from terminal.people import Consent, IssuerTrust, VerificationMethod
from terminal.perform import perform
from terminal.practice.authority import Authority
from terminal.practice.deck import load_deck
from terminal.problems import Problem
from terminal.recording import outcome_of
from terminal.states import (
    AwaitingCardCode,
    AwaitingOperator,
    AwaitingPhonePin,
    CheckingEligibility,
    Confirmed,
    ConfirmingLastTry,
    Ended,
    card_of,
)

DECK = load_deck(TODAY)
METHODS = {  # of the confirmed; the others by face
    **dict.fromkeys(("p16", "p22", "p31", "p51"), VerificationMethod.PIN),
    **dict.fromkeys(("p09", "p39", "p43"), VerificationMethod.VISUAL),
    "p59": VerificationMethod.GUARDIAN,
    "p60": VerificationMethod.PROXY,
    "p63": VerificationMethod.EMERGENCY,
}
everybody = pytest.mark.parametrize("person_id", DECK)
CheckedIn = Callable[[str], Desk]


@pytest.fixture(scope="module")
def checked_in(tmp_path_factory: pytest.TempPathFactory) -> CheckedIn:
    """The desk of a person after their check-in, which runs when it is first asked for."""
    home, authority = tmp_path_factory.mktemp("home"), Authority.make(NOW)
    authority.save(home)
    anchors, faces, desks = load_anchors(home / "anchors"), Faces(), dict[str, Desk]()

    def desk_of(person_id: str) -> Desk:
        if person_id not in desks:
            person = DECK[person_id]
            desks[person_id] = desk = Desk(person, VirtualCard(issue(person, authority, TODAY)), anchors, faces)
            desk.check_in()
        return desks[person_id]

    return desk_of


@everybody
def test_a_check_in_comes_to_what_the_deck_promises(checked_in: CheckedIn, person_id: str) -> None:
    outcome, reason = outcome_of(checked_in(person_id).end)
    assert (outcome, reason or "") == (DECK[person_id].outcome, DECK[person_id].reason)


@everybody
def test_a_check_in_meets_what_the_deck_says_and_nothing_else(checked_in: CheckedIn, person_id: str) -> None:
    way, person = checked_in(person_id).way, DECK[person_id]
    named = {getattr(state, name, None) for state in way for name in ("reason", "refused", "problem")}
    noted = {note for state in way for note in getattr(state, "notes", ())}
    assert {*filter(None, named), *noted} == {*person.meets, person.reason} - {""}


@everybody
def test_with_the_line_cut_only_who_was_confirmed_gets_an_answer_and_it_is_provisional(
    checked_in: CheckedIn, person_id: str
) -> None:
    desk = checked_in(person_id)
    asking = [state for state in desk.way if isinstance(state, CheckingEligibility)]
    is_over_before = desk.person.outcome in ("stopped", "turned_away")
    assert bool(asking) != (is_over_before or desk.person.reason == Problem.CERTIFICATE_EXPIRED)
    for state in asking:
        desk.is_line_cut = True
        end = advance(state, perform(state, desk.ports, lambda: True))
        assert isinstance(end, Ended)
        expected = "provisional" if desk.person.outcome == "confirmed" else "unconfirmed"
        assert outcome_of(end) == (expected, Problem.LINE_DOWN)


@pytest.mark.parametrize("person_id", [person.id for person in DECK.values() if person.outcome == "confirmed"])
def test_the_confirmed_are_verified_as_their_story_says(checked_in: CheckedIn, person_id: str) -> None:
    desk = checked_in(person_id)
    assert isinstance(desk.end, Confirmed)
    verified = desk.end.verified
    assert verified.method is METHODS.get(person_id, VerificationMethod.FACE)
    if verified.holder is None:
        assert desk.person.card.token is TokenKind.ANDROID
    else:
        assert verified.holder.issuer is IssuerTrust.CHECKED


@pytest.mark.parametrize(
    ("person_id", "asked"),
    [
        ("p03", [(10, None), (9, Problem.CARD_CODE_WRONG)]),
        ("p30", [(10, None), (9, Problem.CARD_CODE_WRONG), (8, Problem.CARD_CODE_WRONG)]),
        ("p37", [(1, Problem.CARD_CODE_NEARLY_LOCKED)]),
    ],
)
def test_who_has_fewer_tries_sees_them_and_owes_none_in_the_end(
    checked_in: CheckedIn, person_id: str, asked: list[tuple[int, Problem | None]]
) -> None:
    desk = checked_in(person_id)
    seen = [(state.card.card_code_tries, state.refused) for state in desk.way if isinstance(state, AwaitingCardCode)]
    assert seen == asked
    assert any(isinstance(state, ConfirmingLastTry) for state in desk.way) == (asked[-1][0] == 1)
    assert desk.identify(INSERTION).card_code_tries == TRIES_FULL


@pytest.mark.parametrize("person_id", ["p39", "p54"])
def test_a_last_try_that_is_kept_is_still_there(checked_in: CheckedIn, person_id: str) -> None:
    desk = checked_in(person_id)
    card = desk.identify(INSERTION)
    assert (card.card_code_tries, card.pin_tries) == (desk.person.card.card_code_tries, desk.person.card.pin_tries)
    assert 1 in (card.card_code_tries, card.pin_tries)


def test_a_wrong_pin_is_asked_for_again_with_the_tries_left(checked_in: CheckedIn) -> None:
    asked = [state for state in checked_in("p31").way if isinstance(state, AwaitingOperator)]
    assert [(state.card.pin_tries, state.refused) for state in asked] == [(3, None), (2, Problem.PIN_WRONG)]


def test_who_consents_to_nothing_is_asked_about_with_nothing(checked_in: CheckedIn) -> None:
    consents = {
        person_id: state.consents
        for person_id in DECK
        for state in checked_in(person_id).way
        if isinstance(state, CheckingEligibility)
    }
    without = {person_id for person_id, given in consents.items() if not given}
    assert without == {"p29", "p60", "p63"}  # of whom two could not be asked
    consents = {person_id: given for person_id, given in consents.items() if given}
    assert set(consents.values()) == {frozenset(Consent)}


def test_who_is_with_a_patient_is_known_from_the_first_wait_to_the_end(checked_in: CheckedIn) -> None:
    for person_id, helper, place in (("p61", Helper.CARER, Place.CLINIC), ("p62", Helper.CARER, Place.CARE_HOME)):
        for state in checked_in(person_id).way[3:]:
            card = card_of(state)
            assert card is not None
            assert card.attendance == Attendance(helper, place)


def test_a_phone_is_asked_for_its_pin_and_its_holder_is_nobody_to_compare(checked_in: CheckedIn) -> None:
    way = checked_in("p51").way
    assert any(isinstance(state, AwaitingPhonePin) for state in way)
    assert not any(isinstance(state, AwaitingCardCode | AwaitingOperator) for state in way)
