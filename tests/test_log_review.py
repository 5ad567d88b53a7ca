"""What an auditor finds in a log: entries, figures, what stands out, and what was signed off."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reviewed_log import JST, NOON, concerns, index_of, row

from terminal.access_log.access import Access, Action
from terminal.access_log.entry import Entry, enter, write_entry
from terminal.access_log.masking import leaf_content
from terminal.access_log.review_figures import by_day, by_hour, by_person
from terminal.access_log.review_find import Kind, Sought, find
from terminal.access_log.review_index import DELETED, UNREADABLE, Index
from terminal.access_log.review_rules import Concern, Measure, items_of


def joined(*parts: tuple[datetime, Iterable[Access]]) -> Index:
    index = Index(JST)
    for at, accesses in parts:
        index = index.grown([row(access, index.end + seq, at) for seq, access in enumerate(accesses)])
    return index


def asked(actor: str, patient: int, visit: str = "") -> Access:
    return Access(Action.ELIGIBILITY_ASKED, visit or f"v{patient}", actor, b"p%d" % patient)


def test_an_index_gives_back_each_entry_as_it_was_read() -> None:
    index = index_of(asked("hanako", 1), Access(Action.LOG_EXPORTED, "", "taro", reason="audit"), first=7)
    entries = [index.entry(place) for place in range(2)]
    assert all(isinstance(entry, Entry) for entry in entries)
    assert [entry.seq for entry in entries if entry] == [7, 8]
    assert index.end == 9


def test_what_was_deleted_and_what_is_no_entry_keep_their_places() -> None:
    one, two, three = (row(asked("hanako", at), at) for at in range(3))
    index = Index(JST).grown([(0, leaf_content(one[1]), b""), (1, b"no entry", b""), three])
    assert index.actions.tolist()[:2] == [DELETED, UNREADABLE]
    assert [index.entry(place) is None for place in range(3)] == [True, True, False]
    assert two[0] == 1
    assert find(index, Sought(kind=Kind.QUESTION)).tolist() == [2]


def test_bytes_that_were_tampered_with_never_stop_the_reading() -> None:
    plain = write_entry(enter(asked("hanako", 1), seq=0, at=NOON, terminal="t1", subject="aa"))
    for wrong in (plain[:-5], plain.replace(b'"actor":"hanako"', b'"actor":7'), b"[]", b"7", b'{"v":2}', b"\xff"):
        index = Index(JST).grown([(0, wrong, b"")])
        assert len(index) == 1
        assert items_of(index) == ()


def test_an_index_that_grew_is_as_one_read_at_once() -> None:
    rows = [row(asked("hanako" if seq % 3 else "taro", seq % 5), seq) for seq in range(40)]
    grown = Index(JST).grown(rows[:13]).grown(rows[13:])
    whole = Index(JST).grown(rows)
    assert grown.chunks == whole.chunks
    assert grown.names == whole.names
    assert all((grown.columns[name] == whole.columns[name]).all() for name in whole.columns)


def test_whoever_reads_a_long_log_is_told_how_far_it_has_come() -> None:
    told: list[int] = []
    Index(JST).grown([row(asked("hanako", 1), seq) for seq in range(1200)], told.append)
    assert told == [500, 1000]


def test_a_day_is_a_day_of_the_clinics_clock() -> None:
    index = joined((datetime(2026, 11, 19, 15, 0, tzinfo=UTC), [asked("hanako", 1)]))  # midnight in Japan
    assert find(index, Sought(first_day=date(2026, 11, 20), last_day=date(2026, 11, 20))).tolist() == [0]
    assert index.hours().tolist() == [0]


ACCESSES = st.builds(
    Access,
    st.sampled_from(Action),
    st.sampled_from(["", "v1", "v2"]),
    st.sampled_from(["hanako", "taro", "emergency"]),
    st.sampled_from([None, b"p1", b"p2"]),
    st.sampled_from(["", "face", "visual"]),
    st.sampled_from(["", "refused", "provisional", "confirmed"]),
)
SOUGHT = st.builds(
    Sought,
    actor=st.sampled_from(["", "hanako", "nobody-here"]),
    kind=st.sampled_from([None, *Action]),
    subject=st.sampled_from(["", b"p1".hex()]),
)


@settings(max_examples=30, deadline=None)
@given(st.lists(ACCESSES, max_size=20), SOUGHT)
def test_what_is_found_is_what_reading_every_entry_would_find(accesses: list[Access], sought: Sought) -> None:
    index = index_of(*accesses)
    entries = [entry for place in range(len(index)) if (entry := index.entry(place))]
    expected = [
        entry.seq
        for entry in entries
        if sought.actor in ("", entry.actor)
        and sought.kind in (None, entry.action)
        and sought.subject in ("", entry.subject)
    ]
    assert find(index, sought).tolist() == expected


@settings(max_examples=30, deadline=None)
@given(st.lists(ACCESSES, max_size=20))
def test_nothing_stands_out_twice_for_one_concern(accesses: list[Access]) -> None:
    index = index_of(*accesses, at=NOON + timedelta(hours=12))
    for items in concerns(index).values():
        numbers = [number for item in items for number in item.entries]
        assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize(
    ("kind", "access"),
    [
        (Kind.PATIENT, asked("hanako", 1)),
        (Kind.REFUSED, Access(Action.PIN_REFUSED, "v", "hanako", b"p")),
        (Kind.REFUSED, Access(Action.SIGNED_IN, "", "hanako", outcome="refused")),
        (Kind.OVERRIDE, Access(Action.HOLDER_VERIFIED, "v", "hanako", b"p", method="visual")),
        (Kind.PROVISIONAL, Access(Action.ANSWER_SHOWN, "v", "hanako", b"p", outcome="provisional")),
        (Kind.EMERGENCY, Access(Action.EMERGENCY_ACCESS, "v", "hanako", b"p")),
        (Kind.EMERGENCY, Access(Action.RESULT_SENT, "v", "emergency", b"p")),
        (Kind.LOG, Access(Action.LOG_EXPORTED, "", "taro")),
    ],
)
def test_an_entry_is_found_by_its_kind(kind: Kind, access: Access) -> None:
    other = Access(Action.SIGNED_OUT, "", "hanako")
    assert find(index_of(other, access), Sought(kind=kind)).tolist() == [1]


def test_an_hour_outside_of_opening_hours_stands_out_and_so_does_a_closed_day() -> None:
    night, sunday = datetime(2026, 11, 20, 13, 0, tzinfo=UTC), datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
    index = joined((NOON, [asked("hanako", 1)]), (night, [asked("hanako", 2)]), (sunday, [asked("taro", 3)]))
    odd = concerns(index)[Concern.ODD_HOURS]
    assert [(item.day, item.actor, item.entries) for item in odd] == [
        (date(2026, 11, 22), "taro", (2,)),
        (date(2026, 11, 20), "hanako", (1,)),
    ]
    assert Concern.ODD_HOURS not in concerns(index, Measure(opens=0, closes=24, closed_weekdays=frozenset()))


def test_far_more_patients_than_on_other_days_stand_out() -> None:
    days = [(NOON + timedelta(days=day), [asked("hanako", each) for each in range(10)]) for day in range(5)]
    busy = (NOON + timedelta(days=5), [asked("taro", each) for each in range(60)])
    many = concerns(joined(*days, busy), Measure(closed_weekdays=frozenset()))[Concern.MANY_LOOKUPS]
    assert [(item.actor, len(item.entries)) for item in many] == [("taro", 60)]


def test_a_quiet_clinic_is_not_told_of_ten_patients() -> None:
    index = joined((NOON, [asked("hanako", 1)]), (NOON + timedelta(days=1), [asked("taro", at) for at in range(10)]))
    assert Concern.MANY_LOOKUPS not in concerns(index)


def test_one_patient_in_many_visits_on_one_day_stands_out_and_many_entries_of_one_visit_do_not() -> None:
    often = [asked("hanako", 1, f"v{at}") for at in range(4)]
    once = [asked("hanako", 2, "w")] * 9
    assert [item.entries for item in concerns(index_of(*often, *once))[Concern.SAME_PATIENT]] == [(0, 1, 2, 3)]


def test_overrides_and_the_emergency_code_always_stand_out() -> None:
    index = index_of(
        Access(Action.HOLDER_VERIFIED, "v", "hanako", b"p", method="visual"),
        Access(Action.EMERGENCY_OPENED, "", "emergency", outcome="opened"),
        asked("emergency", 5),
        Access(Action.SECURITY_EVENT, "v", "hanako"),
    )
    found = concerns(index)
    assert found[Concern.OVERRIDE][0].entries == (0,)
    assert found[Concern.BREAK_GLASS][0].entries == (1, 2)
    assert found[Concern.SECURITY][0].entries == (3,)


def test_codes_and_sign_ins_that_are_refused_again_and_again_stand_out() -> None:
    codes = [Access(Action.PIN_REFUSED, "v", "hanako", b"p1")] * 3
    once = [Access(Action.PIN_REFUSED, "v", "hanako", b"p2")]
    sign_ins = [Access(Action.SIGNED_IN, "", "taro", outcome="refused")] * 3
    found = concerns(index_of(*codes, *once, *sign_ins))
    assert [item.entries for item in found[Concern.FAILED_CODES]] == [(0, 1, 2)]
    assert [(item.actor, item.entries) for item in found[Concern.FAILED_SIGN_IN]] == [("taro", (4, 5, 6))]


def test_a_holder_called_as_one_of_the_staff_stands_out_where_the_desk_said_so() -> None:
    kin = Access(Action.HOLDER_READ, "v", "hanako", b"p", details=(("same_surname", "yes"),))
    index = index_of(Access(Action.HOLDER_READ, "v", "hanako", b"q"), kin)
    assert [item.entries for item in concerns(index)[Concern.SAME_SURNAME]] == [(1,)]


def test_figures_count_what_was_asked_for() -> None:
    override = Access(Action.HOLDER_VERIFIED, "v", "hanako", b"p1", method="visual")
    index = joined(
        (NOON, [asked("hanako", 1), asked("hanako", 1), asked("taro", 2), override]),
        (NOON + timedelta(days=2), [asked("hanako", at) for at in range(3)]),
    )
    everything = np.arange(len(index))
    assert by_hour(index, everything)[12] == 7
    days = by_day(index, everything)
    assert (days.days, days.counts[Kind.OVERRIDE]) == (3, (1, 0, 0))
    hanako, taro = by_person(index, everything)
    assert (hanako.actor, hanako.patients, hanako.a_day, hanako.others_a_day) == ("hanako", 3, 2.0, 1.0)
    assert taro.others_a_day == 2.0


def test_figures_of_nothing_are_nothing() -> None:
    index = Index(JST)
    nothing = np.arange(0)
    assert by_hour(index, nothing) == (0,) * 24
    assert by_day(index, nothing).days == 0
    assert by_person(index, nothing) == ()
    assert items_of(index) == ()
