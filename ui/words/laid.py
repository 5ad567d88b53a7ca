"""Words for who laid a phone in place of a card: under the same key, with `_phone` behind it. Pure."""

from terminal.card_token import TokenKind
from terminal.people import Card
from terminal.states import State, card_of


def for_laid(key: str, state: State) -> str:
    """The key of what is said about a card, or about the phone that a state is about."""
    card = card_of(state)
    is_phone = isinstance(card, Card) and card.token is not TokenKind.PLASTIC
    return f"{key}_phone" if is_phone else key
