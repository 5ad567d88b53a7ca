"""Which accesses a step of the check-in is recorded as, before anything of it is shown or sent. Pure."""

from collections.abc import Callable

from terminal.access_log.access import Access, Action
from terminal.attendance import Emergency, Guardian, Proxy
from terminal.events import (
    Attended,
    CardCodeRefused,
    CardIdentified,
    DeclarationPrinted,
    DoubtSettled,
    Event,
    FaceCompared,
    FullPriceCharged,
    HolderRead,
    OperatorRecognised,
    PinRefused,
    ProofSeen,
    Vouched,
    WayShown,
)
from terminal.handing_over import HandingOver
from terminal.people import Evidence, Paper
from terminal.problems import Problem
from terminal.states import (
    AwaitingConsent,
    AwaitingOperator,
    CheckingEligibility,
    CheckingPin,
    Confirmed,
    Ended,
    OpeningPhone,
    Provisional,
    ReadingHolder,
    State,
    Stopped,
    TurnedAway,
    Unconfirmed,
    Withheld,
    card_of,
)


def outcome_of(state: Ended) -> tuple[str, str]:
    """The outcome's word and its reason's code, as the log and `--json` write them; the reason may be empty."""
    match state:
        case Confirmed():
            return "confirmed", ""
        case Provisional():
            return "provisional", state.reason
        case Unconfirmed():
            return "unconfirmed", state.reason
        case Withheld():
            return "withheld", state.reason
        case TurnedAway():
            return "turned_away", state.reason
        case Stopped():
            return "stopped", state.problem


def accesses(before: State, event: Event, after: State, actor: str) -> list[Access]:
    """What must be on record before `after` is shown and its work begins; empty where nobody's data is touched."""
    entries: list[Access] = []

    def note(
        action: Action,
        card: Evidence | None,
        *details: tuple[str, str],
        method: str = "",
        outcome: str = "",
        reason: str = "",
    ) -> None:
        visit, subject = (card.insertion, card.subject) if card else ("", None)
        helper = str(card.attendance.helper or "") if card else ""
        entries.append(Access(action, visit, actor, subject, method, outcome, reason, details, helper=helper))

    if isinstance(before, Ended) and isinstance(after, Ended) and not isinstance(before, Withheld):
        _note_aftermath(event, after, note)
        return entries

    card = card_of(after)
    if card is None and not isinstance(before, Ended) and (left := card_of(before)):
        note(Action.CHECKIN_ENDED, left, outcome="abandoned")

    match event:
        case CardIdentified(seen):
            tries = "" if seen.card_code_tries is None else str(seen.card_code_tries)
            note(Action.CARD_IDENTIFIED, seen, ("token", seen.token), ("card_code_tries", tries))
        case CardCodeRefused(tries_left):
            note(Action.CARD_CODE_REFUSED, card, ("tries_left", str(tries_left)))
        case HolderRead(holder):
            photo = "present" if holder.portrait else "absent"
            note(Action.HOLDER_READ, card, ("photo", photo), ("issuer", holder.issuer))
        case FaceCompared(face):
            similarity = "" if face.similarity is None else f"{face.similarity:.2f}"
            note(Action.FACE_COMPARED, card, ("decision", face.decision), ("similarity", similarity))
        case DoubtSettled(second_source):
            note(Action.DOUBT_SETTLED, card, reason=second_source)
        case PinRefused(tries_left):
            note(Action.PIN_REFUSED, card, ("tries_left", str(tries_left)))
        case Attended(attendance):
            note(Action.HELPER_NOTED, card, ("place", attendance.place))
        case Vouched(Proxy(relation)):
            note(Action.HOLDER_VERIFIED, card, ("proxy", relation), method="proxy")
        case Vouched(Emergency(why_now)):
            note(Action.EMERGENCY_ACCESS, card, method="emergency", reason=why_now)
        case _:
            pass

    match after:
        case _ if isinstance(event, Attended):
            pass  # nothing else has changed
        case ReadingHolder():
            source = "remembered" if after.is_recalled else "typed"
            note(Action.CARD_CODE_SENT, card, ("source", source), ("keep", "yes" if after.is_kept else "no"))
        case CheckingPin() | OpeningPhone():
            note(Action.PIN_SENT, card)
        case AwaitingConsent(verified):
            why = before.reason if isinstance(before, AwaitingOperator) else ""  # a person looked: what made them
            note(Action.HOLDER_VERIFIED, card, *_by_what(before, event), method=verified.method, reason=why)
        case CheckingEligibility(verified, consents):
            by = (("by", "number"),) if isinstance(verified.card, Paper) else ()
            words = ("consents", " ".join(sorted(consents)))
            note(Action.ELIGIBILITY_ASKED, card, *by, words, method=verified.method)
        case Confirmed() | Provisional() | Unconfirmed() | Withheld():
            outcome, reason = outcome_of(after)
            method = after.verified.method if after.verified else ""
            note(Action.ANSWER_SHOWN, card, method=method, outcome=outcome, reason=reason)
        case Stopped(Problem.APDU_FORBIDDEN):
            note(Action.SECURITY_EVENT, card, outcome="stopped", reason=after.problem)
        case TurnedAway() | Stopped() if card:
            outcome, reason = outcome_of(after)
            note(Action.CHECKIN_ENDED, card, outcome=outcome, reason=reason)
        case _:
            pass
    return entries


def _by_what(before: State, event: Event) -> tuple[tuple[str, str], ...]:
    """By what a person was found to be the holder, where that takes more than the method's name."""
    match before, event:
        case AwaitingOperator(), Vouched(Guardian(proof)):
            return (("guardian", proof),)
        case AwaitingOperator(look=look), OperatorRecognised() if look:
            return (("look", look),)
        case _:
            return ()


def _note_aftermath(event: Event, after: Ended, note: Callable[..., None]) -> None:
    """What was done since the check-in ended: its answer is on record already, and is not shown anew."""
    card = card_of(after)
    match event:
        case WayShown(way):
            note(Action.WAY_SHOWN, card, reason=way)
        case ProofSeen(way):
            note(Action.PROOF_SEEN, card, reason=way)
        case DeclarationPrinted():
            note(Action.DECLARATION_PRINTED, card)
        case FullPriceCharged(reason):
            note(Action.FULL_PRICE_CHARGED, card, reason=reason)
        case _ if isinstance(after, Confirmed) and isinstance(after.receipt, HandingOver):
            respelled = str(len(after.receipt.spelling))
            note(Action.RESULT_SENT, card, ("respelled", respelled), outcome="confirmed")
        case _:
            pass
