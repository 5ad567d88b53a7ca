"""Putting one job to the service, and what is to be done with what comes of it."""

from dataclasses import dataclass

from terminal.coverage import Question, Reply, StillRunning
from terminal.gateway.answer import write_answer
from terminal.gateway.jobs import Job
from terminal.gateway.many import Fetch, Many, Receptions
from terminal.gateway.question import read_question
from terminal.gateway.relaying import relay
from terminal.insured import NumberQuestion
from terminal.ports import Clock, EligibilityService, NumberService
from terminal.problems import Problem, TerminalError


@dataclass(frozen=True)
class Answer:
    """An answer to keep."""

    job: Job
    message: bytes


@dataclass(frozen=True)
class GiveUp:
    """Nothing to keep: a failure, or the message "still running", for whoever waits now."""

    job: Job
    outcome: bytes | TerminalError

    @property
    def problem(self) -> Problem | None:
        """What went wrong, if anything did."""
        return self.outcome.problem if isinstance(self.outcome, TerminalError) else None


def ask(job: Job, service: EligibilityService, receptions: Receptions, clock: Clock) -> Answer | GiveUp:
    """Puts the question. Raises nothing: a defect must cost one question and not its lane."""
    try:
        asked = job.asked or read_question(job.message, job.terminal)
        if isinstance(asked.question, Many | Fetch):
            return Answer(job, relay(asked, service, receptions, clock.now()))
        reply = _reply(asked.question, service)
        message = write_answer(asked, reply, clock.now())
    except TerminalError as error:
        return GiveUp(job, error)
    except Exception as error:
        return GiveUp(job, TerminalError(Problem.PROGRAM_ERROR, type(error).__name__))
    return GiveUp(job, message) if isinstance(reply, StillRunning) else Answer(job, message)


def _reply(question: Question | NumberQuestion, service: EligibilityService) -> Reply:
    if isinstance(question, Question):
        return service.ask(question)
    if not isinstance(service, NumberService):
        raise TerminalError(Problem.SERVICE_REFUSED, "this service takes no questions by number")
    return service.ask_by_number(question)
