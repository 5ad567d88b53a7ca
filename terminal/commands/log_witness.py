"""`uketsuke log witness`: a second machine that cosigns other logs' checkpoints, unless one was rewritten or put back.

`--listen` serves C2SP tlog-witness over HTTP; it holds no patient's data, and needs none. `uketsuke log cosign` is the
other side: it hands a store's last checkpoint to a witness, and keeps the note with both signatures in the store.
"""

import http.client
import os
import time
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from offline_cache.journal_reader import JournalReader
from terminal.access_log.checkpoint import Checkpoint, CheckpointWrong, LogKey
from terminal.access_log.proof import prove_consistency
from terminal.access_log.witness import MOST_BYTES, Refusal, WitnessKey, WitnessQuestion, cosigned_at
from terminal.access_log.witness_desk import PATH, WitnessDesk
from terminal.commands.log_outcome import BROKEN, FAILED, INTACT, WRONG, say
from terminal.commands.log_prove import signed_end
from terminal.durable import write_new

SEED_FILE = "witness.seed"
WITNESSED = "witnessed"  # the folder beside the journal with the newest note of each witness
_SEED_BYTES = 32
_SECONDS = 10.0
_ATTEMPTS = 2  # the second one goes out from the size that the witness says it has seen


def open_desk(folder: Path, name: str, logs: Sequence[LogKey]) -> WitnessDesk:
    """The witness of a folder, with a key of its own, made at its first start. Raises `OSError`, `ValueError`."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / SEED_FILE
    if not path.exists():
        write_new(path, os.urandom(_SEED_BYTES))
    signing = Ed25519PrivateKey.from_private_bytes(path.read_bytes())
    return WitnessDesk(name, signing, {log.name: log for log in logs}, folder, lambda: int(time.time()))


def serve(desk: WitnessDesk, host: str, port: int) -> ThreadingHTTPServer:
    """A server that answers questions once its `serve_forever` runs. Raises `OSError`."""

    class Questions(BaseHTTPRequestHandler):
        timeout = _SECONDS

        def do_POST(self) -> None:
            """Answers one question, and says what it was on standard output."""
            length = self.headers.get("Content-Length", "")
            if self.path != PATH or not length.isdecimal() or int(length) > MOST_BYTES:
                self.send_error(404 if self.path != PATH else 413)
                return
            try:
                answer = desk.answer(self.rfile.read(int(length)))
            except (OSError, CheckpointWrong):
                print("witness: what was seen cannot be read or kept; nothing is signed", flush=True)
                self.send_error(500)
                return
            print(f"witness: {answer.said}", flush=True)
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name that is overridden
            """Says nothing: the witness says what it did itself."""

    return ThreadingHTTPServer((host, port), Questions)


def witness(folder: Path, name: str, logs: Sequence[LogKey], listen: str) -> int:
    """Serves until it is ended. Raises `OSError`."""
    host, _, port = listen.rpartition(":")
    try:
        desk = open_desk(folder, name, logs)
        server = serve(desk, host, int(port))
    except ValueError as error:
        return say(str(error), WRONG)
    print(f"witness: {desk.key.vkey()} at http://{host}:{server.server_port}", flush=True)
    with server:
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return INTACT
    return INTACT


def cosign_store(log: JournalReader, folder: Path, url: str, key: WitnessKey) -> int:
    """Has a store's last checkpoint cosigned, and gives the exit code. Raises `TerminalError`, `OSError`."""
    note, last = signed_end(log)
    old = 0
    for _ in range(_ATTEMPTS):
        proof = prove_consistency(old, last.size, log.tiles.subtree) if old else []
        try:
            status, body = _post(url, WitnessQuestion(old, tuple(proof), note).text().encode())
        except (OSError, http.client.HTTPException) as error:
            return say(f"{url}: the witness does not answer ({type(error).__name__})", FAILED)
        if status != Refusal.OTHER_SIZE.value or not body.strip().isdigit():
            break
        old = int(body)
        if old > last.size:
            return say(
                f"broken: the witness has seen {old} entries, and {last.size} are left: put back or cut off", BROKEN
            )
    if status == Refusal.FORKED.value:
        return say(f"broken: the first {old} entries are not those that the witness has seen: rewritten", BROKEN)
    if status != http.HTTPStatus.OK:
        return say(f"{url}: the witness refuses ({status})", FAILED)
    return _keep(folder, note, last, body.decode(errors="replace"), key)


def _keep(folder: Path, note: str, last: Checkpoint, cosignature: str, key: WitnessKey) -> int:
    cosigned = note + cosignature
    at = cosigned_at(cosigned, last, key)
    if at is None:
        return say("the witness's answer is not signed with the key given", BROKEN)
    kept = folder / WITNESSED
    kept.mkdir(mode=0o700, exist_ok=True)
    draft = kept / f"{key.id.hex()}.new"
    draft.write_text(cosigned, "utf-8")
    draft.replace(kept / f"{key.id.hex()}.note")
    print(f"witnessed: {last.size} entries, by {key.name}")
    return INTACT


def _post(url: str, body: bytes) -> tuple[int, bytes]:
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.netloc, timeout=_SECONDS)
    try:
        connection.request("POST", parts.path.rstrip("/") + PATH, body)
        answer = connection.getresponse()
        return answer.status, answer.read(MOST_BYTES)
    finally:
        connection.close()
