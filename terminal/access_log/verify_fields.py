"""Whether entries were written right: what `verify` cannot see, for it holds them against what was written. Pure."""

from collections.abc import Iterable

from terminal.access_log.entry import EntryUnreadable, seq_of
from terminal.access_log.masking import MaskWrong, check_fields, is_emptied
from terminal.access_log.verify import Broken, Finding


def check_written(rows: Iterable[tuple[int, bytes, bytes]]) -> Broken | None:
    """The first of these entries that was written wrong: misnumbered, or its commitments are not those of its bytes.

    A writer who lied is found by this alone: all else holds entries against what was written.
    """
    for place, line, _ in rows:
        try:
            if not is_emptied(line):
                is_in_place = seq_of(line) == place
                check_fields(line)
                if not is_in_place:
                    return Broken(place, place, Finding.MISPLACED)
        except EntryUnreadable:
            return Broken(place, place, Finding.UNREADABLE)
        except MaskWrong:
            return Broken(place, place, Finding.NOT_COMMITTED)
    return None
