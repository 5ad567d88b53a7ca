"""A bundle: a whole log in one zip file, for an auditor who has neither this machine nor its keys.

Streams, with little memory. What is in it is in open formats: entries as JSON lines, checkpoints as C2SP signed notes,
the tree as C2SP tlog-tiles. It ends where its checkpoint does, for what is not signed yet proves nothing to others.
"""

import hashlib
import json
import zipfile
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, assert_never

from terminal.access_log.checkpoint import Checkpoint, LogKey
from terminal.access_log.epoch import Before, told_of
from terminal.access_log.masking import (
    CopiedField,
    MaskedField,
    OpenField,
    copied_fields,
    is_emptied,
    leaf_content,
)
from terminal.access_log.tree import TILE_WIDTH, leaf_hash, root_of

ENTRIES = "entries.jsonl"
FIELDS = "fields.jsonl"
CHECKPOINT = "checkpoint"
EARLIER = "checkpoints"
KEY = "log.vkey"
MANIFEST = "manifest.json"
README = "README.txt"
VERSION = 3

_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)
_README_TEXT = """\
An access log, whole, from its first entry to its last checkpoint.

entries.jsonl   one line for each entry; its bytes, without the line's end, are a leaf of the tree (RFC 6962)
fields.jsonl    what each of those lines commits to: by the field's name its salt and value, or where it was masked
                for this copy its commitment alone, SHA-256(salt, name, a zero byte, value). "fields" in the leaf is
                SHA-256 over name, a zero byte, commitment and a newline of all fields, sorted by name; "bytes" is
                SHA-256 of the entry as its own machine stores it, with a salt that no copy holds.
                null: the entry's bytes were deleted by retention, which a later entry tells of
checkpoint      size and root of the tree, signed (C2SP tlog-checkpoint, Ed25519)
checkpoints     the earlier ones, oldest first, an empty line between two
log.vkey        the key that the checkpoints are signed with
tile/           the hashes of the tree (C2SP tlog-tiles)
witnessed/      checkpoints that a witness cosigned (C2SP tlog-cosignature), where there are any
stamps/         checkpoints (.note) with a time stamp of someone else on each (.tsr, RFC 3161), where there are any
manifest.json   what was exported, when, for whom and why, with the SHA-256 of each file but the tiles; "epochs" are
                the logs that this desk kept before this one, the newest first, as the log after each tells of it in
                its first entry: name, last end that is known and by whom, and how its file was found. The first of
                them stands in this bundle's own entry 0. A bundle of each is exported by itself

To check it, take a verifier from somewhere else than from whoever handed you this file, and the key from paper:
a key taken from the bundle itself shows only that the bundle fits together.

    python3 verify_log.py BUNDLE.zip --key "$(cat key-from-paper)"     needs the package cryptography
                                     --witness VKEY                    a witness's key, to check what it cosigned
    openssl ts -verify -data stamps/N.note -in stamps/N.tsr -CAfile authority.pem
    uketsuke log verify BUNDLE.zip --key ...                           the same, by the program itself
    verify_log -key ... BUNDLE.zip                                     the same in Go, with golang.org/x/mod/sumdb

With --head SIZE:ROOT, a head noted earlier, a log that was put back to an older state or written anew is found, too.
A signature alone is checked by openssl pkeyutl -verify -rawin over the checkpoint's text, its first three lines.
"""


@dataclass(frozen=True)
class BundleSource:
    """A log to be bundled. `lines` gives the bytes of the entries under `note`, from the first, each time it is called.

    `note` is the signed text of `checkpoint`; `earlier` are the notes before it, in order; `masked` are the fields that
    this copy leaves out. `evidence` are the files of `bundle_evidence`, by name, and `epochs` what is told of the logs
    before, the newest first.
    """

    key: LogKey
    checkpoint: Checkpoint
    note: str
    earlier: Iterable[str]
    lines: Callable[[], Iterator[bytes]]
    masked: frozenset[str] = frozenset()
    evidence: Mapping[str, bytes] = field(default_factory=dict)
    epochs: Sequence[Before] = ()


@dataclass(frozen=True)
class Handover:
    """Why a copy leaves the desk: when (ISO 8601), by whom, to whom, for what."""

    at: str
    actor: str
    recipient: str
    reason: str


def write_bundle(file: IO[bytes], source: BundleSource, handover: Handover) -> str:
    """Writes the zip file, and gives the SHA-256 of its manifest in hex: what the log's own entry about it names.

    Raises `MaskWrong` for an entry whose commitments are not its own.
    """
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as bundle:
        files = {
            ENTRIES: _put(bundle, ENTRIES, (leaf_content(line) + b"\n" for line in source.lines())),
            FIELDS: _put(bundle, FIELDS, (_fields_line(line, source.masked) for line in source.lines())),
            CHECKPOINT: _put(bundle, CHECKPOINT, [source.note.encode()]),
            EARLIER: _put(bundle, EARLIER, _apart(source.earlier)),
            KEY: _put(bundle, KEY, [f"{source.key.vkey()}\n".encode()]),
            README: _put(bundle, README, [_README_TEXT.encode()]),
        }
        for name, content in source.evidence.items():
            files[name] = _put(bundle, name, [content])
        for path, hashes in tiles(source.lines()):
            _put(bundle, path, [b"".join(hashes)])
        manifest = {
            "v": VERSION,
            "origin": source.checkpoint.origin,
            "size": source.checkpoint.size,
            "root": b64encode(source.checkpoint.root).decode(),
            "exported_at": handover.at,
            "exported_by": handover.actor,
            "recipient": handover.recipient,
            "reason": handover.reason,
            "masked": sorted(source.masked),
            "epochs": [told_of(before) for before in source.epochs],
            "files": files,
        }
        told = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"
        _put(bundle, MANIFEST, [told])
    return hashlib.sha256(told).hexdigest()


def tiles(lines: Iterable[bytes]) -> Iterator[tuple[str, list[bytes]]]:
    """Path and hashes of each tile over these lines, whole ones as they are filled, partial ones last."""
    rows: list[list[bytes]] = [[]]
    counts = [0]
    for line in lines:
        hashed, level = leaf_hash(line), 0
        while True:
            rows[level].append(hashed)
            if len(rows[level]) < TILE_WIDTH:
                break
            yield tile_path(level, counts[level]), rows[level]
            hashed = root_of(rows[level])
            rows[level] = []
            counts[level] += 1
            level += 1
            if level == len(rows):
                rows.append([])
                counts.append(0)
    for level, row in enumerate(rows):
        if row:
            yield tile_path(level, counts[level], len(row)), row


def tile_path(level: int, place: int, width: int = TILE_WIDTH) -> str:
    """Where a tile lies: groups of three digits, all but the last marked with an x; one that is not full says so."""
    digits = f"{place:03}"
    digits = "0" * (-len(digits) % 3) + digits
    *first, last = (digits[at : at + 3] for at in range(0, len(digits), 3))
    path = "/".join(["tile", str(level), *(f"x{group}" for group in first), last])
    return path if width == TILE_WIDTH else f"{path}.p/{width}"


def _fields_line(line: bytes, masked: frozenset[str]) -> bytes:
    if is_emptied(line):
        return b"null\n"
    return _JSON.encode({name: _copied(each) for name, each in copied_fields(line, masked).items()}).encode() + b"\n"


def _copied(copied: CopiedField) -> object:
    match copied:
        case OpenField(salt, value):
            return [salt, value]
        case MaskedField(commitment):
            return commitment
        case _:
            assert_never(field)


def _put(bundle: zipfile.ZipFile, name: str, pieces: Iterable[bytes]) -> dict[str, int | str]:
    hashed, length = hashlib.sha256(), 0
    info = zipfile.ZipInfo(name)  # with no time of day: the same log gives the same bytes
    info.compress_type = zipfile.ZIP_STORED if name.startswith("tile/") else zipfile.ZIP_DEFLATED
    with bundle.open(info, "w", force_zip64=True) as member:
        for piece in pieces:
            member.write(piece)
            hashed.update(piece)
            length += len(piece)
    return {"bytes": length, "sha256": hashed.hexdigest()}


def _apart(notes: Iterable[str]) -> Iterator[bytes]:
    gap = ""
    for note in notes:
        yield f"{gap}{note}".encode()
        gap = "\n"
