"""QR codes (ISO/IEC 18004) for what leaves on paper. The only file that imports segno.

Law: the text is what is printed; nothing is fetched, and no code holds an address to go to.
"""

import io

import segno

_QUIET_MODULES = 4  # ISO/IEC 18004, 5.3.8


class TooMuchForOneCode(ValueError):  # noqa: N818  # it says what is so, as the other outcomes do
    """The text is longer than the largest code holds: 4,296 capitals and digits, or 2,953 bytes."""


def qr_svg(text: str, millimetres: float = 90.0) -> str:
    """The code as an SVG picture of that width. Raises `TooMuchForOneCode`."""
    code = _code(text)
    drawn = io.BytesIO()
    modules = code.symbol_size(border=_QUIET_MODULES)[0]
    code.save(drawn, kind="svg", border=_QUIET_MODULES, unit="mm", scale=millimetres / modules, xmldecl=False)
    return drawn.getvalue().decode()


def qr_rows(text: str) -> list[list[bool]]:
    """The code's modules, dark ones true, with the quiet zone around them. Raises as `qr_svg` does."""
    return [[bool(dark) for dark in row] for row in _code(text).matrix_iter(border=_QUIET_MODULES)]


def _code(text: str) -> segno.QRCode:
    try:
        return segno.make_qr(text, error="l", boost_error=True)
    except segno.DataOverflowError as error:
        raise TooMuchForOneCode(f"{len(text)} characters") from error
