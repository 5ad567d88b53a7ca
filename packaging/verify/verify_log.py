#!/usr/bin/env python3
"""Verifies a bundle of an access log, by itself: one file, Python 3.11, its standard library and `cryptography`.

    python3 verify_log.py BUNDLE.zip [--key VKEY] [--head SIZE:ROOT] [--witness VKEY]...

Exit code 0: intact; 1: broken, the first bad entry is named; 2: wrong arguments, or not a bundle that can be read.
It shares no code with the program that wrote the log: what both say is so rests on the formats alone, which are
RFC 6962 (tree), C2SP signed-note and tlog-checkpoint (what is signed), C2SP tlog-tiles (the tree's hashes).
"""

import argparse
import hashlib
import json
import sys
import zipfile
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterator

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

WIDTH = 256
MAX_LINE = 1 << 20
Head = tuple[int, bytes]


class Broken(Exception):  # noqa: N818
    """The bundle is not what was signed; the message says where."""


class Key:
    """An Ed25519 key of a signed note: NAME+ID+BASE64."""

    def __init__(self, vkey: str) -> None:
        self.name, key_id, encoded = vkey.strip().split("+", 2)
        typed = b64decode(encoded, validate=True)
        self.id = hashlib.sha256(self.name.encode() + b"\n" + typed).digest()[:4]
        if typed[:1] != b"\x01" or len(typed) != 33 or key_id != self.id.hex():
            raise ValueError("not the line of an Ed25519 key")
        self._public = Ed25519PublicKey.from_public_bytes(typed[1:])

    def open(self, note: str) -> Head:
        """Size and root in a checkpoint that this key signed."""
        text, _, signatures = note.partition("\n\n")
        text += "\n"
        for line in signatures.splitlines():
            mark, name, signature = line.split(" ", 2)
            decoded = b64decode(signature, validate=True)
            if (mark, name, decoded[:4]) == ("—", self.name, self.id):
                self._public.verify(decoded[4:], text.encode())
                _, size, root = text.removesuffix("\n").split("\n")
                head = int(size), b64decode(root, validate=True)
                if text != f"{self.name}\n{head[0]}\n{b64encode(head[1]).decode()}\n" or len(head[1]) != 32:
                    raise ValueError("not a checkpoint of this log")
                return head
        raise ValueError("no signature of this key")


class Tree:
    """A Merkle tree that grows: the hashes of its whole subtrees, the largest first (RFC 6962, section 2.1)."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def append(self, leaf: bytes) -> None:
        carries = self.size
        while carries & 1:
            leaf = node(self._peaks.pop(), leaf)
            carries >>= 1
        self._peaks.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        if not self._peaks:
            return hashlib.sha256().digest()
        *others, root = self._peaks
        for peak in reversed(others):
            root = node(peak, root)
        return root


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def tile_path(level: int, place: int, width: int) -> str:
    digits = f"{place:03}"
    digits = "0" * (-len(digits) % 3) + digits
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    path = "/".join(["tile", str(level), *("x" + group for group in groups[:-1]), groups[-1]])
    return path if width == WIDTH else f"{path}.p/{width}"


class Tiles:
    """The hashes of the tree as the bundle has them: the leaves to compare with, the levels above to be checked."""

    def __init__(self, bundle: zipfile.ZipFile, size: int) -> None:
        self._bundle = bundle
        self._size = size
        self._leaves = b""
        self._above: list[list[bytes]] = []

    def leaf(self, place: int) -> bytes:
        if place % WIDTH == 0:
            self._leaves = self._read(0, place // WIDTH)
        at = place % WIDTH * 32
        return self._leaves[at : at + 32]

    def grow(self, place: int, leaf: bytes) -> None:
        """Takes a good leaf, and holds each tile above the leaves against what it must be once it is filled."""
        level, hashed = 0, leaf
        while True:
            if level == len(self._above):
                self._above.append([])
            row = self._above[level]
            row.append(hashed)
            place = place if level == 0 else place // WIDTH
            if len(row) < WIDTH:
                return
            if level and self._read(level, place // WIDTH) != b"".join(row):
                raise Broken(f"the hash {tile_path(level, place // WIDTH, WIDTH)} is not the one over the entries")
            tree = Tree()
            for each in row:
                tree.append(each)
            hashed, self._above[level] = tree.root(), []
            level += 1

    def end(self) -> None:
        """Holds the tiles that are not full against what they must be."""
        for level, row in enumerate(self._above):
            place = (self._size >> 8 * level) // WIDTH
            if row and level and self._read(level, place) != b"".join(row):
                raise Broken(f"the hash {tile_path(level, place, len(row))} is not the one over the entries")

    def _read(self, level: int, place: int) -> bytes:
        width = min(WIDTH, (self._size >> 8 * level) - place * WIDTH)
        try:
            return self._bundle.read(tile_path(level, place, width)) if width > 0 else b""
        except KeyError:
            return b""


def verify(path: str, vkey: str | None, noted: Head | None, witnesses: list[str]) -> tuple[Head, int]:
    """Gives the head of a bundle that is intact, and how many entries retention has deleted from it.

    Raises `Broken`; `KeyError`, `ValueError` where it is no bundle.
    """
    with zipfile.ZipFile(path) as bundle:
        own = bundle.read("log.vkey").decode()
        key = Key(vkey or own)
        try:
            head = key.open(bundle.read("checkpoint").decode())
        except (ValueError, InvalidSignature) as error:
            raise Broken("the checkpoint is not signed with this key") from error
        if own.strip() != (vkey or own).strip():
            raise Broken("log.vkey is another key than the one given")
        try:
            earlier = [key.open(note) for note in notes(bundle.read("checkpoints").decode())]
        except (ValueError, InvalidSignature) as error:
            raise Broken("an earlier checkpoint is not signed with this key") from error
        others = evidence(bundle, key)
        if any(each[0] > head[0] for _, each in others):
            raise Broken("something is signed over more entries than the last checkpoint")
        if noted and noted[0] > head[0]:
            raise Broken(f"the first bad entry is entry {head[0]}: it is missing, a head noted earlier tells of it")
        check_entries(bundle, head, [*earlier, *sorted(each for _, each in others), head], noted)
        for witness in witnesses:
            if not any(cosigned(note, witness) for note, _ in others):
                raise Broken(f"no checkpoint in it is cosigned by {witness.partition('+')[0]}")
        deleted = check_fields(bundle)
        check_manifest(bundle, key, head)
    return head, deleted


def notes(text: str) -> Iterator[str]:
    blocks = text.split("\n\n") if text else []
    for at in range(0, len(blocks), 2):
        yield f"{blocks[at]}\n\n{blocks[at + 1].removesuffix(chr(10))}\n"


def evidence(bundle: zipfile.ZipFile, key: Key) -> list[tuple[str, Head]]:
    """Checkpoints that others signed, too; a stamp (RFC 3161) must be over its note, whose it is `openssl ts` tells."""
    found = []
    for name in bundle.namelist():
        if not name.startswith(("witnessed/", "stamps/")) or not name.endswith(".note"):
            continue
        note = bundle.read(name)
        try:
            found.append((note.decode(), key.open(note.decode())))
        except (ValueError, InvalidSignature) as error:
            raise Broken(f"{name} is not signed with this key") from error
        stamp = f"{name.removesuffix('note')}tsr"
        if name.startswith("stamps/") and (
            stamp not in bundle.namelist() or hashlib.sha256(note).digest() not in bundle.read(stamp)
        ):
            raise Broken(f"{name}: its stamp is missing, or over something else")
    return found


def cosigned(note: str, vkey: str) -> bool:
    """Whether a witness signed this note (C2SP tlog-cosignature v1, type 0x04)."""
    name, _, encoded = vkey.strip().split("+", 2)
    typed = b64decode(encoded, validate=True)
    if typed[:1] != b"\x04" or len(typed) != 33:
        raise ValueError("not the line of a witness's key")
    key_id = hashlib.sha256(name.encode() + b"\n" + typed).digest()[:4]
    text, _, signatures = note.partition("\n\n")
    for line in signatures.splitlines():
        mark, signer, signature = line.split(" ", 2)
        decoded = b64decode(signature, validate=True)
        if (mark, signer, decoded[:4]) == ("—", name, key_id):
            signed = f"cosignature/v1\ntime {int.from_bytes(decoded[4:12], 'big')}\n{text}\n"
            try:
                Ed25519PublicKey.from_public_bytes(typed[1:]).verify(decoded[12:], signed.encode())
            except InvalidSignature:
                continue
            return True
    return False


def check_entries(bundle: zipfile.ZipFile, head: Head, signed: list[Head], noted: Head | None) -> None:
    tree, tiles, good = Tree(), Tiles(bundle, head[0]), 0
    stops = iter(sorted(signed, key=lambda each: each[0]))
    stop = next(stops)
    with bundle.open("entries.jsonl") as lines:
        while True:
            while stop[0] == tree.size:
                if stop[1] != tree.root():
                    raise Broken(f"the first bad entry is an entry from {good} to {tree.size - 1}: not as signed")
                good = tree.size
                if (stop := next(stops, (-1, b""))) == (-1, b""):
                    break
            if noted and noted[0] == tree.size and noted[1] != tree.root():
                raise Broken(f"the first bad entry is an entry from 0 to {noted[0] - 1}: the head noted is another's")
            line = lines.readline(MAX_LINE)
            if not line:
                break
            bad = f"the first bad entry is entry {tree.size}: "
            leaf = hashlib.sha256(b"\x00" + line.removesuffix(b"\n")).digest()
            if tree.size >= head[0]:
                raise Broken(bad + "no checkpoint is signed over it")
            if not line.endswith(b"\n") or tiles.leaf(tree.size) != leaf:
                raise Broken(bad + "its bytes and the hash kept of it do not agree")
            tiles.grow(tree.size, leaf)
            tree.append(leaf)
    if tree.size < head[0]:
        raise Broken(f"the first bad entry is entry {tree.size}: it is missing")
    if stop != (-1, b""):
        raise Broken("the checkpoints are not in order")
    tiles.end()


def check_fields(bundle: zipfile.ZipFile) -> int:
    """Holds each field, open or masked, against what its entry commits to; gives how many entries are deleted.

    A field's commitment is SHA-256 over salt, name, a zero byte and value; an entry commits to all of its fields by
    SHA-256 over name, a zero byte, commitment in hex and a newline of each, in the order of names.
    """
    gone, told = [], []
    with bundle.open("entries.jsonl") as leaves, bundle.open("fields.jsonl") as lines:
        place = -1
        for place, leaf in enumerate(leaves):
            fields, entry = json.loads(lines.readline(MAX_LINE)), json.loads(leaf)
            bad = Broken(f"the first bad entry is entry {place}: its fields are not those that it commits to")
            if fields is None:
                gone.append(place)
                continue
            content = "".join(f"{name}\0{commitment(name, fields[name])}\n" for name in sorted(fields))
            if hashlib.sha256(content.encode()).hexdigest() != entry["fields"] or fields["seq"][1] != str(place):
                raise bad
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


def check_manifest(bundle: zipfile.ZipFile, key: Key, head: Head) -> None:
    manifest = json.loads(bundle.read("manifest.json"))
    if (manifest["origin"], manifest["size"], manifest["root"]) != (key.name, head[0], b64encode(head[1]).decode()):
        raise Broken("the manifest is not about this checkpoint")
    for name, about in manifest["files"].items():
        with bundle.open(name) as member:
            if hashlib.file_digest(member, "sha256").hexdigest() != about["sha256"]:  # type: ignore[arg-type]
                raise Broken(f"{name} is not the file that the manifest tells of")


def main() -> int:
    parser = argparse.ArgumentParser(description="Verifies a bundle of an access log.")
    parser.add_argument("bundle")
    parser.add_argument("--key", help="the log's key, as noted on paper; else the one in the bundle")
    parser.add_argument("--head", metavar="SIZE:ROOT", help="a head noted earlier and elsewhere")
    parser.add_argument("--witness", metavar="VKEY", action="append", default=[], help="must have cosigned it")
    asked = parser.parse_args()
    try:
        size, _, root = (asked.head or "").partition(":")
        noted = (int(size), bytes.fromhex(root)) if asked.head else None
        head, deleted = verify(asked.bundle, asked.key, noted, asked.witness)
    except Broken as broken:
        print(f"broken: {broken}")
        return 1
    except (OSError, ValueError, KeyError, IndexError, TypeError, zipfile.BadZipFile, zlib.error) as error:
        print(f"not a bundle that can be read: {type(error).__name__}: {error}", file=sys.stderr)
        return 2
    print(f"intact: {head[0]} entries, head {head[0]}:{head[1].hex()}")
    if deleted:
        print(f"{deleted} entries deleted by retention; what the tree holds of them is intact")
    if not asked.key:
        print("The key came from the bundle itself: compare it with the one on paper.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
