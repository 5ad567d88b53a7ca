"""What lies on the staff's reader: an employee card's number, a security key, or what is none of our business.

A My Number card is recognised by one of its applications before anything else is asked, and then nothing more is: no
file of it is selected, no number of it read. A card's number (UID; FeliCa: IDm) is no secret and can be copied.
"""

import hmac
from enum import Enum, auto
from typing import Final

from device.card import apdu
from device.card.apdu import Channel, StatusWord, Transmit
from device.card.profile import GENERATIONS
from terminal.staff.ports import CardDoubt

_MY_NUMBER: Final = tuple(
    apdu.select_application(application.aid) for card in GENERATIONS for application in (card.jpki, card.surface)
)
_SECURITY_KEY: Final = bytes.fromhex("00A4040008A0000006472F000100")  # CTAP 2.1, 11.3.3
_STORAGE: Final = bytes.fromhex("804F0CA000000306")  # PC/SC part 3, 3.1.3.2.3.2: a card without applications
_GET_UID: Final = bytes.fromhex("FFCA000000")  # PC/SC part 3, 3.2.2.1.3: answered by the reader
_LENGTHS: Final = (4, 7, 8, 10)  # ISO/IEC 14443-3, 6.5.4: one to three sizes of UID; JIS X 6319-4: an IDm has 8
_RANDOM: Final = 0x08  # ISO/IEC 14443-3, 6.5.4: the first byte of a number made up at each laying down


class Laid(Enum):
    """Something that shows no number, and need not."""

    SECURITY_KEY = auto()


def read(transmit: Transmit, atr: bytes, key: bytes) -> bytes | CardDoubt | Laid:
    """The keyed hash of the card's number, or what lies there instead. Raises `CARD_REMOVED` and the like."""
    channel = Channel(transmit)
    if _STORAGE not in atr:  # some readers pass these no command at all
        if any(_takes(channel, select) for select in _MY_NUMBER):
            return CardDoubt.MY_NUMBER
        if _takes(channel, _SECURITY_KEY):
            return Laid.SECURITY_KEY
    number, status = channel.send(_GET_UID)
    if status != StatusWord.OK or len(number) not in _LENGTHS:
        return CardDoubt.NO_NUMBER
    if len(number) == min(_LENGTHS) and number[0] == _RANDOM:
        return CardDoubt.CHANGING
    return hmac.digest(key, number, "sha256")


def _takes(channel: Channel, select: bytes) -> bool:
    return channel.send(select)[1] == StatusWord.OK
