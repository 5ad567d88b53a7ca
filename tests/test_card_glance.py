"""A glance tells what a card shows to anyone, spends no try, and cannot give a code."""

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from card_office import Line
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st
from real_pcscd import real_pcscd

from device.card import apdu, messages, reading, user_certificate
from device.card.gate import GLANCE, Gate
from device.card.glance import Glance
from device.card.profile import JpkiProfile, SurfaceProfile, TextProfile
from device.virtual import card_image
from device.virtual.card import VirtualCard
from device.virtual.card_image import CardImage, Code, RecordFile
from device.virtual.insertion import InsertedCard
from device.virtual.issuing import issue
from device.virtual.pcsc_service import VPCD_PORT, VPCD_READER, PcscService
from device.virtual.quirks import PLAIN, Quirks
from terminal.card_token import Generation, TokenKind
from terminal.certificate import JST
from terminal.clock import SystemClock
from terminal.commands.card import facts, lines
from terminal.people import Card
from terminal.practice.authority import Authority
from terminal.practice.deck import load_deck
from terminal.problems import Problem, TerminalError

JPKI, SURFACE, TEXT = JpkiProfile(), SurfaceProfile(), TextProfile()
NOW = SystemClock().now()
TODAY = NOW.astimezone(JST).date()
PERSON = load_deck()["p01"]
EXPIRY_FILE = 0x0001


@pytest.fixture(scope="module")
def image() -> CardImage:
    return issue(PERSON, Authority.make(NOW), TODAY)


def look(image: CardImage, quirks: Quirks = PLAIN) -> Glance:
    return reading.glance(VirtualCard(image, quirks).transmit, "1")


def test_it_tells_token_dates_and_tries(image: CardImage) -> None:
    seen = look(image)
    assert (seen.card.token, seen.card_expires) == (TokenKind.PLASTIC, PERSON.card.expires)
    assert (seen.card.card_code_tries, seen.text_code_tries, seen.card.pin_tries) == (10, 10, 3)
    assert seen.card.certificate_ends.astimezone(JST).date() == TODAY + timedelta(days=900)


@pytest.mark.parametrize("quirks", [Quirks(first_command_6f00=True), Quirks(short_apdus_only=True)], ids=repr)
def test_a_card_with_habits_tells_the_same(image: CardImage, quirks: Quirks) -> None:
    assert look(image, quirks).card_expires == PERSON.card.expires


def test_it_leaves_the_card_as_it_was_and_gives_no_code(image: CardImage) -> None:
    line = Line(VirtualCard(image))
    reading.glance(line, "1")
    assert line.card.image == image
    assert all(len(command) == 4 for command in line.sent if command[1] == 0x20)


def test_the_two_counts_of_the_card_code_are_told_apart(image: CardImage) -> None:
    entry = image.applications[card_image.TEXT][0x0015]
    assert isinstance(entry, Code)
    seen = look(image.with_entry(card_image.TEXT, 0x0015, replace(entry, tries=4)))
    assert (seen.card.card_code_tries, seen.text_code_tries) == (10, 4)


def test_a_card_without_the_common_application_has_no_date_to_tell(image: CardImage) -> None:
    others = {aid: files for aid, files in image.applications.items() if aid != card_image.COMMON}
    assert look(replace(image, applications=others)).card_expires is None


@pytest.mark.parametrize("record", [b"", b"\x01\x1c", b"\x01\x1c" + b"9" * 28, b"\x02\x1c" + b"20300101" * 4])
def test_a_malformed_expiry_names_its_file(image: CardImage, record: bytes) -> None:
    with pytest.raises(TerminalError) as caught:
        look(image.with_entry(card_image.COMMON, EXPIRY_FILE, RecordFile((record,))))
    assert caught.value.problem is Problem.CARD_MALFORMED
    assert "file 0001 of common" in caught.value.detail


@pytest.mark.parametrize(
    ("token", "tries", "said"),
    [
        (TokenKind.ANDROID, 3, ["Android phone (its certificate opens with the PIN alone)", "3 tries left"]),
        (TokenKind.IPHONE, None, ["iPhone (its holder opens it with Face ID; it is asked nothing more here)"]),
    ],
)
def test_a_phone_tells_what_it_is(token: TokenKind, tries: int | None, said: list[str]) -> None:
    person = replace(PERSON, card=replace(PERSON.card, token=token))
    seen = look(issue(person, Authority.make(NOW), TODAY))
    assert (seen.card.token, seen.card_expires, seen.text_code_tries) == (token, None, None)
    shown = facts(seen, NOW)
    assert (shown["token"], shown["generation"], shown["pin_tries"]) == (token, "present", tries)
    assert (shown["certificate_ends"], shown["certificate_days_left"], shown["certificate_problem"]) == (None,) * 3
    assert [words for _, words in lines(shown)] == said
    assert json.loads(json.dumps(shown)) == shown


def test_a_card_of_the_next_generation_says_so() -> None:
    person = replace(PERSON, card=replace(PERSON.card, generation=Generation.NEXT))
    seen = look(issue(person, Authority.make(NOW), TODAY))
    shown = facts(seen, NOW)
    assert (shown["token"], shown["generation"]) == ("plastic", "next")
    assert (shown["card_code_tries"], shown["text_code_tries"], shown["pin_tries"]) == (10, None, 3)
    words = dict(lines(shown))
    assert "next generation" in words["token"]
    assert (words["card"], words["card code"]) == ("the card does not tell", "10 tries left")


def test_the_serial_number_leaves_with_nothing(image: CardImage, caplog: pytest.LogCaptureFixture) -> None:
    entry = image.applications[card_image.COMMON][EXPIRY_FILE]
    assert isinstance(entry, RecordFile)
    serial = entry.records[0][2:17]
    with caplog.at_level(logging.DEBUG):
        values, blobs = messages.write_glance(look(image))
    said = json.dumps(values).encode() + b"".join(blobs) + caplog.text.encode()
    assert serial not in said
    assert serial.hex().encode() not in said


@pytest.mark.parametrize(
    ("application", "command"),
    [
        (JPKI, apdu.select_file(0x0017)),
        (JPKI, bytes.fromhex("0020009804") + b"1234"),
        (SURFACE, bytes.fromhex("002000920E") + b"0" * 14),
        (SURFACE, apdu.read_by_short_id(0x0002, 0)),
        (SURFACE, apdu.sign(0x00, b"x")),
        (TEXT, apdu.read_by_short_id(0x0002, 0)),
    ],
)
def test_a_glance_can_give_no_code_and_open_nothing(application: type, command: bytes) -> None:
    heard: list[bytes] = []

    def card(command: bytes) -> bytes:
        heard.append(command)
        return b"\x90\x00"

    gate = Gate(card, GLANCE)
    gate(apdu.select_application(application.aid))  # type: ignore[attr-defined]  # one of three profiles
    with pytest.raises(TerminalError) as caught:
        gate(command)
    assert caught.value.problem is Problem.APDU_FORBIDDEN
    assert len(heard) == 1


@given(
    expires=st.none() | st.dates(),
    tries=st.tuples(*[st.none() | st.integers(0, 10)] * 3),
    generation=st.sampled_from(Generation),
    ends=st.datetimes(timezones=st.just(UTC)),
)
def test_a_glance_arrives_as_it_was_sent_and_can_be_said(
    expires: date | None, tries: tuple[int | None, ...], generation: Generation, ends: datetime
) -> None:
    card = Card("1", TokenKind.PLASTIC, b"x", ends, tries[0], tries[2])
    sent = Glance(card, generation, expires, tries[1])
    values, blobs = messages.write_glance(sent)
    assert messages.parse_glance(json.loads(json.dumps(values)), list(blobs)) == sent


@pytest.mark.parametrize(
    ("expires", "ends_in_days", "said"),
    [
        (TODAY, 900, [f"to {TODAY}", None]),
        (TODAY - timedelta(days=1), 900, ["the card is past its date", None]),
        (None, 30, ["the card does not tell", "the certificate ends soon, 30 days left"]),
        (None, 1, [None, "the certificate ends soon, 1 day left"]),
        (TODAY, -1, [None, "the certificate is in its months of grace, which last to 20"]),
        (TODAY, -200, [None, "the certificate has ended"]),
    ],
)
def test_what_is_past_its_date_is_said_in_words(expires: date | None, ends_in_days: int, said: list[str]) -> None:
    card = Card("1", TokenKind.PLASTIC, b"x", NOW + timedelta(days=ends_in_days), 0, 1)
    words = dict(lines(facts(Glance(card, Generation.PRESENT, expires, 10), NOW)))
    for part, expected in zip(("card", "certificate"), said, strict=True):
        assert expected is None or expected in words[part]
    assert (words["card code"], words["PIN"]) == ("locked (surface), 10 tries left (text)", "1 try left")


def test_a_certificate_without_end_has_a_day_that_every_zone_has() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "PRACTICE")])
    endless = x509.CertificateBuilder(
        name, name, key.public_key(), 1, NOW, datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    ).sign(key, SHA256())
    ends = user_certificate.ends(endless)
    assert ends.astimezone(JST).year == 9999


# --- the command, over the real PC/SC service -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pcscd() -> Iterator[PcscService]:
    with real_pcscd() as service:
        yield service


def uketsuke_card(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "terminal", "card", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)


def test_the_command_prints_what_the_card_shows(pcscd: PcscService, image: CardImage, tmp_path: Path) -> None:
    image.save(tmp_path / "card.json")
    with InsertedCard(tmp_path / "card.json", "127.0.0.1", VPCD_PORT):
        asked = uketsuke_card("--json", "--reader", VPCD_READER)
        assert asked.returncode == 0, asked.stderr
        shown = json.loads(asked.stdout)
        assert (shown["token"], shown["card_expires"]) == ("plastic", PERSON.card.expires.isoformat())
        assert (shown["card_code_tries"], shown["text_code_tries"], shown["pin_tries"]) == (10, 10, 3)
        said = uketsuke_card()
    assert said.returncode == 0
    assert f"to {PERSON.card.expires}" in said.stdout
    assert "10 tries left" in said.stdout


def test_no_card_and_no_such_reader_and_another_card_are_said(
    pcscd: PcscService, image: CardImage, tmp_path: Path
) -> None:
    for arguments, problem in ((["--reader", VPCD_READER], "card_absent"), (["--reader", "Kitchen"], "reader_absent")):
        asked = uketsuke_card(*arguments)
        assert (asked.returncode, asked.stdout) == (1, "")
        assert f"uketsuke: {problem}: Cause:" in asked.stderr
        assert "Traceback" not in asked.stderr
    replace(image, applications={}).save(tmp_path / "other.json")
    with InsertedCard(tmp_path / "other.json", "127.0.0.1", VPCD_PORT):
        asked = uketsuke_card("--json", "--reader", VPCD_READER)
    assert (asked.returncode, asked.stdout) == (1, "")
    assert "card_not_my_number" in asked.stderr
