"""The chain of a store's epochs: what each log's first entry says of the one before, and whether all of it is so.

Law: an epoch that is over is as it was put aside, but for what retention has deleted in it, which a later log tells.
"""

from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

from offline_cache.epoch_before import sha256_of
from offline_cache.epochs import WAL, epoch_folder, epochs_in, home_of
from offline_cache.journal_end import FILE
from offline_cache.journal_reader import JournalReader
from terminal.access_log.access import Action
from terminal.access_log.entry import Entry, EntryUnreadable, read_entry
from terminal.access_log.epoch import Before, LogName, PutAside, read_epoch
from terminal.access_log.masking import is_emptied
from terminal.access_log.verify import Head
from terminal.commands.log_outcome import BROKEN, INTACT, say
from terminal.commands.log_store import read_store
from terminal.problems import TerminalError

Verify = Callable[[JournalReader, Head | None], int]
_DELETION: Final = b'{"action":"%b"' % Action.ENTRIES_DELETED.encode()


class Link(NamedTuple):
    """What a log says of the one before, and when that was: then the one before was over."""

    before: Before
    at: datetime


def first_entry(log: JournalReader) -> Entry | None:
    """A log's first entry, where it can be read."""
    stored = next(log.entries(), None)
    try:
        return read_entry(stored.line) if stored and not is_emptied(stored.line) else None
    except EntryUnreadable:
        return None


def link_of(log: JournalReader) -> Link | None:
    """What a log says of the one before; None in a first epoch, and where it cannot be read."""
    with suppress(ValueError, TerminalError):
        if (first := first_entry(log)) and (before := read_epoch(first)) and before.epoch == number_of(log) - 1:
            return Link(before, first.at)
    return None


def number_of(log: JournalReader) -> int:
    """Which epoch a log is, by its name."""
    try:
        return LogName.of_text(log.keys.log.name).epoch
    except ValueError:
        return 1


def links_before(folder: Path, credentials: Path | None, log: JournalReader) -> Iterator[Link]:
    """What is said of the epochs before a log of the store in `folder`, the newest first, as far as it can be read."""
    link, home = link_of(log), home_of(folder)
    while link is not None:
        yield link
        link = _link_in(epoch_folder(home, link.before.epoch), credentials)


def verify_epochs(folder: Path, credentials: Path | None, log: JournalReader, verify: Verify) -> int:
    """Verifies the epochs before a log, the newest first; says what is missing, and gives the exit code.

    A log that was put aside damaged, on record, is no news as long as its file is the same. Behind one that cannot be
    read the walk goes on, and says that nothing vouches there for how the log ended.
    """
    home, number = home_of(folder), number_of(log)
    if home == folder and max(epochs_in(home), default=0) >= number:
        return say("broken: a later log was here: this one was put back", BROKEN)
    link, code = link_of(log), INTACT
    if link is None and number > 1:
        code = say("broken: it does not begin with the end of the epoch before", BROKEN)
    for epoch in range(number - 1, 0, -1):
        place = epoch_folder(home, epoch)
        if link is None:
            print(f"epoch {epoch}; what the next one says of it cannot be read, so it is verified by itself:")
            found = _verify_alone(place, credentials, epoch, verify)
        else:
            before = link.before
            print(f"epoch {epoch}, put aside {before.found}, last end known {end_of(before)}:")
            found = _verify_epoch(place, credentials, before, verify)
        code, link = max(code, found), _link_in(place, credentials)
    if number > 1:
        print(f"the chain of {number} epochs {'holds' if code == INTACT else 'is broken'}")
    return code


def end_of(before: Before) -> str:
    """The last end that is known of a log, and who had kept it."""
    return f"{before.head}, by {before.source}" if before.head else "unknown"


def _link_in(place: Path, credentials: Path | None) -> Link | None:
    if not (place / FILE).exists():
        return None
    try:
        with closing(read_store(place, credentials)) as log:
            return link_of(log)
    except TerminalError:
        return None


def _verify_alone(place: Path, credentials: Path | None, epoch: int, verify: Verify) -> int:
    if not (place / FILE).exists():
        return _missing(place, None in _deleted_in(place, credentials, epoch))
    try:
        with closing(read_store(place, credentials)) as log:
            return verify(log, None)
    except TerminalError as error:
        return say(f"{place}: {error.problem} ({error.detail})", BROKEN)


def _verify_epoch(place: Path, credentials: Path | None, told: Before, verify: Verify) -> int:
    """The exit code for one of them."""
    if told.found is PutAside.MISSING:
        return say(f"its file was missing when epoch {told.epoch + 1} was begun", INTACT)
    is_same = (sha256_of(place / FILE), sha256_of(place / WAL)) == (told.sha256, told.wal_sha256)
    heads = [] if is_same else list(_deleted_in(place, credentials, told.epoch))
    if not (place / FILE).exists():
        return _missing(place, None in heads)
    code = INTACT if is_same or any(heads) else say("broken: its file is not the one that was put aside", BROKEN)
    if told.found is PutAside.UNREADABLE:
        return code
    is_known = told.found is PutAside.DAMAGED and is_same
    try:
        with closing(read_store(place, credentials)) as log:
            found = verify(log, told.head)
            if told.log not in (None, log.keys.log.name):
                code = say("broken: it is another log than the one that was put aside", BROKEN)
            if found == INTACT and heads and not _is_as_deleted(log, [head for head in heads if head]):
                code = say("broken: more than retention has deleted was changed in it", BROKEN)
            return code if is_known else max(code, found)
    except TerminalError as error:
        say(f"{place}: {error.problem} ({error.detail})", BROKEN)
        return code if is_known else BROKEN


def _missing(place: Path, is_deleted: bool) -> int:
    if is_deleted:
        return say("it was deleted as a whole by retention, as a later log tells", INTACT)
    return say(f"broken: {place.name.replace('-', ' ')} is missing: {place / FILE} is not there", BROKEN)


def _deleted_in(place: Path, credentials: Path | None, epoch: int) -> Iterator[Head | None]:
    """How the log of an epoch ended each time that entries of it were deleted; None for a whole file. By later logs."""
    home = home_of(place)
    for later in (*(path for number, path in epochs_in(home).items() if number > epoch), home):
        with suppress(TerminalError), closing(read_store(later, credentials)) as log:
            for stored in log.entries():
                if stored.line.startswith(_DELETION):
                    told = dict(read_entry(stored.line).details)
                    if told.get("epoch") == str(epoch):
                        yield Head.of_text(told["head"]) if "head" in told else None


def _is_as_deleted(log: JournalReader, heads: list[Head]) -> bool:
    """Whether a log that is intact still has these ends, and nothing was added to it but what tells of deletions."""
    try:
        if any(log.tiles.frontier(head.size).root() != head.root for head in heads):
            return False
    except TerminalError:  # it is shorter
        return False
    start = min((head.size for head in heads), default=0)
    return all(stored.line.startswith(_DELETION) for stored in log.entries(start))
