"""Whatever single cards do differently, the same holder is read; what is wrong with a card is told with its place."""

import re
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_der_private_key
from hypothesis import given, settings
from hypothesis import strategies as st

from device.card import reading
from device.card.anchors import Anchors, load_anchors
from device.card.apdu import Carries
from device.face.portrait import decode
from device.virtual import issuing_attributes, tlv_writing
from device.virtual.camera import PORTRAITS
from device.virtual.card import VirtualCard
from device.virtual.card_image import JPKI, SURFACE, TEXT, CardImage, Code, PrivateKey
from device.virtual.faults import CardFile, Fault, faulty
from device.virtual.issuing import MUNICIPALITY, issue
from device.virtual.issuing_attributes import SURFACE_CODE_A, TEXT_PIN, Secrets, surface_application
from device.virtual.quirks import Quirks
from terminal.card_code import compose
from terminal.people import Holder
from terminal.practice.authority import Authority
from terminal.practice.deck import load_deck
from terminal.problems import Problem, TerminalError

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
TODAY = NOW.date()
PERSON = load_deck()["p01"]
CODE = compose(PERSON.birth_date, PERSON.card.expires.year, PERSON.card.security_code)
FULL = 10
MOST_APDUS = 800  # of all three questions, with answers in parts of 60 bytes; more would be reading for ever

HABITS: dict[str, Quirks] = {
    "locked status": Quirks(locked_status=0x6983),
    "first command 6F00": Quirks(first_command_6f00=True),
    "answers in parts": Quirks(split_answers_at=100),
    "answers in small parts": Quirks(split_answers_at=60),
    "right length by 6Cxx": Quirks(right_length_by_6cxx=True),
    "junk before the text": Quirks(junk_before_text_file=True),
    "wide lengths": Quirks(wide_lengths=True),
    "wrong offsets": Quirks(wrong_offsets=True),
    "full files": Quirks(full_files=True),
    "select keeps codes": Quirks(select_keeps_codes=True),
    "a given code tells no tries": Quirks(given_code_tells_no_tries=True),
    "short APDUs only": Quirks(short_apdus_only=True),
    "slow signing": Quirks(signing_ms=1),
}
HAVE_A_PHOTO_FAULT = (Fault.PHOTO_DAMAGED, Fault.PHOTO_OF_20000_PIXELS, Fault.PHOTO_4_G_WIDE)
PLACE = re.compile(r"file [0-9A-F]{4} of [a-zA-Z ]+, offset \d+")


@dataclass(frozen=True)
class Office:
    """Who issues the cards here, and a card."""

    authority: Authority
    anchors: Anchors
    image: CardImage = field(repr=False)


@cache
def office() -> Office:
    authority = Authority.make(NOW)
    with TemporaryDirectory() as folder:
        authority.save(Path(folder))
        return Office(authority, load_anchors(Path(folder) / "anchors"), issue(PERSON, authority, TODAY))


class Wire:
    """The way to a card, which is not a way without end."""

    def __init__(self, card: VirtualCard) -> None:
        self.card = card
        self.sent: list[bytes] = []

    def __call__(self, command: bytes) -> bytes:
        self.sent.append(command)
        assert len(self.sent) <= MOST_APDUS, "the card is read for ever"
        return self.card.transmit(command)


def visit(image: CardImage, quirks: Quirks, *, long_answers: bool = False) -> Holder:
    """All three questions of a check-in, each on a connection of its own, and the photo decoded."""
    wire = Wire(VirtualCard(image, quirks))
    carries = Carries(long_answers=None if long_answers else False)  # None: to be tried
    card = reading.identify(wire, "1", carries)
    wire.card.power_off()
    holder = reading.read_holder(wire, CODE, card.card_code_tries, office().anchors, TODAY, carries)
    wire.card.power_off()
    assert isinstance(holder, Holder)
    assert reading.verify_pin(wire, card, PERSON.card.pin, office().anchors, NOW, carries) is None
    if holder.portrait is not None:
        decode(holder.portrait)
    return holder


def refusal(image: CardImage, quirks: Quirks) -> TerminalError:
    with pytest.raises(TerminalError) as caught:
        visit(image, quirks)
    for private in (CODE, PERSON.card.pin, PERSON.name, PERSON.address, f"{PERSON.birth_date:%Y%m%d}"):
        assert private not in str(caught.value)
    return caught.value


def together(one: Quirks, other: Quirks) -> Quirks:
    return Quirks(**{**one.changed(), **other.changed()})  # type: ignore[arg-type]  # names and values go together


# --- habits -----------------------------------------------------------------------------------------------------------


@cache
def plain_holder() -> Holder:
    return visit(office().image, Quirks())


@pytest.mark.parametrize("long_answers", [False, True])
@pytest.mark.parametrize("name", HABITS)
def test_a_card_of_any_habit_is_read_as_the_plain_one(name: str, long_answers: bool) -> None:
    assert visit(office().image, HABITS[name], long_answers=long_answers) == plain_holder()


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from(sorted(HABITS)), min_size=2, max_size=4, unique=True), st.booleans())
def test_habits_together_are_borne_as_well(names: list[str], long_answers: bool) -> None:
    quirks = Quirks()
    for name in names:
        quirks = together(quirks, HABITS[name])
    assert visit(office().image, quirks, long_answers=long_answers) == plain_holder()


def test_every_quirk_is_tried_here_as_habit_or_as_fault() -> None:
    tried = {name for quirks in HABITS.values() for name in quirks.changed()}
    faults = {"fault", "faulty_file", "tells_no_tries", "is_dead", "remove_after_apdus", "hang_after_apdus"}
    assert tried | faults | {"delay_ms"} == set(asdict(Quirks()))


def test_a_card_that_takes_a_second_to_sign_is_waited_for() -> None:
    assert visit(office().image, Quirks(signing_ms=1000)) == plain_holder()


def test_signed_objects_may_have_wide_lengths_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def wide(tag: int, value: bytes, *, is_wide: bool = False) -> bytes:
        return tag.to_bytes(1 if tag < 0x100 else 2) + b"\x82" + len(value).to_bytes(2) + value

    monkeypatch.setattr(issuing_attributes, "tlv", wide)
    monkeypatch.setattr(tlv_writing, "tlv", wide)
    image = issue(PERSON, office().authority, TODAY)
    assert visit(image, Quirks()) == plain_holder()


# --- faults -----------------------------------------------------------------------------------------------------------


def is_harmless(file: CardFile, fault: Fault) -> bool:
    """What is not there cannot be damaged; and of the files that tell the layout, only their beginning is read."""
    if fault in HAVE_A_PHOTO_FAULT:
        return file is not CardFile.FACE
    return file in (CardFile.SURFACE_LAYOUT, CardFile.TEXT_LAYOUT) and fault not in (Fault.ABSENT, Fault.EMPTY)


@pytest.mark.parametrize(("file", "fault"), list(product(CardFile, Fault)))
def test_a_fault_of_any_file_is_a_problem_with_its_place(file: CardFile, fault: Fault) -> None:
    quirks = Quirks(fault=fault, faulty_file=file)
    if is_harmless(file, fault):
        assert visit(office().image, quirks) == plain_holder()
        return
    error = refusal(office().image, quirks)
    match fault:
        case Fault.ABSENT if file is CardFile.CERTIFICATE:
            assert error.problem is Problem.CERTIFICATE_ABSENT
        case Fault.EMPTY if file is CardFile.CERTIFICATE:
            assert error.problem is Problem.CERTIFICATE_ABSENT
        case Fault.ABSENT:
            assert error.problem is Problem.CARD_UNREADABLE
            assert re.search(r"file [0-9A-F]{4} of ", error.detail)
        case Fault.PHOTO_DAMAGED | Fault.PHOTO_OF_20000_PIXELS | Fault.PHOTO_4_G_WIDE:
            assert error.problem is Problem.CARD_SIGNATURE_WRONG
            assert re.search(r"file 0002 of ", error.detail)
        case _:
            assert error.problem is Problem.CARD_MALFORMED
            assert PLACE.fullmatch(error.detail), error.detail


@settings(deadline=None, max_examples=40)
@given(st.sampled_from(CardFile), st.sampled_from(Fault), st.sampled_from(sorted(HABITS)))
def test_a_fault_is_a_problem_whatever_else_the_card_does(file: CardFile, fault: Fault, habit: str) -> None:
    quirks = together(HABITS[habit], Quirks(fault=fault, faulty_file=file))
    if is_harmless(file, fault):
        assert visit(office().image, quirks) == plain_holder()
    else:
        assert refusal(office().image, quirks).problem is not Problem.PROGRAM_ERROR


@pytest.mark.parametrize("fault", HAVE_A_PHOTO_FAULT)
def test_a_hostile_photo_that_is_signed_is_stopped_before_it_is_decoded(fault: Fault) -> None:
    error = refusal(with_photo(faulty((PORTRAITS / "p01.jp2").read_bytes(), fault)), Quirks())
    assert error.problem is Problem.PHOTO_UNUSABLE
    assert fault is Fault.PHOTO_DAMAGED or re.search(r"offset \d+", error.detail)


def with_photo(photo: bytes) -> CardImage:
    """The card with another photo, signed as the municipality would."""
    image = office().image
    number, text_pin = image.applications[SURFACE][SURFACE_CODE_A], image.applications[TEXT][TEXT_PIN]
    chip = image.applications[SURFACE][0x001A]
    assert isinstance(number, Code)
    assert isinstance(text_pin, Code)
    assert isinstance(chip, PrivateKey)
    key = load_der_private_key(chip.pkcs8, None)
    assert isinstance(key, RSAPrivateKey)
    codes = Secrets(number.value.decode(), CODE, text_pin.value.decode(), MUNICIPALITY)
    surface = surface_application(PERSON, office().authority, key.public_key(), codes, photo)
    return image.with_entry(SURFACE, 0x0002, surface[0x0002])


# --- tries that are not told ------------------------------------------------------------------------------------------


def test_a_card_that_tells_no_tries_gets_no_code() -> None:
    wire = Wire(VirtualCard(office().image, Quirks(tells_no_tries=True)))
    card = reading.identify(wire, "1")
    assert (card.card_code_tries, card.pin_tries) == (None, None)
    questions = (
        lambda: reading.read_holder(wire, CODE, card.card_code_tries, office().anchors, TODAY),
        lambda: reading.verify_pin(wire, card, PERSON.card.pin, office().anchors, NOW),
    )
    for question in questions:
        wire.card.power_off()
        with pytest.raises(TerminalError) as caught:
            question()
        assert caught.value.problem is Problem.TRIES_UNKNOWN
        assert PLACE.match(caught.value.detail + ", offset 0")
    assert not any(command[1] == 0x20 and len(command) > 4 for command in wire.sent)
    assert wire.card.image is office().image


def test_a_count_that_was_shown_and_is_told_no_more_is_not_trusted() -> None:
    wire = Wire(VirtualCard(office().image, Quirks(tells_no_tries=True)))
    with pytest.raises(TerminalError) as caught:
        reading.read_holder(wire, CODE, FULL, office().anchors, TODAY)
    assert caught.value.problem is Problem.TRIES_UNKNOWN


def test_a_code_that_another_program_gave_is_seen_and_the_count_shown_anew() -> None:
    wire = Wire(VirtualCard(office().image, Quirks(given_code_tells_no_tries=True, select_keeps_codes=True)))
    for command in ("00A4040C0A" + SURFACE.hex(), "002000920E" + CODE.encode().hex()):
        assert wire(bytes.fromhex(command)) == b"\x90\x00"
    card = reading.identify(wire, "1")  # it came while the other's code was still in force
    assert card.card_code_tries is None
    wire.card.power_off()
    with pytest.raises(TerminalError) as caught:
        reading.read_holder(wire, CODE, card.card_code_tries, office().anchors, TODAY)
    assert caught.value.problem is Problem.TRIES_CHANGED


def test_a_text_code_without_a_count_is_not_given_even_when_the_surface_took_it() -> None:
    text_selected: list[bool] = []

    def transmit(command: bytes) -> bytes:
        if command[1:3] == b"\xa4\x04":
            text_selected.append(TEXT in command)
        answer = card.transmit(command)
        return b"\x90\x00" if text_selected[-1] and command == bytes.fromhex("00200080") else answer

    card = VirtualCard(office().image)
    with pytest.raises(TerminalError) as caught:
        reading.read_holder(transmit, CODE, FULL, office().anchors, TODAY)
    assert caught.value.problem is Problem.TRIES_UNKNOWN


def test_a_card_without_an_application_is_named_for_what_it_is() -> None:
    for aid, problem in ((JPKI, Problem.CARD_NOT_MY_NUMBER), (SURFACE, Problem.CARD_LAYOUT_UNKNOWN)):
        kept = {known: files for known, files in office().image.applications.items() if known != aid}
        assert refusal(replace(office().image, applications=kept), Quirks()).problem is problem
