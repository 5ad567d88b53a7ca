"""The look of the windows: every pair of colours that is used together can be told apart; sizes grow as promised."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QFontInfo
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ui.theme.contrast import contrast
from ui.theme.fonts import desk_font, load_fonts
from ui.theme.parts import Painted, button, dress, label, panel
from ui.theme.phrases import JOINER, tie
from ui.theme.stylesheet import stylesheet
from ui.theme.text import Text
from ui.theme.tokens import HIGH_CONTRAST, LIGHT, PATIENT, RECEPTION, TEXT_SCALES, Palette, Sizes, Tone, theme

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")
PALETTES = pytest.mark.parametrize("palette", [LIGHT, HIGH_CONTRAST], ids=["light", "high contrast"])
TONES = ("confirmed", "provisional", "refused", "notice", "practice")


def backgrounds(palette: Palette) -> tuple[str, ...]:
    return palette.canvas, palette.canvas_end, palette.surface


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#ffffff", 21), ("#777777", "#ffffff", 4.48), ("#1a1a1a", "#e8f1fe", 15.3), ("#abcdef", "#abcdef", 1)],
)
def test_the_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.05)


@given(COLOURS, COLOURS)
def test_contrast_is_the_same_both_ways_and_between_1_and_21(one: str, other: str) -> None:
    assert contrast(one, other) == contrast(other, one)
    assert 1 <= contrast(one, other) <= 21.000001


@PALETTES
def test_text_can_be_read_by_nearly_everyone(palette: Palette) -> None:
    for background in backgrounds(palette):
        for ink in (palette.ink, palette.ink_soft):
            assert contrast(ink, background) >= 7
    assert contrast(palette.primary, palette.surface) >= 7
    assert contrast(palette.on_primary, palette.primary) >= 7
    assert contrast(palette.on_primary, palette.primary_pressed) >= 7
    assert contrast(palette.on_focus, palette.focus) >= 7
    assert contrast(palette.on_disabled, palette.disabled) >= 7
    for name in TONES:
        tone: Tone = getattr(palette, name)
        assert contrast(tone.ink, tone.surface) >= 7


@PALETTES
def test_what_can_be_operated_stands_out(palette: Palette) -> None:
    for background in backgrounds(palette):
        assert contrast(palette.line, background) >= 3
        assert contrast(palette.primary, background) >= 3
        assert max(contrast(palette.focus, background), contrast(palette.on_focus, background)) >= 3
    for name in TONES:
        tone: Tone = getattr(palette, name)
        assert contrast(tone.line, tone.surface) >= 3


@PALETTES
def test_confirmed_and_provisional_share_no_colour(palette: Palette) -> None:
    confirmed, provisional = palette.confirmed, palette.provisional
    assert not {getattr(confirmed, part.name) for part in fields(Tone)} & {
        getattr(provisional, part.name) for part in fields(Tone)
    }


@pytest.mark.parametrize("text", TEXT_SCALES)
def test_targets_are_large_enough_at_the_reference_density(text: float) -> None:
    sizes = PATIENT.scaled(1080 / 800, text)
    assert min(sizes.target, sizes.chip_target) >= 72
    assert sizes.key >= 120


@given(st.floats(0.5, 3), st.sampled_from(TEXT_SCALES), st.sampled_from([PATIENT, RECEPTION]))
def test_larger_text_is_never_smaller_in_any_part(density: float, text: float, base: Sizes) -> None:
    normal, larger = base.scaled(density), base.scaled(density, text)
    assert all(getattr(larger, part.name) >= getattr(normal, part.name) for part in fields(Sizes))


@PALETTES
def test_the_style_sheet_uses_no_colour_but_the_themes(palette: Palette) -> None:
    drawn = theme(PATIENT, is_high_contrast=palette is HIGH_CONTRAST)
    known = {value for value in vars(palette).values() if isinstance(value, str)}
    for name in TONES:
        known |= set(vars(getattr(palette, name)).values())
    words = stylesheet(drawn).replace(";", " ").replace(")", " ").replace(",", " ").split()
    colours = {word for word in words if word.startswith("#") and word[1:2].isalnum() and len(word) == 7}
    assert colours - {"#window"} <= known


def test_qt_understands_the_style_sheet(qtbot: QtBot) -> None:
    window = panel("card")
    qtbot.addWidget(window)
    for text in TEXT_SCALES:
        for is_high_contrast in (False, True):
            dress(window, theme(PATIENT, 1.35, text, is_high_contrast=is_high_contrast))
            window.grab()  # a parse error would be a warning, and a warning fails


def test_a_button_takes_no_focus_from_a_finger_and_a_label_shows_plain_text(qtbot: QtBot) -> None:
    pressed, told = button("primary", "次へ"), label("body", "<b>a</b>")
    qtbot.addWidget(pressed)
    qtbot.addWidget(told)
    QTest.mouseClick(pressed, Qt.MouseButton.LeftButton)
    assert not pressed.hasFocus()
    assert told.text() == "<b>a</b>"


def test_a_painted_part_wears_the_windows_theme(qtbot: QtBot) -> None:
    window, painted = panel("card"), Painted()
    painted.setParent(window)
    qtbot.addWidget(window)
    dress(window, theme(PATIENT, 2.0, is_high_contrast=True))
    assert painted.theme.palette is HIGH_CONTRAST
    assert painted.theme.px(10) == 20


def test_without_fonts_of_its_own_the_program_takes_the_systems(qtbot: QtBot, tmp_path: Path) -> None:
    assert load_fonts() == []
    assert load_fonts(tmp_path) == []


def test_fonts_beside_the_program_are_loaded(qtbot: QtBot, tmp_path: Path) -> None:
    system = next(Path("/usr/share/fonts/truetype/bizud-gothic").glob("BIZUDPGothic-Regular.ttf"), None)
    if system is None:
        pytest.skip("the desk's font is not installed here")
    (tmp_path / "a.ttf").write_bytes(system.read_bytes())
    assert any(family.startswith("BIZ UDP") for family in load_fonts(tmp_path))


def test_the_desks_font_is_used_where_it_is_there(qtbot: QtBot) -> None:
    if "BIZ UDPGothic" not in QFontDatabase.families():
        pytest.skip("the desk's font is not installed here")
    assert QFontInfo(desk_font(20)).family().startswith("BIZ UDP")


@given(st.text())
def test_tying_phrases_changes_nothing_that_is_said(text: str) -> None:
    assert tie(text).replace(JOINER, "") == text.replace(JOINER, "")


def test_a_line_ends_after_a_phrase() -> None:
    assert tie("カードを置いて") == JOINER.join("カードを") + JOINER.join("置いて")
    assert JOINER not in tie("を置")
    assert JOINER in tie("お名")
    assert JOINER in tie("ださ")
    assert JOINER not in tie("plain words")
    assert tie("もう一度").count(JOINER) == 3


@pytest.mark.parametrize("language", ["ja", "en", "ne"])
def test_a_title_is_as_high_as_its_letters_reach_below_the_line(qtbot: QtBot, language: str) -> None:
    window = panel("page")
    told = Text("Reading your card, quý vị")
    told.setProperty("role", "title")
    told.setParent(window)
    qtbot.addWidget(window)
    dress(window, theme(PATIENT, language=language))
    told.ensurePolished()
    window.resize(2000, 400)
    told.resize(2000, told.heightForWidth(2000))
    low = window.grab(told.geometry()).toImage()
    told.resize(2000, 2 * told.height())
    high = window.grab(told.geometry()).toImage()
    inks = [
        sum(image.pixelColor(x, y).lightness() < 100 for x in range(700) for y in range(image.height()))
        for image in (low, high)
    ]
    assert inks[0] == inks[1]


def test_a_narrow_text_grows_in_height_and_keeps_its_words(qtbot: QtBot) -> None:
    told = Text("マイナンバーカードを置いてください")
    told.setWordWrap(True)
    qtbot.addWidget(told)
    assert told.heightForWidth(120) > told.heightForWidth(1000)
    assert JOINER not in told.text()
