"""Untrusted bytes to an element tree: encodings that lie, and everything that is no plain, whole, short XML."""

from xml.etree.ElementTree import ParseError, tostring

import pytest
from defusedxml.ElementTree import fromstring as defused
from hypothesis import given
from hypothesis import strategies as st

from terminal.eligibility.untrusted_xml import MOST_BYTES, only, parse, section, text
from terminal.problems import Problem, TerminalError

NAME = "髙﨑　●子"


def message(declaration: str = "", identified: str = "0", more: str = "") -> str:
    return (
        f"{declaration}<XmlMsg><CharacterCodeIdentifier>{identified}</CharacterCodeIdentifier>"
        f"<Name>{NAME}</Name>{more}</XmlMsg>"
    )


def assert_unreadable(untrusted_body: str | bytes) -> None:
    with pytest.raises(TerminalError) as raised:
        parse(untrusted_body.encode() if isinstance(untrusted_body, str) else untrusted_body)
    assert raised.value.problem is Problem.SERVICE_UNREADABLE


@pytest.mark.parametrize("declared", ["Shift_JIS", "Windows-31J", "UTF-8", None])
@pytest.mark.parametrize(
    ("identified", "encoding"), [("0", "utf-8"), ("0", "cp932"), ("0", "utf-8-sig"), ("1", "cp932")]
)
def test_the_bytes_are_read_right_even_where_one_of_the_labels_lies(
    declared: str | None, identified: str, encoding: str
) -> None:
    declaration = f'<?xml version="1.0" encoding="{declared}" standalone="no"?>' if declared else ""
    assert text(parse(message(declaration, identified).encode(encoding)), "Name") == NAME


def test_an_element_is_found_once_or_not_at_all() -> None:
    root = parse(message(more="<A>1</A><B/><B/><C><D/></C>").encode())
    assert (text(root, "A"), text(root, "Z"), only(root, "Z"), section(root, "C").tag) == ("1", "", None, "C")
    for read in (lambda: only(root, "B"), lambda: section(root, "Z"), lambda: text(root, "C")):
        with pytest.raises(TerminalError):
            read()


@pytest.mark.parametrize(
    "untrusted_body",
    [
        b"",
        b"\xff\xfe<\x00",
        message('<?xml version="1.0" encoding="EUC-JP"?>'),
        message('<!DOCTYPE XmlMsg [<!ENTITY a "1">]>'),
        message('<!DOCTYPE XmlMsg SYSTEM "file:///etc/passwd">'),
        message(more="&a;"),
        message(more="<!-- " + "x" * MOST_BYTES + " -->"),
        message(more="\x00"),
        "<a>" * 50_000,
        message()[:-1],
        message() + "<XmlMsg/>",
    ],
)
def test_what_is_not_whole_plain_and_short_is_unreadable(untrusted_body: str | bytes) -> None:
    assert_unreadable(untrusted_body)


def test_a_deep_message_does_no_harm() -> None:
    assert parse(b"<a>" * 20_000 + b"</a>" * 20_000).tag == "a"


@given(st.binary(max_size=300))
def test_no_bytes_whatever_are_a_message_by_chance(untrusted_body: bytes) -> None:
    assert_unreadable(untrusted_body)


@given(
    st.lists(
        st.sampled_from(
            ["<!DOCTYPE a>", '<!DOCTYPE a [<!ENTITY e "1">]>', "<!", "DOCTYPE", "<a>", "</a>", "&e;", "x", "<a/>"]
        )
    ).map("".join)
)
def test_whatever_defusedxml_refuses_is_refused(untrusted_text: str) -> None:
    try:
        defused(untrusted_text, forbid_dtd=True)
    except (ParseError, ValueError):
        assert_unreadable(untrusted_text)
    else:
        assert tostring(parse(untrusted_text.encode())) == tostring(defused(untrusted_text))
