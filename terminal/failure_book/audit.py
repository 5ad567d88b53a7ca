"""The audit class of each `Problem`: what whoever reads the access log should think of when its code stands there."""

import tomllib
from collections.abc import Mapping
from enum import StrEnum, auto
from functools import cache

from terminal.failure_book.book import BOOKS
from terminal.problems import Problem


class AuditClass(StrEnum):
    """What a problem is about, for an audit. One to each problem."""

    SECURITY = auto()  # something or someone may have been changed, or was refused what must not be asked
    IDENTITY = auto()  # whether the person at the desk is the holder, and the record the holder's
    COVERAGE = auto()  # what the service says, or does not know, of the insurance
    CREDENTIAL = auto()  # the card, its certificate and codes, as their holder brought them
    AVAILABILITY = auto()  # a machine, a line or a service was not there
    ROUTINE = auto()  # somebody chose so, or time was over


def audit_class(problem: Problem) -> AuditClass:
    """The class that a problem belongs to."""
    return _classes()[problem]


def read_classes(toml: str) -> Mapping[Problem, AuditClass]:
    """Reads the table of classes. Raises `ValueError` unless each problem stands in it once, and nothing else."""
    classes: dict[Problem, AuditClass] = {}
    for name, codes in tomllib.loads(toml)["class"].items():
        for problem in map(Problem, codes):
            if problem in classes:
                raise ValueError(f"{problem} has two classes")
            classes[problem] = AuditClass(name)
    if missing := set(Problem) - set(classes):
        raise ValueError(f"no class for {', '.join(sorted(missing))}")
    return classes


@cache
def _classes() -> Mapping[Problem, AuditClass]:
    return read_classes((BOOKS / "audit.toml").read_text("utf-8"))
