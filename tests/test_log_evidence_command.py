"""What `uketsuke log` hands out as evidence is accepted by a program that shares no code with it, and by openssl."""

import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from offline_cache.store import append_to_store, read_store
from terminal.access_log.access import Access, Action
from terminal.access_log.simulated import SimulatedClock
from terminal.commands.log import run
from terminal.commands.log_witness import open_desk, serve

VERIFIER = Path(__file__).parent.parent / "packaging" / "verify" / "verify_proof.py"
SIZE = 300
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def folder(tmp_path: Path, capsys: Capture) -> Path:
    assert run(["simulate", "--entries", str(SIZE), "--out", str(tmp_path / "store")]) == 0
    capsys.readouterr()
    return tmp_path / "store"


@pytest.fixture
def key(folder: Path) -> str:
    with closing(read_store(folder, None)) as log:
        return log.keys.log.vkey()


def verified(*arguments: str) -> tuple[int, str]:
    command = [sys.executable, "-I", str(VERIFIER), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("seq", [0, 7, 255, 256, SIZE - 1])
def test_a_proof_of_one_entry_is_accepted_and_no_other_entry_by_it(
    folder: Path, key: str, tmp_path: Path, seq: int
) -> None:
    out = tmp_path / "entry.tlog-proof"
    assert run(["prove", str(folder), "--entry", str(seq), "--out", str(out)]) == 0
    code, said = verified("proof", str(out), "--key", key)
    assert (code, f"shown: this is entry {seq} of the log of {SIZE}" in said) == (0, True)
    out.write_text(out.read_text("utf-8").replace(f"\nindex {seq}\n", f"\nindex {seq ^ 1}\n"), "utf-8")
    assert verified("proof", str(out), "--key", key)[0] == 1


def test_a_proof_of_growth_is_accepted_from_its_own_checkpoint_only(folder: Path, key: str, tmp_path: Path) -> None:
    with closing(read_store(folder, None)) as log:
        notes = [note.text for note in log.notes()]
    for number, note in enumerate(notes):
        (tmp_path / f"{number}.note").write_text(note, "utf-8")
        out = tmp_path / f"{number}.proof"
        assert run(["prove", str(folder), "--from", str(tmp_path / f"{number}.note"), "--out", str(out)]) == 0
        assert verified("proof", str(out), "--key", key, "--from", str(tmp_path / f"{number}.note"))[0] == 0
    assert verified("proof", str(tmp_path / "1.proof"), "--key", key, "--from", str(tmp_path / "2.note"))[0] == 1


def test_what_is_not_there_is_not_proved(folder: Path, tmp_path: Path, capsys: Capture) -> None:
    out = str(tmp_path / "proof")
    assert run(["prove", str(folder), "--entry", str(SIZE), "--out", out]) == 1
    assert f"no entry {SIZE}" in capsys.readouterr().err
    (tmp_path / "note").write_text("x", "utf-8")
    assert run(["prove", str(folder), "--from", str(tmp_path / "note"), "--out", out]) == 1


def test_a_slip_verifies_elsewhere_as_file_and_as_text(folder: Path, key: str, tmp_path: Path, capsys: Capture) -> None:
    with closing(read_store(folder, None)) as log:
        visit = log_visit(next(log.entries(20)).line)
    page, text = tmp_path / "slip.html", tmp_path / "slip.txt"
    assert run(["slip", str(folder), "--visit", visit, "--out", str(page)]) == 0
    assert run(["slip", str(folder), "--visit", visit, "--out", str(text)]) == 0
    assert "<svg" in page.read_text("utf-8")
    assert "読み取ったもの" in page.read_text("utf-8")
    code = text.read_text("utf-8").strip()
    for what in (str(text), code):
        exit_code, said = verified("slip", what, "--key", key)
        assert exit_code == 0
        assert "card_identified" in said
    assert verified("slip", code[:-3], "--key", key)[0] in {1, 2}
    assert run(["slip", str(folder), "--visit", "none"]) == 1
    capsys.readouterr()


def log_visit(stored: bytes) -> str:
    return stored.partition(b"\n")[0].rpartition(b'"visit":"')[2].removesuffix(b'"}').decode()


def test_the_checkpoint_of_closing_is_printed_with_the_key_and_as_a_picture(
    folder: Path, key: str, tmp_path: Path, capsys: Capture
) -> None:
    assert run(["checkpoint", str(folder), "--out", str(tmp_path / "closing.svg")]) == 0
    printed = capsys.readouterr().out
    assert f"\n{SIZE}\n" in printed
    assert printed.endswith(f"{key}\n")
    assert "<svg" in (tmp_path / "closing.svg").read_text("utf-8")


@pytest.fixture
def witness(tmp_path: Path, folder: Path) -> Iterator[tuple[str, str]]:
    """Address and key of a witness of the log in `folder`, over HTTP."""
    with closing(read_store(folder, None)) as log:
        desk = open_desk(tmp_path / "witness", "witness.example", [log.keys.log])
    server = serve(desk, "127.0.0.1", 0)
    yield from served(server, desk.key.vkey())


def served(server: ThreadingHTTPServer, key: str) -> Iterator[tuple[str, str]]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", key
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_log_is_cosigned_again_and_again_and_its_note_kept(
    folder: Path, witness: tuple[str, str], capsys: Capture
) -> None:
    url, key = witness
    for _ in range(2):
        assert run(["cosign", str(folder), "--url", url, "--key", key]) == 0
    assert f"witnessed: {SIZE} entries, by witness.example" in capsys.readouterr().out
    (kept,) = (folder / "witnessed").iterdir()
    assert "— witness.example " in kept.read_text("utf-8")


def test_a_log_put_back_to_an_older_state_is_named(
    folder: Path, witness: tuple[str, str], tmp_path: Path, capsys: Capture
) -> None:
    url, key = witness
    older = tmp_path / "older"
    shutil.copytree(folder, older)
    with closing(append_to_store(folder, None, SimulatedClock(1))) as journal:
        journal.record(Access(Action.CARD_IDENTIFIED, "visit", "reception"))
    assert run(["cosign", str(folder), "--url", url, "--key", key]) == 0
    assert run(["cosign", str(older), "--url", url, "--key", key]) == 1
    assert f"the witness has seen {SIZE + 1} entries, and {SIZE} are left" in capsys.readouterr().err


def test_a_log_written_anew_is_named(folder: Path, witness: tuple[str, str], tmp_path: Path, capsys: Capture) -> None:
    url, key = witness
    shutil.copytree(folder, tmp_path / "other")
    for store, visit in ((folder, "one"), (tmp_path / "other", "another")):
        with closing(append_to_store(store, None, SimulatedClock(1))) as journal:
            journal.record(Access(Action.CARD_IDENTIFIED, visit, "reception"))
    assert run(["cosign", str(folder), "--url", url, "--key", key]) == 0
    assert run(["cosign", str(tmp_path / "other"), "--url", url, "--key", key]) == 1
    assert "are not those that the witness has seen: rewritten" in capsys.readouterr().err


def test_a_witness_of_other_logs_refuses(tmp_path: Path, witness: tuple[str, str], capsys: Capture) -> None:
    url, key = witness
    assert run(["simulate", "--entries", "3", "--out", str(tmp_path / "other")]) == 0
    assert run(["cosign", str(tmp_path / "other"), "--url", url, "--key", key]) == 1
    assert "refuses (404)" in capsys.readouterr().err


def test_a_witness_that_is_not_there_is_no_break(folder: Path, witness: tuple[str, str], capsys: Capture) -> None:
    assert run(["cosign", str(folder), "--url", "http://127.0.0.1:1", "--key", witness[1]]) == 1
    assert "does not answer" in capsys.readouterr().err


class Authority:
    """A time-stamp authority made of `openssl ts`, with a certificate of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        (home / "ts.cnf").write_text(
            "[tsa]\ndefault_tsa=it\n[it]\nserial=serial\ndefault_policy=1.2.3.4\nsigner_digest=sha256\ndigests=sha256\n"
            "[ext]\nextendedKeyUsage=critical,timeStamping\n[req]\ndistinguished_name=dn\n[dn]\n",
            "ascii",
        )
        (home / "serial").write_text("01\n", "ascii")
        self.openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem",
                     "-days", "9", "-subj", "/CN=Invented root", "-config", "ts.cnf")  # fmt: skip
        self.openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "tsa.key", "-out", "tsa.csr",
                     "-subj", "/CN=Invented authority", "-config", "ts.cnf")  # fmt: skip
        self.openssl("x509", "-req", "-in", "tsa.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
                     "-out", "tsa.pem", "-days", "9", "-extfile", "ts.cnf", "-extensions", "ext")  # fmt: skip

    def openssl(self, *arguments: str) -> str:
        command = ["openssl", *arguments]
        return subprocess.run(command, cwd=self.home, capture_output=True, text=True, timeout=60, check=True).stdout

    def reply(self, query: bytes) -> bytes:
        (self.home / "q").write_bytes(query)
        self.openssl("ts", "-reply", "-config", "ts.cnf", "-queryfile", "q", "-signer", "tsa.pem", "-inkey", "tsa.key",
                     "-out", "r")  # fmt: skip
        return (self.home / "r").read_bytes()


def test_a_stamp_is_kept_and_openssl_reads_it(folder: Path, tmp_path: Path, capsys: Capture) -> None:
    authority = Authority(tmp_path)

    class Stamps(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            answer = authority.reply(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    served_here = served(ThreadingHTTPServer(("127.0.0.1", 0), Stamps), "")
    url, _ = next(served_here)
    try:
        assert run(["stamp", str(folder), "--url", url, "--ca", str(tmp_path / "ca.pem")]) == 0
        assert f"stamped: {SIZE} entries at {datetime.now(UTC):%Y-%m-}" in capsys.readouterr().out
        stamps = folder / "stamps"
        kept = ["-data", str(stamps / f"{SIZE}.note"), "-in", str(stamps / f"{SIZE}.tsr"), "-CAfile", "ca.pem"]
        authority.openssl("ts", "-verify", *kept)
        (tmp_path / "other").mkdir()
        Authority(tmp_path / "other")
        assert run(["stamp", str(folder), "--url", url, "--ca", str(tmp_path / "other" / "ca.pem")]) == 1
    finally:
        for _ in served_here:
            pass
