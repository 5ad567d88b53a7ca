"""Looks for traces of a secret, in every form that a program may leave it in: in files, and in the memory of processes.

Memory is read through /proc, which takes root where a process has forbidden it to its own user (`forbid_core_dumps`).
"""

import resource
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Final

FULL_WIDTH: Final = str.maketrans("0123456789", "０１２３４５６７８９")
_PIECE: Final = 1 << 24  # bytes of memory looked at in one go
_OVERLAP: Final = 1 << 10  # bytes more than that: a secret may lie across
_PAGE: Final = resource.getpagesize()
_USED: Final = 0b1100_0000  # highest byte of a pagemap entry (proc(5)): present in memory, or swapped out
_FEWEST: Final = 4  # bytes in a form: a shorter one is found anywhere by chance
_FEW_DIGITS: Final = 8
_WORD: Final = frozenset(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")


@dataclass(frozen=True)
class Secret:
    """Something that must not be found: `forms` are the bytes that it can be written as, by the form's name."""

    name: str
    forms: Mapping[str, bytes] = field(repr=False)
    only_alone: bool = False  # so short that it comes up by chance within longer numbers and words: there it is none

    def is_in(self, content: bytes, form: bytes) -> bool:
        """Whether it is written there in one of its forms."""
        at = content.find(form)
        while self.only_alone and at >= 0 and not _is_alone(content, at, len(form)):
            at = content.find(form, at + 1)
        return at >= 0


@dataclass(frozen=True, order=True)
class Trace:
    """Where a secret was found, without the secret."""

    secret: str
    form: str
    place: str


def digits_secret(name: str, digits: str) -> Secret:
    """Digits as text of either width, in UTF-8 or UTF-16, as BCD and hex; not in forms of less than 4 bytes."""
    full_width = digits.translate(FULL_WIDTH)
    forms = {
        "ASCII": digits.encode(),
        "UTF-16": digits.encode("utf-16-le")[:-1],  # the same bytes whichever comes first
        "full-width UTF-8": full_width.encode(),
        "full-width UTF-16": full_width.encode("utf-16-le")[:-1],
        "hex": digits.encode().hex().encode(),
    }
    if len(digits) % 2 == 0:
        forms["BCD"] = bytes.fromhex(digits)
    long_enough = {form: written for form, written in forms.items() if len(written) >= _FEWEST}
    return Secret(name, long_enough, only_alone=len(digits) < _FEW_DIGITS)


def bytes_secret(name: str, content: bytes) -> Secret:
    """Bytes as they are and as hex."""
    return Secret(name, {"bytes": content, "hex": content.hex().encode(), "HEX": content.hex().upper().encode()})


def in_file(path: Path, secrets: Iterable[Secret]) -> Iterator[Trace]:
    """What is found in one file."""
    yield from in_bytes(path.read_bytes(), secrets, f"file {path.name}")


def in_bytes(content: bytes, secrets: Iterable[Secret], place: str) -> Iterator[Trace]:
    """What is found in bytes that came from `place`."""
    for secret in secrets:
        for form, written in secret.forms.items():
            if secret.is_in(content, written):
                yield Trace(secret.name, form, place)


def in_memory(pid: int, secrets: Iterable[Secret], place: str) -> Iterator[Trace]:
    """What is found in a process's own memory: all that it can write to. Raises `OSError` for who may not look."""
    asked = tuple(secrets)
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for first, end, what in _regions(pid):
            for start in range(first, end, _PIECE):
                try:
                    memory.seek(start)
                    content = memory.read(min(_PIECE + _OVERLAP, end - start))
                except OSError:
                    break  # a region that went meanwhile
                yield from in_bytes(content, asked, f"{place}, {what}")


def _regions(pid: int) -> Iterator[tuple[int, int, str]]:
    """Address of the first byte, of the one after the last, and what it is: only what was ever written to."""
    with open(f"/proc/{pid}/pagemap", "rb", buffering=0) as pagemap:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            addresses, permissions, _, _, _, *name = line.split(maxsplit=5)
            if not permissions.startswith("rw") or (name and name[0].startswith("/dev/")):
                continue
            first, end = (int(address, 16) for address in addresses.split("-"))
            pagemap.seek(first // _PAGE * 8)
            pages = pagemap.read((end - first) // _PAGE * 8)
            for is_used, run in groupby(range(len(pages) // 8), key=lambda page: pages[page * 8 + 7] & _USED != 0):
                if is_used:
                    inside = [*run]
                    start = first + inside[0] * _PAGE
                    yield start, start + len(inside) * _PAGE, name[0] if name else "memory without a name"


def _is_alone(content: bytes, at: int, size: int) -> bool:
    around = content[max(at - 1, 0) : at] + content[at + size : at + size + 1]
    return _WORD.isdisjoint(around)
