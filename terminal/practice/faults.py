"""What the practice service can be told to do wrong. Pure."""

from enum import StrEnum, auto


class Fault(StrEnum):
    """One holds at a time, for every question until the next is set."""

    NONE = auto()

    # the line
    HANG = auto()  # takes the question and says nothing
    DELAY = auto()  # a right answer, a second or two later
    DRIP = auto()  # a right answer, one byte at a time
    CUT = auto()  # the line goes in the middle of an answer
    CLOCK_OFF = auto()  # a right answer, dated some minutes ago: reception is told that one of the clocks is wrong
    BUSY = auto()  # 503
    DISCONNECT = auto()  # takes the question and hangs up
    REFUSE_CERTIFICATE = auto()  # trusts no client certificate any more
    EXPIRED_CERTIFICATE = auto()  # shows a certificate of its own that has ended

    # what cannot be read, or reads otherwise than it says
    GARBAGE = auto()  # 200, and bytes that are no message
    HALF_BODY = auto()  # 200, and the first part of a right answer as if it were whole
    WRONG_CHARSET = auto()  # a right answer in Shift_JIS that says it is UTF-8
    UNKNOWN_CHARSET = auto()  # a right answer in UTF-16

    # right answers to something else
    WRONG_IDENTIFIER = auto()  # to another question
    REPLAYED = auto()  # to the same question, put yesterday
    CLOCK_AHEAD = auto()  # of a service whose clock is a day ahead
    ANOTHER_PERSON = auto()  # to this very question, with someone else's record in it

    # each result code
    ENDED = auto()  # QualificationValidity 2
    ENDED_NEWER_EXISTS = auto()  # 3
    NOT_FOUND = auto()  # 4
    SEVERAL = auto()  # 5
    UNREGISTERED = auto()  # 6
    REFUSED = auto()  # ProcessingResultStatus 2
    RUNNING = auto()  # SegmentOfResult 2
    ERROR = auto()  # SegmentOfResult 9


ON_THE_LINE = frozenset(
    {
        *(Fault.HANG, Fault.DELAY, Fault.DRIP, Fault.CUT, Fault.CLOCK_OFF, Fault.BUSY, Fault.DISCONNECT),
        *(Fault.REFUSE_CERTIFICATE, Fault.EXPIRED_CERTIFICATE),
    }
)
