"""A coverage as JSON fields and back, for what is kept on disk. Pure.

Law: every field is there, but the certificates, which are seen for one day only; and no other.
"""

from dataclasses import fields
from datetime import date
from typing import Any

from terminal.coverage import Coverage, Relation

_FIELDS = frozenset(field.name for field in fields(Coverage)) - {"elderly_certificate", "limit_certificate"}
_TEXTS = ("insurer_number", "insurer_name", "symbol", "subscriber_id", "branch")


def coverage_fields(coverage: Coverage) -> dict[str, str | int | None]:
    """The fields, days in ISO 8601."""
    values = {field.name: getattr(coverage, field.name) for field in fields(coverage) if field.name in _FIELDS}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def coverage_of(untrusted: Any) -> Coverage:
    """The coverage. Raises `ValueError`, `TypeError`, `KeyError` or `AttributeError` for what is none."""
    if untrusted.keys() != _FIELDS:
        raise ValueError("not the fields of a coverage")
    relation, percent = untrusted["relation"], untrusted["copay_percent"]
    if not all(isinstance(untrusted[name], str) for name in _TEXTS) or not isinstance(percent, int | None):
        raise TypeError
    return Coverage(
        **{name: untrusted[name] for name in _TEXTS},
        relation=None if relation is None else Relation(relation),
        copay_percent=percent,
        starts=_day(untrusted["starts"]),
        ends=_day(untrusted["ends"]),
    )


def _day(untrusted: str | None) -> date | None:
    return None if untrusted is None else date.fromisoformat(untrusted)
