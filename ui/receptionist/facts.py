"""What is said at reception of a state: its tone, its title, what to do next, and the facts. Pure.

Of a `Withheld` answer only the names of the attributes that differ are ever said.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from terminal.certificate import JST, certificate_problem, serves_until
from terminal.comparison.likeness import Likeness, Rule
from terminal.coverage import Coverage
from terminal.failure_book.book import Audience, sentence, title
from terminal.people import Evidence, Holder, Paper, VerificationMethod, Verified
from terminal.problems import Problem
from terminal.states import (
    AwaitingCardCode,
    AwaitingConsent,
    AwaitingOperator,
    AwaitingPhonePin,
    CheckingEligibility,
    CheckingPin,
    Confirmed,
    ConfirmingLastTry,
    Idle,
    MatchingFace,
    OpeningPhone,
    Provisional,
    ReadingCard,
    ReadingHolder,
    State,
    Stopped,
    TurnedAway,
    Unconfirmed,
    Withheld,
)
from terminal.visits import Visit
from ui.receptionist.copay import copay_notes
from ui.receptionist.differences import Difference, differences
from ui.receptionist.saying import sentence_to_say
from ui.receptionist.writing import age, copay, day, method
from ui.words.catalogue import Words

Fact = tuple[str, str]  # label and value


@dataclass(frozen=True)
class Shown:
    """One state as reception sees it. `tone` is a panel of the style sheet; `mark` says the same without colour."""

    tone: str
    mark: str
    title: str
    next_step: str
    facts: tuple[Fact, ...] = ()
    notes: tuple[str, ...] = ()
    compared: tuple[Fact, ...] = ()  # attributes of the record that are not equal to the card's, by name and likeness
    aloud: str = ""  # the sentence to say
    differing: tuple[Difference, ...] = ()  # where card, service and last visit do not say the same
    warnings: tuple[str, ...] = ()  # what to see to before it is billed
    meanwhile: tuple[str, ...] = ()  # what to do until the service has answered


def shown(state: State, words: Words, now: datetime) -> Shown:
    """A state in words, with what can be said aloud."""
    return replace(_shown(state, words, now), aloud=sentence_to_say(state, words))


def _shown(state: State, words: Words, now: datetime) -> Shown:
    match state:
        case Confirmed():
            notes = tuple(sentence(note, Audience.RECEPTIONIST, words.language) for note in state.notes)
            next_step = " ".join((*_spoken_for(state.verified, words), words["confirmed.next"]))
            person = (*_recorded(state, words), *_person(state.verified, words))
            certificate = _certificate(state.verified.card, state.as_of, words)
            facts = (*person, *_coverage(state.coverage, words), *certificate, _as_of(state.as_of, words))
            said = Shown("confirmed", "✓", words["confirmed.title"], next_step, facts, notes)
            return replace(said, differing=differences(state, words), warnings=copay_notes(state, words))
        case Provisional():
            facts = (
                *_person(state.verified, words),
                *_coverage(state.coverage, words),
                _as_of(state.as_of, words, age(now - state.as_of, words)),
                (words["fact.ends"], day(state.ends, words)),
            )
            reason = sentence(state.reason, Audience.RECEPTIONIST, words.language)
            return Shown(
                "provisional",
                "△",
                words["provisional.title"],
                words["provisional.next"],
                facts,
                _spoken_for(state.verified, words),
                meanwhile=(reason,),
            )
        case Unconfirmed():
            told = (words["fact.service_words"], " ".join(filter(None, (state.service_code, state.service_words))))
            facts = (*(_person(state.verified, words) if state.verified else ()), *((told,) if told[1] else ()))
            notes = _spoken_for(state.verified, words) if state.verified else ()
            return _problem("refused", "!", state.reason, words, facts, notes=notes)
        case Withheld():
            likenesses = tuple(
                (words[f"attribute.{attribute}"], _judged(likeness, rules, words))
                for attribute, likeness, rules in state.comparison.attributes
                if likeness is not Likeness.EQUAL
            )
            return _problem("refused", "?", state.reason, words, _person(state.verified, words), compared=likenesses)
        case TurnedAway():
            return _problem("refused", "×", state.reason, words)
        case Stopped():
            return _problem("notice", "■", state.problem, words)
        case AwaitingOperator():
            signs = tuple(words[f"attack_hint.{sign}"] for sign in (state.face.attack if state.face else ()))
            asked = _problem("provisional", "!", state.reason, words, _holder(state.holder, words), notes=signs)
            if state.refused is None:
                return asked
            next_step = sentence(state.refused, Audience.RECEPTIONIST, words.language)
            return replace(asked, next_step=next_step, facts=(*asked.facts, *_tries(state.card.pin_tries, words)))
        case Idle():
            if state.problem is None:
                return Shown("card", "○", words["idle.title"], words["idle.next"])
            return _problem("provisional", "!", state.problem, words)
        case AwaitingCardCode():
            return _code_asked("awaiting_card_code", state.refused, state.card.card_code_tries, words)
        case AwaitingPhonePin():
            return _code_asked("awaiting_phone_pin", state.refused, state.card.pin_tries, words)
        case ConfirmingLastTry():
            return replace(_working("last_try", words), tone="provisional", mark="!")
        case AwaitingConsent():
            return _working("awaiting_consent", words, _person(state.verified, words))
        case CheckingEligibility():
            return _working("checking_eligibility", words, _person(state.verified, words))
        case MatchingFace():
            return _working("matching_face", words, _holder(state.holder, words))
        case CheckingPin():
            return _working("checking_pin", words, _holder(state.asked.holder, words))
        case ReadingCard():
            return _working("reading_card", words)
        case OpeningPhone():
            return _working("opening_phone", words)
        case ReadingHolder():
            return _working("reading_holder", words)
        case _:
            assert_never(state)


def left(visit: Visit, words: Words) -> Shown:
    """A visit that was left without coming to an end."""
    holder = holder_of(visit.state)
    facts = _holder(holder, words) if holder else ()
    notes = (words["left.laid_over"],) if visit.is_laid_over else ()
    return Shown("card", "–", words["left.title"], words["left.next"], facts, notes)


def holder_of(state: State) -> Holder | None:
    """Whose card it is; None while the chip was not read, and after a stop, which keeps nothing."""
    match state:
        case MatchingFace() | AwaitingOperator():
            return state.holder
        case CheckingPin():
            return state.asked.holder
        case ConfirmingLastTry():
            return holder_of(state.work)
        case _:
            verified = verified_of(state)
            return verified.holder if verified else None


def verified_of(state: State) -> Verified | None:
    """Who was verified, and how; None before that."""
    match state:
        case AwaitingConsent() | CheckingEligibility() | Confirmed() | Provisional() | Withheld() | Unconfirmed():
            return state.verified
        case _:
            return None


def _problem(
    tone: str,
    mark: str,
    problem: Problem,
    words: Words,
    facts: tuple[Fact, ...] = (),
    compared: tuple[Fact, ...] = (),
    notes: tuple[str, ...] = (),
) -> Shown:
    next_step = sentence(problem, Audience.RECEPTIONIST, words.language)
    return Shown(tone, mark, title(problem, words.language), next_step, facts, notes, compared)


def _working(name: str, words: Words, facts: tuple[Fact, ...] = ()) -> Shown:
    return Shown("notice", "…", words[f"{name}.title"], words[f"{name}.next"], facts)


def _code_asked(name: str, refused: Problem | None, tries: int | None, words: Words) -> Shown:
    facts = _tries(tries, words)
    return _problem("provisional", "!", refused, words, facts) if refused else _working(name, words, facts)


def _judged(likeness: Likeness, rules: tuple[Rule, ...], words: Words) -> str:
    """How like an attribute is, and by which rules."""
    return words.format(
        "likeness.by",
        likeness=words[f"likeness.{likeness}"],
        rules="・".join(words[f"rule.{rule.name.lower()}"] for rule in rules),
    )


def _person(verified: Verified, words: Words) -> tuple[Fact, ...]:
    told = _holder(verified.holder, words) if verified.holder else ()
    return (*told, (words["fact.method"], _method(verified, words)))


def _method(verified: Verified, words: Words) -> str:
    """How, and with whom."""
    helper, said = verified.card.attendance.helper, method(verified, words)
    return f"{said} ・ {words['helper.label']}: {words[f'helper.{helper}']}" if helper else said


def _spoken_for(verified: Verified, words: Words) -> tuple[str, ...]:
    """What to know of a patient who did not speak for themselves."""
    match verified.method:
        case VerificationMethod.EMERGENCY | VerificationMethod.PROXY:
            return (words[f"{verified.method}.note"],)
        case _:
            return ()


def _holder(holder: Holder, words: Words) -> tuple[Fact, ...]:
    return ((words["fact.name"], holder.name), (words["fact.birth"], day(holder.birth_date, words)))


def _recorded(state: Confirmed, words: Words) -> tuple[Fact, ...]:
    """Whom the record is about, for the receptionist to ask after where nothing else tells."""
    if state.verified.holder:
        return ()
    record = state.record
    born = day(record.birth_date, words) if record.birth_date else ""
    return (words["fact.recorded_name"], record.name or ""), (words["fact.recorded_birth"], born)


def _coverage(coverage: Coverage, words: Words) -> tuple[Fact, ...]:
    number = " ・ ".join(filter(None, (coverage.symbol, coverage.subscriber_id, coverage.branch)))
    starts = day(coverage.starts, words) if coverage.starts else ""
    ends = day(coverage.ends, words) if coverage.ends else words["fact.open_end"]
    return (
        (words["fact.insurer"], f"{coverage.insurer_number} {coverage.insurer_name}"),
        (words["fact.number"], number),
        (words["fact.copay"], copay(coverage, words)),
        (words["fact.in_force"], f"{starts} – {ends}"),
    )


def _certificate(card: Evidence, at: datetime, words: Words) -> tuple[Fact, ...]:
    """How long the certificate serves, once its end is near."""
    if isinstance(card, Paper) or certificate_problem(card, at) is None:
        return ()
    told = words.format("certificate.left", days=(serves_until(card) - at.astimezone(JST).date()).days)
    return ((words["fact.certificate"], f"{day(serves_until(card), words)} {told}"),)


def _as_of(moment: datetime, words: Words, ago: str = "") -> Fact:
    told = f"{moment.astimezone(JST):%Y-%m-%d %H:%M}"
    return words["fact.as_of"], f"{told} {words.format('fact.ago', age=ago)}" if ago else told


def _tries(left: int | None, words: Words) -> tuple[Fact, ...]:
    return () if left is None else ((words["fact.tries"], str(left)),)
