"""How one practice card differs from the plain one: habits reported of single cards, and faults to practise with."""

from dataclasses import asdict, dataclass
from typing import Literal


@dataclass(frozen=True)
class Quirks:
    """Everything off is the plain card. APDUs are counted from the moment the card is laid."""

    locked_status: Literal[0x6983, 0x6984] = 0x6984  # VERIFY on a locked code: both have been reported
    first_command_6f00: bool = False  # the first command after power-up fails once
    junk_before_text_file: bool = False  # two bytes before the text application's attributes (a card of 2023)
    select_keeps_codes: bool = False  # selecting an application does not forget the codes given before
    short_apdus_only: bool = False  # as some readers are
    is_dead: bool = False  # the reader sees a card, and its chip says nothing
    delay_ms: int = 0  # before each answer
    remove_after_apdus: int | None = None  # the card is taken away after that many answers
    hang_after_apdus: int | None = None  # the card never answers again after that many answers

    def changed(self) -> dict[str, int | bool]:
        """What is not plain, as arguments of `Quirks`."""
        plain = asdict(PLAIN)
        return {name: value for name, value in asdict(self).items() if value != plain[name]}


PLAIN = Quirks()


class CardTakenError(ConnectionError):
    """The card was taken away in the middle of an exchange."""


class CardHungError(TimeoutError):
    """The card will not answer any more."""
