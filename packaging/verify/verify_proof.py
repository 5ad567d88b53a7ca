#!/usr/bin/env python3
"""Verifies proofs and slips of an access log, offline: one file, Python 3.11, standard library and `cryptography`.

    python3 verify_proof.py slip FILE|TEXT --key VKEY             a patient's slip: its file, or what its code says
    python3 verify_proof.py proof FILE --key VKEY [--from NOTE]   what `uketsuke log prove` wrote

Exit code 0: shown; 1: not shown; 2: wrong arguments, or not a proof that can be read. It shares no code with the
program that wrote the log: RFC 6962 and 9162 (tree), C2SP signed-note, tlog-checkpoint, tlog-proof, RFC 9285 (base45).
"""

import argparse
import hashlib
import json
import sys
import zlib
from base64 import b64decode, b64encode
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

BASE45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
PREFIX = "UKETSUKE1:"
Head = tuple[int, bytes]


class NotShown(Exception):  # noqa: N818
    """The proof does not show what it says."""


def opened(note: str, vkey: str) -> Head:
    """Size and root in a checkpoint that this key signed."""
    name, key_id, encoded = vkey.strip().split("+", 2)
    typed = b64decode(encoded, validate=True)
    if typed[:1] != b"\x01" or hashlib.sha256(name.encode() + b"\n" + typed).hexdigest()[:8] != key_id:
        raise ValueError("not the line of an Ed25519 key")
    text, _, signatures = note.partition("\n\n")
    text += "\n"
    for line in signatures.splitlines():
        mark, signer, signature = line.split(" ", 2)
        decoded = b64decode(signature, validate=True)
        if (mark, signer, decoded[:4].hex()) == ("—", name, key_id):
            try:
                Ed25519PublicKey.from_public_bytes(typed[1:]).verify(decoded[4:], text.encode())
            except InvalidSignature as error:
                raise NotShown("the checkpoint is forged") from error
            origin, size, root = text.removesuffix("\n").split("\n")
            head = int(size), b64decode(root, validate=True)
            if origin != name or text != f"{name}\n{head[0]}\n{b64encode(head[1]).decode()}\n":
                raise NotShown("the checkpoint is another log's")
            return head
    raise NotShown("the checkpoint is not signed with this key")


def leaf(stored: bytes) -> bytes:
    """The leaf of an entry as it is stored: its bytes, and in a second line salt and hash over fields, in hex."""
    if stored[-97:-96] == b"\n":
        content = {"bytes": hashlib.sha256(stored).hexdigest(), "fields": stored[-64:].decode()}
        stored = json.dumps(content, separators=(",", ":")).encode()
    return hashlib.sha256(b"\x00" + stored).digest()


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_over(leaves: dict[int, bytes], size: int, proof: list[bytes]) -> bytes:
    """The root over some leaves and the hashes of all that lies beside them, from left to right."""
    unused = iter(proof)

    def reached(start: int, end: int) -> bytes:
        if not any(start <= seq < end for seq in leaves):
            return next(unused, b"")
        if end - start == 1:
            return leaves[start]
        middle = start + (1 << (end - start - 1).bit_length() - 1)
        left = reached(start, middle)
        return node(left, reached(middle, end))

    root = reached(0, size)
    return b"" if next(unused, None) is not None else root


def audit_order(seq: int, size: int, path: list[bytes]) -> list[bytes]:
    """An audit path, which goes from the leaf upwards (RFC 9162, 2.1.3), from left to right."""
    start, end, is_left = 0, size, []
    while end - start > 1:
        middle = start + (1 << (end - start - 1).bit_length() - 1)
        is_left.append(seq >= middle)
        start, end = (middle, end) if seq >= middle else (start, middle)
    if len(path) != len(is_left):
        raise NotShown("the proof has too few hashes, or too many")
    beside = list(zip(reversed(is_left), path, strict=True))
    return [each for left, each in reversed(beside) if left] + [each for left, each in beside if not left]


def grew(old: Head, new: Head, proof: list[bytes]) -> bool:
    """RFC 9162, 2.1.4.2."""
    if old[0] == new[0]:
        return not proof and old[1] == new[1]
    if old[0] == 0:
        return not proof and old[1] == hashlib.sha256().digest()
    if old[0] > new[0] or not proof:
        return False
    path = proof if old[0] & (old[0] - 1) else [old[1], *proof]
    fn, sn = old[0] - 1, new[0] - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for each in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = node(each, fr), node(each, sr)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node(sr, each)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and fr == old[1] and sr == new[1]


def of_base45(text: str) -> bytes:
    content = b""
    for at in range(0, len(text), 3):
        digits = [BASE45.index(each) for each in text[at : at + 3]]
        content += sum(digit * 45**power for power, digit in enumerate(digits)).to_bytes(len(digits) - 1, "big")
    return content


def slip(text: str, vkey: str) -> None:
    packed = zlib.decompressobj()
    fields = json.loads(packed.decompress(of_base45(text.strip().removeprefix(PREFIX)), 1 << 18))
    hashes = [packed.unused_data[at : at + 32] for at in range(0, len(packed.unused_data), 32)]
    size, root = opened(fields["note"], vkey)
    stored = {int(seq): line.encode() for seq, line in fields["entries"]}
    if not stored or max(stored) >= size or root_over({n: leaf(s) for n, s in stored.items()}, size, hashes) != root:
        raise NotShown("these entries are not in the log")
    for seq, line in sorted(stored.items()):
        entry = json.loads(line.partition(b"\n")[0])
        if entry["seq"] != seq:
            raise NotShown(f"entry {seq} stands in the wrong place")
        words = (entry[name] for name in ("action", "method", "outcome", "reason") if entry.get(name))
        print(seq, entry["at"], *("".join(c if c.isprintable() else "\ufffd" for c in word) for word in words))
    print(f"shown: {len(stored)} entries are in the log of {size}, head {size}:{root.hex()}")


def proof(text: str, vkey: str, earlier: str | None) -> None:
    head, _, note = text.partition("\n\n")
    first, *lines = head.split("\n")
    size, root = opened(note, vkey)
    if first.startswith("old "):
        if earlier is None:
            raise ValueError("--from: the earlier checkpoint is needed")
        old = opened(earlier, vkey)
        if old[0] != int(first[4:]) or not grew(old, (size, root), [b64decode(each) for each in lines]):
            raise NotShown(f"the log of {size} entries does not begin with the {old[0]} of the earlier checkpoint")
        print(f"shown: the log of {size} entries begins with the {old[0]} of the earlier checkpoint")
        return
    if first != "c2sp.org/tlog-proof@v1":
        raise ValueError("not a proof")
    stored = b64decode(lines[0].removeprefix("extra "), validate=True)
    seq = int(lines[1].removeprefix("index "))
    path = [b64decode(each, validate=True) for each in lines[2:]]
    if not 0 <= seq < size or root_over({seq: leaf(stored)}, size, audit_order(seq, size, path)) != root:
        raise NotShown(f"this is not entry {seq} of the log")
    print(stored.partition(b"\n")[0].decode())
    print(f"shown: this is entry {seq} of the log of {size}, head {size}:{root.hex()}")


def main() -> int:
    parser = argparse.ArgumentParser(description="Verifies proofs and slips of an access log.")
    parser.add_argument("kind", choices=("slip", "proof"))
    parser.add_argument("what", help="the file; or the text of a slip's code")
    parser.add_argument("--key", required=True, help="the log's key, as the clinic has put it up")
    parser.add_argument("--from", dest="earlier", metavar="NOTE", help="the file of an earlier checkpoint")
    asked = parser.parse_args()
    try:
        is_text = asked.kind == "slip" and asked.what.startswith(PREFIX)
        text = asked.what if is_text else Path(asked.what).read_text("utf-8")
        if asked.kind == "slip":
            slip(text, asked.key)
        else:
            proof(text, asked.key, Path(asked.earlier).read_text("utf-8") if asked.earlier else None)
    except NotShown as error:
        print(f"not shown: {error}")
        return 1
    except (OSError, ValueError, KeyError, IndexError, TypeError, OverflowError, zlib.error) as error:
        print(f"not a proof that can be read: {type(error).__name__}: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
