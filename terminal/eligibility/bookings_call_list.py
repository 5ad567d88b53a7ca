"""Whom to call before tomorrow, and what each should bring: the bookings that are not plainly in force. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import count

from terminal.eligibility.bookings_file import Booking
from terminal.eligibility.bookings_outcome import Outcome
from terminal.era import era_date

_JA, _EN = "ja", "en"
LANGUAGES = (_JA, _EN)
_CANNOT_BE_ASKED = {
    _JA: "番号か生年月日が正しくありません。電話で確かめ、マイナンバーカードか資格確認書をお持ちいただく",
    _EN: "a number or the birth date cannot be right: ask by phone; bring the My Number card or the certificate",
}
_NOT_ASKED = {_JA: "まだ照会していません", _EN: "not asked about yet"}
_TO_SAY = {
    Outcome.IN_FORCE_UNREGISTERED: {
        _JA: "医療扶助は有効ですが、当院の医療券がありません。福祉事務所への連絡をお願いする",
        _EN: "medical aid in force, no ticket for this clinic: the patient should call the welfare office",
    },
    Outcome.PERSON_DIFFERS: {
        _JA: "氏名か生年月日が予約と違います。番号を確かめ、マイナンバーカードか資格確認書をお持ちいただく",
        _EN: "name or birth date is another: check the numbers; bring the My Number card or the certificate",
    },
    Outcome.ENDED: {
        _JA: "この資格は終わっています。新しい資格確認書かマイナンバーカードをお持ちいただく",
        _EN: "this coverage has ended: bring the new certificate or the My Number card",
    },
    Outcome.ENDED_NEWER_EXISTS: {
        _JA: "新しい資格があります。新しい資格確認書かマイナンバーカードをお持ちいただく",
        _EN: "there is a newer coverage: bring its certificate or the My Number card",
    },
    Outcome.NOT_FOUND: {
        _JA: "この番号では見つかりません。記号・番号を電話で確かめ、マイナンバーカードか資格確認書をお持ちいただく",
        _EN: "nobody has these numbers: check them by phone; bring the My Number card or the certificate",
    },
    Outcome.SEVERAL_FOUND: {
        _JA: "複数の方が当てはまります。枝番を電話で確かめる",
        _EN: "several people match: ask for the branch number by phone",
    },
    Outcome.REFUSED: {
        _JA: "照会が受け付けられませんでした。当日、受付でもう一度照会する",
        _EN: "the service did not take the question: ask again at the desk",
    },
    Outcome.NO_ANSWER: {
        _JA: "回答がありませんでした。当日、受付でもう一度照会する",
        _EN: "no answer came: ask again at the desk",
    },
}
_TITLE = {_JA: "の予約で、連絡が要る方", _EN: ": bookings to call about"}
_ALL_WELL = {_JA: "連絡が要る方はいません", _EN: "nobody needs a call"}


@dataclass(frozen=True)
class Call:
    """One line of the list. `outcome` is None for a booking that could not be asked about."""

    booking: Booking = field(repr=False)
    outcome: Outcome | None
    to_say: str


def call_list(bookings: Sequence[Booking], outcomes: Mapping[int, Outcome], language: str) -> tuple[Call, ...]:
    """Everybody who is not plainly in force, by time and then as in the file."""
    calls = []
    for booking in bookings:
        outcome = outcomes.get(booking.line)
        if outcome is not Outcome.IN_FORCE:
            calls.append(Call(booking, outcome, _to_say(booking, outcome)[language]))
    return tuple(sorted(calls, key=lambda call: (call.booking.time.rjust(5, "0"), call.booking.line)))


def lines(calls: Sequence[Call], day: date, language: str) -> Iterator[str]:
    """The list for printing, with a box to tick before each."""
    title = era_date(day) if language == _JA else day.isoformat()
    yield f"{title}{_TITLE[language]} ({len(calls)})"
    if not calls:
        yield _ALL_WELL[language]
    for number, call in zip(count(1), calls, strict=False):
        booking = call.booking
        who = "  ".join(text for text in (booking.time, booking.reference, booking.name) if text)
        yield f"□ {number:>3}  {who or f'({booking.line})'}"
        yield f"       {call.to_say}"


def _to_say(booking: Booking, outcome: Outcome | None) -> dict[str, str]:
    if outcome is not None:
        return _TO_SAY[outcome]
    return _NOT_ASKED if booking.insured else _CANNOT_BE_ASKED
