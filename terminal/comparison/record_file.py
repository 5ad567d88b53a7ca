"""A record in a JSON file: an object with any of name, kana, birth_date, sex and address. Pure.

What is not one of the five, or not of its form, is refused by its key; a value is never told.
"""

import json
from collections.abc import Callable
from datetime import date
from typing import Final, TypeVar

from terminal.coverage import Record
from terminal.people import Sex

MOST_BYTES: Final = 64 * 1024
KEYS: Final = {
    "name": "text",
    "kana": "text",
    "birth_date": "a date as YYYY-MM-DD",
    "sex": "male, female, unknown or not_applicable",
    "address": "text",
}

Value = TypeVar("Value")


class RecordUnreadable(ValueError):  # noqa: N818  # it says what is so, as other outcomes do
    """A sentence that says what is wrong with a record, without any of its values."""


def read_record(untrusted_json: bytes) -> Record:
    """A record; a key that is absent or null is missing. Raises `RecordUnreadable`."""
    if len(untrusted_json) > MOST_BYTES:
        raise RecordUnreadable(f"longer than {MOST_BYTES} bytes")
    try:
        found = json.loads(untrusted_json.decode("utf-8-sig"), object_pairs_hook=_once)
    except RecordUnreadable:
        raise
    except UnicodeDecodeError as error:
        raise RecordUnreadable("not UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise RecordUnreadable("not JSON") from error
    if not isinstance(found, dict):
        raise RecordUnreadable("not a JSON object")
    if unknown := sorted(set(found) - set(KEYS)):
        raise RecordUnreadable(f"unknown key {', '.join(map(repr, unknown))}; known are {', '.join(KEYS)}")
    return Record(
        name=_read(found, "name", str),
        kana=_read(found, "kana", str),
        birth_date=_read(found, "birth_date", date.fromisoformat),
        sex=_read(found, "sex", _sex),
        address=_read(found, "address", str),
    )


def _read(found: dict[str, object], key: str, read: Callable[[str], Value]) -> Value | None:
    value = found.get(key)
    if value is None:
        return None
    try:
        if isinstance(value, str):
            return read(value)
    except (ValueError, KeyError):
        pass
    raise RecordUnreadable(f"{key!r} is not {KEYS[key]}")


def _sex(text: str) -> Sex:
    """By its word, or by its ISO/IEC 5218 code."""
    return Sex(text) if text in list(Sex) else Sex[text.upper()]


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise RecordUnreadable("a key that stands twice")
    return found
