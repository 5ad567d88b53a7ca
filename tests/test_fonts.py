"""Nothing that the desk shows is drawn as a box: every language's words, every name that can be written."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from pathlib import Path

import pytest
from PySide6.QtGui import QFont, QFontDatabase, QTextLayout
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from terminal.failure_book.book import LANGUAGES, Audience, sentence, title
from terminal.problems import Problem
from ui.theme.fonts import families
from ui.words.catalogue import PATIENT_LANGUAGES, load

VARIANTS = Path(__file__).with_name("name_variants.txt")
KANJI = "".join(chr(point) for point in (*range(0x3400, 0xA000), *range(0xF900, 0xFB00), *range(0x20000, 0x2A6E0)))


def boxes(text: str, language: str) -> set[str]:
    """The text, if any of its characters is drawn by no font of a language's chain."""
    font = QFont()
    font.setFamilies(list(families(language)))
    font.setPixelSize(26)
    layout = QTextLayout(text, font)
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()
    runs = layout.glyphRuns()
    is_drawn = all(0 not in run.glyphIndexes() and run.rawFont().familyName() in families(language) for run in runs)
    return set() if is_drawn else {text}


@pytest.fixture(autouse=True)
def _application(qtbot: QtBot) -> None:
    assert QApplication.instance()


@pytest.mark.parametrize("language", PATIENT_LANGUAGES)
def test_no_word_of_the_patients_window_is_a_box(language: str) -> None:
    texts = [*load("patient", language).values(), *load("common", language).values()]
    texts += [sentence(problem, Audience.PATIENT, language) for problem in Problem]
    assert {box for text in texts for line in text.split("\n") for box in boxes(line, language)} == set()


@pytest.mark.parametrize("language", PATIENT_LANGUAGES)
def test_each_language_is_named_without_a_box(language: str) -> None:
    name = load("patient", language)["window.language"]
    assert boxes(name, language) == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_of_the_staff_is_a_box(language: str) -> None:
    texts = [*load("receptionist", language).values(), *load("practice", language).values()]
    texts += [title(problem, language) for problem in Problem]
    assert {box for text in texts for line in text.split("\n") for box in boxes(line, language)} == set()


def test_no_variant_of_a_name_is_a_box() -> None:
    lines = [line for line in VARIANTS.read_text("utf-8").splitlines() if not line.startswith("#")]
    names = [name for line in lines for name in line.split()]
    assert len({character for name in names for character in name}) >= 300
    assert {box for name in names for box in boxes(name, "ja")} == set()


def test_no_character_of_jis_x_0213_is_a_box() -> None:
    known = [character for character in KANJI if is_in_jis_x_0213(character)]
    assert len(known) > 10_000
    assert {box for at in range(0, len(known), 50) for box in boxes("".join(known[at : at + 50]), "ja")} == set()


def is_in_jis_x_0213(character: str) -> bool:
    try:
        character.encode("euc_jis_2004")
    except UnicodeEncodeError:
        return False
    return True


@pytest.mark.parametrize("character", ["直", "骨", "令"])
def test_chinese_and_korean_are_drawn_with_their_own_forms(character: str) -> None:
    first = {language: families(language)[0] for language in ("ja", "zh-Hans", "zh-Hant", "ko")}
    assert len(set(first.values())) == 4
    assert set(first.values()) <= set(QFontDatabase.families())
