"""What single cards do differently, and the faults to practise with."""

from collections.abc import Callable

import pytest

from device.virtual.card import VirtualCard
from device.virtual.card_image import JPKI, SURFACE, TEXT, CardImage, Code, File
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
