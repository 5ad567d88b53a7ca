"""The words of the windows: each key in each language, with the same values to fill in."""

import importlib.util
from string import Formatter

import pytest

from ui.words import catalogue
from ui.words.catalogue import AREAS, LANGUAGES, Words, load

EACH_AREA = pytest.mark.parametrize("area", AREAS)


def slots(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@EACH_AREA
def test_each_key_stands_in_each_language(area: str) -> None:
    keys = [set(load(area, language)) for language in LANGUAGES]
    assert keys[0]
    assert all(one == keys[0] for one in keys)


@EACH_AREA
def test_each_language_fills_in_as_many_values(area: str) -> None:
    for key in load(area, LANGUAGES[0]):
        counts = {len(slots(load(area, language)[key])) for language in LANGUAGES}
        assert len(counts) == 1, key  # not the very same names: Japanese says 3割 where English says 30 %


@EACH_AREA
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty_or_padded(area: str, language: str) -> None:
    assert [key for key, text in load(area, language).items() if not text.strip() or text != text.strip()] == []


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
