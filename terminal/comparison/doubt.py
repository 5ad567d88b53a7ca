"""Whether an answer may be about someone else than the person at the desk. Pure."""

from terminal.comparison.compare import compare, is_same_person
from terminal.comparison.likeness import Comparison
from terminal.coverage import Record
from terminal.people import Holder


def doubt_about(holder: Holder | None, record: Record) -> Comparison | None:
    """What speaks against the record's being the holder's; None: nothing does, or a phone named no holder."""
    if holder is None:
        return None
    comparison = compare(holder, record)
    return None if is_same_person(comparison) else comparison
