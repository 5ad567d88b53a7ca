"""What a security key is asked, what comes back, and why nothing does: words that every part of signing in has.

Pure but for chance. It knows nothing of FIDO2's messages, so that who only hands these on need not load them.
"""

import secrets
from dataclasses import dataclass, field
from enum import StrEnum, auto


class KeyFault(StrEnum):
    """Why no key answered. None of these is a try that counts: password and one-time code stay open."""

    ABSENT = auto()  # none is plugged in or laid down
    SEVERAL = auto()  # more than one, and it cannot be said which is meant
    REMOVED = auto()  # pulled out meanwhile
    TIMEOUT = auto()  # nobody touched it
    STOPPED = auto()  # nobody waits for it any more
    FOREIGN = auto()  # it holds nothing of this person
    PIN_NEEDED = auto()
    PIN_WRONG = auto()
    PIN_BLOCKED = auto()
    UNFIT = auto()  # it can neither ask for a PIN nor for a finger, and the clinic's rules want that
    GARBLED = auto()  # it does not speak as agreed


class KeyDoubt(StrEnum):
    """Why an answer proves nothing."""

    WRONG = auto()  # of another key, another party, another question; or nobody touched it
    COPIED = auto()  # rightly signed, but the count of its signatures did not go on: there may be two of them


@dataclass(frozen=True)
class Question:
    """What a key is asked, once. `credential` is the id of the one that must answer; empty: a new one is to be made."""

    domain: str
    credential: bytes = field(repr=False, default=b"")
    must_verify: bool = False  # that it asks its holder for a PIN or a finger
    challenge: bytes = field(repr=False, default_factory=lambda: secrets.token_bytes(32))


@dataclass(frozen=True)
class Answer:
    """What came back: the authenticator data, and its signature; none for a new credential."""

    data: bytes = field(repr=False)
    signature: bytes = field(repr=False, default=b"")


@dataclass(frozen=True)
class Touch:
    """A question and the answer to just that."""

    question: Question
    answer: Answer
