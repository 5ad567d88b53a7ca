"""There is no path on which a provisional answer leaves as a confirmed one: by type, and where types are forced."""

import ast
import dataclasses
import types
import typing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from terminal.card_token import TokenKind
from terminal.configuration.settings import ReceiptCharset
from terminal.coverage import Coverage, InForce, InForceUnregistered, Recalled, Record, Relation
from terminal.eligibility.codes import ReferenceClassification
from terminal.eligibility.receipt_output import ReceiptResult, to_csv, to_xml
from terminal.people import Card, VerificationMethod, Verified
from terminal.problems import Problem
from terminal.states import Confirmed, Provisional

ROOT = Path(__file__).parent.parent
NOW = datetime(2026, 11, 21, 1, 15, tzinfo=UTC)
COVERAGE = Coverage("00138057", "架空区", "12", "345678", "01", Relation.SUBSCRIBER, 30, date(2024, 4, 1), None)
CARD = Card("visit-1", TokenKind.PLASTIC, b"an invented certificate", NOW, None, None)
PROVISIONAL = Provisional(
    Verified(CARD, None, VerificationMethod.PIN), COVERAGE, NOW, date(2026, 12, 1), Problem.LINE_DOWN
)
LEAVES = ("terminal/eligibility", "terminal/access_log/export", "ui/papers")  # whatever writes for someone else
RULE = "terminal/eligibility/check.py"  # which recalls, and writes nothing

outputs = pytest.mark.parametrize("write", [to_xml, to_csv])


@pytest.mark.parametrize("folder", LEAVES)
def test_what_writes_for_others_does_not_know_stored_answers(folder: str) -> None:
    sources = [path for path in (ROOT / folder).glob("*.py") if path != ROOT / RULE]
    assert sources
    for path in sources:
        names = {node.id for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Name)}
        assert names.isdisjoint({"Provisional", "Recalled"}), path


@outputs
def test_an_output_is_made_from_the_services_own_answer_only(write: Any) -> None:
    taken = set().union(*(_reachable(hint) for name, hint in typing.get_type_hints(write).items() if name != "return"))
    assert {InForce, InForceUnregistered} <= taken
    assert taken.isdisjoint({Provisional, Recalled})
    with_coverage = {
        name for name, hint in typing.get_type_hints(ReceiptResult).items() if Coverage in _reachable(hint)
    }
    assert with_coverage == {"reply"}


@outputs
@pytest.mark.parametrize("forced", [PROVISIONAL, Recalled(COVERAGE, NOW, date(2026, 12, 1))])
def test_a_stored_answer_that_is_forced_in_is_not_written(write: Any, forced: Any) -> None:
    result = ReceiptResult("v", "1312345670", next(iter(ReferenceClassification)), NOW.date(), NOW, forced)
    with pytest.raises((AttributeError, AssertionError, TypeError)):
        write(result, next(iter(ReceiptCharset)))


def test_the_service_said_so_is_part_of_what_is_confirmed() -> None:
    """A `Confirmed` needs the record that the service sent with it, and nothing that is stored holds one."""
    assert Record in _reachable(Confirmed)
    assert Record not in _reachable(Recalled)
    assert Record not in _reachable(Provisional)


def _reachable(hint: Any, seen: frozenset[Any] = frozenset()) -> set[Any]:
    """Every type that a value of this type may hold."""
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is not None:
        return set().union(*(_reachable(part, seen) for part in typing.get_args(hint)))
    if not isinstance(hint, type) or hint in seen:
        return set()
    fields = typing.get_type_hints(hint).values() if dataclasses.is_dataclass(hint) else ()
    return {hint}.union(*(_reachable(part, seen | {hint}) for part in fields))
