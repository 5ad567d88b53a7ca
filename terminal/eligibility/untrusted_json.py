"""Bytes from outside to a JSON object, or `SERVICE_UNREADABLE`. Pure.

UTF-8, a size limit, no key twice, no number that JSON does not know. Whoever reads asks for keys by name and type; a
detail names the key, never its value.
"""

import json
from typing import Never

from terminal.eligibility.untrusted_xml import MOST_BYTES, unreadable
from terminal.problems import Problem, TerminalError

Object = dict[str, object]


def parse(untrusted_body: bytes) -> Object:
    """The object. Raises `SERVICE_UNREADABLE` for whatever is too long, or not one whole JSON object."""
    if len(untrusted_body) > MOST_BYTES:
        unreadable("too long")
    try:
        found = json.loads(
            untrusted_body.decode("utf-8-sig"), object_pairs_hook=_each_key_once, parse_constant=_no_constant
        )
    except (ValueError, RecursionError) as error:
        raise TerminalError(Problem.SERVICE_UNREADABLE, "not plain JSON") from error
    return found if isinstance(found, dict) else unreadable("not a JSON object")


def text(parent: Object, key: str) -> str:
    """The text under a key, empty if it is absent."""
    found = parent.get(key, "")
    return found.strip() if isinstance(found, str) else unreadable(f"{key} is not text")


def section(parent: Object, key: str) -> Object:
    """The object under a key, empty if it is absent."""
    found = parent.get(key, {})
    return found if isinstance(found, dict) else unreadable(f"{key} is not an object")


def sections(parent: Object, key: str) -> list[Object]:
    """The objects in the list under a key, none if it is absent."""
    found = parent.get(key, [])
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        unreadable(f"{key} is not a list of objects")
    return found


def only(parent: Object, key: str) -> Object:
    """The one object in the list under a key, empty if there is none. Raises `SERVICE_UNREADABLE` if there are more."""
    found = sections(parent, key)
    if len(found) > 1:
        unreadable(f"{key} stands {len(found)} times")
    return found[0] if found else {}


def _each_key_once(pairs: list[tuple[str, object]]) -> Object:
    found = dict(pairs)
    return found if len(found) == len(pairs) else unreadable("a key stands twice")


def _no_constant(_name: str) -> Never:
    unreadable("a number that is none")
