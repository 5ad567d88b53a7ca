"""The ways by which a card's bytes come in, each as a function of bytes alone: what is not understood must be told.

All but two go over the wire and through the whole reading, as from a card that signs what it likes: a municipality
that nobody knows vouches for it, so that no signature stops hostile bytes before the parsers behind it.
"""

import contextlib
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.utils import NoDigestInfo
from cryptography.hazmat.primitives.hashes import SHA256

from device.card import reading, tlv
from device.card.anchors import Anchors
from device.card.apdu import Carries
from device.card.profile import NEXT
from device.face import portrait
from device.virtual import tlv_writing
from device.virtual.camera import PORTRAITS
from device.virtual.card import VirtualCard
from device.virtual.card_image import JPKI, SURFACE, TEXT, CardImage, File
from device.virtual.issuing import issue
from terminal.card_code import compose
from terminal.card_token import Generation
from terminal.practice.authority import Authority
from terminal.practice.deck import load_deck
from terminal.problems import Problem, TerminalError

CORPUS: Final = Path(__file__).parent.parent / "corpus"
NOW: Final = datetime(2026, 11, 22, 9, tzinfo=UTC)
PERSON: Final = load_deck()["p01"]
CODE: Final = compose(PERSON.birth_date, PERSON.card.expires.year, PERSON.card.security_code)
FULL: Final = 10
MOST_ANSWERS: Final = 2000  # of one question; a reader that asks for more reads for ever

_THREE_DIGESTS_INFO: Final = bytes.fromhex("3071300D06096086480165030402010500") + b"\x04\x60"
_NEXT_SURFACE: Final = NEXT.surface.aid, NEXT.surface.face_file
_NEXT_ISSUER: Final = NEXT.surface.aid, NEXT.surface.cv_certificate_file
_SURFACE_GROUPS: Final = ((0xDF22, 0xDF23, 0xDF24), (0xDF25, 0xDF26), (0xDF27,))

Reading = Callable[[bytes], None]


@cache
def office() -> tuple[Authority, CardImage]:
    """Who issues the cards here, and one of them."""
    authority = Authority.make(NOW)
    return authority, issue(PERSON, authority, NOW.date())


@cache
def next_card() -> CardImage:
    """The same person's card of the next generation, with keys of another kind."""
    person = replace(PERSON, card=replace(PERSON.card, generation=Generation.NEXT))
    return issue(person, office()[0], NOW.date())


class Wire:
    """The way to a card, which is not a way without end."""

    def __init__(self, card: VirtualCard) -> None:
        self._card = card
        self._answered = 0

    def __call__(self, command: bytes) -> bytes:
        """The card's answer."""
        self._answered += 1
        if self._answered > MOST_ANSWERS:
            raise RecursionError("the card is read for ever")
        return self._card.transmit(command)


def _with_file(aid: bytes, file: int, content: bytes) -> Wire:
    image = office()[1] if aid in office()[1].applications else next_card()
    opened_by = getattr(image.applications[aid][file], "opened_by", None)
    return Wire(VirtualCard(image.with_entry(aid, file, File(content, opened_by))))


def _read_holder(wire: Callable[[bytes], bytes], content: bytes) -> None:
    tries_long_answers = None if len(content) % 2 else False
    reading.read_holder(wire, CODE, FULL, Anchors(), NOW.date(), Carries(tries_long_answers))


def _identify(wire: Callable[[bytes], bytes]) -> None:
    reading.identify(wire, "1")


def _objects(content: bytes) -> None:
    tlv.first_child(content[:256], 0xFF20, "file")
    tlv.size(content[:256], 0xFF20, "file")
    for child in tlv.find(content, 0xFF20, "file").children().values():
        with contextlib.suppress(TerminalError):  # not each of them holds others
            child.children()


def _token(content: bytes) -> None:
    _identify(_with_file(JPKI, 0x0006, content))
    reading.glance(_with_file(JPKI, 0x0006, content), "1")


def _certificate(content: bytes) -> None:
    card = reading.identify(_with_file(JPKI, 0x000A, content), "1")
    anchors = Anchors((office()[0].authentication_ca,))
    reading.verify_pin(_with_file(JPKI, 0x000A, content), card, PERSON.card.pin, anchors, NOW)


def _surface(objects: bytes) -> None:
    """The objects of the card's face without its table of offsets and its signature, which is made here."""
    key = office()[0].municipality_key
    try:
        parts = tlv.find(tlv_writing.tlv(0xFF20, objects, is_wide=True), 0xFF20, "file").children()
    except TerminalError:
        parts = {}
    groups = (b"".join(parts[tag].raw for tag in tags if tag in parts) for tags in _SURFACE_GROUPS)
    digests = b"".join(hashlib.sha256(group).digest() for group in groups)
    signature = tlv_writing.tlv(0xDF28, key.sign(_THREE_DIGESTS_INFO + digests, PKCS1v15(), NoDigestInfo()))
    content = tlv_writing.tlv(0xFF20, signature + objects, is_wide=True)
    _read_holder(_with_file(SURFACE, 0x0002, content), objects)


def _attributes(objects: bytes) -> None:
    """The four attributes without the table of offsets; digest and signature are made here."""
    image, key = office()[1], office()[0].municipality_key
    digests = tlv_writing.tlv(0xDF31, bytes(32)) + tlv_writing.tlv(0xDF32, hashlib.sha256(objects).digest())
    integrity = digests + tlv_writing.tlv(0xDF33, key.sign(digests, PKCS1v15(), SHA256()))
    content = tlv_writing.tlv(0xFF20, tlv_writing.tlv(0xDF21, bytes(8)) + objects, is_wide=True)
    image = image.with_entry(TEXT, 0x0002, File(content, (0x0015,)))
    image = image.with_entry(TEXT, 0x0003, File(tlv_writing.tlv(0xFF30, integrity), (0x0015,)))
    _read_holder(Wire(VirtualCard(image)), objects)


def _answers(script: bytes) -> None:
    """Byte 0: which question; byte 1: how many answers are honest; then answers, a byte of length before each."""
    if len(script) < 2:
        return
    card, left, rest = VirtualCard(office()[1]), script[1] % 64, script[2:]

    def transmit(command: bytes) -> bytes:
        nonlocal left, rest
        if left:
            left -= 1
            return card.transmit(command)
        if not rest:
            raise TerminalError(Problem.CARD_REMOVED)
        answer, rest = rest[1 : 1 + rest[0]], rest[1 + rest[0] :]
        return answer

    match script[0] % 3:
        case 0:
            reading.identify(transmit, "1")
        case 1:
            reading.glance(transmit, "1")
        case _:
            _read_holder(transmit, script)


def _photo(content: bytes) -> None:
    portrait.decode(content)


PATHS: Final[Mapping[str, Reading]] = MappingProxyType(
    {
        "objects": _objects,
        "token": _token,
        "certificate": _certificate,
        "layout": lambda content: _read_holder(_with_file(SURFACE, 0x0003, content), content),
        "issuer": lambda content: _read_holder(_with_file(SURFACE, 0x0004, content), content),
        "surface": _surface,
        "attributes": _attributes,
        "integrity": lambda content: _read_holder(_with_file(TEXT, 0x0003, content), content),
        "answers": _answers,
        "next certificate": lambda content: _identify(_with_file(NEXT.jpki.aid, NEXT.jpki.certificate_file, content)),
        "next surface": lambda content: _read_holder(_with_file(*_NEXT_SURFACE, content), content),
        "next issuer": lambda content: _read_holder(_with_file(*_NEXT_ISSUER, content), content),
        "photo": _photo,
    }
)


def seeds(path: str) -> list[bytes]:
    """What an honest card says there."""
    surface, attributes = (
        list(tlv.find(_content(aid, 0x0002), 0xFF20, "file").children().values()) for aid in (SURFACE, TEXT)
    )
    photo = (PORTRAITS / "p01.jp2").read_bytes()
    return {
        "objects": [_content(SURFACE, 0x0002), _content(TEXT, 0x0002)],
        "token": [_content(JPKI, 0x0006)],
        "certificate": [_content(JPKI, 0x000A).rstrip(b"\x00")],
        "layout": [_content(SURFACE, 0x0003)],
        "issuer": [_content(SURFACE, 0x0004)],
        "surface": [
            b"".join(part.raw for part in surface if part.tag not in left_out)
            for left_out in ((0xDF21, 0xDF28), (0xDF21, 0xDF27, 0xDF28))
        ],
        "attributes": [b"".join(part.raw for part in attributes if part.tag != 0xDF21)],
        "integrity": [_content(TEXT, 0x0003)],
        "answers": [bytes([question, honest]) + b"\x02\x90\x00" * 4 for question in range(3) for honest in (0, 3, 9)],
        "next certificate": [_content(NEXT.jpki.aid, NEXT.jpki.certificate_file).rstrip(b"\x00")],
        "next surface": [_content(*_NEXT_SURFACE)],
        "next issuer": [_content(*_NEXT_ISSUER)],
        "photo": [photo],
    }[path]


def _content(aid: bytes, file: int) -> bytes:
    entry = {**office()[1].applications, **next_card().applications}[aid][file]
    return entry.content if isinstance(entry, File) else b""


def outcome(path: str, content: bytes) -> str:
    """How the reader took it, told by where it stopped; every exception but `TerminalError` passes."""
    try:
        PATHS[path](content)
    except TerminalError as error:
        names, trace = [], error.__traceback__
        while trace is not None:
            code = trace.tb_frame.f_code
            if "device" in Path(code.co_filename).parts:
                names.append(f"{Path(code.co_filename).stem}.{code.co_name}")
            trace = trace.tb_next
        return "-".join([error.problem, *names[-2:]])
    return "read"
