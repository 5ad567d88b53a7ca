"""What the municipality did not sign, or another chip answers for, is never taken for the holder."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device.card import reading, tlv
from device.card.anchors import Anchors, load_anchors
from device.virtual.card import VirtualCard
from device.virtual.card_image import SURFACE, TEXT, CardImage, File
from device.virtual.issuing import issue
from terminal.card_code import compose
from terminal.people import Holder, IssuerTrust
from terminal.practice.authority import Authority
from terminal.practice.deck import load_deck
from terminal.problems import Problem, TerminalError

TODAY = date(2026, 11, 22)
PERSON = load_deck()["p01"]
CODE = compose(PERSON.birth_date, PERSON.card.expires.year, PERSON.card.security_code)
WRONG = {Problem.CARD_SIGNATURE_WRONG, Problem.CARD_MALFORMED}


@dataclass(frozen=True)
class Office:
    anchors: Anchors
    image: CardImage = field(repr=False)
    twin: CardImage = field(repr=False)  # the same person's second card: other keys, all signed as well
    other: CardImage = field(repr=False)  # another person's, with the same card code


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    folder: Path = tmp_path_factory.mktemp("office")
    authority = Authority.make(datetime(2026, 11, 22, tzinfo=UTC))
    authority.save(folder)
    card, twin = (issue(PERSON, authority, TODAY) for _ in range(2))
    other = issue(replace(PERSON, name="見本　次郎", sex=type(PERSON.sex)("1")), authority, TODAY)
    return Office(load_anchors(folder / "anchors"), card, twin, other)


def read(image: CardImage, office: Office) -> Holder:
    holder = reading.read_holder(VirtualCard(image).transmit, CODE, 10, office.anchors, TODAY)
    assert isinstance(holder, Holder)
    return holder


def problem_of(image: CardImage, office: Office) -> Problem | None:
    try:
        read(image, office)
    except TerminalError as error:
        return error.problem
    return None


def content(image: CardImage, aid: bytes, file: int) -> bytes:
    entry = image.applications[aid][file]
    assert isinstance(entry, File)
    return entry.content


def changed(image: CardImage, aid: bytes, file: int, change: Callable[[bytes], bytes]) -> CardImage:
    entry = image.applications[aid][file]
    assert isinstance(entry, File)
    return image.with_entry(aid, file, replace(entry, content=change(entry.content)))


def flip(at: int, bit: int) -> Callable[[bytes], bytes]:
    return lambda before: before[:at] + bytes([before[at] ^ 1 << bit]) + before[at + 1 :]


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_signed_bit_of_the_surface_can_be_changed(office: Office, data: st.DataObject) -> None:
    surface = tlv.find(content(office.image, SURFACE, 0x0002), 0xFF20, "")
    part = surface.child(data.draw(st.sampled_from(range(0xDF22, 0xDF29))))
    at = part.offset + data.draw(st.integers(0, len(part.raw) - 1))
    image = changed(office.image, SURFACE, 0x0002, flip(at, data.draw(st.integers(0, 7))))
    assert problem_of(image, office) in WRONG


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_no_bit_of_the_attributes_can_be_changed(office: Office, data: st.DataObject) -> None:
    attributes = tlv.find(content(office.image, TEXT, 0x0002), 0xFF20, "")
    part = attributes.child(data.draw(st.sampled_from(range(0xDF22, 0xDF26))))
    at = part.offset + data.draw(st.integers(0, len(part.raw) - 1))
    image = changed(office.image, TEXT, 0x0002, flip(at, data.draw(st.integers(0, 7))))
    assert problem_of(image, office) in WRONG


@settings(max_examples=40, deadline=None)
@given(
    place=st.sampled_from([(SURFACE, 0x0004), (TEXT, 0x0004), (TEXT, 0x0003)]),
    at=st.integers(0, 335),
    bit=st.integers(0, 7),
)
def test_no_bit_of_certificates_and_digests_can_be_changed(
    office: Office, place: tuple[bytes, int], at: int, bit: int
) -> None:
    image = changed(office.image, *place, flip(at, bit))
    if (problem := problem_of(image, office)) is None:
        assert read(image, office).issuer is IssuerTrust.UNKNOWN  # the bit names another issuer, whom nobody imported
    else:
        assert problem in WRONG


def test_a_copy_of_a_card_does_not_answer_the_challenge(office: Office) -> None:
    copy = office.image.with_entry(SURFACE, 0x001A, office.twin.applications[SURFACE][0x001A])
    assert problem_of(copy, office) is Problem.CARD_NOT_GENUINE


def test_two_persons_in_one_card_are_not_taken_for_one(office: Office) -> None:
    mixed = replace(office.image, applications={**office.image.applications, TEXT: office.other.applications[TEXT]})
    assert problem_of(mixed, office) is Problem.CARD_NOT_GENUINE


def test_a_signed_photo_of_another_card_does_not_fit(office: Office) -> None:
    photo, other = (
        tlv.find(content(image, SURFACE, 0x0002), 0xFF20, "").child(0xDF24).raw for image in (office.image, office.twin)
    )
    image = changed(office.image, SURFACE, 0x0002, lambda before: before.replace(photo, other))
    assert problem_of(image, office) is Problem.CARD_SIGNATURE_WRONG


def test_offsets_that_point_nowhere_do_not_matter(office: Office) -> None:
    table = tlv.find(content(office.image, SURFACE, 0x0002), 0xFF20, "").child(0xDF21)
    image = changed(
        office.image, SURFACE, 0x0002, lambda before: before.replace(table.value, b"\xff" * len(table.value))
    )
    assert read(image, office).name == PERSON.name


@settings(max_examples=60, deadline=None)
@given(
    place=st.sampled_from([(SURFACE, 2), (SURFACE, 3), (SURFACE, 4), (TEXT, 2), (TEXT, 3), (TEXT, 4), (TEXT, 5)]),
    junk=st.binary(min_size=1, max_size=60),
    keep=st.integers(0, 40),
)
def test_any_bytes_in_any_file_end_in_a_problem_with_a_name(
    office: Office, place: tuple[bytes, int], junk: bytes, keep: int
) -> None:
    image = changed(office.image, *place, lambda before: before[:keep] + junk)
    problem = problem_of(image, office)
    if problem is None:
        assert place in [(SURFACE, 3), (TEXT, 5)]  # of which only the beginning is read
    else:
        assert problem in WRONG | {Problem.CARD_LAYOUT_UNKNOWN}
