"""No check-in leaves a trace of number, PIN, card code or photo; and the search for traces is not blind."""

import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.commands.traces import FULL_WIDTH, Secret, Trace, bytes_secret, digits_secret, in_bytes, in_memory

NUMBER = "918273645546"
NOISE = os.urandom(4096).replace(NUMBER.encode(), b"")
is_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may look into the memory of another process")


def found(content: bytes, *secrets: Secret) -> set[str]:
    return {trace.form for trace in in_bytes(content, secrets, "a test")}


@pytest.mark.parametrize(
    ("form", "written"),
    [
        ("ASCII", NUMBER.encode()),
        ("UTF-16", NUMBER.encode("utf-16-le")),
        ("UTF-16", NUMBER.encode("utf-16-be")),
        ("full-width UTF-8", NUMBER.translate(FULL_WIDTH).encode()),
        ("full-width UTF-16", NUMBER.translate(FULL_WIDTH).encode("utf-16-le")),
        ("full-width UTF-16", NUMBER.translate(FULL_WIDTH).encode("utf-16-be")),
        ("BCD", bytes.fromhex(NUMBER)),
        ("hex", NUMBER.encode().hex().encode()),
    ],
)
def test_a_number_is_found_in_each_form(form: str, written: bytes) -> None:
    assert found(NOISE + written + NOISE, digits_secret("number", NUMBER)) == {form}
    assert found(NOISE + written[:-2] + NOISE, digits_secret("number", NUMBER)) == set()


@pytest.mark.parametrize("written", [b"\x00\x09", b"\x00\x01\x02hex", bytes(range(256))])
def test_bytes_are_found_as_they_are_and_as_hex(written: bytes) -> None:
    secret = bytes_secret("photo", written)
    assert found(NOISE + written, secret) >= {"bytes"}
    assert found(written.hex().upper().encode(), secret) == {"HEX"} or written.hex() == written.hex().upper()


def test_a_pin_counts_where_it_stands_alone() -> None:
    pin = digits_secret("PIN", "8305")
    assert found(b"\x00\x20\x00\x80\x048305", pin) == {"ASCII"}
    assert found(b"83051 a8305 8305z", pin) == set()
    assert found(b"83051 and 8305", pin) == {"ASCII"}


@given(st.binary(max_size=40), st.binary(max_size=40), st.text("0123456789", min_size=12, max_size=14))
def test_what_is_there_is_found_wherever_it_stands(before: bytes, after: bytes, digits: str) -> None:
    assert "ASCII" in found(before + digits.encode() + after, digits_secret("number", digits))


@is_root
def test_it_is_found_in_the_memory_of_a_process_that_hides_and_not_once_it_is_overwritten() -> None:
    program = (
        "import sys; from device.child import forbid_core_dumps\n"
        "forbid_core_dumps(); held = bytearray.fromhex(sys.stdin.readline()); print('held', flush=True)\n"
        "sys.stdin.readline(); held[:] = bytes(len(held)); print('gone', flush=True); sys.stdin.readline()"
    )
    mark = os.urandom(32)
    secret = Secret("mark", {"bytes": mark})
    with subprocess.Popen(
        [sys.executable, "-c", program], bufsize=0, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(mark.hex().encode() + b"\n")
        assert process.stdout.readline() == b"held\n"
        assert {trace.secret for trace in in_memory(process.pid, [secret], "it")} == {"mark"}
        process.stdin.write(b"\n")
        assert process.stdout.readline() == b"gone\n"
        assert set(in_memory(process.pid, [secret], "it")) == set()


def test_a_trace_says_where_and_not_what() -> None:
    (trace,) = in_bytes(NUMBER.encode(), [digits_secret("number", NUMBER)], "file x")
    assert trace == Trace("number", "ASCII", "file x")
    assert NUMBER not in repr(trace) + repr(digits_secret("number", NUMBER))


@is_root
@pytest.mark.timeout(300)
def test_after_whole_check_ins_there_is_no_trace_of_what_was_planted() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "terminal", "canary", "--quick"],
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert (done.returncode, done.stdout.splitlines()[-1:]) == (0, ["nothing found"]), done.stdout + done.stderr
