"""Many questions in one message, and the fetching of their answers, as the gateway takes them from a kiosk. Pure.

Law: a reception number leaves with a tag that only its own kiosk's can have, so that nobody fetches another's answers.
"""

import hmac
from dataclasses import dataclass, field
from datetime import date
from xml.etree.ElementTree import Element

from terminal.eligibility.bookings_messages import MOST_QUESTIONS, Search, read_searches
from terminal.eligibility.untrusted_xml import text, unreadable
from terminal.eligibility.xmlmsg import SEARCH

TAG_BYTES = 16


@dataclass(frozen=True)
class Many:
    """Questions about many people. `identifier` is unique at the service."""

    identifier: str
    day: date
    searches: tuple[Search, ...] = field(repr=False)


@dataclass(frozen=True)
class Fetch:
    """The question for their answers. `reception` is what the kiosk was given."""

    identifier: str
    day: date
    reception: str


class Receptions:
    """The kiosks' reception numbers; `key` is the same for all gateways of a site, and after a crash."""

    def __init__(self, key: bytes) -> None:
        self._key = hmac.digest(key, b"reception numbers", "sha256")

    def given(self, terminal: str, number: str) -> str:
        """What a kiosk is given for the service's number."""
        tag = hmac.digest(self._key, f"{terminal}\0{number}".encode(), "sha256")[:TAG_BYTES]
        return f"{number}-{tag.hex()}"

    def number(self, terminal: str, given: str) -> str | None:
        """The service's number; None for what this kiosk was not given."""
        number = given.rpartition("-")[0]
        return number if hmac.compare_digest(self.given(terminal, number).encode(), given.encode()) else None


def read_many(body: Element, upstream: str, day: date) -> Many | Fetch | None:
    """Whichever of the two a message is; None for a question about one. Raises `SERVICE_UNREADABLE` for half of one."""
    searches = read_searches(body)
    if reception := text(body, "ReceptionNumber"):
        return unreadable("questions and a reception number") if searches else Fetch(upstream, day, reception)
    if not searches:
        return None
    identifiers = {search.identifier for search in searches}
    if not len(identifiers) == len(searches) == len(body.findall(SEARCH)) <= MOST_QUESTIONS:
        unreadable("many questions, and not each under its own identifier, or too many")
    return Many(upstream, day, searches)
