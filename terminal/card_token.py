"""What a card reader tells before anybody is known: what carries the certificates, how it is laid out, a refused code.

Apart from `people`, so that whoever only reads a card does not wait for all that a check-in is about.
"""

from dataclasses import dataclass
from enum import StrEnum


class TokenKind(StrEnum):
    """What carries the certificates, told by the token label of the JPKI application."""

    PLASTIC = "plastic"
    ANDROID = "android"
    IPHONE = "iphone"


class Generation(StrEnum):
    """How a card is laid out. Tokens in phones are laid out as the present one."""

    PRESENT = "present"
    NEXT = "next"  # announced for fiscal 2028


@dataclass(frozen=True)
class CodeRefused:
    """The card did not accept a code; `tries_left` more wrong ones lock it."""

    tries_left: int
