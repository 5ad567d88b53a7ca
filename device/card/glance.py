"""A glance: all that a clinic may know of a card without any code. Pure."""

from dataclasses import dataclass
from datetime import date

from terminal.card_token import Generation
from terminal.people import Card


@dataclass(frozen=True)
class Glance:
    """A card, and what a check-in does not ask of it. None: the card does not tell."""

    card: Card
    generation: Generation
    card_expires: date | None
    text_code_tries: int | None  # the card code's tries are counted once for the surface and once for the text
