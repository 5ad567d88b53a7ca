"""How a practice card's answers travel, with the quirks of it: late, in parts, after a first failure, or no more."""

import time
from collections.abc import Callable
from typing import Final

from device.virtual.command import StatusWord, reply
from device.virtual.quirks import CardHungError, CardTakenError, Quirks

_GET_RESPONSE: Final = bytes.fromhex("00C00000")
_MORE: Final = 0x61  # SW1; SW2 is how many bytes, 0: 256 or more (ISO/IEC 7816-4, 5.3.4)


class Exchange:
    """One card's exchanges: `answer` is the card itself, in whole answers."""

    def __init__(self, quirks: Quirks, answer: Callable[[bytes], bytes]) -> None:
        self._quirks = quirks
        self._answer = answer
        self._answered = 0
        self.power_off()

    def power_off(self) -> None:
        """Forgets what is left of an answer; the next command is the first one."""
        self._rest = b""
        self._is_fresh = True

    def transmit(self, apdu: bytes) -> bytes:
        """Answers one command APDU. Raises `CardTakenError` or `CardHungError` where the quirks say so."""
        time.sleep(self._quirks.delay_ms / 1000)
        if self._answered == self._quirks.remove_after_apdus:
            raise CardTakenError
        if self._answered == self._quirks.hang_after_apdus:
            raise CardHungError
        self._answered += 1
        is_first, self._is_fresh = self._is_fresh, False
        if is_first and self._quirks.first_command_6f00:
            return reply(status=StatusWord.NO_PRECISE_DIAGNOSIS)
        rest, self._rest = self._rest, b""
        return self._part(rest if rest and apdu[:4] == _GET_RESPONSE else self._answer(apdu))

    def _part(self, answer: bytes) -> bytes:
        data, size = answer[:-2], self._quirks.split_answers_at
        if size is None or len(data) <= size:
            return answer
        self._rest = answer[size:]
        left = len(data) - size
        return data[:size] + bytes([_MORE, left if left < 256 else 0])
