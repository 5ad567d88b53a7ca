"""Verification of checkpoints, tags and noted heads: taken away, changed, in another order, of another log."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from verified_log import (
    ENTRIES,
    EVERY,
    HEAD,
    KEYS,
    NOTES,
    ORIGIN,
    PLACES,
    SIGNING,
    SIZE,
    check,
    end_of,
    notes_over,
    stored,
)

from terminal.access_log.checkpoint import Checkpoint, log_key, sign
from terminal.access_log.tag import TagKey, tag_key
from terminal.access_log.tree import leaf_hash, root_of
from terminal.access_log.verify import (
    Broken,
    Finding,
    Head,
    Intact,
    LogKeys,
    StoredNote,
)


def test_the_last_checkpoint_taken_away_is_found() -> None:
    assert check(ENTRIES, NOTES[:-1]) == Broken(SIZE - EVERY, SIZE - 1, Finding.NOT_SIGNED)


@given(st.integers(0, SIZE))
def test_a_noted_head_of_this_log_is_recognised(size: int) -> None:
    noted = Head(size, root_of(leaf_hash(entry.line) for entry in ENTRIES[:size]))
    assert check(ENTRIES, noted=noted) == Intact(HEAD, SIZE)


@given(PLACES)
def test_a_log_written_anew_with_the_keys_is_found_with_a_noted_head_only(place: int) -> None:
    entries = [*ENTRIES[:place], stored(place, "another visit"), *ENTRIES[place + 1 :]]
    anew = (entries, notes_over(entries), end_of(entries, SIZE))
    assert isinstance(check(*anew), Intact)
    assert check(*anew, noted=HEAD) == Broken(0, SIZE - 1, Finding.NOT_AS_NOTED)


@given(st.integers(1, SIZE // EVERY), st.integers(0, 60))
def test_a_changed_checkpoint_is_found(number: int, place: int) -> None:
    notes = [*NOTES]
    text = notes[number].text
    notes[number] = notes[number]._replace(text=text[:place] + chr(ord(text[place]) ^ 1) + text[place + 1 :])
    first = (number - 1) * EVERY
    assert check(ENTRIES, notes) == Broken(first, first + EVERY - 1, Finding.NOT_AS_SIGNED)


@given(st.permutations(range(len(NOTES))).filter(lambda order: order != sorted(order)))
def test_checkpoints_in_another_order_are_found(order: list[int]) -> None:
    assert isinstance(check(ENTRIES, [NOTES[number] for number in order]), Broken)


def test_another_logs_checkpoints_and_tags_are_found() -> None:
    other = Ed25519PrivateKey.from_private_bytes(bytes(32))
    assert isinstance(check(ENTRIES, keys=LogKeys(log_key(ORIGIN, other), KEYS.tags)), Broken)
    assert isinstance(check(ENTRIES, keys=LogKeys(log_key("desk-2/access/00000000", SIGNING), KEYS.tags)), Broken)
    assert check(ENTRIES, keys=LogKeys(KEYS.log, tag_key(bytes(32)))) == Broken(SIZE, SIZE, Finding.END_CHANGED)


def test_a_tag_names_its_log_place_and_purpose() -> None:
    tags = KEYS.tags
    assert tags.of_entry(1, b"x") == tags.of_entry(1, b"x")
    assert (
        len({tags.of_entry(1, b"x"), tags.of_entry(2, b"x"), tags.of_entry(1, b"y"), TagKey(b"k").of_entry(1, b"x")})
        == 4
    )
    assert tags.of_end("a", 1, bytes(32), 0) != tags.of_end("b", 1, bytes(32), 0)
    assert repr(tags) == "TagKey()"


def test_a_tagged_note_that_another_key_signed_is_found_at_the_end() -> None:
    """Whoever can tag and not sign gets no further than the last checkpoint, which is held against the key itself."""
    other = Ed25519PrivateKey.from_private_bytes(bytes(32))
    text = sign(Checkpoint(ORIGIN, SIZE, HEAD.root), other)
    notes = [*NOTES[:-1], StoredNote(SIZE, text, KEYS.tags.of_note(text))]
    assert check(ENTRIES, notes) == Broken(SIZE - EVERY, SIZE - 1, Finding.NOT_AS_SIGNED)
    tagged = [note._replace(tag=KEYS.tags.of_note(note.text)) for note in NOTES]
    assert check(ENTRIES, tagged) == Intact(HEAD, SIZE)


def test_a_tag_over_another_note_does_not_help() -> None:
    notes = [*NOTES]
    notes[1] = StoredNote(notes[1].size, notes[1].text.replace("=\n", "A\n"), KEYS.tags.of_note(notes[1].text))
    assert isinstance(check(ENTRIES, notes), Broken)


def test_a_head_is_written_and_read() -> None:
    assert Head.of_text(str(HEAD)) == HEAD


@pytest.mark.parametrize("text", ["", "12", "12:", ":ab", "-1:" + "00" * 32, "x:" + "00" * 32, "12:" + "00" * 31])
def test_what_is_no_head_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # whichever part is wrong
        Head.of_text(text)
