"""Signing off what stands out: closed until more is added, for one concern alone, and never by oneself."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reviewed_log import JST, NOON, concerns, index_of, row

from terminal.access_log.access import Access, Action, Actor, Purpose
from terminal.access_log.reason import is_reason
from terminal.access_log.review_acts import (
    Conclusion,
    may_sign_off,
    opened,
    sign_offs,
    signed_off,
    unsealed,
)
from terminal.access_log.review_index import Index
from terminal.access_log.review_rules import Concern, Item, items_of

AUDITOR = Actor("kansa", "auditor", "password+totp")


def test_what_was_signed_off_is_closed_until_more_is_added_to_it() -> None:
    override = Access(Action.HOLDER_VERIFIED, "v", "hanako", b"p", method="visual")
    index = index_of(override, override)
    (item,) = concerns(index)[Concern.OVERRIDE]
    assert sign_offs(index, [item]) == {}
    said = list(signed_off(AUDITOR, item, Conclusion.IN_ORDER, " photo was torn, seen on paper "))
    index = index.grown([row(access, index.end + at) for at, access in enumerate(said)])
    word = sign_offs(index, [item])[item]
    assert (word.actor, word.conclusion, word.entry) == ("kansa", Conclusion.IN_ORDER, 2)
    assert word.reason == "photo was torn, seen on paper"
    index = index.grown([row(override, index.end)])
    (more,) = concerns(index)[Concern.OVERRIDE]
    assert more.entries == (0, 1, 3)
    assert sign_offs(index, [more]) == {}


@settings(max_examples=20, deadline=None)
@given(st.sets(st.integers(0, 3000), min_size=1, max_size=700))
def test_every_entry_of_an_item_is_in_its_sign_off(numbers: set[int]) -> None:
    item = Item(Concern.ODD_HOURS, date(2026, 11, 20), "hanako", tuple(sorted(numbers)))
    said = list(signed_off(AUDITOR, item, Conclusion.TO_FOLLOW_UP, "to be asked about"))
    index = Index(JST, 4000).grown([row(access, 4000 + at) for at, access in enumerate(said)])
    assert sign_offs(index, [item])[item].conclusion is Conclusion.TO_FOLLOW_UP


def test_a_sign_off_of_one_concern_says_nothing_of_another() -> None:
    override = Access(Action.HOLDER_VERIFIED, "v", "hanako", b"p", method="visual")
    index = index_of(override, at=NOON + timedelta(hours=12))
    found = concerns(index)
    said = list(signed_off(AUDITOR, found[Concern.OVERRIDE][0], Conclusion.IN_ORDER, "seen on paper"))
    index = index.grown([row(said[0], index.end)])
    assert list(sign_offs(index, items_of(index))) == found[Concern.OVERRIDE]


def test_a_sign_off_never_speaks_for_entries_that_come_after_it() -> None:
    override = Access(Action.HOLDER_VERIFIED, "v", "hanako", b"p", method="visual")
    details = (("concern", "override"), ("ranges", "0-9"))
    boast = Access(Action.ENTRIES_REVIEWED, "", "kansa", outcome="in_order", details=details)
    index = index_of(boast, override)
    assert sign_offs(index, items_of(index)) == {}


def test_nobody_signs_off_what_they_did_themselves() -> None:
    index = index_of(Access(Action.HOLDER_VERIFIED, "v", "kansa", b"p", method="visual"))
    (item,) = items_of(index)
    assert not may_sign_off(AUDITOR, item, index)
    assert may_sign_off(Actor("somebody-else"), item, index)


def test_what_an_auditor_does_is_an_entry_with_its_purpose_and_names_no_patient() -> None:
    accesses = [opened(AUDITOR, 12), unsealed(AUDITOR, "taro", 7, "a patient asked who looked")]
    for access in accesses:
        assert (access.actor, access.role, access.sign_in) == ("kansa", "auditor", "password+totp")
        assert access.purpose == Purpose.AUDIT
        assert access.subject is None
    assert ("second_person", "taro") in accesses[1].details
    assert ("entry", "7") in accesses[1].details


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("", False),
        ("x" * 8, True),
        ("   short  ", False),
        ("a\nb" * 9, False),
        ("患者さんの　ご依頼", True),
        ("年次監査", True),
        ("監査", False),
    ],
)
def test_a_reason_is_some_words_on_one_line(text: str, is_one: bool) -> None:
    assert is_reason(text) is is_one
