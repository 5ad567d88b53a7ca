"""A witness: it signs a log's checkpoint only if the log still begins with all that the witness has seen of it.

Pure. After C2SP tlog-witness v1.0.0 (the question and its answers) and tlog-cosignature v1.0.1 (what is signed, type
0x04). A log that was rewritten or put back to an older state gets no signature, and the refusal says which it is.
"""

import binascii
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from terminal.access_log.checkpoint import Checkpoint, CheckpointWrong, LogKey, open_note
from terminal.access_log.proof import is_consistent
from terminal.access_log.tree import HASH_BYTES

MOST_BYTES = 16_384  # a question is some hundreds; the proof alone never needs more than 63 lines
_MOST_HASHES = 63
_COSIGNATURE = b"\x04"  # tlog-cosignature, "Ed25519"
_KEY_ID_BYTES = 4
_TIME_BYTES = 8


@dataclass(frozen=True)
class WitnessKey:
    """The public key of a witness, 32 bytes, with the name it signs under."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        LogKey(self.name, self.public)  # the same is asked of both

    @property
    def id(self) -> bytes:
        """Tells one key from another in a note; no secret."""
        return sha256(self.name.encode() + b"\n" + _COSIGNATURE + self.public).digest()[:_KEY_ID_BYTES]

    def vkey(self) -> str:
        """The key as one line, to be given to whoever checks cosignatures."""
        return f"{self.name}+{self.id.hex()}+{b64encode(_COSIGNATURE + self.public).decode()}"

    @classmethod
    def of_vkey(cls, vkey: str) -> "WitnessKey":
        """Reads such a line. Raises `ValueError`."""
        name, _, rest = vkey.strip().partition("+")
        key_id, _, encoded = rest.partition("+")
        typed = b64decode(encoded, validate=True)
        key = cls(name, typed[1:])
        if typed[:1] != _COSIGNATURE or key_id != key.id.hex():
            raise ValueError("not the line of a witness's Ed25519 key")
        return key


class Refusal(Enum):
    """Why a witness signs nothing; the number is the HTTP status that C2SP gives it."""

    MALFORMED = 400
    NOT_SIGNED = 403
    UNKNOWN_LOG = 404
    OTHER_SIZE = 409  # the question goes out from another size than the witness has seen
    FORKED = 422  # the log does not begin with what the witness has seen: it was rewritten


@dataclass(frozen=True)
class Refused:
    """`seen` is how many entries the witness has seen of that log."""

    refusal: Refusal
    seen: int = 0


@dataclass(frozen=True)
class WitnessQuestion:
    """A log's new checkpoint as a signed note, and the proof that it grew from its first `old` entries."""

    old: int
    proof: tuple[bytes, ...]
    note: str

    def text(self) -> str:
        """The body of the request."""
        hashes = "".join(f"{b64encode(each).decode()}\n" for each in self.proof)
        return f"old {self.old}\n{hashes}\n{self.note}"

    @classmethod
    def of_text(cls, untrusted: str) -> "WitnessQuestion":
        """Reads such a body. Raises `ValueError`."""
        head, gap, note = untrusted.partition("\n\n")
        first, *hashes = head.split("\n")
        word, _, size = first.partition(" ")
        question = cls(int(size), tuple(b64decode(each, validate=True) for each in hashes), note)
        is_sound = len(hashes) <= _MOST_HASHES and all(len(each) == HASH_BYTES for each in question.proof)
        if not gap or word != "old" or question.old < 0 or not is_sound or question.text() != untrusted:
            raise ValueError("not a question to a witness")
        return question


def judge(untrusted: bytes, logs: Mapping[str, LogKey], seen: Mapping[str, Checkpoint]) -> Checkpoint | Refused:
    """The checkpoint that may be cosigned, or why none may. `logs` and `seen` are by the log's name."""
    try:
        question = WitnessQuestion.of_text(untrusted.decode())
    except ValueError:
        return Refused(Refusal.MALFORMED)
    key = logs.get(question.note.partition("\n")[0])
    if key is None:
        return Refused(Refusal.UNKNOWN_LOG)
    try:
        new = open_note(question.note, key)
    except CheckpointWrong:
        return Refused(Refusal.NOT_SIGNED)
    if question.old > new.size:
        return Refused(Refusal.MALFORMED)
    before = seen.get(new.origin)
    known = before.size if before else 0
    if question.old != known:
        return Refused(Refusal.OTHER_SIZE, known)
    if before is None or known == 0:
        is_same_log = not question.proof and (new.size > 0 or new.root == sha256().digest())
    else:
        is_same_log = is_consistent(known, before.root, new.size, new.root, question.proof)
    return new if is_same_log else Refused(Refusal.FORKED, known)


def cosign(checkpoint: Checkpoint, at: int, name: str, signing: Ed25519PrivateKey) -> str:
    """The line that a witness adds to a note; `at` is in seconds since 1970, UTC."""
    key = WitnessKey(name, signing.public_key().public_bytes_raw())
    signature = signing.sign(_signed(checkpoint, at))
    return f"— {name} {b64encode(key.id + at.to_bytes(_TIME_BYTES) + signature).decode()}\n"


def cosigned_at(note: str, checkpoint: Checkpoint, key: WitnessKey) -> int | None:
    """When the witness signed this checkpoint, in seconds since 1970; None where it did not."""
    for line in note.partition("\n\n")[2].splitlines():
        mark, name, encoded = (*line.split(" "), "", "", "")[:3]
        if (mark, name) != ("—", key.name):
            continue
        try:
            decoded = b64decode(encoded, validate=True)
            at, signature = decoded[_KEY_ID_BYTES:][:_TIME_BYTES], decoded[_KEY_ID_BYTES + _TIME_BYTES :]
            if decoded[:_KEY_ID_BYTES] == key.id:
                signed = _signed(checkpoint, int.from_bytes(at))
                Ed25519PublicKey.from_public_bytes(key.public).verify(signature, signed)
                return int.from_bytes(at)
        except (binascii.Error, InvalidSignature):
            continue
    return None


def _signed(checkpoint: Checkpoint, at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n{checkpoint.text()}".encode()
