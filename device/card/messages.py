"""What the card process and the desk say to each other, as JSON values and raw blobs, both ways in one place. Pure.

What comes from the process is data until it is parsed here: it reads hostile bytes.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime

from device.card.glance import Glance
from device.child import Answer, Values
from terminal.card_news import CardLaid, CardNews, CardRemoved, ReaderLost, ReaderReady
from terminal.card_token import CodeRefused, Generation, TokenKind
from terminal.people import Card, Holder, IssuerTrust, Sex
from terminal.problems import Problem, TerminalError

NOTHING: Answer = {}, []


def write_news(news: CardNews) -> Values:
    """What the slot tells, as the process says it."""
    match news:
        case CardLaid(insertion):
            return {"news": "card_laid", "insertion": insertion}
        case CardRemoved():
            return {"news": "card_removed"}
        case ReaderLost(problem):
            return {"news": "reader_lost", "problem": problem}
        case ReaderReady():
            return {"news": "reader_ready"}


def parse_news(untrusted: Values) -> CardNews:
    """What the process said."""
    with _as_agreed():
        match untrusted["news"]:
            case "card_laid":
                return CardLaid(str(untrusted["insertion"]))
            case "card_removed":
                return CardRemoved()
            case "reader_lost":
                return ReaderLost(Problem(untrusted["problem"]))
            case "reader_ready":
                return ReaderReady()
            case _:
                raise ValueError("unknown news")


def write_card(card: Card) -> tuple[Values, list[bytes]]:
    """A card, its certificate as a blob."""
    return {
        "insertion": card.insertion,
        "token": card.token,
        "certificate_ends": card.certificate_ends.isoformat(),
        "card_code_tries": card.card_code_tries,
        "pin_tries": card.pin_tries,
    }, [card.certificate]


def parse_card(untrusted: Values, blobs: Sequence[bytes]) -> Card:
    """A card."""
    with _as_agreed():
        return Card(
            insertion=str(untrusted["insertion"]),
            token=TokenKind(untrusted["token"]),
            certificate=blobs[0],
            certificate_ends=datetime.fromisoformat(untrusted["certificate_ends"]),
            card_code_tries=_tries(untrusted["card_code_tries"]),
            pin_tries=_tries(untrusted["pin_tries"]),
        )


def write_glance(glance: Glance) -> Answer:
    """A glance at a card."""
    values, blobs = write_card(glance.card)
    expires = glance.card_expires.isoformat() if glance.card_expires else None
    told = {"generation": glance.generation, "card_expires": expires, "text_code_tries": glance.text_code_tries}
    return values | told, blobs


def parse_glance(untrusted: Values, blobs: Sequence[bytes]) -> Glance:
    """A glance at a card."""
    with _as_agreed():
        expires = untrusted["card_expires"]
        return Glance(
            card=parse_card(untrusted, blobs),
            generation=Generation(untrusted["generation"]),
            card_expires=None if expires is None else date.fromisoformat(expires),
            text_code_tries=_tries(untrusted["text_code_tries"]),
        )


def write_holder(holder: Holder) -> Answer:
    """A holder, the portrait as a blob."""
    return {
        "name": holder.name,
        "address": holder.address,
        "birth_date": holder.birth_date.isoformat(),
        "sex": holder.sex,
        "card_expires": holder.card_expires.isoformat(),
        "issuer": holder.issuer,
    }, [] if holder.portrait is None else [holder.portrait]


def parse_holder(untrusted: Values, blobs: Sequence[bytes]) -> Holder:
    """A holder."""
    with _as_agreed():
        return Holder(
            name=str(untrusted["name"]),
            address=str(untrusted["address"]),
            birth_date=date.fromisoformat(untrusted["birth_date"]),
            sex=Sex(untrusted["sex"]),
            portrait=blobs[0] if blobs else None,
            card_expires=date.fromisoformat(untrusted["card_expires"]),
            issuer=IssuerTrust(untrusted["issuer"]),
        )


def write_refused(refused: CodeRefused) -> Answer:
    """A code that the card did not accept."""
    return {"tries_left": refused.tries_left}, []


def parse_refused(untrusted: Values) -> CodeRefused | None:
    """A code that the card did not accept; None when the answer is about something else."""
    with _as_agreed():
        return CodeRefused(int(untrusted["tries_left"])) if "tries_left" in untrusted else None


def _tries(untrusted: object) -> int | None:
    if untrusted is None or isinstance(untrusted, int):
        return untrusted
    raise ValueError("tries are a number")


@contextmanager
def _as_agreed() -> Iterator[None]:
    try:
        yield
    except (LookupError, TypeError, ValueError):
        raise TerminalError(Problem.PROGRAM_ERROR, "the card process speaks otherwise") from None  # it may hold a name
