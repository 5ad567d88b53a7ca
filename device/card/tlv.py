"""The card's BER objects (ISO/IEC 7816-4, 5.2.2; X.690), with the oddities of real cards. Pure.

Lengths need not be minimal, filler (00 or FF) may follow an object, and up to 4 stray bytes may come before a file's
first one. Whatever the bytes are, they parse or raise `TerminalError(CARD_MALFORMED)`, which tells the place only.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from terminal.problems import Problem, TerminalError

MOST_STRAY_BYTES = 4
MOST_LENGTH_BYTES = 4


@dataclass(frozen=True)
class Element:
    """One object and where it stands. `raw` is tag, length and value as they are on the card: what is signed."""

    source: str  # such as "file 0002 of card surface"
    offset: int  # of the tag, in bytes from the start of the file
    tag: int
    header_size: int
    raw: bytes = field(repr=False)

    @property
    def value(self) -> bytes:
        """The content without tag and length."""
        return self.raw[self.header_size :]

    def children(self) -> Mapping[int, "Element"]:
        """The objects within, by tag; a tag that comes twice is malformed, for which of the two would be meant?"""
        return self._children

    @cached_property
    def _children(self) -> Mapping[int, "Element"]:
        found: dict[int, Element] = {}
        at = self.header_size
        while at < len(self.raw) and not _is_filler(self.raw, at):
            child = _element(self.raw, at, self.source, self.offset)
            if child.tag in found:
                raise malformed(self.source, child.offset)
            found[child.tag] = child
            at += len(child.raw)
        return found

    def child(self, tag: int) -> "Element":
        """The object with this tag. Raises `CARD_MALFORMED` when there is none."""
        if (found := self.children().get(tag)) is None:
            raise malformed(self.source, self.offset)
        return found

    def malformed(self) -> TerminalError:
        """The error that says: the content of this object is not what it should be."""
        return malformed(self.source, self.offset)


def find(content: bytes, tag: int, source: str) -> Element:
    """The file's object with this tag, whole."""
    return _element(content, _start(content, tag, source), source, 0)


def size(beginning: bytes, tag: int, source: str) -> int:
    """How many bytes of the file must be read to have its object with this tag, told by its beginning."""
    start = _start(beginning, tag, source)
    _, header_size, length = _header(beginning, start, source, 0)
    return start + header_size + length


def first_child(beginning: bytes, tag: int, source: str) -> Element:
    """The first object within the file's object with this tag, of which the rest need not have been read."""
    start = _start(beginning, tag, source)
    _, header_size, _ = _header(beginning, start, source, 0)
    return _element(beginning, start + header_size, source, 0)


def malformed(source: str, offset: int) -> TerminalError:
    """The error that names a place in a file and nothing that stands there."""
    return TerminalError(Problem.CARD_MALFORMED, f"{source}, offset {offset}")


def _start(content: bytes, tag: int, source: str) -> int:
    wanted = tag.to_bytes((tag.bit_length() + 7) // 8)
    for start in range(MOST_STRAY_BYTES + 1):
        if content.startswith(wanted, start):
            return start
    raise malformed(source, 0)


def _element(content: bytes, at: int, source: str, base: int) -> Element:
    tag, header_size, length = _header(content, at, source, base)
    end = at + header_size + length
    if end > len(content):
        raise malformed(source, base + at)
    return Element(source, base + at, tag, header_size, content[at:end])


def _header(content: bytes, at: int, source: str, base: int) -> tuple[int, int, int]:
    """Tag, size of tag and length together, and the length."""
    try:
        tag, after = content[at], at + 1
        if tag & 0x1F == 0x1F:
            tag, after = tag << 8 | content[after], after + 1
            if tag & 0x80:  # tags of three bytes do not occur
                raise malformed(source, base + at)
        length, after = content[after], after + 1
    except IndexError as error:
        raise malformed(source, base + at) from error
    if length & 0x80:
        count = length & 0x7F
        if not 1 <= count <= MOST_LENGTH_BYTES or after + count > len(content):
            raise malformed(source, base + at)
        length, after = int.from_bytes(content[after : after + count]), after + count
    return tag, after - at, length


def _is_filler(content: bytes, at: int) -> bool:
    """Whether only padding follows: a tag can begin with FF, but never with 00 or FF FF."""
    return content[at] == 0x00 or content[at : at + 2] in (b"\xff", b"\xff\xff")
