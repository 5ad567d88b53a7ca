"""A checkpoint: size and root of a log at one moment, signed (C2SP tlog-checkpoint v1.0.0 in a signed-note v1.0.0).

Pure. Plain text that verifiers of others read as well (such as Go's `sumdb/note`):

    desk-1/access/3f2a9c04        origin: which log
    1237                          size: how many entries
    hKj…=                         root (base64)
                                  an empty line
    — desk-1/access/3f2a9c04 …=   name of the key, then key id and Ed25519 signature (base64)
"""

import binascii
from base64 import b64decode, b64encode
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from terminal.access_log.tree import HASH_BYTES

_ED25519 = b"\x01"  # signed-note, "Signature types"
_KEY_ID_BYTES = 4
_PUBLIC_KEY_BYTES = 32


class CheckpointWrong(ValueError):  # noqa: N818  # it says what is so, as the other outcomes do
    """The text is not a checkpoint of this log, signed with its key."""


@dataclass(frozen=True)
class Checkpoint:
    """What is signed: the log `origin` had `size` entries, and `root` over them."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """The note's text, its last newline included."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


@dataclass(frozen=True)
class LogKey:
    """The public key of a log, 32 bytes, with the name it signs under: the log's origin."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        if not self.name or "+" in self.name or any(character.isspace() for character in self.name):
            raise ValueError("a key's name has neither spaces nor plus signs")
        if len(self.public) != _PUBLIC_KEY_BYTES:
            raise ValueError("an Ed25519 public key has 32 bytes")

    @property
    def id(self) -> bytes:
        """Tells one key from another in a note; no secret."""
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:_KEY_ID_BYTES]

    def vkey(self) -> str:
        """The key as one line, to be noted on paper or given to an auditor."""
        return f"{self.name}+{self.id.hex()}+{b64encode(_ED25519 + self.public).decode()}"

    @classmethod
    def of_vkey(cls, vkey: str) -> "LogKey":
        """Reads such a line. Raises `ValueError`."""
        name, _, rest = vkey.partition("+")
        key_id, _, encoded = rest.partition("+")
        typed = b64decode(encoded, validate=True)
        key = cls(name, typed[1:])
        if typed[:1] != _ED25519 or key_id != key.id.hex():
            raise ValueError("not the line of an Ed25519 key")
        return key


def log_key(name: str, signing: Ed25519PrivateKey) -> LogKey:
    """The public half of a signing key."""
    return LogKey(name, signing.public_key().public_bytes_raw())


def sign(checkpoint: Checkpoint, signing: Ed25519PrivateKey, key: LogKey | None = None) -> str:
    """The signed note, under the log's own name. `key` is the public half, where it is at hand."""
    text = checkpoint.text()
    key = key or log_key(checkpoint.origin, signing)
    signature = b64encode(key.id + signing.sign(text.encode())).decode()
    return f"{text}\n— {key.name} {signature}\n"


def open_note(untrusted: str, key: LogKey) -> Checkpoint:
    """The checkpoint in a note that `key` signed; other signatures beside it are let be. Raises `CheckpointWrong`."""
    text, gap, signatures = untrusted.partition("\n\n")
    text += "\n"
    checkpoint = _read_text(text)
    *lines, end = signatures.split("\n")
    if not gap or end or checkpoint.origin != key.name or not all(line.startswith("— ") for line in lines):
        raise CheckpointWrong("not a note of this log")
    ours = [line for line in lines if line.startswith(f"— {key.name} ")]
    try:
        decoded = [b64decode(line.rpartition(" ")[2], validate=True) for line in ours]
        signature = next(each[_KEY_ID_BYTES:] for each in decoded if each[:_KEY_ID_BYTES] == key.id)
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, text.encode())
    except (binascii.Error, StopIteration, InvalidSignature, ValueError) as error:
        raise CheckpointWrong("not signed with this log's key") from error
    return checkpoint


def _read_text(text: str) -> Checkpoint:
    try:
        origin, size, root = text.removesuffix("\n").split("\n")
        checkpoint = Checkpoint(origin, int(size), b64decode(root, validate=True))
        is_as_written = checkpoint.text() == text and len(checkpoint.root) == HASH_BYTES
    except ValueError as error:
        raise CheckpointWrong("not a checkpoint") from error
    if not is_as_written:
        raise CheckpointWrong("not a checkpoint as it is written")
    return checkpoint
