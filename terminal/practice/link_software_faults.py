"""What the practice link software can be told to do wrong, and what then appears in `res`. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum, auto
from typing import assert_never

from terminal.practice.answers import Asked, write_error, write_running

A_WHILE_SECONDS = 0.5  # from the first to the second part of a reply
ENCRYPTED = b"PK\x03\x04\x14\x00\x01\x00\x63\x00"  # how an encrypted archive begins


class LinkFault(StrEnum):
    """One holds at a time, for every request until the next is set."""

    NONE = auto()
    DOWN = auto()  # takes no request
    SWALLOW = auto()  # takes the request and says nothing
    HALF = auto()  # half a reply, and the rest a while later
    CUT = auto()  # half a reply, and never the rest
    GARBAGE = auto()  # a reply that is no message
    ENCRYPTED = auto()  # a reply that the folder's encryption has packed
    SHIFT_JIS = auto()  # a right reply in code page 932
    ERROR = auto()  # SegmentOfResult 9
    RUNNING = auto()  # SegmentOfResult 2, and the answer a while later under the same name
    OTHER_QUESTION = auto()  # the right name, and another question's identifier in it
    OTHER_INSTITUTION = auto()  # the right name and identifier, and another clinic's code in it


@dataclass(frozen=True)
class Written:
    """Bytes that a reply's file holds from a moment on, in place of what it held before."""

    after_seconds: float
    body: bytes = field(repr=False)


def writings(fault: LinkFault, asked: Asked, answer_to: Callable[[Asked], bytes], now: datetime) -> tuple[Written, ...]:
    """What becomes of a request, in the order of time. `answer_to` gives the right answer's bytes."""
    answer = answer_to(asked)
    match fault:
        case LinkFault.NONE:
            return (Written(0, answer),)
        case LinkFault.DOWN | LinkFault.SWALLOW:
            return ()
        case LinkFault.HALF:
            return (Written(0, _half(answer)), Written(A_WHILE_SECONDS, answer))
        case LinkFault.CUT:
            return (Written(0, _half(answer)),)
        case LinkFault.GARBAGE:
            return (Written(0, b"<XmlMsg><\xff></XmlMsg>"),)
        case LinkFault.ENCRYPTED:
            return (Written(0, ENCRYPTED),)
        case LinkFault.SHIFT_JIS:
            return (Written(0, _in_cp932(answer)),)
        case LinkFault.ERROR:
            return (Written(0, write_error(asked, now)),)
        case LinkFault.RUNNING:
            return (Written(0, write_running(asked, now)), Written(A_WHILE_SECONDS, answer))
        case LinkFault.OTHER_QUESTION:
            return (Written(0, answer_to(replace(asked, identifier="another-question"))),)
        case LinkFault.OTHER_INSTITUTION:
            return (Written(0, answer_to(replace(asked, institution_code="1300000000"))),)
        case never:
            assert_never(never)


def _half(answer: bytes) -> bytes:
    return answer[: len(answer) // 2]


def _in_cp932(answer: bytes) -> bytes:
    """With the declaration and the header that say so."""
    text = answer.decode("utf-8").replace("encoding='utf-8'", "encoding='Shift_JIS'")
    utf_8, cp932 = (f"<CharacterCodeIdentifier>{code}</CharacterCodeIdentifier>" for code in "01")
    return text.replace(utf_8, cp932).encode("cp932")
