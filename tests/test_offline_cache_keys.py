"""Keys are wrapped, told apart, and never made anew where old ones are needed."""

import contextlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_cache.keys import (
    KEY_BYTES,
    CredentialSeal,
    PracticeSeal,
    new_keys,
    says_practice,
    unwrap,
    wrap,
    write_durably,
)
from terminal.problems import Problem, TerminalError


class KnownSeal:
    def __init__(self, kek: bytes, *, is_practice: bool = False) -> None:
        self._kek = kek
        self.is_practice = is_practice

    def begin(self) -> bytes:
        return self._kek

    def open(self) -> bytes:
        return self._kek


KEK = bytes(range(KEY_BYTES))
KEYS = new_keys()
CONTENT = wrap(KEYS, KEK, is_practice=False)


def problem_of(untrusted: bytes, seal: KnownSeal | CredentialSeal | PracticeSeal) -> Problem:
    with pytest.raises(TerminalError) as raised:
        unwrap(untrusted, seal)
    return raised.value.problem


def test_wrapped_keys_are_unwrapped_by_the_same_seal() -> None:
    assert unwrap(CONTENT, KnownSeal(KEK)) == KEYS


def test_no_key_lies_in_plain_in_the_key_file() -> None:
    for key in (KEK, KEYS.journal, KEYS.cache, KEYS.lookup, KEYS.pseudonym, KEYS.signing):
        assert key not in CONTENT
        assert key.hex() not in CONTENT.decode()


def test_no_key_shows_in_a_repr() -> None:
    assert repr(KEYS) == "Keys()"


def test_another_wrapping_key_is_told() -> None:
    assert problem_of(CONTENT, KnownSeal(bytes(KEY_BYTES))) is Problem.STORE_UNREADABLE


def test_practice_and_real_are_never_mixed() -> None:
    assert problem_of(CONTENT, KnownSeal(KEK, is_practice=True)) is Problem.STORE_UNREADABLE
    practice = wrap(KEYS, KEK, is_practice=True)
    assert problem_of(practice, KnownSeal(KEK)) is Problem.STORE_UNREADABLE
    assert says_practice(practice)
    assert not says_practice(CONTENT)


@given(st.integers(0, len(CONTENT) - 1), st.integers(1, 255))
def test_a_damaged_key_file_gives_no_wrong_key(place: int, change: int) -> None:
    damaged = CONTENT[:place] + bytes([CONTENT[place] ^ change]) + CONTENT[place + 1 :]
    with contextlib.suppress(TerminalError):
        assert unwrap(damaged, KnownSeal(KEK)) == KEYS  # white space, or a digit in the other case


@pytest.mark.parametrize("untrusted", [b"", b"{}", b"[]", b"null", b"\xff", b"[" * 100_000, b'{"v":1}'])
def test_what_is_no_key_file_is_refused(untrusted: bytes) -> None:
    assert problem_of(untrusted, KnownSeal(KEK)) is Problem.STORE_UNREADABLE
    with pytest.raises(TerminalError):
        says_practice(untrusted)


def test_a_key_of_another_length_is_refused() -> None:
    content = json.loads(CONTENT)
    content["keys"]["journal"] = content["keys"]["journal"] | {"wrapped": "00" * 24}
    assert problem_of(json.dumps(content).encode(), KnownSeal(KEK)) is Problem.STORE_UNREADABLE


def test_the_practice_seal_makes_its_key_once(tmp_path: Path) -> None:
    kek = PracticeSeal(tmp_path).begin()
    assert len(kek) == KEY_BYTES
    assert PracticeSeal(tmp_path).begin() == PracticeSeal(tmp_path).open() == kek
    assert "NOT-FOR-REAL-DATA" in next(tmp_path.iterdir()).name


def test_a_credential_is_the_wrapping_key(tmp_path: Path) -> None:
    (tmp_path / "uketsuke-kek").write_bytes(KEK)
    assert unwrap(CONTENT, CredentialSeal(tmp_path)) == KEYS


@pytest.mark.parametrize("content", [None, b"", b"short", bytes(KEY_BYTES + 1)])
def test_without_a_whole_credential_the_key_is_missing(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "uketsuke-kek").write_bytes(content)
    assert problem_of(CONTENT, CredentialSeal(tmp_path)) is Problem.KEY_MISSING


def test_outside_of_a_unit_the_key_is_missing() -> None:
    assert problem_of(CONTENT, CredentialSeal(None)) is Problem.KEY_MISSING


def test_without_the_practice_key_the_key_is_missing(tmp_path: Path) -> None:
    content = wrap(KEYS, KEK, is_practice=True)
    assert problem_of(content, PracticeSeal(tmp_path)) is Problem.KEY_MISSING
    (tmp_path / PracticeSeal.FILE).write_text("not hex")
    assert problem_of(content, PracticeSeal(tmp_path)) is Problem.KEY_MISSING


def test_a_file_is_written_for_its_owner_only_over_whatever_was_left(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    (tmp_path / "keys.json.tmp").write_bytes(b"left by a crash")
    write_durably(path, b"one")
    write_durably(path, b"two")
    assert path.read_bytes() == b"two"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["keys.json"]
