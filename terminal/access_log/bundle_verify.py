"""Whether a bundle is what its log's key signed: as `verify` does for a store, with nothing but the file and the key.

Reads once and streams. A bundle has no tags; instead each entry is held against its hash in the tree's tiles, so that
the first bad entry is named exactly as long as not both were changed, and else between two checkpoints.
"""

import hashlib
import json
import zipfile
import zlib
from base64 import b64encode
from collections.abc import Iterator
from itertools import islice, zip_longest
from pathlib import Path

from terminal.access_log.bundle import CHECKPOINT, EARLIER, ENTRIES, FIELDS, KEY, MANIFEST, tile_path, tiles
from terminal.access_log.bundle_cover import uncovered
from terminal.access_log.bundle_epochs import check_epochs
from terminal.access_log.bundle_evidence import (
    MOST_BYTES,
    NAMED,
    NOBODY,
    EvidenceWrong,
    Trusted,
    check_evidence,
    signed_in,
)
from terminal.access_log.checkpoint import Checkpoint, CheckpointWrong, LogKey, open_note
from terminal.access_log.masking import CopiedField, MaskedField, MaskWrong, OpenField, check_copied
from terminal.access_log.retention import DeletionWatch
from terminal.access_log.timestamp import StampWrong
from terminal.access_log.tree import HASH_BYTES, TILE_WIDTH, Frontier, leaf_hash
from terminal.access_log.verify import Broken, Finding, Head, Intact, Report

_LONGEST_LINE = 1 << 20
_LONGEST_PART = 1 << 30


class BundleWrong(ValueError):  # noqa: N818  # it says what is so, as the other outcomes do
    """A bundle is not what it should be, and no entry can be named; the message says what."""


def verify_bundle(
    path: Path,
    key: LogKey | None,
    noted: Head | None = None,
    deletions: DeletionWatch | None = None,
    *,
    trusted: Trusted = NOBODY,
    evidence: list[str] | None = None,
) -> Report:
    """Holds a bundle against `key`, or where that is None against the key in it. Raises `BundleWrong`, `OSError`.

    `deletions` is told of what retention has deleted; `evidence`, in sentences, what others have signed, as far as
    `trusted` goes, and which logs there were before.
    """
    try:
        with zipfile.ZipFile(path) as bundle:
            own = LogKey.of_vkey(_part(bundle, KEY).strip())
            if key and own != key:
                raise BundleWrong(f"{KEY} is another key than the one given")
            last = open_note(_part(bundle, CHECKPOINT), own)
            signed = [open_note(note, own) for note in _notes(_part(bundle, EARLIER))]
            files = _evidence(bundle)
            witnessed = signed_in(files, own)
            report = _walk(bundle, sorted([*signed, *witnessed], key=lambda each: each.size), last, noted)
            if isinstance(report, Intact):
                if broken := _check_fields(bundle, deletions or DeletionWatch()):
                    return broken
                _check_tiles(bundle)
                epochs = _check_manifest(bundle, last)
                if added := uncovered(path, bundle, last.size):
                    raise BundleWrong(f"the log in it is intact, but not covered by any proof: {added}")
                said = [*check_evidence(files, own, trusted), *epochs]
                if evidence is not None:
                    evidence += said
            return report
    except (EvidenceWrong, StampWrong) as error:
        raise BundleWrong(str(error)) from error
    except CheckpointWrong as error:
        raise BundleWrong(f"a checkpoint is forged: {error}") from error
    except (zipfile.BadZipFile, zlib.error, KeyError, ValueError, TypeError, EOFError, NotImplementedError) as error:
        raise BundleWrong(str(error) if isinstance(error, BundleWrong) else "not a bundle that can be read") from error


def _walk(bundle: zipfile.ZipFile, earlier: list[Checkpoint], last: Checkpoint, noted: Head | None) -> Report:
    """Grows the tree over the entries, from checkpoint to checkpoint."""
    signed = [*earlier, last]
    if any(each.size > last.size for each in earlier):
        raise BundleWrong("something is signed over more entries than the last checkpoint")
    unread = enumerate(_lines(bundle))
    tree, good = Frontier(), 0
    stops = sorted({*(each.size for each in signed), *([noted.size] if noted and noted.size <= last.size else [])})
    roots: dict[int, set[bytes]] = {}
    for each in signed:
        roots.setdefault(each.size, set()).add(each.root)
    hashes = _Hashes(bundle, last.size)
    for stop in stops:
        while tree.size < stop:
            leaves = []
            for place, line in islice(unread, min(stop - tree.size, TILE_WIDTH)):
                leaves.append(leaf_hash(line))
                if hashes.leaf(place) != leaves[-1]:
                    return Broken(place, place, Finding.NOT_AS_HASHED)
            if not leaves:
                return Broken(tree.size, tree.size, Finding.MISSING)
            tree = tree.extend(leaves)
        if noted and noted.size == stop and noted.root != tree.root():
            return Broken(0, max(0, stop - 1), Finding.NOT_AS_NOTED)
        if stop in roots:
            if roots[stop] != {tree.root()}:
                return Broken(good, max(good, stop - 1), Finding.NOT_AS_SIGNED)
            good = stop
    if next(unread, None) is not None:
        return Broken(last.size, last.size, Finding.NOT_SIGNED)
    if noted and noted.size > last.size:
        return Broken(last.size, noted.size - 1, Finding.MISSING)
    return Intact(Head(last.size, last.root), last.size)


def _check_fields(bundle: zipfile.ZipFile, deletions: DeletionWatch) -> Broken | None:
    """Holds the fields, open or masked, against what each entry commits to."""
    for place, (leaf, line) in enumerate(zip(_lines(bundle), _lines(bundle, FIELDS), strict=True)):
        try:
            copied = json.loads(line)
            if copied is None:
                deletions.gone(place)
            else:
                opened = {name: _copied(field) for name, field in copied.items()}
                check_copied(leaf, place, opened)
                deletions.told_in(opened)
        except (ValueError, TypeError, AttributeError):  # a `MaskWrong` is a `ValueError`
            return Broken(place, place, Finding.CHANGED)
    untold = deletions.first_untold()
    return None if untold is None else Broken(untold, untold, Finding.MISSING)


def _copied(untrusted: object) -> CopiedField:
    match untrusted:
        case [str(salt), str(value)]:
            return OpenField(salt, value)
        case str(commitment):
            return MaskedField(commitment)
        case _:
            raise MaskWrong("neither an open field nor a masked one")


class _Hashes:
    """The hashes of the entries as the tiles have them, one tile in memory."""

    def __init__(self, bundle: zipfile.ZipFile, size: int) -> None:
        self._bundle = bundle
        self._size = size
        self._tile: tuple[int, bytes] = (-1, b"")

    def leaf(self, place: int) -> bytes:
        """Empty where the tile is missing or too short."""
        number, at = divmod(place, TILE_WIDTH)
        if self._tile[0] != number:
            width = min(TILE_WIDTH, self._size - number * TILE_WIDTH)
            self._tile = number, _tile(self._bundle, tile_path(0, number, width))
        return self._tile[1][at * HASH_BYTES : (at + 1) * HASH_BYTES]


def _evidence(bundle: zipfile.ZipFile) -> dict[str, bytes]:
    files = {}
    for name in filter(NAMED.fullmatch, bundle.namelist()):
        with bundle.open(name) as member:
            files[name] = member.read(MOST_BYTES)
    return files


def _check_tiles(bundle: zipfile.ZipFile) -> None:
    for path, hashes in tiles(_lines(bundle)):
        if _tile(bundle, path) != b"".join(hashes):
            raise BundleWrong(f"{path} is not the hash over the entries")


def _check_manifest(bundle: zipfile.ZipFile, last: Checkpoint) -> list[str]:
    """What it tells of the logs before, in sentences."""
    manifest = json.loads(_part(bundle, MANIFEST))
    about = (manifest["origin"], manifest["size"], manifest["root"])
    if about != (last.origin, last.size, b64encode(last.root).decode()):
        raise BundleWrong(f"{MANIFEST} is not about this checkpoint")
    for name, file in manifest["files"].items():
        hashed = hashlib.sha256()
        with bundle.open(name) as member:
            while piece := member.read(1 << 20):
                hashed.update(piece)
        if hashed.hexdigest() != file["sha256"]:
            raise BundleWrong(f"{name} is not the file that {MANIFEST} tells of")
    try:
        return check_epochs(manifest.get("epochs", []), next(_lines(bundle, FIELDS), b"null"))
    except ValueError as error:
        raise BundleWrong(str(error)) from error


def _lines(bundle: zipfile.ZipFile, name: str = ENTRIES) -> Iterator[bytes]:
    with bundle.open(name) as member:
        while line := member.readline(_LONGEST_LINE):
            if not line.endswith(b"\n"):
                raise BundleWrong("an entry is cut off, or longer than any is")
            yield line[:-1]


def _notes(text: str) -> Iterator[str]:
    blocks = text.split("\n\n") if text else []
    for head, signatures in zip_longest(blocks[::2], blocks[1::2], fillvalue=""):
        yield f"{head}\n\n{signatures.removesuffix(chr(10))}\n"


def _part(bundle: zipfile.ZipFile, name: str) -> str:
    if bundle.getinfo(name).file_size > _LONGEST_PART:
        raise BundleWrong(f"{name} is too large")
    return bundle.read(name).decode()


def _tile(bundle: zipfile.ZipFile, path: str) -> bytes:
    try:
        with bundle.open(path) as member:
            return member.read(TILE_WIDTH * HASH_BYTES + 1)
    except KeyError:
        return b""
