"""Whether something may be shipped under its licence: the SPDX expression against the list in `licences.toml`. Pure.

Law: of `A OR B` one must be on the list, of `A AND B` both; `A WITH B` is on it as a whole or not at all.
"""

import tomllib
from collections.abc import Set
from functools import cache
from pathlib import Path
from typing import Any, Final

from license_expression import LicenseWithExceptionSymbol, Licensing

LIST: Final = Path(__file__).with_name("licences.toml")


def allowed_licences(toml: str) -> frozenset[str]:
    """The licences of a list, its reasons left out."""
    return frozenset(licence for group in tomllib.loads(toml).values() for licence in group["allowed"])


def is_allowed(expression: str, allowed: Set[str]) -> bool:
    """Whether the expression can be kept to. One that nobody asserted, or that cannot be read, is not."""
    try:
        parsed = _licensing().parse(expression)
    except Exception:  # the parser raises kinds of its own, and of a library below it
        return False
    return parsed is not None and _holds(parsed, allowed)


def _holds(node: Any, allowed: Set[str]) -> bool:
    match getattr(node, "operator", "").strip():
        case "AND":
            return all(_holds(each, allowed) for each in node.args)
        case "OR":
            return any(_holds(each, allowed) for each in node.args)
    if isinstance(node, LicenseWithExceptionSymbol):
        return f"{node.license_symbol.key} WITH {node.exception_symbol.key}" in allowed
    return node.key in allowed


@cache
def _licensing() -> Licensing:
    return Licensing()
