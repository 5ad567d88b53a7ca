"""The words of the windows: each key in each language, with the same values to fill in."""

import importlib.util
from string import Formatter

import pytest

from ui.words import catalogue
from ui.words.catalogue import AREAS, LANGUAGES, PATIENT_LANGUAGES, Words, load
from ui.words.ruby import Ruby, read_ruby, without_ruby

EACH_AREA = pytest.mark.parametrize("area", AREAS)


def languages_of(area: str) -> tuple[str, ...]:
    """What an area is read in: the staff's in two languages, the patient's in all."""
    return PATIENT_LANGUAGES if area in ("patient", "common") else LANGUAGES


def slots(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@EACH_AREA
def test_each_key_stands_in_each_language(area: str) -> None:
    keys = [set(load(area, language)) for language in languages_of(area)]
    assert keys[0]
    assert all(one == keys[0] for one in keys)


@EACH_AREA
def test_each_language_fills_in_as_many_values(area: str) -> None:
    for key in load(area, LANGUAGES[0]):
        counts = {len(slots(load(area, language)[key])) for language in languages_of(area)}
        assert len(counts) == 1, key  # not the very same names: Japanese says 3割 where English says 30 %


@EACH_AREA
def test_no_text_is_empty_or_padded(area: str) -> None:
    for language in languages_of(area):
        assert [key for key, text in load(area, language).items() if not text.strip() or text != text.strip()] == []


def test_a_reading_stands_over_its_kanji_and_is_left_out_where_it_cannot_be_drawn() -> None:
    assert read_ruby("市役所《しやくしょ》へ、｜14桁《けた》") == (
        "市役所へ、14桁",
        (Ruby(0, 3, "しやくしょ"), Ruby(5, 8, "けた")),
    )
    assert without_ruby("市役所《しやくしょ》へ") == "市役所へ"
    words = Words("patient", "ja-easy")
    assert "《" not in words["card_code.title"]
    assert "《" in words.with_ruby()["card_code.title"]


@pytest.mark.parametrize("language", PATIENT_LANGUAGES)
def test_only_easy_japanese_has_readings_and_each_belongs_to_kanji(language: str) -> None:
    for key, text in load("patient", language).items():
        assert "《" not in without_ruby(text), key
        assert language == "ja-easy" or "《" not in text, key


@pytest.mark.parametrize("area", [area for area in AREAS if area != "common"])
def test_what_is_common_is_said_once(area: str) -> None:
    assert not set(load(area, "ja")) & set(load("common", "ja"))


def test_words_are_found_formatted_and_missed_loudly() -> None:
    words = Words("patient", "ja")
    assert words["language.en"] == "English"
    assert "3" in words.format("code.tries", tries=3)
    with pytest.raises(KeyError):
        words["no.such.key"]
    with pytest.raises(FileNotFoundError):
        Words("patient", "xx")


def test_nothing_is_read_at_import() -> None:
    spec = importlib.util.spec_from_file_location("fresh_catalogue", catalogue.__file__)
    assert spec is not None
    assert spec.loader is not None
    fresh = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(fresh)
    assert fresh.load.cache_info().currsize == 0
