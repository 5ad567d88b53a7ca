"""What single cards do differently, and the faults to practise with."""

import json
import time
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from device.card import tlv
from device.virtual.card import VirtualCard
from device.virtual.card_image import JPKI, SURFACE, TEXT, CardImage, Code, File, PrivateKey
from device.virtual.faults import LARGEST_FILE, CardFile, Fault, faulty, widened, with_wrong_offsets
from device.virtual.quirks import CardHungError, CardTakenError, Quirks

CODE_B = b"04041220352285"
FACE = bytes.fromhex("FF200431323334")
IMAGE = CardImage(
    b"\x3b\x00",
    {
        JPKI: {0x000A: File(b"free")},
        SURFACE: {0x0002: File(FACE, (0x0012,)), 0x0012: Code(CODE_B, 10, 10)},
        TEXT: {0x0002: File(FACE, (0x0015,)), 0x0012: Code(b"", 0, 3), 0x0015: Code(CODE_B, 10, 10)},
    },
)

Send = Callable[[str], str]


def laid(quirks: Quirks) -> tuple[VirtualCard, Send]:
    """A card, and how to talk with it in hex."""
    card = VirtualCard(IMAGE, quirks)
    return card, lambda command: card.transmit(bytes.fromhex(command)).hex().upper()


def select(aid: bytes) -> str:
    return f"00A4040C0A{aid.hex()}"


def opened(aid: bytes, p2: str, quirks: Quirks) -> Send:
    _, send = laid(quirks)
    assert send(select(aid)) == "9000"
    assert send(f"002000{p2}0E{CODE_B.hex()}") == "9000"
    return send


def test_what_is_plain_is_not_named() -> None:
    assert Quirks().changed() == {}
    assert Quirks(delay_ms=20, locked_status=0x6983).changed() == {"delay_ms": 20, "locked_status": 0x6983}


def test_a_locked_code_may_answer_the_other_status() -> None:
    _, send = laid(Quirks(locked_status=0x6983))
    send(select(TEXT))
    assert send("00200092") == "63C0"
    assert send("00200092" + "0430333231") == "6983"


def test_the_first_command_may_fail_once_after_power_up() -> None:
    card, send = laid(Quirks(first_command_6f00=True))
    assert [send(select(JPKI)) for _ in range(2)] == ["6F00", "9000"]
    card.power_off()
    assert [send(select(JPKI)) for _ in range(2)] == ["6F00", "9000"]


def test_junk_may_stand_before_the_attributes_and_nowhere_else() -> None:
    send = opened(TEXT, "95", Quirks(junk_before_text_file=True))
    assert send("00B0820000").startswith("0000FF20")
    send = opened(SURFACE, "92", Quirks(junk_before_text_file=True))
    assert send("00B0820000").startswith("FF20")


@pytest.mark.parametrize(("keeps", "answer"), [(False, "6982"), (True, "9000")])
def test_selecting_an_application_may_keep_the_codes_given(keeps: bool, answer: str) -> None:
    send = opened(SURFACE, "92", Quirks(select_keeps_codes=keeps))
    send(select(SURFACE))
    assert send("00B0820000").endswith(answer)


def test_extended_commands_may_be_refused() -> None:
    _, send = laid(Quirks(short_apdus_only=True))
    send(select(JPKI))
    send("00A4020C02000A")
    assert send("00B00000000000") == "6700"


def test_a_card_may_be_taken_away_or_hang_after_some_answers() -> None:
    _, send = laid(Quirks(remove_after_apdus=2))
    assert [send(select(JPKI)) for _ in range(2)] == ["9000", "9000"]
    with pytest.raises(CardTakenError):
        send(select(JPKI))
    _, send = laid(Quirks(hang_after_apdus=0))
    with pytest.raises(CardHungError):
        send(select(JPKI))


def test_a_quirk_goes_to_the_card_as_json() -> None:
    quirks = Quirks(fault=Fault.CUT_SHORT, faulty_file=CardFile.ATTRIBUTES, split_answers_at=3)
    sent = Quirks(**json.loads(json.dumps(quirks.changed())))
    assert sent == quirks
    send = opened(TEXT, "95", sent)
    assert send("00B0820000") == "FF209000"


@given(st.integers(1, 6))
def test_an_answer_may_come_in_parts_and_each_tells_what_is_left(size: int) -> None:
    send = opened(SURFACE, "92", Quirks(split_answers_at=size))
    got, answer = "", send("00B0820000")
    while answer[-4:-2] == "61":
        assert int(answer[-2:], 16) == len(FACE) - (len(got) + len(answer) - 4) // 2
        assert len(answer) == 2 * size + 4
        got, answer = got + answer[:-4], send("00C00000" + answer[-2:])
    assert bytes.fromhex(got + answer[:-4]) == FACE
    assert answer[-4:] == "9000"


def test_what_is_left_of_an_answer_is_gone_with_the_next_command() -> None:
    send = opened(SURFACE, "92", Quirks(split_answers_at=3))
    assert send("00B0820000").endswith("6104")
    assert send("00A4020C020002") == "9000"
    assert send("00C0000004") == "6D00"


def test_a_card_may_tell_the_right_length_and_give_nothing() -> None:
    send = opened(SURFACE, "92", Quirks(right_length_by_6cxx=True))
    assert send("00B0820000") == "6C07"
    assert send("00B0820007") == FACE.hex().upper() + "9000"
    assert send("00B08205FF") == "6C02"


@pytest.mark.parametrize(("is_given", "answer"), [(False, "63CA"), (True, "9000")])
def test_a_code_that_was_given_may_tell_no_tries(is_given: bool, answer: str) -> None:
    _, send = laid(Quirks(given_code_tells_no_tries=True))
    send(select(SURFACE))
    if is_given:
        send(f"002000920E{CODE_B.hex()}")
    assert send("00200092") == answer


def test_a_card_may_tell_no_tries_at_all() -> None:
    _, send = laid(Quirks(tells_no_tries=True))
    send(select(TEXT))
    assert send("00200092") == "9000"  # not even of a locked one


def test_an_absent_file_is_not_found_and_others_are() -> None:
    _, send = laid(Quirks(fault=Fault.ABSENT, faulty_file=CardFile.CERTIFICATE))
    send(select(JPKI))
    assert send("00A4020C02000A") == "6A82"
    assert opened(SURFACE, "92", Quirks(fault=Fault.ABSENT, faulty_file=CardFile.CERTIFICATE))("00B0820000")


def test_a_full_file_reaches_to_the_last_offset() -> None:
    send = opened(SURFACE, "92", Quirks(full_files=True))
    assert send("00B0820000").startswith(FACE.hex().upper() + "FF")
    assert send("00B07FFF00") == "FF9000"


def test_a_signature_may_take_its_time() -> None:
    key = rsa.generate_private_key(65537, 2048).private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    card = VirtualCard(IMAGE.with_entry(SURFACE, 0x001A, PrivateKey(key)), Quirks(signing_ms=50))
    card.transmit(bytes.fromhex(select(SURFACE)))
    started = time.perf_counter()
    assert card.transmit(bytes.fromhex("802A0000043132333400")).endswith(b"\x90\x00")
    assert time.perf_counter() - started >= 0.05


@given(st.binary(max_size=300), st.sampled_from([0xFF20, 0x7F21]))
def test_a_wide_length_is_longer_and_says_the_same(value: bytes, tag: int) -> None:
    size = len(value)
    header = bytes([size]) if size < 0x80 else b"\x81" + bytes([size]) if size < 0x100 else b"\x82" + size.to_bytes(2)
    plain = tag.to_bytes(2) + header + value
    wide = widened(plain)
    assert len(wide) == len(plain) + 1
    assert tlv.find(wide, tag, "file").value == value


def test_wrong_offsets_change_nothing_else() -> None:
    content = bytes.fromhex("FF2082000ADF21040005000CDF2200")
    assert with_wrong_offsets(content) == content.replace(bytes.fromhex("0005000C"), b"\xff" * 4)
    assert with_wrong_offsets(FACE) == FACE


@pytest.mark.parametrize(
    ("fault", "claimed"),
    [
        (Fault.CLAIMS_MORE, LARGEST_FILE - 0x100),
        (Fault.CLAIMS_TOO_MUCH, LARGEST_FILE + 0x100),
        (Fault.CLAIMS_4_GIB, 0xFFFFFFFF),
    ],
)
def test_an_object_may_claim_what_is_not_there(fault: Fault, claimed: int) -> None:
    content = faulty(FACE, fault)
    assert tlv.size(content, 0xFF20, "file") == claimed + 7
    assert len(content) < LARGEST_FILE
