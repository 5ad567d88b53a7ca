"""Any bytes of a card parse or are told malformed, with the place and nothing of what stands there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.card import tlv
from terminal.problems import Problem, TerminalError

SOURCE = "file 0002 of card surface"


def put(tag: int, value: bytes, length_bytes: int = 0) -> bytes:
    header = tag.to_bytes(2 if tag > 0xFF else 1)
    if length_bytes == 0:
        return header + bytes([len(value)]) + value
    return header + bytes([0x80 | length_bytes]) + len(value).to_bytes(length_bytes) + value


def test_an_object_and_its_children_are_found() -> None:
    parsed = tlv.find(put(0xFF20, put(0xDF22, b"19920412") + put(0xDF23, b"2")), 0xFF20, SOURCE)
    assert {tag: child.value for tag, child in parsed.children().items()} == {0xDF22: b"19920412", 0xDF23: b"2"}


@given(
    st.integers(0, 4), st.integers(1, 4), st.binary(max_size=60), st.sampled_from([b"", b"\xff", b"\xff\xff", b"\0"])
)
def test_stray_bytes_long_lengths_and_filler_are_borne(stray: int, length: int, value: bytes, filler: bytes) -> None:
    content = b"\x5a" * stray + put(0xFF20, put(0xDF22, value, length) + filler, length) + b"\xff" * 9
    child = tlv.find(content, 0xFF20, SOURCE).child(0xDF22)
    assert child.value == value
    assert content[child.offset :].startswith(child.raw)
    assert tlv.size(content[:16], 0xFF20, SOURCE) == len(content) - 9


@given(st.binary(max_size=80), st.sampled_from([b"", b"\xff\x20", b"\xff\x20\x10", b"\xff\x20\x82\x00\x20\xdf\x21"]))
def test_any_bytes_parse_or_are_malformed(content: bytes, beginning: bytes) -> None:
    error = TerminalError(Problem.CARD_MALFORMED, f"{SOURCE}, offset 0")
    try:
        for child in tlv.find(beginning + content, 0xFF20, SOURCE).children().values():
            child.children()
        tlv.first_child(beginning + content, 0xFF20, SOURCE)
    except TerminalError as raised:
        error = raised
    assert error.problem is Problem.CARD_MALFORMED
    assert error.detail.startswith(f"{SOURCE}, offset ")


def test_the_place_is_told_and_not_what_stands_there() -> None:
    content = put(0xFF20, put(0xDF22, b"19920412") + b"\xdf\x23\x20short")
    with pytest.raises(TerminalError) as caught:
        tlv.find(content, 0xFF20, SOURCE).children()
    assert caught.value.detail == f"{SOURCE}, offset 14"


def test_a_tag_that_comes_twice_is_malformed() -> None:
    with pytest.raises(TerminalError):
        tlv.find(put(0xFF20, put(0xDF22, b"1") + put(0xDF22, b"2")), 0xFF20, SOURCE).children()


def test_five_stray_bytes_are_too_many() -> None:
    with pytest.raises(TerminalError):
        tlv.find(b"\x5a" * 5 + put(0xFF20, b""), 0xFF20, SOURCE)


def test_no_element_shows_its_content() -> None:
    assert "1992" not in repr(tlv.find(put(0xFF20, b"19920412"), 0xFF20, SOURCE))


@pytest.mark.parametrize(
    "content",
    ["FF20", "FF2080DF2200", "FF2085000000000100", "FF208401", "FFA00100", "DF2101", "FF2003DFA00100", ""],
    ids=[
        "no length",
        "indefinite",
        "5 bytes of length",
        "length cut",
        "tag of 3 bytes",
        "other tag",
        "within",
        "empty",
    ],
)
def test_what_no_card_writes_is_malformed(content: str) -> None:
    with pytest.raises(TerminalError) as caught:
        tlv.find(bytes.fromhex(content), 0xFF20, SOURCE).children()
    assert caught.value.problem is Problem.CARD_MALFORMED


def test_no_more_is_taken_than_a_length_says_and_no_length_is_believed_that_is_not_there() -> None:
    claim = b"\xff\x20\x84\xff\xff\xff\xff"
    assert tlv.size(claim, 0xFF20, SOURCE) == 0xFFFFFFFF + len(claim)
    with pytest.raises(TerminalError) as caught:
        tlv.find(claim + bytes(1000), 0xFF20, SOURCE)
    assert caught.value.detail == f"{SOURCE}, offset 0"


def test_the_objects_of_a_file_are_parsed_once() -> None:
    parsed = tlv.find(put(0xFF20, put(0xDF22, b"1") + put(0xDF23, b"2")), 0xFF20, SOURCE)
    assert parsed.child(0xDF22) is parsed.child(0xDF22)
    assert parsed == tlv.find(parsed.raw, 0xFF20, SOURCE)
