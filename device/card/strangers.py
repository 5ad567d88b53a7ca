"""What lies on the reader when it is no My Number card, guessed from its answer to reset (ATR). Pure.

For the wording alone: whether it is a My Number card, its applications say, for readers make up the ATR of what has no
contacts, each in its own way.
"""

from typing import Final

from terminal.problems import Problem

_FELICA: Final = bytes.fromhex("804F0CA00000030611")  # PC/SC part 3, 3.1.3.2.3.2: a storage card after the FeliCa norm
_LICENCE: Final = bytes.fromhex("3B888001000000009181C100D8")
_FIRST_BYTES: Final = (b"\x3b", b"\x3f")  # ISO/IEC 7816-3, 8.1


def name(atr: bytes) -> Problem | None:
    """What it is said to be; None for what is not known."""
    if is_silent(atr):
        return Problem.CARD_SILENT
    if _FELICA in atr:
        return Problem.CARD_IS_FELICA
    return Problem.CARD_IS_LICENCE if atr == _LICENCE else None


def is_silent(atr: bytes) -> bool:
    """Whether this is no answer to reset at all: the chip is dead or out of reach."""
    return not atr.startswith(_FIRST_BYTES)
