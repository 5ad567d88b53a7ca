"""`uketsuke card`: what a clinic may know of the card in the reader, without any code.

Reads only, and only what the card shows to anyone; its serial number is not shown and not kept.
"""

import argparse
import json
import queue
import time
from contextlib import closing
from datetime import date, datetime
from typing import Any, Final

from device.card.glance import Glance
from device.card.reader import SupervisedCardReader
from device.card.readers import Readers
from device.child import forbid_core_dumps
from terminal.card_token import Generation, TokenKind
from terminal.certificate import JST, certificate_problem, days_left, serves_until
from terminal.clock import SystemClock
from terminal.commands.failure import tell_failure
from terminal.events import CardLaid, ReaderLost, ReaderReady
from terminal.failure_book.book import title
from terminal.ports import CardNews
from terminal.problems import Problem, TerminalError

READER_WITHIN_S: Final = 10.0
CARD_WITHIN_S: Final = 2.0  # from when the reader is known: a card that lies there shows itself at once

_TOKENS: Final = {
    TokenKind.PLASTIC: "My Number Card",
    TokenKind.ANDROID: "Android phone (its certificate opens with the PIN alone)",
    TokenKind.IPHONE: "iPhone (its holder opens it with Face ID; it is asked nothing more here)",
}
_NEXT: Final = "My Number Card of the next generation (read by a placeholder's layout)"
_UNTOLD: Final = "the card does not tell"


def run(arguments: list[str]) -> int:
    """Runs the verb. Gives 0 when a card was read, 1 for a failure, 2 for bad arguments."""
    parser = argparse.ArgumentParser(prog="uketsuke card", description="What the card shows without any code.")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--reader", metavar="NAME", default="", help="its PC/SC name, or how that begins; else any")
    options = parser.parse_args(arguments)
    forbid_core_dumps()
    try:
        glance = look(options.reader)
    except TerminalError as error:
        tell_failure(error)
        return 1
    shown = facts(glance, SystemClock().now())
    print(json.dumps(shown) if options.json else "\n".join(f"{name:<14}{words}" for name, words in lines(shown)))
    return 0


def look(reader_name: str) -> Glance:
    """A glance at the card that lies in the reader. Raises `CARD_ABSENT` when there is none."""
    news: queue.SimpleQueue[CardNews] = queue.SimpleQueue()
    with closing(SupervisedCardReader(readers=Readers(reader_name))) as reader:
        reader.listen(news.put)
        return reader.glance(_insertion(news))


def facts(glance: Glance, now: datetime) -> dict[str, Any]:
    """What `--json` prints. None: the card does not tell; of the certificate's problem: there is none."""
    card = glance.card
    is_plastic = card.token is TokenKind.PLASTIC
    return {
        "token": card.token,
        "generation": glance.generation,
        "card_expires": glance.card_expires.isoformat() if glance.card_expires else None,
        "card_problem": _card_problem(glance.card_expires, now),
        "certificate_ends": card.certificate_ends.isoformat() if is_plastic else None,
        "certificate_days_left": days_left(card, now) if is_plastic else None,
        "certificate_serves_until": serves_until(card).isoformat() if is_plastic else None,
        "certificate_problem": certificate_problem(card, now) if is_plastic else None,
        "card_code_tries": card.card_code_tries,
        "text_code_tries": glance.text_code_tries,
        "pin_tries": card.pin_tries,
    }


def lines(shown: dict[str, Any]) -> list[tuple[str, str]]:
    """The same in words, for a person."""
    match TokenKind(shown["token"]):
        case TokenKind.IPHONE as token:
            return [("token", _TOKENS[token])]
        case TokenKind.ANDROID as token:
            return [("token", _TOKENS[token]), ("PIN", _tries(shown["pin_tries"]))]
        case TokenKind.PLASTIC as token:
            is_next = shown["generation"] == Generation.NEXT
            code_tries = _tries(shown["card_code_tries"])
            if not is_next:  # which counts them twice
                code_tries = f"{code_tries} (surface), {_tries(shown['text_code_tries'])} (text)"
            return [
                ("token", _NEXT if is_next else _TOKENS[token]),
                ("card", _until(shown["card_expires"], shown["card_problem"])),
                ("certificate", _certificate(shown)),
                ("card code", code_tries),
                ("PIN", _tries(shown["pin_tries"])),
            ]


def _insertion(news: "queue.SimpleQueue[CardNews]") -> str:
    """The card that lies there, told by the reader's news."""
    deadline = time.monotonic() + READER_WITHIN_S
    is_ready = False
    while True:
        try:
            told = news.get(timeout=max(deadline - time.monotonic(), 0.0))
        except queue.Empty:
            raise TerminalError(Problem.CARD_ABSENT if is_ready else Problem.READER_SERVICE_DOWN) from None
        match told:
            case CardLaid(insertion):
                return insertion
            case ReaderLost(problem):
                raise TerminalError(problem)
            case ReaderReady():
                is_ready, deadline = True, time.monotonic() + CARD_WITHIN_S
            case _:
                pass


def _card_problem(expires: date | None, now: datetime) -> Problem | None:
    return Problem.CARD_EXPIRED if expires and expires < now.astimezone(JST).date() else None


def _until(day: str | None, problem: str | None) -> str:
    if day is None:
        return _UNTOLD
    return f"to {day}; {title(Problem(problem), 'en').lower()}" if problem else f"to {day}"


def _certificate(shown: dict[str, Any]) -> str:
    ends = datetime.fromisoformat(shown["certificate_ends"]).astimezone(JST)
    until = _until(f"{ends:%Y-%m-%d}", shown["certificate_problem"])
    match shown["certificate_problem"]:
        case Problem.CERTIFICATE_ENDS_SOON:
            return f"{until}, {_days(shown['certificate_days_left'])} left"
        case Problem.CERTIFICATE_IN_GRACE:
            return f"{until}, which last to {shown['certificate_serves_until']}"
        case _:
            return until


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"


def _tries(left: int | None) -> str:
    match left:
        case None:
            return _UNTOLD
        case 0:
            return "locked"
        case 1:
            return "1 try left"
        case _:
            return f"{left} tries left"
