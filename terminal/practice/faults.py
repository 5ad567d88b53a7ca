"""What the practice service can be told to do wrong. Pure."""

from enum import StrEnum, auto


class Fault(StrEnum):
    """One holds at a time, for every question until the next is set."""

    NONE = auto()
    GARBAGE = auto()  # 200, and bytes that are no message
    HANG = auto()  # takes the question and says nothing
    DRIP = auto()  # a right answer, one byte at a time
    BUSY = auto()  # 503
    REFUSE_CERTIFICATE = auto()  # trusts no client certificate any more
    DISCONNECT = auto()  # takes the question and hangs up
    ERROR = auto()  # SegmentOfResult 9
    RUNNING = auto()  # SegmentOfResult 2
    WRONG_IDENTIFIER = auto()  # a right answer to another question
