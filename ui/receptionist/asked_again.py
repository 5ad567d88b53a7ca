"""What has since come of the visits that were checked offline: noted with each, and said beside its answer. Pure.

What was provisional stays so. That the service has said the same since is a note beside it, with its time.
"""

from collections.abc import Iterable
from dataclasses import replace

from terminal.certificate import JST
from terminal.outbox.asked_again import AskedAgain
from terminal.outbox.report import Language, to_do
from terminal.states import State, card_of
from terminal.visits import Visit
from ui.receptionist.day import was_offline
from ui.receptionist.facts import Shown
from ui.words.catalogue import Words


def noted(visits: tuple[Visit, ...], told: Iterable[AskedAgain]) -> tuple[Visit, ...]:
    """The visits with what came of them, of several questions of a visit the last; who is unchanged stays the same."""
    known = {each.visit: each for each in told}
    return tuple(_noted(visit, known.get(visit.insertion)) for visit in visits)


def since_of(visits: tuple[Visit, ...], state: State) -> AskedAgain | None:
    """What is noted with the visit that a state is of."""
    card = card_of(state)
    return next((visit.since for visit in visits if card and visit.insertion == card.insertion), None)


def with_since(said: Shown, since: AskedAgain | None, words: Words) -> Shown:
    """What is said of a visit, with what came of it: as it was, or what to do."""
    if since is None:
        return said
    time = clock_time(since)
    said = replace(said, aloud="", meanwhile=())
    if not since.is_to_do:
        title = words.format("since.same_title", time=time)
        return replace(said, title=title, next_step=words.format("since.same", time=time))
    asked = words["since.given_up"]
    if since.difference:
        language: Language = "ja" if words.language == "ja" else "en"
        asked = words.format("since.changed", time=time, to_do=to_do(since.difference, language))
    title = words.format("since.to_do_title", time=time)
    return replace(said, tone="refused", mark="!", title=title, next_step="", warnings=(*said.warnings, asked))


def clock_time(since: AskedAgain) -> str:
    """When it was answered, or given up."""
    return f"{since.at.astimezone(JST):%H:%M}"


def _noted(visit: Visit, since: AskedAgain | None) -> Visit:
    since = since if was_offline(visit.state) else None
    return visit if visit.since == since else replace(visit, since=since)
