"""Every sentence that may be said aloud in a language: what there must be a recording of. Pure, but for the books."""

from collections.abc import Iterator

from terminal.failure_book.book import Audience, sentence
from terminal.problems import Problem
from ui.words.catalogue import Words, load

UNSPOKEN_TABLES = ("window", "steps")
UNSPOKEN = {
    "idle.picture", "idle.other_language",
    "card_code.picture", "card_code.guided", "card_code.straight", "card_code.keep",
    "code.show", "code.hide", "code.send", "code.erase", "code.clear",
    "face.preview", "face.no_picture", "face.use_pin", "operator.retry_face",
    "consent.yes", "consent.no", "consent.next", "last_try.use", "last_try.keep", "ended.finish",
    "ear.chip", "ear.go_on", "ear.silent", "ear.no_voice",
}  # fmt: skip
"""What is a button, a picture, or about there being no sound."""

CODE_DIGITS, PIN_DIGITS, MOST_TRIES, MOST_PIN_TRIES = 14, 4, 10, 3
CONSENTS = ("medicines", "checkups", "limit_amount")


def sentences(language: str) -> dict[str, str]:
    """Each sentence, and the same with its `《readings》` where it has some."""
    plain = Words("patient", language)
    return {plain.said(text): text for text in _texts(plain.with_ruby())}


def _texts(words: Words) -> Iterator[str]:
    for key in load("patient", "ja"):
        if key.split(".")[0] in UNSPOKEN_TABLES or key in UNSPOKEN:
            continue
        yield from (words.format(key, **values) for values in _values(key, words))
    for problem in Problem:
        yield sentence(problem, Audience.PATIENT, words.language)


def _values(key: str, words: Words) -> list[dict[str, object]]:
    """Everything that a sentence can be filled in with."""
    match key:
        case "code.tries":
            return [{"tries": tries} for tries in range(MOST_TRIES + 1)]
        case "phone.tries":
            return [{"tries": tries} for tries in range(1, MOST_PIN_TRIES + 1)]  # with none left it is not asked for
        case "code.typed":
            return [{"typed": typed, "all": whole} for whole in (CODE_DIGITS, PIN_DIGITS) for typed in range(whole)]
        case "ear.digit":
            return [{"typed": typed} for typed in range(CODE_DIGITS)]
        case "ear.complete":
            return [{"all": whole} for whole in (CODE_DIGITS, PIN_DIGITS)]
        case "consent.yes_to" | "consent.no_to":
            return [{"what": words[f"consent.{consent}"]} for consent in CONSENTS]
        case _:
            return [{}]
