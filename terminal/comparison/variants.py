"""Variant kanji: characters that registers write differently for one and the same name. Pure.

For comparing only, never for storing or showing: a match through this table is "equivalent", not "equal". The table,
with its sources, is `variants.toml`; NFKC folds compatibility ideographs and leaves 髙, 﨑, 德 and 邉 alone.
"""

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

UNKNOWN_CHARACTER = "●"  # U+25CF, written by the service for a character that it cannot map

# What systems hold where they know no character: private use (外字), the geta mark, the replacement character.
_STAND_IN = re.compile("[\ue000-\uf8ff〓\ufffd]")

_TABLE = files("terminal.comparison") / "variants.toml"


def fold_unknown(text: str) -> str:
    """The text with ● for each character that only its own system knows."""
    return _STAND_IN.sub(UNKNOWN_CHARACTER, text)


def fold_variants(text: str) -> str:
    """The text with each variant replaced by the first of its group."""
    to_first = _to_first()
    return _variant().sub(lambda match: to_first[match[0]], text)


def may_be_unwritable(character: str) -> bool:
    """Whether a register may hold, for this character, a form that JIS X 0208 does not have: what becomes a ●."""
    return not _is_in_jis_x_0208(character) or character in _with_unwritable_form()


@cache
def groups() -> tuple[frozenset[str], ...]:
    """The groups of characters that are one in names, each character in one group; groups that share one are joined."""
    table = _table()
    joined: dict[str, frozenset[str]] = {}
    for written in (table["unicode"] + table["registers"]).split():
        group = frozenset(written).union(*(joined.get(character, frozenset()) for character in written))
        joined.update(dict.fromkeys(group, group))
    return tuple(dict.fromkeys(joined.values()))


@cache
def _to_first() -> dict[str, str]:
    return {character: min(group) for group in groups() for character in group if character != min(group)}


@cache
def _variant() -> re.Pattern[str]:
    return re.compile(f"[{''.join(_to_first())}]")


@cache
def _with_unwritable_form() -> frozenset[str]:
    of_groups = (group for group in groups() if not _all_in_jis_x_0208(group))
    return frozenset("".join((_table()["compatibility"] + _table()["shapes"]).split())).union(*of_groups)


@cache
def _table() -> dict[str, str]:
    return tomllib.loads(_TABLE.read_text("utf-8"))


def _all_in_jis_x_0208(characters: Iterable[str]) -> bool:
    return all(_is_in_jis_x_0208(character) for character in characters)


def _is_in_jis_x_0208(character: str) -> bool:
    try:
        character.encode("iso2022_jp")  # RFC 1468: ASCII and JIS X 0208, without any vendor's additions
    except UnicodeEncodeError:
        return False
    return True
