"""A passphrase and Windows give back the key that they were given, to whom they should, and nothing to anybody else."""

import ctypes
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from offline_cache.keys.dpapi_seal import NO_QUESTIONS, Blob, Dpapi, DpapiSeal
from offline_cache.keys.passphrase_seal import PassphraseSeal
from terminal.problems import Problem, TerminalError
from terminal.sealing.passphrase import Cost

KEK = bytes(range(32))
PHRASE = "an invented phrase of words"
CHEAP = Cost(memory_kib=64, passes=1, lanes=1)


def wrong(call: Callable[[], object]) -> TerminalError:
    with pytest.raises(TerminalError) as raised:
        call()
    return raised.value


# --- a passphrase ---


def passphrase(folder: Path, phrase: str = PHRASE) -> PassphraseSeal:
    return PassphraseSeal(folder, lambda: phrase, CHEAP)


def test_a_passphrase_opens_what_it_sealed_and_no_other_does(tmp_path: Path) -> None:
    passphrase(tmp_path).keep(KEK)
    assert passphrase(tmp_path).open() == passphrase(tmp_path).begin() == KEK
    assert wrong(passphrase(tmp_path, PHRASE.upper()).open).problem is Problem.KEY_PASSPHRASE_WRONG
    assert wrong(passphrase(tmp_path, "").open).problem is Problem.KEY_PASSPHRASE_WRONG


def test_full_width_letters_are_the_same_passphrase(tmp_path: Path) -> None:
    passphrase(tmp_path, "受付 no kagi 2026 aikotoba").keep(KEK)
    assert passphrase(tmp_path, "受付　ｎｏ　ｋａｇｉ　２０２６　ａｉｋｏｔｏｂａ").open() == KEK


def test_a_short_passphrase_is_not_taken(tmp_path: Path) -> None:
    assert wrong(lambda: passphrase(tmp_path, "fifteen letters").keep(KEK)).problem is Problem.KEY_PASSPHRASE_WRONG
    assert not list(tmp_path.iterdir())


def test_the_same_passphrase_never_makes_the_same_file_nor_lies_in_it(tmp_path: Path) -> None:
    path = tmp_path / PassphraseSeal.FILE
    passphrase(tmp_path).keep(KEK)
    first = path.read_text()
    passphrase(tmp_path).keep(KEK)
    assert json.loads(first)["salt"] != json.loads(path.read_text())["salt"]
    assert PHRASE not in first
    assert KEK.hex() not in first


def test_a_guess_costs_what_it_should_unless_told_otherwise(tmp_path: Path) -> None:
    PassphraseSeal(tmp_path, lambda: PHRASE).keep(KEK)
    said = json.loads((tmp_path / PassphraseSeal.FILE).read_bytes())
    assert (said["kdf"], said["memory_kib"], said["passes"], said["lanes"]) == ("argon2id", 262144, 3, 4)
    assert passphrase(tmp_path).open() == KEK  # the file's cost counts


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(st.data())
def test_a_damaged_file_is_never_told_as_a_wrong_passphrase(tmp_path: Path, data: st.DataObject) -> None:
    passphrase(tmp_path).keep(KEK)
    path = tmp_path / PassphraseSeal.FILE
    content = bytearray(path.read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content)
    problem = None
    try:
        assert passphrase(tmp_path).open() == KEK  # white space
    except TerminalError as error:
        problem = error.problem
    assert problem in (None, Problem.KEY_MISSING)


@pytest.mark.parametrize("untrusted", [b"", b"[]", b"null", b"{}", b"\xff", b"[" * 100_000])
def test_what_no_passphrase_sealed_is_refused(tmp_path: Path, untrusted: bytes) -> None:
    (tmp_path / PassphraseSeal.FILE).write_bytes(untrusted)
    assert "damaged" in wrong(passphrase(tmp_path).open).detail


def test_a_file_that_asks_for_all_of_the_memory_is_refused(tmp_path: Path) -> None:
    PassphraseSeal(tmp_path, lambda: PHRASE, Cost(64, 1, 1)).keep(KEK)
    path = tmp_path / PassphraseSeal.FILE
    said = json.loads(path.read_bytes()) | {"memory_kib": 1 << 30}
    path.write_text(json.dumps(said))
    assert "damaged" in wrong(passphrase(tmp_path).open).detail


# --- DPAPI, against a stand-in for crypt32 ---


class StandInForWindows:
    """Protects for one account by a mark; keeps what it was called with. Both libraries in one."""

    def __init__(self, account: bytes) -> None:
        self.account = account
        self.flags: list[int] = []
        self.freed = 0
        self._kept: list[object] = []

    def CryptProtectData(self, *arguments: object) -> int:  # noqa: N802
        return self._answer(
            lambda data, entropy: self.account + entropy + bytes(255 - each for each in data), *arguments
        )

    def CryptUnprotectData(self, *arguments: object) -> int:  # noqa: N802
        def opened(data: bytes, entropy: bytes) -> bytes | None:
            mark = self.account + entropy
            return bytes(255 - each for each in data[len(mark) :]) if data.startswith(mark) else None

        return self._answer(opened, *arguments)

    def LocalFree(self, _pointer: object) -> None:  # noqa: N802
        self.freed += 1

    def _answer(self, work: Callable[[bytes, bytes], bytes | None], *arguments: object) -> int:
        given, _name, entropy, _reserved, _prompt, flags, out = arguments
        self.flags.append(int(str(flags)))
        made = work(read(blob_of(given)), read(blob_of(entropy)))
        if made is None:
            return 0
        kept = (ctypes.c_ubyte * len(made)).from_buffer_copy(made)
        self._kept.append(kept)
        blob_of(out).size, blob_of(out).data = len(made), ctypes.cast(kept, ctypes.POINTER(ctypes.c_ubyte))
        return 1


def blob_of(reference: object) -> Blob:
    blob = reference._obj  # type: ignore[attr-defined]  # what ctypes.byref was given
    assert isinstance(blob, Blob)
    return blob


def read(blob: Blob) -> bytes:
    return ctypes.string_at(blob.data, blob.size)


def test_windows_gives_the_key_back_to_the_same_account_only(tmp_path: Path) -> None:
    clinic, other = StandInForWindows(b"clinic"), StandInForWindows(b"other")
    DpapiSeal(tmp_path, Dpapi(clinic, clinic)).keep(KEK)
    assert DpapiSeal(tmp_path, Dpapi(clinic, clinic)).open() == KEK
    assert wrong(DpapiSeal(tmp_path, Dpapi(other, other)).open).problem is Problem.KEY_MISSING
    assert set(clinic.flags) == {NO_QUESTIONS}  # asks nobody, and is for the account, not for the machine
    assert clinic.freed == 3
    assert KEK not in (tmp_path / DpapiSeal.FILE).read_bytes()


def test_a_blob_has_the_layout_of_windows() -> None:
    assert ctypes.sizeof(Blob) == 2 * ctypes.sizeof(ctypes.c_void_p)
    assert Blob.data.offset == ctypes.sizeof(ctypes.c_void_p)


@pytest.mark.skipif(os.name == "nt", reason="there is DPAPI")
def test_elsewhere_there_is_no_dpapi(tmp_path: Path) -> None:
    assert "none but on Windows" in wrong(lambda: DpapiSeal(tmp_path).keep(KEK)).detail
