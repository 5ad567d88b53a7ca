"""A recorded practice comes back as the states that stood on the windows, with invented people and nothing typed."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.people import Picture
from terminal.practice.deck import load_deck
from terminal.practice.retelling import Pictures, Scene, scenes
from terminal.practice.session import WORDS, Kind, Moment, Recording, as_json, from_json, words_in
from terminal.problems import Problem, TerminalError
from terminal.states import (
    AwaitingOperator,
    CheckingPin,
    Confirmed,
    ConfirmingLastTry,
    MatchingFace,
    ReadingHolder,
    State,
    Withheld,
    card_of,
)

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
DECK = load_deck(NOW.date())
NAMES = [kind.__name__ for kind in get_args(State)]


def shown(name: str, *words: str, at: float = 0.0) -> Moment:
    return Moment(at, Kind.SHOWN, name, words)


def retold(*moments: Moment, person: str = "p09") -> list[Scene]:
    return scenes(Recording(person, 0, moments), DECK, {}, NOW)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Idle", ("reader_absent",)),
        ("ReadingCard", ()),
        ("AwaitingCardCode", ("plastic", "card_code_wrong")),
        ("ReadingHolder", ("plastic",)),
        ("AwaitingPhonePin", ("android", "pin_wrong")),
        ("OpeningPhone", ("iphone",)),
        ("MatchingFace", ("plastic",)),
        ("AwaitingOperator", ("plastic", "face_doubtful", "doubtful")),
        ("AwaitingOperator", ("plastic", "face_differs", "different", "pin_wrong")),
        ("CheckingPin", ("plastic", "camera_absent")),
        ("AwaitingConsent", ("plastic", "visual")),
        ("CheckingEligibility", ("plastic", "pin")),
        ("Confirmed", ("plastic", "face", "certificate_ends_soon")),
        ("Provisional", ("plastic", "face", "line_down")),
        ("Unconfirmed", ("plastic", "face", "coverage_ended")),
        ("Unconfirmed", ("plastic", "face", "coverage_not_found", "certificate", "portal")),
        ("Withheld", ("plastic", "face", "record_differs")),
        ("TurnedAway", ("plastic", "operator_refused")),
        ("Stopped", ("card_removed",)),
        ("Stopped", ("card_code_locked", "plastic")),
    ],
)
def test_a_state_comes_back_with_its_type_and_its_words(name: str, words: tuple[str, ...]) -> None:
    state = retold(shown(name, *words))[0].state
    assert type(state).__name__ == name
    assert tuple(words_in(state)) == words


def test_the_last_try_is_of_what_was_asked_for_before() -> None:
    after_code = retold(shown("AwaitingCardCode", "plastic"), shown("ConfirmingLastTry", "plastic"))[1].state
    assert isinstance(after_code, ConfirmingLastTry)
    assert isinstance(after_code.work, ReadingHolder)
    after_pin = retold(shown("AwaitingOperator", "plastic", "camera_absent"), shown("ConfirmingLastTry"))[1].state
    assert isinstance(after_pin, ConfirmingLastTry)
    assert isinstance(after_pin.work, CheckingPin)


def test_whose_card_was_laid_is_who_the_screens_show_and_each_card_is_a_visit_of_its_own() -> None:
    told = retold(
        Moment(0.5, Kind.HAND, "lay", ("p01",)),
        shown("ReadingCard", at=1),
        shown("Confirmed", "plastic", "face", at=2),
        Moment(3, Kind.HAND, "take_away"),
        Moment(4, Kind.HAND, "lay", ("p09",)),
        shown("ReadingCard", at=5),
        shown("MatchingFace", "plastic", at=6),
    )
    first, second = told[2].state, told[6].state
    assert isinstance(first, Confirmed)
    assert isinstance(second, MatchingFace)
    assert first.verified.holder is not None
    assert (first.verified.holder.name, second.holder.name) == (DECK["p01"].name, DECK["p09"].name)
    cards = [card_of(first), card_of(second)]
    assert all(cards)
    assert len({card.insertion for card in cards if card}) == 2
    assert (told[2].face, told[3].face) == (DECK["p01"].portrait, "")
    assert told[2].at == NOW + timedelta(seconds=2)


def test_a_withheld_answer_differs_as_the_decks_record_does_from_its_card() -> None:
    state = retold(shown("Withheld", "plastic", "face", "record_differs"), person="p44")[0].state
    assert isinstance(state, Withheld)
    assert any(judgement.likeness not in ("equal", "equivalent") for judgement in state.comparison.attributes)


def test_the_receptionist_gets_the_pictures_and_the_pulled_camera() -> None:
    picture = Picture(1, 1, b"\0\0\0")
    moments = (
        Moment(0, Kind.HAND, "unplug_camera"),
        shown("AwaitingOperator", "plastic", "face_doubtful", "doubtful"),
        Moment(2, Kind.HAND, "plug_camera"),
    )
    told = scenes(Recording("p09", 0, moments), DECK, {"p09": Pictures(picture, picture)}, NOW)
    asked = told[1].state
    assert isinstance(asked, AwaitingOperator)
    assert asked.face is not None
    assert asked.face.portrait is picture
    assert [scene.is_camera_unplugged for scene in told] == [True, True, False]


def test_what_cannot_have_happened_with_this_deck_is_refused_and_a_newer_type_leaves_the_windows_as_they_are() -> None:
    for moments, person in (((), "p00"), ((Moment(0, Kind.HAND, "lay", ("p00",)),), "p01")):
        with pytest.raises(TerminalError) as caught:
            retold(*moments, person=person)
        assert caught.value.problem is Problem.CONFIGURATION_WRONG
    told = retold(shown("ReadingCard"), shown("SomethingNew"))
    assert told[1].state is told[0].state


@given(
    st.lists(st.builds(shown, st.sampled_from(NAMES), at=st.floats(0, 1000)), max_size=8),
    st.lists(st.sampled_from(sorted(WORDS)), max_size=6),
    st.sampled_from(sorted(DECK)),
)
def test_no_recording_makes_more_than_a_refusal(moments: list[Moment], words: list[str], person: str) -> None:
    given_words = tuple(Moment(each.at, each.kind, each.name, tuple(words)) for each in moments)
    with suppress(TerminalError):  # for an answer about somebody whom the service does not know
        told = retold(*given_words, person=person)
        assert [type(scene.state).__name__ for scene in told] == [each.name for each in moments]


def test_a_recording_carries_ids_of_the_deck_for_laid_cards_and_for_nothing_else() -> None:
    laid = Recording("p01", 0, (Moment(0.0, Kind.HAND, "lay", ("p01",)),))
    assert from_json(as_json(laid).encode()) == laid
    for bad in (
        shown("Idle", "p01"),
        Moment(0, Kind.HAND, "lay", ("1992-04-12",)),
        Moment(0, Kind.HAND, "lay", ("見本",)),
    ):
        with pytest.raises(TerminalError):
            from_json(as_json(Recording("p01", 0, (bad,))).encode())
