"""Whatever is done to a stored log is found, and the first bad entry named."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from verified_log import (
    END,
    ENTRIES,
    EVERY,
    HEAD,
    KEYS,
    NOTES,
    PLACES,
    SIZE,
    check,
    end_of,
    note_over,
    notes_over,
    stored,
    tiles_of,
)

from terminal.access_log.entry import read_entry, write_entry
from terminal.access_log.masking import SEED_BYTES, seal
from terminal.access_log.tag import TagKey
from terminal.access_log.tree import Frontier, Subtree, leaf_hash, root_of
from terminal.access_log.verify import (
    Broken,
    Finding,
    Head,
    Intact,
    StoredEnd,
    StoredEntry,
    StoredLog,
    verify,
)

MANY = [stored(seq, f"visit-{seq}") for seq in range(700)]


def renumbered(entries: list[StoredEntry]) -> list[StoredEntry]:
    return [entry._replace(seq=seq) for seq, entry in enumerate(entries)]


def rewritten(entries: list[StoredEntry], tags: TagKey | None = None) -> list[StoredEntry]:
    """As someone does who knows the format and lacks the keys, or has only the one given."""
    plain = [write_entry(replace(read_entry(entry.line), seq=seq)) for seq, entry in enumerate(entries)]
    lines = [seal(line, bytes(SEED_BYTES)) for line in plain]
    return [
        StoredEntry(seq, line, tags.of_entry(seq, line) if tags else entries[seq].tag) for seq, line in enumerate(lines)
    ]


def test_a_log_as_written_is_intact() -> None:
    assert check(ENTRIES) == Intact(HEAD, SIZE)


@given(st.integers(0, SIZE))
def test_a_log_whose_last_entries_are_not_signed_yet_is_intact_and_says_so(size: int) -> None:
    signed = size // EVERY * EVERY
    entries = ENTRIES[:size]
    report = check(entries, NOTES[: size // EVERY + 1], end_of(entries, signed))
    assert report == Intact(Head(size, root_of(leaf_hash(entry.line) for entry in entries)), signed)


@pytest.mark.parametrize("size", [255, 256, 257, 511, 512, 700])
def test_a_log_of_many_tiles_is_intact(size: int) -> None:
    entries = MANY[:size]
    notes = [note_over(entries[:signed]) for signed in range(0, size + 1, 100)]
    report = check(entries, notes, end_of(entries, size // 100 * 100))
    assert report == Intact(Head(size, root_of(leaf_hash(entry.line) for entry in entries)), size // 100 * 100)


def test_a_log_without_entries_is_intact() -> None:
    assert check([], NOTES[:1], end_of([], 0)) == Intact(Head(0, root_of([])), 0)


def test_a_log_without_checkpoints_or_end_is_not() -> None:
    assert check([], []) == Broken(0, 0, Finding.NOT_SIGNED)
    assert check(ENTRIES, []) == Broken(0, 0, Finding.NOT_SIGNED)
    assert check(ENTRIES, NOTES, None) == Broken(0, 0, Finding.NOT_SIGNED)


@given(PLACES, st.binary(max_size=20))
def test_changed_bytes_are_found(place: int, line: bytes) -> None:
    entries = [*ENTRIES]
    entries[place] = entries[place]._replace(line=line)
    assert check(entries) == Broken(place, place, Finding.CHANGED)


@given(PLACES, st.data())
def test_any_single_bit_is_found(place: int, data: st.DataObject) -> None:
    line = bytearray(ENTRIES[place].line)
    bit = data.draw(st.integers(0, 8 * len(line) - 1))
    line[bit // 8] ^= 1 << bit % 8
    report = check([*ENTRIES[:place], ENTRIES[place]._replace(line=bytes(line)), *ENTRIES[place + 1 :]])
    assert isinstance(report, Broken)
    assert report.first == report.last == place


@given(PLACES)
def test_another_entry_in_the_right_form_is_found(place: int) -> None:
    forged = stored(place, "another visit", TagKey(bytes(32)))
    assert check([*ENTRIES[:place], forged, *ENTRIES[place + 1 :]]) == Broken(place, place, Finding.CHANGED)


@given(PLACES)
def test_a_change_by_someone_who_can_tag_but_not_sign_is_found_by_the_checkpoint(place: int) -> None:
    entries = [*ENTRIES[:place], stored(place, "another visit"), *ENTRIES[place + 1 :]]
    first = place // EVERY * EVERY
    assert check(entries, NOTES, end_of(entries, SIZE)) == Broken(first, first + EVERY - 1, Finding.NOT_AS_SIGNED)
    each = notes_over(ENTRIES, every=1)
    assert check(entries, each, end_of(entries, SIZE)) == Broken(place, place, Finding.NOT_AS_SIGNED)


@given(PLACES)
def test_a_deleted_entry_is_found(place: int) -> None:
    entries = ENTRIES[:place] + ENTRIES[place + 1 :]
    assert check(entries) == Broken(place, place, Finding.MISSING)
    assert check(entries, NOTES[:1], end_of(ENTRIES, 0)) == Broken(place, place, Finding.MISSING)


@given(PLACES)
def test_a_deleted_entry_is_found_though_the_rest_is_rewritten(place: int) -> None:
    entries = rewritten(ENTRIES[:place] + ENTRIES[place + 1 :])
    finding = Finding.MISSING if place == SIZE - 1 else Finding.CHANGED
    assert check(entries) == Broken(place, place, finding)
    if place == SIZE - 1:
        assert check(entries, NOTES[:-1]) == Broken(place, place, finding)


@given(st.integers(0, SIZE), st.booleans())
def test_an_inserted_entry_is_found(place: int, is_rewritten: bool) -> None:
    inserted = stored(place, "never happened", TagKey(bytes(32)))
    entries = [*ENTRIES[:place], inserted, *ENTRIES[place:]]
    entries = rewritten(entries) if is_rewritten else renumbered(entries)
    assert check(entries) == Broken(place, place, Finding.CHANGED)


def test_an_entry_added_by_someone_who_can_tag_is_found_at_the_end() -> None:
    assert check([*ENTRIES, stored(SIZE, "never happened")]) == Broken(SIZE, SIZE, Finding.NOT_SIGNED)


@given(st.permutations(range(SIZE)), st.booleans())
def test_another_order_is_found(order: list[int], is_rewritten: bool) -> None:
    entries = [ENTRIES[place] for place in order]
    entries = rewritten(entries) if is_rewritten else renumbered(entries)
    moved = [place for place, was in enumerate(order) if place != was]
    report = check(entries)
    if moved:
        assert report == Broken(moved[0], moved[0], Finding.CHANGED if is_rewritten else Finding.MISPLACED)
    else:
        assert report == Intact(HEAD, SIZE)


@given(PLACES)
def test_a_tail_cut_off_is_found_by_the_log_itself(size: int) -> None:
    assert check(ENTRIES[:size]) == Broken(size, size, Finding.MISSING)
    notes = [note for note in NOTES if note.size <= size]
    assert check(ENTRIES[:size], notes) == Broken(size, size, Finding.MISSING)


@given(PLACES, st.binary(min_size=16, max_size=16))
def test_a_tail_cut_off_with_its_checkpoints_and_its_end_replaced_is_found(size: int, tag: bytes) -> None:
    notes = [note for note in NOTES if note.size <= size]
    for forged in (StoredEnd(size, notes[-1].size, tag), END._replace(size=size, signed=notes[-1].size)):
        assert check(ENTRIES[:size], notes, forged) == Broken(size, size, Finding.END_CHANGED)


@given(PLACES)
def test_an_older_state_put_back_whole_is_found_with_a_noted_head_only(size: int) -> None:
    notes = [note for note in NOTES if note.size <= size]
    older = (ENTRIES[:size], notes, end_of(ENTRIES[:size], notes[-1].size))
    assert isinstance(check(*older), Intact)
    assert check(*older, noted=HEAD) == Broken(size, SIZE - 1, Finding.MISSING)


@pytest.mark.parametrize("tile", [(1, 0), (1, 1)])
def test_a_changed_hash_of_the_tree_is_found(tile: tuple[int, int]) -> None:
    tiles = tiles_of(MANY) | {tile: bytes(32)}
    log = StoredLog(MANY, [note_over([])], end_of(MANY, 0), lambda level, place: tiles.get((level, place)), len(tiles))
    last = (tile[1] + 1) * 256 - 1
    assert verify(log, KEYS) == Broken(last, last, Finding.HASH_CHANGED)


def test_a_hash_too_many_is_found() -> None:
    tiles = tiles_of(ENTRIES)
    log = StoredLog(ENTRIES, NOTES, END, lambda level, place: tiles.get((level, place)), len(tiles) + 1)
    assert verify(log, KEYS) == Broken(SIZE, SIZE, Finding.HASH_CHANGED)


def test_an_entry_that_is_none_is_found_though_it_was_signed() -> None:
    line = b'{"not":"an entry"}'
    entries = [*ENTRIES, StoredEntry(SIZE, line, KEYS.tags.of_entry(SIZE, line))]
    notes = [*NOTES, note_over(entries)]
    assert check(entries, notes, end_of(entries, SIZE + 1)) == Broken(SIZE, SIZE, Finding.UNREADABLE)


def test_subtrees_are_whole_tiles_every_256_entries() -> None:
    frontier = Frontier().extend(leaf_hash(entry.line) for entry in MANY[:255])
    leaf = leaf_hash(MANY[255].line)
    assert frontier.tiles_completed_by(leaf) == [Subtree(1, 0, frontier.append(leaf).root())]
    assert frontier.append(leaf).tiles_completed_by(leaf) == []
