"""What a reader tells, kept for a test to take, and the card of an invented person to lay on it."""

import threading
from datetime import UTC, datetime
from pathlib import Path

from device.virtual.issuing import issue
from terminal.card_code import compose
from terminal.card_news import CardLaid, CardNews
from terminal.practice.authority import Authority
from terminal.practice.deck import load_deck

PERSON = load_deck()["p01"]
CODE = compose(PERSON.birth_date, PERSON.card.expires.year, PERSON.card.security_code)


class News:
    """What the reader tells, in order, each taken once."""

    def __init__(self) -> None:
        self._told: list[CardNews] = []
        self._changed = threading.Condition()

    def __call__(self, news: CardNews) -> None:
        with self._changed:
            self._told.append(news)
            self._changed.notify_all()

    def next_of(self, kind: type[CardNews], within: float = 15) -> CardNews:
        """The next news of this kind; what came before is past."""
        with self._changed:
            assert self._changed.wait_for(lambda: any(isinstance(news, kind) for news in self._told), within), kind
            at = next(at for at, news in enumerate(self._told) if isinstance(news, kind))
            news = self._told[at]
            del self._told[: at + 1]
            return news

    def has_no(self, kind: type[CardNews]) -> bool:
        with self._changed:
            return not any(isinstance(news, kind) for news in self._told)

    def insertion(self) -> str:
        laid = self.next_of(CardLaid)
        assert isinstance(laid, CardLaid)
        return laid.insertion


def office_in(folder: Path) -> Path:
    """The folder, with an authority's anchors and the card that it issued to the person."""
    authority = Authority.make(datetime.now(UTC))
    authority.save(folder)
    issue(PERSON, authority, datetime.now(UTC).date()).save(folder / "card.json")
    return folder
