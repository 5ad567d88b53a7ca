"""The bytes of a message are ElementTree's own, to the letter, and are read back as they were."""

from xml.etree.ElementTree import Element, SubElement, tostring

from hypothesis import given
from hypothesis import strategies as st

from terminal.eligibility.plain_xml import as_bytes
from terminal.eligibility.untrusted_xml import parse

TEXTS = st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(["<&>", "]]>", "髙﨑　●子", " "])
TREES = st.recursive(TEXTS | st.none(), lambda inner: st.lists(inner, min_size=1, max_size=4), max_leaves=12)
Tree = str | None | list["Tree"]


def grown(parent: Element, tree: Tree) -> Element:
    if isinstance(tree, list):
        for inner in tree:
            grown(SubElement(parent, "B"), inner)
    else:
        parent.text = tree
    return parent


@given(TREES)
def test_a_message_is_written_as_element_tree_writes_it(tree: Tree) -> None:
    message = grown(Element("A"), tree)
    assert as_bytes(message) == tostring(message, encoding="utf-8", xml_declaration=True)


@given(st.text(st.characters(min_codepoint=0x20, exclude_categories=["Cs", "Cn"])))
def test_what_was_written_is_read_back(text: str) -> None:
    assert (parse(as_bytes(grown(Element("A"), text))).text or "") == text
