"""What is deleted of a log by one rule, in the log of today and in those that are over alike."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from offline_cache.journal_reader import JournalReader
from terminal.access_log.access import Access, Action, Purpose
from terminal.access_log.retention import Hold, due_numbers, read_ranges, write_ranges
from terminal.commands.staff_asking import actor_of_login


@dataclass(frozen=True)
class Place:
    """A store, and where systemd lays its credentials."""

    folder: Path
    credentials: Path | None


@dataclass(frozen=True)
class Rule:
    """Accesses from before that moment go, unless they are held; `reason` is what the log says."""

    before: datetime
    holds: tuple[Hold, ...]
    reason: str


def deletions(log: JournalReader, rule: Rule) -> Iterator[tuple[Access, list[int]]]:
    """The entries of a verified log that are due, some hundred ranges at a time, and what the same log says of it."""
    for text in write_ranges(due_numbers((stored.line for stored in log.entries()), rule.before, rule.holds)):
        numbers = [number for first, last in read_ranges(text) for number in range(first, last + 1)]
        details = (("before", rule.before.isoformat()), ("entries", str(len(numbers))), ("ranges", text))
        yield on_record(Action.ENTRIES_DELETED, rule.reason, details), numbers


def on_record(action: Action, reason: str, details: tuple[tuple[str, str], ...]) -> Access:
    """An act on the log itself, by whoever gave the command."""
    return Access(action, "", "", reason=reason, details=details, purpose=Purpose.AUDIT).by(actor_of_login())
