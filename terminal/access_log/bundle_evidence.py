"""What others signed over a log: a witness's cosignatures and time stamps, in the store's folder and in a bundle.

Files only, by these names: `witnessed/ID.note` is a checkpoint with a witness's line below the log's own (C2SP
tlog-cosignature); `stamps/SIZE.note` is a checkpoint and `stamps/SIZE.tsr` the stamp over it (RFC 3161).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

from terminal.access_log.checkpoint import Checkpoint, CheckpointWrong, LogKey, open_note
from terminal.access_log.timestamp import check_stamp
from terminal.access_log.witness import WitnessKey, cosigned_at

WITNESSED: Final = "witnessed"
STAMPS: Final = "stamps"
NAMED: Final = re.compile(r"witnessed/[0-9a-f]{8}\.note|stamps/[0-9]{1,19}\.(?:note|tsr)")
MOST_BYTES: Final = 1 << 16


class EvidenceWrong(ValueError):  # noqa: N818  # it says what is so, as the other outcomes do
    """A cosignature or a stamp is not what it should be; the message says which."""


@dataclass(frozen=True)
class Trusted:
    """Whose evidence is asked for: each of these witnesses must have cosigned, and stamps lead to these roots (PEM)."""

    witnesses: Sequence[WitnessKey] = ()
    stamp_roots: bytes = b""


NOBODY: Final = Trusted()


def evidence_in(folder: Path, log: LogKey, size: int) -> dict[str, bytes]:
    """The files of a store about the first `size` entries of this log. Raises `OSError`."""
    found: dict[str, bytes] = {}
    for path in sorted([*folder.glob(f"{WITNESSED}/*.note"), *folder.glob(f"{STAMPS}/*.note")]):
        note = path.read_bytes()
        try:
            is_ours = open_note(note.decode(), log).size <= size
        except (CheckpointWrong, UnicodeDecodeError):
            continue
        name = path.relative_to(folder).as_posix()
        if is_ours and NAMED.fullmatch(name):
            found[name] = note
            if (stamp := path.with_suffix(".tsr")).exists():
                found[name.removesuffix("note") + "tsr"] = stamp.read_bytes()
    return found


def signed_in(files: Mapping[str, bytes], log: LogKey) -> list[Checkpoint]:
    """What the notes say, the log's own signature checked. Raises `CheckpointWrong`."""
    return [open_note(content.decode(), log) for name, content in files.items() if name.endswith(".note")]


def check_evidence(files: Mapping[str, bytes], log: LogKey, trusted: Trusted) -> list[str]:
    """A sentence for each cosignature and stamp that holds. Raises `EvidenceWrong`, `StampWrong`, `CheckpointWrong`.

    Whether the checkpoints themselves are those of the tree is for the walk over the entries to say.
    """
    return [*_cosigned(files, log, trusted.witnesses), *_stamped(files, log, trusted.stamp_roots)]


def _cosigned(files: Mapping[str, bytes], log: LogKey, witnesses: Sequence[WitnessKey]) -> Iterator[str]:
    notes = [content.decode() for name, content in files.items() if name.startswith(f"{WITNESSED}/")]
    for witness in witnesses:
        seen = [(open_note(note, log), cosigned_at(note, open_note(note, log), witness)) for note in notes]
        held = [(checkpoint.size, at) for checkpoint, at in seen if at is not None]
        if not held:
            raise EvidenceWrong(f"not cosigned by {witness.name}")
        size, at = max(held)
        yield f"cosigned: {size} entries by {witness.name} at {datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%SZ}"


def _stamped(files: Mapping[str, bytes], log: LogKey, roots: bytes) -> Iterator[str]:
    if roots and not any(name.startswith(f"{STAMPS}/") for name in files):
        raise EvidenceWrong("no stamp is in it, and an authority was given that should have stamped it")
    for name, note in files.items():
        if not name.startswith(f"{STAMPS}/") or not name.endswith(".note"):
            continue
        stamp = files.get(f"{name.removesuffix('note')}tsr", b"")
        if sha256(note).digest() not in stamp:
            raise EvidenceWrong(f"{name}: its stamp is missing, or over something else")
        if roots:
            size, at = open_note(note.decode(), log).size, check_stamp(stamp, note.decode(), roots)
            yield f"stamped: {size} entries at {at:%Y-%m-%dT%H:%M:%SZ}"
