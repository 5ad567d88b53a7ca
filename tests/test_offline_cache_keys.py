"""Keys are wrapped, told apart, never in plain in their file; and nobody changes the file without the key."""

import contextlib
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_cache.keys import KEY_BYTES, PracticeSeal, Seal, new_keys, unwrap
from offline_cache.keys.choice import seal_in
from offline_cache.keys.key_file import (
    KeyFile,
    begin_key_file,
    make_wrap,
    open_for_recovery,
    open_with,
    read_key_file,
    write_key_file,
)
from offline_cache.keys.recovery import new_private_key, read_private, read_public, recovery_key, write_private
from terminal.durable import give_to_folders_owner, write_durably
from terminal.problems import Problem, TerminalError


class KnownSeal:
    kind = "credential"

    def __init__(self, kek: bytes, *, is_practice: bool = False) -> None:
        self._kek = kek
        self.is_practice = is_practice

    def begin(self) -> bytes:
        return self._kek

    def open(self) -> bytes:
        return self._kek

    def keep(self, kek: bytes) -> None:
        self._kek = kek


NOW = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
KEK = bytes(range(KEY_BYTES))
KEYS = new_keys()
PRIVATE = new_private_key()
RECOVERY = recovery_key(PRIVATE)
CONTENT = begin_key_file(KEYS, KnownSeal(KEK), NOW, RECOVERY)
ALICE = "MCowBQYDK2VuAyEAhSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo="  # her public key, of RFC 7748, 6.1
PUBLIC_PEM = f"-----BEGIN PUBLIC KEY-----\n{ALICE}\n-----END PUBLIC KEY-----\n".encode()


def problem_of(untrusted: bytes, seal: Seal) -> Problem:
    with pytest.raises(TerminalError) as raised:
        unwrap(untrusted, seal)
    return raised.value.problem


def changed(**fields: object) -> bytes:
    content = json.loads(CONTENT)
    content["wraps"][0].update(fields)
    return json.dumps(content).encode()


def test_wrapped_keys_are_unwrapped_by_the_same_seal() -> None:
    assert unwrap(CONTENT, KnownSeal(KEK)) == KEYS


def test_no_key_lies_in_plain_in_the_key_file() -> None:
    for key in (KEK, KEYS.journal, KEYS.cache, KEYS.lookup, KEYS.pseudonym, KEYS.signing, PRIVATE.private_bytes_raw()):
        assert key not in CONTENT
        assert key.hex() not in CONTENT.decode()


def test_no_key_shows_in_a_repr() -> None:
    assert repr(KEYS) == "Keys()"


def test_another_wrapping_key_is_told() -> None:
    assert problem_of(CONTENT, KnownSeal(bytes(KEY_BYTES))) is Problem.STORE_UNREADABLE


def test_practice_and_real_are_never_mixed() -> None:
    assert problem_of(CONTENT, KnownSeal(KEK, is_practice=True)) is Problem.STORE_UNREADABLE
    practice = begin_key_file(KEYS, KnownSeal(KEK, is_practice=True), NOW, None)
    assert problem_of(practice, KnownSeal(KEK)) is Problem.STORE_UNREADABLE
    relabelled = practice.replace(b'"practice": true', b'"practice": false')
    assert relabelled != practice
    assert problem_of(relabelled, KnownSeal(KEK)) is Problem.STORE_UNREADABLE


@given(st.integers(0, len(CONTENT) - 1), st.integers(1, 255))
def test_a_damaged_key_file_gives_no_wrong_key(place: int, change: int) -> None:
    damaged = CONTENT[:place] + bytes([CONTENT[place] ^ change]) + CONTENT[place + 1 :]
    with contextlib.suppress(TerminalError):
        assert unwrap(damaged, KnownSeal(KEK)) == KEYS  # white space
    with contextlib.suppress(TerminalError):
        assert open_for_recovery(read_key_file(damaged), PRIVATE) == KEK


@pytest.mark.parametrize(
    "untrusted",
    [b"", b"{}", b"[]", b"null", b"\xff", b"[" * 100_000, b'{"v":1}', b'{"v":2,"practice":true,"wraps":[]}'],
)
def test_what_is_no_key_file_is_refused(untrusted: bytes) -> None:
    assert problem_of(untrusted, KnownSeal(KEK)) is Problem.STORE_UNREADABLE


@pytest.mark.parametrize(
    "fields",
    [
        {"keys": {}},
        {"keys": json.loads(CONTENT)["wraps"][0]["keys"] | {"journal": "00" * 40}},
        {"following": json.loads(CONTENT)["wraps"][0]["keys"]},
        {"recovery": None, "recovery_sealed": None},
        {"recovery": recovery_key(new_private_key()).public.hex()},
        {"recovery": "00"},
        {"seal": "practice"},
        {"at": "2020-01-01T00:00:00+00:00"},
        {"at": "yesterday"},
        {"tag": "é"},
        {"tag": ""},
        {"more": 1},
    ],
)
def test_nobody_changes_a_key_file_without_the_key(fields: dict[str, object]) -> None:
    assert problem_of(changed(**fields), KnownSeal(KEK)) is Problem.STORE_UNREADABLE


def test_the_recovery_key_gives_the_wrapping_key_and_no_other_does() -> None:
    file = read_key_file(CONTENT)
    assert open_for_recovery(file, PRIVATE) == KEK
    with pytest.raises(TerminalError) as raised:
        open_for_recovery(file, new_private_key())
    assert raised.value.problem is Problem.KEY_MISSING
    assert RECOVERY.id in raised.value.detail
    with pytest.raises(TerminalError) as raised:
        open_for_recovery(read_key_file(begin_key_file(KEYS, KnownSeal(KEK), NOW, None)), PRIVATE)
    assert raised.value.detail.endswith("the store's is none")


def test_what_is_kept_for_recovery_is_not_taken_from_someone_else() -> None:
    strangers = bytes(reversed(KEK))
    with pytest.raises(TerminalError) as raised:
        open_for_recovery(read_key_file(changed(recovery_sealed=RECOVERY.seal(strangers).hex())), PRIVATE)
    assert raised.value.problem is Problem.STORE_UNREADABLE


def test_while_the_seal_changes_either_key_opens() -> None:
    new = bytes(reversed(KEK))
    wraps = tuple(make_wrap(KEYS, kek, KnownSeal(kek), NOW, RECOVERY) for kek in (KEK, new))
    file = read_key_file(write_key_file(KeyFile(is_practice=False, wraps=wraps)))
    assert open_with(file, KEK).keys == open_with(file, new).keys == KEYS
    assert open_for_recovery(file, PRIVATE) == new


def test_a_recovery_key_is_read_as_openssl_writes_it() -> None:
    public = "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"
    assert read_public(PUBLIC_PEM).public.hex() == public
    assert recovery_key(read_private(write_private(PRIVATE), pytest.fail)) == RECOVERY


@pytest.mark.parametrize("untrusted", [b"", b"-----BEGIN PUBLIC KEY-----\n!\n-----END PUBLIC KEY-----\n", b"ENCRYPTED"])
def test_what_is_no_recovery_key_is_refused(untrusted: bytes) -> None:
    for read in (read_public, lambda pem: read_private(pem, lambda: "a passphrase")):
        with pytest.raises(TerminalError):
            read(untrusted)


def test_the_practice_seal_makes_its_key_once(tmp_path: Path) -> None:
    kek = PracticeSeal(tmp_path).begin()
    assert len(kek) == KEY_BYTES
    assert PracticeSeal(tmp_path).begin() == PracticeSeal(tmp_path).open() == kek
    assert "NOT-FOR-REAL-DATA" in next(tmp_path.iterdir()).name


def test_without_the_practice_key_the_key_is_missing(tmp_path: Path) -> None:
    content = begin_key_file(KEYS, KnownSeal(KEK, is_practice=True), NOW, None)
    assert problem_of(content, PracticeSeal(tmp_path)) is Problem.KEY_MISSING
    (tmp_path / PracticeSeal.FILE).write_text("not hex")
    assert problem_of(content, PracticeSeal(tmp_path)) is Problem.KEY_MISSING


@pytest.mark.parametrize("kind", ["plain", "none", ""])
def test_there_is_no_seal_beside_the_known_ones(tmp_path: Path, kind: str) -> None:
    with pytest.raises(TerminalError) as raised:
        seal_in(tmp_path, kind)
    assert raised.value.problem is Problem.KEY_MISSING


@pytest.mark.parametrize("kind", ["credential", "passphrase", "dpapi"])
def test_a_seal_that_cannot_open_falls_back_to_nothing(tmp_path: Path, kind: str) -> None:
    (tmp_path / PracticeSeal.FILE).write_text(KEK.hex())
    assert problem_of(CONTENT, seal_in(tmp_path, kind)) is Problem.KEY_MISSING
    assert [path.name for path in tmp_path.iterdir()] == [PracticeSeal.FILE]


def test_a_file_is_written_for_its_owner_only_over_whatever_was_left(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    (tmp_path / "keys.json.tmp").write_bytes(b"left by a crash")
    write_durably(path, b"one")
    write_durably(path, b"two")
    assert path.read_bytes() == b"two"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["keys.json"]


def test_what_root_writes_belongs_to_the_folders_owner(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        os.chown(tmp_path, 65534, 65534)  # nobody
    owner = tmp_path.stat()
    write_durably(tmp_path / "keys.json", b"one")
    (tmp_path / "store.lock").touch()
    give_to_folders_owner(tmp_path)
    assert {(each.stat().st_uid, each.stat().st_gid) for each in tmp_path.iterdir()} == {(owner.st_uid, owner.st_gid)}
