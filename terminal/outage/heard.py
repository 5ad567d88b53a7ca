"""A service whose answers and silences are heard, for a line that has no breaker: folders, and practice."""

from dataclasses import replace

from terminal.coverage import Question, Reply
from terminal.eligibility.line_state import LineState, after_question
from terminal.ports import Clock, EligibilityService
from terminal.problems import Problem, TerminalError


class HeardEligibility:
    """Port `EligibilityService`; the question goes on as it is, and the line never rests."""

    def __init__(self, service: EligibilityService, clock: Clock) -> None:
        self._service = service
        self._clock = clock
        self._state = LineState()

    @property
    def state(self) -> LineState:
        """How the line is now."""
        return self._state

    def ask(self, question: Question) -> Reply:
        """Asks, and notes whether somebody answered."""
        try:
            reply = self._service.ask(question)
        except TerminalError as error:
            self._learn(error.problem)
            raise
        self._learn(None)
        return reply

    def close(self) -> None:
        """Lets go of the line."""
        self._service.close()

    def _learn(self, problem: Problem | None) -> None:
        self._state = replace(after_question(self._state, problem, self._clock.now()), is_resting=False)
