"""A circuit breaker around an eligibility service: after outages in a row questions are answered at once.

Law: a patient's question is never the probe that ends the rest, and nothing but silence keeps the line at rest.
"""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from terminal.coverage import Question, Reply
from terminal.eligibility.line_state import LineState, after_probe, after_question
from terminal.insured import NumberQuestion
from terminal.ports import Clock, EligibilityService, NumberService
from terminal.problems import Problem, TerminalError

PROBE_EVERY = timedelta(seconds=10)

_After = Callable[[LineState, Problem | None, datetime], LineState]

_log = logging.getLogger(__name__)


class ProbedService(EligibilityService, NumberService, Protocol):
    """A service that can be looked for without a question."""

    def probe(self) -> None:
        """Returns when somebody is there. Raises what a question would meet on its way there."""


class GuardedEligibility:
    """Port `EligibilityService`. `listen` tells each change of the line's state, from whatever thread met it."""

    def __init__(self, service: ProbedService, clock: Clock, *, probe_every: timedelta = PROBE_EVERY) -> None:
        self._service = service
        self._clock = clock
        self._probe_seconds = probe_every.total_seconds()
        self._state = LineState()
        self._tell: Callable[[LineState], None] = lambda _: None
        self._is_closed = False
        self._changed = threading.Condition()
        self._probing = threading.Thread(target=self._probe, name="eligibility probe", daemon=True)
        self._probing.start()

    @property
    def state(self) -> LineState:
        """How the line is now."""
        return self._state

    def listen(self, tell: Callable[[LineState], None]) -> None:
        """Has `tell` called at each change."""
        self._tell = tell

    def ask(self, question: Question) -> Reply:
        """Asks, or while the line rests raises at once what it rests for."""
        return self._unless_resting(lambda: self._service.ask(question))

    def ask_by_number(self, question: NumberQuestion) -> Reply:
        """The same without a card: it is the same line."""
        return self._unless_resting(lambda: self._service.ask_by_number(question))

    def _unless_resting(self, ask: Callable[[], Reply]) -> Reply:
        resting = self._state
        if resting.is_resting and resting.problem:
            raise TerminalError(resting.problem, "not asked: the line rests until a probe gets through")
        try:
            reply = ask()
        except TerminalError as error:
            self._learn(after_question, error.problem)
            raise
        self._learn(after_question, None)
        return reply

    def close(self) -> None:
        """Lets go of the line, and ends the probing."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()
        self._service.close()
        self._probing.join()

    def _learn(self, after: _After, problem: Problem | None) -> None:
        with self._changed:
            before, self._state = self._state, after(self._state, problem, self._clock.now())
            state = self._state
            self._changed.notify_all()
        if state == before:
            return
        if state.is_alarm:
            _log.error("the line is blocked: %s", state.problem)
        elif state.is_resting and not before.is_resting:
            _log.warning("the line rests: %s", state.problem)
        elif before.is_resting and not state.is_resting:
            _log.warning("the line is asked again")
        self._tell(state)

    def _probe(self) -> None:
        """Looks for the service as long as the line rests, first after a pause."""
        while self._is_at_rest_for_a_pause():
            try:
                self._service.probe()
            except TerminalError as error:
                self._learn_of_rest(error.problem)
            else:
                self._learn_of_rest(None)

    def _is_at_rest_for_a_pause(self) -> bool:
        """Waits until the line has rested for a whole pause; False when all is over."""
        with self._changed:
            while not self._is_closed:
                self._changed.wait_for(lambda: self._is_closed or self._state.is_resting)
                if not self._changed.wait_for(self._is_over_or_awake, self._probe_seconds):
                    return True
        return False

    def _is_over_or_awake(self) -> bool:
        return self._is_closed or not self._state.is_resting

    def _learn_of_rest(self, problem: Problem | None) -> None:
        if self._state.is_resting and not self._is_closed:  # else a question that was under way has said more
            self._learn(after_probe, problem)
