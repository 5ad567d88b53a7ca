"""Commands to the card and its status words (ISO/IEC 7816-4, 5 and 11), and the exchange of one for the other.

Many readers cannot carry an answer of more than 256 bytes: that is tried once for each reader, and never where a try
may be spent. Nothing is sent twice but what changes nothing on the card.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from terminal.problems import Problem, TerminalError

Transmit = Callable[[bytes], bytes]  # one APDU for its answer; raises `TerminalError` when the card cannot be reached

MOST_READ = 256  # bytes in one answer to a short command
MOST_OFFSET = 0x7FFF  # READ BINARY has 15 bits for it
_MOST_CONTINUATIONS = 128  # no file is longer; a card that never ends its answer is not read for ever

_SELECT, _READ_BINARY, _READ_RECORD, _VERIFY, _SIGN, _GET_RESPONSE = 0xA4, 0xB0, 0xB2, 0x20, 0x2A, 0xC0


class StatusWord(IntEnum):
    """The status words that something follows from; all others are just not `OK`."""

    OK = 0x9000
    END_OF_FILE = 0x6282
    WRONG_LENGTH = 0x6700
    NO_CURRENT_FILE = 0x6986
    UNAUTHORISED = 0x6982
    BLOCKED = 0x6983
    BLOCKED_TOO = 0x6984  # cards differ in which of the two they give
    UNSUPPORTED = 0x6A81
    ABSENT = 0x6A82
    WRONG_PARAMETERS = 0x6A86
    WRONG_OFFSET = 0x6B00
    UNKNOWN_INSTRUCTION = 0x6D00
    UNKNOWN_CLASS = 0x6E00
    NOT_READY = 0x6F00  # now and then, to the first command after power-up


def select_application(aid: bytes) -> bytes:
    """SELECT by the whole name; a part of it could match another application."""
    return bytes([0x00, _SELECT, 0x04, 0x0C, len(aid)]) + aid


def select_file(file: int) -> bytes:
    """SELECT an elementary file under the current application."""
    return bytes([0x00, _SELECT, 0x02, 0x0C, 0x02]) + file.to_bytes(2)


def read_by_short_id(file: int, length: int) -> bytes:
    """READ BINARY from the start of a file, which it selects: one exchange in place of two."""
    return bytes([0x00, _READ_BINARY, 0x80 | file, 0x00, length % MOST_READ])


def read_binary(offset: int, length: int) -> bytes:
    """READ BINARY of the current file; 1 to 256 bytes."""
    return bytes([0x00, _READ_BINARY, offset >> 8, offset & 0xFF, length % MOST_READ])


def read_long(offset: int, length: int) -> bytes:
    """READ BINARY of the current file as an extended command (ISO/IEC 7816-3, 12.1.3); 1 to 65,535 bytes."""
    return bytes([0x00, _READ_BINARY, offset >> 8, offset & 0xFF, 0x00]) + length.to_bytes(2)


def read_record(number: int) -> bytes:
    """READ RECORD, whole, of the current file; the first is number 1."""
    return bytes([0x00, _READ_RECORD, number, 0x04, 0x00])


def query_tries(file: int = 0) -> bytes:
    """VERIFY without a code: tells the tries left, and spends none, of the current reference or the one in `file`."""
    return bytes([0x00, _VERIFY, 0x00, 0x80 | file])


def verify(code: str) -> bytes:
    """VERIFY against the current reference: the characters as they are, without padding."""
    return bytes([0x00, _VERIFY, 0x00, 0x80, len(code)]) + code.encode("ascii")


def sign(key: int, data: bytes) -> bytes:
    """Has the card sign, PKCS#1 v1.5 over exactly `data`; key 80 is the current one, 00 the application's own."""
    return bytes([0x80, _SIGN, 0x00, key, len(data)]) + data + b"\x00"


def tries_left(status: int) -> int | None:
    """The tries that a status word to VERIFY tells of; None where it tells of none."""
    if status in (StatusWord.BLOCKED, StatusWord.BLOCKED_TOO):
        return 0
    return status & 0x0F if status & 0xFFF0 == 0x63C0 else None


@dataclass
class Carries:
    """What a reader was seen to carry, kept for as long as the reader is: answers of over 256 bytes. None: untried."""

    long_answers: bool | None = None


class LongAnswerLostError(TerminalError):
    """The connection was lost to the first try of a long answer; on another one, in short answers, all may be well."""


class Channel:
    """A card that has just got power: sends commands, puts together answers that come in parts."""

    def __init__(self, transmit: Transmit, carries: Carries | None = None) -> None:
        self._transmit = transmit
        self._carries = carries or Carries(long_answers=False)
        self._is_fresh = True

    def send(self, command: bytes) -> tuple[bytes, int]:
        """The answer's data and its status word."""
        data, status = self._exchange(command)
        if self._is_fresh and status == StatusWord.NOT_READY:
            data, status = self._exchange(command)
        self._is_fresh = False
        is_short_read = len(command) == 5 and command[1] in (_READ_BINARY, _READ_RECORD)
        if status >> 8 == 0x6C and is_short_read:  # it tells how many there are
            data, status = self._exchange(command[:-1] + bytes([status & 0xFF]))
        for _ in range(_MOST_CONTINUATIONS):
            if status >> 8 != 0x61:
                return data, status
            more, status = self._exchange(bytes([0x00, _GET_RESPONSE, 0x00, 0x00, status & 0xFF]))
            data += more
        raise TerminalError(Problem.CARD_UNREADABLE, "an answer without end")

    def read(self, offset: int, length: int) -> tuple[bytes, int]:
        """READ BINARY of the current file: all of it where the reader carries that, else at most 256 bytes."""
        if length > MOST_READ and self._carries.long_answers is not False:
            answer = self._read_long(offset, length)
            if self._carries.long_answers:
                return answer
        return self.send(read_binary(offset, min(length, MOST_READ)))

    def _read_long(self, offset: int, length: int) -> tuple[bytes, int]:
        was_untried = self._carries.long_answers is None
        try:
            data, status = self.send(read_long(offset, length))
        except TerminalError as error:
            if not was_untried:
                raise  # the card went, rather than the reader's habits changed
            self._carries.long_answers = False
            raise LongAnswerLostError(error.problem, error.detail) from error
        self._carries.long_answers = bool(data) and status in (StatusWord.OK, StatusWord.END_OF_FILE)
        return data, status

    def _exchange(self, command: bytes) -> tuple[bytes, int]:
        answer = self._transmit(command)
        if len(answer) < 2:
            raise TerminalError(Problem.CARD_UNREADABLE, "an answer without a status word")
        return answer[:-2], int.from_bytes(answer[-2:])
