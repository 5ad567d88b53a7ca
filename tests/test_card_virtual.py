"""The virtual card's command interpreter: what a card promises, byte by byte, and that the number stays shut."""

import hashlib
from collections.abc import Callable

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from device.virtual.card import VirtualCard
from device.virtual.card_image import COMMON, JPKI, SURFACE, TEXT, CardImage, Code, File, PrivateKey, RecordFile

NUMBER = b"123456789018"
CODE_B = b"04041220352285"
PIN = b"0321"
KEY = rsa.generate_private_key(65537, 2048)
PKCS8 = KEY.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
LONG = bytes(range(256)) * 2 + b"the end"
ATTRIBUTES = bytes.fromhex("FF200431323334") + b"\xff" * 20
DIGEST_INFO = bytes.fromhex("3031300D060960864801650304020105000420")

IMAGE = CardImage(
    bytes.fromhex("3B888001004B51FF0081D100BC"),
    {
        JPKI: {
            0x000A: File(LONG),
            0x0001: File(b"for signing", (0x001B,)),
            0x0017: PrivateKey(PKCS8, (0x0018,)),
            0x0018: Code(PIN, 3, 3),
            0x001B: Code(b"ABC123", 5, 5),
        },
        SURFACE: {
            0x0002: File(b"face and all", (0x0012, 0x0013)),
            0x0005: File(NUMBER, (0x0013,)),
            0x0012: Code(CODE_B, 10, 10),
            0x0013: Code(NUMBER, 10, 10),
            0x001A: PrivateKey(PKCS8),
        },
        TEXT: {
            0x0001: File(NUMBER, (0x0011, 0x0014)),
            0x0002: File(ATTRIBUTES, (0x0011, 0x0015)),
            0x0011: Code(PIN, 3, 3),
            0x0012: Code(b"", 0, 3),
            0x0014: Code(NUMBER, 10, 10),
            0x0015: Code(CODE_B, 10, 10),
        },
        COMMON: {0x0001: RecordFile((b"\x01\x1c" + b"0" * 28,))},
    },
)

Send = Callable[[str], str]


def laid() -> tuple[VirtualCard, Send]:
    """A card, and how to talk with it in hex."""
    card = VirtualCard(IMAGE)
    return card, lambda command: card.transmit(bytes.fromhex(command)).hex().upper()


def select(aid: bytes) -> str:
    return f"00A4040C0A{aid.hex()}"


def verify(code: bytes, p2: str = "80") -> str:
    return f"002000{p2}{len(code):02X}{code.hex()}"


def opened(aid: bytes, code_file: str, code: bytes) -> tuple[VirtualCard, Send]:
    card, send = laid()
    for command in (select(aid), f"00A4020C02{code_file}", verify(code)):
        assert send(command) == "9000"
    return card, send


# --- selecting --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("00A4040C09" + JPKI[:9].hex(), "6A82"),  # a part of the name is not the name
        ("00A4040C0A" + "D3921000310001019999", "6A82"),
        ("00A40000", "6A86"),  # there is no master file
        ("00A40000023F00", "6A86"),
        ("00A4020C023F00", "6A82"),
        ("00A4020C02000A", "6A82"),  # no application yet
        ("00A4020C01", "6700"),
        ("00B0000000", "6986"),
        ("00FF0000", "6D00"),
        ("A0A40000", "6E00"),
        ("00A404", "6700"),
        ("00A4040C0AD392", "6700"),
    ],
)
def test_what_cannot_be_selected_or_understood_is_refused(command: str, answer: str) -> None:
    _, send = laid()
    assert send(command) == answer


def test_a_failed_select_leaves_the_application_that_was_selected() -> None:
    _, send = laid()
    send(select(JPKI))
    assert send(select(b"\xd3" * 10)) == "6A82"
    assert send("00A4020C02000A") == "9000"


# --- reading ----------------------------------------------------------------------------------------------------------


def test_a_file_reads_the_same_by_offset_by_short_id_and_extended() -> None:
    card, send = laid()
    send(select(JPKI))
    by_short_id = card.transmit(bytes.fromhex("00B08A0000"))
    send("00A4020C02000A")
    by_offset = card.transmit(bytes.fromhex("00B0000000"))
    extended = card.transmit(bytes.fromhex("00B00000000000"))
    assert by_short_id == by_offset == LONG[:256] + b"\x90\x00"
    assert extended == LONG + b"\x90\x00"


@pytest.mark.parametrize(
    ("command", "data", "status"),
    [
        ("00B001FF00", LONG[511:], "9000"),  # Le 00 takes what there is
        ("00B001FF10", LONG[511:], "6282"),  # a length that was named and is not there
        ("00B0020007", b"the end", "9000"),
        ("00B0020700", b"", "6B00"),
        ("00B07FFF00", b"", "6B00"),
        ("00B0000000000A", LONG[:10], "9000"),
        ("00B00000", b"", "6700"),
    ],
)
def test_reading_ends_where_the_file_ends(command: str, data: bytes, status: str) -> None:
    _, send = laid()
    send(select(JPKI))
    send("00A4020C02000A")
    assert send(command) == data.hex().upper() + status


def test_codes_keys_and_records_are_not_read_as_files() -> None:
    _, send = laid()
    send(select(JPKI))
    assert send("00B0970000") == "6981"
    assert send("00B0980000") == "6981"
    send(select(COMMON))
    assert send("00B0810000") == "6981"


def test_a_record_is_read_by_its_number() -> None:
    _, send = laid()
    send(select(COMMON))
    send("00A4020C020001")
    assert send("00B2010400") == "011C" + "30" * 28 + "9000"
    assert send("00B2020400") == "6A83"
    assert send("00B2010410") == "6C1E"
    assert send("00B2010000") == "6A86"


# --- codes ------------------------------------------------------------------------------------------------------------


def test_asking_for_the_tries_spends_none() -> None:
    _, send = laid()
    send(select(JPKI))
    send("00A4020C020018")
    assert [send("00200080") for _ in range(5)] == ["63C3"] * 5
    assert send("00200092") == "6A82"
    send(select(SURFACE))
    assert send("00200092") == "63CA"


def test_the_wrong_code_counts_down_and_the_last_try_locks() -> None:
    card, send = laid()
    send(select(JPKI))
    send("00A4020C020018")
    assert [send(verify(b"9999")) for _ in range(4)] == ["63C2", "63C1", "63C0", "6984"]
    assert send("00200080") == "63C0"
    assert send(verify(PIN)) == "6984"
    assert card.image.applications[JPKI][0x0018] == Code(PIN, 0, 3)


def test_the_right_code_gives_all_tries_back() -> None:
    _, send = laid()
    send(select(JPKI))
    send("00A4020C020018")
    assert [send(verify(code)) for code in (b"9999", b"9998", PIN)] == ["63C2", "63C1", "9000"]
    assert send("00200080") == "63C3"


def test_a_wrong_code_after_the_right_one_closes_again() -> None:
    _, send = opened(SURFACE, "0012", CODE_B)
    assert send("00B0820000").endswith("9000")
    assert send(verify(b"1" * 14, "92")) == "63C9"
    assert send("00B0820000") == "6982"


def test_spent_tries_outlast_the_power_and_codes_given_do_not() -> None:
    card, send = opened(SURFACE, "0012", CODE_B)
    send(verify(b"0" * 12, "93"))
    card.power_off()
    assert send("00B0000000") == "6986"
    send(select(SURFACE))
    assert send("00B0820000") == "6982"
    assert send("00200093") == "63C9"


def test_the_card_code_opens_face_and_attributes_and_never_the_number() -> None:
    _, send = opened(SURFACE, "0012", CODE_B)
    assert send("00B0820000") == b"face and all".hex().upper() + "9000"
    assert send("00B0850000") == "6982"
    _, send = opened(TEXT, "0015", CODE_B)
    assert send("00B0820000").endswith("9000")
    assert send("00B0810000") == "6982"


COMMANDS = st.one_of(
    st.sampled_from([select(aid) for aid in (JPKI, SURFACE, TEXT, COMMON)]),
    st.integers(0, 0x1F).map(lambda entry_id: f"00A4020C02{entry_id:04X}"),
    st.integers(0, 0xFF).map(lambda p1: f"00B0{p1:02X}0000"),
    st.integers(0, 0x1F).map(lambda p2: verify(CODE_B, f"{p2 | 0x80:02X}")),
    st.integers(0, 0x1F).map(lambda p2: f"002000{p2 | 0x80:02X}"),
    st.integers(0, 0x1F).map(lambda p2: f"802A00{p2 | 0x80:02X}0110" + "00"),
    st.binary(max_size=12).map(bytes.hex),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(COMMANDS, max_size=30))
def test_whoever_has_only_the_card_code_never_gets_the_number(commands: list[str]) -> None:
    _, send = laid()
    answers = [send(command) for command in commands]
    assert all(NUMBER.hex() not in answer.lower() for answer in answers)


@settings(max_examples=500, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_get_an_answer_that_ends_in_a_status_word(apdu: bytes) -> None:
    card, send = laid()
    send(select(SURFACE))
    answer = card.transmit(apdu)
    assert len(answer) >= 2
    assert answer[-2] in (0x90, 0x61, 0x62, 0x63, 0x67, 0x69, 0x6A, 0x6B, 0x6C, 0x6D, 0x6E)


# --- signing ----------------------------------------------------------------------------------------------------------


def signed(send: Send, mode: int, data: bytes, key: str = "97") -> bytes:
    answer = bytes.fromhex(send(f"802A{mode:02X}{key}{len(data):02X}{data.hex()}00"))
    assert answer[-2:] == b"\x90\x00"
    return answer[:-2]


def test_the_holders_key_signs_only_after_the_pin() -> None:
    _, send = laid()
    send(select(JPKI))
    assert send("802A00970110" + "00") == "6982"
    _, send = opened(JPKI, "0018", PIN)
    challenge = b"a challenge"
    signature = signed(send, 0x00, DIGEST_INFO + hashlib.sha256(challenge).digest())
    KEY.public_key().verify(signature, challenge, padding.PKCS1v15(), SHA256())


def test_what_cannot_be_signed_is_refused() -> None:
    _, send = opened(JPKI, "0018", PIN)
    assert send("802A0697011000") == "6A86"
    assert send("802A0297011000") == "6A80"
    assert send("802A0098011000") == "6981"
    assert send("802A0000011000") == "6A86"  # the holder's keys are all guarded
    assert send("802A00970110") == "6700"


@pytest.mark.parametrize("key", ["00", "9A"])
def test_the_cards_own_key_answers_a_challenge_without_any_code(key: str) -> None:
    _, send = laid()
    send(select(SURFACE))
    signature = signed(send, 0x00, DIGEST_INFO + hashlib.sha256(b"fresh").digest(), key)
    KEY.public_key().verify(signature, b"fresh", padding.PKCS1v15(), SHA256())
    with pytest.raises(InvalidSignature):
        KEY.public_key().verify(signature, b"stale", padding.PKCS1v15(), SHA256())


def test_a_challenge_of_the_card_is_new_each_time() -> None:
    _, send = laid()
    challenges = {send("0084000010") for _ in range(20)}
    assert len(challenges) == 20
    assert all(len(challenge) == 36 for challenge in challenges)
