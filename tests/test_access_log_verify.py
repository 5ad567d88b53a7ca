"""Whatever is done to a stored log is found, and the first bad entry named."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from terminal.access_log.access import Access, Action
from terminal.access_log.checkpoint import Checkpoint, log_key, sign
from terminal.access_log.entry import enter, read_entry, write_entry
from terminal.access_log.tree import Frontier, leaf_hash, root_of
from terminal.access_log.verify import Broken, Finding, Head, Intact, StoredEntry, StoredNote, verify

SIGNING = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
ORIGIN = "desk-1/access/00000000"
KEY = log_key(ORIGIN, SIGNING)
SIZE = 12

Log = tuple[list[StoredEntry], list[StoredNote]]


def stored(seq: int, visit: str) -> StoredEntry:
    access = Access(Action.CARD_IDENTIFIED, visit, "reception")
    line = write_entry(enter(access, seq=seq, at=datetime(2026, 11, 21, tzinfo=UTC), terminal="desk-1", subject=""))
    return StoredEntry(seq, line, leaf_hash(line))


def notes_over(entries: list[StoredEntry]) -> list[StoredNote]:
    frontier, notes = Frontier(), []
    for entry in [None, *entries]:
        frontier = frontier.append(entry.leaf) if entry else frontier
        notes.append(StoredNote(frontier.size, sign(Checkpoint(ORIGIN, frontier.size, frontier.root()), SIGNING)))
    return notes


ENTRIES = [stored(seq, f"visit-{seq}") for seq in range(SIZE)]
NOTES = notes_over(ENTRIES)
HEAD = Head(SIZE, root_of(entry.leaf for entry in ENTRIES))
PLACES = st.integers(0, SIZE - 1)


def renumbered(entries: list[StoredEntry]) -> list[StoredEntry]:
    return [replace(entry, seq=seq) for seq, entry in enumerate(entries)]


def rewritten(entries: list[StoredEntry]) -> list[StoredEntry]:
    """As someone does who knows the format and lacks only the key: numbers and hashes all fit."""
    lines = [write_entry(replace(read_entry(entry.line), seq=seq)) for seq, entry in enumerate(entries)]
    return [StoredEntry(seq, line, leaf_hash(line)) for seq, line in enumerate(lines)]


def test_a_log_as_written_is_intact() -> None:
    assert verify(ENTRIES, NOTES, KEY) == Intact(HEAD)
    assert verify(ENTRIES, NOTES[-1:], KEY) == Intact(HEAD)


def test_a_log_without_entries_is_intact() -> None:
    assert verify([], NOTES[:1], KEY) == Intact(Head(0, root_of([])))


def test_a_log_without_checkpoints_is_not() -> None:
    assert verify([], [], KEY) == Broken(0, 0, Finding.NOT_SIGNED)
    assert verify(ENTRIES, [], KEY) == Broken(0, 0, Finding.NOT_SIGNED)


@given(PLACES, st.binary(max_size=20))
def test_changed_bytes_are_found(place: int, line: bytes) -> None:
    entries = [*ENTRIES]
    entries[place] = replace(entries[place], line=line)
    assert verify(entries, NOTES, KEY) == Broken(place, place, Finding.CHANGED)


@given(PLACES)
def test_a_change_with_its_hash_made_anew_is_found(place: int) -> None:
    entries = [*ENTRIES]
    entries[place] = stored(place, "another visit")
    assert verify(entries, NOTES, KEY) == Broken(place, place, Finding.NOT_AS_SIGNED)
    assert verify(entries, NOTES[-1:], KEY) == Broken(0, SIZE - 1, Finding.NOT_AS_SIGNED)


@given(PLACES)
def test_a_deleted_entry_is_found(place: int) -> None:
    entries = ENTRIES[:place] + ENTRIES[place + 1 :]
    assert verify(entries, NOTES, KEY) == Broken(place, place, Finding.MISSING)


@given(PLACES)
def test_a_deleted_entry_is_found_though_the_rest_is_rewritten(place: int) -> None:
    entries = rewritten(ENTRIES[:place] + ENTRIES[place + 1 :])
    finding = Finding.MISSING if place == SIZE - 1 else Finding.NOT_AS_SIGNED
    assert verify(entries, NOTES, KEY) == Broken(place, place, finding)
    shortened = verify(entries, NOTES[:-1], KEY)
    assert shortened == (Intact(Head(SIZE - 1, NOTE_ROOT)) if place == SIZE - 1 else Broken(place, place, finding))


NOTE_ROOT = root_of(entry.leaf for entry in ENTRIES[:-1])


@given(st.integers(0, SIZE), st.booleans())
def test_an_inserted_entry_is_found(place: int, is_rewritten: bool) -> None:
    entries = [*ENTRIES[:place], stored(place, "never happened"), *ENTRIES[place:]]
    entries = rewritten(entries) if is_rewritten else renumbered(entries)
    report = verify(entries, NOTES, KEY)
    assert isinstance(report, Broken)
    assert report.first == report.last == place
    assert report.finding is (Finding.NOT_SIGNED if place == SIZE else Finding.NOT_AS_SIGNED)


@given(st.permutations(range(SIZE)), st.booleans())
def test_another_order_is_found(order: list[int], is_rewritten: bool) -> None:
    entries = [ENTRIES[place] for place in order]
    entries = rewritten(entries) if is_rewritten else renumbered(entries)
    moved = [place for place, was in enumerate(order) if place != was]
    report = verify(entries, NOTES, KEY)
    if moved:
        finding = Finding.NOT_AS_SIGNED if is_rewritten else Finding.MISPLACED
        assert report == Broken(moved[0], moved[0], finding)
    else:
        assert report == Intact(HEAD)


@given(st.integers(0, SIZE - 1))
def test_a_tail_cut_off_is_found_while_a_checkpoint_tells_of_it(size: int) -> None:
    assert verify(ENTRIES[:size], NOTES, KEY) == Broken(size, size, Finding.MISSING)
    assert verify(ENTRIES[:size], NOTES[-1:], KEY) == Broken(size, size, Finding.MISSING)


@given(st.integers(0, SIZE - 1))
def test_a_tail_cut_off_with_its_checkpoints_is_found_with_a_noted_head_only(size: int) -> None:
    entries, notes = ENTRIES[:size], NOTES[: size + 1]
    assert isinstance(verify(entries, notes, KEY), Intact)
    assert verify(entries, notes, KEY, HEAD) == Broken(size, SIZE - 1, Finding.MISSING)


@given(st.integers(0, SIZE))
def test_a_noted_head_of_this_log_is_recognised(size: int) -> None:
    noted = Head(size, root_of(entry.leaf for entry in ENTRIES[:size]))
    assert verify(ENTRIES, NOTES, KEY, noted) == Intact(HEAD)


@given(PLACES)
def test_a_log_written_anew_with_the_key_is_found_with_a_noted_head_only(place: int) -> None:
    entries = [*ENTRIES]
    entries[place] = stored(place, "another visit")
    notes = notes_over(entries)
    assert isinstance(verify(entries, notes, KEY), Intact)
    assert verify(entries, notes, KEY, HEAD) == Broken(0, SIZE - 1, Finding.NOT_AS_NOTED)


@given(st.integers(1, SIZE), st.integers(0, 60))
def test_a_changed_checkpoint_is_found(size: int, place: int) -> None:
    notes = [*NOTES]
    text = notes[size].text
    notes[size] = replace(notes[size], text=text[:place] + chr(ord(text[place]) ^ 1) + text[place + 1 :])
    assert verify(ENTRIES, notes, KEY) == Broken(size - 1, size - 1, Finding.NOT_AS_SIGNED)


@given(st.permutations(range(SIZE + 1)).filter(lambda order: order != sorted(order)))
def test_checkpoints_in_another_order_are_found(order: list[int]) -> None:
    assert isinstance(verify(ENTRIES, [NOTES[size] for size in order], KEY), Broken)


def test_another_logs_checkpoints_are_found() -> None:
    other = Ed25519PrivateKey.from_private_bytes(bytes(32))
    assert isinstance(verify(ENTRIES, NOTES, log_key(ORIGIN, other)), Broken)
    assert isinstance(verify(ENTRIES, NOTES, log_key("desk-2/access/00000000", SIGNING)), Broken)


def test_an_entry_that_is_none_is_found_though_it_was_signed() -> None:
    line = b'{"not":"an entry"}'
    entries = [*ENTRIES, StoredEntry(SIZE, line, leaf_hash(line))]
    assert verify(entries, notes_over(entries), KEY) == Broken(SIZE, SIZE, Finding.UNREADABLE)


def test_a_head_is_written_and_read() -> None:
    assert Head.of_text(str(HEAD)) == HEAD


@pytest.mark.parametrize("text", ["", "12", "12:", ":ab", "-1:" + "00" * 32, "x:" + "00" * 32, "12:" + "00" * 31])
def test_what_is_no_head_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # whichever part is wrong
        Head.of_text(text)
