"""The desk's typeface: BIZ UDPGothic, drawn so that like characters are told apart, with what stands in for it.

The frozen program brings its own copy (OFL) in `fonts/`; a checkout takes the system's. One code point is drawn
differently in Japan, China and Korea (直, 骨, 令), so each language has its own chain. No chain leaves a box for a
character of its language or of a name: kept by `tests/test_fonts.py`.
"""

import sys
from pathlib import Path

from PySide6.QtGui import QFont, QFontDatabase

FAMILIES = (
    "BIZ UDPGothic",
    "BIZ UDPゴシック",
    "Noto Sans CJK JP",  # has the rare name characters (CJK Extension B) that BIZ UDPGothic lacks
    "Noto Sans JP",
    "Hiragino Sans",
    "Yu Gothic UI",
    "sans-serif",
)
BY_LANGUAGE = {
    "zh-Hans": ("Noto Sans CJK SC", *FAMILIES),
    "zh-Hant": ("Noto Sans CJK TC", *FAMILIES),
    "ko": ("Noto Sans CJK KR", *FAMILIES),
    # BIZ UDPGothic cuts off the tails of Latin letters (g, p, y), and lacks ạ and ữ
    **dict.fromkeys(("en", "vi", "pt", "tl"), ("Noto Sans CJK JP", *FAMILIES)),
    "ne": ("Lohit Devanagari", *FAMILIES),
}


def families(language: str) -> tuple[str, ...]:
    """The fonts that a language is written with, the first one first."""
    return BY_LANGUAGE.get(language, FAMILIES)


def load_fonts(folder: Path | None = None) -> list[str]:
    """Makes the fonts beside the frozen program known to Qt and gives their families; none in a checkout.

    Called once, after the application object exists.
    """
    folder = folder or Path(getattr(sys, "_MEIPASS", "")) / "fonts"
    families: list[str] = []
    for file in sorted(folder.glob("*.ttf")) if folder.is_absolute() else []:
        families += QFontDatabase.applicationFontFamilies(QFontDatabase.addApplicationFont(str(file)))
    return families


def desk_font(pixels: int) -> QFont:
    """The desk's font, `pixels` high."""
    font = QFont()
    font.setFamilies(list(FAMILIES))
    font.setPixelSize(pixels)
    return font
