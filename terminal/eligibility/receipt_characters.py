"""Which characters a receipt computer can take. Pure: it lists what it cannot, and replaces nothing by itself."""

from collections.abc import Iterator

from terminal.configuration.settings import ReceiptCharset


def codec_of(charset: ReceiptCharset) -> str:
    """How Python calls what is written."""
    return "utf-8" if charset is ReceiptCharset.UTF_8 else "cp932"


def takes(character: str, charset: ReceiptCharset) -> bool:
    """Whether a character can be written, is no control character, and one that XML may hold (XML 1.0, 2.2).

    〜 − ‖ ¢ £ ¬ count as taken: cp932 has one code for each, which others read as ～ － ∥ ￠ ￡ ￢ (the
    same characters of JIS X 0208).
    """
    if character < " " or "\ufffe" <= character <= "\uffff":
        return False
    try:
        encoded = character.encode(codec_of(charset))
        if charset is ReceiptCharset.JIS_X_0208:
            encoded.decode("shift_jis")  # Python's codec of that name is JIS X 0201 and 0208 and no more
    except UnicodeError:
        return False
    return True


def untaken(text: str, charset: ReceiptCharset) -> Iterator[str]:
    """Each character of a text that cannot be written, once."""
    yield from (character for character in dict.fromkeys(text) if not takes(character, charset))
