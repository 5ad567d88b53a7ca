"""A card is read whole and checked, or the read stops with what is wrong; a try is never lost to a doubt of ours."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from math import ceil

import pytest
from card_office import CODE, FULL, NOW, PERSON, TODAY, Line, Office, line, office_in, problem_of, read, with_tries
from hypothesis import given, settings
from hypothesis import strategies as st

from device.card import apdu, reading
from device.card.anchors import Anchors
from device.virtual.card import VirtualCard
from device.virtual.card_image import JPKI, SURFACE, TEXT, CardImage, File
from device.virtual.quirks import Quirks
from terminal.card_token import TokenKind
from terminal.people import Card, Holder, IssuerTrust
from terminal.problems import Problem, TerminalError


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return office_in(tmp_path_factory.mktemp("office"))


def changed(image: CardImage, aid: bytes, file: int, change: Callable[[bytes], bytes]) -> CardImage:
    entry = image.applications[aid][file]
    assert isinstance(entry, File)
    return image.with_entry(aid, file, replace(entry, content=change(entry.content)))


# --- identify ---------------------------------------------------------------------------------------------------------


def test_a_card_shows_its_certificate_and_the_tries_left(office: Office) -> None:
    to = line(with_tries(office.image, SURFACE, 0x0012, 7))
    card = reading.identify(to, "1")
    assert card == Card("1", TokenKind.PLASTIC, office.image.certificate, card.certificate_ends, 7, 3)
    assert card.certificate_ends.tzinfo is not None
    assert len(to.sent) <= 14


@pytest.mark.parametrize(
    ("label", "token", "tries"),
    [(b"JPKIAPGPSETOKEN", TokenKind.ANDROID, 3), (b"JPKIAPIOSTOKEN", TokenKind.IPHONE, None)],
)
def test_a_phone_is_told_from_a_card(office: Office, label: bytes, token: TokenKind, tries: int | None) -> None:
    image = changed(office.image, JPKI, 0x0006, lambda content: label.ljust(32) + content[32:])
    card = reading.identify(line(image), "1")
    assert (card.token, card.certificate, card.card_code_tries, card.pin_tries) == (token, b"", None, tries)
    assert card.certificate_ends < NOW


@pytest.mark.parametrize("label", [b"JPKIAPICCTOKEN", b"OPENPGP", b"\xff" * 32])
def test_another_token_is_no_my_number_card(office: Office, label: bytes) -> None:
    image = changed(office.image, JPKI, 0x0006, lambda content: label.ljust(32) + content[32:])
    with pytest.raises(TerminalError) as caught:
        reading.identify(line(image), "1")
    assert caught.value.problem is Problem.CARD_NOT_MY_NUMBER


@pytest.mark.parametrize("answer", ["6A82", "6A81", "6E00", "6D00"])
def test_a_card_of_another_kind_is_no_my_number_card(answer: str) -> None:
    with pytest.raises(TerminalError) as caught:
        reading.identify(lambda command: bytes.fromhex(answer), "1")
    assert caught.value.problem is Problem.CARD_NOT_MY_NUMBER


@pytest.mark.parametrize("content", [None, b"", b"\x00" * 2048, b"\xff" * 2048])
def test_a_card_without_a_certificate_says_so(office: Office, content: bytes | None) -> None:
    image = office.image.with_entry(JPKI, 0x000A, None if content is None else File(content or b"\x00"))
    with pytest.raises(TerminalError) as caught:
        reading.identify(line(image), "1")
    assert caught.value.problem is Problem.CERTIFICATE_ABSENT


@settings(max_examples=60, deadline=None)
@given(content=st.binary(min_size=1, max_size=40), is_der=st.booleans())
def test_any_bytes_in_place_of_a_certificate_are_a_problem_with_a_name(
    office: Office, content: bytes, is_der: bool
) -> None:
    if is_der:
        content = b"\x30\x82" + len(content).to_bytes(2) + content
    with pytest.raises(TerminalError) as caught:
        reading.identify(line(office.image.with_entry(JPKI, 0x000A, File(content))), "1")
    assert caught.value.problem in (
        Problem.CARD_MALFORMED,
        Problem.CERTIFICATE_WRONG,
        Problem.CERTIFICATE_ABSENT,
    )


# --- read_holder ------------------------------------------------------------------------------------------------------


def test_a_holder_is_read_and_checked(office: Office) -> None:
    holder = read(line(office.image), office)
    assert isinstance(holder, Holder)
    assert (holder.name, holder.address) == (PERSON.name, PERSON.address)
    assert (holder.birth_date, holder.sex, holder.card_expires) == (PERSON.birth_date, PERSON.sex, PERSON.card.expires)
    assert holder.portrait is not None
    assert holder.portrait.startswith(bytes.fromhex("0000000C6A5020200D0A870A"))
    assert holder.issuer is IssuerTrust.CHECKED


def test_a_holder_is_read_with_few_commands(office: Office) -> None:
    to = line(office.image)
    read(to, office)
    surface = office.image.applications[SURFACE][0x0002]
    assert isinstance(surface, File)
    face_reads = ceil(len(surface.content.rstrip(b"\xff")) / 256)
    selects, codes, layouts, certificates, challenge, text = 2, 2 * 3, 2, 2 * 3, 1, 1 + 2
    assert len(to.sent) <= (face_reads + selects + codes + layouts + certificates + challenge + text) * 1.1


def test_a_visit_touches_these_files_and_no_others(office: Office) -> None:
    to = line(office.image)
    card = reading.identify(to, "1")
    read(to, office)
    reading.verify_pin(to, card, PERSON.card.pin, office.anchors, NOW)
    touched: set[tuple[bytes, int]] = set()
    application = b""
    for command in to.sent:
        match command[1], command[2]:
            case 0xA4, 0x04:
                application = command[5:]
            case 0xA4, _:
                touched.add((application, int.from_bytes(command[5:])))
            case 0xB0, p1 if p1 & 0x80:
                touched.add((application, p1 & 0x1F))
    jpki = {(JPKI, file) for file in (0x06, 0x0A, 0x17, 0x18)}
    surface = {(SURFACE, file) for file in (0x02, 0x03, 0x04, 0x12)}
    assert touched == jpki | surface | {(TEXT, file) for file in (0x02, 0x03, 0x04, 0x05, 0x15)}


def test_without_imported_roots_the_issuer_is_unknown(office: Office) -> None:
    holder = reading.read_holder(line(office.image), CODE, FULL, Anchors(), TODAY)
    assert isinstance(holder, Holder)
    assert holder.issuer is IssuerTrust.UNKNOWN


def test_one_imported_root_of_two_is_not_enough(office: Office) -> None:
    surface_root = office.authority.surface_root.identifier
    anchors = Anchors(card_roots={surface_root: office.anchors.card_roots[surface_root]})
    holder = reading.read_holder(line(office.image), CODE, FULL, anchors, TODAY)
    assert isinstance(holder, Holder)
    assert holder.issuer is IssuerTrust.UNKNOWN


def test_a_known_issuer_that_did_not_sign_is_never_taken_for_an_unknown_one(office: Office) -> None:
    names = office.authority.surface_root.identifier, office.authority.text_root.identifier
    first, second = ((name, office.anchors.card_roots[name]) for name in names)
    anchors = Anchors(card_roots={first[0]: second[1], second[0]: first[1]})
    with pytest.raises(TerminalError) as caught:
        reading.read_holder(line(office.image), CODE, FULL, anchors, TODAY)
    assert caught.value.problem is Problem.CARD_SIGNATURE_WRONG


@pytest.mark.parametrize(
    "quirks",
    [
        Quirks(first_command_6f00=True),
        Quirks(junk_before_text_file=True),
        Quirks(short_apdus_only=True),
        Quirks(select_keeps_codes=True),
    ],
)
def test_the_habits_of_single_cards_are_borne(office: Office, quirks: Quirks) -> None:
    to = line(office.image, quirks)
    assert reading.identify(to, "1").card_code_tries == FULL
    to.card.power_off()
    assert isinstance(read(to, office), Holder)


def test_a_card_without_short_file_ids_is_read(office: Office) -> None:
    class Plain(Line):
        def __call__(self, command: bytes) -> bytes:
            return b"\x6a\x86" if command[1] == 0xB0 and command[2] & 0x80 else super().__call__(command)

    assert isinstance(read(Plain(VirtualCard(office.image)), office), Holder)


def test_a_card_that_gives_less_than_asked_is_read(office: Office) -> None:
    def give_less(command: bytes, answer: bytes) -> bytes:
        return answer[:100] + b"\x90\x00" if command[1] == 0xB0 and len(answer) > 102 else answer

    assert isinstance(read(Line(VirtualCard(office.image), give_less), office), Holder)


def test_a_card_without_a_photo_has_no_portrait(office: Office) -> None:
    holder = read(line(office.issue(replace(PERSON, portrait=""))), office)
    assert isinstance(holder, Holder)
    assert holder.portrait is None


def test_a_card_past_its_date_is_expired(office: Office) -> None:
    last_day = PERSON.card.expires
    with pytest.raises(TerminalError) as caught:
        reading.read_holder(line(office.image), CODE, FULL, office.anchors, last_day + timedelta(days=1))
    assert caught.value.problem is Problem.CARD_EXPIRED
    assert isinstance(reading.read_holder(line(office.image), CODE, FULL, office.anchors, last_day), Holder)


@pytest.mark.parametrize(("aid", "file"), [(SURFACE, 0x0003), (TEXT, 0x0005)])
def test_an_unknown_layout_is_refused_before_a_try_is_spent_on_it(office: Office, aid: bytes, file: int) -> None:
    image = changed(office.image, aid, file, lambda content: content.replace(b"\x03\x0e\x01", b"\x09\x0e\x01"))
    to = line(image)
    assert problem_of(to, office) is Problem.CARD_LAYOUT_UNKNOWN
    assert (apdu.verify(CODE) in to.sent) == (aid == TEXT)
