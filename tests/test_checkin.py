"""The check-in as a table of what follows what, and the promises that hold for any sequence of events."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from checkin_walk import CARD, COVERAGE, HOLDER, MOVED, NOW, OTHER, RECORD, face, run

from terminal.access_log.access import Action
from terminal.attendance import (
    LookReason,
)
from terminal.coverage import (
    InForce,
    InForceUnregistered,
    NotFound,
    NotInForce,
    Recalled,
    Refused,
    Reply,
    SecondSource,
    SeveralFound,
    StillRunning,
)
from terminal.events import (
    CardCodeEntered,
    CardCodeRefused,
    CardIdentified,
    CardLaid,
    CardRemoved,
    ConsentGiven,
    DoubtSettled,
    EligibilityAnswered,
    EligibilityUnanswered,
    FaceCompared,
    FaceDeclined,
    FaceRetried,
    FaceUnseen,
    HolderRead,
    OperatorRecognised,
    OperatorRefused,
    PinAccepted,
    PinEntered,
    PinRefused,
    ReaderLost,
    WorkFailed,
)
from terminal.people import (
    Consent,
    FaceDecision,
    Picture,
    VerificationMethod,
    Verified,
)
from terminal.problems import Problem
from terminal.recording import accesses
from terminal.states import (
    AwaitingCardCode,
    AwaitingConsent,
    AwaitingOperator,
    CheckingEligibility,
    CheckingPin,
    Confirmed,
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
)

VERIFIED = Verified(CARD, HOLDER, VerificationMethod.FACE)
ASKING = CheckingEligibility(VERIFIED, frozenset())


def test_a_card_a_code_and_a_face_lead_to_a_confirmed_answer() -> None:
    state = run(
        CardLaid("visit-1"),
        CardIdentified(CARD, NOW),
        CardCodeEntered("04041220342285"),
        HolderRead(HOLDER),
        FaceCompared(face(FaceDecision.ACCEPTED)),
        ConsentGiven(frozenset({Consent.MEDICINES})),
        EligibilityAnswered(InForce(RECORD, COVERAGE), NOW),
    )
    assert state == Confirmed(VERIFIED, RECORD, COVERAGE, NOW)


def test_an_ended_certificate_is_told_before_the_patient_does_anything() -> None:
    ended = replace(CARD, certificate_ends=NOW - timedelta(days=200))
    state = run(CardIdentified(ended, NOW), state=ReadingCard("visit-1"))
    assert state == Unconfirmed(ended, None, Problem.CERTIFICATE_EXPIRED)


def test_a_certificate_in_its_months_of_grace_still_serves_and_is_noted() -> None:
    graced = replace(CARD, certificate_ends=NOW - timedelta(days=30))
    assert isinstance(run(CardIdentified(graced, NOW), state=ReadingCard("visit-1")), AwaitingCardCode)
    state = run(
        EligibilityAnswered(InForce(RECORD, COVERAGE), NOW),
        state=replace(ASKING, verified=replace(VERIFIED, card=graced)),
    )
    assert isinstance(state, Confirmed)
    assert state.notes == (Problem.CERTIFICATE_IN_GRACE,)


def test_a_reading_that_failed_as_the_card_left_still_says_so_when_the_reader_tells_of_it_too() -> None:
    failed = run(WorkFailed(Problem.CARD_REMOVED), state=ReadingHolder(CARD, "0" * 14))
    assert failed == Stopped(Problem.CARD_REMOVED, CARD)
    assert run(CardRemoved(), state=failed) is failed
    assert run(CardRemoved(), state=Stopped(Problem.CARD_CODE_LOCKED, CARD)) == Idle()


def test_a_wrong_card_code_is_asked_for_again_with_the_tries_that_are_left() -> None:
    state = run(CardCodeRefused(9), state=ReadingHolder(CARD, "0" * 14))
    assert state == AwaitingCardCode(replace(CARD, card_code_tries=9), Problem.CARD_CODE_WRONG)


def test_a_different_face_gets_another_try_then_the_receptionist_looks() -> None:
    different = face(FaceDecision.DIFFERENT)
    second = run(FaceCompared(different), state=MatchingFace(CARD, HOLDER))
    assert second == MatchingFace(CARD, HOLDER, attempt=2)
    assert run(FaceCompared(different), state=second) == AwaitingOperator(CARD, HOLDER, Problem.FACE_DIFFERS, different)


def test_a_doubtful_face_goes_to_the_receptionist_at_once() -> None:
    doubtful = face(FaceDecision.DOUBTFUL)
    state = run(FaceCompared(doubtful), state=MatchingFace(CARD, HOLDER))
    assert state == AwaitingOperator(CARD, HOLDER, Problem.FACE_DOUBTFUL, doubtful)


def test_a_card_without_a_photo_goes_to_the_receptionist() -> None:
    infant = replace(HOLDER, portrait=None)
    state = run(HolderRead(infant), state=ReadingHolder(CARD, "0" * 14))
    assert state == AwaitingOperator(CARD, infant, Problem.PHOTO_ABSENT)
    assert run(FaceRetried(), state=state) is state


def test_a_camera_that_is_gone_sends_the_patient_to_a_person_not_away() -> None:
    photo = Picture(1, 1, b"\0\0\0")
    state = run(FaceUnseen(Problem.CAMERA_ABSENT, photo), state=MatchingFace(CARD, HOLDER))
    assert isinstance(state, AwaitingOperator)
    assert (state.reason, state.face and state.face.portrait) == (Problem.CAMERA_ABSENT, photo)
    failed = run(WorkFailed(Problem.FACE_ENGINE_FAILED), state=MatchingFace(CARD, HOLDER))
    assert failed == AwaitingOperator(CARD, HOLDER, Problem.FACE_ENGINE_FAILED)


def test_why_a_person_looked_is_on_record() -> None:
    asked = AwaitingOperator(CARD, HOLDER, Problem.FACE_DOUBTFUL)
    (entry,) = accesses(asked, OperatorRecognised(), run(OperatorRecognised(), state=asked), "practice")
    assert (entry.action, entry.method, entry.reason) == (Action.HOLDER_VERIFIED, "visual", "face_doubtful")


def test_the_receptionist_decides_for_this_patient() -> None:
    asked = AwaitingOperator(CARD, HOLDER, Problem.FACE_DOUBTFUL)
    visual = Verified(CARD, HOLDER, VerificationMethod.VISUAL)
    assert run(OperatorRecognised(), state=asked) == AwaitingConsent(visual)
    assert run(OperatorRefused(), state=asked) == TurnedAway(CARD, Problem.OPERATOR_REFUSED)


def test_the_pin_stands_in_for_the_face() -> None:
    photo = Picture(1, 1, b"\0\0\0")
    asked = run(FaceDeclined(), FaceUnseen(Problem.FACE_DECLINED, photo), state=MatchingFace(CARD, HOLDER))
    checking = run(PinEntered("4321"), state=asked)
    assert isinstance(checking, CheckingPin)
    assert run(PinAccepted(), state=checking) == AwaitingConsent(Verified(CARD, HOLDER, VerificationMethod.PIN))
    again = run(PinRefused(2), state=checking)
    assert isinstance(again, AwaitingOperator)
    assert (again.card.pin_tries, again.refused) == (2, Problem.PIN_WRONG)


def test_whoever_declines_the_camera_is_looked_at_beside_the_photo_and_by_no_camera() -> None:
    photo = Picture(1, 1, b"\0\0\0")
    opening = run(FaceDeclined(), state=MatchingFace(CARD, HOLDER))
    assert opening == MatchingFace(CARD, HOLDER, look=LookReason.PATIENT_WISHES)
    assert run(FaceCompared(face(FaceDecision.ACCEPTED)), FaceDeclined(), state=opening) is opening
    asked = run(FaceUnseen(Problem.FACE_DECLINED, photo), state=opening)
    assert isinstance(asked, AwaitingOperator)
    assert (asked.reason, asked.face and asked.face.portrait) == (Problem.FACE_DECLINED, photo)
    without = run(WorkFailed(Problem.PHOTO_UNUSABLE), state=opening)
    assert without == AwaitingOperator(CARD, HOLDER, Problem.FACE_DECLINED, look=LookReason.PATIENT_WISHES)


def test_taking_the_card_away_before_the_holder_is_verified_ends_the_checkin() -> None:
    for state in (ReadingCard("v"), AwaitingCardCode(CARD), ReadingHolder(CARD, "0" * 14), MatchingFace(CARD, HOLDER)):
        ended = run(CardRemoved(), state=state)
        assert isinstance(ended, Stopped)
        assert ended.problem is Problem.CARD_REMOVED


def test_taking_the_card_away_after_that_loses_nothing() -> None:
    for state in (AwaitingConsent(VERIFIED), ASKING):
        assert run(CardRemoved(), state=state) is state
        assert run(ReaderLost(Problem.READER_ABSENT), state=state) is state


REPLIES: list[tuple[Reply, type[State], Problem | None]] = [
    (InForce(OTHER, COVERAGE), Withheld, Problem.RECORD_DIFFERS),
    (InForce(replace(RECORD, name=None), COVERAGE), Withheld, Problem.RECORD_DIFFERS),
    (InForceUnregistered(RECORD, COVERAGE), Unconfirmed, Problem.COVERAGE_UNREGISTERED),
    (InForceUnregistered(OTHER, COVERAGE), Withheld, Problem.RECORD_DIFFERS),
    (NotInForce(RECORD, newer_exists=False), Unconfirmed, Problem.COVERAGE_ENDED),
    (NotInForce(None, newer_exists=False), Unconfirmed, Problem.COVERAGE_ENDED),
    (NotInForce(RECORD, newer_exists=True), Unconfirmed, Problem.COVERAGE_ENDED_NEWER_EXISTS),
    (NotInForce(OTHER, newer_exists=True), Withheld, Problem.RECORD_DIFFERS),
    (NotFound(), Unconfirmed, Problem.COVERAGE_NOT_FOUND),
    (SeveralFound(), Unconfirmed, Problem.COVERAGE_SEVERAL),
    (StillRunning(), Unconfirmed, Problem.SERVICE_STILL_RUNNING),
    (Refused("E1", "混雑"), Unconfirmed, Problem.SERVICE_REFUSED),
]


@pytest.mark.parametrize(("reply", "kind", "reason"), REPLIES, ids=lambda value: type(value).__name__)
def test_each_reply_has_an_answer_of_its_own(reply: Reply, kind: type[State], reason: Problem | None) -> None:
    state = run(EligibilityAnswered(reply, NOW), state=ASKING)
    assert isinstance(state, kind)
    assert isinstance(state, Unconfirmed | Withheld)
    assert state.reason is reason


def test_a_doubt_is_settled_by_a_second_source_and_the_answer_is_noted() -> None:
    withheld = run(EligibilityAnswered(InForce(MOVED, COVERAGE), NOW), state=ASKING)
    assert isinstance(withheld, Withheld)
    assert "Confirmed" not in repr(withheld)
    settled = run(DoubtSettled(SecondSource.CHART), state=withheld)
    assert settled == Confirmed(VERIFIED, MOVED, COVERAGE, NOW, (Problem.RECORD_SETTLED,))
    entries = accesses(withheld, DoubtSettled(SecondSource.CHART), settled, "practice")
    assert [(entry.action, entry.reason) for entry in entries] == [
        (Action.DOUBT_SETTLED, "chart"),
        (Action.ANSWER_SHOWN, ""),
    ]


def test_nothing_settles_that_a_record_is_another_persons() -> None:
    withheld = run(EligibilityAnswered(InForce(OTHER, COVERAGE), NOW), state=ASKING)
    assert isinstance(withheld, Withheld)
    assert run(DoubtSettled(SecondSource.INSURER), state=withheld) is withheld


def test_an_ended_coverage_stays_ended_once_the_doubt_is_settled() -> None:
    withheld = run(EligibilityAnswered(NotInForce(MOVED, newer_exists=False), NOW), state=ASKING)
    settled = run(DoubtSettled(SecondSource.PORTAL), state=withheld)
    assert settled == Unconfirmed(CARD, VERIFIED, Problem.COVERAGE_ENDED)


def test_a_name_with_an_unknown_character_is_confirmed_and_noted() -> None:
    asking = CheckingEligibility(replace(VERIFIED, holder=replace(HOLDER, name="見本　𠮷子")), frozenset())
    state = run(EligibilityAnswered(InForce(replace(RECORD, name="見本　●子"), COVERAGE), NOW), state=asking)
    assert isinstance(state, Confirmed)
    assert state.notes == (Problem.RECORD_HAS_UNKNOWN_CHARACTERS,)


def test_a_stored_answer_is_provisional_and_never_confirmed() -> None:
    yesterday = NOW - timedelta(days=1)
    recalled = Recalled(COVERAGE, yesterday, date(2026, 12, 1))
    state = run(EligibilityUnanswered(Problem.LINE_DOWN, recalled), state=ASKING)
    assert state == Provisional(VERIFIED, COVERAGE, yesterday, date(2026, 12, 1), Problem.LINE_DOWN)
    assert run(EligibilityUnanswered(Problem.LINE_DOWN), state=ASKING) == Unconfirmed(CARD, VERIFIED, Problem.LINE_DOWN)
