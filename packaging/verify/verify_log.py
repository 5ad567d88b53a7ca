#!/usr/bin/env python3
"""Verifies a bundle of an access log, by itself: one file, Python 3.11, its standard library and `cryptography`.

    python3 verify_log.py BUNDLE.zip [--key VKEY] [--head SIZE:ROOT] [--witness VKEY]...

Exit code 0: intact; 1: broken, with the first bad entry named, or no bundle that can be read; 2: wrong arguments.
It shares no code with the program that wrote the log: what both say is so rests on the formats alone, which are
RFC 6962 (tree), C2SP signed-note and tlog-checkpoint (what is signed), C2SP tlog-tiles (the tree's hashes).
"""

import argparse
import collections
import contextlib
import hashlib
import itertools
import json
import re
import sys
import zipfile
import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from typing import IO, Any, TypeVar

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

WIDTH = 256
MAX_LINE = 1 << 20
NOTE = re.compile(r"witnessed/[0-9a-f]{8}\.note|stamps/[0-9]{1,19}\.note")
Head = tuple[int, bytes]
Told = dict[str, str]
Read = TypeVar("Read")


class Broken(Exception):  # noqa: N818
    """The bundle is not what was signed; the message says where."""


class Bundle(zipfile.ZipFile):
    """A zip file that knows what of it was opened: what never was, nobody has held against anything."""

    def __init__(self, path: str) -> None:
        self.opened: set[str] = set()
        super().__init__(path)

    def open(self, name: str, *args: Any, **options: Any) -> IO[bytes]:  # type: ignore[override]  # for reading only
        self.opened.add(name)
        return super().open(name, *args, **options)


class Key:
    """An Ed25519 key, NAME+ID+BASE64: a log's (C2SP signed-note, type 0x01) or a witness's (tlog-cosignature, 0x04)."""

    def __init__(self, vkey: str, kind: bytes = b"\x01") -> None:
        self.line = vkey.strip()
        self.name, key_id, encoded = self.line.split("+", 2)
        typed = b64decode(encoded, validate=True)
        self.id = hashlib.sha256(self.name.encode() + b"\n" + typed).digest()[:4]
        if typed[:1] != kind or len(typed) != 33 or key_id != self.id.hex():
            raise ValueError("not the line of a log's key, or of a witness's")
        self._public = Ed25519PublicKey.from_public_bytes(typed[1:])

    def open(self, note: bytes, what: str) -> Head:
        """Size and root in a checkpoint that this key signed. Raises `Broken` for anything else."""
        try:
            text = note.decode().partition("\n\n")[0] + "\n"
            self._public.verify(next(self._signatures(note.decode())), text.encode())
            _, size, root = text.removesuffix("\n").split("\n")
            head = int(size), b64decode(root, validate=True)
        except (ValueError, InvalidSignature, StopIteration) as error:
            raise Broken(f"{what} is not signed with this key") from error
        if text != f"{self.name}\n{head[0]}\n{b64encode(head[1]).decode()}\n" or len(head[1]) != 32:
            raise Broken(f"{what} is not one of this log")
        return head

    def cosigned(self, note: str) -> bool:
        """Whether this witness signed the note, and when it says that it did so (C2SP tlog-cosignature v1)."""
        text = note.partition("\n\n")[0]
        for signature in self._signatures(note):
            signed = f"cosignature/v1\ntime {int.from_bytes(signature[:8], 'big')}\n{text}\n"
            with contextlib.suppress(InvalidSignature):
                self._public.verify(signature[8:], signed.encode())
                return True
        return False

    def _signatures(self, note: str) -> Iterator[bytes]:
        for line in note.partition("\n\n")[2].splitlines():
            mark, name, encoded = line.split(" ", 2)
            signature = b64decode(encoded, validate=True)
            if (mark, name, signature[:4]) == ("—", self.name, self.id):
                yield signature[4:]


class Tree:
    """The tree over the entries as they come, and the bundle's tiles of it (RFC 6962, 2.1; C2SP tlog-tiles)."""

    def __init__(self, bundle: Bundle, end: int) -> None:
        self.size = 0
        self._bundle = bundle
        self._end = end
        self._rows: list[list[bytes]] = [[]]  # of each level, the tile that is not full yet
        self._leaves = b""

    def append(self, leaf: bytes) -> bool:
        """Takes an entry's hash, and each tile that it fills; False where the bundle keeps another hash of it."""
        at = self.size % WIDTH
        if at == 0:
            self._leaves = self._tile(0, self.size // WIDTH)
        if self._leaves[at * 32 : (at + 1) * 32] != leaf:
            return False
        self.size += 1
        for level in itertools.count():
            if level == len(self._rows):
                self._rows.append([])
            row = self._rows[level]
            row.append(leaf)
            if len(row) < WIDTH:
                break
            self._check(level, (self.size >> 8 * (level + 1)) - 1)
            leaf, self._rows[level] = root_of(row), []
        return True

    def root(self) -> bytes:
        rest: list[bytes] = []
        for row in self._rows:
            rest = [root_of(row + rest)] if row or rest else []
        return root_of(rest)

    def end(self) -> None:
        """Holds the tiles that are not full against what they must be."""
        for level, row in enumerate(self._rows):
            if row:
                self._check(level, self.size >> 8 * (level + 1))

    def _check(self, level: int, place: int) -> None:
        if level and self._tile(level, place) != b"".join(self._rows[level]):
            raise Broken(f"a hash in {self._path(level, place)} is not the one over the entries")

    def _tile(self, level: int, place: int) -> bytes:
        try:
            return self._bundle.read(self._path(level, place))
        except KeyError:
            return b""

    def _path(self, level: int, place: int) -> str:
        digits = f"{place:0{-len(str(place)) // 3 * -3}}"
        *first, last = (digits[at : at + 3] for at in range(0, len(digits), 3))
        width = min(WIDTH, (self._end >> 8 * level) - place * WIDTH)
        path = "/".join(["tile", str(level), *("x" + group for group in first), last])
        return path if width == WIDTH else f"{path}.p/{width}"


def root_of(hashes: list[bytes]) -> bytes:
    """Pairs are hashed, an odd one goes up as it is."""
    while len(hashes) > 1:
        pairs = zip(hashes[::2], hashes[1::2], strict=False)
        hashes = [*(hashlib.sha256(b"\x01" + one + two).digest() for one, two in pairs), *hashes[len(hashes) & ~1 :]]
    return hashes[0] if hashes else hashlib.sha256().digest()


def verify(path: str, given: Key | None, noted: Head | None, witnesses: list[Key]) -> tuple[Head, int, list[Told]]:
    """Gives the head of a bundle that is intact, how many entries retention has deleted, and the logs before this one.
    Raises `Broken`; `KeyError`, `ValueError` where it is no bundle."""
    with Bundle(path) as bundle:
        key = Key(bundle.read("log.vkey").decode())
        if given and given.line != key.line:
            raise Broken("log.vkey is another key than the one given")
        head = key.open(bundle.read("checkpoint"), "the checkpoint")
        earlier = [key.open(note, "an earlier checkpoint") for note in notes(bundle.read("checkpoints"))]
        others = evidence(bundle, key)
        if noted and noted[0] > head[0]:
            raise Broken(f"the first bad entry is entry {head[0]}: it is missing, a head noted earlier tells of it")
        check_entries(bundle, head, [*earlier, *(each for _, each in others), head], noted)
        for witness in witnesses:
            if not any(witness.cosigned(note) for note, _ in others):
                raise Broken(f"no checkpoint in it is cosigned by {witness.name}")
        deleted = check_fields(bundle)
        check_cover(path, bundle)
        epochs = check_manifest(bundle, key, head)
    return head, deleted, epochs


def notes(content: bytes) -> Iterator[bytes]:
    blocks = content.split(b"\n\n") if content else []
    for at in range(0, len(blocks), 2):
        yield blocks[at] + b"\n\n" + blocks[at + 1].removesuffix(b"\n") + b"\n"


def evidence(bundle: Bundle, key: Key) -> list[tuple[str, Head]]:
    """Checkpoints that others signed, too; a stamp (RFC 3161) must be over its note, whose it is `openssl ts` tells."""
    found = []
    for name in bundle.namelist():
        if not NOTE.fullmatch(name):
            continue
        note = bundle.read(name)
        found.append((note.decode(), key.open(note, name)))
        stamp = f"{name.removesuffix('note')}tsr"
        if name.startswith("stamps/") and (
            stamp not in bundle.namelist() or hashlib.sha256(note).digest() not in bundle.read(stamp)
        ):
            raise Broken(f"{name}: its stamp is missing, or over something else")
    return found


def check_entries(bundle: Bundle, head: Head, signed: list[Head], noted: Head | None) -> None:
    tree, good, unmet = Tree(bundle, head[0]), 0, sorted(signed)
    with bundle.open("entries.jsonl") as lines:
        while True:
            while unmet and unmet[0][0] == tree.size:
                if unmet.pop(0)[1] != tree.root():
                    raise Broken(f"the first bad entry is an entry from {good} to {tree.size - 1}: not as signed")
                good = tree.size
            if noted and noted[0] == tree.size and noted[1] != tree.root():
                raise Broken(f"the first bad entry is an entry from 0 to {noted[0] - 1}: the head noted is another's")
            bad = f"the first bad entry is entry {tree.size}: "
            line = lines.readline(MAX_LINE)
            if tree.size == head[0]:
                break
            if not line:
                raise Broken(bad + "it is missing")
            leaf = hashlib.sha256(b"\x00" + line.removesuffix(b"\n")).digest()
            if not line.endswith(b"\n") or not tree.append(leaf):
                raise Broken(bad + "its bytes and the hash kept of it do not agree")
    if unmet:
        raise Broken("something is signed over more entries than the last checkpoint")
    if line:
        raise Broken(bad + "no checkpoint is signed over it")
    tree.end()


def check_fields(bundle: Bundle) -> int:
    """Holds each field, open or masked, against what its entry commits to; gives how many entries are deleted.

    A field's commitment is SHA-256 over salt, name, a zero byte and value; an entry commits to all of its fields by
    SHA-256 over name, a zero byte, commitment in hex and a newline of each, in the order of names.
    """
    gone, told = [], []
    with bundle.open("entries.jsonl") as leaves, bundle.open("fields.jsonl") as lines:
        place = -1
        for place, leaf in enumerate(leaves):
            fields, entry = json.loads(lines.readline(MAX_LINE)), json.loads(leaf)
            if fields is None:
                gone.append(place)
                continue
            content = "".join(f"{name}\0{commitment(name, fields[name])}\n" for name in sorted(fields))
            if hashlib.sha256(content.encode()).hexdigest() != entry["fields"] or fields["seq"][1] != str(place):
                raise Broken(f"the first bad entry is entry {place}: its fields are not those that it commits to")
            if fields["action"][1] == "entries_deleted" and isinstance(fields["details"], list):
                ranges = json.loads(fields["details"][1]).get("ranges", "")
                told += [each.partition("-")[::2] for each in ranges.split()]
        if lines.readline(1):
            raise Broken(f"the first bad entry is entry {place + 1}: fields of an entry that is not there")
    explained = {number for first, last in told for number in range(int(first), min(int(last), place) + 1)}
    if untold := [number for number in gone if number not in explained]:
        raise Broken(f"the first bad entry is entry {untold[0]}: it is missing, and no deletion tells of it")
    return len(gone)


def commitment(name: str, field: str | list[str]) -> str:
    if isinstance(field, str):
        return field  # masked
    salt, value = field
    return hashlib.sha256(bytes.fromhex(salt) + name.encode() + b"\0" + value.encode()).hexdigest()


def check_manifest(bundle: Bundle, key: Key, head: Head) -> list[Told]:
    """Gives what it tells of the logs before this one, the newest first: the one that this log's entry 0 tells of."""
    manifest = json.loads(bundle.read("manifest.json"))
    if (manifest["origin"], manifest["size"], manifest["root"]) != (key.name, head[0], b64encode(head[1]).decode()):
        raise Broken("the manifest is not about this checkpoint")
    for name, about in manifest["files"].items():
        with bundle.open(name) as member:
            if hashlib.file_digest(member, "sha256").hexdigest() != about["sha256"]:  # type: ignore[arg-type]
                raise Broken(f"{name} is not the file that the manifest tells of")
    epochs: list[Told] = manifest.get("epochs", [])
    with bundle.open("fields.jsonl") as lines:
        first = json.loads(lines.readline(MAX_LINE) or b"null")
    if first and isinstance(first["action"], list) and isinstance(first["details"], list):  # neither is masked
        told = json.loads(first["details"][1]).items() if first["action"][1] == "epoch_begun" else ()
        if {name: value for name, value in told if name.startswith("before")} != (epochs[0] if epochs else {}):
            raise Broken("the manifest and entry 0 tell two different logs before this one")
    return epochs


def check_cover(path: str, bundle: Bundle) -> None:
    """Whoever adds something that nobody signed, to be read as part of the log, is named for it."""
    covered = collections.Counter({*bundle.opened, "manifest.json", "README.txt"})
    added = [repr(name) for name in sorted(collections.Counter(bundle.namelist()) - covered)]
    if min(member.header_offset for member in bundle.infolist()):
        added.insert(0, "bytes before the zip")
    with open(path, "rb") as file:
        file.seek(-22, 2)  # where a zip ends that has no comment
        end = file.read()
    if not end.startswith(b"PK\5\6") or not end.endswith(b"\0\0"):
        added.insert(0, "bytes after the zip")
    if added:
        more = f" and {len(added) - 5} more" if len(added) > 5 else ""
        raise Broken(f"the log in it is intact, but not covered by any proof: {', '.join(added[:5])}{more}")


def read_head(text: str) -> Head:
    size, _, root = text.partition(":")
    head = int(size), bytes.fromhex(root)
    if head[0] < 0 or len(head[1]) != 32:
        raise ValueError("no head")
    return head


def argument(read: Callable[[str], Read], wanted: str) -> Callable[[str], Read]:
    """How an argument is read; one that is mistyped, or empty as an unset variable gives it, is never passed over."""

    def given(text: str) -> Read:
        try:
            return read(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(f"{text!r}: {wanted}") from error

    return given


def main() -> int:
    log_key = argument(Key, "a log's key is one line, NAME+ID+KEY, as in a bundle's log.vkey")
    witness_key = argument(lambda text: Key(text, b"\x04"), "a witness's key is one line, NAME+ID+KEY")
    parser = argparse.ArgumentParser(description="Verifies a bundle of an access log.")
    parser.add_argument("bundle")
    parser.add_argument(
        "--key", type=log_key, metavar="VKEY", help="the log's key, as noted on paper; else the one in the bundle"
    )
    noted = argument(read_head, "a head is SIZE:ROOT, the root being 64 hex digits")
    parser.add_argument("--head", type=noted, metavar="SIZE:ROOT", help="a head noted earlier and elsewhere")
    of_witness = parser.add_argument("--witness", type=witness_key, metavar="VKEY", action="append", default=[])
    of_witness.help = "must have cosigned it; again for each"
    asked = parser.parse_args()
    try:
        head, deleted, epochs = verify(asked.bundle, asked.key, asked.head, asked.witness)
    except Broken as broken:
        print(f"broken: {broken}")
        return 1
    except zipfile.BadZipFile:
        print(f"{asked.bundle}: not a bundle: it is no zip file, or is cut off", file=sys.stderr)
        return 1
    except (OSError, ValueError, KeyError, IndexError, TypeError, zlib.error) as error:
        print(f"not a bundle that can be read: {type(error).__name__}: {error}", file=sys.stderr)
        return 1
    print(f"intact: {head[0]} entries, head {head[0]}:{head[1].hex()}")
    if deleted:
        print(f"{deleted} entries deleted by retention; what the tree holds of them is intact")
    for told in epochs:
        end = f"{told['before_size']}:{told['before_root']}" if "before_root" in told else "unknown"
        named, known = told.get("before", "a log of which no name is left"), told.get("before_known_by", "nobody")
        print(f"before it: {named}, last end known {end} by {known}; put aside {told['before_found']}")
    if not asked.key:
        print("The key came from the bundle itself: compare it with the one on paper.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
