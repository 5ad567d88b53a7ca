"""systemd keeps a store's wrapping key: it gives it back on its own machine, by its own TPM2, and nowhere else."""

import base64
import contextlib
import shutil
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from offline_cache.keys.credential_seal import CredentialSeal, kept_by
from terminal.problems import Problem, TerminalError

KEK = bytes(range(32))
NULL_KEY = bytes.fromhex("058469daf6f54324800549da0f8ea2fb")  # "for machines without TPM2"

needs_systemd = pytest.mark.skipif(shutil.which("systemd-creds") is None, reason="systemd-creds is not installed")
TPM_LIBRARIES = ("libtss2-tcti-swtpm.so.0", "libtss2-esys.so.0", "libtss2-rc.so.0", "libtss2-mu.so.0")
needs_tpm = pytest.mark.skipif(
    shutil.which("swtpm") is None or not all(list(Path("/usr/lib").glob(f"*/{name}")) for name in TPM_LIBRARIES),
    reason="swtpm and systemd's TPM2 libraries are not installed",
)


def wrong(call: Callable[[], object]) -> TerminalError:
    with pytest.raises(TerminalError) as raised:
        call()
    return raised.value


def credential(folder: Path, tpm_device: str | None = None) -> CredentialSeal:
    return CredentialSeal(None, folder / CredentialSeal.SEALED, tpm_device)


@pytest.fixture
def _own_host_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """systemd's own variable for another host key: the machine's is not touched."""
    monkeypatch.setenv("SYSTEMD_CREDENTIAL_SECRET", str(tmp_path / "host key"))


def test_a_credential_is_the_wrapping_key(tmp_path: Path) -> None:
    (tmp_path / "uketsuke-kek").write_bytes(KEK)
    assert CredentialSeal(tmp_path).open() == CredentialSeal(tmp_path).begin() == KEK


@pytest.mark.parametrize("content", [None, b"", b"short", bytes(33)])
def test_without_a_whole_credential_the_key_is_missing(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "uketsuke-kek").write_bytes(content)
    assert wrong(CredentialSeal(tmp_path).open).problem is Problem.KEY_MISSING


def test_outside_of_a_unit_and_without_a_sealed_key_the_key_is_missing(tmp_path: Path) -> None:
    assert wrong(CredentialSeal(None).open).problem is Problem.KEY_MISSING
    assert wrong(lambda: CredentialSeal(None).keep(KEK)).problem is Problem.KEY_MISSING
    assert "uketsuke keys init" in wrong(credential(tmp_path).open).detail


@needs_systemd
@pytest.mark.usefixtures("_own_host_key")
def test_systemd_gives_the_key_back_on_the_machine_that_it_was_sealed_on(tmp_path: Path) -> None:
    credential(tmp_path).keep(KEK)
    sealed = (tmp_path / CredentialSeal.SEALED).read_bytes()
    assert KEK not in base64.b64decode(sealed)
    assert "host key" in kept_by(sealed)
    assert credential(tmp_path).open() == KEK


@needs_systemd
@pytest.mark.usefixtures("_own_host_key")
def test_on_another_machine_systemd_gives_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    credential(tmp_path).keep(KEK)
    monkeypatch.setenv("SYSTEMD_CREDENTIAL_SECRET", str(tmp_path / "another host key"))
    assert wrong(credential(tmp_path).open).problem is Problem.KEY_MISSING
    (tmp_path / "other").mkdir()
    credential(tmp_path / "other").keep(KEK)  # now that machine has a key of its own
    assert wrong(credential(tmp_path).open).problem is Problem.KEY_MISSING


def free_pair() -> int:
    """Two free ports in a row: swtpm's TCTI takes the second for control."""
    while True:
        with socket.socket() as one, socket.socket() as two:
            one.bind(("127.0.0.1", 0))
            port = int(one.getsockname()[1])
            with contextlib.suppress(OSError, OverflowError):
                two.bind(("127.0.0.1", port + 1))
                return port


@contextlib.contextmanager
def tpm(state: Path) -> Iterator[str]:
    """A TPM2 in software, and what systemd calls it."""
    state.mkdir(exist_ok=True)
    port, ready = free_pair(), state / "pid"
    process = subprocess.Popen(
        [
            "swtpm", "socket", "--tpm2", "--tpmstate", f"dir={state}", "--flags", "not-need-init,startup-clear",
            "--server", f"type=tcp,port={port},bindaddr=127.0.0.1", "--pid", f"file={ready}",
            "--ctrl", f"type=tcp,port={port + 1},bindaddr=127.0.0.1",
        ],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        connect_when_there(port + 1)
        yield f"swtpm:host=127.0.0.1,port={port}"
    finally:
        process.kill()
        process.wait()


def connect_when_there(port: int) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        with contextlib.suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port), timeout=30):
            return
    pytest.fail("swtpm did not start")


@needs_systemd
@needs_tpm
def test_a_tpm_gives_the_key_back_and_another_tpm_does_not(tmp_path: Path) -> None:
    with tpm(tmp_path / "tpm") as device:
        credential(tmp_path, device).keep(KEK)
    assert kept_by((tmp_path / CredentialSeal.SEALED).read_bytes()) == "TPM2"
    with tpm(tmp_path / "tpm") as device:  # the machine was off meanwhile
        assert credential(tmp_path, device).open() == KEK
    with tpm(tmp_path / "another tpm") as device:
        assert wrong(credential(tmp_path, device).open).problem is Problem.KEY_MISSING
    assert wrong(credential(tmp_path).open).problem is Problem.KEY_MISSING  # no TPM at all


def stand_in(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A `systemd-creds` that does as the script says, the only one on the path."""
    path = folder / "bin" / "systemd-creds"
    path.parent.mkdir()
    path.write_text(f"#!{sys.executable}\nimport base64, os, sys\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(path.parent))


def test_the_key_goes_to_systemd_over_a_pipe_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = tmp_path / "seen"
    stand_in(
        tmp_path,
        f"given = sys.stdin.buffer.read()\n"
        f"open({str(seen)!r}, 'a').write(repr(sys.argv) + repr(dict(os.environ)))\n"
        f"begins = bytes.fromhex('0c7cc07b117645919c4b0bea08bc20fe')\n"
        f"out = base64.b64encode(begins + given) if sys.argv[1] == 'encrypt' else base64.b64decode(given)[16:]\n"
        f"sys.stdout.buffer.write(out)",
        monkeypatch,
    )
    credential(tmp_path).keep(KEK)
    assert credential(tmp_path).open() == KEK
    assert "--name=uketsuke-kek" in seen.read_text()
    assert KEK.hex() not in seen.read_text()


@pytest.mark.parametrize(
    ("script", "told"),
    [
        (f"sys.stdout.buffer.write(base64.b64encode({NULL_KEY!r} + bytes(64)))", "under no key of this machine"),
        ("sys.stdout.buffer.write(b'')", "under no key of this machine"),
        ("sys.exit('No TPM2 device found')", "encrypt: No TPM2 device found"),
        ("sys.exit(1)", "no reason given"),
        (
            "begins = bytes.fromhex('5a1c6a86df9d4096b1d5a65e0862f19a')\n"
            "sys.stdout.buffer.write(base64.b64encode(begins) if sys.argv[1] == 'encrypt' else bytes(32))",
            "another key back",
        ),
    ],
)
def test_what_systemd_cannot_keep_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, told: str
) -> None:
    stand_in(tmp_path, script, monkeypatch)
    error = wrong(lambda: credential(tmp_path).keep(KEK))
    assert error.problem is Problem.KEY_MISSING
    assert told in error.detail
    assert not (tmp_path / CredentialSeal.SEALED).exists()


def test_without_systemd_the_key_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "systemd-creds is not there" in wrong(lambda: credential(tmp_path).keep(KEK)).detail


def test_a_credential_under_a_key_of_zeros_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / CredentialSeal.SEALED).write_bytes(base64.b64encode(NULL_KEY + bytes(64)))
    assert "under no key of this machine" in wrong(credential(tmp_path).open).detail
