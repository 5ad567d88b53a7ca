"""A desk's watch over line, queue and limits, and its upkeep, wired around its ports."""

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from offline_cache.keys.seals import Seal
from offline_cache.outbox import SqlOutbox
from offline_cache.store import Store
from offline_cache.store_upkeep import StoreUpkeep
from terminal.commands.configured import service_of
from terminal.configuration.settings import Configuration, Limits
from terminal.eligibility.breaker import GuardedEligibility
from terminal.eligibility.fhir import FhirEligibility
from terminal.eligibility.https import HttpsEligibility
from terminal.limits import POLICY, Limit, policy
from terminal.outage.heard import HeardEligibility
from terminal.outage.limited import LimitedAnswers, LimitedCache, LimitedCodes, LimitedOutbox
from terminal.outage.upkeep import Upkeep
from terminal.outage.watch import Gauges, OutageWatch
from terminal.ports import EligibilityService, Ports
from terminal.problems import Problem, TerminalError
from terminal.states import Answer, State


@dataclass(frozen=True)
class Kept:
    """What lies on this machine."""

    folder: Path
    seal: Seal
    store: Store
    outbox: SqlOutbox


class OutageRoom:
    """`ports` are those of the desk with its limits around them; `watch` tells how things stand."""

    def __init__(
        self,
        furniture: ExitStack,
        ports: Ports,
        kept: Kept,
        limits: Iterable[Limit] = POLICY,
        *,
        probe: Callable[[], None] | None = None,
        service_now: Callable[[], datetime | None] = lambda: None,
    ) -> None:
        """`probe` looks for the service on a line of its own. All ends with `furniture`."""
        service = ports.eligibility
        heard = service if isinstance(service, GuardedEligibility) else HeardEligibility(service, ports.clock)
        gauges = Gauges(
            lambda: heard.state,
            kept.outbox.figures,
            kept.store.cache.confirmed_at,
            lambda: kept.store.journal.is_disk_full,
            service_now,
            probe,
            lambda: kept.store.problem,
            kept.outbox.asked_again,
        )
        self.outbox = kept.outbox
        self.watch = watch = OutageWatch(gauges, ports.clock, limits)
        upkeep = StoreUpkeep(kept.folder, kept.seal, kept.store.cache, kept.outbox.tokens)
        self.upkeep = Upkeep(upkeep, ports.clock)
        by_number = ports.by_number
        if by_number is not None:
            by_number = replace(by_number, answers=LimitedAnswers(by_number.answers, watch.is_stopped))
        self.ports = replace(
            ports,
            eligibility=heard,
            cache=LimitedCache(ports.cache, watch.is_stopped),
            card_codes=LimitedCodes(ports.card_codes, watch.is_stopped),
            outbox=LimitedOutbox(kept.outbox, watch.is_stopped),
            by_number=by_number,
        )
        if isinstance(service, GuardedEligibility):
            service.listen(lambda _: watch.wake())
        watch.start()
        furniture.callback(watch.close)
        self.upkeep.start()
        furniture.callback(self.upkeep.close)

    def shown_by(self, show: Callable[[State], None]) -> Callable[[State], None]:
        """What the desk calls with each state: it is shown, and upkeep and watch learn of it."""

        def seen(state: State) -> None:
            show(state)
            self.upkeep.saw(state)
            if isinstance(state, Answer):
                self.watch.wake()

        return seen


def watch_desk(
    furniture: ExitStack, configuration: Configuration, ports: Ports, kept: Kept, asked: EligibilityService
) -> OutageRoom:
    """The watch of a desk as it is configured; `asked` is the service itself. Raises `CONFIGURATION_WRONG`."""
    limits = policy_of(configuration.limits)
    if not isinstance(asked, HttpsEligibility | FhirEligibility):  # folders are there, and say nothing of the time
        return OutageRoom(furniture, ports, kept, limits)
    looking = service_of(configuration.eligibility, configuration.clinic.institution_code)
    furniture.callback(looking.close)
    probe = looking.probe if isinstance(looking, HttpsEligibility | FhirEligibility) else None
    return OutageRoom(furniture, ports, kept, limits, probe=probe, service_now=asked.service_now)


def policy_of(limits: Limits) -> tuple[Limit, ...]:
    """The policy that a configuration sets. Raises `CONFIGURATION_WRONG`."""
    try:
        return policy(
            offline_days=(limits.offline_warned_days, limits.offline_stopped_days),
            queued=(limits.queue_warned, limits.queue_stopped),
            clock_seconds=(limits.clock_warned_seconds, limits.clock_stopped_seconds),
        )
    except ValueError as error:
        raise TerminalError(Problem.CONFIGURATION_WRONG, f"[limits]: {error}") from error
