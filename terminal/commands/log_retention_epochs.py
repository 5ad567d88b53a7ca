"""Retention in the epochs that are over: entries of an intact log one by one, a damaged file as a whole.

Law: the log of today tells first which epoch it is, and how its log ended. A damaged file goes once all of it was kept
long enough and nothing is held; what the next log says of it, and others' signatures over its end, stay.
"""

from contextlib import closing
from datetime import datetime
from pathlib import Path

from offline_cache.epoch_deletion import delete_whole, has_beside, open_over
from offline_cache.epochs import epoch_folder, epochs_in
from offline_cache.journal_end import FILE
from terminal.access_log.access import Action
from terminal.access_log.epoch import Before, PutAside
from terminal.access_log.verify import Head, Intact, verify
from terminal.clock import SystemClock
from terminal.commands.log_chain import Link, link_of
from terminal.commands.log_outcome import BROKEN, INTACT, say
from terminal.commands.log_retention_rule import Place, Rule, deletions, on_record
from terminal.commands.log_store import append_to_store, passphrase, read_store
from terminal.problems import TerminalError


def purge_epochs(place: Place, rule: Rule) -> int:
    """Deletes what is due in each of them, and gives the exit code. Raises `TerminalError`."""
    over, code = epochs_in(place.folder), INTACT
    for epoch, folder in over.items():
        if (folder / FILE).exists():
            link = _link(over.get(epoch + 1, place.folder), place)
            if link is None:
                code = say(f"epoch {epoch}: what the next one says of it cannot be read; nothing was deleted", BROKEN)
            elif link.before.found is PutAside.INTACT:
                code = max(code, _purge(place, folder, rule, link))
            else:
                _purge_whole(place, rule, link)
    return code


def _purge(place: Place, folder: Path, rule: Rule, link: Link) -> int:
    epoch = link.before.epoch
    try:
        with closing(read_store(folder, place.credentials)) as log:
            report = verify(log.stored(), log.keys, link.before.head)
            due = list(deletions(log, rule)) if isinstance(report, Intact) else []
    except TerminalError:
        report = None
    if not isinstance(report, Intact):
        return say(f"broken: epoch {epoch} is not as it was put aside; nothing was deleted in it", BROKEN)
    is_beside_due = _is_over(link.at, rule) and has_beside(folder, place.credentials, passphrase)
    count = sum(len(numbers) for _, numbers in due)
    if due or is_beside_due:
        _tell(place, rule, link.before, report.head, count)
        with closing(open_over(folder, place.credentials, SystemClock(), passphrase)) as log_over:
            for access, numbers in due:
                log_over.delete(access, numbers)
            if is_beside_due:
                log_over.delete_beside()
    print(f"epoch {epoch}: deleted {count} entries")
    return INTACT


def _purge_whole(place: Place, rule: Rule, link: Link) -> None:
    epoch = link.before.epoch
    if not _is_over(link.at, rule):
        print(f"epoch {epoch}, {link.before.found}: it goes as a whole, once all of it was kept long enough")
        return
    _tell(place, rule, link.before, None, 0)
    delete_whole(epoch_folder(place.folder, epoch))
    print(f"epoch {epoch}, {link.before.found}: deleted as a whole")


def _is_over(ended: datetime, rule: Rule) -> bool:
    return ended < rule.before and not rule.holds


def _tell(place: Place, rule: Rule, before: Before, head: Head | None, count: int) -> None:
    """Has the log of today tell it. No ranges: those would be of its own numbers."""
    details = [("before", rule.before.isoformat()), ("epoch", str(before.epoch)), ("log", before.log or "")]
    details += [("entries", str(count)), ("head", str(head))] if head else []
    with closing(append_to_store(place.folder, place.credentials)) as journal:
        journal.record(on_record(Action.ENTRIES_DELETED, rule.reason, tuple(details)))


def _link(following: Path, place: Place) -> Link | None:
    try:
        with closing(read_store(following, place.credentials)) as log:
            return link_of(log)
    except TerminalError:
        return None
