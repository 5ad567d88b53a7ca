"""The tail of a technical log, without anything that could be about a person. Pure.

Law: what is kept is known, not what is dropped. A time, a level, a module of ours, a place in our code, a `Problem`,
the name of an exception: everything else, whatever it says, becomes `…`.
"""

import builtins
import re
from collections.abc import Iterable, Iterator
from typing import Final

from terminal.problems import Problem

MOST_LINES: Final = 2000
ELSE: Final = "…"

_WORD: Final = re.compile(r'File "[^"]*", line \d+|\S+')
_PLACE: Final = re.compile(r'File "(?:[^"]*/)?((?:terminal|device|offline_cache|ui)/[a-z_/]+\.py)", line (\d+)')
_MODULE: Final = re.compile(r"(?:terminal|device|offline_cache|ui)(?:\.[a-z_]+)+")
_TIME: Final = re.compile(
    r"(?:20[2-9]\d-\d\d-\d\dT)?\d\d:\d\d:\d\d(?:[.,]\d{1,6})?(?:Z|[+-]\d\d:?\d\d)?|20[2-9]\d-\d\d-\d\d"
)  # a day before 2020 may be someone's birth date
_LEVELS: Final = frozenset({"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL", "Traceback"})
_EXCEPTIONS: Final = frozenset(
    name for name, kind in vars(builtins).items() if isinstance(kind, type) and issubclass(kind, BaseException)
)
_KNOWN: Final = _LEVELS | _EXCEPTIONS | frozenset(Problem) | {"TerminalError"}


def filtered(lines: Iterable[str], modules: frozenset[str]) -> Iterator[str]:
    """Each line's known words. `modules` are the names that a module may have: one in the right form is not enough."""
    for line in lines:
        words: list[str] = []
        for match in _WORD.finditer(line):
            word = _kept(match.group(), modules)
            if word != ELSE or words[-1:] != [ELSE]:
                words.append(word)
        yield " ".join(words)


def _kept(word: str, modules: frozenset[str]) -> str:
    if place := _PLACE.fullmatch(word):
        module = place[1].removesuffix(".py").replace("/", ".")
        return f"{place[1]}:{place[2]}" if module in modules else ELSE
    bare = word.strip("[]():,")
    if bare in _KNOWN or _TIME.fullmatch(bare) or (_MODULE.fullmatch(bare) and bare in modules):
        return bare
    return ELSE
