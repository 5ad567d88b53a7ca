"""Who is with a patient, who speaks for one, and break-glass: as a table, and as promises for all events."""

from dataclasses import replace

import pytest
from checkin_walk import CARD, HOLDER, NOW
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.access_log.access import Action
from terminal.attendance import (
    ALONE,
    Attendance,
    Emergency,
    EmergencyReason,
    Guardian,
    GuardianProof,
    Helper,
    LookReason,
    Place,
    Proxy,
)
from terminal.checkin import advance
from terminal.events import (
    Attended,
    CardCodeEntered,
    CardIdentified,
    CardLaid,
    CardRemoved,
    ConsentGiven,
    Dismissed,
    EligibilityUnanswered,
    Event,
    FaceRetried,
    FaceUnseen,
    HolderRead,
    LookChosen,
    OperatorRecognised,
    PinAccepted,
    PinEntered,
    Vouched,
    WorkFailed,
)
from terminal.people import Consent, Holder, Picture, VerificationMethod, Verified
from terminal.problems import Problem
from terminal.recording import accesses
from terminal.states import (
    AwaitingCardCode,
    AwaitingConsent,
    AwaitingOperator,
    CheckingEligibility,
    CheckingPin,
    Idle,
    MatchingFace,
    ReadingCard,
    ReadingHolder,
    State,
    Work,
    card_of,
)

INFANT = replace(HOLDER, portrait=None)
PHOTO = Picture(1, 1, b"\0\0\0")
FATHER = Guardian(GuardianProof.PHOTO_ID)
DAUGHTER = Proxy(Helper.FAMILY)
UNCONSCIOUS = Emergency(EmergencyReason.UNCONSCIOUS)
AT_HOME = Attendance(Helper.CARER, Place.CARE_HOME)


def entries(before: State, event: Event) -> list[tuple[Action, str, str, str]]:
    """Action, method, reason and helper of what a step is recorded as."""
    found = accesses(before, event, advance(before, event), "practice")
    return [(entry.action, entry.method, entry.reason, entry.helper) for entry in found]


def test_a_guardian_answers_for_a_child_without_a_photo_and_is_on_record() -> None:
    asked = AwaitingOperator(CARD, INFANT, Problem.PHOTO_ABSENT)
    with_father = replace(CARD, attendance=Attendance(Helper.FAMILY))
    after = advance(asked, Vouched(FATHER))
    assert after == AwaitingConsent(Verified(with_father, INFANT, VerificationMethod.GUARDIAN))
    (entry,) = accesses(asked, Vouched(FATHER), after, "practice")
    assert (entry.action, entry.method, entry.reason) == (Action.HOLDER_VERIFIED, "guardian", "photo_absent")
    assert (entry.helper, entry.details) == ("family", (("guardian", "photo_id"),))


def test_where_there_is_a_photo_no_guardian_stands_in_for_it_and_without_one_no_look_does() -> None:
    with_photo = AwaitingOperator(CARD, HOLDER, Problem.FACE_DIFFERS)
    assert advance(with_photo, Vouched(FATHER)) is with_photo
    without = AwaitingOperator(CARD, INFANT, Problem.PHOTO_ABSENT)
    assert advance(without, OperatorRecognised()) is without


@pytest.mark.parametrize("before", [MatchingFace(CARD, HOLDER), AwaitingOperator(CARD, HOLDER, Problem.FACE_DIFFERS)])
def test_for_an_absent_patient_the_coverage_is_asked_and_nothing_is_consented_to(before: State) -> None:
    with_daughter = replace(CARD, attendance=Attendance(Helper.FAMILY))
    verified = Verified(with_daughter, HOLDER, VerificationMethod.PROXY)
    assert advance(before, Vouched(DAUGHTER)) == CheckingEligibility(verified, frozenset())
    assert entries(before, Vouched(DAUGHTER)) == [
        (Action.HOLDER_VERIFIED, "proxy", "", "family"),
        (Action.ELIGIBILITY_ASKED, "proxy", "", "family"),
    ]


def test_nobody_is_a_proxy_who_does_not_come_for_the_patient() -> None:
    for helper in (Helper.STAFF, Helper.INTERPRETER):
        with pytest.raises(ValueError, match="comes for a patient"):
            Proxy(helper)


def test_an_emergency_needs_a_reason_and_is_on_record_before_anything_is_asked() -> None:
    before = MatchingFace(CARD, HOLDER)
    verified = Verified(CARD, HOLDER, VerificationMethod.EMERGENCY)
    assert advance(before, Vouched(UNCONSCIOUS)) == CheckingEligibility(verified, frozenset())
    assert entries(before, Vouched(UNCONSCIOUS)) == [
        (Action.EMERGENCY_ACCESS, "emergency", "unconscious", ""),
        (Action.ELIGIBILITY_ASKED, "emergency", "", ""),
    ]


@pytest.mark.parametrize("holder", [HOLDER, None], ids=["card", "phone"])
def test_nobody_is_asked_for_consents_who_cannot_answer_though_the_camera_knew_them(holder: Holder | None) -> None:
    before = AwaitingConsent(Verified(CARD, holder, VerificationMethod.FACE))
    verified = Verified(CARD, holder, VerificationMethod.EMERGENCY)
    assert advance(before, Vouched(UNCONSCIOUS)) == CheckingEligibility(verified, frozenset())
    assert entries(before, Vouched(UNCONSCIOUS)) == [
        (Action.EMERGENCY_ACCESS, "emergency", "unconscious", ""),
        (Action.ELIGIBILITY_ASKED, "emergency", "", ""),
    ]
    assert advance(before, Vouched(DAUGHTER)) is advance(before, Vouched(FATHER)) is before


def test_why_the_receptionist_looked_in_place_of_the_camera_is_on_record() -> None:
    opening = advance(MatchingFace(CARD, HOLDER), LookChosen(LookReason.CANNOT_FACE_CAMERA))
    asked = advance(opening, FaceUnseen(Problem.FACE_DECLINED, PHOTO))
    assert isinstance(asked, AwaitingOperator)
    (entry,) = accesses(asked, OperatorRecognised(), advance(asked, OperatorRecognised()), "practice")
    assert (entry.reason, entry.details) == ("face_declined", (("look", "cannot_face_camera"),))
    assert advance(asked, FaceRetried()) == MatchingFace(CARD, HOLDER, 2)  # and the next look begins neutral


def test_a_look_that_was_chosen_is_for_this_patient_only() -> None:
    opening = advance(MatchingFace(CARD, HOLDER), LookChosen(LookReason.FACE_COVERED))
    assert advance(opening, CardLaid("visit-2")) == ReadingCard("visit-2")


@pytest.mark.parametrize(
    "before",
    [
        AwaitingCardCode(CARD),
        AwaitingOperator(CARD, HOLDER, Problem.FACE_DIFFERS),
        AwaitingConsent(Verified(CARD, HOLDER, VerificationMethod.FACE)),
    ],
)
def test_who_is_there_is_noted_once_and_in_every_entry_from_then_on(before: State) -> None:
    after = advance(before, Attended(AT_HOME))
    card = card_of(after)
    assert card is not None
    assert (type(after), card.attendance) == (type(before), AT_HOME)
    assert advance(after, Attended(AT_HOME)) is after
    (entry,) = accesses(before, Attended(AT_HOME), after, "practice")
    assert (entry.action, entry.helper, entry.details) == (
        Action.HELPER_NOTED,
        "carer",
        (("place", "care_home"),),
    )
    (left, *_) = accesses(after, CardLaid("visit-2"), ReadingCard("visit-2"), "practice")
    assert (left.action, left.helper) == (Action.CHECKIN_ENDED, "carer")


@pytest.mark.parametrize(
    "work",
    [
        ReadingHolder(CARD, "0" * 14),
        MatchingFace(CARD, HOLDER),
        CheckingPin(AwaitingOperator(CARD, HOLDER, Problem.FACE_DIFFERS), "0000"),
    ],
)
def test_no_work_is_begun_anew_by_naming_who_is_there(work: Work) -> None:
    assert advance(work, Attended(AT_HOME)) is work  # or a try of a code would be spent twice


def test_residents_follow_one_another_without_anything_of_the_one_before() -> None:
    state: State = Idle()
    for visit in ("visit-1", "visit-2"):
        state = advance(state, CardLaid(visit))
        state = advance(state, CardIdentified(replace(CARD, insertion=visit), NOW))
        card = card_of(state)
        assert card is not None
        assert card.attendance == ALONE
        state = advance(state, Attended(AT_HOME))


cards = st.sampled_from([CARD, replace(CARD, insertion="visit-2")])
events: st.SearchStrategy[Event] = st.one_of(
    st.builds(CardLaid, st.sampled_from(["visit-1", "visit-2"])),
    st.builds(CardIdentified, cards, st.just(NOW)),
    st.just(CardCodeEntered("0" * 14)),
    st.builds(HolderRead, st.sampled_from([HOLDER, INFANT])),
    st.builds(LookChosen, st.sampled_from(LookReason)),
    st.builds(FaceUnseen, st.sampled_from(Problem), st.just(PHOTO)),
    st.builds(Vouched, st.sampled_from([FATHER, DAUGHTER, UNCONSCIOUS])),
    st.builds(Attended, st.builds(Attendance, st.none() | st.sampled_from(Helper), st.sampled_from(Place))),
    st.builds(ConsentGiven, st.frozensets(st.sampled_from(Consent))),
    st.builds(EligibilityUnanswered, st.sampled_from(Problem)),
    st.sampled_from([OperatorRecognised(), PinEntered("0000"), PinAccepted(), CardRemoved(), Dismissed()]),
    st.sampled_from([WorkFailed(Problem.LINE_DOWN), FaceRetried()]),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(events, max_size=30))
def test_who_could_not_be_asked_consented_to_nothing_and_every_access_of_it_is_on_record(sequence: list[Event]) -> None:
    state: State = Idle()
    for event in sequence:
        before, state = state, advance(state, event)
        if not isinstance(state, CheckingEligibility) or state is before:
            continue
        if state.verified.method in (VerificationMethod.PROXY, VerificationMethod.EMERGENCY):
            assert not state.consents
            actions = [entry.action for entry in accesses(before, event, state, "practice")]
            first = (
                Action.EMERGENCY_ACCESS
                if state.verified.method is VerificationMethod.EMERGENCY
                else Action.HOLDER_VERIFIED
            )
            assert actions == [first, Action.ELIGIBILITY_ASKED]


@settings(max_examples=300, deadline=None)
@given(st.lists(events, max_size=30))
def test_who_is_there_never_begins_or_ends_anything(sequence: list[Event]) -> None:
    state: State = Idle()
    for event in sequence:
        before, state = state, advance(state, event)
        if isinstance(event, Attended):
            assert type(state) is type(before)
            assert state is before or not isinstance(state, Work)
