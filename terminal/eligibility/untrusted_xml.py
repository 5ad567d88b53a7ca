"""Bytes from outside to an element tree, or `SERVICE_UNREADABLE`. Pure.

No document type, no entities, a size limit. Whoever reads asks for elements by name, in any order, and an element that
may stand once and stands twice is refused rather than chosen from. A detail names the element, never its value.
"""

import re
from typing import Never
from xml.etree.ElementTree import Element, ParseError, fromstring

from terminal.eligibility.codes import CharacterCode
from terminal.problems import Problem, TerminalError

MOST_BYTES = 256 * 1024

_DOCUMENT_TYPE = "<!DOCTYPE"  # each begins so, and no entity is declared outside of one (XML 1.0, 2.8 and 4.2)
_BOM = b"\xef\xbb\xbf"
_DECLARATION = re.compile(rb"\s*<\?xml[^>]{0,100}?\bencoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_IDENTIFIER = re.compile(rb"<CharacterCodeIdentifier>\s*([01])\s*</CharacterCodeIdentifier>")
# Japanese Windows calls its code page 932 Shift_JIS; Python's "shift_jis" would refuse 髙 and ①.
_CP932 = ("shift_jis", "shift-jis", "sjis", "x-sjis", "windows-31j", "ms932", "cp932")
_ENCODINGS = dict.fromkeys(_CP932, "cp932") | dict.fromkeys(("utf-8", "utf8", "us-ascii"), "utf-8")


def parse(untrusted_body: bytes) -> Element:
    """The root element. Raises `SERVICE_UNREADABLE` for whatever is too long, not text, or not plain XML."""
    if len(untrusted_body) > MOST_BYTES:
        unreadable("too long")
    untrusted_text = _text(untrusted_body)
    if _DOCUMENT_TYPE in untrusted_text:
        unreadable("a document type")
    try:
        return fromstring(untrusted_text)  # noqa: S314 - without a document type there are no entities to be led by
    except (ParseError, ValueError) as error:  # ValueError: a character that UTF-8 cannot write
        raise TerminalError(Problem.SERVICE_UNREADABLE, "not plain XML") from error


def only(parent: Element, name: str) -> Element | None:
    """The child of that name, None if absent. Raises `SERVICE_UNREADABLE` if there is more than one."""
    found = parent.findall(name)
    if len(found) > 1:
        unreadable(f"{name} stands {len(found)} times")
    return found[0] if found else None


def section(parent: Element, name: str) -> Element:
    """The child of that name. Raises `SERVICE_UNREADABLE` if it is absent or stands twice."""
    element = only(parent, name)
    return unreadable(f"{name} is missing") if element is None else element


def text(parent: Element, name: str) -> str:
    """The child's text, empty if it is absent or empty: the messages make no difference between the two."""
    element = only(parent, name)
    if element is None:
        return ""
    if len(element):
        unreadable(f"{name} is not text")
    return (element.text or "").strip()


def unreadable(detail: str) -> Never:
    """Raises `SERVICE_UNREADABLE`; `detail` names an element and what is wrong with it."""
    raise TerminalError(Problem.SERVICE_UNREADABLE, detail)


def _text(untrusted_body: bytes) -> str:
    for encoding in _likely_encodings(untrusted_body):
        try:
            return untrusted_body.removeprefix(_BOM).decode(encoding)
        except UnicodeDecodeError:
            continue
    unreadable("neither UTF-8 nor Shift_JIS")


def _likely_encodings(untrusted_body: bytes) -> tuple[str, ...]:
    """What the mark, the declaration and the header say; where they disagree UTF-8 first: it hardly fits by chance."""
    if untrusted_body.startswith(_BOM):
        return ("utf-8",)
    said = set()
    if declared := _DECLARATION.match(untrusted_body):
        encoding = _ENCODINGS.get(declared[1].decode("ascii").lower())
        said.add(encoding or unreadable("an encoding that is not known"))
    if identified := _IDENTIFIER.search(untrusted_body):
        said.add("cp932" if identified[1].decode("ascii") == CharacterCode.SHIFT_JIS else "utf-8")
    return ("cp932", "utf-8") if said == {"cp932"} else ("utf-8", "cp932")
