"""A patient's slip: what was read, shown, sent and kept of one visit, and a code that proves it came from the log.

Pure. The code holds the visit's entries as they are stored, a proof that leads from all of them to a root, and the
checkpoint signed over that root; whoever has the log's key from elsewhere checks it offline. It tells nothing that the
log does not, and the person only by a pseudonym.
"""

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from terminal.access_log.checkpoint import Checkpoint, LogKey, open_note
from terminal.access_log.entry import Entry, read_entry
from terminal.access_log.masking import plain_of
from terminal.access_log.proof import root_over
from terminal.access_log.slip_words import HEADINGS, Language, Part, said_of
from terminal.access_log.tree import HASH_BYTES, leaf_hash

PREFIX = "UKETSUKE1:"
_BASE45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"  # RFC 9285: what a QR code holds most densely as text
_MOST_BYTES = 1 << 18


class SlipWrong(ValueError):  # noqa: N818  # it says what is so, as the other outcomes do
    """The code is no slip's, or it was not signed with this log's key."""


@dataclass(frozen=True)
class Slip:
    """One visit: entries as stored, by their numbers, the proof of them all, and the note it leads to."""

    stored: Mapping[int, bytes] = field(repr=False)
    proof: Sequence[bytes]
    note: str

    @property
    def entries(self) -> list[Entry]:
        """What the stored bytes stand for. Raises `EntryUnreadable`."""
        return [read_entry(plain_of(line)) for _, line in sorted(self.stored.items())]

    def code(self) -> str:
        """The text of the slip's QR code: base45 of a compressed JSON text, with the hashes of the proof behind it."""
        lines = [[seq, line.decode()] for seq, line in sorted(self.stored.items())]
        text = json.dumps({"entries": lines, "note": self.note}, ensure_ascii=False, separators=(",", ":"))
        return PREFIX + base45(zlib.compress(text.encode(), 9) + b"".join(self.proof))

    @classmethod
    def of_code(cls, untrusted: str) -> "Slip":
        """Reads such a text. Raises `SlipWrong`; what passes is proved by `check` alone."""
        try:
            packed = zlib.decompressobj()
            text = packed.decompress(of_base45(untrusted.strip().removeprefix(PREFIX)), _MOST_BYTES)
            hashes = packed.unused_data
            fields = json.loads(text)
            stored = {int(seq): str(line).encode() for seq, line in fields["entries"]}
            note = str(fields["note"])
        except (ValueError, TypeError, KeyError, zlib.error) as error:
            raise SlipWrong("not the code of a slip") from error
        if len(hashes) % HASH_BYTES:
            raise SlipWrong("not the code of a slip")
        return cls(stored, [hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES)], note)

    def check(self, key: LogKey) -> Checkpoint:
        """The signed checkpoint that the entries are under. Raises `SlipWrong`, `CheckpointWrong`."""
        signed = open_note(self.note, key)
        leaves = {seq: leaf_hash(line) for seq, line in self.stored.items()}
        if root_over(leaves, signed.size, self.proof) != signed.root:
            raise SlipWrong("these entries are not in the log")
        return signed


def slip_lines(entries: Iterable[Entry], language: Language) -> list[str]:
    """The slip's text: under a heading for each part, what was done, in order, with its time in UTC."""
    told: dict[Part, list[str]] = {part: [] for part in Part}
    for entry in entries:
        for part, sentence in said_of(entry, language):
            told[part].append(f"  {entry.at:%Y-%m-%d %H:%M:%S}Z  {sentence}  [{entry.seq}]")
    lines: list[str] = []
    for part, sentences in told.items():
        lines += [HEADINGS[part][language], *(sentences or [f"  {HEADINGS[part][f'no_{language}']}"])]
    return lines


def base45(content: bytes) -> str:
    """RFC 9285: two bytes are three characters, a last single byte two."""
    text = []
    for at in range(0, len(content), 2):
        pair = content[at : at + 2]
        number = int.from_bytes(pair)
        for _ in range(len(pair) + 1):
            number, digit = divmod(number, 45)
            text.append(_BASE45[digit])
    return "".join(text)


def of_base45(untrusted: str) -> bytes:
    """Raises `ValueError` for what `base45` never gives."""
    content = bytearray()
    for at in range(0, len(untrusted), 3):
        digits = [_BASE45.index(each) for each in untrusted[at : at + 3]]
        number = sum(digit * 45**power for power, digit in enumerate(digits))
        try:
            content += number.to_bytes(len(digits) - 1)
        except OverflowError as error:
            raise ValueError("not base45") from error
    return bytes(content)
