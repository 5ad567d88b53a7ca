"""Where logs come to be witnessed: a body in, a status and a body out, and what was seen kept on disk in between.

Law: what was seen is on disk before a signature leaves, so that after a crash nothing less is known than was signed.
Any HTTP server can put `answer` at `POST /add-checkpoint` (C2SP tlog-witness v1.0.0).
"""

import contextlib
import fcntl
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from terminal.access_log.checkpoint import Checkpoint, LogKey, open_note
from terminal.access_log.epoch import following_epoch
from terminal.access_log.witness import Refusal, Refused, WitnessKey, WitnessQuestion, cosign, judge
from terminal.durable import write_durably

PATH = "/add-checkpoint"
_SIZE = "text/x.tlog.size"  # of the answer to a question that goes out from another size
_TEXT = "text/plain; charset=utf-8"


@dataclass(frozen=True)
class WitnessAnswer:
    """What goes back: an HTTP status, the type of the body, and the body. `said` is for the witness's own log."""

    status: int
    content_type: str
    body: bytes
    said: str


@dataclass(frozen=True)
class WitnessDesk:
    """A witness of the logs whose keys it was given, and of later epochs of them, under the same key.

    `folder` holds the last note that it saw of each, also of one that is over: what a new one leaves out still shows.
    Raises `OSError` from `answer` where that folder cannot be written, and then nothing is signed.
    """

    name: str
    signing: Ed25519PrivateKey = field(repr=False)
    logs: Mapping[str, LogKey]
    folder: Path
    seconds: Callable[[], int]

    @property
    def key(self) -> WitnessKey:
        """What its signatures are checked with."""
        return WitnessKey(self.name, self.signing.public_key().public_bytes_raw())

    def answer(self, untrusted: bytes) -> WitnessAnswer:
        """Cosigns the checkpoint in a question, or refuses. One at a time, whatever thread or process asks."""
        origin = untrusted.partition(b"\n\n")[2].partition(b"\n")[0].decode(errors="replace")
        with self._alone():
            log = self.logs.get(origin) or following_epoch(origin, self.logs.values())
            seen = self._seen(log) if log else None
            judged = judge(untrusted, {origin: log} if log else {}, {origin: seen} if seen else {})
            if isinstance(judged, Refused):
                return _refusal(judged, origin if log else "a log that nobody named")
            self._keep(judged.origin, WitnessQuestion.of_text(untrusted.decode()).note)
        line = cosign(judged, self.seconds(), self.name, self.signing)
        begun = "" if seen or origin in self.logs else "; a new epoch of a log that was named, ask at the desk why"
        return WitnessAnswer(200, _TEXT, line.encode(), f"{judged.origin}: cosigned at {judged.size} entries{begun}")

    def _seen(self, log: LogKey) -> Checkpoint | None:
        """Raises `CheckpointWrong` for a note that was changed: a witness that forgot must not sign."""
        path = self._path(log.name)
        return open_note(path.read_text("utf-8"), log) if path.exists() else None

    def _keep(self, origin: str, note: str) -> None:
        write_durably(self._path(origin), note.encode())

    def _path(self, origin: str) -> Path:
        return self.folder / f"{sha256(origin.encode()).hexdigest()[:32]}.note"  # a name may have slashes in it

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        descriptor = os.open(self.folder / "witness.lock", os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def _refusal(refused: Refused, log: str) -> WitnessAnswer:
    status, reason = refused.refusal.value, refused.refusal.name.lower()
    if refused.refusal is Refusal.OTHER_SIZE:
        return WitnessAnswer(status, _SIZE, b"%d\n" % refused.seen, f"{log}: {reason}, seen {refused.seen}")
    return WitnessAnswer(status, _TEXT, f"{reason}\n".encode(), f"{log}: refused, {reason}, seen {refused.seen}")
