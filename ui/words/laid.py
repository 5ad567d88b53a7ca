"""Words for who laid no plastic card: under the same key, with `_phone` or `_paper` behind it. Pure."""

from typing import assert_never

from terminal.card_token import TokenKind
from terminal.failure_book.book import Audience, sentence
from terminal.people import Card, Paper
from terminal.problems import Problem
from terminal.states import State, card_of
from ui.words.catalogue import Words, load


def for_laid(key: str, state: State) -> str:
    """The key of what is said about a card, or about the phone or the paper that a state is about."""
    match card_of(state):
        case None | Card(token=TokenKind.PLASTIC):
            return key
        case Card():
            return f"{key}_phone"
        case Paper():
            return f"{key}_paper"
        case other:
            assert_never(other)


def of_problem(problem: Problem, state: State, words: Words) -> str:
    """What a patient is told of a problem: the failure book's sentence, or one in its place where that names a card."""
    in_its_place = load("patient", words.language).get(for_laid(f"problem.{problem}", state))
    return words.said(in_its_place or sentence(problem, Audience.PATIENT, words.language))
