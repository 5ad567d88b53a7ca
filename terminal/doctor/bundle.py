"""What goes into a support bundle, as named files. Pure; it holds no name, number, address or path of anybody's.

Of the configuration only what is one of few values is written out: kinds, switches, numbers. Any text in it, be it a
path or an address, may hold a person's name, and is told by its length.
"""

import io
import json
import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from typing import Any, Final

from terminal.access_log.access import Action
from terminal.problems import Problem

VERSIONS, CONFIGURATION, REPORT = "versions.json", "configuration.json", "doctor.json"
LOG, COUNTS, SBOM = "technical_log.txt", "journal_counts.json", "sbom.json"
OTHER: Final = "other"

_OUTCOMES: Final = ("", "confirmed", "provisional", "unconfirmed", "withheld", "turned_away", "stopped")
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)  # the same content gives the same bytes


@dataclass(frozen=True)
class Happened:
    """So much of an entry of the journal as is counted."""

    action: str
    outcome: str
    reason: str


def configuration_shape(settings: object) -> Any:
    """A configuration with its texts and paths replaced by their lengths."""
    if is_dataclass(settings):
        return {each.name: configuration_shape(getattr(settings, each.name)) for each in fields(settings)}
    match settings:
        case Enum():
            return settings.value
        case None | bool() | float():
            return settings
        case int():
            return settings
        case _:
            return f"<{len(str(settings))} characters>"


def counted(happened: Iterable[Happened]) -> dict[str, dict[str, int]]:
    """How often each action, outcome and reason occurs; what is no code of ours counts as other."""
    actions, outcomes, reasons = Counter[str](), Counter[str](), Counter[str]()
    for each in happened:
        actions[each.action if each.action in Action._value2member_map_ else OTHER] += 1
        outcomes[each.outcome if each.outcome in _OUTCOMES else OTHER] += 1
        reasons[each.reason if not each.reason or each.reason in Problem._value2member_map_ else OTHER] += 1
    return {
        name: {code: count for code, count in sorted(counter.items()) if code}
        for name, counter in (("actions", actions), ("outcomes", outcomes), ("reasons", reasons))
    }


def as_json(content: object) -> bytes:
    """A file of the bundle."""
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()


def contents_lines(files: Mapping[str, bytes]) -> list[str]:
    """What is shown before anything is written: each file with its size in bytes."""
    rows = [f"{name:<22}{len(content):>10,}" for name, content in files.items()]
    return [*rows, f"{'in all':<22}{sum(map(len, files.values())):>10,}"]


def zipped(files: Mapping[str, bytes]) -> bytes:
    """The bundle."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, content in files.items():
            bundle.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
    return made.getvalue()
