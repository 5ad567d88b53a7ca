"""Ports that a limit has a say in: what is stopped is not there, and the patient is seen by another way.

Law: a limit takes an answer or a code away; it never adds one, and it never raises.
"""

import logging
from collections.abc import Callable
from datetime import date, datetime

from terminal.coverage import Coverage, Question, Recalled
from terminal.insured import Insured
from terminal.limits import Function
from terminal.ports import CardCodes, NumberAnswers, OfflineCache, Outbox
from terminal.problems import Problem

IsStopped = Callable[[Function], bool]
_log = logging.getLogger(__name__)


class LimitedCache:
    """Port `OfflineCache`: recalls nothing once stored answers are stopped; what is confirmed is kept as ever."""

    def __init__(self, cache: OfflineCache, is_stopped: IsStopped) -> None:
        self._cache = cache
        self._is_stopped = is_stopped

    def remember(self, certificate: bytes, coverage: Coverage, as_of: datetime) -> None:
        """Keeps a confirmed answer."""
        self._cache.remember(certificate, coverage, as_of)

    def forget(self, certificate: bytes) -> None:
        """Drops what was kept."""
        self._cache.forget(certificate)

    def recall(self, certificate: bytes, now: datetime) -> Recalled | None:
        """The stored answer, unless a limit has stopped them all."""
        if self._is_stopped(Function.STORED_ANSWERS):
            _log.warning("a stored answer was not shown: its limit is reached")
            return None
        return self._cache.recall(certificate, now)

    def close(self) -> None:
        """Closes the file."""
        self._cache.close()


class LimitedCodes:
    """Port `CardCodes`: recalls none once remembered codes are stopped, and then the code is typed."""

    def __init__(self, codes: CardCodes, is_stopped: IsStopped) -> None:
        self._codes = codes
        self._is_stopped = is_stopped

    def remember(self, certificate: bytes, code: str, card_expires: date, now: datetime) -> None:
        """Keeps a code, unless its end could not be told."""
        if not self._is_stopped(Function.REMEMBERED_CODES):
            self._codes.remember(certificate, code, card_expires, now)

    def recall(self, certificate: bytes, now: datetime) -> str | None:
        """The code, unless a limit has stopped them all."""
        return None if self._is_stopped(Function.REMEMBERED_CODES) else self._codes.recall(certificate, now)

    def forget(self, certificate: bytes) -> None:
        """Drops what was kept."""
        self._codes.forget(certificate)

    def close(self) -> None:
        """Closes the file."""
        self._codes.close()


class LimitedOutbox:
    """Port `Outbox`: takes in nothing more once the queue is full; the window says to write it on paper."""

    def __init__(self, outbox: Outbox, is_stopped: IsStopped) -> None:
        self._outbox = outbox
        self._is_stopped = is_stopped

    def queue(self, question: Question, shown: Coverage | None, reason: Problem) -> None:
        """Queues a check, unless a limit has stopped that."""
        if self._is_stopped(Function.QUEUED_CHECKS):
            _log.error("a check was not queued: the queue's limit is reached")
            return
        self._outbox.queue(question, shown, reason)

    def close(self) -> None:
        """Closes the file."""
        self._outbox.close()


class LimitedAnswers:
    """Port `NumberAnswers`, likewise."""

    def __init__(self, answers: NumberAnswers, is_stopped: IsStopped) -> None:
        self._answers = answers
        self._is_stopped = is_stopped

    def remember_by_number(self, insured: Insured, coverage: Coverage, as_of: datetime) -> None:
        """Keeps a confirmed answer."""
        self._answers.remember_by_number(insured, coverage, as_of)

    def forget_by_number(self, insured: Insured) -> None:
        """Drops what was kept."""
        self._answers.forget_by_number(insured)

    def recall_by_number(self, insured: Insured, now: datetime) -> Recalled | None:
        """The stored answer, unless a limit has stopped them all."""
        return None if self._is_stopped(Function.STORED_ANSWERS) else self._answers.recall_by_number(insured, now)
