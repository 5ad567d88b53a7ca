"""An entry is written in one way only, and nothing else is read as one."""

import contextlib
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.access_log.access import Access, Action
from terminal.access_log.entry import (
    Entry,
    EntryUnreadable,
    enter,
    read_entry,
    read_verified,
    seq_of,
    time_of,
    write_entry,
)

NOW = datetime(2026, 11, 21, 0, 0, 0, 123456, UTC)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
DETAILS = st.dictionaries(st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True), TEXT, max_size=4).map(
    lambda details: tuple(details.items())
)
ACCESSES = st.builds(
    Access,
    st.sampled_from(Action),
    TEXT,
    TEXT,
    st.none(),
    TEXT,
    TEXT,
    TEXT,
    DETAILS,
    TEXT,
    TEXT,
    TEXT,
    TEXT,
    st.just(("photo", "name")),
    DETAILS,
    TEXT,
    st.booleans(),
)  # the words are free text here: whatever they are, they are written and read back
TIMES = st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # zone follows


def entry() -> Entry:
    details = (("consents", "medicines"),)
    access = Access(
        *(Action.ANSWER_SHOWN, "visit-1", "reception", None, "face", "confirmed", "", details),
        role="receptionist",
        sign_in="password+totp",
        purpose="eligibility",
        items=("coverage", "share"),
        consent=(("language", "ja"),),
        upstream="20261121090000-v",
    )
    return enter(access, seq=7, at=NOW, terminal="受付1", subject="ab" * 16, clock="synchronised")


@given(ACCESSES, st.integers(0, 2**53), TIMES)
def test_what_is_written_is_read_back(access: Access, seq: int, at: datetime) -> None:
    entered = enter(access, seq=seq, at=at, terminal="desk-1", subject="")
    assert read_entry(write_entry(entered)) == entered


def test_the_bytes_are_canonical_json() -> None:
    assert write_entry(entry()).decode() == (
        '{"action":"answer_shown","actor":"reception","at":"2026-11-21T00:00:00.123Z","clock":"synchronised",'
        '"consent":{"language":"ja"},"details":{"consents":"medicines"},"helper":"","items":"coverage share",'
        '"method":"face","outcome":"confirmed","provisional":false,"purpose":"eligibility","reason":"",'
        '"role":"receptionist","seq":7,"sign_in":"password+totp","subject":"abababababababababababababababab",'
        '"terminal":"受付1","upstream":"20261121090000-v","v":2,"visit":"visit-1"}'
    )


def test_an_entry_of_the_first_version_keeps_its_bytes() -> None:
    """Written by a program before this one."""
    line = (
        '{"action":"answer_shown","actor":"reception","at":"2026-11-21T00:00:00.123Z","details":{"consents":"medicines"},'
        '"method":"face","outcome":"confirmed","reason":"","seq":7,"subject":"abababababababababababababababab",'
        '"terminal":"受付1","v":1,"visit":"visit-1"}'
    ).encode()
    read = read_entry(line)
    assert write_entry(read) == line
    assert read == read_verified(line)
    assert (read.version, read.role, read.consent, read.is_provisional) == (1, "", (), False)
    assert (seq_of(line), time_of(line)) == (7, read.at)


def test_a_time_elsewhere_is_written_in_utc() -> None:
    there = NOW.astimezone(timezone(timedelta(hours=9)))
    access = Access(Action.CARD_IDENTIFIED, "v", "a")
    assert write_entry(enter(access, seq=0, at=there, terminal="t", subject="")) == write_entry(
        enter(access, seq=0, at=NOW, terminal="t", subject="")
    )


@pytest.mark.parametrize(
    "change",
    [
        {"v": 1},
        {"v": 3},
        {"provisional": "no"},
        {"consent": {"language": None}},
        {"v": True},
        {"seq": 7.0},
        {"seq": "7"},
        {"at": "2026-11-21T09:00:00.123+09:00"},
        {"at": "2026-11-21"},
        {"action": "unheard_of"},
        {"actor": None},
        {"details": []},
        {"details": {"consents": 1}},
        {"details": {"Consents": "x"}},
        {"more": ""},
    ],
)
def test_an_entry_with_another_field_is_refused(change: dict[str, object]) -> None:
    fields = json.loads(write_entry(entry())) | change
    line = json.dumps(fields, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
    with pytest.raises(EntryUnreadable):
        read_entry(line)


@given(st.binary(max_size=40))
def test_bytes_that_are_no_entry_are_refused(line: bytes) -> None:
    with pytest.raises(EntryUnreadable):
        read_entry(line)


@given(st.data())
def test_no_other_bytes_stand_for_the_same_entry(data: st.DataObject) -> None:
    line = write_entry(entry())
    place = data.draw(st.integers(0, len(line)))
    spaced = line[:place] + b" " + line[place:]
    with contextlib.suppress(EntryUnreadable):
        assert read_entry(spaced) != entry()


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(EntryUnreadable):
        read_entry(b"[" * 100_000)


@pytest.mark.parametrize("details", [(("a", "1"), ("a", "2")), (("A b", "1"),), (("", "1"),)])
def test_details_named_oddly_are_not_entered(details: tuple[tuple[str, str], ...]) -> None:
    with pytest.raises(ValueError, match="detail"):
        enter(Access(Action.PIN_SENT, "v", "a", details=details), seq=0, at=NOW, terminal="t", subject="")


def test_a_naive_time_is_not_entered() -> None:
    with pytest.raises(ValueError, match="aware"):
        enter(Access(Action.PIN_SENT, "v", "a"), seq=0, at=NOW.replace(tzinfo=None), terminal="t", subject="")


@given(ACCESSES, st.integers(0, 2**53), TIMES)
def test_number_and_time_are_read_without_the_rest(access: Access, seq: int, at: datetime) -> None:
    entered = enter(access, seq=seq, at=at, terminal="desk-1", subject="")
    line = write_entry(entered)
    assert (seq_of(line), time_of(line)) == (entered.seq, entered.at)


@pytest.mark.parametrize("line", [b"", b"{}", b'{"seq":1}', b'{"action":"pin_sent","seq":1}'])
def test_what_does_not_look_like_an_entry_has_no_number(line: bytes) -> None:
    with pytest.raises(EntryUnreadable):
        seq_of(line)


def test_an_entry_at_no_time_has_none() -> None:
    with pytest.raises(EntryUnreadable):
        time_of(write_entry(entry()).replace(b"2026-11-21T", b"2026-13-21T"))
